"""Our bookings and relations in the service's words. Pure; the Dutch names stand here."""

import re
from datetime import date
from decimal import Decimal
from typing import Final

from sync.domain import codes
from sync.domain.mutations import (
    MAX_DESCRIPTION,
    MAX_NUMBER,
    SENT_INVOICE,
    Mutation,
    MutationLine,
)
from sync.domain.relations import MAX_CODE, Relation
from sync.errors import UnbookableError

MAX_LEDGER: Final = 10
MAX_VAT_CODE: Final = 12
MAX_TERM: Final = 4

OURS: Final = (
    "ID",
    "Code",
    "Bedrijf",
    "Contactpersoon",
    "Adres",
    "Postcode",
    "Plaats",
    "Land",
    "Telefoon",
    "Email",
    "BTWNummer",
    "BP",
)
"""The fields of `cRelatie` that we write; the 30 others go back as they came."""

_CENT: Final = Decimal("0.01")
_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write."""

_CUT: Final = {
    "Bedrijf": 100,
    "Contactpersoon": 50,  # 150 when adding, but 50 when updating
    "Adres": 150,
    "Postcode": 50,
    "Plaats": 50,
    "Land": 50,
    "Telefoon": 50,
}
"""Characters that the service takes; the rest of such a text may be lost without harm."""


def mutation(booking: Mutation) -> dict[str, object]:
    """`cMutatie`: a sent invoice whose amounts were typed including VAT.

    Raises:
        UnbookableError: A code or number is too long or unwritable, or an amount is no whole cent.
    """
    return {
        "MutatieNr": 0,
        "Soort": SENT_INVOICE,
        "Datum": moment(booking.booked_on),
        "Rekening": exact("Rekening", booking.debtor_ledger, MAX_LEDGER),
        "RelatieCode": exact("RelatieCode", booking.relation, MAX_CODE),
        "Factuurnummer": exact("Factuurnummer", booking.invoice_number, MAX_NUMBER),
        "Boekstuk": exact("Boekstuk", booking.voucher, MAX_NUMBER),
        "Omschrijving": cut(booking.description, MAX_DESCRIPTION),
        "Betalingstermijn": exact("Betalingstermijn", str(booking.term), MAX_TERM),
        "Betalingskenmerk": exact("Betalingskenmerk", booking.reference, MAX_NUMBER),
        "InExBTW": "IN",
        "MutatieRegels": {"cMutatieRegel": [_line(line) for line in booking.lines]},
    }


def relation(wanted: Relation, today: date) -> dict[str, object]:
    """`cRelatie`: our fields over all others as they were read.

    Args:
        wanted: With `id` 0 to add it.
        today: Sent as the day of entry where none was read; the service takes its own.

    Raises:
        UnbookableError: Code, e-mail or VAT number is too long or unwritable.
    """
    ours: dict[str, object] = {
        "ID": wanted.id,
        "Code": exact("Code", wanted.code, MAX_CODE),
        "Bedrijf": wanted.name,
        "Contactpersoon": wanted.contact,
        "Adres": wanted.address,
        "Postcode": wanted.postcode,
        "Plaats": wanted.city,
        "Land": wanted.country,
        "Telefoon": wanted.telephone,
        "Email": exact("Email", wanted.email, 150),
        "BTWNummer": exact("BTWNummer", wanted.vat_number, 50),
        "BP": "B" if wanted.business else "P",
    }
    ours |= {name: cut(str(ours[name]), limit) for name, limit in _CUT.items()}
    required = {
        "AddDatum": moment(today),
        "Gb_ID": 0,
        "GeenEmail": 0,
        "NieuwsbriefgroepenCount": 0,
    }
    read = {name: value for name, value in wanted.other.items() if value is not None}
    return required | read | ours


def moment(day: date) -> str:
    """A date as the service writes it: midnight, no zone."""
    return f"{day.isoformat()}T00:00:00"


def cut(text: str, limit: int) -> str:
    """`text` without what XML cannot hold, at most `limit` UTF-16 units, as .NET counts."""
    text = _ILLEGAL.sub("", text)
    return text.encode("utf-16-le")[: 2 * limit].decode("utf-16-le", "ignore").rstrip()


def exact(name: str, text: str, limit: int) -> str:
    """`text` itself, for what must not be altered: codes and numbers.

    Raises:
        UnbookableError: It is longer than `limit`, or holds what XML cannot.
    """
    if len(text) > limit:
        raise UnbookableError(
            f"Validation error: {name} has {len(text)} characters, the books take {limit}",
            code=codes.FIELD_TOO_LONG,
            detail={"field": name},
        )
    if _ILLEGAL.search(text):
        raise UnbookableError(
            f"Validation error: {name} holds a character that cannot be sent",
            code=codes.FIELD_MISSING,
            detail={"field": name},
        )
    return text


def _line(line: MutationLine) -> dict[str, object]:
    return {
        "BedragInvoer": _cents(line.gross),
        "BedragExclBTW": _cents(line.net),
        "BedragBTW": _cents(line.vat),
        "BedragInclBTW": _cents(line.gross),
        "BTWCode": exact("BTWCode", line.vat_code, MAX_VAT_CODE),
        "BTWPercentage": line.percent,
        "TegenrekeningCode": exact("TegenrekeningCode", line.ledger, MAX_LEDGER),
        "KostenplaatsID": line.cost_centre,
    }


def _cents(amount: Decimal) -> Decimal:
    """`amount` with two places and no negative zero.

    Raises:
        UnbookableError: It has parts of a cent: rounding is decided where the lines are made.
    """
    if not amount.is_finite() or amount * 100 % 1:
        raise UnbookableError(
            f"Validation error: {amount} is not an amount in whole cents", code=codes.INTERNAL
        )
    return amount.quantize(_CENT) + 0
