"""What an administration holds. Everything in it is a `Record` under the service's own names.

Changes go through `put`, which notes them for the journal; `commit` writes what belongs together.
Whoever uses it from many threads holds `lock` meanwhile.
"""

import threading
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from sync.clock import Clock
from sync.sandbox.books import chart, schema
from sync.sandbox.books.journal import Change, Journal
from sync.sandbox.books.schema import Record
from sync.sandbox.books.settings import AdministrationSettings, Settings

_KEYS = {
    "cRelatie": "ID",
    "cGrootboekrekening": "ID",
    "cMutatie": "MutatieNr",
    "cFactuur": "Factuurnummer",
    "cKostenplaats": "KostenplaatsId",
    "cArtikel": "ArtikelID",
}
_SEARCHED = ("Code", "Bedrijf", "Plaats", "Contactpersoon", "Email", "BP")
_FIRST_ID = 14_500_000


class Ids:
    """One large counter for the ids of relations and ledgers, over all administrations."""

    def __init__(self) -> None:
        self._last = _FIRST_ID

    def next(self) -> int:
        """An id never given before."""
        self._last += 1
        return self._last

    def seen(self, number: int) -> None:
        """An id read from the journal is taken."""
        self._last = max(self._last, number)


class Administration:
    """One company's books.

    Attributes:
        own: Its guid, name and place.
        lock: Held while a call reads or changes it.
        closed_until: Last day of the closed period; None when nothing is closed.
        calls: GetMutaties calls by month, e.g. {"2026-01": 17}.
    """

    def __init__(
        self,
        settings: Settings,
        own: AdministrationSettings,
        clock: Clock,
        ids: Ids,
        journal: Journal,
    ) -> None:
        self.settings = settings
        self.own = own
        self.lock = threading.RLock()
        self.closed_until: date | None = None
        self.calls: dict[str, int] = {}
        self._clock = clock
        self._ids = ids
        self._journal = journal
        self._tables: dict[str, dict[int | str, Record]] = {name: {} for name in _KEYS}
        self._by_code: dict[tuple[str, str], Record] = {}
        self._by_number: defaultdict[str, list[Record]] = defaultdict(list)
        self._searched: dict[int, str] = {}
        self._changes: list[Change] = []

    @property
    def mutations(self) -> list[Record]:
        """All bookings, cMutatie by number, whoever made them."""
        return self.table("cMutatie")

    @property
    def relations(self) -> list[Record]:
        """All relations, cRelatie, oldest first."""
        return self.table("cRelatie")

    @property
    def ledgers(self) -> list[Record]:
        """All ledgers, cGrootboekrekening, by code."""
        return sorted(self.table("cGrootboekrekening"), key=lambda x: str(x["Code"]))

    @property
    def invoices(self) -> list[Record]:
        """All invoice documents, cFactuur, oldest first."""
        return self.table("cFactuur")

    def table(self, type_name: str) -> list[Record]:
        """All records of a type, in the order in which they were made."""
        return list(self._tables[type_name].values())

    def get(self, type_name: str, key: int | str) -> Record | None:
        """The record with this id or number."""
        return self._tables[type_name].get(key)

    def relation(self, code: str) -> Record | None:
        """The relation with exactly this code."""
        return self._by_code.get(("cRelatie", code))

    def relations_about(self, keyword: str) -> list[Record]:
        """The relations in whose searched fields the keyword stands, in either case."""
        word = keyword.casefold()
        return [x for x in self.relations if word in self._searched[x["ID"]]]

    def ledger(self, code: str) -> Record | None:
        """The ledger with exactly this code."""
        return self._by_code.get(("cGrootboekrekening", code))

    def category(self, code: str) -> str:
        """The category of the ledger with this code; empty when there is none."""
        found = self.ledger(code)
        return "" if found is None else str(found["Categorie"])

    def numbered(self, invoice_number: str) -> list[Record]:
        """All mutations of any kind with exactly this invoice number."""
        return list(self._by_number.get(invoice_number, ()))

    def today(self) -> date:
        """The date in the Netherlands."""
        return self._clock.now().astimezone(schema.ZONE).date()

    def next_id(self) -> int:
        """A new id for a relation, ledger, cost centre or article."""
        return self._ids.next()

    def next_number(self) -> int:
        """The number of the next mutation: 1, 2, 3 and so on."""
        return len(self._tables["cMutatie"]) + 1

    def put(self, type_name: str, record: Record) -> None:
        """Add a record, or replace the one with its key."""
        self._take(type_name, record)
        self._changes.append([self.own.guid, type_name, _to_json(record)])

    def close_period(self, until: date | None) -> None:
        """Close all days up to and including `until`; None opens everything again."""
        with self.lock:
            self.closed_until = until
            self._changes.append([self.own.guid, "closed_until", until and until.isoformat()])
            self.commit()

    def count_call(self) -> int:
        """Count one GetMutaties call; returns how many there have been this month."""
        month = f"{self.today():%Y-%m}"
        self.calls[month] = self.calls.get(month, 0) + 1
        self._changes.append([self.own.guid, "calls", [month, self.calls[month]]])
        return self.calls[month]

    def calls_this_month(self) -> int:
        """GetMutaties calls that were answered this month."""
        return self.calls.get(f"{self.today():%Y-%m}", 0)

    def commit(self) -> None:
        """Write what changed since the last commit, as one piece."""
        changes, self._changes = self._changes, []
        self._journal.write(changes)

    def replay(self, change: Change) -> None:
        """Take over a change from the journal."""
        match change:
            case [_, "closed_until", until]:
                self.closed_until = date.fromisoformat(until) if isinstance(until, str) else None
            case [_, "calls", [str(month), int(calls)]]:
                self.calls[month] = calls
            case [_, str(type_name), dict(data)] if type_name in _KEYS:
                self._take(type_name, _from_json(type_name, data))
            case _:
                raise ValueError(f"The books' journal holds something unknown: {change!r:.200}")

    def found(self) -> None:
        """Give a new administration its ledgers, cost centres and articles."""
        for code, name, category, group in chart.LEDGERS:
            self.put("cGrootboekrekening", {
                "ID": self.next_id(), "Code": code, "Omschrijving": name,
                "Categorie": category, "Groep": group,
            })  # fmt: skip
        parents = {"": 0}
        for name, parent in chart.COST_CENTRES:
            parents[name] = self.next_id()
            self.put("cKostenplaats", {
                "KostenplaatsId": parents[name], "Omschrijving": name,
                "KostenplaatsParentId": parents[parent],
            })  # fmt: skip
        for code, name, bought, sold, vat_code in chart.ARTICLES:
            percent = chart.VAT_CODES[vat_code].percent or Decimal(0)
            self.put("cArtikel", {
                "ArtikelID": self.next_id(), "ArtikelOmschrijving": name, "ArtikelCode": code,
                "GroepOmschrijving": "Assortiment", "GroepCode": "A", "Eenheid": "stuk",
                "InkoopprijsExclBTW": Decimal(bought), "VerkoopprijsExclBTW": Decimal(sold),
                "VerkoopprijsInclBTW": round(Decimal(sold) * (1 + percent / 100), 2),
                "BTWCode": vat_code, "TegenrekeningCode": "8000", "KostenplaatsID": 0,
                "BtwPercentage": percent / 100, "Actief": True,
            })  # fmt: skip
        self.commit()

    def _take(self, type_name: str, record: Record) -> None:
        key = record[_KEYS[type_name]]
        before = self._tables[type_name].get(key)
        self._tables[type_name][key] = record
        if isinstance(key, int) and type_name != "cMutatie":
            self._ids.seen(key)
        if type_name == "cRelatie":
            # Beside each other, with what no XML can hold between them: one look instead of six.
            self._searched[record["ID"]] = "\0".join(record[x] for x in _SEARCHED).casefold()
        if type_name == "cMutatie":
            self._by_number[record["Factuurnummer"]].append(record)
        elif "Code" in record:
            if before is not None:
                self._recode(type_name, before["Code"], record["Code"])
            self._by_code[type_name, record["Code"]] = record

    def _recode(self, type_name: str, old: str, new: str) -> None:
        """Bookings hang on the relation or ledger, not on its code: they follow a new one."""
        self._by_code.pop((type_name, old), None)
        if old == new:
            return
        for mutation in self._tables["cMutatie"].values():
            if type_name == "cRelatie" and mutation["RelatieCode"] == old:
                mutation["RelatieCode"] = new
            if type_name == "cGrootboekrekening":
                for holder, name in _ledger_fields(mutation):
                    if holder[name] == old:
                        holder[name] = new


def _ledger_fields(mutation: Record) -> Iterator[tuple[Record, str]]:
    yield mutation, "Rekening"
    for line in mutation["MutatieRegels"]:
        yield line, "TegenrekeningCode"


def _to_json(record: Record) -> dict[str, object]:
    def value(x: object) -> object:
        """A field as JSON can hold it."""
        if isinstance(x, list):
            return [_to_json(y) for y in x]
        return schema.to_text(x) if isinstance(x, Decimal | datetime) else x

    return {name: value(x) for name, x in record.items()}


def _from_json(type_name: str, data: Record) -> Record:
    record = dict(data)
    for field in schema.fields(type_name):
        value = record.get(field.name)
        if field.items:
            record[field.name] = [_from_json(field.items, x) for x in value or ()]
        elif isinstance(value, str) and field.type in {"decimal", "dateTime"}:
            record[field.name] = schema.from_text(field.type, value)
    return record
