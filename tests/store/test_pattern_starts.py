"""What is found by halving is what counting one by one finds."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from sync.domain.patterns.lifecycle import WINDOW, WINDOWS
from sync.store import codec
from sync.store.pattern_starts import HISTORY, course

SPRING = datetime(2026, 3, 29, 1, tzinfo=UTC)
NOWS = st.sampled_from([SPRING, SPRING + timedelta(days=210), datetime(2026, 11, 29, tzinfo=UTC)])
EDGES = st.integers(-2, 31).map(lambda days: timedelta(days=days))
AGES = EDGES | st.timedeltas(timedelta(days=-2), timedelta(days=32))


@given(NOWS, st.lists(AGES, max_size=30), st.sampled_from(["Europe/Amsterdam", "Asia/Kathmandu"]))
def test_windows_and_days(now: datetime, ages: list[timedelta], name: str) -> None:
    """The last of a window's moments belongs to it, and what is dated later than now is now."""
    zone = ZoneInfo(name)
    starts = sorted(now - age for age in ages)
    found = course([codec.micros(at) for at in starts], now, zone)
    windows = Counter(max((now - at) // WINDOW, 0) for at in starts)
    assert found.windows == [windows[nth] for nth in range(WINDOWS + 1)]
    lately = [at for at in starts if at >= now - HISTORY]
    assert found.by_day == Counter(at.astimezone(zone).date() for at in lately)
