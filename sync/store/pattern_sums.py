"""What failures come to per pattern, and what single attempts tell; for `sync.store.patterns`.

What lasts never changes, so what it comes to is kept; the few fresh rows are added each time.
"""

from collections.abc import Iterable
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from sync.store.filters import LogFilter, where_kept
from sync.store.fresh import failed, fresh
from sync.store.kept import scope_of
from sync.store.opened import before_fresh, opened
from sync.store.reader import Reader
from sync.store.scope import holding
from sync.store.sieve import sieve
from sync.store.snapshot import Snapshot, lasting

FAILED: Final = LogFilter(success="no")
"""All failures."""

_TOLD: Final = (
    *("id", "key", "entity", "document_no", "order_no", "store", "started_at"),
    *("message", "error_code", "category", "rules_version"),
)
"""What is told of single attempts: enough to show them, and to classify them again."""
_MOST_TOLD: Final = 10_000
"""So many attempts that last are remembered at once."""
_WITHIN: Final = """
select
    pattern,
    count(*) as attempts,
    count(distinct doc) as documents,
    max(id) as latest
from failures where {} group by pattern
"""
_EVER: Final = """
select pattern, min(started_at) as first_seen, max(started_at) as last_seen, max(id) as latest
from failures where not success group by pattern
"""
_BY_ID: Final = " ".join(("select", ", ".join(_TOLD), "from attempts where id in $ids"))


def within(reader: Reader, state: Snapshot, asked: LogFilter) -> list[dict[str, Any]]:
    """Attempts, documents and latest attempt of each pattern of a filter's failures."""
    clause, scope = where_kept(of_kept(asked)), scope_of(asked)
    if asked.state == "open":
        return _added({}, set(), opened(reader, state, asked))

    def ask(part: Snapshot) -> dict[str, dict[str, Any]]:
        """The sums of what lasts, by pattern."""
        question = _WITHIN.format(clause.sql)
        rows = reader.recall("failures", question, clause.values, scope, state=part).to_pylist()
        return {row["pattern"]: row for row in rows}

    found = dict(reader.lasting(state, ("within", asked), ask))
    known = sieve(before_fresh(reader, state), asked, failed(reader, state))
    pairs = zip(known["pattern"].to_pylist(), known["doc"].to_pylist(), strict=True)
    return _added(found, {*pairs}, fresh(reader, state, asked))


def _added(
    found: dict[str, dict[str, Any]], known: set[tuple[str, int]], new: pa.Table
) -> list[dict[str, Any]]:
    """The sums with more attempts, given which patterns and documents have met before."""
    for row in new.select(["pattern", "doc", "id"]).to_pylist():
        name, pair = row["pattern"], (row["pattern"], row["doc"])
        so_far = found.get(name, {"attempts": 0, "documents": 0, "latest": 0})
        found[name] = {
            "pattern": name,
            "attempts": so_far["attempts"] + 1,
            "documents": so_far["documents"] + (pair not in known),
            "latest": max(so_far["latest"], row["id"]),
        }
        known.add(pair)
    return [*found.values()]


def ever(reader: Reader, state: Snapshot) -> dict[str, dict[str, Any]]:
    """First and latest attempt of every pattern that failures have."""

    def ask(part: Snapshot) -> dict[str, dict[str, Any]]:
        """The first and the latest attempt of what lasts, by pattern."""
        rows = reader.recall("failures", _EVER, state=part).to_pylist()
        return {row["pattern"]: row for row in rows}

    found = dict(reader.lasting(state, "ever", ask))
    new = fresh(reader, state, FAILED).select(["pattern", "started_at", "id"])
    for row in new.to_pylist():
        name, at = row["pattern"], row["started_at"]
        known = found.get(name, {"first_seen": at, "last_seen": at, "latest": 0})
        found[name] = {
            "pattern": name,
            "first_seen": min(known["first_seen"], at),
            "last_seen": max(known["last_seen"], at),
            "latest": max(known["latest"], row["id"]),
        }
    return found


def told(reader: Reader, state: Snapshot, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """What is told of some attempts, by id. What a file says of one never changes."""
    wanted = set(ids)
    new = state.fresh.select(_TOLD)
    new = new.filter(pc.is_in(new["id"], pa.array(wanted, pa.int64())))
    known: dict[int, dict[str, Any]] = reader.lasting(state, "told", lambda _: {})
    found = {number: known[number] for number in wanted & known.keys()}
    found |= {row["id"]: row for row in new.to_pylist()}
    missing = wanted - found.keys()
    if missing:
        if len(known) > _MOST_TOLD:
            known.clear()
        scope = holding(missing, state.segments)
        rows = reader.ask(_BY_ID, {"ids": [*missing]}, scope, state=lasting(state))
        made = {row["id"]: row for row in rows.cast(new.schema).to_pylist()}
        known.update(made)
        found |= made
    return found


def of_kept(asked: LogFilter) -> LogFilter:
    """The filter, which memory can answer."""
    if not asked.is_kept:
        raise ValueError("error patterns are not searched by text, run, key or duration")
    return asked
