"""The simulated books behind a real server, once per test."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import zeep

from sync.sandbox.books import Books, Settings
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.http import Server
from tests.sandbox.books.builders import Raw


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(datetime(2026, 1, 31, 12, 0, tzinfo=UTC))


@pytest.fixture
def settings() -> Settings:
    """Overridden by tests that turn a knob, through parametrisation."""
    return Settings()


@pytest.fixture
def books(settings: Settings, clock: SimulatedClock) -> Books:
    return Books(settings, clock)


@pytest.fixture
def server(books: Books, clock: SimulatedClock) -> Iterator[Server]:
    with Server(books, clock=clock, service="books") as running:
        yield running


@pytest.fixture
def raw(server: Server, settings: Settings) -> Iterator[Raw]:
    client = Raw(server.url, settings)
    yield client
    client.connection.close()


@pytest.fixture
def client(server: Server) -> Iterator[zeep.Client]:
    """Zeep on the WSDL that the books serve."""
    opened = zeep.Client(f"{server.url}/soap.asmx?wsdl")  # type: ignore[no-untyped-call] # zeep has no types
    with opened:
        yield opened
