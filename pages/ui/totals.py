"""Days of several kinds added up. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from pages.ui.charts import Total
from pages.ui.spans import Span
from sync.store.overview import Day


def by_day(days: Iterable[Day]) -> dict[date, Total]:
    """All kinds together, for each day that had attempts."""
    found: dict[date, Total] = {}
    for each in days:
        found[each.day] = _sum((found.get(each.day, Total()), each))
    return found


def of_steps(totals: Mapping[date, Total], steps: Iterable[Span]) -> list[Total]:
    """What the days of each step come to; zeros where there was nothing."""
    return [_sum(totals[day] for day in step.days() if day in totals) for step in steps]


def _sum(parts: Iterable[Day | Total]) -> Total:
    known = [*parts]
    return Total(
        attempts=sum(each.attempts for each in known),
        booked=sum(each.booked for each in known),
        failed=sum(each.failed for each in known),
        skipped=sum(each.skipped for each in known),
    )


def of_day(days: Iterable[Day], day: date) -> Total:
    """All kinds together on one day; zeros when there was nothing."""
    return by_day(days).get(day, Total())


def of_days(days: Iterable[Day], last: date, number: int) -> list[Total]:
    """All kinds together on `number` days up to and with `last`, oldest first, none left out."""
    found = by_day(days)
    every = (last - timedelta(days=back) for back in range(number - 1, -1, -1))
    return [found.get(day, Total()) for day in every]
