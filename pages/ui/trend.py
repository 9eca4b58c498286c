"""How it went: attempts per day, the most frequent causes, and a quarter as a calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.ui import charts, data, filters, formats, frame, spark, totals, view
from pages.ui.charts import Total
from pages.ui.escape import plain
from pages.ui.naming import Named
from pages.ui.palette import Palette, palette
from pages.ui.pattern_table import COLOURS
from pages.ui.pulse import ALL
from pages.ui.speech import language, say
from pages.ui.texts import Language
from pages.ui.view import View
from sync.settings import Settings
from sync.store import queries
from sync.store.filters import LogFilter
from sync.store.reader import Reader

TOP: Final = 5
MARKED: Final = ("new", "back", "rising")
"""States of a pattern that are told beside it."""
_PLOT: Final = {"displayModeBar": False, "responsive": True}


def days(found: Settings, chosen: View, asked: LogFilter) -> None:
    """Attempts per day with their success rate; a click on a day opens that day's failures."""
    shown = _whole_period(found, chosen, totals.by_day(data.days(found, asked)))
    st.subheader(say("chart.days"), anchor=False)
    if not any(total.attempts for total in shown):
        st.info(say("chart.days.none"), icon=":material/hourglass_empty:")
        return
    event: Any = st.plotly_chart(
        _per_day(tuple(shown), palette(), language()),
        key="chart_days",
        on_select="rerun",
        selection_mode="points",
        config=_PLOT,
        alt=say("chart.days.alt", **_sums(shown)),
    )
    if event.selection.points:
        _open(chosen, shown, shown[event.selection.points[0]["point_index"]].day)
    with st.expander(say("chart.table")):
        _table("days", chosen, [total for total in reversed(shown) if total.attempts])


def causes(found: Settings, reader: Reader, chosen: View, asked: LogFilter) -> None:
    """The five most frequent error patterns of the period, each with what to do."""
    st.subheader(say("causes"), anchor=False)
    top = sorted(data.patterns(found, asked), key=lambda each: -each.row.attempts)[:TOP]
    if not top:
        _no_failures(found, reader)
        return
    today = data.today(found.timezone)
    for cause in top:
        _cause(cause, chosen, today)


def calendar(found: Settings) -> None:
    """Thirteen weeks, a square per day; the stronger its colour, the more failures."""
    today = data.today(found.timezone)
    first = charts.calendar_start(today)
    since = view.midnight(first, found.timezone)
    quarter = totals.by_day(data.days(found, LogFilter(since=since)))
    st.subheader(say("calendar"), anchor=False)
    st.plotly_chart(
        _calendar(tuple(quarter.values()), today, palette(), language()),
        key="chart_calendar",
        config=_PLOT,
        alt=say("calendar.alt", **_sums(list(quarter.values()))),
    )
    frame.quiet(say("calendar.legend"))
    with st.expander(say("chart.table")):
        _table("calendar", View(), [quarter[day] for day in sorted(quarter, reverse=True)])


@lru_cache(maxsize=32)
def _per_day(totals: tuple[Total, ...], colours: Palette, tongue: Language) -> go.Figure:
    """The chart; kept, because building it takes longer than all else on the page."""
    return charts.attempts_per_day(totals, colours, tongue)


@lru_cache(maxsize=32)
def _calendar(
    totals: tuple[Total, ...], today: date, colours: Palette, tongue: Language
) -> go.Figure:
    """As `_per_day`."""
    return charts.calendar({each.day: each for each in totals}, today, colours, tongue)


def _cause(cause: Named, chosen: View, today: date) -> None:
    tongue, row = language(), cause.row
    with st.container(border=True, gap="xxsmall", key=f"cause_{cause.id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            where = replace(View(), range=chosen.range, date=chosen.date, platform=chosen.platform)
            filters.link(
                "patterns",
                plain(cause.title(tongue)),
                replace(where, pattern=cause.id),
                ICONS.get(row.category, ICONS["other"]),
            )
            if row.status in MARKED:
                st.badge(say(f"status.{row.status}"), color=COLOURS[row.status])
        with st.container(horizontal=True, vertical_alignment="center"):
            counts = say(
                "causes.count",
                n=formats.number(row.attempts, tongue),
                documents=formats.number(row.documents, tongue),
                category=say(f"category.{row.category or 'other'}"),
            )
            with st.container(width="stretch"):
                frame.quiet(counts)
            history = [
                row.by_day.get(today - timedelta(days=back), 0) for back in range(29, -1, -1)
            ]
            name = say("tile.history", label=say("causes"))
            st.html(spark.bars(history, palette().failed, name), width=120)
        st.text(say("causes.advice", step=cause.cure(tongue).steps[0]))


def _no_failures(found: Settings, reader: Reader) -> None:
    st.success(say("causes.none"), icon=":material/check_circle:")
    last_failure(found, reader)


def last_failure(found: Settings, reader: Reader) -> None:
    """Draw the day of the last failure; nothing when there never was one."""
    tomorrow = view.midnight(data.today(found.timezone) + timedelta(days=1), found.timezone)
    last = queries.nearest_day(reader, LogFilter(success="no", since=tomorrow))
    if last is not None:
        frame.quiet(say("causes.last", day=formats.day(last, language())))


def _whole_period(found: Settings, chosen: View, by_day: Mapping[date, Total]) -> list[Total]:
    """A total for each day of the period, also for those on which nothing happened."""
    period = view.days(chosen, data.today(found.timezone))
    known = min(by_day, default=None), max(by_day, default=None)
    if known[0] is None or known[1] is None:
        return []
    first, last = (known[0], known[1]) if period is None else period
    # Before the first attempt and after today there is nothing to show.
    first, last = max(first, known[0]), min(last, max(data.today(found.timezone), known[1]))
    every = (first + timedelta(days=nth) for nth in range((last - first).days + 1))
    return [by_day.get(day, Total(day=day)) for day in every]


def _table(name: str, chosen: View, shown: Sequence[Total]) -> None:
    """The same figures as rows; choosing one opens that day."""
    columns = ("day", "attempts", "booked", "failed", "skipped")
    table = pd.DataFrame([{each: getattr(total, each) for each in columns} for total in shown])
    table["rate"] = [None if each.rate is None else each.rate * 100 for each in shown]
    types = st.column_config
    event: Any = st.dataframe(
        table,
        key=f"table_{name}",
        hide_index=True,
        height=min(len(shown), 8) * 35 + 40,
        column_config={
            "day": types.DateColumn(say("chart.day"), format=formats.GRID_DAY[language()]),
            **{each: types.NumberColumn(say(f"chart.{each}")) for each in columns[1:]},
            "rate": types.NumberColumn(say("chart.rate"), format="%.1f %%"),
        },
        selection_mode="single-row",
        on_select="rerun",
        placeholder="–",
        alt=say(f"chart.{name}.table"),
    )
    frame.quiet(say("chart.table.hint"))
    if event.selection.rows:
        _open(chosen, shown, shown[event.selection.rows[0]].day)


def _open(chosen: View, shown: Sequence[Total], day: date) -> None:
    """Go to a day's failures; to all of its attempts when none failed."""
    has_failures = any(total.failed for total in shown if total.day == day)
    there = View(
        range="custom",
        date=(day, day),
        platform=chosen.platform,
        success="no" if has_failures else "all",
    )
    st.switch_page(f"pages/{ALL}.py", query_params=filters.link_address(there))


def _sums(shown: Sequence[Total]) -> dict[str, str]:
    tongue = language()
    return {
        name: formats.number(sum(getattr(total, name) for total in shown), tongue)
        for name in ("attempts", "booked", "failed", "skipped")
    }


ICONS: Final[Mapping[str, str]] = {
    "authentication": ":material/key:",
    "timeout": ":material/timer_off:",
    "network": ":material/wifi_off:",
    "validation": ":material/rule:",
    "tax_code": ":material/percent:",
    "duplicate": ":material/content_copy:",
    "not_found": ":material/search_off:",
    "rate_limit": ":material/speed:",
    "server_error": ":material/dns:",
    "customer_data": ":material/person_alert:",
    "other": ":material/help:",
}
"""Of the categories of failures."""
