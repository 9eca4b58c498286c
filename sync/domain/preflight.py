"""What the books would refuse, or should never get, found before anything is sent."""

from dataclasses import dataclass
from datetime import date

from sync.domain import codes
from sync.domain.documents import Customer, SalesDocument, State
from sync.domain.rules import BookingRules
from sync.errors import UnbookableError

BOOKED_CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class Skip:
    """Why a document is left out of the books on purpose."""

    code: str
    message: str


def skip(document: SalesDocument, rules: BookingRules) -> Skip | None:
    """The reason to leave this document out; None to book it."""
    if document.state == State.CANCELLED:
        return Skip(codes.CANCELLED, "Skipped: Cancelled in the shop")
    if document.state == State.OPEN and rules.only_paid and document.entity == "invoice":
        return Skip(codes.NOT_PAID, "Skipped: not paid yet")
    if not document.total:
        return Skip(codes.ZERO_TOTAL, "Skipped: the total is zero, there is nothing to book")
    return None


def incomplete(customer: Customer) -> Skip | None:
    """What an account lacks that its relation needs; None when it may be made."""
    if "@" not in customer.buyer.email:
        return Skip(codes.EMAIL_MISSING, "Skipped: the account has no e-mail address")
    if not customer.buyer.address.country:
        return Skip(
            codes.COUNTRY_MISSING, "Skipped: the account has no billing address with a country yet"
        )
    return None


def check(document: SalesDocument) -> None:
    """Refuse what cannot be booked as it is.

    Raises:
        UnbookableError: Says what to fix, in the words of the message catalogue.
    """
    if document.currency != BOOKED_CURRENCY:
        raise UnbookableError(
            f"Validation error: the shop's base currency is {document.currency}, "
            f"only {BOOKED_CURRENCY} can be booked",
            code=codes.CURRENCY,
            detail={"currency": document.currency},
        )
    if "@" not in document.buyer.email:
        raise UnbookableError(
            "Customer email required: the order has no e-mail address; add it to the customer "
            "or the order, then book again",
            code=codes.EMAIL_MISSING,
            detail={"email": "missing"},
        )
    if not document.buyer.address.country or not document.ship_to:
        raise UnbookableError(
            "Validation error: the billing address has no country; complete the order's address",
            code=codes.COUNTRY_MISSING,
        )
    if not document.lines:
        raise UnbookableError(
            "Validation error: the document has a total but no lines",
            code=codes.TOTALS_DIFFER,
            detail={"total": f"{document.total:.2f}"},
        )


def require_open(day: date, rules: BookingRules) -> None:
    """Refuse a date in a period that is closed, as far as the settings know.

    The books tell it of no period beforehand, only of a booking. So this is asked after the
    look-up: what is in the books already may well lie in a closed year.

    Raises:
        UnbookableError: It is closed.
    """
    if day <= rules.closed_until:
        raise UnbookableError(
            f"Validation error: the date {day} lies in a closed period (booking.closed_until is "
            f"{rules.closed_until}); open the period and move that setting, or book it by hand",
            code=codes.PERIOD_CLOSED,
            detail={"date": day.isoformat()},
        )
