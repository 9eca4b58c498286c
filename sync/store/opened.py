"""Every attempt of a few documents: of those that are failed now, of those that failed lately.

They are few of many, and hardly others than a moment ago: what lasts of each is looked for once.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from sync.store import codec, snapshot
from sync.store.digest import COLUMNS, IS_MARKED, OF_ATTEMPTS
from sync.store.filters import LogFilter
from sync.store.fresh import failed, fresh
from sync.store.reader import Reader
from sync.store.scope import EVERYTHING, Scope
from sync.store.sieve import sieve
from sync.store.snapshot import SCHEMA, Snapshot

_PLAIN: Final = pa.schema(
    [
        pa.field(name, pa.uint64() if name == "doc" else SCHEMA.field(name).type)
        for name in COLUMNS.split(", ")
    ]
)
"""The form in which failures are kept, each word as itself."""
_OTHERS: Final = " ".join(
    (
        *("select", OF_ATTEMPTS, "from attempts where key in $keys"),
        *("and not coalesce(", IS_MARKED, ", false)"),
    )
)


def opened(reader: Reader, state: Snapshot, asked: LogFilter | None = None) -> pa.Table:
    """Every attempt of the documents that are failed now, in the form in which failures are kept.

    The hub counts each document's tries. Where more than its failures are known, the others are
    looked for.

    Args:
        reader: Of the record.
        state: Which state of it.
        asked: Leaves the attempts of a filter that memory can answer; all without it.
    """
    rows = reader.once(state, "opened", lambda: _opened(reader, state))
    return rows if asked is None else sieve(rows, asked, failed(reader, state))


def _opened(reader: Reader, state: Snapshot) -> pa.Table:
    docs, scope = failed(reader, state), Scope(since=state.failed_since)
    if not len(docs):
        return _PLAIN.empty_table()
    new = fresh(reader, state).select(_PLAIN.names)
    new = new.filter(pc.is_in(new["doc"], docs)).cast(_PLAIN)
    numbers = docs.to_pylist()
    found = pa.concat_tables([before(reader, state, numbers, scope), new])
    known = Counter(found["doc"].to_pylist())
    tries = zip(numbers, state.failed["attempts"].to_pylist(), strict=True)
    more = state.failed.filter(pa.array([number > known[doc] for doc, number in tries], pa.bool_()))
    short = more.filter(pc.is_valid(more["first_try_at"])).to_pylist()
    return pa.concat_tables([found, *_others(reader, state, short)])


def _others(
    reader: Reader, state: Snapshot, short: Sequence[Mapping[str, Any]]
) -> Iterator[pa.Table]:
    """What lasts of some documents' attempts and is not kept by itself; each looked for once."""
    known: dict[str, pa.Table] = reader.lasting(state, "others", lambda _: {})
    unknown = [row for row in short if row["key"] not in known]
    if unknown:
        until = max(row["last_try_at"] for row in unknown) + codec.MICROSECOND
        span = Scope(since=min(row["first_try_at"] for row in unknown), until=until)
        keys = [row["key"] for row in unknown]
        only = snapshot.lasting(state)
        answer = reader.ask(_OTHERS, {"keys": keys}, span, state=only).cast(_PLAIN)
        known.update(dict.fromkeys(keys, answer))
    answers: dict[int, tuple[pa.Table, list[int]]] = {}
    for row in short:
        answer = known[row["key"]]
        answers.setdefault(id(answer), (answer, []))[1].append(codec.doc(row["key"]))
    for answer, docs in answers.values():
        yield answer.filter(pc.is_in(answer["doc"], pa.array(docs, pa.uint64())))


def before(
    reader: Reader, state: Snapshot, docs: Collection[int], scope: Scope = EVERYTHING
) -> pa.Table:
    """What lasts of some documents' failures within a scope, as `opened` has it."""
    paths = tuple(segment.path for segment in state.segments if scope.holds(segment))
    looked: list[tuple[frozenset[int], pa.Table]] = reader.lasting(
        state, ("looked", paths), lambda _: [(frozenset(), _PLAIN.empty_table())]
    )
    known, rows = looked[0]
    missing = {*docs} - known
    if missing:
        every = reader.lasting(state, ("by doc", paths), lambda part: _by_doc(reader, part, scope))
        rows = pa.concat_tables([rows, _picked(every, missing)]).combine_chunks()
        # Both in one: whoever looks at the same time has either the former or the new.
        looked[0] = known | missing, rows
    return rows.filter(pc.is_in(rows["doc"], pa.array([*docs], pa.uint64())))


def before_fresh(reader: Reader, state: Snapshot) -> pa.Table:
    """What lasts of the failures of those documents that failed once more since."""
    again = fresh(reader, state, LogFilter(success="no"))["doc"].to_pylist()
    return before(reader, state, again)


def _by_doc(reader: Reader, state: Snapshot, scope: Scope) -> pa.Table:
    """What is kept of failures, those of a document together, the lowest number first."""
    rows = reader.kept("failures", state, scope)
    return rows.take(pc.array_sort_indices(rows["doc"].combine_chunks())).combine_chunks()


def _picked(rows: pa.Table, docs: Iterable[int]) -> pa.Table:
    """The rows of some documents, of rows that are sorted by them."""
    if not rows.num_rows:
        return _PLAIN.empty_table()
    (column,) = rows["doc"].chunks
    every = memoryview(column.buffers()[1]).cast("Q")[column.offset : column.offset + len(column)]
    found: list[int] = []
    for doc in docs:
        first = bisect_left(every, doc)
        found += range(first, bisect_right(every, doc, first))
    return rows.take(pa.array(found, pa.int64())).cast(_PLAIN)
