"""A call is over at its deadline, wherever it is waiting, and only then known to be lost."""

import gzip
import socket
import ssl
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
import urllib3
from lxml import etree

from sync.domain import codes
from sync.eboekhouden import Books
from sync.eboekhouden.wire import DeadlineError, TooLargeError, Wire
from sync.errors import OutcomeUnknownError, UnreachableError
from sync.sandbox.clock import SimulatedClock
from tests.eboekhouden.builders import BOOKING, START, access, books
from tests.eboekhouden.raw import (
    OPENED,
    Asked,
    Close,
    RawServer,
    Reply,
    Step,
    always,
    answer,
    http,
    session,
)

CERTIFICATE: Final = Path(__file__).with_name("localhost.pem")
BODY: Final = etree.Element("nothing")
LISTED: Final = answer("GetMutaties", "<ErrorMsg/>")
SLOW: Final = 0.05


def drip(content: bytes) -> Iterator[Step]:
    """One byte at a time, each well within any read time-out."""
    for byte in content:
        yield bytes([byte])
        yield SLOW


DRIPPING: Final[dict[str, Callable[[], Reply]]] = {
    "status line": lambda: drip(b"HTTP/1.1 200 OK\r\n" * 9),
    "headers": lambda: [b"HTTP/1.1 200 OK\r\n", *drip(b"X-Slow: " + b"x" * 200)],
    "body": lambda: [http(LISTED)[:150], *drip(b"<!--" + b"x" * 200)],
    "body without length": lambda: [b"HTTP/1.1 200 OK\r\n\r\n", *drip(LISTED.encode())],
    "chunks": lambda: [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        *drip(b"1\r\nx\r\n" * 50),
    ],
    "silence": lambda: [9.0],
}


@pytest.mark.parametrize("at", DRIPPING)
def test_a_dripping_answer_ends_at_the_deadline(at: str) -> None:
    server = RawServer(session(lambda _: DRIPPING[at]()))
    with server, books(server, deadline=0.4) as client:
        began = time.monotonic()
        with pytest.raises(OutcomeUnknownError) as caught:
            client.add_mutation(BOOKING)
        assert 0.3 < time.monotonic() - began < 2
        assert caught.value.code == codes.DEADLINE
        assert caught.value.message.startswith("Connection timed out: AddMutatie at 127.0.0.1:")
        assert "0.4 s" in caught.value.message


def test_a_deadline_in_a_read_is_a_passing_failure() -> None:
    with RawServer(session(lambda _: [9.0])) as server, books(server, deadline=0.3) as client:
        with pytest.raises(UnreachableError) as caught:
            client.mutations()
        assert caught.value.code == codes.DEADLINE


def test_the_connection_is_closed_at_the_deadline() -> None:
    """The server's next write or read fails; a deadline that only gives up waiting would not."""
    server = RawServer(session(lambda _: drip(b"x" * 500)))
    with server, books(server, deadline=0.3) as client:
        with pytest.raises(UnreachableError):
            client.mutations()
        assert server.ended.wait(2)


def test_the_call_after_a_deadline_is_a_fresh_one() -> None:
    """Nothing of the late answer reaches the next call."""

    def reply(asked: Asked) -> Reply:
        if sum(x.operation == "AddMutatie" for x in server.asked) == 1:
            return [0.6, http(answer("AddMutatie", "<Mutatienummer>1</Mutatienummer>"))]
        return [http(answer("AddMutatie", "<Mutatienummer>2</Mutatienummer>"))]

    with RawServer(session(reply)) as server, books(server, deadline=0.3) as client:
        with pytest.raises(OutcomeUnknownError):
            client.add_mutation(BOOKING)
        assert client.add_mutation(BOOKING) == 2
        assert server.asked[1].connection != server.asked[2].connection


def test_nothing_is_sent_once_the_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connecting took too long: the connection is there at last, and is not used."""
    connect = urllib3.util.connection.create_connection
    made: list[socket.socket] = []

    def slow(*arguments: Any, **options: Any) -> socket.socket:
        time.sleep(0.3)
        made.append(connect(*arguments, **options))
        return made[0]

    with always(http(LISTED)) as server, closing(Wire(server.url)) as wire:
        monkeypatch.setattr("urllib3.util.connection.create_connection", slow)
        wire.begin(0.1)
        with pytest.raises(DeadlineError):
            wire.post_xml(server.url, BODY, {})
        assert not wire.sent
        assert made[0].fileno() == -1
        assert server.asked == []


def test_a_call_is_broken_off_from_another_thread_and_none_begins_after_it() -> None:
    """Whoever has to stop does not wait; what was sent is unknown, the rest was never sent."""
    with RawServer(session(lambda _: [9.0])) as server, books(server, deadline=30) as client:
        timer = threading.Timer(0.3, client.hang_up)
        timer.start()
        began = time.monotonic()
        with pytest.raises(OutcomeUnknownError, match="the program has to stop") as caught:
            client.add_mutation(BOOKING)
        assert caught.value.code == codes.DROPPED
        with pytest.raises(UnreachableError, match="the program has to stop"):
            client.add_mutation(BOOKING)
        client.close()
        assert time.monotonic() - began < 3
        assert [x.operation for x in server.asked] == ["OpenSession", "AddMutatie"]


def test_a_server_that_does_not_read_ends_at_the_deadline() -> None:
    """More is sent than the network holds on the way."""
    large = etree.Element("large")
    large.text = "x" * (16 << 20)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/soap.asmx"
        with closing(Wire(url)) as wire:
            wire.begin(1)
            began = time.monotonic()
            with pytest.raises(DeadlineError):
                wire.post_xml(url, large, {})
            assert time.monotonic() - began < 4
            assert wire.sent


def test_what_a_load_balancer_remembers_a_session_by_is_sent_back() -> None:
    kept = b"Set-Cookie: server=3; Path=/\r\nContent-Length: 0\r\n\r\n"
    with always(b"HTTP/1.1 200 OK\r\n" + kept) as server, closing(Wire(server.url)) as wire:
        for _ in range(3):
            wire.begin(5)
            wire.post_xml(server.url, BODY, {})
        assert ["cookie: server=3" in x.head.lower() for x in server.asked] == [False, True, True]


def test_an_answer_without_end_is_cut_at_the_limit() -> None:
    """And its connection closed, or it would go on arriving."""

    def endless(_: Asked) -> Reply:
        yield b"HTTP/1.1 200 OK\r\n\r\n"
        while True:
            yield b"x" * 1000

    with RawServer(endless) as server, closing(Wire(server.url, limit=9999)) as wire:
        wire.begin(5)
        with pytest.raises(TooLargeError):
            wire.post_xml(server.url, BODY, {})
        assert server.ended.wait(2)


def test_a_bomb_in_the_packing_does_not_unfold() -> None:
    """64 MB in 64 KB: unpacking stops at the limit, not at the end."""
    bomb = gzip.compress(bytes(64 << 20))
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n"
    server = RawServer(lambda _: [head.encode() + bomb])
    with server, closing(Wire(server.url, limit=1 << 20)) as wire:
        wire.begin(5)
        tracemalloc.start()
        with pytest.raises(TooLargeError):
            wire.post_xml(server.url, BODY, {})
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 16 << 20


def test_calls_share_a_connection() -> None:
    with always(http(LISTED)) as server, books(server) as client:
        client.mutations()
        client.mutations()
        assert {x.connection for x in server.asked} == {1}


def test_a_connection_that_was_idle_is_not_trusted_with_a_booking() -> None:
    with RawServer(lambda _: [http("x")]) as server, closing(Wire(server.url, stale=0.05)) as wire:
        for pause in (0, 0.1):
            time.sleep(pause)
            wire.begin(5)
            wire.post_xml(server.url, BODY, {})
        assert [x.connection for x in server.asked] == [1, 2]


def test_a_connection_that_the_server_closed_is_made_anew() -> None:
    """Closing after an answer is the server's right and loses nothing."""
    with always(http(LISTED), Close()) as server, books(server) as client:
        client.mutations()
        time.sleep(0.05)
        client.mutations()
        assert server.operations.count("GetMutaties") == 2


def test_a_redirect_is_not_followed_and_its_body_not_read() -> None:
    with RawServer(lambda _: [http(OPENED)]) as elsewhere:
        moved = f"HTTP/1.1 307 Moved\r\nLocation: {elsewhere.url}\r\n\r\n".encode()
        server = RawServer(session(lambda _: [moved, 9.0]))
        refused = pytest.raises(OutcomeUnknownError, match="redirects are not followed")
        with server, books(server) as client, refused:
            client.add_mutation(BOOKING)
        assert elsewhere.asked == []


def test_passwords_and_proxies_of_the_environment_are_not_used_on_loopback(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password geheim\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with always(http(LISTED)) as server, books(server) as client:
        client.mutations()
        assert "authorization" not in server.asked[1].head.lower()


def test_a_proxy_that_refuses_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the booking was sent: the proxy never made the connection."""
    refusal = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with RawServer(lambda _: [refusal]) as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("no_proxy", raising=False)
        client = Books(access("https://books.example/soap.asmx"), SimulatedClock(START))
        with client, pytest.raises(UnreachableError) as caught:
            client.mutations()
    assert caught.value.code == codes.PROXY
    assert proxy.asked[0].head.startswith("CONNECT books.example:443")


@contextmanager
def secure(reply: bytes, *, stall: bool = False) -> Iterator[tuple[str, list[bytes]]]:
    """A TLS server with a certificate that nobody signed; `stall` keeps it from shaking hands."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    received: list[bytes] = []
    done = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            if stall:
                done.wait(5)
                return
            try:
                with context.wrap_socket(connection, server_side=True) as wrapped:
                    received.append(wrapped.recv(65536))
                    wrapped.sendall(reply)
                    done.wait(5)
            except OSError:
                pass

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"https://localhost:{listener.getsockname()[1]}/soap.asmx", received
        done.set()
        thread.join()


def test_a_certificate_that_nobody_signed_is_refused_before_anything_is_sent() -> None:
    with secure(http(OPENED)) as (url, received):
        client = Books(access(url), SimulatedClock(START))
        with client, pytest.raises(UnreachableError) as caught:
            client.mutations()
        assert caught.value.code == codes.TLS
        assert caught.value.message.startswith("Could not connect to host: localhost:")
        assert "self-signed certificate" in caught.value.message
        assert received == []


def test_a_trusted_certificate_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with secure(http("<a/>")) as (url, received), closing(Wire(url)) as wire:
        wire._session.verify = str(CERTIFICATE)
        wire.begin(5)
        assert wire.post_xml(url, BODY, {}).content == b"<a/>"
        assert wire.sent
        assert received[0].startswith(b"POST /soap.asmx")


def test_a_tls_handshake_that_never_ends_ends_at_the_deadline() -> None:
    with secure(b"", stall=True) as (url, _), closing(Wire(url)) as wire:
        wire.begin(0.3)
        began = time.monotonic()
        with pytest.raises((DeadlineError, OSError)):
            wire.post_xml(url, BODY, {})
        assert time.monotonic() - began < 2
        assert not wire.sent


def test_silence_over_tls_ends_at_the_deadline() -> None:
    with secure(b"HTTP/1.1 200 OK\r\n") as (url, _), closing(Wire(url)) as wire:
        wire._session.verify = str(CERTIFICATE)
        wire.begin(0.3)
        with pytest.raises(DeadlineError):
            wire.post_xml(url, BODY, {})
        assert wire.sent
