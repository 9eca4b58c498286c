"""After a store came back older than it was: nothing is booked twice, no number is given twice.

What the lost store did after the copy was made, nobody knows. So every document that is not known
to be booked is looked up in the books before it is posted: those that are here, and those that
come back from the shop and were issued before the store came back.
"""

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sync.store import codec
from sync.store.database import insert, moved

Kind = Literal["restore", "rebuild", "import"]

LEAP: Final = 1_000_000
"""So far numbers move on where nobody knows which were given since: more attempts than a year has.
They are 64 bits wide."""

MARGIN: Final = timedelta(days=1)
"""How far a clock may be wrong that tells when the store came back."""

NUMBERED: Final = ("attempt", "run", "request", "audit")
"""The tables whose numbers are never given twice."""

_LOOK_UP_FIRST: Final = """
update document set lookup_first = 1 where entity <> 'customer' and state <> 'booked'
"""
_LATEST: Final = """
select max((select coalesce(max(issued_at), 0) from document), (select coalesce(max(started_at), 0)
    from attempt), (select coalesce(max(started_to), 0) from segment))
"""
_CLOSE_REQUESTS: Final = """
update request set finished_at = :at, holder = null,
    result = json_object('message', 'The record was brought back from a copy: ask again')
where finished_at is null
"""
_RECOVERED: Final = "select 1 from recovery where issued_before > ? limit 1"


def mark(
    hub: sqlite3.Connection,
    kind: Kind,
    now: datetime,
    *,
    actor: str,
    given: Mapping[str, int] | None,
    facts: Mapping[str, Any],
) -> None:
    """Say in this transaction that the store came back.

    Args:
        hub: Of the store that came back.
        kind: How.
        now: When.
        actor: Who brought it back.
        given: The highest number that the lost store gave, by table; None when nobody knows.
        facts: For the audit.
    """
    hub.execute("delete from holder")
    hub.execute("delete from duty")
    hub.execute(_CLOSE_REQUESTS, {"at": codec.micros(now)})
    known = numbers(hub)
    for table in NUMBERED:
        here = known.get(table, 0)
        at_least(hub, table, here + LEAP if given is None else given.get(table, 0))
    came_back(hub, kind, now, actor=actor, facts=facts)
    moved(hub, "attempts")
    moved(hub, "documents")


def came_back(
    hub: sqlite3.Connection, kind: Kind, now: datetime, *, actor: str, facts: Mapping[str, Any]
) -> None:
    """Have everything looked up that is not known to be booked, and say why in the audit."""
    latest = max(codec.micros(now), int(hub.execute(_LATEST).fetchone()[0]))
    until = codec.micros(codec.moment(latest) + MARGIN)
    insert(hub, "recovery", {"at": codec.micros(now), "kind": kind, "issued_before": until})
    hub.execute(_LOOK_UP_FIRST)
    told = json.dumps(dict(facts), ensure_ascii=False, separators=(",", ":"))
    row = {"at": codec.micros(now), "actor": codec.clean(actor), "action": kind}
    insert(hub, "audit", {**row, "what": "store", "facts": codec.clean(told)})


def must_look_up(hub: sqlite3.Connection, issued_at: int) -> bool:
    """Whether a document that is new here may have been booked by a store that was lost."""
    return hub.execute(_RECOVERED, (issued_at,)).fetchone() is not None


def numbers(hub: sqlite3.Connection) -> dict[str, int]:
    """The highest number given so far, by table."""
    return {row[0]: int(row[1]) for row in hub.execute("select name, seq from sqlite_sequence")}


def at_least(hub: sqlite3.Connection, table: str, number: int) -> None:
    """Let a table's numbers go on above this one, if they don't already."""
    if numbers(hub).get(table, 0) >= number:
        return
    hub.execute("delete from sqlite_sequence where name = ?", (table,))
    hub.execute("insert into sqlite_sequence (name, seq) values (?, ?)", (table, number))
