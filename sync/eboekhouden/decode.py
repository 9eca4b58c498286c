"""The service's answers in our words. Pure; the Dutch names stand here."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final, TypeVar

from zeep import helpers

from sync.domain.booked import (
    Administration,
    BookedLine,
    BookedMutation,
    CostCentre,
    Ledger,
    OpenItem,
)
from sync.domain.relations import Relation
from sync.eboekhouden.encode import OURS

Item = Mapping[str, Any]
T = TypeVar("T")

_serialize: Callable[[object, type], Any] = helpers.serialize_object  # it has no types
_CENT: Final = Decimal("0.01")
_MOST: Final = Decimal(10**15)
"""Beyond it a double does not have cents any more."""
LONGEST: Final = 2**63 - 1
"""The service's longs; zeep lets longer ones through, and the record could not hold them."""
_TEXTS: Final = {
    "code": "Code",
    "name": "Bedrijf",
    "contact": "Contactpersoon",
    "address": "Adres",
    "postcode": "Postcode",
    "city": "Plaats",
    "country": "Land",
    "telephone": "Telefoon",
    "email": "Email",
    "vat_number": "BTWNummer",
}


class IncompleteError(Exception):
    """A field that the service always fills was empty or is no such value."""


def items(result: object, container: str, item: str, read: Callable[[Item], T]) -> list[T]:
    """Every entry of a list in an answer. A missing or empty list is one without entries.

    Raises:
        IncompleteError: There was no result at all, or an entry lacks what it must have.
    """
    if result is None:
        raise IncompleteError(container)
    return [read(entry) for entry in _entries(getattr(result, container, None), item)]


def relation(entry: Item) -> Relation:
    """`cRelatie`, with all that we don't write kept aside as it came."""
    return Relation(
        id=_number(entry, "ID"),
        business=_text(entry, "BP") == "B",
        other={name: value for name, value in entry.items() if name not in OURS},
        **{ours: _text(entry, theirs) for ours, theirs in _TEXTS.items()},
    )


def mutation(entry: Item) -> BookedMutation:
    """`cMutatieList`."""
    return BookedMutation(
        number=_number(entry, "MutatieNr"),
        kind=_text(entry, "Soort"),
        booked_on=_day(entry, "Datum"),
        ledger=_text(entry, "Rekening"),
        relation=_text(entry, "RelatieCode"),
        invoice_number=_text(entry, "Factuurnummer"),
        voucher=_text(entry, "Boekstuk"),
        description=_text(entry, "Omschrijving"),
        lines=tuple(_line(line) for line in _entries(entry["MutatieRegels"], "cMutatieListRegel")),
    )


def ledger(entry: Item) -> Ledger:
    """`cGrootboekrekening`."""
    return Ledger(
        id=_number(entry, "ID"),
        code=_text(entry, "Code"),
        description=_text(entry, "Omschrijving"),
        category=_text(entry, "Categorie"),
        group=_text(entry, "Groep"),
    )


def cost_centre(entry: Item) -> CostCentre:
    """`cKostenplaats`."""
    return CostCentre(
        id=_number(entry, "KostenplaatsId"),
        description=_text(entry, "Omschrijving"),
        parent=_number(entry, "KostenplaatsParentId"),
    )


def open_item(entry: Item) -> OpenItem:
    """`cOpenPost`."""
    return OpenItem(
        issued_on=_day(entry, "MutDatum"),
        invoice_number=_text(entry, "MutFactuur"),
        relation=_text(entry, "RelCode"),
        name=_text(entry, "RelBedrijf"),
        amount=_amount(entry, "Bedrag"),
        paid=_amount(entry, "Voldaan"),
        outstanding=_amount(entry, "Openstaand"),
    )


def administration(entry: Item) -> Administration:
    """`cAdministratie`."""
    return Administration(
        name=_text(entry, "Bedrijf"),
        city=_text(entry, "Plaats"),
        code=_text(entry, "Guid"),
        year_start=_text(entry, "StartBoekjaar"),
    )


def _line(entry: Item) -> BookedLine:
    return BookedLine(
        ledger=_text(entry, "TegenrekeningCode"),
        vat_code=_text(entry, "BTWCode"),
        percent=_decimal(entry, "BTWPercentage"),
        net=_amount(entry, "BedragExclBTW"),
        vat=_amount(entry, "BedragBTW"),
        gross=_amount(entry, "BedragInclBTW"),
        cost_centre=_number(entry, "KostenplaatsID"),
        invoice_number=_text(entry, "Factuurnummer"),
    )


def _entries(container: object, item: str) -> Iterable[Item]:
    """The entries of an `ArrayOf…`. A nil or empty one is not left out: it would be overlooked."""
    plain = _serialize(container, dict) or {}
    entries = plain.get(item) or ()
    if not all(isinstance(entry, dict) for entry in entries):
        raise IncompleteError(item)
    return entries


def _text(entry: Item, name: str) -> str:
    return entry[name] or ""


def _number(entry: Item, name: str) -> int:
    value = entry[name]
    if not isinstance(value, int) or abs(value) > LONGEST:
        raise IncompleteError(name)
    return value


def _day(entry: Item, name: str) -> date:
    value = entry[name]
    if not isinstance(value, datetime):
        raise IncompleteError(name)
    return value.date()


def _decimal(entry: Item, name: str) -> Decimal:
    """A decimal as it came; a double through its shortest text."""
    value = entry[name]
    number = Decimal(repr(value)) if isinstance(value, float) else value
    if not isinstance(number, Decimal) or not number.is_finite() or abs(number) > _MOST:
        raise IncompleteError(name)
    return number


def _amount(entry: Item, name: str) -> Decimal:
    return _decimal(entry, name).quantize(_CENT, ROUND_HALF_UP)
