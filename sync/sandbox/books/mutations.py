"""AddMutatie and GetMutaties: what may be booked, checked in the order of the error numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from sync.sandbox.books import chart, schema
from sync.sandbox.books.errors import Refusal
from sync.sandbox.books.lengths import fit
from sync.sandbox.books.schema import Record
from sync.sandbox.books.state import Administration

MAX_LINES = 100
SALE, PURCHASE = "FactuurVerstuurd", "FactuurOntvangen"
CUSTOMER_PAYS, WE_PAY = "FactuurbetalingOntvangen", "FactuurbetalingVerstuurd"

_AMOUNTS = ("BedragInvoer", "BedragExclBTW", "BedragBTW", "BedragInclBTW")
_CENT = Decimal("0.01")
_OWED = frozenset({"FIN", "DEB", "CRED"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """The rules of one kind of mutation.

    Attributes:
        heading: Category of the heading's ledger, and the code that refuses another one;
            empty when any will do.
        counter: Category of the lines' ledgers, and the code; an empty category means any
            but bank, debtors and creditors, an empty code means really any.
        side: VAT codes allowed besides GEEN.
        invoice: Whether it is an invoice, pays one, or neither.
    """

    heading: tuple[str, str] = ("", "")
    counter: tuple[str, str] = ("", "CMUT012")
    side: Literal["sales", "purchase", "any", "none"]
    invoice: Literal["is", "pays", ""] = ""


KINDS: dict[str, Kind] = {
    PURCHASE: Kind(heading=("CRED", "CMUT015"), side="purchase", invoice="is"),
    SALE: Kind(heading=("DEB", "CMUT016"), side="sales", invoice="is"),
    CUSTOMER_PAYS: Kind(
        heading=("FIN", "CMUT001.1"), counter=("DEB", "CMUT027"), side="none", invoice="pays"
    ),
    WE_PAY: Kind(
        heading=("FIN", "CMUT001.1"), counter=("CRED", "CMUT028"), side="none", invoice="pays"
    ),
    "GeldOntvangen": Kind(heading=("FIN", "CMUT001.1"), side="sales"),
    "GeldUitgegeven": Kind(heading=("FIN", "CMUT001.1"), side="purchase"),
    "Memoriaal": Kind(counter=("", ""), side="any"),
}
"""Kinds that may be added; an opening balance may not."""


def add(books: Administration, mutation: Record) -> Record:
    """Book a mutation; gives its number.

    Raises:
        Refusal: The first check that it fails, in the order of `_CHECKS`.
    """
    mutation = fit(books, "cMutatie", mutation, "CMUT900")
    for check in _CHECKS:
        check(books, mutation)
    return {"Mutatienummer": book(books, mutation)}


def book(books: Administration, mutation: Record) -> int:
    """Write a mutation down as it is, rounded to cents; returns its number."""
    number = books.next_number()
    lines = [
        line | {name: line[name].quantize(_CENT, ROUND_HALF_UP) for name in _AMOUNTS}
        for line in mutation["MutatieRegels"]
    ]
    day = datetime.combine(mutation["Datum"].date(), datetime.min.time())
    books.put("cMutatie", mutation | {"MutatieNr": number, "Datum": day, "MutatieRegels": lines})
    return number


def total(mutation: Record) -> Decimal:
    """Euros including VAT; negative for a credit memo."""
    return sum((line["BedragInclBTW"] for line in mutation["MutatieRegels"]), Decimal(0))


def listed(books: Administration, wanted: Record) -> Record:
    """The newest mutations that match all of a cMutatieFilter.

    Raises:
        Refusal: This month's calls are used up.
    """
    if books.calls_this_month() >= books.settings.calls_per_month:
        raise Refusal("E003.1")
    books.count_call()
    filters = wanted["cFilter"] or schema.blank("cMutatieFilter")
    number = filters["Factuurnummer"]
    rows = books.numbered(number) if number else books.mutations
    rows = [x for x in rows if _matches(x, filters)]
    newest = sorted(rows, key=lambda x: -x["MutatieNr"])[: books.settings.rows]
    ordered = newest if books.settings.newest_first else newest[::-1]
    return {"Mutaties": [_as_listed(x) for x in ordered]}


def in_period(moment: datetime, since: datetime | None, until: datetime | None) -> bool:
    """Whether a booking lies in a filter's days, both included; year 1 or None is no bound."""
    if since is not None and since != schema.YEAR_ONE and moment.date() < since.date():
        return False
    return until is None or until == schema.YEAR_ONE or moment.date() <= until.date()


def check_date(code: str, moment: datetime) -> None:
    """Refuse a date that was left out or lies outside 1980 to 2049."""
    if not 1980 <= moment.year <= 2049:
        raise Refusal(code)


def check_open(books: Administration, day: date) -> None:
    """Refuse a date in the closed period."""
    if books.closed_until is not None and day <= books.closed_until:
        raise Refusal("CMUT020", value=f"{day:%d-%m-%Y}")


def _check_heading(books: Administration, mutation: Record) -> None:
    check_date("CMUT004", mutation["Datum"])
    if not mutation["Omschrijving"].strip():
        raise Refusal("CMUT005")
    if not mutation["InExBTW"]:
        raise Refusal("CMUT003")
    if mutation["InExBTW"] not in {"IN", "EX"}:
        raise Refusal("CMUT003.1")
    if not 1 <= len(mutation["MutatieRegels"]) <= MAX_LINES:
        raise Refusal("CMUT006")
    if mutation["Soort"] not in KINDS:
        raise Refusal("CMUT008")
    if KINDS[mutation["Soort"]].invoice == "pays" and len(mutation["MutatieRegels"]) > 1:
        raise Refusal("CMUT021")


def _check_account(books: Administration, mutation: Record) -> None:
    code = mutation["Rekening"]
    if books.ledger(code) is None:
        raise Refusal("CMUT001", value=code)
    category, refusal = KINDS[mutation["Soort"]].heading
    if category and books.category(code) != category:
        raise Refusal(refusal, value=code)


def _check_relation(books: Administration, mutation: Record) -> None:
    invoice = KINDS[mutation["Soort"]].invoice
    code = mutation["RelatieCode"]
    missing, unknown = ("CMUT024", "CMUT025") if invoice == "pays" else ("CMUT014", "CMUT017")
    if invoice and not code:
        raise Refusal(missing, value="De relatiecode")
    if code and books.relation(code) is None:
        raise Refusal(unknown, value=code)
    term = mutation["Betalingstermijn"]
    if invoice == "is" and not (term.isascii() and term.isdigit()):
        raise Refusal("CMUT014", value="De betalingstermijn")


def _check_invoice(books: Administration, mutation: Record) -> None:
    kind, number = mutation["Soort"], mutation["Factuurnummer"]
    invoice = KINDS[kind].invoice
    if invoice and not number:
        raise Refusal("CMUT023" if invoice == "pays" else "CMUT013")
    if invoice == "pays":
        paid = SALE if kind == CUSTOMER_PAYS else PURCHASE
        if not _same(books, paid, number, mutation["RelatieCode"]):
            raise Refusal("CMUT026", value=number)
    elif invoice == "is" and not number_is_free(books, kind, number, mutation["RelatieCode"]):
        everywhere = kind == SALE and books.settings.uniqueness == "administration"
        raise Refusal("CMUT019" if everywhere else "CMUT018", value=number)


def number_is_free(books: Administration, kind: str, number: str, relation: str) -> bool:
    """Whether an invoice number may be booked: sales by the setting, purchases per relation."""
    if books.settings.uniqueness == "off":
        return True
    everywhere = kind == SALE and books.settings.uniqueness == "administration"
    return not _same(books, kind, number, None if everywhere else relation)


def _same(books: Administration, kind: str, number: str, relation: str | None) -> bool:
    return any(
        x["Soort"] == kind and relation in {None, x["RelatieCode"]} for x in books.numbered(number)
    )


def _check_lines(books: Administration, mutation: Record) -> None:
    """Each check over all lines before the next check, as the numbers have it."""
    kind = KINDS[mutation["Soort"]]
    lines = list(enumerate(mutation["MutatieRegels"], start=1))
    for line, row in lines:
        check_counter(books, line, row, kind.counter)
    for line, row in lines:
        centre = row["KostenplaatsID"]
        if centre and books.get("cKostenplaats", centre) is None:
            raise Refusal("CMUT901", line=line, value=centre)
    for line, row in lines:
        _check_vat_code(line, row["BTWCode"], kind)
    for line, row in lines:
        _check_sums(books, line, row, mutation["Datum"].date())


def check_counter(books: Administration, line: int, row: Record, wanted: tuple[str, str]) -> None:
    """Refuse a counter account that does not exist or is of the wrong category."""
    code = row["TegenrekeningCode"]
    category, refusal = wanted
    if books.ledger(code) is None:
        raise Refusal("CMUT012", line=line, value=code)
    found = books.category(code)
    if refusal and (found != category if category else found in _OWED):
        raise Refusal(refusal, line=line, value=code)


def _check_vat_code(line: int, code: str, kind: Kind) -> None:
    vat = chart.VAT_CODES.get(code)
    if vat is None:
        raise Refusal("CMUT033", line=line, value=code)
    if kind.side != "any" and vat.side not in {"both", kind.side}:
        raise Refusal("CMUT011", line=line, value=code)


def _check_sums(books: Administration, line: int, row: Record, day: date) -> None:
    net, vat, tolerance = row["BedragExclBTW"], row["BedragBTW"], books.settings.tolerance
    if abs(net + vat - row["BedragInclBTW"]) > tolerance:
        raise Refusal("CMUT010", line=line)
    code = chart.VAT_CODES[row["BTWCode"]]
    percent = code.percent_on(day)
    if percent is None:
        return
    charged = {percent} if code.shifted else {percent, row["BTWPercentage"]}
    if any(abs(net * x / 100 - vat) > tolerance for x in charged):
        raise Refusal("CMUT010.1", line=line)


def _check_period(books: Administration, mutation: Record) -> None:
    check_open(books, mutation["Datum"].date())


_CHECKS: tuple[Callable[[Administration, Record], None], ...] = (
    _check_heading,
    _check_account,
    _check_relation,
    _check_invoice,
    _check_lines,
    _check_period,
)


def _matches(mutation: Record, filters: Record) -> bool:
    number = mutation["MutatieNr"]
    return (
        filters["MutatieNr"] in {0, number}
        and number >= filters["MutatieNrVan"]
        and (not filters["MutatieNrTm"] or number <= filters["MutatieNrTm"])
        and in_period(mutation["Datum"], filters["DatumVan"], filters["DatumTm"])
    )


def _as_listed(mutation: Record) -> Record:
    """As GetMutaties tells it: a payment's lines name the invoice once more."""
    pays = mutation["Soort"] in {CUSTOMER_PAYS, WE_PAY}
    number = mutation["Factuurnummer"] if pays else ""
    lines = [line | {"Factuurnummer": number} for line in mutation["MutatieRegels"]]
    return mutation | {"MutatieRegels": lines}
