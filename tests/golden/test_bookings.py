"""Every document that was recorded whole, against the booking worked out by hand beside it.

`bookings/` has one readable file per document; nothing here writes them. The recordings go through
the shop's client over HTTP, the booking rules and, in one test, the whole engine into the books.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sync.domain import codes
from sync.domain.attempts import document_key
from sync.domain.booking import book
from sync.domain.customers import Debtors
from sync.domain.documents import SalesDocument
from sync.domain.mutations import SALES_CODES, Mutation
from sync.domain.preflight import check, skip
from sync.domain.rules import BookingRules, read_mapping
from tests.engine.world import recorded_world
from tests.magento.recorded import body, order_of, serving, whole_names

HERE = Path(__file__).parent
FILES = sorted((HERE / "bookings").glob("*.toml"))
MEMO_PREFIX = "C"
HEADING = ("number", "date", "relation", "description", "reference", "voucher", "total")

Line = tuple[str, str, Decimal, Decimal, Decimal]
"""Ledger, VAT code, net, VAT and gross."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A file of `bookings/`: the heading by its own names, and the lines; neither when skipped."""

    recording: str
    number: str
    heading: Mapping[str, Any]
    lines: tuple[Line, ...]
    skipped: str = ""


def expected(file: Path) -> Expected:
    """Read one file."""
    found = tomllib.loads(file.read_text("utf-8"))
    rows = [row.split() for row in found.pop("lines", "").strip().splitlines()[1:]]
    recording, skipped = found.pop("recording"), found.pop("skipped", "")
    if "total" in found:
        found["total"] = Decimal(found["total"])
    lines = tuple((x[0], x[1], Decimal(x[2]), Decimal(x[3]), Decimal(x[4])) for x in rows)
    return Expected(recording, found["number"], found, lines, skipped)


ALL = {file.stem: expected(file) for file in FILES}
BOOKED = {number: one for number, one in ALL.items() if not one.skipped}


@pytest.fixture(scope="module")
def documents() -> Mapping[str, SalesDocument]:
    """What the shop's client makes of the recordings, by recording."""
    return _documents()


@cache
def _documents() -> Mapping[str, SalesDocument]:
    ids = {name: int(body(name)["entity_id"]) for name in (x.recording for x in ALL.values())}
    invoices = [ids[name] for name in ids if "_invoice" in name]
    memos = [ids[name] for name in ids if "_creditmemo" in name]
    with serving() as (shop, _server, _clock):
        found = [
            *shop.invoices_by_id(invoices).documents,
            *shop.credit_memos_by_id(memos).documents,
        ]
    by_id = {(x.entity, x.id): x for x in found}
    return {
        name: by_id["creditmemo" if "_creditmemo" in name else "invoice", number]
        for name, number in ids.items()
    }


@pytest.fixture(scope="module")
def rules() -> BookingRules:
    """The golden mapping, and the countries of the recorded shop's tax rates."""
    table = tomllib.loads((HERE / "settings.toml").read_text("utf-8"))
    return BookingRules(
        connection="webshop",
        mapping=read_mapping(table["mapping"]),
        rate_countries=rate_countries(),
    )


@cache
def rate_countries() -> Mapping[str, str]:
    """Country by tax rate, as the shop's client reads them."""
    with serving() as (shop, _server, _clock):
        return {rate.code: rate.country for rate in shop.tax_rates()}


def booked(document: SalesDocument, rules: BookingRules) -> Mutation:
    """The booking as the engine has it made."""
    check(document)
    voucher = document_key("webshop", document.entity, document.store_id, document.number)
    return book(document, Debtors("webshop").code(document.buyer), voucher, rules)


def who(document: SalesDocument) -> str:
    """What kind of relation the document is booked on."""
    made = Debtors("webshop").relation(document.buyer)
    account = {"K": "account", "G": "guest"}[made.code[0]]
    return f"{'company' if made.business else 'person'}, {account}"


def test_every_whole_recording_has_one_expected_booking() -> None:
    """Twelve invoices and four credit memos, each in the file that is named after its number."""
    recordings = [*whole_names("invoice"), *whole_names("creditmemo")]
    assert len(recordings) == 16
    assert sorted(one.recording for one in ALL.values()) == sorted(recordings)
    assert all(number == one.number for number, one in ALL.items())


@pytest.mark.parametrize("number", BOOKED)
def test_an_expected_booking_adds_up_by_itself(number: str) -> None:
    """Net and VAT make gross, gross makes the total, and the total is the document's own."""
    one = BOOKED[number]
    sign = -1 if number.startswith(MEMO_PREFIX) else 1
    assert all(net + vat == gross for _, _, net, vat, gross in one.lines)
    assert sum(gross for *_, gross in one.lines) == one.heading["total"]
    assert one.heading["total"] == sign * body(one.recording)["base_grand_total"]
    assert set(one.heading) == set(HEADING)


@pytest.mark.parametrize("number", BOOKED)
def test_a_recorded_document_is_booked_as_worked_out_by_hand(
    number: str, documents: Mapping[str, SalesDocument], rules: BookingRules
) -> None:
    """Heading and lines, in order, to the cent."""
    one = BOOKED[number]
    document = documents[one.recording]
    mutation = booked(document, rules)
    assert skip(document, rules) is None
    assert one.heading == {
        "number": mutation.invoice_number,
        "date": mutation.booked_on,
        "relation": who(document),
        "description": mutation.description,
        "reference": mutation.reference,
        "voucher": mutation.voucher,
        "total": mutation.total,
    }
    assert one.lines == tuple((x.ledger, x.vat_code, x.net, x.vat, x.gross) for x in mutation.lines)
    assert mutation.debtor_ledger == "1300"
    assert {x.cost_centre for x in mutation.lines} == {0}


def test_a_document_of_nothing_is_skipped_for_that_reason(
    documents: Mapping[str, SalesDocument], rules: BookingRules
) -> None:
    """Neither booked nor failed."""
    [one] = [one for one in ALL.values() if one.skipped]
    left_out = skip(documents[one.recording], rules)
    assert left_out is not None
    assert (left_out.code, one.skipped) == (codes.ZERO_TOTAL, codes.ZERO_TOTAL)


def _orders() -> Iterator[tuple[str, list[str]]]:
    """Every whole order that was invoiced in full, with the numbers of its invoices."""
    by_order = defaultdict(list)
    for number, one in BOOKED.items():
        if "_invoice" in one.recording:
            by_order[str(body(one.recording)["order_id"])].append(number)
    for numbers in by_order.values():
        order = order_of(BOOKED[numbers[0]].recording)
        if order["base_total_invoiced"] == order["base_grand_total"]:
            yield order["increment_id"], numbers


@pytest.mark.parametrize(("order_no", "numbers"), list(_orders()))
def test_vat_by_code_is_what_the_order_says_of_its_taxes(
    order_no: str, numbers: list[str], rules: BookingRules
) -> None:
    """For Dutch rates by VAT code; VAT of another country by that country's ledger."""
    order = order_of(BOOKED[numbers[0]].recording)
    assert order["increment_id"] == order_no
    applied: dict[str, Decimal] = defaultdict(Decimal)
    for tax in order["extension_attributes"]["applied_taxes"]:
        country = rules.rate_countries[tax["code"]]
        abroad = country != "NL"
        place = rules.mapping.oss[country] if abroad else rules.mapping.vat[tax["code"]]
        applied[place] += tax["base_amount"]
    found: dict[str, Decimal] = defaultdict(Decimal)
    for number in numbers:
        for ledger, code, net, vat, _ in BOOKED[number].lines:
            if ledger in rules.mapping.oss.values():
                found[ledger] += net
            elif vat:
                found[code] += vat
    assert found == applied


def test_ten_orders_were_invoiced_in_full() -> None:
    """All but the one of zero: two invoices share an order."""
    assert len(list(_orders())) == 10


def test_the_whole_engine_puts_exactly_these_bookings_into_the_books(tmp_path: Path) -> None:
    """Over HTTP and SOAP, field by field in the books' own words."""
    world = recorded_world(tmp_path)
    try:
        world.run()
        for number, one in ALL.items():
            assert [_told(x) for x in world.booked(number)] == (
                [] if one.skipped else [_asked(one)]
            )
        assert len(world.books.state.mutations) == len(BOOKED)
    finally:
        world.close()


_HEADING: tuple[str, ...] = ("Soort", "Rekening", "Factuurnummer", "Boekstuk", "Omschrijving")
_HEADING += ("Betalingstermijn", "Betalingskenmerk", "InExBTW")
_LINE: tuple[str, ...] = (
    "TegenrekeningCode",
    "BTWCode",
    "KostenplaatsID",
    "BedragInvoer",
    "BedragExclBTW",
)
_LINE += ("BedragBTW", "BedragInclBTW", "BTWPercentage")


def _told(mutation: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[Any, ...]]]:
    heading = {name: mutation[name] for name in _HEADING} | {"Datum": mutation["Datum"].date()}
    return heading, [tuple(x[name] for name in _LINE) for x in mutation["MutatieRegels"]]


def _asked(one: Expected) -> tuple[dict[str, Any], list[tuple[Any, ...]]]:
    day: date = one.heading["date"]
    heading = {
        "Soort": "FactuurVerstuurd",
        "Rekening": "1300",
        "Factuurnummer": one.number,
        "Boekstuk": one.heading["voucher"],
        "Omschrijving": one.heading["description"],
        "Betalingstermijn": "30",
        "Betalingskenmerk": one.heading["reference"],
        "InExBTW": "IN",
        "Datum": day,
    }
    lines: list[tuple[Any, ...]] = [
        (ledger, code, 0, gross, net, vat, gross, SALES_CODES[code])
        for ledger, code, net, vat, gross in one.lines
    ]
    return heading, lines
