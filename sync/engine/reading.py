"""Reads the sales in the books by date, when asking for each by its number would cost more calls.

An answer holds 500 mutations and says nothing of what it leaves out, so 500 prove nothing: fewer
days are asked for then, and of a single day ranges of mutation numbers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, TypeAlias

from sync.domain.booked import BookedLine, BookedMutation
from sync.domain.mutations import SENT_INVOICE
from sync.eboekhouden.books import LAST_DAY, MUTATIONS_LIMIT


@dataclass(frozen=True, slots=True)
class Range:
    """What one call asks for.

    Attributes:
        since: First booking date.
        until: Last booking date, included.
        from_no: Lowest mutation number; 0 for any.
        to_no: Highest one, included; 0 for any.
    """

    since: date
    until: date = LAST_DAY
    from_no: int = 0
    to_no: int = 0


Ask: TypeAlias = Callable[[Range], Sequence[BookedMutation]]
"""One GetMutaties."""

_AIM: Final = MUTATIONS_LIMIT * 4 // 5
"""Mutations to aim at in an answer."""

_GROWTH: Final = 4
"""So many times more days are asked for, at most, than in the call before."""

_OVERLAP: Final = 100
"""Mutation numbers that are read again: two that are booked at once may appear in either order."""

_ZERO: Final = Decimal(0)


class Reading:
    """The sales that the books hold from a day on, with no end: some are dated ahead.

    It may be broken off by an error at any call and gone on with later.

    Attributes:
        since: First booking date of the reading.
        as_of: Whatever was booked before this moment has been read, once the reading is done.
    """

    def __init__(self, since: date, today: date, now: datetime) -> None:
        """Nothing is asked yet.

        Args:
            since: First booking date to read.
            today: Hardly anything is dated later.
            now: Before the first call.
        """
        self.since = since
        self.as_of = now
        self._today = today
        self._next_day = since
        self._span: int | None = None  # days to ask for; None for all that are left
        self._highest: int | None = None  # what is booked after the first call has a higher number
        self._sales: dict[str, dict[int, BookedMutation]] = {}

    @property
    def done(self) -> bool:
        """Whether every day was read."""
        return self._next_day > LAST_DAY

    def sales(self, number: str) -> list[BookedMutation]:
        """The sales under an invoice number; their amounts as one total, without description."""
        return list(self._sales.get(number, {}).values())

    def step(self, ask: Ask) -> None:
        """Read the next days, or find that fewer must be asked for; a single call, mostly."""
        last = LAST_DAY
        if self._span is not None:
            last = min(self._next_day + timedelta(days=self._span - 1), LAST_DAY)
        wanted = Range(self._next_day, last)
        found = ask(wanted)
        if self._highest is None:
            self._highest = _highest(found)
        if len(found) >= MUTATIONS_LIMIT and last > self._next_day:
            days = (min(last, self._today) - self._next_day).days + 1
            self._span = max(1, days // 2)
            return
        self._take(_whole(ask, wanted, found))
        self._next_day = last + timedelta(days=1)
        if self._span is not None:
            wider = self._span * _AIM // max(1, len(found))
            self._span = max(1, min(wider, self._span * _GROWTH))
            if self._next_day > self._today:
                self._span = None

    def catch_up(self, ask: Ask, now: datetime) -> None:
        """Read what was booked since, whatever its date: it has higher mutation numbers."""
        lowest = max(1, (self._highest or 0) + 1 - _OVERLAP)
        wanted = Range(self.since, from_no=lowest)
        found = ask(wanted)
        self._take(_whole(ask, wanted, found))
        self._highest = max(_highest(found), self._highest or 0)
        self.as_of = now

    def _take(self, found: Sequence[BookedMutation]) -> None:
        """Keep the sales; without their lines 50,000 of them are small."""
        for one in found:
            if one.kind != SENT_INVOICE:
                continue
            total = BookedLine(
                ledger="", vat_code="", percent=_ZERO, net=_ZERO, vat=_ZERO, gross=one.total
            )
            slim = replace(one, description="", lines=(total,))
            self._sales.setdefault(one.invoice_number.strip(), {})[one.number] = slim


def _whole(
    ask: Ask, wanted: Range, found: Sequence[BookedMutation], at: int = 1
) -> Sequence[BookedMutation]:
    """All of what `wanted` asks for; `found` is its answer, which may be cut.

    Which mutations an answer leaves out is not written down anywhere. The range is parted at the
    second lowest number shown: if the newest were shown, the upper part holds one fewer than an
    answer takes, which proves it whole. If it is cut too, others were shown, and what follows is
    parted in the middle of what is shown, so that either way both parts are much smaller.
    """
    if len(found) < MUTATIONS_LIMIT:
        return found
    middle = sorted(x.number for x in found)[at]
    lower, upper = replace(wanted, to_no=middle - 1), replace(wanted, from_no=middle)
    shown = ask(upper)
    newest = len(shown) < MUTATIONS_LIMIT and at == 1
    following = 1 if newest else MUTATIONS_LIMIT // 2
    return [
        *_whole(ask, upper, shown, following),
        *_whole(ask, lower, ask(lower), following),
    ]


def _highest(found: Sequence[BookedMutation]) -> int:
    return max((x.number for x in found), default=0)
