"""Putting a renewed store in the place of the one that was there, which is moved aside.

The new one is made complete in a folder of its own within the data folder. Then the old hub goes
aside, the old files where they are replaced too, and the new ones come in, the hub last. Cut
anywhere, the next start says what to do, and doing it again ends well.
"""

import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sync.errors import StoreError
from sync.store import parquet
from sync.store.database import connect, hub_path, make_folder, renewed_home, segments_path
from sync.store.holders import Holder, has_ended
from sync.store.recovery import Kind, numbers

Steps = Callable[[str], None]
"""Told the name of each step when it is done."""

_READY: Final = "ready"
_HOLDERS: Final = "select token, host, pid, started from holder"


def fresh_home(home: Path) -> Path:
    """An empty home for the store that is made; what an earlier try left there is removed."""
    staged = renewed_home(home)
    shutil.rmtree(staged, ignore_errors=True)
    make_folder(staged)
    return staged


def refuse_at_work(home: Path) -> None:
    """Let nobody's work go on in a file that is about to be moved aside.

    Raises:
        StoreError: A process has not certainly ended that worked with the store.
    """
    with _old(home) as hub:
        if hub is None:
            return
        try:
            found = [Holder(*row) for row in hub.execute(_HOLDERS).fetchall()]
        except sqlite3.Error:
            return
    for holder in found:
        if not has_ended(holder):
            raise StoreError(
                f"Process {holder.pid} is at work on this record: stop the worker and every run "
                "first."
            )


def given_numbers(home: Path) -> dict[str, int] | None:
    """The highest numbers that the present hub gave, by table; None when it cannot tell."""
    with _old(home) as hub:
        try:
            return None if hub is None else numbers(hub)
        except sqlite3.Error:
            return None


def settle(staged: Path, kind: Kind) -> None:
    """Make the staged hub one file that the disk keeps, and say that it is complete.

    Raises:
        OSError, sqlite3.Error: It cannot be written.
    """
    path = hub_path(staged)
    with closing(connect(path.as_uri())) as hub:
        hub.execute("pragma journal_mode = delete")
    parquet.flush(path)
    (staged / _READY).write_text(kind)
    parquet.flush(staged / _READY)
    parquet.flush(staged)


def end_rebuild(home: Path, steps: Steps) -> None:
    """Bring in the hub of a rebuild that was cut after the old one went aside.

    It alone knows what could be read of the old one.

    Raises:
        OSError: A file cannot be moved.
    """
    staged = renewed_home(home)
    ready = staged / _READY
    waits = hub_path(staged).is_file() and not hub_path(home).is_file()
    if waits and ready.is_file() and ready.read_text() == "rebuild":
        put_in_place(home, staged, steps, with_segments=False)


def put_in_place(home: Path, staged: Path, steps: Steps, *, with_segments: bool) -> Path | None:
    """Swap the staged store in; where the old one lies now, None when there was none.

    Args:
        home: Whose store is replaced.
        staged: The home in which the new one was made; it is removed.
        steps: Told each step.
        with_segments: The new one brings its own files; otherwise the present ones stay.

    Raises:
        OSError: A file cannot be moved.
    """
    data = hub_path(home).parent
    aside = data / f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
    moved = False
    for path in _old_files(home, with_segments=with_segments):
        make_folder(aside)
        path.rename(aside / path.name)
        moved = True
        steps("set aside")
    if with_segments:
        segments_path(staged).rename(segments_path(home))
        steps("files placed")
    hub_path(staged).rename(hub_path(home))
    parquet.flush(data)
    steps("hub placed")
    shutil.rmtree(staged)
    return aside if moved else None


def _old_files(home: Path, *, with_segments: bool) -> Iterator[Path]:
    hub = hub_path(home)
    names = (hub, hub.with_name(hub.name + "-wal"), hub.with_name(hub.name + "-shm"))
    yield from (path for path in names if path.exists())
    if with_segments and segments_path(home).exists():
        yield segments_path(home)


@contextmanager
def _old(home: Path) -> Iterator[sqlite3.Connection | None]:
    """The present hub, for reading; None when there is none that opens."""
    path = hub_path(home)
    if not path.is_file():
        yield None
        return
    with closing(connect(f"{path.absolute().as_uri()}?mode=ro")) as hub:
        yield hub
