"""Named views that people keep: a page's address under a name, shared by everybody."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sync.store import codec
from sync.store.database import Database, insert
from sync.store.reader import Reader

Row = dict[str, str | int]
_KEEP: Final = """
insert into saved_view (page, name, address, actor, at) values (:page, :name, :address, :actor, :at)
on conflict do update set address = excluded.address, actor = excluded.actor, at = excluded.at
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """A page's address under a name.

    Attributes:
        page: E.g. "invoices".
        name: Unique among the views of its page.
        address: The parameters behind the question mark of the page's address.
        actor: Who kept it last, and `at` when.
    """

    page: str
    name: str
    address: str
    actor: str
    at: datetime


def saved_views(reader: Reader, page: str) -> list[SavedView]:
    """The views kept of a page, by name."""
    rows = reader.rows("select * from saved_view where page = ? order by name", (page,))
    return [SavedView(**{**dict(row), "at": codec.moment(row["at"])}) for row in rows]


def save_view(store: Database, view: SavedView) -> None:
    """Keep a view, in place of the one that had its name, with an audit row.

    Raises:
        StoreError: It could not be kept.
    """
    row: Row = {
        "page": view.page,
        "name": codec.clean(view.name),
        "address": codec.clean(view.address),
        "actor": codec.clean(view.actor),
        "at": codec.micros(view.at),
    }
    with store.write() as hub:
        hub.execute(_KEEP, row)
        insert(hub, "audit", _audit("view saved", row))


def delete_view(store: Database, view: SavedView, actor: str, now: datetime) -> None:
    """Delete a view, with an audit row that tells what it was. One that is gone stays gone.

    Raises:
        StoreError: It could not be deleted.
    """
    row: Row = {"page": view.page, "name": codec.clean(view.name), "address": view.address}
    with store.write() as hub:
        done = hub.execute("delete from saved_view where page = :page and name = :name", row)
        if done.rowcount:
            who: Row = {"actor": codec.clean(actor), "at": codec.micros(now)}
            insert(hub, "audit", _audit("view deleted", {**row, **who}))


def _audit(action: str, row: Row) -> Row:
    facts = {"name": row["name"], "address": row["address"]}
    return {
        "at": row["at"],
        "actor": row["actor"],
        "action": action,
        "what": row["page"],
        "facts": codec.clean(json.dumps(facts, ensure_ascii=False, separators=(",", ":"))),
    }
