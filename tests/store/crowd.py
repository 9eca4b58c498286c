"""What the processes do that are killed: each for ever, on one store."""

import random
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from sync.clock import SystemClock
from sync.errors import StoreError
from sync.store import Store, open_store
from sync.store.backup import MANIFEST, back_up
from sync.store.cleanups import Wanted
from sync.store.retention import clean_up
from tests.store.builders import booked, entry, receive, start

AT_ONCE: Final = timedelta(0)
COPIES: Final = "copies"


class JumpingClock(SystemClock):
    """The machine's, set to another moment now and then, as by hand."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        self._off = timedelta(0)

    def now(self) -> datetime:
        """The present moment, or what it is taken for."""
        if self._draw.random() < 0.02:
            self._off = timedelta(hours=self._draw.choice((0, 0, 3, -48, 24 * 40, -24 * 400)))
        return super().now() + self._off


def write(home: Path, first: int) -> None:
    """Book documents from number `first` on for ever, saying each on standard output."""
    clock = JumpingClock(first)
    with open_store(home, clock) as store, store.holder() as me:
        number = first
        while True:
            _write_one(store, me, number, clock.now())
            number += 1


def _write_one(store: Store, me: Any, number: int, now: datetime) -> None:
    # Three months at a time, so that several files are written and one of them is compacted.
    now -= timedelta(days=31 * (number % 3))
    one = entry(number, grand_total=Decimal(number).scaleb(-2))
    receive(store, one, at=now)
    claim = store.claim(start(one, now), me)
    assert claim is not None
    print("started", claim.attempt, number, flush=True)  # noqa: T201 - the acknowledgement
    assert store.mark_sent(claim, now)
    assert store.finish(claim, booked(now, mutation_no=number, message=f"Success: {number}"))
    print("finished", claim.attempt, number, flush=True)  # noqa: T201 - the acknowledgement


def seal(home: Path) -> None:
    """Seal, compact and sweep for ever."""
    with open_store(home, SystemClock()) as store:
        while True:
            store.seal(force=True, grace=AT_ONCE)
            time.sleep(0.005)


def compact(home: Path) -> None:
    """Compact and sweep for ever, and look whether the files are what was written."""
    with open_store(home, SystemClock()) as store:
        while True:
            store.compact(grace=AT_ONCE)
            store.notice(thorough=True)
            time.sleep(0.005)


def copy(home: Path) -> None:
    """Make one backup after another, and keep the newest that was finished."""
    with open_store(home, SystemClock()) as store:
        while True:
            before = finished_copies(home)
            back_up(store, home / COPIES / f"{time.time_ns()}")
            for path in before:
                shutil.rmtree(path, ignore_errors=True)
            time.sleep(0.2)


def retain(home: Path) -> None:
    """Clean up what is older than a hundred days, again and again."""
    with open_store(home, SystemClock()) as store:
        while True:
            try:
                clean_up(store, old(home), grace=AT_ONCE)
            except StoreError as error:
                if "Another process" not in error.message:
                    raise
            time.sleep(0.05)


def old(home: Path) -> Wanted:
    """The cleanup of everything from before a hundred days."""
    before = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    into = home / "exports"
    return Wanted(before=before - timedelta(days=100), into=into, form="parquet", actor="test")


def finished_copies(home: Path) -> list[Path]:
    """The backups that were not cut short, oldest first."""
    return sorted(path.parent for path in (home / COPIES).glob(f"*/{MANIFEST}"))


CHILDREN: Final[dict[str, Callable[..., None]]] = {
    "write": write,
    "seal": seal,
    "compact": compact,
    "copy": copy,
    "retain": retain,
}
"""What a process can be, by name; each goes on for ever."""

CROWD: Final = ("write", "write", "seal", "compact", "copy", "retain")
"""Who is at work at once."""
