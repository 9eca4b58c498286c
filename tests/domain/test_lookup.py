"""What the books hold decides what a document with a lost answer becomes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from sync.domain.booked import BookedLine, BookedMutation
from sync.domain.booking import book
from sync.domain.lookup import settle
from sync.errors import PermanentError
from tests.builders import RULES, euros, invoice

WANTED = book(invoice(), "K1", "webshop:inv:1:000000042", RULES)


def booked(**changes: object) -> BookedMutation:
    """Our own booking as the books give it back, unless changed."""
    gross = changes.pop("gross", WANTED.total)
    assert isinstance(gross, Decimal)
    line = BookedLine(
        ledger="8000", vat_code="GEEN", percent=Decimal(0), net=gross, vat=Decimal(0), gross=gross
    )
    base = BookedMutation(
        number=175,
        kind="FactuurVerstuurd",
        booked_on=WANTED.booked_on,
        relation="K1",
        invoice_number=WANTED.invoice_number,
        voucher=WANTED.voucher,
        lines=(line,),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


OURS = booked()
THEIRS = booked(number=176, voucher="", relation="10042")
PAYMENT = booked(number=177, kind="FactuurbetalingOntvangen", voucher="")
PURCHASE = booked(number=178, kind="FactuurOntvangen", voucher="", relation="20001")
OTHER_NUMBER = booked(number=179, invoice_number="000000043")


@pytest.mark.parametrize(
    ("found", "mutation", "elsewhere"),
    [
        pytest.param([OURS], 175, False, id="ours"),
        pytest.param([PAYMENT, OURS, PURCHASE], 175, False, id="ours among payments"),
        pytest.param([OURS, THEIRS], 175, False, id="ours beside another's"),
        pytest.param([THEIRS, PAYMENT], 176, True, id="booked by a former extension"),
    ],
)
def test_a_booking_that_is_there_is_linked(
    found: list[BookedMutation], mutation: int, elsewhere: bool
) -> None:
    """By our key; without one by total, date and relation."""
    linked = settle(WANTED, found)
    assert linked is not None
    assert (linked.mutation.number, linked.elsewhere) == (mutation, elsewhere)


@pytest.mark.parametrize("found", [[], [PAYMENT], [PURCHASE, PAYMENT], [OTHER_NUMBER]])
def test_nothing_of_ours_means_post(found: list[BookedMutation]) -> None:
    """Payments and purchases carry the same numbers and prove nothing."""
    assert settle(WANTED, found) is None


@pytest.mark.parametrize(
    "found",
    [
        pytest.param([booked(gross=euros("12.11"))], id="another amount under our key"),
        pytest.param([OURS, booked(number=180)], id="twice under our key"),
        pytest.param([booked(voucher="", gross=euros("12.11"))], id="another amount"),
        pytest.param([booked(voucher="", booked_on=date(2025, 1, 1))], id="another date"),
        pytest.param([THEIRS, booked(number=181, voucher="x")], id="twice elsewhere"),
    ],
)
def test_any_other_difference_needs_a_person(found: list[BookedMutation]) -> None:
    """Both sides are named: mutation, date, relation, amount."""
    with pytest.raises(PermanentError, match=r"Invoice number already exists: .*€ 12\.10"):
        settle(WANTED, found)


def test_another_customers_booking_is_never_linked() -> None:
    """Same number, date and amount on a relation that we know as somebody else's."""
    with pytest.raises(PermanentError, match="10042"):
        settle(WANTED, [THEIRS], strangers={"10042"})
