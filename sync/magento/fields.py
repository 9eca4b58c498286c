"""Reads one JSON object of the shop's by name, and says which field is wrong when one is.

Every field is optional in the shop's answers (empty ones are left out), and with `fields=` an
empty list arrives as null and an object of which nothing is left as `[]`. So absent, null and an
empty list all read as "nothing there". What is there must have the right type. No message ever
holds a value: names and addresses do not belong in a log.
"""

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

from sync.domain import codes

MAX_TEXT = 1000
_MAX_ID = 2**63 - 1
_MAX_AMOUNT = Decimal(10) ** 12
_CENT = Decimal("0.01")
_STORED = Decimal("0.0001")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
# What SQLite (lone surrogates) or XML (control characters) could not carry any further.
_CLEAN = {
    **dict.fromkeys((*range(32), *range(127, 160)), " "),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}


class FieldError(Exception):
    """Something in the shop's data cannot be used; the text says which field and why.

    Attributes:
        code: One of `sync.domain.codes`.
    """

    def __init__(self, problem: str, code: str = codes.FIELD_INVALID) -> None:
        super().__init__(problem)
        self.code = code


@dataclass(frozen=True, slots=True)
class Fields:
    """One JSON object.

    Attributes:
        where: Names the object in messages, e.g. "order 15, billing_address".
        data: The object as parsed, numbers as Decimal.
    """

    where: str
    data: Mapping[str, object]

    def amount(self, name: str) -> Decimal:
        """An amount that must be there, rounded half up to the four decimals the shop stores.

        Two decimals where two are enough, so that equal amounts are written equally.

        Raises:
            FieldError: Missing, no number, not finite or beyond a million million.
        """
        value = self.data.get(name)
        if not isinstance(value, Decimal):
            raise self._wrong(name, value, "an amount")
        if not value.is_finite() or abs(value) > _MAX_AMOUNT:
            raise FieldError(f"{self.where}: {name} is no amount of money")
        stored = value.quantize(_STORED, ROUND_HALF_UP) + 0  # + 0: no negative zero
        short = stored.quantize(_CENT)
        return short if short == stored else stored

    def amount_or_zero(self, name: str) -> Decimal:
        """As `amount`; zero when the shop left it out."""
        return self.amount(name) if self.has(name) else Decimal("0.00")

    def identifier(self, name: str) -> int:
        """An internal id: a whole number, zero or more.

        Raises:
            FieldError: Missing, or anything else.
        """
        value = self.data.get(name)
        if not isinstance(value, Decimal):
            raise self._wrong(name, value, "a number")
        if not value.is_finite() or not 0 <= value <= _MAX_ID or value != int(value):
            raise FieldError(f"{self.where}: {name} is no whole number")
        return int(value)

    def identifier_or_none(self, name: str) -> int | None:
        """As `identifier`; None when the shop left it out."""
        return self.identifier(name) if self.has(name) else None

    def identifiers(self, name: str) -> tuple[int, ...]:
        """A list of internal ids, each as `identifier`; empty when the shop left it out."""
        found = (Fields(self.where, {name: value}) for value in self._list(name))
        return tuple(each.identifier(name) for each in found)

    def text(self, name: str) -> str:
        """Text without control characters and outer spaces; empty when the shop left it out.

        Raises:
            FieldError: Not text, or longer than any column of the shop's.
        """
        return self._clean(name, self.data[name]) if self.has(name) else ""

    def text_needed(self, name: str) -> str:
        """As `text`, for text that must be there and not empty."""
        found = self.text(name)
        if not found:
            raise FieldError(f"{self.where} has no {name}", codes.FIELD_MISSING)
        return found

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts, e.g. the lines of a street; empty when the shop left it out."""
        return tuple(self._clean(name, value) for value in self._list(name))

    def moment(self, name: str) -> datetime:
        """A moment, aware, UTC, to the second: the shop sends UTC without a zone.

        Raises:
            FieldError: Missing, or not of the form 2026-01-31 23:59:59.
        """
        text = self.text_needed(name)
        if _MOMENT.fullmatch(text):
            # Twenty times as fast as strptime, but it takes other forms as well.
            with contextlib.suppress(ValueError):
                return datetime.fromisoformat(text).replace(tzinfo=UTC)
        raise FieldError(f"{self.where}: {name} is no date and time")

    def flag(self, name: str) -> bool:
        """Yes or no, which the shop writes as 1 or 0, or as true or false; absent is no."""
        value = self.data.get(name)
        return value is True or (isinstance(value, Decimal) and value == 1)

    def child(self, name: str) -> "Fields":
        """An object inside this one; without fields when the shop left it out."""
        value = self.data[name] if self.has(name) else {}
        if not isinstance(value, dict):
            raise self._wrong(name, value, "an object")
        return Fields(f"{self.where}, {name}", value)

    def children(self, name: str) -> tuple["Fields", ...]:
        """A list of objects inside this one; empty when the shop left it out."""
        found = []
        for index, value in enumerate(self._list(name)):
            if not isinstance(value, dict):
                raise self._wrong(f"{name}[{index}]", value, "an object")
            found.append(Fields(f"{self.where}, {name}[{index}]", value))
        return tuple(found)

    def has(self, name: str) -> bool:
        """Whether the shop sent anything under this name."""
        value = self.data.get(name)
        return value is not None and value != []

    def _list(self, name: str) -> list[object]:
        value = self.data[name] if self.has(name) else []
        if not isinstance(value, list):
            raise self._wrong(name, value, "a list")
        return value

    def _clean(self, name: str, value: object) -> str:
        if not isinstance(value, str):
            raise self._wrong(name, value, "text")
        if len(value) > MAX_TEXT:
            raise FieldError(f"{self.where}: {name} is longer than {MAX_TEXT:,} characters")
        return value.translate(_CLEAN).strip()

    def _wrong(self, name: str, value: object, wanted: str) -> FieldError:
        if value is None:
            return FieldError(f"{self.where} has no {name}", codes.FIELD_MISSING)
        return FieldError(f"{self.where}: {name} is {_kind(value)} where {wanted} belongs")


def _kind(value: object) -> str:
    kinds = {str: "text", Decimal: "a number", bool: "true or false", list: "a list"}
    return kinds.get(type(value), "an object")
