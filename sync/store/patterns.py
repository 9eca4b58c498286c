"""What the page of error patterns asks: how often, since when, still open, and where it stands.

Every failed attempt of a filter belongs to exactly one row: those without a pattern have a row of
their own, so the rows always add up to the failures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

import pyarrow as pa

from sync.domain.documents import Entity
from sync.domain.patterns.lifecycle import (
    NOTHING,
    WINDOW,
    WINDOWS,
    Course,
    Decision,
    Status,
    is_muted,
    status,
)
from sync.store import decisions, kept
from sync.store.filters import LogFilter, where_kept
from sync.store.kept import days_clause, scope_of
from sync.store.reader import Reader, Scope
from sync.store.snapshot import Snapshot

HISTORY: Final = timedelta(days=30)
_OWN: Final = ("message", "error_code", "category", "document_no", "order_no", "store")
"""What is told of a pattern's latest attempt: enough to classify it again."""
_WITHIN: Final = """
select
    pattern,
    count(*) as attempts,
    count(distinct doc) as documents,
    max(id) as latest
from failures where {} group by pattern
"""
_STILL: Final = """
select pattern, count(distinct doc) as open from opened where {} group by pattern
"""
_LATEST: Final = " ".join(("select id,", ", ".join(_OWN), "from attempts where id in $ids"))
_EVER: Final = """
select pattern, min(started_at) as first_seen, max(started_at) as last_seen, max(id) as latest
from failures where not success group by pattern
"""
_RECENT: Final = """
select
    pattern,
    cast(started_at as date) as day,
    cast(floor(date_diff('second', started_at, $now) / $window) as integer) as back,
    count(*) as attempts
from failures where not success and started_at >= $since group by all
"""
_AFTER: Final = """
select count(*) as attempts from failures where not success and pattern = $pattern and id > $after
"""
_DAYS: Final = """
select pattern, category, DAY as day, sum(N)::bigint as attempts
from {} where {} group by all order by day, category, pattern
"""
_OF_TALLIES: Final = _DAYS.replace("DAY", "day").replace("N)", "attempts)")
_OF_FAILURES: Final = _DAYS.replace("DAY", "cast(started_at as date)").replace("N)", "1)")
_HOURS: Final = """
select date_trunc('hour', started_at) as hour, count(*) as attempts
from failures where {} group by hour order by hour
"""
_DOCUMENTS: Final = """
select count(*) as attempts, max(started_at) as last_try, max(id) as latest,
    doc in (select hash(key) from failed) as open
from failures where {} group by doc order by open desc, latest desc limit $most
"""
_NUMBERS: Final = "select id, key, entity, document_no, order_no from attempts where id in $ids"
_OPEN: Final = "select distinct pattern from opened where not success and pattern <> ''"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One error pattern within a filter.

    Attributes:
        pattern: Its id; empty for the failures that have none.
        attempts, documents: How often, and how many different documents, within the filter.
        open: Documents among them that are failed now.
        latest: Its latest attempt within the filter: message, code, category and own values.
        first_seen, last_seen: Starts of its first and latest attempt ever.
        by_day: Attempts on each of the last thirty days, whatever the filter; days without any
            are left out.
        decision: What people decided about it.
        status: Where it stands.
    """

    pattern: str
    attempts: int
    documents: int
    open: int
    latest: Mapping[str, str]
    first_seen: datetime
    last_seen: datetime
    by_day: Mapping[date, int]
    decision: Decision
    status: Status

    @property
    def category(self) -> str:
        """Of its latest attempt; empty where no rule looked at it."""
        return self.latest["category"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """Failed attempts of one pattern and category on one day of the reader's zone."""

    pattern: str
    category: str
    day: date
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A document that met a pattern.

    Attributes:
        attempts: Its attempts that failed with the pattern, within the filter.
        last_try: Start of the latest of them.
        open: It is failed now, for whatever reason.
    """

    key: str
    entity: Entity
    document_no: str
    order_no: str
    attempts: int
    last_try: datetime
    open: bool


def patterns(reader: Reader, asked: LogFilter, now: datetime) -> list[Pattern]:
    """The patterns of a filter's failures: most documents still open first, then latest seen.

    Args:
        reader: Of the store.
        asked: Which attempts; only the failed ones are looked at.
        now: Decides what is new, rising or muted, and which thirty days `by_day` is about.
    """
    decided = decisions.of_patterns(reader)
    found = reader.look(lambda state: _patterns(reader, state, asked, now, decided))
    return sorted(found, key=lambda each: (-each.open, -each.last_seen.timestamp(), each.pattern))


def known(reader: Reader) -> dict[str, Mapping[str, str]]:
    """Every pattern that failures have, with what is told of its latest attempt."""
    return reader.look(lambda state: _known(reader, state))


def _known(reader: Reader, state: Snapshot) -> dict[str, Mapping[str, str]]:
    rows = reader.recall("failures", _EVER, state=state).to_pylist()
    latest = _by_id(reader, state, _LATEST, [row["latest"] for row in rows])
    return {row["pattern"]: latest[row["latest"]] for row in rows}


def days(reader: Reader, asked: LogFilter) -> list[DayCount]:
    """A filter's failures per day, category and pattern; oldest day first, no zeros."""
    found = reader.look(lambda state: _days(reader, state, replace(asked, success="no")))
    return [DayCount(**row) for row in found.to_pylist()]


def hours(reader: Reader, asked: LogFilter) -> dict[datetime, int]:
    """A filter's failures per hour, by the moment at which the hour begins; no zeros."""
    found = reader.look(lambda state: _recalled(reader, state, _HOURS, asked))
    return {row["hour"]: row["attempts"] for row in found}


def affected(reader: Reader, asked: LogFilter, most: int) -> list[Affected]:
    """The documents of a filter's failures: those that are open first, then the latest tried."""
    return reader.look(lambda state: _affected(reader, state, asked, most))


def _affected(reader: Reader, state: Snapshot, asked: LogFilter, most: int) -> list[Affected]:
    found = _recalled(reader, state, _DOCUMENTS, asked, most=most)
    ids = [row.pop("latest") for row in found]
    numbers = _by_id(reader, state, _NUMBERS, ids)
    return [Affected(**row, **numbers[nth]) for row, nth in zip(found, ids, strict=True)]


def still_open(reader: Reader) -> set[str]:
    """The patterns that some document which is failed now has met."""
    return reader.look(lambda state: _still_open(reader, state))


def count_open(reader: Reader, now: datetime) -> int:
    """How many of those are not muted: what the menu's badge counts."""
    return reader.look(lambda state: _count_open(reader, state, now))


def _count_open(reader: Reader, state: Snapshot, now: datetime) -> int:
    decided = decisions.of_patterns(reader)
    found = _still_open(reader, state)
    return sum(
        not is_muted(_since_mute(reader, state, name, each), each, now)
        for name, each in ((name, decided.get(name, NOTHING)) for name in found)
    )


def _still_open(reader: Reader, state: Snapshot) -> set[str]:
    if not state.failed.num_rows:
        return set()
    also = {"opened": kept.opened(reader, state)}
    return set(reader.recall("failed", _OPEN, state=state, also=also)["pattern"].to_pylist())


def _recalled(
    reader: Reader, state: Snapshot, question: str, asked: LogFilter, **values: int
) -> list[dict[str, Any]]:
    """An answer about a filter's failures."""
    failures = replace(asked, success="no")
    if not failures.is_kept:
        raise ValueError("error patterns are not searched by text, run, key or duration")
    clause = where_kept(failures)
    bound = {**clause.values, **values}
    scope = scope_of(failures)
    table = reader.recall("failures", question.format(clause.sql), bound, scope, state=state)
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def _days(reader: Reader, state: Snapshot, asked: LogFilter) -> pa.Table:
    tallied = days_clause(asked, reader.zone)
    if tallied is not None:
        question = _OF_TALLIES.format("tallies", tallied.sql)
        return reader.recall("tallies", question, tallied.values, scope_of(asked), state=state)
    clause = where_kept(asked)
    question = _OF_FAILURES.format("failures", clause.sql)
    return reader.recall("failures", question, clause.values, scope_of(asked), state=state)


def _patterns(
    reader: Reader,
    state: Snapshot,
    asked: LogFilter,
    now: datetime,
    decided: Mapping[str, Decision],
) -> list[Pattern]:
    within = _recalled(reader, state, _WITHIN, asked)
    if not within:
        return []
    still = _still(reader, state, asked)
    latest = _by_id(reader, state, _LATEST, [row["latest"] for row in within])
    ever = {
        row["pattern"]: row for row in reader.recall("failures", _EVER, state=state).to_pylist()
    }
    recent = _recent(reader, state, now)
    found = []
    for row in within:
        name = row["pattern"]
        decision = decided.get(name, NOTHING)
        whole, lately = ever[name], recent.get(name, ())
        course = Course(
            first_seen=whole["first_seen"],
            latest=whole["latest"],
            windows=_folded(lately),
            since_mute=_since_mute(reader, state, name, decision),
        )
        found.append(
            Pattern(
                **row | {"latest": latest[row["latest"]], "open": still.get(name, 0)},
                first_seen=whole["first_seen"],
                last_seen=whole["last_seen"],
                by_day=_by_day(lately),
                decision=decision,
                status=status(course, decision, now),
            )
        )
    return found


def _still(reader: Reader, state: Snapshot, asked: LogFilter) -> dict[str, int]:
    """Documents of a filter's failures that are failed now, by pattern."""
    if not state.failed.num_rows:
        return {}
    clause = where_kept(replace(asked, success="no"))
    also = {"opened": kept.opened(reader, state)}
    question = _STILL.format(clause.sql)
    found = reader.recall("failed", question, clause.values, state=state, also=also).to_pylist()
    return {row["pattern"]: row["open"] for row in found}


def _by_id(
    reader: Reader, state: Snapshot, question: str, ids: list[int]
) -> dict[int, dict[str, Any]]:
    """Some attempts by id: few segments hold the latest ones."""
    if not ids:
        return {}
    scope = Scope(above=min(ids) - 1, below=max(ids) + 1)
    rows = reader.ask(question, {"ids": ids}, scope, state=state).to_pylist()
    return {row.pop("id"): row for row in rows}


def _recent(reader: Reader, state: Snapshot, now: datetime) -> dict[str, list[dict[str, Any]]]:
    since = now - HISTORY
    values = {"now": now, "since": since, "window": int(WINDOW.total_seconds())}
    found: dict[str, list[dict[str, Any]]] = {}
    for row in reader.recall(
        "failures", _RECENT, values, Scope(since=since), state=state
    ).to_pylist():
        found.setdefault(row["pattern"], []).append(row)
    return found


def _folded(lately: Sequence[Mapping[str, Any]]) -> list[int]:
    """Attempts per 24 hours; what a clock running ahead dated later than now counts as now."""
    windows = [0] * (WINDOWS + 1)
    for row in lately:
        if row["back"] <= WINDOWS:
            windows[max(row["back"], 0)] += row["attempts"]
    return windows


def _by_day(lately: Sequence[Mapping[str, Any]]) -> dict[date, int]:
    found: dict[date, int] = {}
    for row in lately:
        found[row["day"]] = found.get(row["day"], 0) + row["attempts"]
    return found


def _since_mute(reader: Reader, state: Snapshot, pattern: str, decision: Decision) -> int:
    if decision.muted_after is None or decision.muted_count is None:
        return 0
    values = {"pattern": pattern, "after": decision.muted_after}
    scope = Scope(above=decision.muted_after)
    found = reader.recall("failures", _AFTER, values, scope, state=state)
    return int(found["attempts"][0].as_py())
