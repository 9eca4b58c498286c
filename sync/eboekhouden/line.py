"""A connection with a second handle on it, so that a call's deadline can end it at any moment."""

import contextlib
import socket
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import ConnectionPool, HTTPConnectionPool


class Line:
    """The connection in use and a second handle on it, to cut it by when a call's time is up.

    A read time-out starts again with every byte, so it alone never ends an answer that drips; and
    the headers, or a TLS handshake, may drip as well as the body.
    """

    def __init__(self) -> None:
        self.sent = False
        self.late = False
        self.ended = False
        self._lock = threading.Lock()
        self._call = 0
        self._handle: socket.socket | None = None

    @contextlib.contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """Cut the connection if the block has not ended in time."""
        with self._lock:
            if self.ended:
                raise TimeoutError
            self._call += 1
            self.late = False
            timer = threading.Timer(seconds, self._cut, (self._call,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            with self._lock:
                self._call += 1  # a timer that is past cancelling finds another call

    def hold(self, connection: socket.socket) -> socket.socket:
        """Take a second handle on a new connection; TLS will replace the first one."""
        with self._lock:
            if self.late:
                connection.close()
                raise TimeoutError
            self._drop_handle()
            self._handle = connection.dup()
        return connection

    def end(self) -> None:
        """Cut the connection now, from any thread, and let no call begin any more."""
        with self._lock:
            self.ended = True
            call = self._call
        self._cut(call)

    def let_go(self) -> None:
        """Close the handle and with it the last hold on the connection."""
        with self._lock:
            self._drop_handle()

    def _drop_handle(self) -> None:
        if self._handle is not None:
            self._handle.close()
            self._handle = None

    def _cut(self, call: int) -> None:
        with self._lock:
            if call != self._call:
                return
            self.late = True
            if self._handle is not None:
                with contextlib.suppress(OSError):  # gone already
                    self._handle.shutdown(socket.SHUT_RDWR)


class _Plain(HTTPConnection):
    """A connection that tells its line when it exists and when something goes over it."""

    line: Line

    def _new_conn(self) -> socket.socket:
        return self.line.hold(super()._new_conn())

    def connect(self) -> None:
        super().connect()
        self.line.sent = True

    def request(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - urllib3's own
        if self.sock is not None:  # kept from an earlier call
            self.line.sent = True
        super().request(*arguments, **options)


class _Secure(_Plain, HTTPSConnection):
    """The same over TLS; `connect` ends after the handshake and the check of the certificate."""


class LineAdapter(HTTPAdapter):
    """Makes connections that belong to one line; never repeats a request."""

    def __init__(self, line: Line) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)
        self._plain = type("_PlainOfLine", (_Plain,), {"line": line})
        self._secure = type("_SecureOfLine", (_Secure,), {"line": line})

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        verify: bool | str | None,
        proxies: Mapping[str, str] | None = None,
        cert: str | tuple[str, str] | None = None,
    ) -> ConnectionPool:
        """The pool that requests would use, making our connections instead of its own."""
        pool = super().get_connection_with_tls_context(request, verify, proxies, cert)
        if isinstance(pool, HTTPConnectionPool):  # the only kind there is
            pool.ConnectionCls = self._secure if pool.scheme == "https" else self._plain
        return pool
