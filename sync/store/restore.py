"""Putting a backup back, so that afterwards nothing is booked twice and no number given twice."""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sync.clock import Clock
from sync.errors import StoreError
from sync.store import integrity, parquet, recovery, renewal
from sync.store.backup import HUB, SEGMENTS, Backup, copy_file, read_manifest
from sync.store.database import hub_path, make_folder, segments_path
from sync.store.hub import open_store
from sync.store.network import refuse_network

Steps = Callable[[str], None]
"""Told the name of each step when it is done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What came back.

    Attributes:
        backup: What was put back.
        aside: Where the store lies that was there before; None when there was none.
    """

    backup: Backup
    aside: Path | None


def restore(
    home: Path, source: Path, clock: Clock, actor: str, steps: Steps = lambda _: None
) -> Restored:
    """Put the backup in `source` in the place of a home's store, which is moved aside.

    Every document that isn't known to be booked is looked up in the books before it is posted, and
    numbers go on above those that were given since.

    Args:
        home: Whose store is replaced.
        source: The folder that `back_up` filled.
        clock: Tells when.
        actor: Who does it, for the audit.
        steps: Told each step.

    Raises:
        StoreError: In one sentence; the store that was there is where it was, or set aside whole.
    """
    home, source = home.absolute(), source.absolute()
    refuse_network(home)
    backup = read_manifest(source)
    renewal.refuse_at_work(home)
    given = renewal.given_numbers(home)
    try:
        staged = renewal.fresh_home(home)
        _copy(source, staged, backup)
        steps("copied")
        facts = {"taken_at": backup.taken_at.isoformat(), "attempts": backup.attempts}
        with open_store(staged, clock) as store, store.write() as hub:
            recovery.mark(hub, "restore", clock.now(), actor=actor, given=given, facts=facts)
        steps("marked")
        renewal.settle(staged, "restore")
        aside = renewal.put_in_place(home, staged, steps, with_segments=True)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{source} cannot be restored: {error}.") from error
    return Restored(backup=backup, aside=aside)


def _copy(source: Path, staged: Path, backup: Backup) -> None:
    for path, sealed in backup.segments.items():
        _refuse_changed(source / SEGMENTS / path, sealed)
        copy_file(source / SEGMENTS / path, segments_path(staged) / path)
    make_folder(segments_path(staged))
    _refuse_changed(source / HUB, backup.hub)
    hub = hub_path(staged)
    shutil.copyfile(source / HUB, hub)
    hub.chmod(0o600)
    parquet.flush(hub)


def _refuse_changed(path: Path, sealed: integrity.Seal) -> None:
    if fault := integrity.fault(path, sealed):
        raise StoreError(f"{path} {fault}: this backup cannot be restored.")
