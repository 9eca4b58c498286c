"""A consistent copy of the store, made while everything runs, and proven.

First the hub by SQLite's own backup, one state of it; then every file that its list names. Nobody
merges or deletes files meanwhile. A small file of its own, written last, says what the copy is: a
folder without it is no backup.
"""

import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sync.errors import StoreError
from sync.store import integrity, parquet, schema
from sync.store.database import connect, hub_path, make_folder, segments_path
from sync.store.integrity import Seal
from sync.store.sealing import Sealing

MANIFEST: Final = "backup.json"
HUB: Final = "boekwacht.sqlite"
SEGMENTS: Final = "attempts"
Steps = Callable[[str], None]
"""Told the name of each step when it is done."""

_WAIT_SECONDS: Final = 120.0
_LISTED: Final = "select path, state, rows from segment where state in ('listed', 'damaged')"
_UNSEALED: Final = "select count(*) from attempt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a copy is.

    Attributes:
        taken_at: When the hub was copied.
        version: Of its schema.
        attempts: How many the copy holds.
        hub: What the hub's file is.
        segments: What each segment's file is, by its path below the segments' folder.
        damaged: Those that were set apart; they are copied as they are, if they are there at all.
    """

    taken_at: datetime
    version: int
    attempts: int
    hub: Seal
    segments: Mapping[str, Seal]
    damaged: tuple[str, ...]


def back_up(store: Sealing, target: Path, steps: Steps = lambda _: None) -> Backup:
    """Copy the store into an empty folder and prove the copy.

    Runs, pages and the worker go on meanwhile; only sealing waits.

    Args:
        store: What is copied.
        target: A folder that is empty or does not exist yet, not within the store's own.
        steps: Told each step.

    Raises:
        StoreError: In one sentence; what was copied by then is no backup.
    """
    target = target.absolute()
    _refuse(store, target)
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        with store.duty() as work:
            if work is not None:
                return _copy(store, target, steps)
        if time.monotonic() > deadline:
            raise StoreError("Another process is at work on the files: try again in a minute.")
        time.sleep(0.2)


def read_manifest(folder: Path) -> Backup:
    """What the backup in a folder says that it is.

    Raises:
        StoreError: There is none, or none that was finished.
    """
    try:
        told = json.loads((folder / MANIFEST).read_text("utf-8"))
        return Backup(
            taken_at=datetime.fromisoformat(told["taken_at"]),
            version=int(told["version"]),
            attempts=int(told["attempts"]),
            hub=Seal(**told["hub"]),
            segments={path: Seal(**each) for path, each in told["segments"].items()},
            damaged=tuple(told["damaged"]),
        )
    except FileNotFoundError as error:
        raise StoreError(
            f"{folder} holds no backup, or one that was cut short: {MANIFEST} is missing."
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{folder / MANIFEST} cannot be read: {error}.") from error


def _refuse(store: Sealing, target: Path) -> None:
    data = hub_path(store.home).parent.resolve()
    if target.resolve() == data or data in target.resolve().parents:
        raise StoreError(f"{target} lies within the data folder: choose one outside of it.")
    make_folder(target)
    if any(target.iterdir()):
        raise StoreError(f"{target} is not empty: choose a new or an empty folder.")


def _copy(store: Sealing, target: Path, steps: Steps) -> Backup:
    try:
        return _copy_all(store, target, steps)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"The backup cannot be written to {target}: {error}.") from error


def _copy_all(store: Sealing, target: Path, steps: Steps) -> Backup:
    taken_at = store.clock.now()
    copy = target / HUB
    _copy_hub(hub_path(store.home), copy)
    steps("hub copied")
    with closing(connect(f"{copy.as_uri()}?mode=ro")) as hub:
        listed = hub.execute(_LISTED).fetchall()
        attempts = int(hub.execute(_UNSEALED).fetchone()[0]) + sum(
            row["rows"] for row in listed if row["state"] == "listed"
        )
    seals: dict[str, Seal] = {}
    damaged = []
    for row in listed:
        source = segments_path(store.home) / row["path"]
        if row["state"] == "damaged":
            damaged.append(row["path"])
            if not source.is_file():
                continue
        seals[row["path"]] = copy_file(source, target / SEGMENTS / row["path"])
        steps("file copied")
    made = Backup(
        taken_at=taken_at,
        version=schema.VERSION,
        attempts=attempts,
        hub=integrity.seal(copy),
        segments=seals,
        damaged=tuple(damaged),
    )
    _write_manifest(target, made)
    steps("told")
    return made


def _copy_hub(source: Path, copy: Path) -> None:
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    # Nobody else opens the copy yet, and network disks, fit for a backup, often refuse locks.
    name = copy.as_uri() + ("" if os.name == "nt" else "?vfs=unix-none")
    with closing(connect(f"{source.as_uri()}?mode=ro")) as hub, closing(connect(name)) as target:
        hub.backup(target)
        target.execute("pragma locking_mode = exclusive")
        target.execute("pragma journal_mode = delete")
        said = str(target.execute("pragma integrity_check(1)").fetchone()[0])
    if said != "ok":
        raise StoreError(f"The hub is damaged ({said}), so no backup was made.")
    parquet.flush(copy)


def copy_file(source: Path, copy: Path) -> Seal:
    """Copy a segment and prove the copy; what it is.

    Raises:
        OSError: It cannot be read or written.
        StoreError: The copy differs.
    """
    for folder in reversed(copy.parents[:3]):
        make_folder(folder)
    shutil.copyfile(source, copy)
    copy.chmod(0o600)
    shutil.copystat(source, copy)
    parquet.flush(copy)
    made = integrity.seal(copy)
    if made != integrity.seal(source):
        raise StoreError(f"{copy} differs from {source}: the disk is not to be trusted.")
    return made


def _write_manifest(target: Path, made: Backup) -> None:
    text = json.dumps({**asdict(made), "taken_at": made.taken_at.isoformat()}, indent=1)
    unfinished = target / f"{MANIFEST}.tmp"
    unfinished.write_text(text + "\n", "utf-8")
    parquet.flush(unfinished)
    unfinished.rename(target / MANIFEST)
    for folder in (target, *(target / SEGMENTS).rglob("*/")):
        parquet.flush(folder)
