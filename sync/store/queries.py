"""Every question asked of the record. Read-only; each function answers one."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from sync.store import codec, kept
from sync.store.csv_export import export_csv
from sync.store.filters import LogFilter, where
from sync.store.kept import days_clause, scope_of
from sync.store.paging import page, whole
from sync.store.reader import Reader
from sync.store.records import run_of
from sync.store.rows import Run
from sync.store.scope import Scope
from sync.store.snapshot import Segment, Snapshot

__all__ = [
    "Counts",
    "Freshness",
    "count",
    "export_csv",
    "freshness",
    "last_run",
    "nearest_day",
    "newest",
    "platforms",
    "story",
]

_COUNT: Final = """
select
    count(*) as rows,
    count(*) filter (success) as succeeded,
    count(*) filter (not success) as failed
from attempts where {}
"""
_ENDED: Final = """
select coalesce(
    (select max(finished_at) from (select finished_at from run order by id desc limit 1000)),
    (select max(finished_at) from run)
) as at
"""
"""No run goes on while a thousand others begin, and there are a hundred thousand in three years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many of what matches a filter.

    Attributes:
        rows: Attempts, running and skipped ones included.
        open: Documents among them that are failed now.
        succeeded, failed: Attempts that count as success, as failure.
    """

    rows: int
    open: int
    succeeded: int
    failed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How old the record is.

    Attributes:
        run_ended: When the last finished run ended; None before the first.
        newest: When the newest attempt started; None before the first.
    """

    run_ended: datetime | None
    newest: datetime | None


def newest(reader: Reader, asked: LogFilter, limit: int, offset: int = 0) -> pa.Table:
    """A page of a log: whole attempts in the filter's order.

    Args:
        reader: Of the store.
        asked: Which attempts, and their order.
        limit: Rows of a page.
        offset: Rows before it.

    Returns:
        The columns of an attempt.
    """
    return reader.look(lambda state: page(reader, state, asked, limit, offset))


def count(reader: Reader, asked: LogFilter) -> Counts:
    """How many attempts match, how they ended, and how many documents among them are open.

    Segments that a filter takes whole are counted from the list, without being opened.
    """
    return reader.look(lambda state: _count(reader, state, asked))


def story(reader: Reader, key: str) -> pa.Table:
    """All attempts of one document, whole, newest first; no rows when it was never tried."""
    span = reader.rows(
        "select entity, first_try_at, last_try_at from document where key = ?", (key,)
    )
    asked = LogFilter(key=key)
    if span and span[0]["first_try_at"] is not None:
        asked = LogFilter(
            key=key,
            entity=span[0]["entity"],
            since=codec.moment(span[0]["first_try_at"]),
            until=codec.moment(span[0]["last_try_at"] + 1),
        )
    return reader.look(lambda state: whole(reader, state, asked))


def platforms(reader: Reader) -> list[str]:
    """The platforms that attempts were made on, by name."""
    return [row["name"] for row in reader.rows("select name from platform order by name")]


def nearest_day(reader: Reader, asked: LogFilter) -> date | None:
    """The day nearest to a filter's period on which the rest of the filter has attempts.

    Days are those of the reader's zone. None when there is no such day, or no period.
    """
    zone = ZoneInfo(reader.zone)
    found: list[tuple[timedelta, datetime]] = []
    if asked.since is not None:
        at = _edge(reader, "max", replace(asked, since=None, until=asked.since))
        found += [] if at is None else [(asked.since - at, at)]
    if asked.until is not None:
        at = _edge(reader, "min", replace(asked, since=asked.until, until=None))
        found += [] if at is None else [(at - asked.until, at)]
    return min(found)[1].astimezone(zone).date() if found else None


def freshness(reader: Reader) -> Freshness:
    """When the last run ended and when the newest attempt started."""
    ended = reader.rows(_ENDED)[0]["at"]
    state = reader.snapshot()
    newest_unsealed = pc.max(state.unsealed["started_at"]).as_py()
    starts = [codec.moment(segment.started_to) for segment in state.segments]
    starts += [] if newest_unsealed is None else [newest_unsealed]
    return Freshness(
        run_ended=codec.optional(codec.moment, ended), newest=max(starts, default=None)
    )


def last_run(reader: Reader) -> Run | None:
    """The run that started last, running or not; None before the first."""
    found = reader.rows("select * from run order by id desc limit 1")
    return run_of(found[0]) if found else None


def _count(reader: Reader, state: Snapshot, asked: LogFilter) -> Counts:
    if asked.is_plain:
        return _count_plain(reader, state, asked)
    known = kept.count(reader, state, asked) or kept.count_matches(reader, state, asked)
    return Counts(**known)


def _count_plain(reader: Reader, state: Snapshot, asked: LogFilter) -> Counts:
    inside = [segment for segment in state.segments if _is_inside(segment, asked)]
    scope = replace(scope_of(asked), without=frozenset(segment.path for segment in inside))
    rest = _rest(reader, state, asked, scope)
    return Counts(
        rows=rest["rows"] + sum(x.rows for x in inside),
        open=_open(reader, state, asked),
        succeeded=rest["succeeded"] + sum(x.succeeded for x in inside),
        failed=rest["failed"] + sum(x.failed for x in inside),
    )


def _rest(reader: Reader, state: Snapshot, asked: LogFilter, scope: Scope) -> dict[str, int]:
    """Counts of what lies outside the segments that a filter takes whole."""
    tallied = days_clause(asked, reader.zone)
    if tallied is not None:
        return kept.tallied(reader, state, asked, tallied, scope)
    clause = where(asked)
    answer = reader.ask(_COUNT.format(clause.sql), clause.values, scope, state=state)
    found: dict[str, int] = answer.to_pylist()[0]
    return found


def _is_inside(segment: Segment, asked: LogFilter) -> bool:
    since, until = (
        codec.optional(codec.micros, asked.since),
        codec.optional(codec.micros, asked.until),
    )
    return (
        asked.entity in {None, segment.entity}
        and (since is None or segment.started_from >= since)
        and (until is None or segment.started_to < until)
    )


def _open(reader: Reader, state: Snapshot, asked: LogFilter) -> int:
    """Documents, of a kind and a period's attempts, that are failed now."""
    entities = state.failed["entity"].to_pylist()
    failed = len(entities) if asked.entity is None else entities.count(asked.entity)
    if not failed or (asked.since is None and asked.until is None):
        return failed
    return kept.open_of(reader, state, asked)


def _edge(reader: Reader, which: str, asked: LogFilter) -> datetime | None:
    clause = where(asked)
    question = " ".join(("select", which, "(started_at) as at from attempts where", clause.sql))
    at: datetime | None = reader.ask(question, clause.values, scope_of(asked))["at"][0].as_py()
    return at
