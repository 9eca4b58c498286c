"""Days of several kinds added up. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta

from pages.ui.charts import Total
from sync.store.overview import Day


def by_day(days: Iterable[Day]) -> dict[date, Total]:
    """All kinds together, for each day that had attempts."""
    found: dict[date, Total] = {}
    for each in days:
        before = found.get(each.day, Total(day=each.day))
        found[each.day] = Total(
            day=each.day,
            attempts=before.attempts + each.attempts,
            booked=before.booked + each.booked,
            failed=before.failed + each.failed,
            skipped=before.skipped + each.skipped,
        )
    return found


def of_day(days: Iterable[Day], day: date) -> Total:
    """All kinds together on one day; zeros when there was nothing."""
    return by_day(days).get(day, Total(day=day))


def of_days(days: Iterable[Day], last: date, number: int) -> list[Total]:
    """All kinds together on `number` days up to and with `last`, oldest first, none left out."""
    found = by_day(days)
    every = (last - timedelta(days=back) for back in range(number - 1, -1, -1))
    return [found.get(day, Total(day=day)) for day in every]
