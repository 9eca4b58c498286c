"""Servers that answer what a test tells them to, well-formed or not."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise
from typing import Any

from sync.magento.transport import Transport
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.http import Request, Response, Server
from tests.golden.recordings import RECORDED_AT
from tests.magento.recorded import access

Talk = Callable[[socket.socket], None]


class Script:
    """An app that gives its answers one after the other, the last one again and again.

    Attributes:
        requests: What was asked so far.
        asked_at: When, by `clock`.
    """

    def __init__(self, clock: SimulatedClock, *answers: Response) -> None:
        self.requests: list[Request] = []
        self.asked_at: list[datetime] = []
        self.clock = clock
        self._answers = answers

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        self.requests.append(request)
        self.asked_at.append(self.clock.now())
        return self._answers[min(len(self.requests), len(self._answers)) - 1]

    @property
    def pauses(self) -> list[float]:
        """Seconds between the requests."""
        return [(later - before).total_seconds() for before, later in pairwise(self.asked_at)]


def answer(
    status: int = 200, body: Any = None, headers: Mapping[str, str] | None = None
) -> Response:
    """A JSON answer, or with `bytes` any other."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(status=status, body=content, headers=headers or {})


@contextmanager
def scripted(*answers: Response, **changes: Any) -> Iterator[tuple[Transport, Script]]:
    """A transport to a server that gives these answers."""
    clock = SimulatedClock(RECORDED_AT)
    script = Script(clock, *answers)
    with Server(script, clock=clock, service="shop") as server:
        transport = Transport(access(server.url, **changes), clock)
        try:
            yield transport, script
        finally:
            transport.close()


@contextmanager
def talking(talk: Talk, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server that handles each connection with `talk`; gives its port on loopback.

    Args:
        talk: Gets the connection after the request's headers were read, and may break it.
        context: For a server that speaks TLS.
    """
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(plain, server_side=True) if context else plain as talks:
                    talks.settimeout(10)
                    talks.recv(65_536)
                    talk(talks)
            except OSError:
                continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)
