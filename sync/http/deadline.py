"""Connections that obey a total deadline, and know whether anything was sent over them.

A read time-out only limits the silence between two bytes: an answer that drips one byte a minute
goes on for ever. Here every single wait for the network, be it for a TLS handshake, for room to
send, for headers or for a body, takes no longer than what is left of the call's deadline; and a
deadline may be brought forward meanwhile, from any thread.
"""

import contextlib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.ssl_ import create_urllib3_context

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

_GLANCE = 0.2
"""Seconds of one wait; then a look whether the deadline was brought forward."""

T = TypeVar("T")


class Deadline:
    """When a call ends, by the monotonic clock.

    Attributes:
        sent: Whether anything of the call can have reached the far side.
    """

    def __init__(self, seconds: float) -> None:
        self.sent = False
        self._ends = time.monotonic() + seconds

    def bring_forward(self) -> None:
        """End the call now. Any thread may do it."""
        self._ends = 0.0

    @property
    def left(self) -> float:
        """Seconds left; zero or less when it has passed."""
        return self._ends - time.monotonic()

    def check(self) -> float:
        """Seconds left, more than zero.

        Raises:
            TimeoutError: It has passed.
        """
        if (left := self.left) <= 0:
            raise TimeoutError("the call's deadline has passed")
        return left


_ends: ContextVar[Deadline | None] = ContextVar("_ends", default=None)


@contextlib.contextmanager
def deadline(limit: Deadline) -> Iterator[None]:
    """Let nothing inside the block wait for the network beyond the deadline."""
    token = _ends.set(limit)
    try:
        yield
    finally:
        _ends.reset(token)


def _in_time(connection: socket.socket, work: Callable[[], T]) -> T:
    """What `work` gives, which is begun again after each wait until the deadline has passed."""
    limit = _ends.get()
    if limit is None:
        return work()
    usual = connection.gettimeout()
    try:
        while True:
            connection.settimeout(min(limit.check(), _GLANCE))
            with contextlib.suppress(TimeoutError):
                return work()
    finally:
        connection.settimeout(usual)


class _Plain(socket.socket):
    def recv_into(self, buffer: "WriteableBuffer", nbytes: int = 0, flags: int = 0) -> int:
        """As the base class, within the deadline."""
        read = super().recv_into
        return _in_time(self, partial(read, buffer, nbytes, flags))

    def sendall(self, data: "ReadableBuffer", flags: int = 0) -> None:
        """As the base class, within the deadline."""
        send, left = super().send, memoryview(data).cast("B")
        while left:
            left = left[_in_time(self, partial(send, left, flags)) :]


class _Secure(ssl.SSLSocket):
    def do_handshake(self, block: bool = False) -> None:
        """As the base class, within the deadline."""
        shake = super().do_handshake
        _in_time(self, partial(shake, block))

    def recv_into(
        self, buffer: "WriteableBuffer", nbytes: int | None = None, flags: int = 0
    ) -> int:
        """As the base class, within the deadline."""
        read = super().recv_into
        return _in_time(self, partial(read, buffer, nbytes, flags))

    def send(self, data: "ReadableBuffer", flags: int = 0) -> int:
        """As the base class, within the deadline."""
        send = super().send
        return _in_time(self, partial(send, data, flags))


class _PlainConnection(HTTPConnection):
    """Notes when something is about to go over it, and lets nothing begin that is too late."""

    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        seconds = made.gettimeout()
        timed = _Plain(fileno=made.detach())
        timed.settimeout(seconds)
        try:
            _check()
        except TimeoutError:
            timed.close()
            raise
        return timed

    def connect(self) -> None:
        """As the base class; notes that something may have been sent."""
        super().connect()  # over TLS, with the handshake and the check of the certificate
        _note_sent()

    def request(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401 - urllib3's own
        """As the base class; over a kept connection nothing begins too late."""
        if self.sock is not None:  # kept from an earlier call
            _check()
            _note_sent()
        super().request(*arguments, **options)


class _SecureConnection(_PlainConnection, HTTPSConnection):
    pass


def _check() -> None:
    limit = _ends.get()
    if limit is not None:
        limit.check()


def _note_sent() -> None:
    limit = _ends.get()
    if limit is not None:
        limit.sent = True


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


def _context() -> ssl.SSLContext:
    context = create_urllib3_context()  # checks certificate and host name
    context.sslsocket_class = _Secure
    return context


class DeadlineAdapter(HTTPAdapter):
    """Makes the connections of a requests session obey `deadline`. Never repeats a request."""

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: object
    ) -> None:
        """As the base class, with connections of our own."""
        super().init_poolmanager(connections, maxsize, block, ssl_context=_context(), **pool_kwargs)
        _timed(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: object) -> PoolManager:
        """As the base class, with connections of our own behind the proxy too."""
        manager: PoolManager = super().proxy_manager_for(
            proxy, ssl_context=_context(), **proxy_kwargs
        )
        _timed(manager)
        return manager


def _timed(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
