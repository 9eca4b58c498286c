"""Simulated answers take simulated time, the same each time; real ones none."""

from datetime import UTC, datetime, timedelta

from sync.clock import SystemClock
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.http import Headers, Request, Response, Server
from sync.sandbox.latency import Latency
from tests.sandbox.test_control import Remote

_START = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
_CALL = Request(method="GET", path="/soap.asmx", query="", headers=Headers(), body=b"")


def _latency(clock: SimulatedClock) -> Latency:
    return Latency(clock, shortest=0.1, usual=0.2, longest=0.6)


def _drawn(calls: int) -> list[float]:
    clock = SimulatedClock(_START)
    latency = _latency(clock)
    drawn = []
    for _ in range(calls):
        drawn.append(latency(_CALL))
        clock.sleep(drawn[-1])
    return drawn


def test_most_are_near_the_usual_and_none_is_beyond_the_bounds() -> None:
    drawn = _drawn(500)
    assert 0.1 <= min(drawn) < 0.15
    assert 0.5 < max(drawn) <= 0.6
    assert 0.2 < sum(drawn) / 500 < 0.4


def test_the_same_moment_takes_the_same_time() -> None:
    assert _drawn(20) == _drawn(20)


def test_nobody_waits_under_the_machines_clock() -> None:
    clock = SimulatedClock(_START)
    clock.switch_to(SystemClock())
    assert _latency(clock)(_CALL) == 0


class Watch:
    """A service that tells the time at which it is asked."""

    def __init__(self, clock: SimulatedClock) -> None:
        self.clock, self.asked_at = clock, _START

    def handle(self, request: Request) -> Response:
        """Note the time."""
        self.asked_at = self.clock.now()
        return Response(status=200)


def test_a_server_passes_the_time_before_it_looks_at_a_call() -> None:
    """But not before a wish of whoever steers the sandbox."""
    clock = SimulatedClock(_START)
    watch = Watch(clock)
    with Server(watch, clock=clock, latency=lambda _request: 7.0) as server:
        remote = Remote(server)
        assert remote("GET", "faults")[0] == 200
        assert clock.now() == _START
        assert remote.asks() == 200
        remote.connection.close()
    assert watch.asked_at == _START + timedelta(seconds=7)
