"""Entries that a shop's connector did not make: written down unchecked, as if by other hands.

By the bookkeeper, by a former extension, by another shop. None of these functions asks whether
the number is free or the relation exists.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from sync.sandbox.books import chart, mutations, schema
from sync.sandbox.books.mutations import CUSTOMER_PAYS, PURCHASE, SALE
from sync.sandbox.books.state import Administration

_CENT = Decimal("0.01")


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
        books, SALE, ("1300", "8000"), number, relation_code, gross, day, vat_code, voucher
    )


def purchase(
    books: Administration, number: str, relation_code: str, gross: Decimal, day: date
) -> int:
    """A supplier's invoice that happens to have this number; returns the mutation's number."""
    ledgers = ("1600", "7000")
    return _book(books, PURCHASE, ledgers, number, relation_code, gross, day, "HOOG_INK_21", "")


def payment(
    books: Administration, number: str, relation_code: str, gross: Decimal, day: date
) -> int:
    """A customer's payment of the invoice with this number; returns the mutation's number."""
    ledgers = ("1010", "1300")
    return _book(books, CUSTOMER_PAYS, ledgers, number, relation_code, gross, day, "GEEN", "")


def _book(
    books: Administration,
    kind: str,
    ledgers: tuple[str, str],
    number: str,
    relation_code: str,
    gross: Decimal,
    day: date,
    vat_code: str,
    voucher: str,
) -> int:
    percent = chart.VAT_CODES[vat_code].percent_on(day) or Decimal(0)
    vat = (gross * percent / (100 + percent)).quantize(_CENT, ROUND_HALF_UP)
    heading, counter = ledgers
    line = schema.blank("cMutatieRegel") | {
        "BedragInvoer": gross, "BedragExclBTW": gross - vat, "BedragBTW": vat,
        "BedragInclBTW": gross, "BTWCode": vat_code, "BTWPercentage": percent,
        "TegenrekeningCode": counter,
    }  # fmt: skip
    mutation = schema.blank("cMutatie") | {
        "Soort": kind, "Datum": datetime.combine(day, datetime.min.time()), "Rekening": heading,
        "RelatieCode": relation_code, "Factuurnummer": number, "Boekstuk": voucher,
        "Omschrijving": f"{kind} {number}", "Betalingstermijn": "14", "InExBTW": "IN",
        "MutatieRegels": [line],
    }  # fmt: skip
    with books.lock:
        booked = mutations.book(books, mutation)
        books.commit()
        return booked
