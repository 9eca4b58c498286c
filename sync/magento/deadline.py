"""Connections that obey a total deadline.

A read time-out only limits the silence between two bytes: an answer that drips one byte a minute
goes on for ever. Here every single read from the network waits no longer than what is left of
the call's deadline, for headers and body alike.
"""

import contextlib
import socket
import ssl
import time
from collections.abc import Iterator
from contextvars import ContextVar
from typing import TYPE_CHECKING

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.ssl_ import create_urllib3_context

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_ends: ContextVar[float | None] = ContextVar("_ends", default=None)


@contextlib.contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Let no read inside the block wait beyond `seconds` from now, by the monotonic clock."""
    token = _ends.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends.reset(token)


def _left() -> float | None:
    """Seconds left, never zero, which would mean "do not wait"; None without a deadline."""
    ends = _ends.get()
    if ends is None:
        return None
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError("the call's deadline has passed")
    return left


class _Plain(socket.socket):
    def recv_into(self, buffer: "WriteableBuffer", nbytes: int = 0, flags: int = 0) -> int:
        self.settimeout(_left())
        return super().recv_into(buffer, nbytes, flags)


class _Secure(ssl.SSLSocket):
    def recv_into(
        self, buffer: "WriteableBuffer", nbytes: int | None = None, flags: int = 0
    ) -> int:
        self.settimeout(_left())
        return super().recv_into(buffer, nbytes, flags)


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
