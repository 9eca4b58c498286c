"""A grid: filters, count, rows, CSV and one row's story. All logs and data pages are this."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pyarrow as pa
import streamlit as st

from pages.ui import (
    advice,
    beside,
    data,
    export,
    filter_words,
    filters,
    formats,
    frame,
    people,
    rows,
    several,
    sheet,
    story,
    tables,
    view,
    views,
)
from pages.ui.escape import plain
from pages.ui.keys import key
from pages.ui.logs import DATA, LOGS, Log
from pages.ui.panel import nothing_yet, panel
from pages.ui.question import Question, ask
from pages.ui.rows import Counted
from pages.ui.sheet import Sheet
from pages.ui.speech import language, say
from pages.ui.view import View
from sync.settings import Settings
from sync.store.fetched import Standing

_ROW: Final = 33
"""Height of a grid's row, in pixels."""
_VISIBLE_ROWS: Final = 15
_LOOK_AGAIN: Final = timedelta(seconds=5)


def show(page: str) -> None:
    """Draw the whole page; `page` is the name of the log, or of the data page."""
    frame.head(say(f"{page}.title"))
    with panel(f"{page}_settings"):
        found = data.settings()
        frame.notice(found)
        if not data.has_store(found):
            nothing_yet(page)
            return
        with panel(f"{page}_store"):
            _log(LOGS.get(page) or DATA[page], found)


def summary(counts: Counted) -> str:
    """The counts in words: "128 rijen · 7 open documenten · succes 94,5 % (121 van 128)".

    Of documents: "128 rijen · 120 geboekt · 5 wachten · 3 mislukt".
    """
    tongue = language()
    if isinstance(counts, Standing):
        return _standing(counts)
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


def _standing(counts: Standing) -> str:
    tongue = language()
    words = ["count.row" if counts.rows == 1 else "count.rows", "count.booked"]
    numbers = [counts.rows, counts.booked]
    for name in ("waiting", "failed", "skipped"):
        if number := getattr(counts, name):
            words.append(f"count.{name}")
            numbers.append(number)
    said = zip(words, numbers, strict=True)
    return " · ".join(say(key, n=formats.number(number, tongue)) for key, number in said)


def _log(log: Log, found: Settings) -> None:
    reader = data.reader(found)
    with panel(f"{log.page}_alarm"):
        frame.alarm(found, reader)
    if filters.arriving(log.page):
        sheet.forget(log.page)
    chosen = filters.current(log.page, data.today(found.timezone), log.fit)
    question = ask(log, found, chosen)
    top = st.container()
    with panel(f"{log.page}_filters"):
        causes = data.causes(found, language()) if "pattern" in log.filters else {}
        offered = data.offered(found, log)
        filters.bar(log, chosen, offered, causes, lambda: views.menu(question))
    with panel(f"{log.page}_rows"):
        shown = sheet.current(question)
        chosen = replace(chosen, page=shown.number)
        question = replace(question, view=chosen)
        _rows(question, shown)
    with top:
        _live(question)
    filters.publish(log.page, chosen, log.filters)
    if chosen.doc:
        story.show(question)


@st.fragment(run_every=_LOOK_AGAIN)
def _live(question: Question) -> None:
    """How fresh it is, and what is new; a try that ended meanwhile is shown where it stands."""
    page = question.page
    with (
        panel(f"{page}_live"),
        st.container(horizontal=True, vertical_alignment="center", key=f"{page}_live"),
    ):
        frame.freshness(question.settings, question.reader)
        kept: Sheet | None = st.session_state.get(sheet.name(page))
        news = sheet.difference(kept) if kept else 0
        st.button(
            _news(news),
            key=f"{page}_news",
            icon=":material/refresh:",
            type="primary" if news else "tertiary",
            on_click=sheet.forget,
            args=(page,),
        )
        if st.session_state.get(f"{page}_news") or (kept and sheet.has_moved_on(kept)):
            st.rerun()


def _news(difference: int) -> str:
    if difference > 0:
        key = "news.row" if difference == 1 else "news.rows"
        return say(key, n=formats.number(difference, language()))
    return say("news.changed" if difference else "news.none")


def _rows(question: Question, shown: Sheet) -> None:
    """Draw count, grid and pages."""
    _result_line(question, shown)
    if question.view.pattern and shown.rows.num_rows:
        with st.expander(say("advice.pattern"), expanded=True):
            advice.draw(shown.rows.slice(0, 1).to_pylist()[0])
    if shown.counts.rows:
        _grid(question, shown)
        _paging(question.page, shown)
    else:
        _empty(question)


def _result_line(question: Question, shown: Sheet) -> None:
    counts = shown.counts
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(summary(counts), width="content")
        filters.chips(question.page, question.view)
        st.space("stretch")
        several.offer(question, counts)
        _columns(question.log)
        if question.log.per_document:
            people.offer(question, shown.rows["key"].to_pylist())
        export.menu(question, counts.rows)


def _columns(log: Log) -> None:
    orders = {sort: _sort_words(log, sort) for sort in log.sorts}
    names = {name: log.heading(name, language()) for name in log.optional}
    with st.popover(say("cols"), icon=":material/view_column:"):
        st.selectbox(
            say("sort"),
            log.sorts,
            format_func=orders.__getitem__,
            key=key(log.page, "sort"),
        )
        st.pills(
            say("cols.extra"),
            log.optional,
            selection_mode="multi",
            format_func=names.__getitem__,
            key=key(log.page, "cols"),
            wrap=True,
        )


def _sort_words(log: Log, sort: str) -> str:
    column, _, direction = sort.partition(":")
    if column == "id":
        return say("sort.newest" if direction == "desc" else "sort.oldest")
    return say(f"sort.{direction}", column=log.heading(column, language()))


def _grid(question: Question, shown: Sheet) -> None:
    columns = (*question.log.columns, *question.view.cols)
    rows = shown.rows
    if question.log.per_document:
        made = tables.documents(rows, columns, question.admins, people.shown(question.page))
    else:
        more = beside.columns(question.reader, rows, columns, language())
        made = tables.frame(rows, columns, question.admins, more)
    st.dataframe(
        made.data,
        key=_grid_key(question.page, rows),
        hide_index=True,
        height=min(rows.num_rows, _VISIBLE_ROWS) * _ROW + _ROW + 5,
        row_height=_ROW,
        column_config=tables.config(
            question.log,
            columns,
            linked=made.linked,
            zone=question.settings.timezone,
            message_width=_message_width(columns),
            highest=max(rows["id"].to_pylist(), default=0),
        ),
        placeholder="–" if question.log.per_document else "",
        selection_mode="multi-row" if several.is_on(question.page) else "single-row",
        on_select=lambda: _select(question.page, rows),
        alt=say(
            f"{question.page}.grid",
            rows=formats.number(rows.num_rows, language()),
            total=formats.number(shown.counts.rows, language()),
        ),
    )


def _message_width(columns: Sequence[str]) -> int:
    """Pixels left for the message beside so many other columns, on a screen of 1280."""
    return max(274 + 80 * (7 - len(columns)), 150)


def _grid_key(page: str, rows: pa.Table) -> str:
    """Another set of rows is another grid: a click can never land on a row that has moved."""
    closed = st.session_state.get(f"{page}_closed", 0)
    mode = "several" if several.is_on(page) else "one"
    return f"{page}_grid_{mode}_{closed}_{hash(tuple(rows['id'].to_pylist())):x}"


def _select(page: str, rows: pa.Table) -> None:
    """The chosen positions become the documents' keys at once."""
    state: Any = st.session_state.get(_grid_key(page, rows))
    chosen: Sequence[int] = state.selection.rows if state else ()
    if several.is_on(page):
        several.choose(page, [rows["key"][each].as_py() for each in chosen])
        return
    kept: View = st.session_state[key(page, "view")]
    doc = rows["key"][chosen[0]].as_py() if chosen else ""
    filters.ask(page, replace(kept, doc=doc))


def _paging(page: str, shown: Sheet) -> None:
    if shown.pages > 1:
        if st.session_state.get(key(page, "page")) != shown.number:
            st.session_state[key(page, "page")] = shown.number
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.pagination(shown.pages, key=key(page, "page"))


def _empty(question: Question) -> None:
    page, chosen = question.page, question.view
    nearest = rows.nearest_day(question.reader, question.filter)
    with st.container(border=True):
        st.header(say("empty"), anchor=False)
        st.text(say("empty.filter", filter=filter_words.in_words(chosen)))
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
