"""The store: what engine, worker and pages hold."""

import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from sync.clock import Clock
from sync.store import schema
from sync.store.claims import Claims
from sync.store.inbox import Inbox
from sync.store.records import Records
from sync.store.requests import Requests
from sync.store.rulings import Rulings
from sync.store.sealing import Sealing
from sync.store.standing import Standings


class Store(Inbox, Claims, Records, Requests, Rulings, Sealing, Standings):
    """The record of attempts and everything that changes beside it.

    Many processes may have it open, and many threads may use one: each call is one short
    transaction. Close it, or use it as a context manager.
    """

    @property
    def version(self) -> int:
        """The schema's version."""
        return schema.VERSION

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_store(home: Path, clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> Store:
    """Open a home's store, made or brought to this program's schema where needed.

    Args:
        home: The home folder; the store lies in its `data` folder.
        clock: Tells the moments that the store writes down by itself.
        monotonic: Seconds of a clock that never jumps; judges counters that stand still.

    Raises:
        StoreError: In one sentence: newer schema, unreadable file, network file system, or a
            folder that cannot be written to.
    """
    return Store(home, clock, monotonic)
