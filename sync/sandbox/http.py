"""The simulated services' HTTP: one threaded server, loopback only, under both of them.

A service is an `App`: it gets a whole request and returns a whole response. What goes wrong on
the way there or back is decided by `sync.sandbox.faults`, never by the service itself.
"""

import contextlib
import logging
import os
import select
import socket
import threading
import time
from collections.abc import Callable
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any

from sync.clock import Clock
from sync.sandbox.control import PREFIX, Control
from sync.sandbox.faults import Delivery, Faults
from sync.sandbox.messages import App, Headers, Request, Response

__all__ = ["LOOPBACK", "App", "Headers", "Request", "Response", "Server"]

LOOPBACK = "127.0.0.1"

# No document of either service comes near it; what is larger is refused unread.
BODY_LIMIT = 2 * 1024 * 1024
IDLE_SECONDS = 120.0

_log = logging.getLogger(__name__)

_POLL_SECONDS = 0.02
_DRIPS = 40
_LINE_LIMIT = 65_536
_FIELD_LIMIT = 100
_TEXT = {"Content-Type": "text/plain; charset=utf-8"}


class Server:
    """One simulated service on a loopback port, in a thread of its own.

    Args:
        app: The service.
        faults: What shall go wrong; nothing when left out. Two servers may share one.
        clock: Dates the answers and times the faults.
        port: 0 lets the operating system choose.
        service: The name by which faults tell the services apart: "shop" or "books".
        latency: Seconds of the clock's time that pass before a call is looked at; by default none.

    Attributes:
        url: Where it listens, e.g. "http://127.0.0.1:40123".
        faults: What shall go wrong; rules may be added while it runs.

    Raises:
        OSError: The port is taken.
    """

    def __init__(
        self,
        app: App,
        *,
        faults: Faults | None = None,
        clock: Clock,
        port: int = 0,
        service: str = "",
        latency: Callable[[Request], float] | None = None,
    ) -> None:
        self.faults = faults if faults is not None else Faults()
        self._listener = _Listener(app, self.faults, clock, port, service)
        self._listener.latency = latency
        self.url = f"http://{LOOPBACK}:{self._listener.server_address[1]}"
        self._thread = threading.Thread(
            target=self._listener.serve_forever, args=(_POLL_SECONDS,), name=self.url, daemon=True
        )

    def start(self) -> None:
        """Begin to answer; returns at once. Requests sent since construction have waited."""
        self._thread.start()

    def stop(self) -> None:
        """Answer nothing more: the port is free and every connection is closed on return."""
        self._listener.stopping.set()
        if self._thread.is_alive():
            self._listener.shutdown()
            self._thread.join()
        self._listener.server_close()
        self._listener.close_connections()

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class _Listener(ThreadingHTTPServer):
    """Accepts connections; a daemon thread each."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    latency: Callable[[Request], float] | None = None

    def __init__(self, app: App, faults: Faults, clock: Clock, port: int, service: str) -> None:
        self.app, self.faults, self.clock, self.service = app, faults, clock, service
        self.control = Control(faults, clock)
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__((LOOPBACK, port), _Handler)

    def server_bind(self) -> None:
        """Bind without the base class's look-up of a host name, which may wait for DNS."""
        if os.name == "posix":  # elsewhere it would let two servers share a port
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    def service_actions(self) -> None:
        """Between two polls: carry out late what is due."""
        self.faults.run_due(self.clock.now())

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - base class
        """Remember the connection, so that `stop` can close it."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as in the base class
        """Forget and close the connection."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - base class
        """A service that raised has a defect, which should be seen; the connection closes."""
        _log.exception("The simulated service failed")

    def close_connections(self) -> None:
        """End every open connection, also one in the middle of an answer."""
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """One connection: reads requests, hands them on, sends what is to be delivered."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS
    server: _Listener
    fields: Headers

    def handle_one_request(self) -> None:
        """Read one request and answer it; `close_connection` says whether another may follow."""
        self.close_connection = True
        try:
            self.raw_requestline = self.rfile.readline(_LINE_LIMIT + 1)
            if len(self.raw_requestline) > _LINE_LIMIT:
                self.requestline = self.request_version = self.command = ""
                self.send_error(HTTPStatus.REQUEST_URI_TOO_LONG)
            elif self.raw_requestline and self.parse_request():
                self._serve()
        except OSError:  # the client is gone, or was silent for too long
            self.close_connection = True

    def parse_request(self) -> bool:
        """Read the head; False when it was refused, or when the client is gone.

        The base class would have the fields read as a mail's, which takes longer than most answers.
        """
        self.command = self.request_version = ""
        self.requestline = self.raw_requestline.decode("latin-1").rstrip("\r\n")
        words = self.requestline.split()
        if len(words) != 3 or not words[2].startswith("HTTP/"):
            self.send_error(HTTPStatus.BAD_REQUEST, "Bad request line")
            return False
        if words[2] not in {"HTTP/1.0", "HTTP/1.1"}:
            self.send_error(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED)
            return False
        self.command, self.path, self.request_version = words
        if not self._read_fields():
            return False
        wish = self.fields.get("Connection", "").lower()
        self.close_connection = wish == "close" or (
            self.request_version == "HTTP/1.0" and wish != "keep-alive"
        )
        if self.fields.get("Expect", "").lower() == "100-continue":
            self._ask_for_body()
        return True

    def _read_fields(self) -> bool:
        """Read the header fields; False as for the whole head."""
        found: list[tuple[str, str]] = []
        while (line := self.rfile.readline(_LINE_LIMIT + 1)) not in {b"\r\n", b"\n"}:
            if not line:
                return False
            if len(line) > _LINE_LIMIT or len(found) == _FIELD_LIMIT:
                self.send_error(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
                return False
            name, colon, value = line.decode("latin-1").partition(":")
            if not colon or name != name.strip():
                self.send_error(HTTPStatus.BAD_REQUEST, "Bad header field")
                return False
            found.append((name, value.strip()))
        self.fields = Headers(found)
        return True

    def _serve(self) -> None:
        length = self._body_length()
        if length is None:
            return
        body = self.rfile.read(length)
        if len(body) < length:  # gone in the middle: nothing was asked
            self.close_connection = True
            return
        path, _, query = self.path.partition("?")
        request = Request(
            method=self.command, path=path, query=query, headers=self.fields, body=body
        )
        if path.startswith(PREFIX):
            self._send(self.server.control.handle(request))
        else:
            listener = self.server
            if listener.latency is not None:
                listener.clock.sleep(listener.latency(request))
            self._deliver(
                listener.faults.deliver(listener.service, listener.app, request, listener.clock)
            )

    def _body_length(self) -> int | None:
        """Bytes of body to come; None when the request was refused for what it says of it."""
        length = self.fields.get("Content-Length", "0")
        if "Transfer-Encoding" in self.fields:
            self.send_error(HTTPStatus.LENGTH_REQUIRED)
        elif not (length.isascii() and length.isdigit()):  # nor sent twice, which has a comma
            self.send_error(HTTPStatus.BAD_REQUEST, "Bad Content-Length")
        elif _is_too_long(length):
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            self._linger()
        else:
            return int(length)
        return None

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse a request that never reaches the service; the connection ends."""
        self.close_connection = True
        text = message or explain or HTTPStatus(code).phrase
        self._send(Response(status=code, body=text.encode(), headers=_TEXT))

    def log_message(self, format: str, *args: object) -> None:
        """Print nothing: requests carry codes and personal data."""

    def _ask_for_body(self) -> None:
        """Say that the body may come, unless it would be refused anyway."""
        length = self.fields.get("Content-Length", "0")
        if not (length.isascii() and length.isdigit()) or not _is_too_long(length):
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _deliver(self, delivery: Delivery) -> None:
        response = delivery.response
        if response is None:
            self.close_connection = True
            self._hold(delivery.seconds)
        elif delivery.manner == "cut":
            self.close_connection = True
            message = self._message(response)
            self.wfile.write(message[: len(message) - (len(response.body) + 1) // 2])
        elif delivery.manner == "drip":
            self._drip(response, delivery.seconds)
        else:
            self._send(response)

    def _send(self, response: Response) -> None:
        self.wfile.write(self._message(response))

    def _message(self, response: Response) -> bytes:
        """Head and body as one piece, so that no part waits for another's acknowledgement."""
        bodyless = response.status < 200 or response.status in {204, 304}
        head = [f"HTTP/1.1 {response.status} {_phrase(response.status)}"]
        head += [f"{name}: {value}" for name, value in response.headers.items()]
        head.append(f"Date: {format_datetime(self.server.clock.now(), usegmt=True)}")
        if not bodyless:
            head.append(f"Content-Length: {len(response.body)}")
        if self.close_connection:
            head.append("Connection: close")
        body = b"" if bodyless or self.command == "HEAD" else response.body
        return "\r\n".join([*head, "", ""]).encode("latin-1") + body

    def _hold(self, seconds: float) -> None:
        """Say nothing until the client gives up, at most `seconds` of real time."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not self.server.stopping.is_set():
            readable, _, _ = select.select([self.connection], [], [], min(left, _POLL_SECONDS))
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                return
            if readable:  # more was sent meanwhile, which would make select return at once
                self.server.stopping.wait(min(left, _POLL_SECONDS))

    def _drip(self, response: Response, seconds: float) -> None:
        """Send the body in up to 40 small pieces spread over `seconds` of real time."""
        message = self._message(response)
        start = len(message) - len(response.body)
        self.wfile.write(message[:start])
        pieces = min(_DRIPS, len(response.body))
        edges = (
            [start + len(response.body) * i // pieces for i in range(pieces + 1)] if pieces else []
        )
        for begin, end in pairwise(edges):
            self.server.stopping.wait(seconds / pieces)
            self.wfile.write(message[begin:end])

    def _linger(self) -> None:
        """Throw away what is still coming, for a second at most: a reset would eat the answer."""
        self.connection.shutdown(socket.SHUT_WR)
        until = time.monotonic() + 1
        while (left := until - time.monotonic()) > 0:
            self.connection.settimeout(left)
            if not self.connection.recv(_LINE_LIMIT):
                return


def _is_too_long(length: str) -> bool:
    return len(length) > 18 or int(length) > BODY_LIMIT


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
