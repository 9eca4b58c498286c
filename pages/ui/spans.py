"""The steps of a chart along time: days, or weeks or months when days are too many. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final, Literal

from pages.ui import formats
from pages.ui.texts import Language

MOST_DAYS: Final = 120
"""A longer period is shown week by week."""
MOST_WEEKS: Final = 60
"""A longer period still is shown month by month."""
_WEEK: Final = 7
_DAYS_NAMED: Final = 8
_MONTHS_NAMED: Final = 5
Unit = Literal["days", "weeks", "months"]


@dataclass(frozen=True, slots=True)
class Span:
    """One step of a chart: a day, or the days of a week or month; both ends are included."""

    first: date
    last: date

    def days(self) -> list[date]:
        """All of its days."""
        return [
            self.first + timedelta(days=nth) for nth in range((self.last - self.first).days + 1)
        ]

    def words(self, language: Language) -> str:
        """The day, or "first – last"."""
        first = formats.day(self.first, language)
        if self.first == self.last:
            return first
        return f"{first} – {formats.day(self.last, language)}"


def spans(first: date, last: date) -> list[Span]:
    """The steps from a day up to and with another, oldest first.

    Days, weeks from Monday, or months; the first and the last may be a part of one.
    """
    days = Span(first, last).days()
    if len(days) <= MOST_DAYS:
        return [Span(day, day) for day in days]
    if len(days) <= MOST_WEEKS * _WEEK:
        return _grouped(days, lambda day: day.isocalendar()[:2])
    return _grouped(days, lambda day: (day.year, day.month))


def unit(steps: Sequence[Span]) -> Unit:
    """What the steps are."""
    longest = max((len(step.days()) for step in steps), default=1)
    if longest == 1:
        return "days"
    return "weeks" if longest <= _WEEK else "months"


def ticks(steps: Sequence[Span], language: Language) -> dict[str, list[str]]:
    """Which of them an axis names, and how: few enough to stand side by side on a small screen."""
    is_monthly = unit(steps) == "months"
    words = formats.month if is_monthly else formats.short_day
    most = _MONTHS_NAMED if is_monthly else _DAYS_NAMED
    shown = [step.first for step in steps[:: max(-(-len(steps) // most), 1)]]
    return {
        "tickvals": [first.isoformat() for first in shown],
        "ticktext": [words(first, language) for first in shown],
    }


def _grouped(days: Sequence[date], of: Callable[[date], tuple[int, int]]) -> list[Span]:
    groups = (list(each) for _, each in groupby(days, of))
    return [Span(each[0], each[-1]) for each in groups]
