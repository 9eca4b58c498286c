"""The rows that a grid shows: they stay where they are until the reader asks for others.

New attempts arrive all the time. The grid keeps its rows, their order and its counts; what each
row says is brought up to date, and what is new is announced.
"""

from dataclasses import dataclass, replace
from math import ceil
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from pages.ui.data import Question
from sync.store import queries
from sync.store.filters import LogFilter
from sync.store.queries import Counts
from sync.store.reader import Reader

PAGE_ROWS: Final = 100
Moves = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page of a log, as it was when the reader asked for it.

    Attributes:
        reader: Of the store that it came from.
        asked: The filter and order.
        wanted: The page that was asked for; `number` is the one that there is, of `pages`.
        counts: Of all that matched then.
        rows: Whole attempts; what they say is newer than which they are.
        taken: The store's counters when the rows were chosen.
        read: The same when they were last read.
    """

    reader: Reader
    asked: LogFilter
    wanted: int
    number: int
    pages: int
    counts: Counts
    rows: pa.Table
    taken: Moves
    read: Moves

    @property
    def first(self) -> int:
        """How many rows stand on the pages before this one."""
        return (self.number - 1) * PAGE_ROWS

    @property
    def running(self) -> tuple[int, ...]:
        """The ids of rows whose try had not ended."""
        return tuple(self.rows.filter(pc.is_null(self.rows["outcome"]))["id"].to_pylist())


def current(question: Question) -> Sheet:
    """The rows to be shown now: the former ones, as long as nothing else was asked for."""
    place = name(question.page)
    kept: Sheet | None = st.session_state.get(place)
    moves = question.reader.snapshot().moves
    if kept is None or not _is_of(kept, question):
        kept = taken(question)
    elif kept.read != moves:
        kept = replace(kept, rows=_again(kept), read=moves)
    st.session_state[place] = kept
    return kept


def forget(page: str) -> None:
    """Take the rows anew at the next run: the reader asked for what is new, or came back."""
    st.session_state.pop(name(page), None)


def difference(sheet: Sheet) -> int:
    """How many rows more (or fewer) match now than when the sheet was taken."""
    if sheet.reader.snapshot().moves == sheet.taken:
        return 0
    return queries.count(sheet.reader, sheet.asked).rows - sheet.counts.rows


def has_ended(sheet: Sheet) -> bool:
    """Whether a try that the sheet shows as running has ended meanwhile."""
    if not sheet.running or sheet.reader.snapshot().moves == sheet.read:
        return False
    now = queries.newest(sheet.reader, _only(sheet, sheet.running), PAGE_ROWS)
    return int(now["outcome"].null_count) < len(sheet.running)


def name(page: str) -> str:
    """Under which name the session keeps a page's rows."""
    return f"{page}_sheet"


def _is_of(sheet: Sheet, question: Question) -> bool:
    return (
        sheet.reader is question.reader
        and sheet.asked == question.filter
        and question.view.page in {sheet.wanted, sheet.number}
    )


def taken(question: Question) -> Sheet:
    """The rows as they are now, on the page that was asked for, or else on the last one."""
    moves = question.reader.snapshot().moves
    counts = queries.count(question.reader, question.filter)
    pages = max(ceil(counts.rows / PAGE_ROWS), 1)
    number = min(question.view.page, pages)
    rows = queries.newest(question.reader, question.filter, PAGE_ROWS, (number - 1) * PAGE_ROWS)
    return Sheet(
        reader=question.reader,
        asked=question.filter,
        wanted=question.view.page,
        number=number,
        pages=pages,
        counts=counts,
        rows=rows,
        taken=moves,
        read=moves,
    )


def _again(sheet: Sheet) -> pa.Table:
    """The same rows in the same order, as they read now; those that retention took are gone."""
    if not sheet.rows.num_rows:
        return sheet.rows
    ids = sheet.rows["id"].to_pylist()
    found = queries.newest(sheet.reader, _only(sheet, tuple(ids)), PAGE_ROWS)
    place = {number: position for position, number in enumerate(found["id"].to_pylist())}
    return found.take([place[number] for number in ids if number in place])


def _only(sheet: Sheet, ids: tuple[int, ...]) -> LogFilter:
    """A filter of these rows alone, within the time they span, so that few files are opened."""
    # The last microsecond of the span belongs to it, and a filter's end does not.
    last = pc.add(pc.max(sheet.rows["started_at"]), pa.scalar(1, pa.duration("us")))
    return LogFilter(
        entity=sheet.asked.entity,
        since=pc.min(sheet.rows["started_at"]).as_py(),
        until=last.as_py(),
        ids=ids,
    )
