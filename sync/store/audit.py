"""Who did what to what: rows that are only ever added. The hub itself refuses any other change."""

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime

from sync.store import codec
from sync.store.database import insert
from sync.store.rows import AuditRow


def note(
    hub: sqlite3.Connection, actor: str, action: str, what: str, now: datetime, **facts: object
) -> None:
    """Write an audit row as part of another transaction; `facts` must be what JSON holds."""
    row = {"at": codec.micros(now), "actor": codec.clean(actor), "action": action}
    insert(hub, "audit", {**row, "what": codec.clean(what), "facts": as_json(facts)})


def as_json(facts: Mapping[str, object]) -> str:
    """Facts as the hub keeps them."""
    return codec.clean(json.dumps(dict(facts), ensure_ascii=False, separators=(",", ":")))


def audit_of(row: sqlite3.Row) -> AuditRow:
    """The audit row of a row of the hub's `audit` table."""
    return AuditRow(
        id=row["id"],
        at=codec.moment(row["at"]),
        actor=row["actor"],
        action=row["action"],
        what=row["what"],
        facts=json.loads(row["facts"]),
    )
