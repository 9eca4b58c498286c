"""What the page of error patterns asks: how often, since when, still open, and where it stands.

Every failed attempt of a filter belongs to exactly one row: those without a pattern have a row of
their own, so the rows always add up to the failures.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

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
from sync.store import decisions, kept, pattern_sums
from sync.store.filters import LogFilter, where_kept
from sync.store.kept import days_clause, scope_of
from sync.store.reader import Reader
from sync.store.scope import Scope
from sync.store.snapshot import Snapshot, unsealed

HISTORY: Final = timedelta(days=30)
_NUMBERS: Final = ("key", "entity", "document_no", "order_no")
_STILL: Final = """
select pattern, count(distinct doc) as open from opened where {} group by pattern
"""
_FIRST: Final = "select id from failures where {} order by id desc limit $most"
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
with parts as (
    select epoch_us(started_at) // $step * $step as begins, count(*) as attempts
    from failures where {} group by begins
)
select date_trunc('hour', make_timestamptz(begins)) as hour, sum(attempts)::bigint as attempts
from parts group by hour order by hour
"""
_DOCUMENTS: Final = """
select count(*) as attempts, max(started_at) as last_try, max(id) as latest,
    doc in (select hash(key) from failed) as open
from failures where {} group by doc order by open desc, latest desc limit $most
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One error pattern within a filter.

    Attributes:
        pattern: Its id; empty for the failures that have none.
        attempts, documents: How often, and how many different documents, within the filter.
        open: Documents among them that are failed now.
        latest: What is told of its latest attempt within the filter: message, code and so on.
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
    latest: Mapping[str, Any]
    first_seen: datetime
    last_seen: datetime
    by_day: Mapping[date, int]
    decision: Decision
    status: Status

    @property
    def category(self) -> str:
        """Of its latest attempt; empty where no rule looked at it."""
        return str(self.latest["category"])


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


def known(reader: Reader) -> dict[str, Mapping[str, Any]]:
    """Every pattern that failures have, with what is told of its latest attempt."""
    return reader.look(lambda state: _known(reader, state))


def _known(reader: Reader, state: Snapshot) -> dict[str, Mapping[str, Any]]:
    latest = {name: row["latest"] for name, row in pattern_sums.ever(reader, state).items()}
    told = pattern_sums.told(reader, state, latest.values())
    return {name: told[number] for name, number in latest.items()}


def days(reader: Reader, asked: LogFilter) -> pa.Table:
    """A filter's failures per day of the reader's zone, category and pattern; no zeros.

    Returns:
        Columns `pattern`, `category`, `day` and `attempts`. The attempts of rows that agree in the
        other three are to be added up.
    """
    return reader.look(lambda state: _days(reader, state, replace(asked, success="no")))


def hours(reader: Reader, asked: LogFilter) -> dict[datetime, int]:
    """A filter's failures per hour, by the moment at which the hour begins; no zeros."""
    found = reader.look(lambda state: _recalled(reader, state, _HOURS, asked, step=reader.step))
    return {row["hour"]: row["attempts"] for row in found}


def newest(reader: Reader, asked: LogFilter, most: int) -> list[dict[str, Any]]:
    """What is told of the latest of a filter's failures, the newest first."""
    return reader.look(lambda state: _newest(reader, state, asked, most))


def _newest(reader: Reader, state: Snapshot, asked: LogFilter, most: int) -> list[dict[str, Any]]:
    ids = [row["id"] for row in _recalled(reader, state, _FIRST, asked, most=most)]
    told = pattern_sums.told(reader, state, ids)
    return [told[each] for each in ids]


def affected(reader: Reader, asked: LogFilter, most: int) -> list[Affected]:
    """The documents of a filter's failures: those that are open first, then the latest tried."""
    return reader.look(lambda state: _affected(reader, state, asked, most))


def _affected(reader: Reader, state: Snapshot, asked: LogFilter, most: int) -> list[Affected]:
    found = _recalled(reader, state, _DOCUMENTS, asked, most=most)
    ids = [row.pop("latest") for row in found]
    told = pattern_sums.told(reader, state, ids)
    numbers = [{name: told[each][name] for name in _NUMBERS} for each in ids]
    return [Affected(**row, **own) for row, own in zip(found, numbers, strict=True)]


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
    opened = kept.opened(reader, state)
    is_failure = pc.equal(opened["success"], pa.scalar(value=False))
    return {*opened["pattern"].filter(is_failure).to_pylist()} - {""}


def _recalled(
    reader: Reader, state: Snapshot, question: str, asked: LogFilter, **values: int
) -> list[dict[str, Any]]:
    """An answer about a filter's failures."""
    failures = pattern_sums.of_kept(replace(asked, success="no"))
    clause = where_kept(failures)
    bound = {**clause.values, **values}
    scope = scope_of(failures)
    table = reader.recall("failures", question.format(clause.sql), bound, scope, state=state)
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def _days(reader: Reader, state: Snapshot, asked: LogFilter) -> pa.Table:
    clause, tallied = where_kept(asked), days_clause(asked, reader.zone)

    def each(part: Snapshot) -> pa.Table:
        question = _OF_FAILURES.format("failures", clause.sql)
        return reader.recall("failures", question, clause.values, scope_of(asked), state=part)

    if tallied is None:
        return each(state)

    def ask(part: Snapshot) -> pa.Table:
        question = _OF_TALLIES.format("tallies", tallied.sql)
        return reader.recall("tallies", question, tallied.values, scope_of(asked), state=part)

    sealed = reader.sealed(state, ("days of patterns", asked), ask)
    return pa.concat_tables([sealed, each(unsealed(state))])


def _patterns(
    reader: Reader,
    state: Snapshot,
    asked: LogFilter,
    now: datetime,
    decided: Mapping[str, Decision],
) -> list[Pattern]:
    within = pattern_sums.within(reader, state, replace(asked, success="no"))
    if not within:
        return []
    still = _still(reader, state, asked)
    told = pattern_sums.told(reader, state, [row["latest"] for row in within])
    ever = pattern_sums.ever(reader, state)
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
                **row | {"latest": told[row["latest"]], "open": still.get(name, 0)},
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
