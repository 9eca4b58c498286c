"""What the page of error patterns asks: how often, since when, still open, and where it stands.

Every failed attempt of a filter belongs to exactly one row: those without a pattern have a row of
their own, so the rows always add up to the failures.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa

from sync.domain.documents import Entity
from sync.domain.patterns.lifecycle import (
    NOTHING,
    Course,
    Decision,
    Status,
    is_muted,
    status,
)
from sync.store import decisions, pattern_starts, pattern_sums
from sync.store.filters import UNGROUPED, LogFilter, where_kept
from sync.store.fresh import failed, fresh
from sync.store.kept import days_clause, scope_of
from sync.store.opened import before_fresh, opened
from sync.store.pattern_starts import NOT_LATELY
from sync.store.reader import Reader
from sync.store.scope import Scope
from sync.store.sieve import sieve
from sync.store.snapshot import Snapshot

_NUMBERS: Final = ("key", "entity", "document_no", "order_no")
_FIRST: Final = "select id from failures where {} order by id desc limit $most"
_AFTER: Final = """
select count(*) as attempts from failures where not success and pattern = $pattern and id > $after
"""
_OF_DAYS: Final = ("pattern", "category", "day", "attempts")
_DAYS: Final = """
select pattern, category, DAY as day, sum(N)::bigint as attempts
from KEPT where {} group by all order by day, category, pattern
"""
_TALLIED: Final = _DAYS.replace("DAY", "day").replace("N)", "attempts)")
_OF_TALLIES: Final = _TALLIED.replace("KEPT", "tallies")
_COUNTED: Final = _DAYS.replace("DAY", "cast(started_at as date)").replace("N)", "1)")
_OF_FAILURES: Final = _COUNTED.replace("KEPT", "failures")
_DOCUMENTS: Final = """
select doc, count(*) as attempts, max(started_at) as last_try, max(id) as latest
from failures where {} group by doc order by latest desc limit $most
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
    asked = pattern_sums.of_kept(replace(asked, success="no"))
    return reader.look(lambda state: pattern_starts.hours(reader, state, asked))


def newest(reader: Reader, asked: LogFilter, most: int) -> list[dict[str, Any]]:
    """What is told of the latest of a filter's failures, the newest first."""
    return reader.look(lambda state: _newest(reader, state, asked, most))


def _newest(reader: Reader, state: Snapshot, asked: LogFilter, most: int) -> list[dict[str, Any]]:
    asked = replace(asked, success="no")

    def ask(part: Snapshot) -> list[int]:
        """The newest of what lasts, by id."""
        return [row["id"] for row in _recalled(reader, part, _FIRST, asked, most)]

    if asked.state == "open":
        ids = opened(reader, state, asked)["id"].to_pylist()
    else:
        new = fresh(reader, state, asked)["id"].to_pylist()
        ids = [*reader.lasting(state, ("newest", asked, most), ask), *new]
    ids = sorted(ids, reverse=True)[:most]
    told = pattern_sums.told(reader, state, ids)
    return [told[each] for each in ids]


def affected(reader: Reader, asked: LogFilter, most: int) -> list[Affected]:
    """The documents of a filter's failures: those that are open first, then the latest tried."""
    return reader.look(lambda state: _affected(reader, state, asked, most))


def _affected(reader: Reader, state: Snapshot, asked: LogFilter, most: int) -> list[Affected]:
    asked = replace(asked, success="no")
    still = _hit(opened(reader, state, asked))
    found = sorted(still.values(), key=_latest_first)[:most]
    if asked.state != "open" and len(found) < most:
        is_open = {*failed(reader, state).to_pylist()}
        others = _hit_lately(reader, state, asked, most)
        rest = sorted((x for x in others if x["doc"] not in is_open), key=_latest_first)
        found += rest[: most - len(found)]
    told = pattern_sums.told(reader, state, [row["latest"] for row in found])
    return [
        Affected(
            **{name: told[row["latest"]][name] for name in _NUMBERS},
            attempts=row["attempts"],
            last_try=row["last_try"],
            open=row["doc"] in still,
        )
        for row in found
    ]


def _hit_lately(
    reader: Reader, state: Snapshot, asked: LogFilter, most: int
) -> list[dict[str, Any]]:
    """The documents of a filter's failures that were tried last, and perhaps others.

    At least `most` of those that are not failed now, where there are fewer than `most` of those
    that are: twice as many are kept of what lasts.
    """

    def ask(part: Snapshot) -> list[dict[str, Any]]:
        """The documents of what lasts, with twice as many as are wanted."""
        return _recalled(reader, part, _DOCUMENTS, asked, 2 * most)

    new = fresh(reader, state, asked)
    before = before_fresh(reader, state)
    before = sieve(before, asked, failed(reader, state))
    again = {*new["doc"].to_pylist()}
    names = ["doc", "started_at", "id"]
    once_more = _hit(pa.concat_tables([before.select(names), new.select(names)]))
    lasting = reader.lasting(state, ("documents", asked, most), ask)
    rest = [row for row in lasting if row["doc"] not in again]
    return [*rest, *(row for doc, row in once_more.items() if doc in again)]


def _hit(rows: pa.Table) -> dict[int, dict[str, Any]]:
    """What some attempts come to per document."""
    found: dict[int, dict[str, Any]] = {}
    for row in rows.select(["doc", "started_at", "id"]).to_pylist():
        so_far = found.setdefault(
            row["doc"],
            {"doc": row["doc"], "attempts": 0, "last_try": row["started_at"], "latest": 0},
        )
        so_far["attempts"] += 1
        so_far["last_try"] = max(so_far["last_try"], row["started_at"])
        so_far["latest"] = max(so_far["latest"], row["id"])
    return found


def _latest_first(row: Mapping[str, Any]) -> int:
    return -int(row["latest"])


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
    return {*opened(reader, state, pattern_sums.FAILED)["pattern"].to_pylist()} - {""}


def _recalled(
    reader: Reader, state: Snapshot, question: str, asked: LogFilter, most: int
) -> list[dict[str, Any]]:
    """The first answers about a filter's failures."""
    failures = pattern_sums.of_kept(asked)
    clause, scope = where_kept(failures), scope_of(failures)
    bound = {**clause.values, "most": most}
    table = reader.recall("failures", question.format(clause.sql), bound, scope, state=state)
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def _days(reader: Reader, state: Snapshot, asked: LogFilter) -> pa.Table:
    if asked.state == "open":
        return _each_day(reader, opened(reader, state, asked))
    clause, tallied = where_kept(asked), days_clause(asked, reader.zone)

    def ask(part: Snapshot) -> pa.Table:
        """The days of what lasts."""
        if tallied is None:
            question = _OF_FAILURES.format(clause.sql)
            return reader.recall("failures", question, clause.values, scope_of(asked), state=part)
        question = _OF_TALLIES.format(tallied.sql)
        return reader.recall("tallies", question, tallied.values, scope_of(asked), state=part)

    lasting = reader.lasting(state, ("days of patterns", asked), ask)
    new = _each_day(reader, fresh(reader, state, asked))
    return pa.concat_tables([lasting, new.cast(lasting.schema)])


def _each_day(reader: Reader, rows: pa.Table) -> pa.Table:
    """One by one the days of some failures."""
    zone = ZoneInfo(reader.zone)
    days = [at.astimezone(zone).date() for at in rows["started_at"].to_pylist()]
    ones = pa.array([1] * len(days), pa.int64())
    names = rows["pattern"], rows["category"]
    return pa.table([*names, pa.array(days, pa.date32()), ones], names=_OF_DAYS)


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
    recent = pattern_starts.recent(reader, state, now)
    found = []
    for row in within:
        name = row["pattern"]
        decision = decided.get(name, NOTHING)
        whole, lately = ever[name], recent.get(name, NOT_LATELY)
        course = Course(
            first_seen=whole["first_seen"],
            latest=whole["latest"],
            windows=lately.windows,
            since_mute=_since_mute(reader, state, name, decision),
        )
        found.append(
            Pattern(
                **row | {"latest": told[row["latest"]], "open": still.get(name, 0)},
                first_seen=whole["first_seen"],
                last_seen=whole["last_seen"],
                by_day=lately.by_day,
                decision=decision,
                status=status(course, decision, now),
            )
        )
    return found


def _still(reader: Reader, state: Snapshot, asked: LogFilter) -> dict[str, int]:
    """Documents of a filter's failures that are failed now, by pattern."""
    if not state.failed.num_rows:
        return {}
    rows = opened(reader, state, replace(asked, success="no"))
    pairs = {*zip(rows["pattern"].to_pylist(), rows["doc"].to_pylist(), strict=True)}
    return Counter(name for name, _ in pairs)


def _since_mute(reader: Reader, state: Snapshot, pattern: str, decision: Decision) -> int:
    if decision.muted_after is None or decision.muted_count is None:
        return 0
    after = decision.muted_after
    values = {"pattern": pattern, "after": after}

    def ask(part: Snapshot) -> int:
        """How many of what lasts came after the mute."""
        found = reader.recall("failures", _AFTER, values, Scope(above=after), state=part)
        return int(found["attempts"][0].as_py())

    mine = replace(pattern_sums.FAILED, pattern=pattern or UNGROUPED)
    new = fresh(reader, state, mine)["id"].to_pylist()
    since: int = reader.lasting(state, ("since mute", pattern, after), ask)
    return since + len([each for each in new if each > after])
