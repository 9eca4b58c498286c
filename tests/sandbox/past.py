"""Histories of a sandbox for the tests, and what came of them."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sync.sandbox import home
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.history import History
from sync.sandbox.services import Services
from sync.store.filters import LogFilter
from sync.store.queries import newest
from sync.store.reader import open_reader

FIRST_DAY = date(2026, 3, 25)
"""Summer time begins on the fifth day."""
UNTIL = datetime(2026, 3, 30, 14, 30, tzinfo=UTC)
"""Just after the run at 16:00 on the sixth day, when the shop is down."""


@dataclass(frozen=True)
class Past:
    """A history that was booked, its services stopped.

    Attributes:
        rows: Every attempt, oldest first.
        mutations: Every booking in the books.
        invoices: Every invoice number in the shop.
        attempts: As the history counted them.
    """

    rows: list[dict[str, Any]]
    mutations: list[dict[str, Any]]
    invoices: set[str]
    attempts: int

    @property
    def latest(self) -> dict[str, dict[str, Any]]:
        """The last attempt at each document, by key."""
        return {row["key"]: row for row in self.rows}


def rows(folder: Path) -> list[dict[str, Any]]:
    """Every attempt of a home, oldest first."""
    with open_reader(folder) as reader:
        table = newest(reader, LogFilter(sort="id:asc"), limit=100_000)
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def booked(folder: Path, until: datetime = UNTIL, first_day: date = FIRST_DAY) -> Past:
    """Book a sandbox's history in `folder`, or go on with the one that is there."""
    made = home.load_or_make(folder, seed=7, first_day=first_day)
    clock = SimulatedClock(until)
    services = Services(made, clock, folder)
    services.start()
    try:
        home.keep(folder, services.sandbox)
        attempts = History(services, clock, folder).catch_up(until, lambda _caught: None)
        return Past(
            rows=rows(folder),
            mutations=list(services.books.state.mutations),
            invoices=numbers(services),
            attempts=attempts,
        )
    finally:
        services.stop()


def numbers(services: Services) -> set[str]:
    """Every invoice number in a shop."""
    found, number = set(), 1
    while text := services.shop.state.get("invoices", number):
        match = re.search(r'"increment_id":"(\d+)"', text)
        assert match
        found.add(match[1])
        number += 1
    return found


def plain(message: str) -> str:
    """A message without the ports that the system chose."""
    return re.sub(r"127\.0\.0\.1:\d+", "HOST", message)
