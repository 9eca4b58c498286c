"""Faults and clock steered from another process, and by nobody's browser."""

import http.client
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from sync.clock import SystemClock
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.faults import KINDS
from sync.sandbox.http import Request, Response, Server

_START = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


class Service:
    """Says yes."""

    def handle(self, request: Request) -> Response:
        """Answer with the path."""
        return Response(status=200, body=request.path.encode())


class Remote:
    """Another process that steers the sandbox."""

    def __init__(self, server: Server) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
        self.headers = {"X-Sandbox": "1"}

    def __call__(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Status and JSON of the answer."""
        sent = None if body is None else json.dumps(body)
        self.connection.request(method, f"/_sandbox/{path}", sent, self.headers)
        response = self.connection.getresponse()
        return response.status, json.loads(response.read())

    def asks(self) -> int:
        """The status of an ordinary call."""
        self.connection.request("GET", "/any")
        response = self.connection.getresponse()
        response.read()
        return response.status


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(_START)


@pytest.fixture
def remote(clock: SimulatedClock) -> Iterator[Remote]:
    with Server(Service(), clock=clock, service="shop") as server:
        remote = Remote(server)
        yield remote
        remote.connection.close()


def test_faults_are_added_listed_and_ended(remote: Remote) -> None:
    status, answer = remote("POST", "faults", {"kind": "error", "service": "shop"})
    assert (status, answer) == (201, {"ids": [1]})
    assert remote.asks() == 500

    status, answer = remote("GET", "faults")
    assert answer["kinds"] == KINDS
    assert [(x["id"], x["kind"], x["rate"]) for x in answer["rules"]] == [(1, "error", 1.0)]

    assert remote("DELETE", "faults/1")[0] == 200
    assert remote.asks() == 200


def test_several_faults_come_at_once_or_not_at_all(remote: Remote) -> None:
    assert remote("POST", "faults", [{"kind": "error"}, {"kind": "nonsense"}])[0] == 400
    assert remote("GET", "faults")[1]["rules"] == []
    assert remote("POST", "faults", [{"kind": "error"}, {"kind": "unavailable"}])[0] == 201
    assert remote("DELETE", "faults")[1]["rules"] == []


def test_control_itself_never_fails(remote: Remote) -> None:
    remote("POST", "faults", {"kind": "drop"})
    assert remote("GET", "faults")[0] == 200


def test_the_clock_is_read_set_and_let_go(remote: Remote, clock: SimulatedClock) -> None:
    assert remote("GET", "clock") == (200, {"now": "2026-01-31T12:00:00+00:00"})
    assert remote("POST", "clock", {"now": "2026-02-01T00:00:00+01:00"})[0] == 200
    assert clock.now() == datetime(2026, 1, 31, 23, tzinfo=UTC)
    assert remote("POST", "clock", {"live": True})[0] == 200
    assert datetime.now(UTC) - clock.now() < timedelta(seconds=5)


def test_the_machines_clock_is_not_set() -> None:
    with Server(Service(), clock=SystemClock()) as server:
        remote = Remote(server)
        assert remote("POST", "clock", {"live": True})[0] == 409
        assert remote("GET", "clock")[0] == 200
        remote.connection.close()


@pytest.mark.parametrize(
    ("wish", "body", "status", "says"),
    [
        ("POST faults", {"kind": "earthquake"}, 400, "no fault 'earthquake'"),
        ("POST faults", "drop", 400, "A fault is an object"),
        ("POST faults", None, 400, "Expecting value"),
        ("DELETE faults/9", None, 400, "no rule 9"),
        ("DELETE faults/x", None, 400, "invalid literal"),
        ("PUT faults", None, 405, "GET, POST and DELETE"),
        ("POST clock", {"now": "noon"}, 400, "Invalid isoformat"),
        ("POST clock", {"now": "2026-01-01T00:00:00"}, 400, "no time zone"),
        ("POST clock", {"later": 5}, 400, "Send"),
        ("DELETE clock", None, 405, "GET and POST"),
        ("GET weather", None, 404, "no /_sandbox/weather"),
    ],
)
def test_a_wrong_wish_is_refused_in_a_sentence(
    remote: Remote, wish: str, body: object, status: int, says: str
) -> None:
    method, path = wish.split()
    got, answer = remote(method, path, body)
    assert got == status
    assert says in answer["message"]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
def test_a_browser_is_refused(remote: Remote, method: str) -> None:
    """It cannot send the header without asking first, and the answer to asking is no."""
    remote.headers = {"Origin": "https://evil.example", "Content-Type": "text/plain"}
    assert remote(method, "faults", {"kind": "drop"})[0] == 403
    assert remote.asks() == 200
