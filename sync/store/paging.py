"""Pages of a log, found without reading more of the record than a page needs."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, pairwise
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from sync.domain.documents import Entity
from sync.store import kept
from sync.store.filters import LogFilter, order, where, where_kept
from sync.store.fresh import fresh
from sync.store.kept import days_clause, scope_of
from sync.store.opened import opened
from sync.store.reader import Reader
from sync.store.scope import Scope, holding
from sync.store.snapshot import SCHEMA, Snapshot, lasting, only_fresh

_FIRST_LOOK: Final = 10_000
"""Rows looked at first, from the order's end where ids are the order; then tenfold, and so on."""
_MANY: Final = 1_000
"""Rows from which on a page is read in one go."""
_PAGES: Final = 16
"""So many pages' lasting rows are kept."""
_ALL: Final = 2**62
_ROWS: Final = " ".join(("select", ", ".join(SCHEMA.names), "from attempts where"))


def page(reader: Reader, state: Snapshot, asked: LogFilter, limit: int, offset: int) -> pa.Table:
    """At most `limit` attempts from `offset` on, in the filter's order.

    In two steps, first the ids, then their rows: a filter needs few of the thirty columns, and
    only the rows of the page need the others.
    """
    if asked.state == "open":
        asked = asked.between(state.failed_since, None)
    if limit > _MANY:
        return whole(reader, state, asked).slice(offset, limit)
    ids = _kept_ids(reader, state, asked, limit + offset)
    if ids is None:
        ids = _ids(reader, state, asked, limit + offset)
    ids = ids[offset:]
    if not ids:
        return SCHEMA.empty_table()
    return _of_ids(reader, state, asked.entity, ids)


def _of_ids(reader: Reader, state: Snapshot, entity: Entity | None, ids: Sequence[int]) -> pa.Table:
    """These attempts, whole, in this order; those that last are kept for the next time."""
    new = state.fresh.filter(pc.is_in(state.fresh["id"], pa.array(ids, pa.int64())))
    added = new["id"].to_pylist()
    old = _lasting(reader, state, entity, frozenset(ids) - {*added})
    place = {number: nth for nth, number in enumerate([*old["id"].to_pylist(), *added])}
    found = [place[number] for number in ids if number in place]
    return pa.concat_tables([old, new]).take(pa.array(found, pa.int64())).combine_chunks()


def whole(reader: Reader, state: Snapshot, asked: LogFilter) -> pa.Table:
    """All attempts of a filter, in its order."""
    clause = where(asked)
    question = f"{_ROWS} {clause.sql} order by {order(asked)}"
    return reader.ask(question, clause.values, scope_of(asked), state=state).cast(SCHEMA)


def _lasting(
    reader: Reader, state: Snapshot, entity: Entity | None, ids: frozenset[int]
) -> pa.Table:
    """Some attempts that last, whole, and perhaps others; the few pages asked for last are kept."""
    if not ids:
        return SCHEMA.empty_table()
    pages: list[tuple[frozenset[int], pa.Table]] = reader.lasting(state, "rows", lambda _: [])
    known = next((rows for held, rows in [*pages] if ids <= held), None)
    if known is not None:
        return known
    scope = holding(ids, state.segments, entity)
    answer = reader.ask(f"{_ROWS} id in $ids", {"ids": [*ids]}, scope, state=lasting(state))
    rows = answer.cast(SCHEMA)
    pages.append((ids, rows))
    del pages[:-_PAGES]
    return rows


def _ids(reader: Reader, state: Snapshot, asked: LogFilter, wanted: int) -> list[int]:
    """The first `wanted` ids in a filter's order; those of what lasts are kept."""
    if asked.sort_column != "id" or asked.state == "open" or wanted > _MANY:
        return _search(reader, state, asked, wanted)
    old = reader.lasting(
        state, ("ids", asked, wanted), lambda part: _search(reader, part, asked, wanted)
    )
    if asked.q:
        return _joint(asked, wanted, old, _search(reader, only_fresh(state), asked, wanted))
    return _joint(asked, wanted, old, fresh(reader, state, asked)["id"].to_pylist())


def _joint(asked: LogFilter, wanted: int, *parts: Sequence[int]) -> list[int]:
    """The first `wanted` of the ids of several parts."""
    return sorted(chain.from_iterable(parts), reverse=asked.descending)[:wanted]


def _search(reader: Reader, state: Snapshot, asked: LogFilter, wanted: int) -> list[int]:
    """The same, all of it searched."""
    clause = where(asked)
    question = " ".join(
        (
            *("select id from attempts where", clause.sql, "and id > $above and id < $below"),
            *("order by", order(asked), "limit $limit"),
        )
    )
    by_id = asked.sort_column == "id" and bool(state.segments)
    days = days_clause(asked, reader.zone) if by_id else None
    found: list[int] = []
    for part in _looks(state, asked):
        scope = part
        if days is not None:
            left = wanted - len(found)
            told = kept.bound(reader, state, days, part, wanted=left, descending=asked.descending)
            if told.is_empty:
                continue
            scope = told.scope
        bounds = _between(scope, wanted - len(found))
        answer = reader.ask(question, clause.values | bounds, scope, state=state)
        found += answer["id"].to_pylist()
        if len(found) >= wanted:
            break
    return found


def _kept_ids(reader: Reader, state: Snapshot, asked: LogFilter, wanted: int) -> list[int] | None:
    """The same from what is kept in memory; None when only the files can tell."""
    if asked.sort_column != "id":
        return None
    if kept.has_matches(reader, state, asked):
        return _first(kept.matches(reader, state, asked)["id"], asked, wanted)
    if asked.is_kept and asked.state == "open":
        return _joint(asked, wanted, opened(reader, state, asked)["id"].to_pylist())
    if not asked.is_kept or not asked.is_marked:
        return None
    if wanted > _MANY:
        return _failures(reader, state, asked, wanted)
    old = reader.lasting(
        state, ("failures", asked, wanted), lambda part: _failures(reader, part, asked, wanted)
    )
    return _joint(asked, wanted, old, fresh(reader, state, asked)["id"].to_pylist())


def _failures(reader: Reader, state: Snapshot, asked: LogFilter, wanted: int) -> list[int]:
    """The same of a filter that leaves only what is kept by itself."""
    clause = where_kept(asked)
    question = " ".join(
        (
            *("select id from failures where", clause.sql, "and id > $above and id < $below"),
            *("order by", order(asked), "limit $limit"),
        )
    )
    found: list[int] = []
    for part in _looks(state, asked):
        values = clause.values | _between(part, wanted - len(found))
        answer = reader.recall("failures", question, values, part, state=state)
        found += answer["id"].to_pylist()
        if len(found) >= wanted:
            break
    return found


def _between(scope: Scope, limit: int) -> dict[str, int]:
    """The values of a question's bounds."""
    return {
        "above": -1 if scope.above is None else scope.above,
        "below": _ALL if scope.below is None else scope.below,
        "limit": limit,
    }


def _first(ids: pa.ChunkedArray, asked: LogFilter, wanted: int) -> list[int]:
    """The first few of many ids in a filter's order."""
    if not len(ids):
        return []
    keys = [("id", "descending" if asked.descending else "ascending")]
    best = pc.select_k_unstable(pa.table({"id": ids}), min(wanted, len(ids)), keys)
    found: list[int] = ids.take(best).to_pylist()
    return found


def _looks(state: Snapshot, asked: LogFilter) -> Iterator[Scope]:
    """The filter's scope in parts that follow each other in its order, each ten times larger."""
    rest = scope_of(asked)
    if asked.sort_column == "id":
        segments = [segment for segment in state.segments if rest.holds(segment)]
        segments.sort(key=lambda x: -x.id_to if asked.descending else x.id_from)
        wanted, rows = _FIRST_LOOK, 0
        for segment, following in pairwise(segments):
            rows += segment.rows
            if rows < wanted:
                continue
            wanted *= 10
            if asked.descending:
                yield replace(rest, above=following.id_to)
                rest = replace(rest, below=following.id_to + 1)
            else:
                yield replace(rest, below=following.id_from)
                rest = replace(rest, above=following.id_from - 1)
    yield rest
