"""Numbers and moments as a Dutch and as an English reader write them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pages.ui import formats

MOMENT = datetime(2026, 3, 14, 7, 42, 5, tzinfo=UTC)
ZONE = "Europe/Amsterdam"
SPACE = "\N{NO-BREAK SPACE}"


def test_numbers_and_money() -> None:
    assert formats.number(1234567, "nl") == "1.234.567"
    assert formats.number(1234567, "en") == "1,234,567"
    assert formats.money(Decimal("1234.56"), "EUR", "nl") == f"€{SPACE}1.234,56"
    assert formats.money(Decimal("-1234.56"), "EUR", "en") == "-€1,234.56"
    assert formats.money(None, "EUR", "nl") == "–"


@pytest.mark.parametrize(
    ("share", "dutch", "english"),
    [
        (0.945, f"94,5{SPACE}%", "94.5%"),
        (1.0, f"100{SPACE}%", "100%"),
        (0.99999, f"99,9{SPACE}%", "99.9%"),
        (0.00001, f"0,1{SPACE}%", "0.1%"),
        (0.0, f"0{SPACE}%", "0%"),
        (None, "–", "–"),
    ],
)
def test_a_rate_never_rounds_to_all_or_nothing(
    share: float | None, dutch: str, english: str
) -> None:
    assert formats.percent(share, "nl") == dutch
    assert formats.percent(share, "en") == english


@given(some.integers(1, 10**7), some.integers(1, 10**7))
def test_one_failure_among_many_is_never_a_hundred_percent(yes: int, no: int) -> None:
    assert formats.percent(yes / (yes + no), "en") not in {"100%", "0%"}


def test_moments_are_local_and_days_are_written_out() -> None:
    assert formats.moment(MOMENT, ZONE, "nl") == "14-03-2026 08:42"
    assert formats.moment(MOMENT, ZONE, "en", seconds=True) == "14 Mar 2026 08:42:05"
    assert formats.day(date(2026, 3, 4), "nl") == "04-03-2026"
    assert formats.day(date(2026, 3, 4), "en") == "4 Mar 2026"


def test_a_time_of_today_stands_without_its_day() -> None:
    assert formats.clock(MOMENT, MOMENT + timedelta(hours=2), ZONE, "nl") == "08:42"
    assert formats.clock(MOMENT, MOMENT + timedelta(days=1), ZONE, "nl") == "14-03-2026 08:42"


@pytest.mark.parametrize(
    ("span", "dutch"),
    [
        (timedelta(seconds=-5), "0 sec"),
        (timedelta(seconds=6), "6 sec"),
        (timedelta(minutes=6), "6 min"),
        (timedelta(hours=3), "3 uur"),
        (timedelta(hours=40), "2 dagen"),
        (timedelta(days=44), "44 dagen"),
        (timedelta(days=1200), "1200 dagen"),
    ],
)
def test_how_long_ago(span: timedelta, dutch: str) -> None:
    assert formats.ago(span, "nl").replace(".", "") == dutch


def test_an_age_in_english_is_in_days_and_not_in_months() -> None:
    assert formats.ago(timedelta(days=91), "en") == "91 days"


def test_durations() -> None:
    assert formats.duration(840, "nl") == f"840{SPACE}ms"
    assert formats.duration(31_040, "nl") == f"31,0{SPACE}s"
    assert formats.duration(None, "en") == "–"
