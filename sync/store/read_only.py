"""The hub's file, opened by whoever only reads, and why it cannot be."""

import sqlite3
from pathlib import Path
from typing import Final

from sync.errors import StoreError
from sync.store import schema
from sync.store.database import connect

PATIENCE_MS: Final = 5_000
"""How long a reader waits for a hub that another program has locked; ours never lock it."""


def identity(path: Path) -> tuple[int, int] | None:
    """Which file lies there, whatever its content; None when there is none."""
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_dev, seen.st_ino


def open_hub(path: Path) -> sqlite3.Connection:
    """A connection that cannot write.

    Raises:
        StoreError: In one sentence: there is no hub, or it is newer, older or unreadable.
    """
    if not path.exists():
        raise StoreError(
            f"There is no record yet: {path} does not exist; the first run makes it.",
            code="STORE_MISSING",
        )
    hub: sqlite3.Connection | None = None
    try:
        hub = connect(f"{path.absolute().as_uri()}?mode=ro")
        hub.execute(f"pragma busy_timeout = {PATIENCE_MS}")
        version = schema.check_version(hub, str(path))
    except BaseException as error:
        if hub is not None:
            hub.close()
        if isinstance(error, sqlite3.Error):
            raise unreadable(path, error) from error
        raise
    if version == 0:  # its first transaction has not ended
        hub.close()
        raise StoreError(f"There is no record yet: {path} is being made.", code="STORE_MISSING")
    if version < schema.VERSION:
        hub.close()
        raise StoreError(
            f"{path} is of an older Boekwacht: the next run brings it up to date.",
            code="STORE_OLDER",
        )
    return hub


def unreadable(path: Path, error: sqlite3.Error) -> StoreError:
    """Why the hub's file cannot be read, with a code that pages have a sentence for."""
    reason = getattr(error, "sqlite_errorname", "")
    code = "STORE_UNREADABLE"
    if reason.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        code = "STORE_LOCKED"
    elif reason.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        code = "STORE_DAMAGED"
    return StoreError(f"{path} cannot be read: {error}.", code=code)
