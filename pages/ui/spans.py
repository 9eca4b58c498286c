"""The steps of a chart along time: days, or weeks when the days are many. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from pages.ui import formats
from pages.ui.texts import Language

MOST_DAYS: Final = 120
"""A longer period is shown week by week."""


@dataclass(frozen=True, slots=True)
class Span:
    """One step of a chart: a day, or the days of a week; both ends are included."""

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
    """The steps from a day up to and with another, oldest first: its days, or weeks from Monday."""
    days = Span(first, last).days()
    if len(days) <= MOST_DAYS:
        return [Span(day, day) for day in days]
    weeks = groupby(days, lambda day: day.isocalendar()[:2])
    return [Span(week[0], week[-1]) for week in (list(each) for _, each in weeks)]


def is_weekly(steps: Sequence[Span]) -> bool:
    """Whether the steps are weeks; the first and last may be parts of one."""
    return any(step.first != step.last for step in steps)
