"""What holds for the booking of any document, made up here or by the sandbox's trade.

The judge of codes, sides and percentages is the simulated books' own table, not the connector's.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.domain import codes
from sync.domain.booking import book
from sync.domain.documents import DocumentLine, LineKind, SalesDocument
from sync.domain.mutations import MAX_LINES, Mutation, MutationLine
from sync.domain.preflight import check, skip
from sync.domain.rules import BookingRules, LedgerRule
from sync.errors import UnbookableError
from sync.sandbox.books.chart import VAT_CODES
from sync.sandbox.trade import NO_FAILURES, Mix, Plan, trade
from tests.builders import BUYER, MAPPING, abroad, credit_memo, invoice
from tests.builders import RULES as ORDINARY
from tests.sandbox.trade import test_bookable as traded

CENT = Decimal("0.01")
OSS = {"DE": "1641", "BE": "1640"}
DUTCH_COMPANY, BELGIAN_COMPANY = "NL004495445B01", "BE0428759497"

RULES = replace(
    ORDINARY,
    mapping=replace(MAPPING, oss=OSS),
    rate_countries={"NL-21": "NL", "NL-9": "NL", "DE-19": "DE", "DE-7": "DE", "BE-21": "BE"},
    domestic_zero={4: "VERL_VERK"},
)


class Place(NamedTuple):
    """Where a sale goes: who buys, and the rates that the shop charges there."""

    changes: Mapping[str, Any]
    rates: tuple[str, ...]


PLACES = {
    "home": Place({}, ("NL-21", "NL-9", "")),
    "home company": Place(
        {"buyer": replace(BUYER, vat_number=DUTCH_COMPANY, group=4)}, ("NL-21", "NL-9", "")
    ),
    "Germany": Place(abroad("DE"), ("DE-19", "DE-7")),
    "Belgium": Place(abroad("BE"), ("BE-21",)),
    "Dutch VAT abroad": Place(abroad("BE"), ("NL-21", "NL-9")),
    "Belgian company": Place(abroad("BE", BELGIAN_COMPANY), ("",)),
    "export": Place(abroad("US"), ("",)),
}
KINDS: tuple[LineKind, ...] = ("product", "shipping")

amounts = st.one_of(st.integers(1, 60), st.integers(1, 1_000_000)).map(
    lambda n: Decimal(n).scaleb(-2)
)


@st.composite
def sold(draw: st.DrawFn, rates: tuple[str, ...]) -> DocumentLine:
    """A line as a shop charges it: its VAT rounded by row, by piece or over the whole order."""
    tax = draw(st.sampled_from(rates))
    percent = Decimal(tax.partition("-")[2] or 0)
    net = draw(amounts)
    vat = (net * percent / 100).quantize(CENT, ROUND_HALF_UP)
    if vat > CENT:
        vat += Decimal(draw(st.sampled_from([0, 0, 0, 1, -1]))).scaleb(-2)
    return DocumentLine(
        kind=draw(st.sampled_from(KINDS)),
        net=net,
        vat=vat,
        tax=tax,
        percent=percent,
        virtual=draw(st.booleans()),
    )


@st.composite
def documents(draw: st.DrawFn, place: Place | None = None) -> SalesDocument:
    """An invoice or credit memo that ought to be booked."""
    where = place or PLACES[draw(st.sampled_from(sorted(PLACES)))]
    lines = draw(st.lists(sold(where.rates), min_size=1, max_size=12))
    if draw(st.sampled_from([False, False, False, True])):
        lines *= MAX_LINES // len(lines) + 1  # so many that they are grouped
    make = invoice
    if draw(st.booleans()):
        make = credit_memo
        if draw(st.booleans()):
            extra = Decimal(draw(st.integers(-50, 50).filter(bool))).scaleb(-2)
            lines.append(DocumentLine(kind="adjustment", net=extra, vat=Decimal(0)))
    rounding = Decimal(draw(st.integers(-5, 5))).scaleb(-2)
    total = sum((line.gross for line in lines), Decimal(0)) + rounding
    return make(*lines, total=total, **where.changes)


def booked(document: SalesDocument, rules: BookingRules = RULES) -> Mutation:
    """The booking, made twice: the mapping is a pure function."""
    before = repr(document)
    mutation = book(document, "K1", "webshop:inv:1:1", rules)
    assert book(document, "K1", "webshop:inv:1:1", rules) == mutation
    assert repr(document) == before
    return mutation


def judge(document: SalesDocument, mutation: Mutation, rules: BookingRules = RULES) -> None:
    """All that must hold for every booking."""
    sign = -1 if document.entity == "creditmemo" else 1
    assert mutation.total == sign * document.total
    assert 1 <= len(mutation.lines) <= MAX_LINES
    for line in mutation.lines:
        assert line.ledger
        assert all(not x * 100 % 1 for x in (line.net, line.vat))
        assert line.net * line.vat >= 0, "net and VAT have one sign"
        assert line.vat * sign >= 0, "and it is the document's"
        code = VAT_CODES[line.vat_code]
        assert code.side in {"sales", "both"}
        percent = code.percent_on(mutation.booked_on)
        assert percent is None or abs(line.net * percent / 100 - line.vat) <= rules.tolerance
    charged = [line for line in document.lines if line.vat]
    abroad_ = [line for line in charged if rules.rate_countries[line.tax] != rules.home]
    assert _vat_by_code(mutation.lines) == _vat_by_tax(charged, rules, sign)
    oss = set(rules.mapping.oss.values())
    on_oss = sum((x.gross for x in mutation.lines if x.ledger in oss), Decimal(0))
    assert on_oss == sign * sum((x.vat for x in abroad_), Decimal(0))
    if abroad_:
        assert all(x.vat_code == "GEEN" for x in mutation.lines if x.ledger in oss)


def _vat_by_code(lines: tuple[MutationLine, ...]) -> Mapping[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.vat:
            found[line.vat_code] += line.vat
    return found


def _vat_by_tax(lines: list[DocumentLine], rules: BookingRules, sign: int) -> Mapping[str, Decimal]:
    """What the Dutch return must get: VAT at home rates, by the code each is mapped to."""
    wanted: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        if rules.rate_countries[line.tax] == rules.home:
            wanted[rules.mapping.vat[line.tax]] += sign * line.vat
    return wanted


@given(documents())
@settings(max_examples=150, deadline=None)
def test_any_document_is_booked_right(document: SalesDocument) -> None:
    """To the cent, with its VAT per code, as the books' own check wants it."""
    if not document.total:
        return
    judge(document, booked(document))


@given(documents(PLACES["Germany"]) | documents(PLACES["Belgium"]))
@settings(max_examples=50, deadline=None)
def test_foreign_vat_never_stands_on_a_code_of_the_dutch_return(document: SalesDocument) -> None:
    """Every line of a sale under One Stop Shop goes without a code."""
    assert {line.vat_code for line in booked(document).lines} == {"GEEN"}


@given(documents())
@settings(max_examples=80, deadline=None)
def test_a_refund_of_the_whole_document_mirrors_its_invoice(document: SalesDocument) -> None:
    """Same ledgers, codes and cost centres in the same order, every sign turned."""
    bill = booked(replace(document, entity="invoice"))
    refund = booked(replace(document, entity="creditmemo"))
    turned = tuple(replace(line, net=-line.net, vat=-line.vat) for line in bill.lines)
    assert refund.lines == turned
    assert refund.invoice_number == RULES.creditmemo_prefix + bill.invoice_number


@given(documents(PLACES["home"]), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_order_of_the_lines_decides_nothing_but_their_order(
    document: SalesDocument, random: Any
) -> None:
    """Amounts per ledger and code are the same, as long as nothing has to be grouped."""
    if len(document.lines) > MAX_LINES // 2:
        return
    shuffled = list(document.lines)
    random.shuffle(shuffled)
    other = booked(replace(document, lines=tuple(shuffled)))
    assert Counter(other.lines) == Counter(booked(document).lines)


wild = st.builds(
    DocumentLine,
    kind=st.sampled_from(["product", "shipping", "adjustment"]),
    net=st.integers(-10_000, 10_000).map(lambda n: Decimal(n).scaleb(-2)),
    vat=st.integers(-3_000, 3_000).map(lambda n: Decimal(n).scaleb(-2)),
    tax=st.sampled_from(["NL-21", "NL-9", "NL-13", "DE-19", "BE-21", ""]),
    percent=st.sampled_from([Decimal(0), Decimal(9), Decimal(19), Decimal(21)]),
)


@given(
    st.lists(wild, max_size=6),
    st.sampled_from(["NL", "BE", "DE", "AT", "GB", "US", ""]),
    st.sampled_from(["", "x", DUTCH_COMPANY, BELGIAN_COMPANY, "XI432525179"]),
    st.integers(-20_000, 20_000),
    st.sampled_from(["EUR", "USD"]),
)
@settings(max_examples=200, deadline=None)
def test_a_document_that_cannot_be_right_is_refused_by_name_or_booked_to_the_cent(
    lines: list[DocumentLine], country: str, number: str, off: int, currency: str
) -> None:
    """Never another error, never a booking that the books would refuse for its sums."""
    total = sum((line.gross for line in lines), Decimal(0)) + Decimal(off // 4000).scaleb(-2)
    document = invoice(*lines, total=total, currency=currency, **abroad(country, number))
    if skip(document, RULES):
        return
    found = _verdict(document)
    if isinstance(found, UnbookableError):
        assert found.code in codes.MEANING
        assert found.message.startswith(("Validation error: ", "Invalid tax code: "))
        return
    assert found.total == document.total
    for line in found.lines:
        percent = VAT_CODES[line.vat_code].percent_on(found.booked_on)
        assert percent is None or abs(line.net * percent / 100 - line.vat) <= RULES.tolerance


def _verdict(document: SalesDocument) -> Mutation | UnbookableError:
    try:
        check(document)
        return booked(document)
    except UnbookableError as error:
        return error


@pytest.mark.parametrize("tax", ["NL-21", "DE-19"])
def test_vat_that_rounds_to_nothing_is_still_charged(tax: str) -> None:
    """Two cents have no cent of VAT; that makes a consumer's sale no sale without VAT."""
    where = PLACES["Germany" if tax == "DE-19" else "home company"]
    line = DocumentLine(
        kind="product", net=2 * CENT, vat=Decimal(0), tax=tax, percent=Decimal(tax[3:])
    )
    mutation = booked(invoice(line, **where.changes))
    code = "GEEN" if tax == "DE-19" else "HOOG_VERK_21"
    assert [(x.ledger, x.vat_code, x.net) for x in mutation.lines] == [("8000", code, 2 * CENT)]


def test_rounding_that_comes_together_in_a_group_is_no_mistake() -> None:
    """101 lines of two cents each lose their VAT to rounding; one line of € 2.02 would not."""
    line = DocumentLine(
        kind="product", net=2 * CENT, vat=Decimal(0), tax="NL-21", percent=Decimal(21)
    )
    mutation = booked(invoice(*[line] * (MAX_LINES + 1)))
    assert [(x.vat_code, x.net, x.vat) for x in mutation.lines] == [
        ("GEEN", 202 * CENT, Decimal(0))
    ]


MIXES = {
    "ordinary": Mix(),
    "dollars": Mix(us_store=1),
    "companies": Mix(us_store=0, b2b_store=1, domestic_reverse=0.3, coupon=0.5),
    "abroad": Mix(abroad=0.7, export=0.3, b2b_store=0, coupon=0.5),
    "refunds": Mix(refund=1, second_refund=1, in_parts=0.5, coupon=0.4),
}
TRADE_RULES = replace(
    traded.RULES,
    mapping=replace(
        traded.RULES.mapping,
        ledgers=(LedgerRule(ledger="8000"), LedgerRule(kind="shipping", ledger="8100")),
    ),
)


def _plan(mix: Mix, seed: int) -> Plan:
    return Plan(
        seed=seed,
        first_day=date(2026, 1, 1),
        days=14,
        orders_per_day=(5, 5),
        mix=mix,
        failures=NO_FAILURES,
    )


@pytest.mark.parametrize("name", MIXES)
def test_invented_trade_is_booked_right(name: str) -> None:
    """Through the shop's own shapes and the connector's reader."""
    seen = 0
    for document in traded.documents(_plan(MIXES[name], 21)):
        if not skip(document, TRADE_RULES):
            judge(document, booked(document, TRADE_RULES), TRADE_RULES)
            seen += 1
    assert seen > 50


def _applied(entity: Mapping[str, Any]) -> Iterator[tuple[str, Decimal]]:
    for tax in entity["extension_attributes"].get("applied_taxes", ()):
        country = TRADE_RULES.rate_countries[tax["code"]]
        home = country == TRADE_RULES.home
        place = TRADE_RULES.mapping.vat if home else TRADE_RULES.mapping.oss
        yield place[tax["code"] if home else country], Decimal(str(tax["base_amount"]))


@pytest.mark.parametrize("name", ["ordinary", "abroad", "refunds"])
def test_vat_per_code_of_a_fully_invoiced_order_is_what_the_order_says(name: str) -> None:
    """Over all of its invoices; foreign VAT per ledger of its country."""
    plan = _plan(MIXES[name], 22)
    orders = {x.entity["entity_id"]: x.entity for x in trade(plan) if x.table == "orders"}
    found: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    latest = {x.id: x for x in traded.documents(plan) if x.entity == "invoice"}
    oss = set(TRADE_RULES.mapping.oss.values())
    for document in latest.values():
        if not skip(document, TRADE_RULES):
            for line in booked(document, TRADE_RULES).lines:
                place = line.ledger if line.ledger in oss else line.vat_code
                found[document.order_id][place] += line.net if line.ledger in oss else line.vat
    compared = 0
    for number, entity in orders.items():
        if entity.get("base_total_invoiced") == entity["base_grand_total"] != 0:
            wanted: dict[str, Decimal] = defaultdict(Decimal)
            for place, amount in _applied(entity):
                wanted[place] += amount
            booked_vat = {place: vat for place, vat in found[number].items() if vat}
            assert booked_vat == {place: vat for place, vat in wanted.items() if vat}
            compared += 1
    assert compared > 20
