"""What a reader keeps in memory of the record, so that most questions open no file.

Sealed segments never change, so each is read once, when it is first asked about: how many attempts
there were per day and kind, and in narrow form those that failed. The hub's few rows are read anew
for each state of the record and added. Texts are kept as numbers, with one list of words per
column; a document as the hash of its key, which two of a million share once in tens of millions of
stores.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from sync.store.codec import DOC
from sync.store.snapshot import Segment, Snapshot

Kept = Literal["tallies", "failures"]
Read = Callable[[Kept | Literal["numbers"], Sequence[Segment]], pa.Table]
"""The answer to `QUESTIONS` about some segments, or about the hub's rows when there are none."""

_WORDS: Final = ("entity", "connection", "platform", "trigger", "outcome", "category", "pattern")
_LIST: Final = ", ".join(_WORDS)
COLUMNS: Final = f"id, doc, started_at, success, {_LIST}"
"""Of the failures that are kept."""
OF_ATTEMPTS: Final = COLUMNS.replace("doc", f"{DOC} as doc")
"""The same, asked of whole attempts."""
IS_MARKED: Final = "(not success or category <> '' or pattern <> '')"
"""Whether an attempt is kept by itself."""
QUESTIONS: Final[dict[Kept | Literal["numbers"], str]] = {
    "numbers": """
select {file} as file, bool_and(
    regexp_full_match(document_no, '[0-9]*') and regexp_full_match(order_no, '[0-9]*')
) as is_plain
from attempts group by all
""",
    "tallies": """
with hours as (
    select
        {file} as file, epoch_us(started_at) // {step} as hour, success, WORDS,
        count(*) as attempts, min(id) as id_from, max(id) as id_to
    from attempts group by all
)
select
    file, cast(make_timestamptz(hour * {step}) as date) as day, success, WORDS,
    sum(attempts)::bigint as attempts, min(id_from) as id_from, max(id_to) as id_to
from hours group by all order by file
""".replace("WORDS", _LIST),
    "failures": " ".join(("select {file} as file,", OF_ATTEMPTS, "from attempts where", IS_MARKED)),
}
"""What is kept: whether all order and document numbers are digits; attempts per day; and each
attempt that failed or has a category or pattern. `file` is a segment's place in the list, from 1;
`step` divides every day of the zone, in microseconds."""

_REMEMBERED: Final = 8
"""So many different selections of segments are put together once, until a new word comes."""
_STATES: Final = 4
"""Of so many states at once the hub's rows are kept."""
_AT_ONCE: Final = 36
"""So many segments are read by one question, which bounds the memory that it takes."""


class Digest:
    """What one reader keeps."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._words: dict[str, pa.Array] = {name: pa.nulls(0, pa.string()) for name in _WORDS}
        self._sealed: dict[Kept, dict[str, pa.Table]] = {"tallies": {}, "failures": {}}
        self._plain: dict[str, bool] = {}
        self._hub: dict[Kept, deque[tuple[Snapshot, pa.Table]]] = {
            "tallies": deque(maxlen=_STATES),
            "failures": deque(maxlen=_STATES),
        }
        self._last: dict[tuple[Kept, tuple[Segment, ...]], tuple[int, pa.Table]] = {}

    def of(self, kept: Kept, state: Snapshot, segments: Sequence[Segment], read: Read) -> pa.Table:
        """What is kept of some segments of a state, and of its unsealed rows."""
        asked = (kept, tuple(segments))
        with self._lock:
            unsealed = self._unsealed(kept, state, read)
            parts = [unsealed.slice(0, 0), *self._parts(kept, state, segments, read)]
            words = sum(map(len, self._words.values()))
            last = self._last.pop(asked, None)
            if last is None or last[0] != words:
                last = (words, self._spelled(pa.concat_tables(parts)))
            self._last[asked] = last
            while len(self._last) > _REMEMBERED:
                del self._last[next(iter(self._last))]
            return pa.concat_tables([last[1], self._spelled(unsealed)])

    def _parts(
        self, kept: Kept, state: Snapshot, segments: Sequence[Segment], read: Read
    ) -> list[pa.Table]:
        known = self._sealed[kept]
        missing = [segment for segment in segments if segment.path not in known]
        if missing:
            listed = {segment.path for segment in state.segments}
            for path in known.keys() - listed:
                del known[path]
        for first in range(0, len(missing), _AT_ONCE):
            some = missing[first : first + _AT_ONCE]
            self._take(known, some, read(kept, some))
        return [known[segment.path] for segment in segments]

    def plain(self, segments: Sequence[Segment], read: Read) -> frozenset[str]:
        """Paths of those of some segments in which all order and document numbers are digits."""
        with self._lock:
            missing = [segment for segment in segments if segment.path not in self._plain]
            for first in range(0, len(missing), _AT_ONCE):
                some = missing[first : first + _AT_ONCE]
                for row in read("numbers", some).to_pylist():
                    self._plain[some[row["file"] - 1].path] = row["is_plain"]
            return frozenset(x.path for x in segments if self._plain[x.path])

    def _take(self, known: dict[str, pa.Table], some: Sequence[Segment], read: pa.Table) -> None:
        """Cut an answer, which has the segments one after the other, into theirs."""
        counts = {
            each["values"]: each["counts"] for each in pc.value_counts(read["file"]).to_pylist()
        }
        rows, start = self._encoded(read), 0
        for place, segment in enumerate(some, 1):
            length = counts.get(place, 0)
            known[segment.path] = rows.slice(start, length)
            start += length

    def _unsealed(self, kept: Kept, state: Snapshot, read: Read) -> pa.Table:
        for of, found in self._hub[kept]:
            if of.settled is state.settled and of.fresh is state.fresh:
                return found
        found = self._encoded(read(kept, ()))
        self._hub[kept].append((replace(state, segments=()), found))
        return found

    def _encoded(self, read: pa.Table) -> pa.Table:
        """With each word as its place in the column's list, which grows."""
        rows = read.drop_columns(["file"])
        for name in _WORDS:
            column, words = rows[name], self._words[name]
            new = pc.unique(column)
            new = new.filter(pc.invert(pc.is_in(new, words)))
            self._words[name] = words = pa.concat_arrays([words, new.drop_null()])
            places = pc.index_in(column, words).cast(_place_of(name))
            rows = rows.set_column(rows.schema.get_field_index(name), name, places)
        return rows.combine_chunks()

    def _spelled(self, rows: pa.Table) -> pa.Table:
        """With each word as itself again; only the lists are added."""
        for name in _WORDS:
            words = self._words[name]
            chunks = [pa.DictionaryArray.from_arrays(x, words) for x in rows[name].chunks]
            column = pa.chunked_array(chunks, pa.dictionary(_place_of(name), pa.string()))
            rows = rows.set_column(rows.schema.get_field_index(name), name, column)
        return rows


def _place_of(name: str) -> pa.DataType:
    return pa.int32() if name == "pattern" else pa.int16()


def step(zone: str) -> int:
    """The longest of an hour and its quarters that divides every day of a zone, microseconds."""
    local = ZoneInfo(zone)
    moments = (
        datetime(year, month, 1, tzinfo=local) for year in range(1970, 2038) for month in (1, 7)
    )
    offsets = [moment.utcoffset() or timedelta() for moment in moments]
    whole = all(offset % timedelta(hours=1) == timedelta() for offset in offsets)
    return timedelta(hours=1 if whole else 0.25) // timedelta(microseconds=1)
