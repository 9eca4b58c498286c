"""Reading: one in-memory DuckDB over the sealed segments and the hub's rows.

A reader never writes and never creates anything; it holds no lock that an append could meet.
"""

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self, TypeVar

import duckdb
import pyarrow as pa

from sync.errors import StoreError
from sync.store import digest, read_only, snapshot
from sync.store.database import hub_path, segments_path
from sync.store.digest import QUESTIONS, Digest, Kept
from sync.store.integrity import Seal
from sync.store.parquet import literal
from sync.store.scope import EVERYTHING, Scope
from sync.store.snapshot import Segment, Snapshot
from sync.store.spoilt import Spoilt

Answer = TypeVar("Answer")
DEADLINE_SECONDS: Final = 60.0
_REMEMBERED: Final = 128
"""So many answers about what lasts are kept."""

_SETTINGS: Final[dict[str, str | bool | int | float | list[str]]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


class Reader:
    """A home's record, for asking. Any thread may use it; each question has a cursor of its own.

    Attributes:
        home: The home folder.
        zone: The time zone in which DuckDB sees days.
        step: The longest of an hour and its quarters that divides every day there, microseconds.
    """

    def __init__(self, home: Path, zone: str) -> None:
        self.home = home.absolute()
        self.zone = zone
        self._folder = segments_path(self.home)
        self._path = hub_path(self.home)
        self._lock = threading.Lock()
        self._last: Snapshot | None = None
        self._spoilt = Spoilt(self._folder)
        self._digest = Digest()
        self._once: tuple[Snapshot | None, dict[Hashable, Any]] = (None, {})
        self._keeping = threading.Lock()
        self._lasting: tuple[Snapshot | None, OrderedDict[Hashable, Any]] = (None, OrderedDict())
        self.step = digest.step(zone)
        self._hub = read_only.open_hub(self._path)
        self._file = read_only.identity(self._path)
        self._duck = self._open_duck()

    def _open_duck(self) -> duckdb.DuckDBPyConnection:
        duck = duckdb.connect(":memory:", config=_SETTINGS)
        duck.execute("set global parquet_metadata_cache = true")
        duck.execute("set global TimeZone = $zone", {"zone": self.zone})
        return duck

    def snapshot(self) -> Snapshot:
        """The record's present state; the same object as long as nothing has moved.

        Raises:
            StoreError: The hub cannot be read.
        """
        with self._read() as hub:
            if self._spoilt.changed():
                self._last = None
            last, self._last = self._last, snapshot.take(hub, self._last)
            if self._last is not last:
                self._last = self._spoilt.without(self._last)
            return self._last

    def rows(
        self, statement: str, values: Sequence[Any] | Mapping[str, Any] = ()
    ) -> list[sqlite3.Row]:
        """The answer of the hub itself, for what is no attempt.

        Raises:
            StoreError: The hub cannot be read.
        """
        with self._read() as hub:
            return hub.execute(statement, values).fetchall()

    def look(self, answer: Callable[[Snapshot], Answer]) -> Answer:
        """What `answer` makes of one state of the record.

        A segment that is gone was replaced after the list was taken: the list is taken again and
        the question repeated, once. One that cannot be read even so is damaged: the answer is made
        without it, and the state says so.

        Raises:
            StoreError: The hub cannot be read.
        """
        try:
            return answer(self.snapshot())
        except duckdb.InterruptException:
            raise
        except duckdb.Error:
            with self._lock:
                self._last = None
        state = self.snapshot()
        try:
            return answer(state)
        except duckdb.Error:
            if not self._leave_out(state):
                raise
        return answer(self.snapshot())

    def _leave_out(self, state: Snapshot) -> bool:
        """Read without the damaged files of a state from now on; False when all are whole."""
        rows = self.rows("select path, size, checksum from segment where state = 'listed'")
        seals = {row["path"]: Seal(row["size"], row["checksum"]) for row in rows}
        with self._lock:
            found = self._spoilt.find(state, seals)
            self._last = None
            # A damaged file can make DuckDB refuse everything that comes after.
            self._duck = self._open_duck()
        return found

    def ask(
        self,
        question: str,
        values: Mapping[str, Any] | None = None,
        scope: Scope = EVERYTHING,
        *,
        state: Snapshot | None = None,
        deadline: float = DEADLINE_SECONDS,
    ) -> pa.Table:
        """The whole answer to a question about the views `attempts` and `failed`.

        Args:
            question: SQL; its parameters are `$name`.
            values: What they are bound to.
            scope: Rows outside it need not be looked at.
            state: Inside `look`, its state; without it the question gets a look of its own.
            deadline: Seconds after which it is broken off.

        Raises:
            StoreError: It took too long, or a file cannot be read.
        """
        if state is None:
            return self.look(
                lambda now: self.ask(question, values, scope, state=now, deadline=deadline)
            )
        with self.cursor(state, scope, deadline) as cursor:
            return cursor.sql(question, params=dict(values or {})).to_arrow_table()

    def recall(
        self,
        kept: Kept,
        question: str,
        values: Mapping[str, Any] | None = None,
        scope: Scope = EVERYTHING,
        *,
        state: Snapshot,
    ) -> pa.Table:
        """The answer to a question about what is kept in memory, which opens no file.

        Args:
            kept: The view that the question is about; the documents that are `failed` can be named
                as well.
            question: SQL; its parameters are `$name`.
            values: What they are bound to.
            scope: Rows outside it need not be looked at.
            state: Inside `look`, its state.
        """
        rows = self.kept(kept, state, scope)
        with self._timed(DEADLINE_SECONDS) as cursor:
            cursor.register("failed", state.failed)
            cursor.register(kept, rows)
            return cursor.sql(question, params=dict(values or {})).to_arrow_table()

    def kept(self, kept: Kept, state: Snapshot, scope: Scope = EVERYTHING) -> pa.Table:
        """What is kept in memory of a scope's segments and of the unsealed rows."""
        segments = [x for x in state.segments if scope.holds(x)]
        return self._digest.of(kept, state, segments, partial(self._digested, state))

    def plain(self, state: Snapshot, scope: Scope = EVERYTHING) -> frozenset[str]:
        """Paths of a scope's segments in which all order and document numbers are digits."""
        segments = [x for x in state.segments if scope.holds(x)]
        return self._digest.plain(segments, partial(self._digested, state))

    def once(self, state: Snapshot, name: Hashable, make: Callable[[], Answer]) -> Answer:
        """What `make` makes for a state of the record; made once for each, and kept for the last.

        Args:
            state: The record's.
            name: What it is, for all callers the same.
            make: Makes it.
        """
        of, known = self._once
        if of is not state:
            of, known = self._once = state, {}
        if name not in known:
            known[name] = make()
        found: Answer = known[name]
        return found

    def lasting(
        self, state: Snapshot, name: Hashable, make: Callable[[Snapshot], Answer]
    ) -> Answer:
        """What `make` makes of a state's files and settled rows; made anew only when these change.

        What the fresh rows add, which is all that moves from one moment to the next, is for the
        caller to put to it.

        Args:
            state: The record's.
            name: What it is, for all callers the same.
            make: Gets the state as if nothing else were there: no fresh rows, and no document
                that is failed now.
        """
        with self._keeping:
            of, known = self._lasting
            if of is None or of.segments != state.segments or of.settled is not state.settled:
                of, known = self._lasting = snapshot.lasting(state), OrderedDict()
            if name in known:
                known.move_to_end(name)
                found: Answer = known[name]
                return found
        made = make(of)
        with self._keeping:
            known[name] = made
            while len(known) > _REMEMBERED:
                known.popitem(last=False)
        return made

    def _digested(
        self, state: Snapshot, kept: Kept | Literal["numbers"], segments: Sequence[Segment]
    ) -> pa.Table:
        """What is kept of some segments; of the unsealed rows for none."""
        paths = [str(self._folder / segment.path) for segment in segments]
        question = QUESTIONS[kept].replace("{step}", str(self.step))
        with self._timed(DEADLINE_SECONDS) as cursor:
            if not segments:
                cursor.register("attempts", state.unsealed)
                return cursor.sql(question.replace("{file}", "0")).to_arrow_table()
            files = ", ".join(literal(Path(path)) for path in paths)
            cursor.execute(
                "create temp view attempts as "
                f"from read_parquet([{files}], hive_partitioning = false, filename = true)"
            )
            place = "list_position($paths, filename)"
            return cursor.sql(
                question.replace("{file}", place), params={"paths": paths}
            ).to_arrow_table()

    @contextmanager
    def cursor(
        self,
        state: Snapshot,
        scope: Scope = EVERYTHING,
        deadline: float = DEADLINE_SECONDS,
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection on which the views `attempts` and `failed` show that state of the record.

        Fetch each result to its end.

        Raises:
            StoreError: The block took longer than `deadline` seconds.
        """
        with self._timed(deadline) as cursor:
            self._show(cursor, state, scope)
            yield cursor

    @contextmanager
    def _timed(self, deadline: float) -> Iterator[duckdb.DuckDBPyConnection]:
        cursor = self._duck.cursor()
        timer = threading.Timer(deadline, _interrupt, (cursor,))
        timer.daemon = True
        timer.start()
        try:
            yield cursor
        except duckdb.InterruptException as error:
            raise StoreError(f"The question took longer than {deadline:g} seconds.") from error
        finally:
            timer.cancel()
            cursor.close()

    def _show(self, cursor: duckdb.DuckDBPyConnection, state: Snapshot, scope: Scope) -> None:
        cursor.register("unsealed", state.unsealed)
        cursor.register("failed", state.failed)
        files = [literal(self._folder / x.path) for x in state.segments if scope.holds(x)]
        if not files:
            cursor.execute("create temp view attempts as from unsealed")
            return
        sealed = f"read_parquet([{', '.join(files)}], hive_partitioning = false)"
        cursor.execute(
            f"create temp view attempts as from {sealed} union all by name from unsealed"
        )

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._follow()
            try:
                self._hub.execute("begin")
                try:
                    yield self._hub
                finally:
                    self._hub.execute("rollback")
            except sqlite3.Error as error:
                raise read_only.unreadable(self._path, error) from error

    def _follow(self) -> None:
        """Go on with the hub that was put in the place of the one that was open."""
        now = read_only.identity(self._path)
        if now in {None, self._file}:
            return
        hub, former = read_only.open_hub(self._path), self._hub
        former.close()
        self._hub, self._file, self._last = hub, now, None

    def close(self) -> None:
        """Close both connections."""
        self._duck.close()
        self._hub.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_reader(home: Path, zone: str = "Europe/Amsterdam") -> Reader:
    """A reader of a home's store. It creates nothing.

    Args:
        home: The home folder.
        zone: IANA name of the time zone in which days begin and end.

    Raises:
        StoreError: In one sentence: there is no store, or it is newer, older or unreadable.
    """
    return Reader(home, zone)


def _interrupt(cursor: duckdb.DuckDBPyConnection) -> None:
    # The question may have ended at this very moment.
    with suppress(duckdb.Error):
        cursor.interrupt()
