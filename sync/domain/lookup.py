"""What the books already hold of a document, decided before anything is posted a second time.

e-Boekhouden cannot change or delete a mutation, so a booking whose answer was lost is looked up
by its number. Payments and purchases carry the same numbers: only sent invoices count.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sync.domain import codes
from sync.domain.booked import BookedMutation
from sync.domain.mutations import SENT_INVOICE, Mutation
from sync.errors import PermanentError

MONTHLY: Final = 5_000
"""GetMutaties that the books answer in a month, for each administration."""

RESERVE: Final = 500
"""So many of them are kept for what people ask for."""

ZONE: Final = ZoneInfo("Europe/Amsterdam")
"""Where the books' days and months begin."""

_MUTATIONS: Final = re.compile(r'"mutations":"([0-9]{1,15})')


def month_of(moment: datetime) -> str:
    """The month in which the books count a look-up, e.g. "2026-11"."""
    return f"{moment.astimezone(ZONE):%Y-%m}"


def next_month(now: datetime) -> datetime:
    """When the books count from nothing again: the next month's first moment there."""
    later = now.astimezone(ZONE).date().replace(day=1) + timedelta(days=32)
    return datetime.combine(later.replace(day=1), time(), ZONE)


@dataclass(frozen=True, slots=True)
class Linked:
    """The booking is there.

    Attributes:
        mutation: The one that is ours.
        elsewhere: Whether somebody else booked it, by hand or with other software.
    """

    mutation: BookedMutation
    elsewhere: bool


def settle(
    wanted: Mutation, found: Sequence[BookedMutation], strangers: Collection[str] = ()
) -> Linked | None:
    """Which of the mutations with our number is our booking; None when it must be posted.

    Args:
        wanted: What would be booked.
        found: All mutations that carry its invoice number.
        strangers: Relation codes that we know as other customers'.

    Raises:
        PermanentError: The number is there for something else, or more than once; names both
            sides so that a person can decide.
    """
    sales = [x for x in found if x.kind == SENT_INVOICE and _same_number(x, wanted)]
    if not sales:
        return None
    ours = [x for x in sales if x.voucher == wanted.voucher]
    if len(ours) == 1 and ours[0].total == wanted.total:
        return Linked(ours[0], elsewhere=False)
    if len(sales) == 1 and not ours and _same_booking(sales[0], wanted, strangers):
        return Linked(sales[0], elsewhere=True)
    raise conflict(wanted, sales)


def conflict(wanted: Mutation, sales: Sequence[BookedMutation]) -> PermanentError:
    """The error that names mutation, date, relation and amount on both sides."""
    theirs = "; ".join(
        f"mutation {x.number} of {x.booked_on} on relation {x.relation} for € {x.total:.2f}"
        for x in sales[:3]
    )
    return PermanentError(
        f"Invoice number already exists: the books have {theirs}; to be booked was "
        f"{wanted.invoice_number} of {wanted.booked_on} on relation {wanted.relation} "
        f"for € {wanted.total:.2f}",
        code=codes.DUPLICATE_CONFLICT,
        detail={"mutations": ",".join(str(x.number) for x in sales[:10])},
    )


def mutation_named_in(detail: str) -> int | None:
    """The first mutation that such an error names, by its attempt's detail; None without one."""
    found = _MUTATIONS.search(detail)
    return int(found[1]) if found else None


def _same_number(found: BookedMutation, wanted: Mutation) -> bool:
    return found.invoice_number.strip() == wanted.invoice_number


def _same_booking(found: BookedMutation, wanted: Mutation, strangers: Collection[str]) -> bool:
    return (
        found.total == wanted.total
        and found.booked_on == wanted.booked_on
        and found.relation not in strangers
    )
