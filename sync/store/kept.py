"""Questions that are answered from what a reader keeps in memory, and which those are."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from sync.store import snapshot
from sync.store.filters import Clause, LogFilter, where, where_kept, where_message
from sync.store.fresh import fresh
from sync.store.opened import opened
from sync.store.reader import Reader
from sync.store.scope import Scope
from sync.store.snapshot import Snapshot

_SUMS: Final = """
select
    coalesce(sum({n}), 0)::bigint as rows,
    coalesce(sum({n}) filter (success), 0)::bigint as succeeded,
    coalesce(sum({n}) filter (not success), 0)::bigint as failed
"""
_COUNT: Final = f"{_SUMS.format(n='attempts')} from tallies where {{}}"
_COUNT_FAILURES: Final = f"{_SUMS.format(n='1')} from failures where {{}}"
_MATCHES: Final = "select id, success from attempts where {}"
_MATCHES_KEPT: Final = " ".join((_MATCHES, "and id not in (select id from unsealed)"))
_BOUND: Final = """
with groups as (
    select id_from, id_to, attempts, id_from > $above and id_to < $below as inside
    from tallies where {} and id_to > $above and id_from < $below
), summed as (
    select id_from, id_to, sum(attempts) over (order by {}) as rows from groups where inside
)
select (select count(*) from groups) as groups,
    (select max(id_from) from summed where rows >= $wanted) as first,
    (select min(id_to) from summed where rows >= $wanted) as last
"""
_NEWEST: Final = LogFilter().sort
_ALL: Final = 2**62


class Bound(NamedTuple):
    """What the counts per day tell of a part of the record.

    Attributes:
        is_empty: Nothing in it matches.
        scope: The part of it that surely has as many as were wanted, or all of it.
    """

    is_empty: bool
    scope: Scope


def days_clause(asked: LogFilter, zone: str) -> Clause | None:
    """A filter's conditions on `tallies`; None when those cannot answer it.

    They count whole days, and know nothing of single attempts and documents.
    """
    if not asked.is_kept or asked.state == "open":
        return None
    clause = where(replace(asked, since=None, until=None))
    sql, values = [clause.sql], dict(clause.values)
    for name, bound, sign in (("since", asked.since, ">="), ("until", asked.until, "<")):
        if bound is not None:
            local = bound.astimezone(ZoneInfo(zone))
            if local.time() != time() or local.fold:
                return None
            sql.append(f"day {sign} ${name}")
            values[name] = local.date()
    return Clause(" and ".join(sql), values)


def scope_of(asked: LogFilter) -> Scope:
    """The part of the record that a filter can be about."""
    return Scope(entity=asked.entity, since=asked.since, until=asked.until)


def count(reader: Reader, state: Snapshot, asked: LogFilter) -> dict[str, int] | None:
    """Rows, succeeded, failed and open of a filter; None when only the files can tell."""
    if not asked.is_kept:
        return None
    scope = scope_of(asked)
    if asked.state == "open":
        rows = opened(reader, state, asked)
        return {**_sums(rows), "open": _documents(rows)}
    days = days_clause(asked, reader.zone)
    if days is not None:
        found = tallied(reader, state, asked, days, scope)
    elif asked.is_marked:
        found = _failures(reader, state, asked, scope)
    else:
        return None
    return {**found, "open": open_of(reader, state, asked) if found["rows"] else 0}


def tallied(
    reader: Reader, state: Snapshot, asked: LogFilter, days: Clause, scope: Scope
) -> dict[str, int]:
    """Rows, succeeded and failed of a filter in a scope: by the counts per day what lasts.

    Args:
        reader: Of the record.
        state: Which state of it.
        asked: The filter.
        days: Of `days_clause`.
        scope: Which of the files.
    """

    def ask(part: Snapshot) -> dict[str, int]:
        """The sums of what lasts, from counts per day."""
        question = _COUNT.format(days.sql)
        return _one(reader.recall("tallies", question, days.values, scope, state=part))

    found = reader.lasting(state, ("tallied", asked, scope), ask)
    return _added(found, _sums(fresh(reader, state, asked)))


def _failures(reader: Reader, state: Snapshot, asked: LogFilter, scope: Scope) -> dict[str, int]:
    """The same of a filter that leaves only failures, and no whole days."""

    def ask(part: Snapshot) -> dict[str, int]:
        """The sums of what lasts, from the failures kept."""
        clause = where_kept(asked)
        question = _COUNT_FAILURES.format(clause.sql)
        return _one(reader.recall("failures", question, clause.values, scope, state=part))

    found = reader.lasting(state, ("failures", asked), ask)
    return _added(found, _sums(fresh(reader, state, asked)))


def open_of(reader: Reader, state: Snapshot, asked: LogFilter) -> int:
    """Documents that are failed now among those of a filter's attempts."""
    return _documents(opened(reader, state, asked))


def _documents(rows: pa.Table) -> int:
    """How many different ones some rows are about."""
    return int(pc.count_distinct(rows["doc"]).as_py())


def _sums(rows: pa.Table) -> dict[str, int]:
    """Rows, succeeded and failed; what runs or was skipped is neither."""
    succeeded = pc.sum(rows["success"], min_count=0).as_py()
    failed = rows.num_rows - int(rows["success"].null_count) - succeeded
    return {"rows": rows.num_rows, "succeeded": succeeded, "failed": failed}


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {name: number + other[name] for name, number in one.items()}


def matches(reader: Reader, state: Snapshot, asked: LogFilter) -> pa.Table:
    """Id and success of every attempt that a filter leaves, from the files.

    Those of the filter that was asked last are kept, because whoever counts also shows a page.
    """
    known, wanted = _found(reader, state, asked), replace(asked, sort=_NEWEST)
    found, is_open = known.get(wanted), asked.state == "open"
    if found is None:
        found = _matches(reader, state if is_open else snapshot.lasting(state), asked)
        known.clear()
        known[wanted] = found
    return found if is_open else pa.concat_tables([found, _fresh_matches(reader, state, asked)])


def _fresh_matches(reader: Reader, state: Snapshot, asked: LogFilter) -> pa.Table:
    if not asked.q:
        return fresh(reader, state, asked).select(["id", "success"])
    question, only = where(asked), snapshot.only_fresh(state)
    return reader.ask(_MATCHES.format(question.sql), question.values, state=only)


def _matches(reader: Reader, state: Snapshot, asked: LogFilter) -> pa.Table:
    """A text that has another sign than digits is in no number that has only digits."""
    scope, clause = scope_of(asked), where(asked)
    plain: frozenset[str] = frozenset()
    if asked.q and not (asked.q.isascii() and asked.q.isdecimal()):
        plain = reader.plain(state, scope)
    question = _MATCHES.format(clause.sql)
    rest = reader.ask(question, clause.values, replace(scope, without=plain), state=state)
    if not plain:
        return rest
    clause = where_message(asked)
    others = frozenset(segment.path for segment in state.segments) - plain
    question = _MATCHES_KEPT.format(clause.sql)
    found = reader.ask(question, clause.values, replace(scope, without=others), state=state)
    return pa.concat_tables([rest, found])


def has_matches(reader: Reader, state: Snapshot, asked: LogFilter) -> bool:
    """Whether they are at hand."""
    return replace(asked, sort=_NEWEST) in _found(reader, state, asked)


def _found(reader: Reader, state: Snapshot, asked: LogFilter) -> dict[LogFilter, pa.Table]:
    """Those at hand: of what lasts, but where it matters which documents are failed now."""
    empty: dict[LogFilter, pa.Table] = {}
    if asked.state == "open":
        return reader.once(state, "matches", lambda: empty)
    return reader.lasting(state, "matches", lambda _: empty)


def count_matches(reader: Reader, state: Snapshot, asked: LogFilter) -> dict[str, int]:
    """Rows, succeeded, failed and open of any filter."""
    found = matches(reader, state, asked)
    if not found.num_rows:
        return {**_sums(found), "open": 0}
    still = opened(reader, state)
    still = still.filter(pc.is_in(still["id"], found["id"].combine_chunks()))
    return {**_sums(found), "open": _documents(still)}


def bound(
    reader: Reader, state: Snapshot, clause: Clause, part: Scope, *, wanted: int, descending: bool
) -> Bound:
    """Where in a part of the record the first `wanted` matches are, in the order of ids.

    Args:
        reader: Of the record.
        state: Which state of it.
        clause: Of `days_clause`.
        part: Between which ids, and in which segments.
        wanted: How many.
        descending: Whether the highest id is the first.
    """
    values: dict[str, Any] = {
        "above": -1 if part.above is None else part.above,
        "below": _ALL if part.below is None else part.below,
        "wanted": wanted,
    }
    question = _BOUND.format(clause.sql, "id_from desc" if descending else "id_to")
    told = _one(reader.recall("tallies", question, clause.values | values, part, state=state))
    if descending and told["first"] is not None:
        part = replace(part, above=max(values["above"], told["first"] - 1))
    elif not descending and told["last"] is not None:
        part = replace(part, below=min(values["below"], told["last"] + 1))
    return Bound(is_empty=not told["groups"], scope=part)


def _one(answer: pa.Table) -> dict[str, Any]:
    row: dict[str, Any] = answer.to_pylist()[0]
    return row
