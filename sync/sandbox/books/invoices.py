"""AddFactuur and GetFacturen: invoices as documents, which may be booked as well; open items."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256

from sync.sandbox.books import chart, mutations, schema
from sync.sandbox.books.errors import Refusal
from sync.sandbox.books.lengths import fit
from sync.sandbox.books.mutations import CUSTOMER_PAYS, PURCHASE, SALE, WE_PAY
from sync.sandbox.books.schema import Record
from sync.sandbox.books.state import Administration

_CENT = Decimal("0.01")
_MAIL = (
    ("EmailBericht", "CFACT029"),
    ("EmailVanAdres", "CFACT030"),
    ("EmailOnderwerp", "CFACT031"),
)
_DEBIT = (
    ("IncassoRekeningNummer", "CFACT033"),
    ("IncassoTnv", "CFACT034"),
    ("IncassoPlaats", "CFACT035"),
    ("IncassoOmschrijvingRegel1", "CFACT036"),
)
_LINE = (
    ("Code", "CFACT037"),
    ("BTWCode", "CFACT038"),
    ("Omschrijving", "CFACT039"),
    ("TegenrekeningCode", "CFACT040"),
)


def add(books: Administration, invoice: Record) -> Record:
    """AddFactuur; gives the invoice number, which the books make when none was sent."""
    invoice = fit(books, "cFactuur", invoice, "CFACT900")
    _check(books, invoice)
    invoice["Factuurnummer"] = invoice["Factuurnummer"] or _next_number(books)
    if invoice["InBoekhoudingPlaatsen"]:
        mutations.book(books, _mutation(books, invoice))
    books.put("cFactuur", invoice)
    return {"Factuurnummer": invoice["Factuurnummer"]}


def _check(books: Administration, invoice: Record) -> None:
    mutations.check_date("CFACT004", invoice["Datum"])
    if not 1 <= len(invoice["Regels"]) <= mutations.MAX_LINES:
        raise Refusal("CFACT006")
    if invoice["Betalingstermijn"] <= 0:
        raise Refusal("CFACT014")
    if not invoice["Relatiecode"]:
        raise Refusal("CFACT024")
    if books.relation(invoice["Relatiecode"]) is None:
        raise Refusal("CFACT025", value=invoice["Relatiecode"])
    if not _number_is_free(books, invoice):
        raise Refusal("CFACT026", value=invoice["Factuurnummer"])
    if not invoice["Factuursjabloon"]:
        raise Refusal("CFACT027")
    if invoice["Factuursjabloon"] not in books.settings.templates:
        raise Refusal("CFACT028", value=invoice["Factuursjabloon"])
    _check_present(invoice, _MAIL if invoice["PerEmailVerzenden"] else ())
    if invoice["InBoekhoudingPlaatsen"]:
        _check_present(invoice, (("BoekhoudmutatieOmschrijving", "CFACT032"),))
    _check_present(invoice, _DEBIT if invoice["AutomatischeIncasso"] else ())
    _check_lines(books, invoice["Regels"])
    if invoice["InBoekhoudingPlaatsen"]:
        mutations.check_open(books, invoice["Datum"].date())


def _check_present(record: Record, needed: tuple[tuple[str, str], ...], line: int = 0) -> None:
    for name, code in needed:
        if not record[name]:
            raise Refusal(code, line=line)


def _check_lines(books: Administration, rows: list[Record]) -> None:
    for line, row in enumerate(rows, start=1):
        _check_present(row, _LINE, line)
        code = chart.VAT_CODES.get(row["BTWCode"])
        if code is None or code.side == "purchase":
            raise Refusal("CFACT042", line=line, value=row["BTWCode"])
        mutations.check_counter(books, line, row, ("", "CMUT012"))
        centre = row["KostenplaatsID"]
        if centre and books.get("cKostenplaats", centre) is None:
            raise Refusal("CFACT212", line=line, value=centre)


def _number_is_free(books: Administration, invoice: Record) -> bool:
    number = invoice["Factuurnummer"]
    if not number:
        return True
    booked = invoice["InBoekhoudingPlaatsen"]
    return books.get("cFactuur", number) is None and (
        not booked or mutations.number_is_free(books, SALE, number, invoice["Relatiecode"])
    )


def _next_number(books: Administration) -> str:
    number = len(books.invoices) + 1
    while books.get("cFactuur", f"F{number:05}") or books.numbered(f"F{number:05}"):
        number += 1
    return f"F{number:05}"


def _mutation(books: Administration, invoice: Record) -> Record:
    """The booking of an invoice document, on the debtor account with the lowest code."""
    debtors = [x["Code"] for x in books.ledgers if x["Categorie"] == "DEB"]
    return schema.blank("cMutatie") | {
        "Soort": SALE, "Datum": invoice["Datum"], "Rekening": debtors[0],
        "RelatieCode": invoice["Relatiecode"], "Factuurnummer": invoice["Factuurnummer"],
        "Omschrijving": invoice["BoekhoudmutatieOmschrijving"],
        "Betalingstermijn": str(invoice["Betalingstermijn"]), "InExBTW": "EX",
        "MutatieRegels": [_mutation_line(x, invoice["Datum"]) for x in invoice["Regels"]],
    }  # fmt: skip


def _mutation_line(row: Record, moment: datetime) -> Record:
    """A line's amounts, from quantity and price excluding VAT."""
    net = (_exact(row["Aantal"]) * _exact(row["PrijsPerEenheid"])).quantize(_CENT, ROUND_HALF_UP)
    percent = chart.VAT_CODES[row["BTWCode"]].percent_on(moment.date()) or Decimal(0)
    vat = (net * percent / 100).quantize(_CENT, ROUND_HALF_UP)
    return {
        "BedragInvoer": net, "BedragExclBTW": net, "BedragBTW": vat, "BedragInclBTW": net + vat,
        "BTWCode": row["BTWCode"], "BTWPercentage": percent,
        "TegenrekeningCode": row["TegenrekeningCode"], "KostenplaatsID": row["KostenplaatsID"],
    }  # fmt: skip


def _exact(number: float) -> Decimal:
    """The decimal that a double's shortest text shows."""
    return Decimal(repr(number))


def listed(books: Administration, request: Record) -> Record:
    """GetFacturen by number, relation and period; only invoices made as documents."""
    wanted = request["cFilter"] or schema.blank("cFactuurFilter")
    found = [
        _as_listed(books, x)
        for x in books.invoices
        if wanted["Factuurnummer"] in {"", x["Factuurnummer"]}
        and wanted["Relatiecode"] in {"", x["Relatiecode"]}
        and mutations.in_period(x["Datum"], wanted["DatumVan"], wanted["DatumTm"])
    ]
    return {"Facturen": found}


def _as_listed(books: Administration, invoice: Record) -> Record:
    lines = [_mutation_line(x, invoice["Datum"]) for x in invoice["Regels"]]
    net, vat, gross = (
        sum((x[name] for x in lines), Decimal(0))
        for name in ("BedragExclBTW", "BedragBTW", "BedragInclBTW")
    )
    number, relation = invoice["Factuurnummer"], invoice["Relatiecode"]
    paid = _paid(books, CUSTOMER_PAYS, number, relation)
    secret = sha256(f"{books.own.guid}{number}".encode()).hexdigest()[:16]
    return invoice | {
        "TotaalExclBTW": float(net), "TotaalBTW": float(vat), "TotaalInclBTW": float(gross),
        "TotaalOpenstaand": float(gross - paid),
        "URLPDFBestand": f"https://secure.e-boekhouden.nl/bh/getfactuur.asp?c={number}&s={secret}",
    }  # fmt: skip


def open_items(books: Administration, request: Record) -> Record:
    """GetOpenPosten of one side: invoices that are not paid to the cent, oldest first."""
    debtors = request["OpSoort"] == "Debiteuren"
    sold, pays = (SALE, CUSTOMER_PAYS) if debtors else (PURCHASE, WE_PAY)
    amounts: dict[tuple[str, str], Decimal] = {}
    days: dict[tuple[str, str], datetime] = {}
    for mutation in books.mutations:
        if mutation["Soort"] == sold:
            key = (mutation["Factuurnummer"], mutation["RelatieCode"])
            amounts[key] = amounts.get(key, Decimal(0)) + mutations.total(mutation)
            days.setdefault(key, mutation["Datum"])
    found = []
    for (number, code), amount in amounts.items():
        paid = _paid(books, pays, number, code)
        if paid != amount:
            relation = books.relation(code)
            found.append({
                "MutDatum": days[number, code], "MutFactuur": number, "RelCode": code,
                "RelBedrijf": "" if relation is None else relation["Bedrijf"],
                "Bedrag": float(amount), "Voldaan": float(paid),
                "Openstaand": float(amount - paid),
            })  # fmt: skip
    return {"Openposten": found}


def _paid(books: Administration, pays: str, number: str, relation: str) -> Decimal:
    """Euros paid on a relation's invoice."""
    return sum(
        (
            mutations.total(x)
            for x in books.numbered(number)
            if x["Soort"] == pays and x["RelatieCode"] == relation
        ),
        Decimal(0),
    )
