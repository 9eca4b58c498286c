"""The stream of trade: the same for the same plan, however it is taken, and never out of order."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.sandbox.trade import Failures, Happening, Mix, Pace, Plan, Trade, between, trade

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FIRST = date(2026, 3, 20)  # clocks go forward on the 29th
PLAN = Plan(seed=7, first_day=FIRST, days=20, orders_per_day=(3, 9), mix=Mix(refund=0.4))
START = datetime(2026, 3, 19, 23, 0, tzinfo=UTC)
MOMENTS = st.integers(0, 24 * 86_400).map(lambda seconds: START + timedelta(seconds=seconds))


@cache
def whole() -> list[Happening]:
    """Everything that happens in the plan."""
    return list(trade(PLAN))


def placed(happenings: list[Happening]) -> list[Happening]:
    """The orders when they are placed."""
    return [
        one
        for one in happenings
        if one.table == "orders"
        and one.entity["created_at"] == one.entity["updated_at"]
        and one.entity["state"] == "new"
    ]


def test_equal_plans_give_equal_trade_and_another_seed_another() -> None:
    assert list(trade(PLAN)) == whole()
    other = list(trade(replace(PLAN, seed=8)))
    assert [one.entity for one in placed(other)] != [one.entity for one in placed(whole())]


def test_a_longer_plan_only_adds() -> None:
    longer = list(trade(replace(PLAN, days=25)))
    assert longer[: len(whole())] == whole()
    assert len(longer) > len(whole())
    endless = trade(replace(PLAN, days=None))
    assert [next(endless) for _ in whole()] == whole()


@settings(max_examples=10, deadline=None)
@given(MOMENTS)
def test_a_shop_that_stopped_goes_on_as_if_it_had_not(moment: datetime) -> None:
    """Same ids, same numbers: only the plan and the moment are remembered."""
    before = list(between(PLAN, START, moment))
    after = list(Trade(PLAN, since=moment).until(datetime(2027, 1, 1, tzinfo=UTC)))
    assert before + after == whole()
    assert all(one.at < moment for one in before)
    assert all(one.at >= moment for one in after)


@settings(max_examples=10, deadline=None)
@given(st.lists(MOMENTS, max_size=6).map(sorted))
def test_taken_bit_by_bit_it_is_the_same(moments: list[datetime]) -> None:
    """A live shop asks every few seconds."""
    running = Trade(PLAN)
    taken = [one for moment in moments for one in running.until(moment)]
    taken += running.until(datetime(2027, 1, 1, tzinfo=UTC))
    assert taken == whole()


def test_a_new_pace_changes_nothing_before_it_and_also_fills_the_night() -> None:
    """From the 5th at 14:00 ten orders an hour, day and night."""
    since = datetime(2026, 4, 5, 12, 0, tzinfo=UTC)
    faster = replace(PLAN, paces=(Pace(since=since, orders_per_day=(240, 240), steady=True),))
    changed = list(trade(faster))
    assert [one for one in changed if one.at < since] == [one for one in whole() if one.at < since]
    hours = Counter(one.at.hour for one in placed(changed) if one.at >= since)
    assert set(hours) == set(range(24))
    per_day = Counter(one.at.date() for one in placed(changed) if one.at >= since)
    assert 200 < per_day[date(2026, 4, 6)] < 280


def test_happenings_come_in_order_and_end_with_the_plan() -> None:
    assert all(one.at <= other.at for one, other in pairwise(whole()))
    assert whole()[0].at >= START
    assert whole()[-1].at < datetime(2026, 4, 8, 22, 0, tzinfo=UTC)
    assert all(one.at.microsecond == 0 and one.at.tzinfo is UTC for one in whole())


def test_a_day_in_amsterdam_has_as_many_orders_as_asked_for() -> None:
    """Also the day with 23 hours."""
    days = Counter(one.at.astimezone(AMSTERDAM).date() for one in placed(whole()))
    assert sorted(days) == [FIRST + timedelta(number) for number in range(20)]
    assert all(3 <= count <= 9 for count in days.values())
    exactly = list(trade(replace(PLAN, orders_per_day=(4, 4))))
    assert len(placed(exactly)) == 80
    assert list(trade(replace(PLAN, orders_per_day=(0, 0)))) == []


def test_most_days_are_ordinary_and_some_are_busy() -> None:
    plan = Plan(seed=3, first_day=FIRST, days=400, orders_per_day=(2, 9))
    counts = sorted(
        Counter(one.at.astimezone(AMSTERDAM).date() for one in placed(list(trade(plan)))).values()
    )
    assert (counts[0], counts[-1]) == (2, 9)
    assert counts[len(counts) // 2] in {3, 4}


def test_the_night_is_quiet() -> None:
    busy = list(trade(Plan(seed=1, first_day=FIRST, days=3, orders_per_day=(300, 300))))
    hours = Counter(one.at.astimezone(AMSTERDAM).hour for one in placed(busy))
    assert sum(hours[hour] for hour in range(6)) < 0.05 * sum(hours.values())
    assert hours[20] > 3 * hours[7]


def test_bank_payments_are_invoiced_in_the_same_second() -> None:
    """More rows than a page may share one moment: who reads by `updated_at` must cope."""
    plan = Plan(
        seed=2,
        first_day=FIRST,
        days=4,
        orders_per_day=(60, 60),
        mix=Mix(b2b_store=1, us_store=0, by_bank=1),
    )
    moments = Counter(one.at for one in trade(plan) if one.table == "invoices")
    assert max(moments.values()) > 30


def test_ids_ascend_as_things_are_made_and_numbers_have_no_gaps() -> None:
    """Per kind one row of ids; printed numbers per kind and store, led by the store's id."""
    plan = replace(PLAN, days=40, mix=Mix(refund=0.4, us_store=0.2, b2b_store=0.2))
    for table in ("orders", "invoices", "creditmemos"):
        new: dict[int, str] = {}
        for one in trade(plan):
            if one.table == table:
                new.setdefault(one.entity["entity_id"], one.entity["increment_id"])
        assert list(new) == list(range(1, len(new) + 1))
        for prefix in ("0", "2", "3"):
            numbers = [int(number[1:]) for number in new.values() if number[0] == prefix]
            assert len(numbers) > 3
            assert numbers == list(range(1, len(numbers) + 1))
    assert {len(one.entity["increment_id"]) for one in placed(whole())} <= {9, 10}


def test_nothing_has_an_id_that_something_else_has() -> None:
    """Items, taxes and addresses: their ids follow from their document's."""
    documents: dict[tuple[str, int], Happening] = {
        (one.table, one.entity["entity_id"]): one for one in whole() if one.table != "customers"
    }
    for table in ("orders", "invoices", "creditmemos"):
        ids = [
            item["item_id" if table == "orders" else "entity_id"]
            for (name, _), one in documents.items()
            if name == table
            for item in one.entity["items"]
        ]
        assert len(ids) == len(set(ids))


def test_a_plan_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match=r"range from 0 up: 9\.\.3"):
        replace(PLAN, orders_per_day=(9, 3))
    with pytest.raises(ValueError, match="order of their moments"):
        replace(PLAN, paces=(Pace(since=datetime(2025, 1, 1, tzinfo=UTC), orders_per_day=(1, 1)),))
    with pytest.raises(ValueError, match=r"guest must be a share from 0 to 1: 1\.5"):
        Mix(guest=1.5)
    with pytest.raises(ValueError, match="no_email must be a share"):
        Failures(no_email=-0.1)
