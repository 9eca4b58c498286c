"""A contrary booking adds up to nothing with its original, per ledger, code and cost centre."""

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain import codes
from sync.domain.booked import BookedLine, BookedMutation
from sync.domain.inbox import InboxEntry
from sync.domain.mutations import SALES_CODES, SENT_INVOICE, MutationLine
from sync.domain.reversal import contrary, is_contrary
from sync.domain.rulings import Expected, differences, stamp
from sync.errors import UnbookableError

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
ENTRY = InboxEntry(
    key="webshop:inv:1:000000042",
    connection="webshop",
    entity="invoice",
    fingerprint="x",
    document_id=42,
    document_no="000000042",
    order_id=7,
    order_no="000000007",
    store_id=1,
    store="default",
    issued_at=NOW,
    created_at=NOW,
    updated_at=NOW,
)
CENTS = st.integers(-(10**9), 10**9).map(lambda x: Decimal(x).scaleb(-2))
LINES = st.builds(
    lambda ledger, code, net, vat, centre: BookedLine(
        ledger=ledger,
        vat_code=code,
        percent=SALES_CODES[code],
        net=net,
        vat=vat,
        gross=net + vat,
        cost_centre=centre,
    ),
    st.sampled_from(["8000", "8100", "1640"]),
    st.sampled_from(sorted(SALES_CODES)),
    CENTS,
    CENTS,
    st.sampled_from([0, 3]),
)


def sold(*lines: BookedLine) -> BookedMutation:
    """A mutation as the books tell of it."""
    return BookedMutation(
        number=4711,
        kind=SENT_INVOICE,
        booked_on=date(2026, 3, 1),
        ledger="1300",
        relation="BW1",
        invoice_number="A000000042",
        voucher=ENTRY.key,
        lines=lines,
    )


def booked(line: MutationLine) -> BookedLine:
    """A line as the books will have it."""
    return BookedLine(
        ledger=line.ledger,
        vat_code=line.vat_code,
        percent=line.percent,
        net=line.net,
        vat=line.vat,
        gross=line.gross,
        cost_centre=line.cost_centre,
    )


LINE = BookedLine(
    ledger="8000",
    vat_code="HOOG_VERK_21",
    percent=Decimal(21),
    net=Decimal("10.00"),
    vat=Decimal("2.10"),
    gross=Decimal("12.10"),
)


@given(st.lists(LINES, min_size=1, max_size=100))
def test_both_together_are_nothing_per_ledger_code_and_cost_centre(lines: list[BookedLine]) -> None:
    original = sold(*lines)
    back = contrary(original, ENTRY, NOW.date(), 30)
    sums: dict[tuple[str, str, int], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
    for line in [*original.lines, *map(booked, back.lines)]:
        where = (line.ledger, line.vat_code, line.cost_centre)
        amounts = zip(sums[where], (line.net, line.vat, line.gross), strict=True)
        sums[where] = [total + amount for total, amount in amounts]
    assert {x for total in sums.values() for x in total} == {Decimal(0)}
    assert original.total + back.total == 0
    assert "-0" not in {str(x.net) for x in back.lines}
    assert (back.relation, back.debtor_ledger) == (original.relation, original.ledger)
    assert (back.invoice_number, back.voucher) == ("A000000042-X", f"{ENTRY.key}-X")
    assert back.booked_on == NOW.date()


@pytest.mark.parametrize(
    ("original", "code"),
    [
        (sold(), codes.DECISION_VOID),
        (replace(sold(LINE), voucher=f"{ENTRY.key}-X"), codes.DECISION_VOID),
        (sold(replace(LINE, vat_code="HOOG_VERK")), codes.TAX_CODE_INVALID),
        (sold(replace(LINE, gross=Decimal("12.11"))), codes.VAT_AMOUNT_DIFFERS),
        (replace(sold(LINE), invoice_number="A" * 49), codes.FIELD_TOO_LONG),
    ],
    ids=["no lines", "contrary itself", "retired code", "broken line", "long number"],
)
def test_what_has_no_contrary_is_refused_with_what_to_do(
    original: BookedMutation, code: str
) -> None:
    with pytest.raises(UnbookableError, match="book it back by hand") as refused:
        contrary(original, ENTRY, NOW.date(), 30)
    assert refused.value.code == code


def test_a_contrary_is_known_as_one() -> None:
    assert not is_contrary(sold(LINE))
    assert is_contrary(
        replace(sold(LINE), voucher=contrary(sold(LINE), ENTRY, NOW.date(), 30).voucher)
    )


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"invoice_number": "42"}, "number"),
        ({"booked_on": date(2026, 3, 2)}, "date"),
        ({"relation": "10001"}, "relation"),
        ({"lines": (LINE, LINE)}, "amount"),
    ],
)
def test_whatever_differs_is_shown_and_moves_the_stamp(
    changed: dict[str, object], field: str
) -> None:
    original = sold(LINE)
    expected = Expected(
        number="A000000042", issued_on=date(2026, 3, 1), total=Decimal("12.10"), relation="BW1"
    )
    assert differences(expected, original) == []
    other = replace(original, **changed)  # type: ignore[arg-type]
    assert [x.field for x in differences(expected, other)] == [field]
    assert stamp(other) != stamp(original)
