"""Questions that are answered from what a reader keeps in memory, and which those are."""

from collections import Counter
from dataclasses import replace
from datetime import time
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from sync.store import codec
from sync.store.digest import IS_MARKED, OF_ATTEMPTS
from sync.store.filters import Clause, LogFilter, where, where_kept, where_message
from sync.store.reader import Reader
from sync.store.scope import Scope
from sync.store.snapshot import Snapshot, unsealed

_SUMS: Final = """
select
    coalesce(sum({n}), 0)::bigint as rows,
    coalesce(sum({n}) filter (success), 0)::bigint as succeeded,
    coalesce(sum({n}) filter (not success), 0)::bigint as failed
"""
_COUNT: Final = f"{_SUMS.format(n='attempts')} from tallies where {{}}"
_COUNT_ROWS: Final = f"{_SUMS.format(n='1')} from attempts where {{}}"
_COUNT_EACH: Final = f"{_SUMS.format(n='1')}, {{}} as open from {{}} where {{}}"
_DOCUMENTS: Final = "count(distinct doc)"
_OPEN: Final = "select count(distinct doc) as open from opened where {}"
_DOCS: Final = "select hash(key) as doc from failed"
_OTHERS: Final = " ".join(
    (
        *("select", OF_ATTEMPTS, "from attempts where key in $keys"),
        *("and not coalesce(", IS_MARKED, ", false)"),
    )
)
_MATCHES: Final = "select id, success from attempts where {}"
_MATCHES_SEALED: Final = " ".join((_MATCHES, "and id not in (select id from unsealed)"))
_COUNT_MATCHES: Final = f"{_SUMS.format(n='1')} from matches"
_OPEN_MATCHES: Final = """
select count(distinct doc) as open from opened where id in (select id from matches)
"""
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
    clause, scope = where_kept(asked), scope_of(asked)
    if asked.state == "open":
        question = _COUNT_EACH.format(_DOCUMENTS, "opened", clause.sql)
        also = {"opened": opened(reader, state)}
        return _one(reader.recall("failed", question, clause.values, state=state, also=also))
    days = days_clause(asked, reader.zone)
    if days is not None:
        found = tallied(reader, state, asked, days, scope)
    elif asked.is_marked:
        question = _COUNT_EACH.format(0, "failures", clause.sql)
        found = _one(reader.recall("failures", question, clause.values, scope, state=state))
    else:
        return None
    return {**found, "open": open_of(reader, state, asked) if found["rows"] else 0}


def tallied(
    reader: Reader, state: Snapshot, asked: LogFilter, days: Clause, scope: Scope
) -> dict[str, int]:
    """Rows, succeeded and failed of a filter in a scope: by the counts per day what is sealed.

    Args:
        reader: Of the record.
        state: Which state of it.
        asked: The filter.
        days: Of `days_clause`.
        scope: Which of the files.
    """

    def ask(part: Snapshot) -> dict[str, int]:
        question = _COUNT.format(days.sql)
        return _one(reader.recall("tallies", question, days.values, scope, state=part))

    clause = where(asked)
    found = reader.sealed(state, ("tallied", asked, scope), ask)
    new = reader.ask(_COUNT_ROWS.format(clause.sql), clause.values, state=unsealed(state))
    return {name: number + found[name] for name, number in _one(new).items()}


def open_of(reader: Reader, state: Snapshot, asked: LogFilter) -> int:
    """Documents that are failed now among those of a filter's attempts."""
    if not state.failed.num_rows:
        return 0
    clause = where_kept(asked)
    also = {"opened": opened(reader, state)}
    question = _OPEN.format(clause.sql)
    return int(
        _one(reader.recall("failed", question, clause.values, state=state, also=also))["open"]
    )


def matches(reader: Reader, state: Snapshot, asked: LogFilter) -> pa.Table:
    """Id and success of every attempt that a filter leaves, from the files.

    Those of the filter that was asked last are kept, because whoever counts also shows a page.
    """
    known = _found(reader, state)
    wanted = replace(asked, sort=_NEWEST)
    if wanted not in known:
        answer = _matches(reader, state, asked)
        known.clear()
        known[wanted] = answer
    return known[wanted]


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
    question = _MATCHES_SEALED.format(clause.sql)
    found = reader.ask(question, clause.values, replace(scope, without=others), state=state)
    return pa.concat_tables([rest, found])


def has_matches(reader: Reader, state: Snapshot, asked: LogFilter) -> bool:
    """Whether they are at hand."""
    return replace(asked, sort=_NEWEST) in _found(reader, state)


def _found(reader: Reader, state: Snapshot) -> dict[LogFilter, pa.Table]:
    empty: dict[LogFilter, pa.Table] = {}
    return reader.once(state, "matches", lambda: empty)


def count_matches(reader: Reader, state: Snapshot, asked: LogFilter) -> dict[str, int]:
    """Rows, succeeded, failed and open of any filter."""
    also = {"matches": matches(reader, state, asked)}
    found = _one(reader.recall("failed", _COUNT_MATCHES, state=state, also=also))
    if not found["rows"] or not state.failed.num_rows:
        return {**found, "open": 0}
    also["opened"] = opened(reader, state)
    return {**found, **_one(reader.recall("failed", _OPEN_MATCHES, state=state, also=also))}


def opened(reader: Reader, state: Snapshot) -> pa.Table:
    """Every attempt of the documents that are failed now, in the form in which failures are kept.

    The hub counts each document's tries. Where more than its failures are known, the others are
    looked for.
    """
    return reader.once(state, "opened", lambda: _opened(reader, state))


def _opened(reader: Reader, state: Snapshot) -> pa.Table:
    docs = reader.recall("failed", _DOCS, state=state)["doc"]
    failures = reader.kept("failures", state, Scope(since=state.failed_since))
    found = of_docs(failures, docs.combine_chunks())
    known = Counter(found["doc"].to_pylist())
    tries = zip(docs.to_pylist(), state.failed["attempts"].to_pylist(), strict=True)
    more = state.failed.filter(pa.array([number > known[doc] for doc, number in tries], pa.bool_()))
    short = more.filter(pc.is_valid(more["first_try_at"])).to_pylist()
    if not short:
        return found
    until = max(row["last_try_at"] for row in short)
    span = Scope(since=min(row["first_try_at"] for row in short), until=until + codec.MICROSECOND)
    keys = [row["key"] for row in short]
    others = reader.ask(_OTHERS, {"keys": keys}, span, state=state)
    return pa.concat_tables([found.cast(others.schema), others])


def of_docs(rows: pa.Table, docs: pa.Array) -> pa.Table:
    """Those of the rows kept that belong to some documents: few of many, so they are picked."""
    return rows.take(pc.indices_nonzero(pc.is_in(rows["doc"], docs)))


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
