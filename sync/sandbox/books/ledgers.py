"""Ledgers and what stands on them: add, update, list, balances."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal

from sync.sandbox.books import chart, schema
from sync.sandbox.books.errors import Refusal
from sync.sandbox.books.lengths import fit
from sync.sandbox.books.mutations import CUSTOMER_PAYS, PURCHASE, WE_PAY, in_period, total
from sync.sandbox.books.schema import Record
from sync.sandbox.books.state import Administration

# Kinds whose heading is credited: what we owe or pay. The heading of the others is debited.
_CREDITED = frozenset({PURCHASE, WE_PAY, "GeldUitgegeven"})
_WITHOUT_VAT = frozenset({CUSTOMER_PAYS, WE_PAY})


def add(books: Administration, request: Record) -> Record:
    """AddGrootboekrekening; gives the new ledger's id."""
    ledger = _checked(books, request, own_id=0, suffix="")
    ledger["ID"] = books.next_id()
    books.put("cGrootboekrekening", ledger)
    return {"Gb_ID": ledger["ID"]}


def update(books: Administration, request: Record) -> Record:
    """UpdateGrootboekrekening; bookings follow a changed code."""
    if books.get("cGrootboekrekening", request["ID"]) is None:
        raise Refusal("CGB901.1", value=request["ID"])
    ledger = _checked(books, request, own_id=request["ID"], suffix=".1")
    books.put("cGrootboekrekening", ledger)
    return {}


def _checked(books: Administration, request: Record, *, own_id: int, suffix: str) -> Record:
    ledger = fit(books, "cGrootboekrekening", request, f"CGB900{suffix}")
    taken = books.ledger(ledger["Code"])
    if taken is not None and taken["ID"] != own_id:
        raise Refusal(f"CGB001{suffix}", value=ledger["Code"])
    if not ledger["Omschrijving"]:
        raise Refusal(f"CGB002{suffix}")
    if not ledger["Code"]:
        raise Refusal(f"CGN003{suffix}")
    if not ledger["Categorie"]:
        raise Refusal(f"CGB005{suffix}")
    if ledger["Categorie"] not in {"BAL", "VW"}:
        raise Refusal(f"CGB006{suffix}")
    return ledger


def listed(books: Administration, request: Record) -> Record:
    """GetGrootboekrekeningen by id, code or category; no filter gives all."""
    wanted = request["cFilter"] or schema.blank("cGrootboekrekeningFilter")
    found = [
        x
        for x in books.ledgers
        if wanted["ID"] in {0, x["ID"]}
        and wanted["Code"] in {"", x["Code"]}
        and wanted["Categorie"] in {"", x["Categorie"]}
    ]
    return {"Rekeningen": found}


def balance(books: Administration, request: Record) -> Record:
    """GetSaldo of one ledger; debit is positive."""
    wanted = request["cFilter"] or schema.blank("cSaldoFilter")
    if books.ledger(wanted["GbCode"]) is None:
        raise Refusal("CGB901", value=wanted["GbCode"])
    return {"Saldo": float(_balances(books, wanted)[wanted["GbCode"]])}


def balances(books: Administration, request: Record) -> Record:
    """GetSaldi of all ledgers, or of one category; debit is positive."""
    wanted = request["cFilter"] or schema.blank("cSaldiFilter")
    amounts = _balances(books, wanted)
    found = [
        {name: x[name] for name in ("ID", "Code", "Categorie")}
        | {"Saldo": float(amounts[x["Code"]])}
        for x in books.ledgers
        if wanted["Categorie"] in {"", x["Categorie"]}
    ]
    return {"Saldi": found}


def _balances(books: Administration, wanted: Record) -> defaultdict[str, Decimal]:
    """Debit minus credit by ledger code, over a period and a cost centre (0 is all).

    Both days count; whether the service's DatumTot includes its day is not known.
    """
    since: datetime | None = wanted["DatumVan"]
    until: datetime | None = wanted["DatumTot"]
    amounts: defaultdict[str, Decimal] = defaultdict(Decimal)
    vat_ledgers = _vat_ledgers(books)
    for mutation in books.mutations:
        if in_period(mutation["Datum"], since, until):
            _post(vat_ledgers, mutation, wanted["KostenPlaatsId"], amounts)
    return amounts


def _post(
    vat_ledgers: dict[str, str], mutation: Record, centre: int, amounts: defaultdict[str, Decimal]
) -> None:
    """Add a mutation's postings. The heading and the VAT have no cost centre."""
    sign = -1 if mutation["Soort"] in _CREDITED else 1
    if not centre:
        amounts[mutation["Rekening"]] += sign * total(mutation)
    for line in mutation["MutatieRegels"]:
        vat_ledger = vat_ledgers.get(line["BTWCode"])
        if mutation["Soort"] in _WITHOUT_VAT or not vat_ledger:
            net, vat = line["BedragInclBTW"], Decimal(0)
        else:
            net, vat = line["BedragInclBTW"] - line["BedragBTW"], line["BedragBTW"]
        if centre in {0, line["KostenplaatsID"]}:
            amounts[line["TegenrekeningCode"]] -= sign * net
        if vat_ledger and not centre:
            amounts[vat_ledger] -= sign * vat


def _vat_ledgers(books: Administration) -> dict[str, str]:
    """The ledger that takes the VAT, by VAT code; codes under which none is charged are absent."""
    first = {x["Categorie"]: x["Code"] for x in reversed(books.ledgers)}
    return {
        name: first[code.ledger_category]
        for name, code in chart.VAT_CODES.items()
        if code.ledger_category in first
    }
