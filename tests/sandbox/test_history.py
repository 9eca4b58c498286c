"""A first visit in small: six days with the failures of a real shop, booked by the real engine."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.sandbox.history import RUN_HOURS, plan, run_moments
from sync.sandbox.home import Sandbox, Tempo, going_live
from sync.sandbox.mishaps import OPERATOR
from sync.sandbox.trade import Happening, Trade
from tests.sandbox.past import FIRST_DAY, Past, booked, plain

ZONE = ZoneInfo("Europe/Amsterdam")


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Past:
    """Booked once for all tests that only look."""
    return booked(tmp_path_factory.mktemp("sandbox"))


def test_the_failures_of_a_real_shop_are_there(past: Past) -> None:
    """Answers lost before and after the booking, wrong credentials, a taken number.

    And a closed period; what is wrong in the shop's own data follows from the trade's seed.
    """
    tried = {"customer", "invoice"}  # wrong credentials stop a run at whatever it tries first
    seen = Counter(row["error_code"] for row in past.rows if row["entity"] in tried)
    assert {"DROPPED", "E001.1", "DUPLICATE_CONFLICT", "CMUT020"} <= set(seen)
    assert seen["CMUT020"] > 5
    assert Counter(row["outcome"] for row in past.rows)["linked"] >= 1


def test_nothing_is_booked_twice_and_nothing_is_forgotten(past: Past) -> None:
    """But for what the last run could not fetch: the shop was down."""
    ours = Counter(x["Boekstuk"] for x in past.mutations if x["Boekstuk"])
    assert set(ours.values()) == {1}
    booked_keys = {key for key, row in past.latest.items() if row["mutation_no"] is not None}
    assert set(ours) == booked_keys
    tried = {row["document_no"] for row in past.rows if row["entity"] == "invoice"}
    assert len(past.invoices) > 60
    assert len(past.invoices - tried) < 15


def test_a_persons_resync_repairs_what_the_closed_period_refused(past: Past) -> None:
    again = [row for row in past.rows if row["trigger"] == "resync" and row["entity"] == "invoice"]
    refused = {row["key"] for row in past.rows if row["error_code"] == "CMUT020"}
    assert {row["key"] for row in again} == refused
    assert {(row["actor"], row["success"]) for row in again} == {(OPERATOR, True)}


def test_attempts_take_their_time_and_follow_one_another(past: Past) -> None:
    """Simulated time: a call to the books takes 120 to 500 ms, a look of our own none."""
    took = [row["duration_ms"] for row in past.rows if row["outcome"] == "created"]
    assert all(120 <= ms <= 4000 for ms in took)
    assert len(set(took)) > len(took) / 4
    by_run: dict[int, list[datetime]] = {}
    for row in past.rows:
        by_run.setdefault(row["run"], []).append(row["started_at"])
    assert all(one <= other for starts in by_run.values() for one, other in pairwise(starts))
    assert any(len(set(starts)) > 3 for starts in by_run.values())


def test_runs_are_where_the_calendar_has_them(past: Past) -> None:
    """Six a day, in Amsterdam's time on both sides of the change to summer time."""
    starts = {row["run"]: row["started_at"].astimezone(ZONE) for row in reversed(past.rows)}
    assert {at.hour for at in starts.values()} <= set(RUN_HOURS)
    assert all(at.minute < 5 for at in starts.values())
    assert {at.date() for at in starts.values()} == {FIRST_DAY + timedelta(x) for x in range(6)}


def test_the_same_seed_gives_the_same_rows(past: Past, tmp_path: Path) -> None:
    """To the millisecond, in another home with other keys and ports."""

    def told(one: Past) -> list[tuple[object, ...]]:
        return [
            (x["key"], x["outcome"], plain(x["message"]), x["started_at"], x["duration_ms"])
            for x in one.rows
        ]

    assert told(booked(tmp_path)) == told(past)


def test_after_a_pause_the_time_between_is_caught_up(tmp_path: Path) -> None:
    """In two goes as in one; a go with nothing to do makes no attempt."""
    pause = datetime(2026, 3, 25, 16, tzinfo=UTC)
    first = booked(tmp_path, pause)
    again = booked(tmp_path, pause + timedelta(hours=1))
    assert (again.rows, again.attempts) == (first.rows, 0)
    second = booked(tmp_path, pause + timedelta(days=1))
    assert second.rows[: len(first.rows)] == first.rows
    assert second.attempts > 10
    ours = Counter(x["Boekstuk"] for x in second.mutations if x["Boekstuk"])
    assert set(ours.values()) == {1}
    tried = {row["document_no"] for row in second.rows if row["entity"] == "invoice"}
    assert tried == second.invoices


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        pytest.param("2026-03-28T23:30+01:00", "2026-03-29T12:00+02:00", [7, 10], id="spring"),
        pytest.param("2026-10-24T21:00+02:00", "2026-10-25T08:00+01:00", [22, 7], id="autumn"),
        pytest.param("2026-01-01T07:00+01:00", "2026-01-01T10:00+01:00", [], id="neither end"),
    ],
)
def test_run_moments_are_amsterdams(since: str, until: str, hours: list[int]) -> None:
    found = list(run_moments(datetime.fromisoformat(since), datetime.fromisoformat(until)))
    assert [moment.astimezone(ZONE).hour for moment in found] == hours
    assert all(moment.tzinfo is UTC for moment in found)


MIDNIGHT = datetime(2026, 3, 24, 23, tzinfo=UTC)
hours = st.integers(0, 20).map(lambda x: timedelta(hours=x))


@settings(max_examples=6, deadline=None)
@given(pauses=st.lists(st.tuples(hours, hours, st.sampled_from([None, 0, 12])), max_size=3))
def test_what_happened_stays_whenever_the_sandbox_starts_again(
    pauses: list[tuple[timedelta, timedelta, int | None]],
) -> None:
    """Each start changes the tempo; what had happened before happens again in the same way."""
    sandbox = Sandbox(seed=3, first_day=FIRST_DAY)
    now, latest = MIDNIGHT, None
    told: list[Happening] = []
    for alive, away, per_hour in pauses:
        sandbox = going_live(sandbox, latest, now, per_hour)
        now += alive
        happened = list(Trade(plan(sandbox)).until(now))
        assert happened[: len(told)] == told
        told, latest = happened, (happened[-1].at if happened else None)
        now += away


def test_a_tempo_holds_while_the_sandbox_runs_and_not_while_it_is_away() -> None:
    def hour(x: int) -> datetime:
        return MIDNIGHT + timedelta(hours=x)

    made = Sandbox(seed=3, first_day=FIRST_DAY)
    first = going_live(made, None, hour(10), 12)
    assert first.tempos == (Tempo(hour(10), 12),)
    stopped_before_it_went_live = going_live(first, hour(5), hour(20), 12)
    assert stopped_before_it_went_live.tempos == (Tempo(hour(20), 12),)
    second = going_live(first, hour(15), hour(20), 30)
    away = Tempo(hour(15) + timedelta(seconds=1), None)
    assert second.tempos == (Tempo(hour(10), 12), away, Tempo(hour(20), 30))
    assert going_live(second, hour(30), hour(9), 1).tempos[-1].since > hour(30)


def test_orders_come_in_at_the_pace() -> None:
    made = Sandbox(seed=3, first_day=FIRST_DAY)
    live = replace(made, tempos=(Tempo(MIDNIGHT + timedelta(days=1), 12),))
    second_day = Trade(plan(live), MIDNIGHT + timedelta(days=1)).until(MIDNIGHT + timedelta(days=2))
    placed = [x for x in second_day if x.table == "orders" and x.entity["state"] == "new"]
    assert 240 <= len({x.entity["entity_id"] for x in placed}) <= 300
