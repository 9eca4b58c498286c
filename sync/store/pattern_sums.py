"""What failures come to per pattern, and what single attempts tell; for `sync.store.patterns`.

Sealed rows never change, so what they come to is kept; the few others are added each time.
"""

from collections.abc import Iterable
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from sync.store import kept
from sync.store.filters import Clause, LogFilter, where_kept
from sync.store.kept import scope_of
from sync.store.reader import Reader
from sync.store.scope import Scope
from sync.store.snapshot import Snapshot, sealed, unsealed

_TOLD: Final = (
    *("id", "key", "entity", "document_no", "order_no", "store", "started_at"),
    *("message", "error_code", "category", "rules_version"),
)
"""What is told of single attempts: enough to show them, and to classify them again."""
_MOST_TOLD: Final = 10_000
"""So many sealed attempts are remembered at once."""
_WITHIN: Final = """
select
    pattern,
    count(*) as attempts,
    count(distinct doc) as documents,
    max(id) as latest
from {} where {} group by pattern
"""
_EACH: Final = "select pattern, doc, id from {} where {}"
_EVER: Final = """
select pattern, min(started_at) as first_seen, max(started_at) as last_seen, max(id) as latest
from failures where not success group by pattern
"""
_BY_ID: Final = " ".join(("select", ", ".join(_TOLD), "from attempts where id in $ids"))


def within(reader: Reader, state: Snapshot, asked: LogFilter) -> list[dict[str, Any]]:
    """Attempts, documents and latest attempt of each pattern of a filter's failures."""
    clause, scope = where_kept(of_kept(asked)), scope_of(asked)
    if asked.state == "open":
        also = {"opened": kept.opened(reader, state)}
        question = _WITHIN.format("opened", clause.sql)
        answer = reader.recall("failed", question, clause.values, state=state, also=also)
        return answer.to_pylist()  # type: ignore[no-any-return]

    def ask(part: Snapshot, question: str) -> list[dict[str, Any]]:
        text = question.format("failures", clause.sql)
        answer = reader.recall("failures", text, clause.values, scope, state=part)
        return answer.to_pylist()  # type: ignore[no-any-return]

    def within(part: Snapshot) -> list[dict[str, Any]]:
        return ask(part, _WITHIN)

    found = {row["pattern"]: row for row in reader.sealed(state, ("within", asked), within)}
    new = ask(unsealed(state), _EACH)
    known = _pairs_before(reader, state, scope, {row["doc"] for row in new}, clause)
    for row in new:
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


def _pairs_before(
    reader: Reader, state: Snapshot, scope: Scope, docs: set[int], clause: Clause
) -> set[tuple[str, int]]:
    """With which patterns of a filter these documents failed before, by what is sealed."""
    before = reader.kept("failures", sealed(state), scope)
    before = kept.of_docs(before, pa.array(docs, before["doc"].type))
    if not before.num_rows:
        return set()
    question = _EACH.format("before", clause.sql)
    also = {"before": before}
    found = reader.recall("failed", question, clause.values, state=state, also=also).to_pylist()
    return {(row["pattern"], row["doc"]) for row in found}


def ever(reader: Reader, state: Snapshot) -> dict[str, dict[str, Any]]:
    """First and latest attempt of every pattern that failures have."""

    def ask(part: Snapshot) -> dict[str, dict[str, Any]]:
        rows = reader.recall("failures", _EVER, state=part).to_pylist()
        return {row["pattern"]: row for row in rows}

    found = dict(reader.sealed(state, "ever", ask))
    new = reader.kept("failures", unsealed(state)).select(
        ["pattern", "started_at", "id", "success"]
    )
    for row in new.to_pylist():
        if row["success"] is False:
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
    fresh = state.unsealed.select(_TOLD)
    fresh = fresh.filter(pc.is_in(fresh["id"], pa.array(wanted, pa.int64())))
    known: dict[int, dict[str, Any]] = reader.sealed(state, "told", lambda _: {})
    found = {number: known[number] for number in wanted & known.keys()}
    found |= {row["id"]: row for row in fresh.to_pylist()}
    missing = wanted - found.keys()
    if missing:
        if len(known) > _MOST_TOLD:
            known.clear()
        scope = Scope(above=min(missing) - 1, below=max(missing) + 1)
        rows = reader.ask(_BY_ID, {"ids": [*missing]}, scope, state=sealed(state))
        made = {row["id"]: row for row in rows.cast(fresh.schema).to_pylist()}
        known.update(made)
        found |= made
    return found


def of_kept(asked: LogFilter) -> LogFilter:
    """The filter, which memory can answer."""
    if not asked.is_kept:
        raise ValueError("error patterns are not searched by text, run, key or duration")
    return asked
