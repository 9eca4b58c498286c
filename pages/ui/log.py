"""A log grid: filters, count, rows, CSV and one row's story. The three log pages are this."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from typing import Any, Final

import pyarrow as pa
import streamlit as st

from pages.ui import data, export, filters, formats, frame, story, tables, view
from pages.ui.data import Question
from pages.ui.escape import plain
from pages.ui.panel import nothing_yet, panel
from pages.ui.speech import language, say
from pages.ui.view import View
from sync.domain.documents import Entity
from sync.settings import Settings
from sync.store import queries
from sync.store.queries import Counts

PAGE_ROWS: Final = 100
_ROW: Final = 33
"""Height of a grid's row, in pixels."""
_VISIBLE_ROWS: Final = 15


def show(page: str, entity: Entity) -> None:
    """Draw the whole page; `page` is its name in the texts and in the session."""
    frame.head(say(f"{page}.title"))
    with panel(f"{page}_settings"):
        found = data.settings()
        frame.notice(found)
        if not data.has_store(found):
            nothing_yet(page)
            return
        with panel(f"{page}_store"):
            _log(page, entity, found)


def summary(counts: Counts) -> str:
    """The counts in words: "128 rijen · 7 open documenten · succes 94,5 % (121 van 128)"."""
    tongue = language()
    ended = counts.succeeded + counts.failed
    rows = "count.row" if counts.rows == 1 else "count.rows"
    documents = "count.open1" if counts.open == 1 else "count.open"
    rate = say("count.none")
    if ended:
        rate = say(
            "count.success",
            rate=formats.percent(counts.succeeded / ended, tongue),
            yes=formats.number(counts.succeeded, tongue),
            all=formats.number(ended, tongue),
        )
    return " · ".join(
        [
            say(rows, n=formats.number(counts.rows, tongue)),
            say(documents, n=formats.number(counts.open, tongue)),
            rate,
        ]
    )


def _log(page: str, entity: Entity, found: Settings) -> None:
    reader = data.reader(found)
    frame.freshness(found)
    chosen = filters.current(page, data.today(found.timezone))
    with panel(f"{page}_filters"):
        filters.bar(page, chosen, queries.platforms(reader))
    asked = data.log_filter(entity, chosen, found.timezone)
    question = Question(page=page, settings=found, reader=reader, view=chosen, filter=asked)
    with panel(f"{page}_rows"):
        chosen = _rows(question)
    filters.publish(page, chosen)
    if chosen.doc:
        story.show(question)


def _rows(question: Question) -> View:
    """Draw count, grid and pages; gives the view with the page that there really is."""
    counts = queries.count(question.reader, question.filter)
    pages = max(ceil(counts.rows / PAGE_ROWS), 1)
    number = min(question.view.page, pages)
    _result_line(question, counts)
    if counts.rows:
        _grid(question, counts, (number - 1) * PAGE_ROWS)
        _paging(question.page, number, pages)
    else:
        _empty(question)
    return replace(question.view, page=number)


def _result_line(question: Question, counts: Counts) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(summary(counts), width="content")
        filters.chips(question.page, question.view)
        st.space("stretch")
        _columns(question.page)
        export.menu(question, counts.rows)


def _columns(page: str) -> None:
    orders = {sort: _sort_words(sort) for sort in view.SORTS}
    names = {name: say(f"col.{name}") for name in view.OPTIONAL}
    with st.popover(say("cols"), icon=":material/view_column:"):
        st.selectbox(
            say("sort"),
            view.SORTS,
            format_func=orders.__getitem__,
            key=filters.key(page, "sort"),
        )
        st.pills(
            say("cols.extra"),
            view.OPTIONAL,
            selection_mode="multi",
            format_func=names.__getitem__,
            key=filters.key(page, "cols"),
            wrap=True,
        )


def _sort_words(sort: str) -> str:
    column, _, direction = sort.partition(":")
    if column == "id":
        return say("sort.newest" if direction == "desc" else "sort.oldest")
    return say(f"sort.{direction}", column=say(f"col.{column}"))


def _grid(question: Question, counts: Counts, offset: int) -> None:
    rows = queries.newest(question.reader, question.filter, PAGE_ROWS, offset)
    columns = (*view.COLUMNS, *question.view.cols)
    shown = tables.frame(rows, columns, question.admins)
    st.dataframe(
        shown.data,
        key=_grid_key(question.page, rows),
        hide_index=True,
        height=min(rows.num_rows, _VISIBLE_ROWS) * _ROW + _ROW + 5,
        row_height=_ROW,
        column_config=tables.config(
            columns,
            linked=shown.linked,
            zone=question.settings.timezone,
            message_width=max(400 - 90 * len(question.view.cols), 190),
        ),
        placeholder="",
        selection_mode="single-row",
        on_select=lambda: _select(question.page, rows),
        alt=say(
            f"{question.page}.grid",
            rows=formats.number(rows.num_rows, language()),
            total=formats.number(counts.rows, language()),
        ),
    )


def _grid_key(page: str, rows: pa.Table) -> str:
    """Another set of rows is another grid: a click can never land on a row that has moved."""
    closed = st.session_state.get(f"{page}_closed", 0)
    return f"{page}_grid_{closed}_{hash(tuple(rows['id'].to_pylist())):x}"


def _select(page: str, rows: pa.Table) -> None:
    """The chosen position becomes the document's key at once."""
    state: Any = st.session_state.get(_grid_key(page, rows))
    chosen: Sequence[int] = state.selection.rows if state else ()
    kept: View = st.session_state[filters.key(page, "view")]
    doc = rows["key"][chosen[0]].as_py() if chosen else ""
    filters.ask(page, replace(kept, doc=doc))


def _paging(page: str, number: int, pages: int) -> None:
    if pages > 1:
        if st.session_state.get(filters.key(page, "page")) != number:
            st.session_state[filters.key(page, "page")] = number
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.pagination(pages, key=filters.key(page, "page"))


def _empty(question: Question) -> None:
    page, chosen = question.page, question.view
    nearest = queries.nearest_day(question.reader, question.filter)
    with st.container(border=True):
        st.header(say("empty"), anchor=False)
        st.text(say("empty.filter", filter=filters.in_words(chosen)))
        if nearest is not None:
            st.text(say("empty.nearest", day=formats.day(nearest, language())))
        with st.container(horizontal=True):
            if nearest is not None:
                there = replace(chosen, range="custom", date=(nearest, nearest), page=1)
                st.button(
                    plain(say("empty.go", day=formats.day(nearest, language()))),
                    key=f"{page}_empty_go",
                    type="primary",
                    on_click=filters.ask,
                    args=(page, there),
                )
            st.button(
                say("filters.clear"),
                key=f"{page}_empty_clear",
                on_click=filters.ask,
                args=(page, view.cleared(chosen)),
            )
