"""Connections that obey a total deadline.

A read time-out only limits the silence between two bytes: an answer that drips one byte a minute
goes on for ever. Here every single read from the network waits no longer than what is left of
the call's deadline, for headers and body alike, and a deadline may be brought forward meanwhile.
"""

import contextlib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import TYPE_CHECKING

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.ssl_ import create_urllib3_context

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_GLANCE = 0.2
"""Seconds of one wait; then a look whether the deadline was brought forward."""


class Deadline:
    """When a call ends, by the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def bring_forward(self) -> None:
        """End the call now. Any thread may do it."""
        self._ends = 0.0

    @property
    def left(self) -> float:
        """Seconds left; zero or less when it has passed."""
        return self._ends - time.monotonic()


_ends: ContextVar[Deadline | None] = ContextVar("_ends", default=None)


@contextlib.contextmanager
def deadline(limit: Deadline) -> Iterator[None]:
    """Let no read inside the block wait beyond the deadline."""
    token = _ends.set(limit)
    try:
        yield
    finally:
        _ends.reset(token)


def _in_time(connection: socket.socket, read: Callable[[], int]) -> int:
    """What `read` gives, which is asked again and again until the deadline has passed."""
    limit = _ends.get()
    if limit is None:
        connection.settimeout(None)
        return read()
    while (left := limit.left) > 0:
        connection.settimeout(min(left, _GLANCE))  # never zero, which would mean "do not wait"
        with contextlib.suppress(TimeoutError):
            return read()
    raise TimeoutError("the call's deadline has passed")


class _Plain(socket.socket):
    def recv_into(self, buffer: "WriteableBuffer", nbytes: int = 0, flags: int = 0) -> int:
        read = super().recv_into
        return _in_time(self, lambda: read(buffer, nbytes, flags))


class _Secure(ssl.SSLSocket):
    def recv_into(
        self, buffer: "WriteableBuffer", nbytes: int | None = None, flags: int = 0
    ) -> int:
        read = super().recv_into
        return _in_time(self, lambda: read(buffer, nbytes, flags))


class _PlainConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        made = super()._new_conn()
        timed = _Plain(fileno=made.detach())
        timed.settimeout(self.timeout if isinstance(self.timeout, int | float) else None)
        return timed


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = HTTPSConnection


def _context() -> ssl.SSLContext:
    context = create_urllib3_context()  # checks certificate and host name
    context.sslsocket_class = _Secure
    return context


class DeadlineAdapter(HTTPAdapter):
    """Makes the connections of a requests session obey `deadline`."""

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
