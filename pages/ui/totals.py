"""Days of several kinds added up. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from pages.ui.charts import Total
from pages.ui.spans import Span
from sync.store.overview import Day


def by_day(days: Iterable[Day]) -> dict[date, Total]:
    """All kinds together, for each day that had attempts."""
    found: dict[date, list[Day]] = {}
    for each in days:
        found.setdefault(each.day, []).append(each)
    return {day: _sum(parts) for day, parts in found.items()}


def of_steps(totals: Mapping[date, Total], steps: Iterable[Span]) -> list[Total]:
    """What the days of each step come to; zeros where there was nothing."""
    return [_sum([totals[day] for day in step.days() if day in totals]) for step in steps]


def _sum(parts: Sequence[Day | Total]) -> Total:
    attempts = booked = failed = skipped = 0
    for each in parts:
        attempts += each.attempts
        booked += each.booked
        failed += each.failed
        skipped += each.skipped
    return Total(attempts=attempts, booked=booked, failed=failed, skipped=skipped)


def of_day(days: Iterable[Day], day: date) -> Total:
    """All kinds together on one day; zeros when there was nothing."""
    return _sum([each for each in days if each.day == day])


def of_days(days: Iterable[Day], last: date, number: int) -> list[Total]:
    """All kinds together on `number` days up to and with `last`, oldest first, none left out."""
    found = by_day(days)
    every = (last - timedelta(days=back) for back in range(number - 1, -1, -1))
    return [found.get(day, Total()) for day in every]
