"""How it went: attempts per day, the most frequent causes, and a quarter as a calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

import pandas as pd
import streamlit as st

from pages.ui import charts, data, filters, formats, frame, leave, spark, totals, view
from pages.ui.charts import Total
from pages.ui.escape import plain
from pages.ui.naming import Named
from pages.ui.palette import Palette, palette
from pages.ui.pattern_table import COLOURS
from pages.ui.plot import Plot
from pages.ui.pulse import ALL
from pages.ui.spans import Span, spans, unit
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
_COUNTED: Final = ("attempts", "booked", "failed", "skipped")
_PLOT: Final = {"displayModeBar": False, "responsive": True}


def days(found: Settings, chosen: View, asked: LogFilter) -> None:
    """Attempts per day, week or month, with success rate; a click on one opens its failures."""
    by_day = totals.by_day(data.days(found, asked))
    steps = _steps(found, chosen, by_day)
    st.subheader(say(f"chart.{unit(steps)}"), anchor=False)
    shown = totals.of_steps(by_day, steps)
    if not any(total.attempts for total in shown):
        st.info(say("chart.days.none"), icon=":material/hourglass_empty:")
        return
    event: Any = st.plotly_chart(
        _per_day(tuple(steps), tuple(shown), palette(), language()),
        key="chart_days",
        on_select="rerun",
        selection_mode="points",
        config=_PLOT,
        alt=say("chart.days.alt", **_sums(shown)),
    )
    every = list(zip(steps, shown, strict=True))
    if event.selection.points:
        _open(chosen, *every[event.selection.points[0]["point_index"]])
    _table("days", chosen, [each for each in reversed(every) if each[1].attempts])


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
        _calendar(tuple(quarter.items()), today, palette(), language()),
        key="chart_calendar",
        config=_PLOT,
        alt=say("calendar.alt", **_sums(list(quarter.values()))),
    )
    frame.quiet(say("calendar.legend"))
    every = [(Span(day, day), quarter[day]) for day in sorted(quarter, reverse=True)]
    _table("calendar", View(), every)


@lru_cache(maxsize=32)
def _per_day(
    steps: tuple[Span, ...], totals: tuple[Total, ...], colours: Palette, tongue: Language
) -> Plot:
    """The chart; kept for all who look at the same figures."""
    return charts.attempts_per_day(steps, totals, colours, tongue)


@lru_cache(maxsize=32)
def _calendar(
    totals: tuple[tuple[date, Total], ...], today: date, colours: Palette, tongue: Language
) -> Plot:
    """As `_per_day`."""
    return charts.calendar(dict(totals), today, colours, tongue)


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


def _steps(found: Settings, chosen: View, by_day: Mapping[date, Total]) -> list[Span]:
    """The steps of the period, also those in which nothing happened; none without attempts."""
    period = view.days(chosen, data.today(found.timezone))
    if not by_day:
        return []
    first, last = period or (min(by_day), max(by_day))
    # Before the first attempt and after today there is nothing to show.
    last = min(last, max(data.today(found.timezone), *by_day))
    return spans(max(first, min(by_day)), last)


def _table(name: str, chosen: View, every: Sequence[tuple[Span, Total]]) -> None:
    """The same figures as rows, once they are asked for; choosing one opens its step."""
    fold = st.expander(say("chart.table"), key=f"table_{name}_fold", on_change="rerun")
    if not fold.open:
        return
    with fold:
        table = pd.DataFrame(
            [
                {"day": step.first, **{each: getattr(total, each) for each in _COUNTED}}
                for step, total in every
            ],
            columns=["day", *_COUNTED],
        )
        rates = [total.rate for _, total in every]
        table["rate"] = [None if rate is None else rate * 100 for rate in rates]
        types = st.column_config
        heading = "chart.day" if unit([step for step, _ in every]) == "days" else "chart.from"
        event: Any = st.dataframe(
            table,
            key=f"table_{name}",
            hide_index=True,
            height=min(len(every), 8) * 35 + 40,
            column_config={
                "day": types.DateColumn(say(heading), format=formats.GRID_DAY[language()]),
                **{each: types.NumberColumn(say(f"chart.{each}")) for each in _COUNTED},
                "rate": types.NumberColumn(say("chart.rate"), format="%.1f %%"),
            },
            selection_mode="single-row",
            on_select="rerun",
            placeholder="–",
            alt=say(f"chart.{name}.table"),
        )
        frame.quiet(say("chart.table.hint"))
        if event.selection.rows:
            _open(chosen, *every[event.selection.rows[0]])


def _open(chosen: View, step: Span, total: Total) -> None:
    """Go to a step's failures; to all of its attempts when none failed."""
    there = View(
        range="custom",
        date=(step.first, step.last),
        platform=chosen.platform,
        success="no" if total.failed else "all",
    )
    leave.to(ALL, filters.link_address(there))


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
