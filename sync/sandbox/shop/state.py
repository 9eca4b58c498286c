"""Everything the simulated shop knows: documents, customers, stores, taxes, comments.

Kept in memory and, when a folder is given, in a journal from which the next start reads it back.
"""

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from sync.sandbox.shop.columns import LISTS, SALES, columns_of, new_table
from sync.sandbox.shop.criteria import Criteria
from sync.sandbox.shop.journal import Change, Journal
from sync.sandbox.shop.php import dumps
from sync.sandbox.shop.table import Row, Table

_DESCRIBED = ("tax_rates", "tax_rules", "tax_classes", "customer_groups")
_NOTES = {"orders": "status_histories", "invoices": "comments", "creditmemos": "comments"}


class Happening(Protocol):
    """A change in the shop, as the generator of trade yields it."""

    @property
    def at(self) -> datetime:
        """When it happened, aware."""

    @property
    def table(self) -> str:
        """One of customers, orders, invoices, creditmemos."""

    @property
    def entity(self) -> Mapping[str, Any]:
        """The entity as the API shows it; amounts may be Decimals."""

    @property
    def action(self) -> str:
        """Either "put" or "delete"."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A change that is ready to be made.

    Attributes:
        happening: The change.
        text: Its entity as the API shows it; empty where it goes.
    """

    happening: Happening
    text: str


def encoded(happenings: Iterable[Happening]) -> list[Encoded]:
    """Of each entity the last state, ready to be made. Needs no shop, so it may be done ahead."""
    last: dict[tuple[str, int], Happening] = {}
    for happening in happenings:
        key = happening.table, _entity_id(happening.entity)
        last.pop(key, None)  # all stay in the order of their moments, in case this breaks off
        last[key] = happening
    return [
        Encoded(each, "" if each.action == "delete" else dumps(_filled(each.entity)))
        for each in last.values()
    ]


class ShopState:
    """The shop's contents; safe for use by several threads."""

    def __init__(self, folder: Path | None = None) -> None:
        """Start empty, or with what `folder` keeps; None keeps nothing."""
        self._lock = threading.RLock()
        self._tables = {name: new_table(name) for name in ("customers", *SALES, *_DESCRIBED)}
        self._lists: dict[str, list[Any]] = {name: [] for name in LISTS}
        self._posted: dict[str, dict[int, list[dict[str, Any]]]] = {name: {} for name in SALES}
        self._last_note = dict.fromkeys(SALES, 0)
        self._item_orders: dict[int, int] = {}
        self._latest: datetime | None = None
        self._journal = Journal(folder) if folder else None
        if self._journal:
            self._read_back(self._journal.changes)
            self._journal.changes.clear()

    @property
    def latest(self) -> datetime | None:
        """The moment of the newest happening applied, None before the first.

        Others of the same second may be missing after a crash; applying one again does no harm.
        """
        return self._latest

    def apply(self, happening: Happening) -> None:
        """Make a change: put an entity (in place of the one with its id) or delete it."""
        self._apply(happening, None)

    def apply_all(self, changes: Iterable[Encoded]) -> None:
        """Make changes in their order."""
        for change in changes:
            self._apply(change.happening, change.text)

    def describe(self, what: str, entities: Sequence[Mapping[str, Any]]) -> None:
        """Replace a part of the shop's set-up; it is not kept in the folder.

        Args:
            what: websites, store_groups, store_views, store_configs, tax_rates, tax_rules,
                tax_classes or customer_groups.
            entities: All of them, as the API shows them.
        """
        with self._lock:
            if what in self._lists:
                self._lists[what] = [dict(entity) for entity in entities]
                return
            self._tables[what] = new_table(what)
            for entity in entities:
                self._put(what, entity)

    def listing(self, what: str) -> list[Any]:
        """One of the plain lists: websites, store_groups, store_views, store_configs."""
        with self._lock:
            return list(self._lists[what])

    def get(self, table: str, entity_id: int) -> str | None:
        """The encoded entity with this id; None when there is none."""
        with self._lock:
            row = self._tables[table].rows.get(entity_id)
            return row.text if row else None

    def select(self, table: str, criteria: Criteria, *, repeat_last: bool) -> tuple[list[Row], int]:
        """One page of a table and the number of rows on all pages; see `Table.select`."""
        with self._lock:
            chosen = self._items(criteria) if table == "items" else self._tables[table]
            return chosen.select(criteria, repeat_last=repeat_last)

    def item(self, item_id: int) -> dict[str, Any] | None:
        """The order item with this id; None when there is none."""
        with self._lock:
            order = self._item_orders.get(item_id)
            items = self._order_items(order) if order is not None else []
            return next((item for item in items if item.get("item_id") == item_id), None)

    def notes(self, table: str, entity_id: int) -> list[dict[str, Any]]:
        """The comments of a sales document, oldest first; none for an unknown document."""
        text = self.get(table, entity_id)
        notes = json.loads(text).get(_NOTES[table]) or [] if text else []
        return sorted(notes, key=lambda note: int(note["entity_id"]))

    def add_note(self, table: str, entity_id: int, note: Mapping[str, Any]) -> dict[str, Any]:
        """Add a comment to a sales document that exists; returns it with its id.

        A comment leaves the document's `updated_at` alone, and a later change of the document
        leaves the comment.
        """
        with self._lock:
            kept = {**note, "entity_id": self._last_note[table] + 1}
            self._write({"table": table, "note": kept, "of": entity_id})
            self._keep_note(table, entity_id, kept)
            return kept

    def close(self) -> None:
        """Close the journal, if there is one."""
        if self._journal:
            self._journal.close()

    def _apply(self, happening: Happening, text: str | None) -> None:
        """Make a change; `text` as for `_put`."""
        with self._lock:
            table, entity = happening.table, happening.entity
            number = _entity_id(entity)
            self._latest = max(filter(None, (self._latest, happening.at)))
            head: dict[str, Any] = {"table": table, "at": happening.at.isoformat()}
            if happening.action == "delete":
                self._tables[table].remove(number)
                self._write({**head, "delete": number})
            else:
                head["id"] = number
                text = None if self._posted_to(table, head) else text
                self._write(head, self._put(table, entity, text))

    def _put(self, table: str, entity: Mapping[str, Any], text: str | None = None) -> str:
        """Keep the entity without its empty fields; returns its encoding.

        `text` is the encoding where that is known.
        """
        entity = _filled(entity)
        if table in SALES:
            entity = self._with_notes(table, entity)
        text = dumps(entity) if text is None else text
        kinds = self._tables[table].kinds
        row = Row(_entity_id(entity), columns_of(table, entity, kinds), text)
        self._tables[table].put(row)
        if table == "orders":
            self._item_orders |= {item["item_id"]: row.id for item in entity.get("items") or ()}
        return text

    def _with_notes(self, table: str, entity: Mapping[str, Any]) -> dict[str, Any]:
        """The entity with the comments that were posted to it, in the order Magento shows."""
        field, own = _NOTES[table], entity.get(_NOTES[table]) or []
        known = {note["entity_id"] for note in own}
        posted = self._posted[table].get(_entity_id(entity), [])
        notes = [*own, *(note for note in posted if note["entity_id"] not in known)]
        self._last_note[table] = max([self._last_note[table], *(n["entity_id"] for n in notes)])
        if posted:
            notes.sort(key=lambda note: int(note["entity_id"]), reverse=table == "orders")
        return {**entity, field: notes} if field in entity or notes else dict(entity)

    def _keep_note(self, table: str, entity_id: int, note: dict[str, Any]) -> None:
        self._posted[table].setdefault(entity_id, []).append(note)
        text = self.get(table, entity_id)
        if text is not None:
            self._put(table, json.loads(text))

    def _posted_to(self, table: str, head: Mapping[str, Any]) -> bool:
        return table in SALES and head["id"] in self._posted[table]

    def _items(self, criteria: Criteria) -> Table:
        """Order items as a table of their own, from the orders that the filters leave."""
        wanted = [
            one.value or ""
            for group in criteria.groups
            for one in group
            if len(group) == 1 and one.field == "order_id" and one.condition == "eq"
        ]
        orders = self._tables["orders"].rows
        chosen = [int(value) for value in wanted[:1] if value.isdecimal() and len(value) < 19]
        table = new_table("items")
        for order in chosen or orders:
            for item in self._order_items(order):
                columns = columns_of("items", item, table.kinds)
                table.put(Row(item["item_id"], columns, dumps(item)))
        return table

    def _order_items(self, order_id: int) -> list[dict[str, Any]]:
        text = self.get("orders", order_id)
        items = json.loads(text).get("items") or [] if text else []
        return [_standalone(item) for item in items]

    def _write(self, head: Mapping[str, Any], text: str = "") -> None:
        if self._journal:
            self._journal.write(head, text)

    def _read_back(self, changes: Iterable[Change]) -> None:
        for head, text in changes:
            table = head["table"]
            if "at" in head:
                at = datetime.fromisoformat(head["at"])
                self._latest = max(filter(None, (self._latest, at)))
            if "note" in head:
                self._keep_note(table, head["of"], head["note"])
            elif "delete" in head:
                self._tables[table].remove(head["delete"])
            else:
                self._put(table, json.loads(text), None if self._posted_to(table, head) else text)


def _filled(entity: Mapping[str, Any]) -> dict[str, Any]:
    """The entity without its empty fields."""
    return {name: value for name, value in entity.items() if value is not None}


def _standalone(item: dict[str, Any]) -> dict[str, Any]:
    """An order item as its own endpoint shows it: the order adds extension attributes."""
    alone = {name: value for name, value in item.items() if name != "extension_attributes"}
    if "parent_item" in alone:
        alone["parent_item"] = _standalone(alone["parent_item"])
    return alone


def _entity_id(entity: Mapping[str, Any]) -> int:
    for name in ("entity_id", "id", "class_id"):
        if name in entity:
            return int(entity[name])
    raise KeyError("entity_id")
