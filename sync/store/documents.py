"""Documents as they lie in the hub: one row each, columns by name."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import asdict, fields
from decimal import Decimal
from typing import Any, Final

from sync.domain.inbox import InboxEntry
from sync.domain.rulings import Ruling
from sync.store import codec
from sync.store.rows import Document

FREE: Final = """
    not exists (select 1 from lease where lease.key = document.key)
    and not (document.entity = 'creditmemo' and exists (
        select 1 from lease cross join document as invoice on invoice.key = lease.key
        where invoice.connection = document.connection and invoice.entity = 'invoice'
            and invoice.order_id = document.order_id
    ))
"""
"""A condition on `document`: nobody is trying it, nor, for a credit memo, an invoice of its order:
while that is being booked it would only be refused for want of it.

A cross join, since SQLite goes through its left side first: the few that are being tried."""

PERSONAL: Final = (
    *("company", "customer_name", "firstname", "middlename", "lastname", "suffix"),
    *("email", "vat_number"),
)
"""The columns that say who it is; those of a forgotten customer stay blank."""
_MOMENTS: Final = ("issued_at", "created_at", "updated_at")
_AMOUNTS: Final = ("grand_total", "tax")
_RATES: Final = ("base_rate", "global_rate")
_TRIES: Final = ("due_at", "sent_at", "first_try_at", "last_try_at")

_NAMES: Final = tuple(field.name for field in fields(InboxEntry))
_ENCODE: Final[dict[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(_MOMENTS, codec.micros),
    **dict.fromkeys(_AMOUNTS, codec.cents),
    **dict.fromkeys(_RATES, str),
}
_DECODE: Final[dict[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(_MOMENTS, codec.moment),
    **dict.fromkeys(_AMOUNTS, codec.money),
    **dict.fromkeys(_RATES, Decimal),
}


def encode(entry: InboxEntry) -> dict[str, Any]:
    """The columns of a fetched document."""
    row: dict[str, Any] = {}
    for name in _NAMES:
        value = getattr(entry, name)
        if isinstance(value, str):
            value = codec.clean(value)
        convert = _ENCODE.get(name)
        row[name] = value if convert is None else codec.optional(convert, value)
    return row


def write_ruling(ruling: Ruling) -> str:
    """The text of a decision in the `ruling` column."""
    return json.dumps({**asdict(ruling), "amount": str(ruling.amount)}, ensure_ascii=False)


def read_ruling(text: str) -> Ruling:
    """The decision of that text."""
    values = json.loads(text)
    return Ruling(**{**values, "amount": Decimal(values["amount"])})


def decode(row: sqlite3.Row) -> Document:
    """The document of a row of the hub's `document` table."""
    values: dict[str, Any] = {name: row[name] for name in _NAMES}
    values |= {name: codec.optional(convert, row[name]) for name, convert in _DECODE.items()}
    moments = {name: codec.optional(codec.moment, row[name]) for name in _TRIES}
    return Document(
        entry=InboxEntry(**values),
        state=row["state"],
        since=codec.moment(row["since"]),
        tries=row["tries"],
        lookup_first=bool(row["lookup_first"]),
        changed=bool(row["changed"]),
        attempts=row["attempts"],
        latest_attempt=row["latest_attempt"],
        mutation_no=row["mutation_no"],
        relation_code=row["relation_code"],
        error_code=row["error_code"],
        ruling=codec.optional(read_ruling, row["ruling"] or None),
        reversed_no=row["reversed_no"],
        **moments,
    )
