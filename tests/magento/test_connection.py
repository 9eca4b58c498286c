"""A connection that is refused, breaks, drips or cannot be trusted ends in time and in words."""

import socket
import ssl
import subprocess
import threading
import time
from pathlib import Path

import pytest
import requests

from sync.errors import BoekwachtError, UnreachableError, UnreadableError
from sync.http.deadline import Deadline, DeadlineAdapter, deadline
from sync.magento.transport import Transport
from sync.sandbox.clock import SimulatedClock
from tests.golden.recordings import RECORDED_AT
from tests.magento.recorded import access
from tests.magento.scripted import answer, scripted, talking


def _transport(port: int, *, scheme: str = "http", seconds: float = 5.0) -> Transport:
    return Transport(
        access(f"{scheme}://127.0.0.1:{port}", deadline=seconds), SimulatedClock(RECORDED_AT)
    )


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def test_nobody_there_is_told_after_four_tries() -> None:
    """The message says why."""
    transport = _transport(_free_port())
    with pytest.raises(UnreachableError, match=r"^Could not connect to host: .*refused") as caught:
        transport.get("x")
    assert caught.value.code == "CONNECT"


def test_a_name_that_does_not_exist_is_told() -> None:
    """`.invalid` never does."""
    transport = Transport(access("https://shop.invalid"), SimulatedClock(RECORDED_AT))
    with pytest.raises(UnreachableError, match=r"^Could not connect to host: the name") as caught:
        transport.get("x")
    assert caught.value.code == "DNS"


@pytest.mark.parametrize(
    "sent",
    [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[1, 2"],
    ids=["at once", "in the body"],
)
def test_a_connection_that_breaks_is_tried_again(sent: bytes) -> None:
    """A short body is never taken for a whole one."""
    count = []

    def talk(connection: socket.socket) -> None:
        count.append(1)
        connection.sendall(sent)

    with (
        talking(talk) as port,
        pytest.raises(UnreachableError, match=r"^API error: the connection") as caught,
    ):
        _transport(port).get("x")
    assert (caught.value.code, len(count)) == ("DROPPED", 4)


def test_an_answer_that_breaks_where_nobody_can_tell_is_unreadable() -> None:
    """No length was told: only that half a JSON text is none."""
    half = b"HTTP/1.1 200 OK\r\n\r\n[1, 2"
    with (
        talking(lambda connection: connection.sendall(half)) as port,
        pytest.raises(UnreadableError, match=r"not a Magento answer: \[1, 2;"),
    ):
        _transport(port).get("x")


def test_a_server_that_speaks_something_else_is_told() -> None:
    """For example the port of another service."""
    with (
        talking(lambda connection: connection.sendall(b"220 mail.example ESMTP\r\n")) as port,
        pytest.raises(UnreachableError) as caught,
    ):
        _transport(port).get("x")
    assert caught.value.code == "DROPPED"


def test_silence_ends_at_the_deadline_and_is_not_repeated() -> None:
    """It has cost enough already."""
    with talking(_wait) as port:
        started = time.monotonic()
        with pytest.raises(UnreachableError, match=r"did not answer within 0.3 seconds") as caught:
            _transport(port, seconds=0.3).get("x")
    assert caught.value.code == "READ_TIMEOUT"
    assert time.monotonic() - started < 4


def _wait(connection: socket.socket) -> None:
    """Say nothing until the other side hangs up."""
    connection.recv(1)


def _drip(connection: socket.socket, head: bytes) -> None:
    connection.sendall(head)
    for _ in range(60):
        connection.sendall(b"a")
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("head", "code"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nX-Slow: ", "READ_TIMEOUT", id="headers"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n", "DEADLINE", id="body"),
    ],
)
def test_a_dripping_answer_ends_at_the_deadline(head: bytes, code: str) -> None:
    """Every byte comes in time and the whole never does."""
    with talking(lambda connection: _drip(connection, head)) as port:
        started = time.monotonic()
        with pytest.raises(UnreachableError, match=r"^Connection timed out: ") as caught:
            _transport(port, seconds=0.4).get("x")
        assert time.monotonic() - started < 2.5
    assert caught.value.code == code


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that nobody has signed, with its key, in one file."""
    folder = tmp_path_factory.mktemp("certificate")
    key, chain, both = folder / "key.pem", folder / "chain.pem", folder / "both.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1"
    names = ["-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(chain)]
    subprocess.run([*command.split(), *names, *files], check=True, capture_output=True)
    both.write_bytes(key.read_bytes() + chain.read_bytes())
    return both


def _tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path) -> None:
    """Before a single byte of ours is sent."""
    seen: list[socket.socket] = []
    with (
        talking(seen.append, _tls(certificate)) as port,
        pytest.raises(UnreachableError, match=r"no secure connection .*self-signed") as caught,
    ):
        _transport(port, scheme="https").get("x")
    assert (caught.value.code, seen) == ("TLS", [])


def test_a_dripping_answer_ends_at_the_deadline_over_tls_too(certificate: Path) -> None:
    """The connections are others, the limit is the same."""
    drip = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"
    with talking(lambda connection: _drip(connection, drip), _tls(certificate)) as port:
        session = requests.Session()
        session.mount("https://", DeadlineAdapter())
        started = time.monotonic()
        with session, deadline(Deadline(0.4)), pytest.raises(OSError, match=r"deadline|timed out"):
            session.get(f"https://127.0.0.1:{port}/", verify=str(certificate), timeout=5)
        assert time.monotonic() - started < 2.5


def test_a_call_is_ended_from_another_thread_and_none_begins_after_it() -> None:
    """Whoever has to stop does not wait for a silent shop."""
    with talking(_wait) as port:
        transport = _transport(port, seconds=30)
        timer = threading.Timer(0.3, transport.hang_up)
        timer.start()
        started = time.monotonic()
        with pytest.raises(UnreachableError):
            transport.get("x")
        with pytest.raises(UnreachableError) as caught:
            transport.get("x")
        assert time.monotonic() - started < 4
    assert caught.value.code == "INTERRUPTED"


def test_without_a_deadline_nothing_is_limited() -> None:
    """The adapter alone changes nothing."""
    ok = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"
    with talking(lambda connection: connection.sendall(ok)) as port:
        session = requests.Session()
        session.mount("http://", DeadlineAdapter())
        with session:
            assert session.get(f"http://127.0.0.1:{port}/").content == b"[]"


def test_the_environments_proxies_are_not_used_on_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And a proxy that is not there is told as such for any other."""
    gone = f"http://127.0.0.1:{_free_port()}"
    monkeypatch.setenv("HTTP_PROXY", gone)
    monkeypatch.setenv("HTTPS_PROXY", gone)
    with scripted(answer(body=[])) as (transport, _):
        assert transport.get("x") == []
    away = Transport(access("https://shop.invalid"), SimulatedClock(RECORDED_AT))
    with pytest.raises(UnreachableError, match=r"the proxy on the way to shop.invalid") as caught:
        away.get("x")
    assert caught.value.code == "PROXY"


@pytest.mark.parametrize("host", [".example", "a..example", "*.example"])
def test_a_name_that_can_be_none_is_told_as_a_wrong_setting(host: str) -> None:
    """Some are refused by the library, some only by the name service."""
    transport = Transport(access(f"https://{host}"), SimulatedClock(RECORDED_AT))
    with pytest.raises(BoekwachtError, match=r"shop.url|the name .* was not found"):
        transport.get("x")
