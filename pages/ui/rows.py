"""What a grid asks of the store: attempts for a log, documents for a data page."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from sync.store import fetched, queries
from sync.store.fetched import FetchedFilter, Standing
from sync.store.filters import LogFilter
from sync.store.queries import Counts
from sync.store.reader import Reader

Asked = LogFilter | FetchedFilter
Counted = Counts | Standing
Moves = tuple[int, ...]


def moves(reader: Reader, asked: Asked) -> Moves:
    """What changes whenever the rows of such a filter may have: counters of the store.

    A document that was only fetched moves none of the hub's own, since logs don't show it.
    """
    now = reader.snapshot().moves
    return (*now, fetched.newest_id(reader)) if isinstance(asked, FetchedFilter) else now


def count(reader: Reader, asked: Asked) -> Counted:
    """How many rows match, and how they stand.

    Raises:
        StoreError: The record cannot be read; so below.
    """
    if isinstance(asked, FetchedFilter):
        return fetched.count(reader, asked)
    return queries.count(reader, asked)


def page(reader: Reader, asked: Asked, limit: int, offset: int) -> pa.Table:
    """At most `limit` rows from `offset` on, in the filter's order."""
    if isinstance(asked, FetchedFilter):
        return fetched.page(reader, asked, limit, offset)
    return queries.newest(reader, asked, limit, offset)


def again(reader: Reader, asked: Asked, rows: pa.Table) -> pa.Table:
    """The same rows in the same order, as they read now; those that are gone are left out."""
    ids: list[int] = rows["id"].to_pylist()
    if not ids:
        return rows
    if isinstance(asked, FetchedFilter):
        return fetched.of_ids(reader, ids)
    found = queries.newest(reader, _of_attempts(asked, rows), len(ids))
    place = {number: position for position, number in enumerate(found["id"].to_pylist())}
    return found.take(pa.array([place[each] for each in ids if each in place], pa.int64()))


def moved_on(reader: Reader, asked: Asked, rows: pa.Table) -> bool:
    """Whether a row says something else by now: a try has ended, a document stands elsewhere."""
    if isinstance(asked, FetchedFilter):
        then: list[str] = rows["state"].to_pylist()
        now: list[str] = again(reader, asked, rows)["state"].to_pylist()
        return now != then
    running = rows.filter(pc.is_null(rows["outcome"]))
    if not running.num_rows:
        return False
    found = queries.newest(reader, _of_attempts(asked, running), running.num_rows)
    return int(found["outcome"].null_count) < int(running.num_rows)


def nearest_day(reader: Reader, asked: Asked) -> date | None:
    """The day nearest to a filter's period that has rows; None when there is none, or no period."""
    if isinstance(asked, FetchedFilter):
        at = fetched.nearest(reader, asked)
        return at.astimezone(ZoneInfo(reader.zone)).date() if at else None
    return queries.nearest_day(reader, asked)


def _of_attempts(asked: LogFilter, rows: pa.Table) -> LogFilter:
    """A filter of these attempts alone, within the time they span, so that few files are opened."""
    # The last microsecond of the span belongs to it, and a filter's end does not.
    last = pc.add(pc.max(rows["started_at"]), pa.scalar(1, pa.duration("us")))
    only = LogFilter(
        entity=asked.entity, since=pc.min(rows["started_at"]).as_py(), until=last.as_py()
    )
    return replace(only, ids=tuple(rows["id"].to_pylist()))
