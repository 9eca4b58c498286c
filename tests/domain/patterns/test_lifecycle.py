"""Each state of a pattern by its definition, at its boundaries."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.patterns.lifecycle import (
    NOTHING,
    STATUSES,
    WINDOWS,
    Course,
    Decision,
    Status,
    is_rising,
    status,
)

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
WEEK = timedelta(days=7)
TICK = timedelta(microseconds=1)
QUIET = (0,) * (WINDOWS + 1)
OLD = Course(first_seen=NOW - timedelta(days=90), latest=100, windows=QUIET)


def rising(now: int, *usual: int) -> Course:
    """The last 24 hours, then the days before, the last figure repeated."""
    before = (*usual, *(usual[-1:] * WINDOWS))[:WINDOWS]
    return replace(OLD, windows=(now, *before))


@pytest.mark.parametrize(
    ("course", "decision", "expected"),
    [
        pytest.param(OLD, NOTHING, "ongoing", id="nothing else fits"),
        pytest.param(replace(OLD, first_seen=NOW), NOTHING, "new", id="first seen now"),
        pytest.param(
            replace(OLD, first_seen=NOW - WEEK + TICK), NOTHING, "new", id="a moment under 7 days"
        ),
        pytest.param(replace(OLD, first_seen=NOW - WEEK), NOTHING, "ongoing", id="7 days old"),
        pytest.param(
            replace(OLD, first_seen=NOW + WEEK), NOTHING, "new", id="seen by a clock running ahead"
        ),
        pytest.param(rising(4, 0), NOTHING, "ongoing", id="4 are too few to rise"),
        pytest.param(rising(5, 0), NOTHING, "rising", id="5 after nothing"),
        pytest.param(rising(6, 2), NOTHING, "ongoing", id="exactly three times is not over"),
        pytest.param(rising(7, 2), NOTHING, "rising", id="over three times"),
        pytest.param(rising(5, *[0] * 14, *[2] * 14), NOTHING, "rising", id="median 1, over 3"),
        pytest.param(rising(5, *[0] * 13, *[2] * 15), NOTHING, "ongoing", id="median 2, under 6"),
        pytest.param(
            replace(rising(50, 0), first_seen=NOW),
            NOTHING,
            "new",
            id="new only seems to rise",
        ),
        pytest.param(OLD, Decision(resolved_after=100), "resolved", id="nothing since"),
        pytest.param(OLD, Decision(resolved_after=99), "back", id="one more since"),
        pytest.param(
            replace(rising(50, 0), first_seen=NOW),
            Decision(resolved_after=99),
            "back",
            id="back says more than new or rising",
        ),
        pytest.param(
            OLD, Decision(muted_after=1, muted_until=NOW + TICK), "muted", id="until in a moment"
        ),
        pytest.param(OLD, Decision(muted_after=1, muted_until=NOW), "ongoing", id="until now"),
        pytest.param(
            replace(OLD, since_mute=9),
            Decision(muted_after=1, muted_count=10),
            "muted",
            id="9 of 10",
        ),
        pytest.param(
            replace(OLD, since_mute=10),
            Decision(muted_after=1, muted_count=10),
            "ongoing",
            id="10 of 10",
        ),
        pytest.param(
            OLD,
            Decision(muted_after=1, muted_until=NOW + WEEK, resolved_after=99),
            "muted",
            id="muted and back",
        ),
        pytest.param(
            OLD,
            Decision(muted_after=1, muted_until=NOW - TICK, resolved_after=99),
            "back",
            id="the mute is over, and it is back",
        ),
    ],
)
def test_each_state_at_its_boundary(course: Course, decision: Decision, expected: Status) -> None:
    assert status(course, decision, NOW) == expected


COUNTS = st.lists(st.integers(0, 40), min_size=WINDOWS + 1, max_size=WINDOWS + 1)
IDS = st.none() | st.integers(0, 200)


@given(
    st.builds(
        Course,
        first_seen=st.timedeltas(timedelta(-60), timedelta(1)).map(lambda back: NOW + back),
        latest=st.integers(1, 200),
        windows=COUNTS,
        since_mute=st.integers(0, 20),
    ),
    st.builds(
        Decision,
        resolved_after=IDS,
        muted_after=IDS,
        muted_until=st.none() | st.timedeltas().map(lambda away: NOW + away % (2 * WEEK) - WEEK),
        muted_count=st.none() | st.integers(1, 20),
    ),
)
def test_every_pattern_is_in_exactly_one_state(course: Course, decision: Decision) -> None:
    """Said once more, each state by its own condition."""
    muted = decision.muted_after is not None and (
        course.since_mute < decision.muted_count
        if decision.muted_count is not None
        else decision.muted_until is not None and decision.muted_until > NOW
    )
    done = not muted and decision.resolved_after is not None
    fresh = not muted and not done and course.first_seen + WEEK > NOW
    usual = sorted(course.windows[1:])
    middle = (usual[13] + usual[14]) / 2
    climbs = course.windows[0] > 3 * middle and course.windows[0] > 4
    holds = {
        "muted": muted,
        "resolved": done and course.latest <= (decision.resolved_after or 0),
        "back": done and course.latest > (decision.resolved_after or 0),
        "new": fresh,
        "rising": not (muted or done or fresh) and climbs,
        "ongoing": not (muted or done or fresh or climbs),
    }
    assert [name for name in STATUSES if holds[name]] == [status(course, decision, NOW)]


@given(COUNTS, st.integers(0, WINDOWS - 1))
def test_more_now_never_ends_a_rise_and_more_before_never_begins_one(
    windows: list[int], at: int
) -> None:
    before = [*windows]
    before[at + 1] += 1
    assert is_rising([windows[0] + 1, *windows[1:]]) >= is_rising(windows)
    assert is_rising(before) <= is_rising(windows)
    assert is_rising(windows) == (windows[0] >= 5 and windows[0] > 3 * median(windows[1:]))
