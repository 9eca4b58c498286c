"""Two at once, each held up at each of its steps: `python -m tests.store.meeting` tries all pairs.

Whatever meets, every row stays there once.

The one who tends the files is taken for dead while it is only slow, so that the other may begin.
Held up means until the other has come as far as it can, so no window is too short to be met.
"""

import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from itertools import product
from pathlib import Path
from typing import Final

import click

from sync.errors import StoreError
from sync.store import Store, open_store
from sync.store.backup import MANIFEST, back_up
from sync.store.filters import LogFilter
from sync.store.queries import newest
from sync.store.reader import open_reader
from sync.store.restore import restore
from tests.store.builders import NOW, HandClock, booked, claimed, entry, receive, try_once
from tests.store.steps import LATER, NOBODY, SWAP, SWEEP, Steps

PATIENCE: Final = 0.06
"""Seconds to wait for somebody who may be waiting for us: one of them holds the hub's lock."""


class Actor(threading.Thread):
    """Does something and waits at a step until it is let go."""

    def __init__(self, what: Callable[[Steps], object], step: str, turn: int = 1) -> None:
        super().__init__()
        self._what, self._step, self._left = what, step, turn
        self.there, self.go = threading.Event(), threading.Event()
        self.error: BaseException | None = None
        self.passed = False

    def run(self) -> None:
        """Do it; a refusal is an answer, everything else a finding."""
        try:
            self._what(self._wait)
        except BaseException as error:  # noqa: BLE001 - judged by the test
            self.error = error
        finally:
            self.there.set()

    def _wait(self, name: str) -> None:
        self._left -= name == self._step
        if name == self._step and self._left == 0:
            self.passed = True
            self.there.set()
            assert self.go.wait(20)


class Meeting:
    """A store with something to seal, to merge and to sweep, and two who have it open."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.first, self.second = open_store(home, LATER), open_store(home, LATER)
        with open_store(home, HandClock()) as store, store.holder() as me:
            try_once(store, me, entry(1))
            store.seal(force=True)
            try_once(store, me, entry(2))
            receive(store, entry(3))
            self._claim = claimed(store, me, entry(3))

    def seal(self, store: Store, steps: Steps) -> None:
        """Seal, merge and sweep."""
        store.seal(force=True, grace=NOBODY, steps=steps)

    def seal_for_dead(self, store: Store, steps: Steps) -> None:
        """The same, after the one who is at it was taken for dead."""
        with store.write() as hub:
            hub.execute("delete from holder")
        self.seal(store, steps)

    def copy_for_dead(self, store: Store, steps: Steps) -> None:
        """Make a backup, likewise."""
        with store.write() as hub:
            hub.execute("delete from holder")
        back_up(store, self.home / "copy", steps)

    def others(self, store: Store, _steps: Steps) -> None:
        """Everything that is done while files are tended."""
        with store.holder() as me:
            assert store.finish(self._claim, booked(NOW))
            try_once(store, me, entry(4), booked(NOW))
            store.take_over(me, NOW, NOBODY)
            store.notice(thorough=True)
        numbers(self.home)

    def meet(self, first: Actor, second: Actor) -> None:
        """Bring the two together, then let the first end before the second."""
        first.start()
        assert first.there.wait(20)
        second.start()
        second.there.wait(PATIENCE)
        numbers(self.home)
        first.go.set()
        first.join(PATIENCE)
        numbers(self.home)
        second.go.set()
        for actor in (first, second):
            actor.join(20)
            assert not actor.is_alive()
            assert actor.error is None or isinstance(actor.error, StoreError), actor.error

    def judge(self, wanted: list[int]) -> None:
        """Every row is there once, now and after the next rounds."""
        assert numbers(self.home) == wanted
        for _ in range(2):
            assert self.first.seal(force=True, grace=NOBODY).unknown == ()
        assert numbers(self.home) == wanted
        assert self.first.verify().problems == ()
        self.first.close()
        self.second.close()


def numbers(home: Path) -> list[int]:
    """Of the documents, read from file and hub; raises whatever a reader would meet."""
    with open_reader(home) as reader:
        found = newest(reader, LogFilter(sort="id:asc"), 99)["document_id"].to_pylist()
        assert not reader.snapshot().damaged
    return sorted(found)


FIRST: Final = (
    *((step, 1) for step in SWAP),
    *((step, 2) for step in SWAP),  # the merge
    *((step, 1) for step in SWEEP),
)
"""Where the first is held up: step, and the how-manieth time it is passed."""

TENDING: Final = tuple(product(FIRST, (*SWAP, *SWEEP)))
COPYING: Final = tuple(product(FIRST, ("hub copied", "file copied", "told")))
"""Where the first and the second are held up."""


def two_tend(home: Path, first: tuple[str, int], second: str) -> None:
    """The one, taken for dead, goes on while the other is somewhere in the same work.

    Raises:
        AssertionError: A row is lost, doubled or wrong, or somebody met what is no refusal.
    """
    meeting = Meeting(home)
    one = Actor(partial(meeting.seal, meeting.first), *first)
    meeting.meet(one, Actor(partial(meeting.seal_for_dead, meeting.second), second))
    assert one.passed
    meeting.judge([1, 2, 3])


def one_copies(home: Path, first: tuple[str, int], second: str) -> None:
    """A backup that is finished is whole; one that met a file going away says that it failed.

    Raises:
        AssertionError: As above, or the backup is not what it says.
    """
    meeting = Meeting(home)
    one = Actor(partial(meeting.seal, meeting.first), *first)
    two = Actor(partial(meeting.copy_for_dead, meeting.second), second)
    meeting.meet(one, two)
    assert (home / "copy" / MANIFEST).exists() == (two.error is None)
    if two.error is None:
        restored = home / "restored"
        assert restore(restored, home / "copy", LATER, "els").backup.attempts == 3
        with open_store(restored, LATER) as store:
            assert store.verify().problems == ()
        assert numbers(restored) == [1, 2, 3]
    meeting.judge([1, 2, 3])


def everybody_else(home: Path, first: tuple[str, int]) -> None:
    """Writers, readers, and whoever takes over or looks after the files, meet one who tends them.

    Raises:
        AssertionError: As above.
    """
    meeting = Meeting(home)
    one = Actor(partial(meeting.seal, meeting.first), *first)
    two = Actor(partial(meeting.others, meeting.second), "none")
    meeting.meet(one, two)
    assert one.passed
    assert two.error is None, two.error
    meeting.judge([1, 2, 3, 4])


@click.command()
def main() -> None:
    """Let every pair of steps meet."""
    begun = time.monotonic()
    met = 0
    with tempfile.TemporaryDirectory() as folder:
        for step in FIRST:
            met += 1
            everybody_else(Path(folder) / str(met), step)
        for meets, pairs in ((two_tend, TENDING), (one_copies, COPYING)):
            for one, two in pairs:
                met += 1
                meets(Path(folder) / str(met), one, two)
    click.echo(f"{met} meetings in {time.monotonic() - begun:.0f} seconds, nothing lost or doubled")


if __name__ == "__main__":
    main()
