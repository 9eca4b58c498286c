"""The rows that a grid shows: they stay where they are until the reader asks for others.

New rows arrive all the time. The grid keeps its rows, their order and its counts; what each
row says is brought up to date, and what is new is announced.
"""

from dataclasses import dataclass, replace
from math import ceil
from typing import Final

import pyarrow as pa
import streamlit as st

from pages.ui import rows
from pages.ui.question import Question
from pages.ui.rows import Asked, Counted, Moves
from sync.store.reader import Reader

PAGE_ROWS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page of a grid, as it was when the reader asked for it.

    Attributes:
        reader: Of the store that it came from.
        asked: The filter and order.
        wanted: The page that was asked for; `number` is the one that there is, of `pages`.
        counts: Of all that matched then.
        rows: Whole rows; what they say is newer than which they are.
        taken: The store's counters when the rows were chosen.
        read: The same when they were last read.
    """

    reader: Reader
    asked: Asked
    wanted: int
    number: int
    pages: int
    counts: Counted
    rows: pa.Table
    taken: Moves
    read: Moves

    @property
    def first(self) -> int:
        """How many rows stand on the pages before this one."""
        return (self.number - 1) * PAGE_ROWS


def current(question: Question) -> Sheet:
    """The rows to be shown now: the former ones, as long as nothing else was asked for."""
    place = name(question.page)
    kept: Sheet | None = st.session_state.get(place)
    moves = rows.moves(question.reader, question.filter)
    if kept is None or not _is_of(kept, question):
        kept = taken(question)
    elif kept.read != moves:
        kept = replace(kept, rows=rows.again(kept.reader, kept.asked, kept.rows), read=moves)
    st.session_state[place] = kept
    return kept


def forget(page: str) -> None:
    """Take the rows anew at the next run: the reader asked for what is new, or came back."""
    st.session_state.pop(name(page), None)


def difference(sheet: Sheet) -> int:
    """How many rows more (or fewer) match now than when the sheet was taken."""
    if rows.moves(sheet.reader, sheet.asked) == sheet.taken:
        return 0
    return rows.count(sheet.reader, sheet.asked).rows - sheet.counts.rows


def has_moved_on(sheet: Sheet) -> bool:
    """Whether a row that the sheet shows says something else by now, where it does not wait."""
    if rows.moves(sheet.reader, sheet.asked) == sheet.read:
        return False
    return rows.moved_on(sheet.reader, sheet.asked, sheet.rows)


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
    moves = rows.moves(question.reader, question.filter)
    counts = rows.count(question.reader, question.filter)
    pages = max(ceil(counts.rows / PAGE_ROWS), 1)
    number = min(question.view.page, pages)
    first = (number - 1) * PAGE_ROWS
    return Sheet(
        reader=question.reader,
        asked=question.filter,
        wanted=question.view.page,
        number=number,
        pages=pages,
        counts=counts,
        rows=rows.page(question.reader, question.filter, PAGE_ROWS, first),
        taken=moves,
        read=moves,
    )
