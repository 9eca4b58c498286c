"""How values lie in the hub: moments as integers, money as cents, rates as text, texts clean.

One row of `ATTEMPT` per column of an attempt says its kind; hub, segments and reader are all
built from it, so a column has one type everywhere.
"""

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from hashlib import md5
from typing import Final, Literal, TypeVar

From = TypeVar("From")
To = TypeVar("To")
Kind = Literal["id", "int", "text", "moment", "money", "flag"]

ATTEMPT: Final[dict[str, Kind]] = {
    "id": "id",
    "connection": "text",
    "entity": "text",
    "document_id": "int",
    "document_no": "text",
    "order_id": "int",
    "order_no": "text",
    "store": "text",
    "platform": "text",
    "started_at": "moment",
    "finished_at": "moment",
    "outcome": "text",
    "success": "flag",
    "message": "text",
    "error_code": "text",
    "category": "text",
    "pattern": "text",
    "rules_version": "int",
    "trigger": "text",
    "actor": "text",
    "run": "int",
    "attempt_no": "int",
    "duration_ms": "int",
    "amount": "money",
    "currency": "text",
    "customer": "text",
    "relation_code": "text",
    "mutation_no": "int",
    "key": "text",
    "detail": "text",
}
"""The columns of an attempt, in the order in which every table and file has them."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
DOC: Final = "md5_number_lower(key)"
"""What `doc` makes of a key, in DuckDB's SQL."""
MICROSECOND: Final = timedelta(microseconds=1)
_LARGEST: Final = Decimal("9999999999.99")


def micros(moment: datetime) -> int:
    """Microseconds since 1970, UTC.

    Raises:
        ValueError: The moment has no zone, so nobody can say when it was.
    """
    if moment.tzinfo is None:
        raise ValueError(f"moment {moment} has no time zone")
    return (moment - _EPOCH) // MICROSECOND


def moment(value: int) -> datetime:
    """The aware moment, UTC, of `micros`."""
    return _EPOCH + value * MICROSECOND


@lru_cache(maxsize=10_000)
def doc(key: str) -> int:
    """A document's key as the number by which memory knows it: eight bytes instead of forty."""
    return int.from_bytes(md5(key.encode(), usedforsecurity=False).digest()[8:], "little")


def cents(amount: Decimal) -> int:
    """Whole cents with the amount's sign.

    Raises:
        ValueError: Not a number of whole cents, or over ten digits of euros.
    """
    whole = amount.scaleb(2)
    if whole != whole.to_integral_value() or abs(amount) > _LARGEST:
        raise ValueError(f"amount {amount} is not a number of cents that a column holds")
    return int(whole)


def money(value: int) -> Decimal:
    """Euros with two decimals of `cents`."""
    return Decimal(value).scaleb(-2)


def clean(text: str) -> str:
    """Text as it is stored: composed (NFC), and half surrogates, which no file holds, as "?"."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", text).encode("utf-8", "replace").decode()


def optional(convert: Callable[[From], To], value: From | None) -> To | None:
    """`convert(value)`, or None for None."""
    return None if value is None else convert(value)
