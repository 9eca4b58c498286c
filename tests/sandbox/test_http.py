"""The server under both services: whole messages, limits, keep-alive, dates, a quick stop."""

import contextlib
import http.client
import socket
import struct
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from sync.sandbox.clock import SimulatedClock
from sync.sandbox.faults import Faults, Rule
from sync.sandbox.http import Headers, Request, Response, Server

_START = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)


class Echo:
    """Tells what it was asked; status and headers by the path."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def handle(self, request: Request) -> Response:
        """Answer with the body, or with the status that the path names."""
        self.requests.append(request)
        if request.path == "/broken":
            raise RuntimeError("a defect")
        status = int(request.path[1:]) if request.path[1:].isdigit() else 200
        return Response(status=status, body=b"got " + request.body, headers={"X-Here": "yes"})


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(_START)


@pytest.fixture
def server(echo: Echo, clock: SimulatedClock) -> Iterator[Server]:
    with Server(echo, clock=clock) as running:
        yield running


@pytest.fixture
def connection(server: Server) -> Iterator[http.client.HTTPConnection]:
    opened = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    yield opened
    opened.close()


def _address(server: Server) -> tuple[str, int]:
    host, port = urlsplit(server.url).netloc.split(":")
    return host, int(port)


def _raw(server: Server, message: bytes, *, close: bool = True) -> bytes:
    """Everything that comes back for exactly these bytes."""
    with socket.create_connection(_address(server), timeout=10) as opened:
        opened.sendall(message)
        if close:
            opened.shutdown(socket.SHUT_WR)
        answer = b""
        while part := opened.recv(65_536):
            answer += part
        return answer


def test_a_request_arrives_whole(connection: http.client.HTTPConnection, echo: Echo) -> None:
    connection.request("PUT", "/a%20b?c=%2F&d", b"body", {"X-Odd": "1", "x-odd": "2"})
    response = connection.getresponse()
    assert (response.status, response.read(), response.headers["X-Here"]) == (
        200,
        b"got body",
        "yes",
    )
    (request,) = echo.requests
    assert (request.method, request.path, request.query) == ("PUT", "/a%20b", "c=%2F&d")
    assert request.headers["CONTENT-LENGTH"] == "4"
    assert request.headers["X-oDD"] == "1, 2"


def test_it_listens_on_loopback_only(server: Server) -> None:
    assert server.url.startswith("http://127.0.0.1:")


def test_one_connection_serves_many_requests_without_delay(
    connection: http.client.HTTPConnection,
) -> None:
    """Nagle's delay alone would make 100 of them take 4 seconds."""
    began = time.perf_counter()
    for n in range(100):
        connection.request("POST", "/", str(n))
        assert connection.getresponse().read() == f"got {n}".encode()
    assert time.perf_counter() - began < 2


def test_answers_are_dated_by_the_given_clock(
    connection: http.client.HTTPConnection, clock: SimulatedClock
) -> None:
    clock.sleep(90)
    connection.request("GET", "/")
    assert connection.getresponse().headers["Date"] == "Sat, 31 Jan 2026 12:01:30 GMT"


@pytest.mark.parametrize(("method", "path"), [("HEAD", "/"), ("GET", "/204"), ("GET", "/304")])
def test_some_answers_have_no_body(
    connection: http.client.HTTPConnection, method: str, path: str
) -> None:
    connection.request(method, path)
    assert connection.getresponse().read() == b""
    connection.request("GET", "/")
    assert connection.getresponse().read() == b"got "


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\nx", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: 1_0\r\n\r\nx", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", b"400"),
        (b"POST / HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", b"413"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"411"),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n", b"431"),
        (b"GET / HTTP/1.1\r\nX: " + b"y" * 70_000 + b"\r\n\r\n", b"431"),
        (b"POST / HTTP/1.1\r\nContent-Length:\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nX: y\r\n folded: z\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\nContent-Length : 1\r\n\r\nx", b"400"),
        (b"GET / HTTP/9.9\r\n\r\n", b"505"),
        (b"GET /\r\n\r\n", b"400"),
        (b"GET / FTP/1.1\r\n\r\n", b"400"),
        (b"nonsense\r\n\r\n", b"400"),
    ],
)
def test_bad_messages_are_refused_and_never_reach_the_service(
    server: Server, echo: Echo, head: bytes, status: bytes
) -> None:
    assert status in _raw(server, head).partition(b"\r\n")[0]
    assert echo.requests == []


def test_a_huge_body_is_refused_before_it_is_read(server: Server, echo: Echo) -> None:
    began = time.perf_counter()
    answer = _raw(server, b"POST / HTTP/1.1\r\nContent-Length: 50000000\r\n\r\nonly this")
    assert answer.startswith(b"HTTP/1.1 413")
    assert time.perf_counter() - began < 2
    assert echo.requests == []


def test_half_a_body_is_no_request(server: Server, echo: Echo) -> None:
    """The client went away in the middle: nothing was asked, so nothing may be booked."""
    assert _raw(server, b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf") == b""
    assert echo.requests == []


def test_half_a_head_is_no_request(server: Server, echo: Echo) -> None:
    assert _raw(server, b"GET / HTTP/1.1\r\nX: y\r\n") == b""
    assert echo.requests == []


@pytest.mark.parametrize(
    ("first", "answers"),
    [
        (b"GET / HTTP/1.1\r\n", 2),
        (b"GET / HTTP/1.1\r\nConnection: close\r\n", 1),
        (b"GET / HTTP/1.0\r\n", 1),
        (b"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n", 2),
    ],
)
def test_a_connection_stays_open_as_long_as_the_client_wishes(
    server: Server, first: bytes, answers: int
) -> None:
    answer = _raw(server, first + b"\r\nGET / HTTP/1.1\r\n\r\n")
    assert answer.count(b"200 OK") == answers


def test_a_client_may_wait_to_be_asked_for_the_body(server: Server) -> None:
    head = b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\nbody"
    answer = _raw(server, head)
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")


def test_a_body_that_is_too_large_is_not_asked_for(server: Server) -> None:
    head = b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 50000000\r\n\r\n"
    assert _raw(server, head).startswith(b"HTTP/1.1 413")


def test_a_status_without_a_name_is_sent(connection: http.client.HTTPConnection) -> None:
    connection.request("GET", "/599")
    response = connection.getresponse()
    assert (response.status, response.reason, response.read()) == (599, "Unknown", b"got ")


def test_a_held_call_waits_also_when_more_is_sent(echo: Echo, clock: SimulatedClock) -> None:
    """A second request behind the first does not end the silence."""
    faults = Faults()
    faults.add(Rule(kind="timeout", hold=0.2))
    with (
        Server(echo, faults=faults, clock=clock) as server,
        socket.create_connection(_address(server), timeout=10) as opened,
    ):
        began = time.perf_counter()
        for _ in range(2):
            opened.sendall(b"GET / HTTP/1.1\r\n\r\n")
            time.sleep(0.05)
        with contextlib.suppress(ConnectionResetError):  # the second request was never read
            assert opened.recv(1) == b""
        assert time.perf_counter() - began >= 0.2
    assert echo.requests == []


def test_a_client_that_breaks_off_hurts_nobody(server: Server, echo: Echo) -> None:
    """Its connection is reset while its request is being read."""
    with socket.create_connection(_address(server), timeout=10) as opened:
        opened.sendall(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhalf")
        time.sleep(0.05)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert b"200 OK" in _raw(server, b"GET / HTTP/1.1\r\n\r\n")
    assert len(echo.requests) == 1


def test_a_defect_in_the_service_is_logged_and_ends_the_connection(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    assert _raw(server, b"GET /broken HTTP/1.1\r\n\r\n") == b""
    assert "a defect" in caplog.text


def test_many_clients_are_served_at_once(server: Server) -> None:
    def ask() -> None:
        opened = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
        for _ in range(10):
            opened.request("GET", "/")
            got.append(opened.getresponse().read())
        opened.close()

    got: list[bytes] = []
    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 200


def test_stop_is_quick_and_closes_open_connections(echo: Echo, clock: SimulatedClock) -> None:
    server = Server(echo, clock=clock)
    server.start()
    kept = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    kept.request("GET", "/")
    kept.getresponse().read()
    began = time.perf_counter()
    server.stop()
    assert time.perf_counter() - began < 1
    assert kept.sock.recv(1) == b""
    kept.close()

    again = Server(echo, clock=clock, port=int(server.url.rpartition(":")[2]))
    again.start()
    again.stop()


def test_a_server_that_never_started_can_be_stopped(echo: Echo, clock: SimulatedClock) -> None:
    Server(echo, clock=clock).stop()


def test_headers_are_a_mapping_that_ignores_case() -> None:
    headers = Headers([("Accept", "a"), ("ACCEPT", "b"), ("Host", "h")])
    assert dict(headers) == {"Accept": "a, b", "Host": "h"}
    assert "hOST" in headers
    assert headers.get("nothing") is None
    assert len(headers) == 2
