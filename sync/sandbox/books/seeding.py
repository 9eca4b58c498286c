"""Entries that a shop's connector did not make: written down unchecked, as if by other hands.

By the bookkeeper, by a former extension, by another shop. None of these functions asks whether
the number is free or the relation exists.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from sync.sandbox.books import chart, mutations, schema
from sync.sandbox.books.mutations import CUSTOMER_PAYS, PURCHASE, SALE
from sync.sandbox.books.state import Administration

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One line on a heading's and a counter ledger; `gross` is euros including VAT."""

    kind: str
    ledgers: tuple[str, str]
    number: str
    relation: str
    gross: Decimal
    day: date
    vat_code: str
    voucher: str = ""


def relation(books: Administration, code: str, name: str, *, kind: str = "P") -> int:
    """A relation of kind B (company) or P (person); returns its id."""
    with books.lock:
        record = schema.blank("cRelatie") | {
            "ID": books.next_id(), "Code": code, "Bedrijf": name, "BP": kind,
            "AddDatum": datetime.combine(books.today(), datetime.min.time()),
        }  # fmt: skip
        books.put("cRelatie", record)
        books.commit()
        return int(record["ID"])


def sale(
    books: Administration,
    number: str,
    relation_code: str,
    gross: Decimal,
    day: date,
    *,
    vat_code: str = "HOOG_VERK_21",
    voucher: str = "",
) -> int:
    """A sales invoice; without a voucher as a former extension made it. Returns its number.

    Args:
        books: Where it is booked.
        number: Invoice number, perhaps one of ours.
        relation_code: Whoever it was sold to.
        gross: Euros including VAT; negative for a credit memo.
        day: Booking date.
        vat_code: Splits `gross` into net and VAT.
        voucher: `Boekstuk`; another shop's connector would put its own key there.
    """
    return _book(
        books,
        _Entry(
            kind=SALE, ledgers=("1300", "8000"), number=number, relation=relation_code,
            gross=gross, day=day, vat_code=vat_code, voucher=voucher,
        ),
    )  # fmt: skip


def purchase(
    books: Administration, number: str, relation_code: str, gross: Decimal, day: date
) -> int:
    """A supplier's invoice that happens to have this number; returns the mutation's number."""
    return _book(
        books,
        _Entry(
            kind=PURCHASE, ledgers=("1600", "7000"), number=number, relation=relation_code,
            gross=gross, day=day, vat_code="HOOG_INK_21",
        ),
    )  # fmt: skip


def payment(
    books: Administration, number: str, relation_code: str, gross: Decimal, day: date
) -> int:
    """A customer's payment of the invoice with this number; returns the mutation's number."""
    return _book(
        books,
        _Entry(
            kind=CUSTOMER_PAYS, ledgers=("1010", "1300"), number=number, relation=relation_code,
            gross=gross, day=day, vat_code="GEEN",
        ),
    )  # fmt: skip


def _book(books: Administration, entry: _Entry) -> int:
    gross, day = entry.gross, entry.day
    percent = chart.VAT_CODES[entry.vat_code].percent_on(day) or Decimal(0)
    vat = (gross * percent / (100 + percent)).quantize(_CENT, ROUND_HALF_UP)
    heading, counter = entry.ledgers
    line = schema.blank("cMutatieRegel") | {
        "BedragInvoer": gross, "BedragExclBTW": gross - vat, "BedragBTW": vat,
        "BedragInclBTW": gross, "BTWCode": entry.vat_code, "BTWPercentage": percent,
        "TegenrekeningCode": counter,
    }  # fmt: skip
    mutation = schema.blank("cMutatie") | {
        "Soort": entry.kind, "Rekening": heading,
        "Datum": datetime.combine(day, datetime.min.time()),
        "RelatieCode": entry.relation, "Factuurnummer": entry.number, "Boekstuk": entry.voucher,
        "Omschrijving": f"{entry.kind} {entry.number}", "Betalingstermijn": "14", "InExBTW": "IN",
        "MutatieRegels": [line],
    }  # fmt: skip
    with books.lock:
        booked = mutations.book(books, mutation)
        books.commit()
        return booked
