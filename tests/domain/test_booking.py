"""A document becomes one booking: to the cent, on the shop's date, with the right signs."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain import codes
from sync.domain.booking import book
from sync.domain.documents import DocumentLine, LineKind
from sync.domain.mutations import MAX_LINES, SALES_CODES
from sync.domain.rules import LedgerRule
from sync.errors import UnbookableError
from tests.builders import MAPPING, RULES, abroad, credit_memo, euros, invoice, line

KEY = "webshop:inv:1:000000042"


def lines_of(document: object, rules: object = RULES) -> list[tuple[str, str, str, str]]:
    """Ledger, code, net and VAT of each booked line, as text."""
    mutation = book(document, "K1", KEY, rules)  # type: ignore[arg-type]
    return [(x.ledger, x.vat_code, f"{x.net:.2f}", f"{x.vat:.2f}") for x in mutation.lines]


def test_each_line_goes_to_its_own_ledger_with_its_own_code() -> None:
    """Goods at two rates and shipping stay apart."""
    document = invoice(
        line("33.05", "6.94"),
        line("12.50", "1.13", "NL-9"),
        line("4.13", "0.87", kind="shipping"),
    )
    assert lines_of(document) == [
        ("8000", "HOOG_VERK_21", "33.05", "6.94"),
        ("8010", "LAAG_VERK_9", "12.50", "1.13"),
        ("8100", "HOOG_VERK_21", "4.13", "0.87"),
    ]


def test_the_heading_says_who_owes_what_and_why() -> None:
    """Number, order, key, term and description as the bookkeeper finds them back."""
    mutation = book(invoice(), "K1", KEY, replace(RULES, invoice_prefix="A", term=14))
    assert (mutation.invoice_number, mutation.voucher) == ("A000000042", KEY)
    assert (mutation.relation, mutation.debtor_ledger, mutation.term) == ("K1", "1300", 14)
    assert mutation.reference == "000000017"
    assert mutation.description == "Factuur 000000042, bestelling 000000017"


def test_a_refund_is_negative_and_has_a_number_of_its_own() -> None:
    """Both sequences of the shop can yield 000000042; its amounts are positive on both."""
    memo = credit_memo(line("33.05", "6.94"), line("2.50", "0", "", kind="adjustment"))
    mutation = book(memo, "K1", KEY, RULES)
    assert mutation.invoice_number == "C000000042"
    assert mutation.total == euros("-42.49")
    assert lines_of(memo) == [
        ("8000", "HOOG_VERK_21", "-33.05", "-6.94"),
        ("8200", "GEEN", "-2.50", "0.00"),
    ]


@pytest.mark.parametrize(
    ("issued_at", "zone", "booked_on"),
    [
        pytest.param(
            datetime(2025, 12, 31, 22, 59, tzinfo=UTC), "", date(2025, 12, 31), id="old year"
        ),
        pytest.param(
            datetime(2025, 12, 31, 23, 0, tzinfo=UTC), "", date(2026, 1, 1), id="new year"
        ),
        pytest.param(
            datetime(2026, 6, 30, 22, 0, tzinfo=UTC), "", date(2026, 7, 1), id="summer time"
        ),
        pytest.param(
            datetime(2025, 12, 31, 23, 0, tzinfo=UTC),
            "America/Los_Angeles",
            date(2025, 12, 31),
            id="zone of the settings",
        ),
    ],
)
def test_the_booking_date_is_the_shops_date(
    issued_at: datetime, zone: str, booked_on: date
) -> None:
    """One hour decides the VAT quarter."""
    mutation = book(invoice(issued_at=issued_at), "K1", KEY, replace(RULES, zone=zone))
    assert mutation.booked_on == booked_on


def test_cents_of_difference_are_booked_in_sight() -> None:
    """Lines and total may differ by rounding; the difference gets a line of its own."""
    assert lines_of(invoice(total=euros("12.12")))[1:] == [("8990", "GEEN", "0.02", "0.00")]


def test_a_larger_difference_is_refused_and_named() -> None:
    """€ 2.50 is no rounding."""
    with pytest.raises(UnbookableError, match=r"Lines and total differ by € 2\.50") as caught:
        lines_of(invoice(total=euros("14.60")))
    assert caught.value.code == codes.TOTALS_DIFFER


def test_a_fee_is_booked_where_a_ledger_for_fees_says_so() -> None:
    """A positive rest becomes one line; a negative one, like a gift card, is always refused."""
    fees = replace(MAPPING, ledgers=(*MAPPING.ledgers, LedgerRule(kind="fee", ledger="8300")))
    rules = replace(RULES, mapping=fees)
    assert lines_of(invoice(total=euros("14.60")), rules)[1:] == [("8300", "GEEN", "2.50", "0.00")]
    taxed = replace(rules, fee_vat_code="HOOG_VERK_21")
    assert lines_of(invoice(total=euros("14.60")), taxed)[1:] == [
        ("8300", "HOOG_VERK_21", "2.07", "0.43")
    ]
    with pytest.raises(UnbookableError, match="differ"):
        lines_of(invoice(total=euros("9.60")), rules)


def test_vat_that_is_not_quite_the_rate_splits_the_net() -> None:
    """The books check net x rate; VAT per code and gross stay exactly the document's."""
    assert lines_of(invoice(line("100.00", "20.90"))) == [
        ("8000", "HOOG_VERK_21", "99.52", "20.90"),
        ("8000", "GEEN", "0.48", "0.00"),
    ]


def test_vat_far_from_the_rate_is_refused_with_the_figures() -> None:
    """More than one per cent and more than a euro is no rounding."""
    with pytest.raises(UnbookableError, match=r"€ 9\.00 on € 100\.00 is not 21 %"):
        lines_of(invoice(line("100.00", "9.00")))


def test_a_deviating_code_takes_the_amount_as_it_is() -> None:
    """Only where the mapping itself says so."""
    assert lines_of(invoice(line("100.00", "13.00", "NL-AFW"))) == [
        ("8000", "AFW_VERK", "100.00", "13.00")
    ]


def test_more_than_a_hundred_lines_are_grouped() -> None:
    """By ledger and code; nothing is lost of the amounts."""
    many = [line("1.00", "0.21") for _ in range(MAX_LINES)] + [line("1.00", "0.09", "NL-9")]
    document = invoice(*many)
    assert lines_of(document) == [
        ("8000", "HOOG_VERK_21", "100.00", "21.00"),
        ("8010", "LAAG_VERK_9", "1.00", "0.09"),
    ]


def test_free_items_make_no_line() -> None:
    """VAT of nothing cannot be derived, and the books need none."""
    assert len(lines_of(invoice(line(), line("0", "0", "")))) == 1


def test_foreign_vat_of_consumers_never_reaches_the_dutch_return() -> None:
    """One Stop Shop: net without a code, the VAT on the country's balance ledger."""
    document = invoice(line("24.99", "4.75", "DE-19"), **abroad("DE"))
    assert lines_of(document) == [
        ("8000", "GEEN", "24.99", "0.00"),
        ("1641", "GEEN", "4.75", "0.00"),
    ]


def test_a_number_longer_than_the_books_take_is_refused_not_cut() -> None:
    """A cut number could be another document's."""
    with pytest.raises(UnbookableError, match="51 characters"):
        book(invoice(number="9" * 51), "K1", KEY, RULES)


cents = st.integers(1, 10_000_00).map(lambda n: Decimal(n).scaleb(-2))
kinds: st.SearchStrategy[LineKind] = st.sampled_from(["product", "shipping"])


@st.composite
def taxed_lines(draw: st.DrawFn) -> DocumentLine:
    """A line at a Dutch rate, its VAT rounded as shops do, at most a cent off."""
    tax, percent = draw(st.sampled_from([("NL-21", 21), ("NL-9", 9), ("", 0)]))
    net = draw(cents)
    off = draw(st.integers(-1, 1)) if percent else 0
    vat = max((net * percent / 100).quantize(Decimal("0.01")) + Decimal(off).scaleb(-2), Decimal(0))
    return DocumentLine(kind=draw(kinds), net=net, vat=vat, tax=tax if vat else "")


@given(st.lists(taxed_lines(), min_size=1, max_size=150), st.booleans(), st.integers(-5, 5))
def test_any_document_adds_up_to_the_cent(
    lines: list[DocumentLine], refund: bool, rounding: int
) -> None:
    """Gross lines make the total, signs are right, codes are sales codes, the books' sum holds."""
    total = sum((x.gross for x in lines), Decimal(0)) + Decimal(rounding).scaleb(-2)
    document = (credit_memo if refund else invoice)(*lines, total=total)
    mutation = book(document, "K1", KEY, RULES)
    assert mutation.total == (-total if refund else total)
    assert 1 <= len(mutation.lines) <= MAX_LINES
    assert book(document, "K1", KEY, RULES) == mutation
    vat = sum((x.vat for x in mutation.lines), Decimal(0))
    assert abs(vat) == sum((x.vat for x in lines), Decimal(0))
    for x in mutation.lines:
        assert x.vat_code in SALES_CODES
        assert abs(x.net * x.percent / 100 - x.vat) <= RULES.tolerance
