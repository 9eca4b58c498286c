"""The simulated services' HTTP: one threaded server, loopback only, under both of them.

A service is an `App`: it gets a whole request and returns a whole response. What goes wrong on
the way there or back is decided by `sync.sandbox.faults`, never by the service itself.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it came in.

    Attributes:
        method: Upper case, e.g. "GET".
        path: The target before the question mark, not decoded.
        query: The target behind the question mark, not decoded; empty without one.
        headers: As sent; looking a name up ignores its case.
        body: Empty without one.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One answer. `Content-Length`, `Date` and `Connection` are the server's business."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class App(Protocol):
    """A simulated service. `handle` is called from many threads at once."""

    def handle(self, request: Request) -> Response:
        """Answer one request; never raise."""
        ...
