"""A filter's conditions on a few rows in memory, where planning a question costs more than looking.

DuckDB needs some milliseconds to plan the smallest question. Here is what `filters.clauses` says
in its SQL, once more in Arrow's words; a text is the one thing that only DuckDB compares.
"""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from sync.store.codec import clean
from sync.store.filters import UNGROUPED, LogFilter

_FLAGS = {"yes": True, "no": False}


def sieve(rows: pa.Table, asked: LogFilter, failed: pa.Array) -> pa.Table:
    """Those of the rows that a filter leaves, in their order.

    Args:
        rows: Whole attempts, or what is kept of failures, with `doc`; no words as numbers.
        asked: The filter, without text; its order counts for nothing.
        failed: The `doc` of each document that is failed now.

    Raises:
        ValueError: The filter has a text.
    """
    if asked.q:
        raise ValueError("only DuckDB searches texts")
    if not rows.num_rows:
        return rows
    kept = None
    for mask in _masks(rows, asked, failed):
        kept = mask if kept is None else pc.and_kleene(kept, mask)
    return rows if kept is None else rows.filter(kept)


def _masks(rows: pa.Table, asked: LogFilter, failed: pa.Array) -> Iterator[pa.ChunkedArray]:
    at = rows["started_at"]
    if asked.since is not None:
        yield pc.greater_equal(at, pa.scalar(asked.since, at.type))
    if asked.until is not None:
        yield pc.less(at, pa.scalar(asked.until, at.type))
    if asked.min_duration_ms is not None:
        yield pc.greater_equal(rows["duration_ms"], asked.min_duration_ms)
    if asked.success == "none":
        yield pc.is_null(rows["success"])
    elif asked.success != "all":
        yield pc.equal(rows["success"], pa.scalar(_FLAGS[asked.success]))
    if asked.state == "open":
        yield pc.is_in(rows["doc"], failed)
    for name, values in _values(asked):
        yield pc.is_in(rows[name], pa.array(values, rows[name].type))


def _values(asked: LogFilter) -> Iterator[tuple[str, list[str] | list[int]]]:
    """The columns that must have one of some values."""
    named = ["" if name == UNGROUPED else name for name in asked.categories]
    texts: dict[str, list[str]] = {
        "entity": [asked.entity] if asked.entity else [],
        "pattern": ["" if asked.pattern == UNGROUPED else asked.pattern] if asked.pattern else [],
        "key": [clean(asked.key)] if asked.key else [],
        "connection": [*asked.connections],
        "platform": [*asked.platforms],
        "category": named,
        "trigger": [*asked.triggers],
        "outcome": [*asked.outcomes],
    }
    for name, values in texts.items():
        if values:
            yield name, values
    if asked.run is not None:
        yield "run", [asked.run]
    if asked.ids:
        yield "id", [*asked.ids]
