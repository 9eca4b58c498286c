"""The simulated clock: waits cost nothing until it follows the machine's."""

import multiprocessing
import threading
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from sync.clock import SystemClock
from sync.sandbox.clock import Cell, SimulatedClock

_START = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


def test_waiting_moves_the_time_and_costs_none() -> None:
    clock = SimulatedClock(_START)
    began = time.perf_counter()
    clock.sleep(86_400)
    assert time.perf_counter() - began < 0.5
    assert clock.now() == _START + timedelta(days=1)
    clock.sleep(-5)
    assert clock.now() == _START + timedelta(days=1)


def test_it_can_be_set_earlier_and_later_and_tells_utc() -> None:
    clock = SimulatedClock(_START)
    clock.set(datetime(2025, 7, 1, 2, 0, tzinfo=timezone(timedelta(hours=2))))
    assert clock.now() == datetime(2025, 7, 1, tzinfo=UTC)
    assert clock.now().tzinfo == UTC


@pytest.mark.parametrize("wrong", [datetime(2026, 1, 1)])  # noqa: DTZ001 - that is the point
def test_a_moment_needs_a_zone(wrong: datetime) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        SimulatedClock(wrong)
    with pytest.raises(ValueError, match="no time zone"):
        SimulatedClock(_START).set(wrong)


def test_it_goes_live_and_back() -> None:
    clock = SimulatedClock(_START)
    clock.switch_to(SystemClock())
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    before = clock.now()
    clock.sleep(0.02)
    assert clock.now() - before >= timedelta(seconds=0.015)
    clock.set(_START)
    clock.sleep(10)
    assert clock.now() == _START + timedelta(seconds=10)


def test_many_may_wait_at_once() -> None:
    clock = SimulatedClock(_START)

    def wait() -> None:
        for _ in range(500):
            clock.sleep(1)

    threads = [threading.Thread(target=wait) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.now() == _START + timedelta(seconds=4000)


def _wait_elsewhere(cell: Cell) -> None:
    SimulatedClock.on(cell).sleep(90)


def test_two_processes_share_one_time() -> None:
    clock = SimulatedClock(_START)
    context = multiprocessing.get_context("spawn")
    other = context.Process(target=_wait_elsewhere, args=(clock.cell,))
    other.start()
    other.join(30)
    assert other.exitcode == 0
    assert clock.now() == _START + timedelta(seconds=90)


def test_a_clock_that_follows_the_machines_is_not_simulated() -> None:
    clock = SimulatedClock(_START)
    assert clock.simulated
    clock.switch_to(SystemClock())
    assert not clock.simulated
    clock.set(_START)
    assert clock.simulated
