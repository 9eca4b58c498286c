"""The hub's file: where it lies, who may open it, one connection per thread, short transactions."""

import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, Literal

from sync.errors import StoreError
from sync.store import schema
from sync.store.network import refuse_network

Counter = Literal["attempts", "documents", "patterns"]

_BUSY_SECONDS: Final = 60.0


def hub_path(home: Path) -> Path:
    """The hub's file in a home folder."""
    return home / "data" / "boekwacht.sqlite"


def segments_path(home: Path) -> Path:
    """The folder of the sealed attempts in a home folder."""
    return home / "data" / "attempts"


def renewed_home(home: Path) -> Path:
    """Where a store is made that is to replace the one of a home; there only meanwhile."""
    return home / "data" / "renewing"


def refuse_lost(home: Path) -> None:
    """Begin no new hub beside attempts that an older one knew.

    Raises:
        StoreError: The hub is missing and its files are there, or a restore was cut short.
    """
    path = hub_path(home)
    if path.is_file() and path.stat().st_size:
        return
    if renewed_home(home).exists() or any(segments_path(home).rglob("*.parquet")):
        raise StoreError(
            f"{path} is missing, but not what belongs to it: restore a backup "
            "('python -m sync restore DIR'), or make it anew from the attempts "
            "('python -m sync rebuild').",
            code="STORE_LOST",
        )


def make_folder(folder: Path) -> None:
    """Create a folder that only its owner enters, and its parents.

    Raises:
        StoreError: It cannot be created, or not be written to.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder} cannot be created: {error.strerror}.") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StoreError(f"{folder} cannot be written to: give this user the right to.")


_DURABLE = "pragma synchronous = full"
_SOON = "pragma synchronous = normal"
"""In WAL mode: no wait for the disk at the end of a transaction. Said outside of one."""


class Database:
    """The hub's file, open for writing from any thread.

    Each thread gets a connection of its own. `write` and `read` give one short transaction; a
    failing disk becomes a `StoreError` in one sentence, and the transaction is undone.
    """

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        self._path = hub_path(self.home)
        self._local = threading.local()
        self._open: weakref.WeakSet[sqlite3.Connection] = weakref.WeakSet()
        refuse_network(home)
        refuse_lost(self.home)
        make_folder(self._path.parent)
        make_folder(segments_path(home))
        self._create()

    def _create(self) -> None:
        with self._plain():
            self._path.touch(mode=0o600)
            connection = self._connection()
            _use_wal(connection)
            schema.migrate(connection, str(self._path))

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        """One transaction that holds the hub's only write lock from its first statement on.

        Args:
            durable: Whether it is on the disk when the block ends. Without, it survives this
                process as well, but a machine that loses its power may forget it, and then forgets
                everything after it too; the next durable one of any process keeps it. For what is
                done again without harm, where each wait for the disk would be felt.

        Raises:
            StoreError: The hub cannot be written; nothing of the transaction remains.
        """
        with self._transaction("begin immediate", durable=durable) as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """One transaction that sees one state of the hub.

        Raises:
            StoreError: The hub cannot be read.
        """
        with self._transaction("begin") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str, *, durable: bool = True) -> Iterator[sqlite3.Connection]:
        with self._plain():
            connection = self._connection()
            if not durable:
                connection.execute(_SOON)
            try:
                connection.execute(begin)
                yield connection
                connection.execute("commit")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("rollback")
                raise
            finally:
                if not durable:
                    connection.execute(_DURABLE)

    @contextmanager
    def _plain(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"{self._path} cannot be used: {error}.") from error

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = connect(f"{self._path.as_uri()}?mode=rw")
            connection.execute(_DURABLE)
            self._local.connection = connection
            self._open.add(connection)
        return connection

    def compress(self) -> None:
        """Write the hub anew, without what was deleted, and empty its write-ahead log.

        Writers wait meanwhile: about a second per 100 MB.

        Raises:
            StoreError: The disk refused, or a reader did not let go of the log for a minute.
        """
        with self._plain():
            connection = self._connection()
            connection.execute("vacuum")
            busy = connection.execute("pragma wal_checkpoint(truncate)").fetchone()[0]
        if busy:
            raise StoreError(
                f"{self._path} is being read without pause, so that its log still holds what was "
                "deleted: stop the dashboard and ask again."
            )

    def close_thread(self) -> None:
        """Close the calling thread's connection; the next use opens another."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            self._local.connection = None
            connection.close()

    def close(self) -> None:
        """Close every thread's connection."""
        for connection in tuple(self._open):
            connection.close()
        self._local = threading.local()


class _Connection(sqlite3.Connection):
    """One that a set may hold without keeping it alive: it ends with its thread."""


def connect(uri: str) -> sqlite3.Connection:
    """A connection whose rows are found by name and whose transactions are begun by hand."""
    connection = sqlite3.connect(
        uri,
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        factory=_Connection,
    )
    connection.row_factory = sqlite3.Row
    return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log; two processes that make the same hub take turns."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            with closing(connection.execute("pragma journal_mode = wal")) as answer:
                mode = str(answer.fetchone()[0])
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            if mode != "wal":
                raise StoreError("the data folder's disk can't hold a write-ahead log.")
            return


def insert(connection: sqlite3.Connection, table: str, row: Mapping[str, Any]) -> int:
    """Insert a row given by column name; its rowid."""
    names, values = ", ".join(row), ", ".join(f":{name}" for name in row)
    statement = " ".join(("insert into", table, "(", names, ") values (", values, ")"))
    return int(connection.execute(statement, row).lastrowid or 0)


def moved(connection: sqlite3.Connection, counter: Counter) -> None:
    """Say in this transaction that readers must look again at what `counter` counts."""
    connection.execute("update counter set value = value + 1 where name = ?", (counter,))
