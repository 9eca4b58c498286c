"""What a reader takes from the hub: the list of segments, the unsealed rows, the failed documents.

All of it comes from one read transaction, so every attempt is in exactly one place.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from sync.domain.documents import Entity
from sync.store import codec
from sync.store.codec import ATTEMPT, Kind

_TYPES: Final[dict[Kind, pa.DataType]] = {
    "id": pa.int64(),
    "int": pa.int64(),
    "text": pa.string(),
    "moment": pa.timestamp("us", "UTC"),
    "money": pa.decimal128(12, 2),
    "flag": pa.bool_(),
}

SCHEMA: Final = pa.schema([(name, _TYPES[kind]) for name, kind in ATTEMPT.items()])
"""An attempt's columns and their Arrow types, in hub, segments and results alike."""

_FAILED: Final = pa.schema([
    ("key", pa.string()),
    ("entity", pa.string()),
    ("attempts", pa.int64()),
    ("first_try_at", _TYPES["moment"]),
    ("last_try_at", _TYPES["moment"]),
])  # fmt: skip

# Made of no batch: an empty array would import pandas, which takes longer than all else.
_NO_ROWS: Final = pa.Table.from_batches([], SCHEMA)
_NO_DOCUMENTS: Final = pa.Table.from_batches([], _FAILED)
_BY_ID: Final = "id in (select value from json_each(?))"
_NEW: Final = "id > ? order by id"
_OUTCOME: Final = [*ATTEMPT].index("outcome")
FEW: Final = 500
"""So many ended rows are looked at one by one; when there are more, they are settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One listed file of sealed attempts.

    Attributes:
        path: Below the folder of the segments.
        month: "2026-11", UTC, of the start of all its rows.
        succeeded, failed: How many rows are a success, a failure.
        id_from, id_to: Lowest and highest id; `started_from`, `started_to` likewise, microseconds.
    """

    path: str
    entity: Entity
    month: str
    rows: int
    succeeded: int
    failed: int
    id_from: int
    id_to: int
    started_from: int
    started_to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One state of the record.

    Attributes:
        moves: The hub's counters of attempts and of documents when it was taken.
        segments: The listed files.
        damaged: The files that are set apart, whose attempts nobody sees.
        settled: The hub's rows that had ended at some moment: the same table until a file comes or
            goes, or somebody changes rows, or `fresh` has grown too long.
        fresh: The hub's other rows: those that ended since then, and those that are running.
        failed: The documents that are failed now: key, entity, how many attempts, and the starts of
            the first and the last of them.
        failed_since: The earliest start of a try at one of them; None when there is none.
    """

    moves: tuple[int, int]
    segments: tuple[Segment, ...]
    damaged: tuple[Segment, ...]
    settled: pa.Table
    fresh: pa.Table
    failed: pa.Table
    failed_since: datetime | None

    @property
    def unsealed(self) -> pa.Table:
        """The hub's rows."""
        return pa.concat_tables([self.settled, self.fresh])


def take(hub: sqlite3.Connection, last: Snapshot | None) -> Snapshot:
    """The present state; what has not moved since `last` is taken from there.

    Args:
        hub: Inside a read transaction.
        last: The state taken before, if any.
    """
    counters = dict(tuple(row) for row in hub.execute("select name, value from counter"))
    moves = (counters["attempts"], counters["documents"])
    if last is not None and last.moves == moves:
        return last
    failed, since = _failed(hub)
    if last is not None and last.moves[0] == moves[0]:
        return replace(last, moves=moves, failed=failed, failed_since=since)
    listed = segments(hub)
    rows = None
    if last is not None and last.segments == listed:
        listed = last.segments
        rows = _followed(hub, last, moves[0] - last.moves[0])
    settled, fresh = rows or _divided(arrow(fetch(hub, select_rows("true order by id"))))
    return Snapshot(
        moves=moves,
        segments=listed,
        damaged=segments(hub, "damaged"),
        settled=settled,
        fresh=fresh,
        failed=failed,
        failed_since=since,
    )


def _followed(
    hub: sqlite3.Connection, last: Snapshot, moves: int
) -> tuple[pa.Table, pa.Table] | None:
    """The settled and the fresh rows, by those of `last` and what happened to them since.

    A try moves the counter when it begins and when it ends, and nothing else leaves the list of
    files as it is without moving it as well. So where the tries that began or ended make up all
    `moves`, every other row is as it was. None where they do not.
    """
    is_running = pc.is_null(last.fresh["outcome"])
    running = last.fresh.filter(is_running)["id"].to_pylist()
    again = fetch(hub, select_rows(_BY_ID), (json.dumps(running),)) if running else []
    known = [pc.max(part["id"]).as_py() for part in (last.settled, last.fresh)]
    new = fetch(hub, select_rows(_NEW), (max(filter(None, known), default=0),))
    ended = sum(row[_OUTCOME] is not None for row in (*again, *new))
    if len(again) != len(running) or ended + len(new) != moves:
        return None
    fresh = [last.fresh.filter(pc.invert(is_running)), arrow([*again, *new])]
    if fresh[0].num_rows + ended <= FEW:
        return last.settled, pa.concat_tables(fresh).combine_chunks()
    return _divided(pa.concat_tables([last.settled, *fresh]))


def _divided(rows: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Those that have ended, and those that are running."""
    is_running = pc.is_null(rows["outcome"])
    return rows.filter(pc.invert(is_running)).combine_chunks(), rows.filter(is_running)


def lasting(state: Snapshot) -> Snapshot:
    """The state as if there were only its files and its settled rows."""
    return replace(state, fresh=_NO_ROWS, failed=_NO_DOCUMENTS, failed_since=None)


def only_fresh(state: Snapshot) -> Snapshot:
    """The state as if there were only its fresh rows."""
    return replace(state, segments=(), settled=_NO_ROWS, failed=_NO_DOCUMENTS, failed_since=None)


def arrow(found: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Rows of the hub's `attempt` table, columns in the order of `ATTEMPT`, as Arrow."""
    columns = zip(*found, strict=True) if found else ([] for _ in ATTEMPT)
    arrays = [_array(kind, column) for kind, column in zip(ATTEMPT.values(), columns, strict=True)]
    return pa.table(arrays, schema=SCHEMA)


def select_rows(condition: str) -> str:
    """The statement that reads whole attempts from the hub in the order of `ATTEMPT`."""
    return " ".join(("select", ", ".join(ATTEMPT), "from attempt where", condition))


def fetch(hub: sqlite3.Connection, statement: str, values: Sequence[Any] = ()) -> list[Any]:
    """All rows of a statement as plain tuples, which are quicker to turn into columns."""
    cursor = hub.cursor()
    cursor.row_factory = None
    return cursor.execute(statement, values).fetchall()


def _array(kind: Kind, column: Sequence[Any]) -> pa.Array:
    if kind == "money":
        column = [codec.optional(codec.money, value) for value in column]
    if kind == "flag":
        column = [codec.optional(bool, value) for value in column]
    return pa.array(column, _TYPES[kind])


def segments(hub: sqlite3.Connection, state: str = "listed") -> tuple[Segment, ...]:
    """The segments in one state: those that are read, unless it is said otherwise."""
    names = [field.name for field in fields(Segment)]
    statement = " ".join(("select", ", ".join(names), "from segment where state = ?"))
    return tuple(Segment(**dict(row)) for row in hub.execute(statement, (state,)))


def _failed(hub: sqlite3.Connection) -> tuple[pa.Table, datetime | None]:
    names = ", ".join(_FAILED.names)
    found = fetch(hub, " ".join(("select", names, "from document where state = 'failed'")))
    columns = list(zip(*found, strict=True)) or [() for _ in _FAILED]
    table = pa.table([pa.array(x, y.type) for x, y in zip(columns, _FAILED, strict=True)], _FAILED)
    starts = [first for first in columns[3] if first is not None]
    return table, codec.moment(min(starts)) if starts else None
