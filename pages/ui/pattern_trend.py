"""Failures per day: by category, and by pattern; each figure leads to exactly its rows."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Any, Final, Literal

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from pages.ui import data, filters, formats, frame, pattern_charts, view
from pages.ui.escape import visible
from pages.ui.filter_words import shown
from pages.ui.naming import Named
from pages.ui.palette import CATEGORY_COLOURS, PALETTES, Theme, theme
from pages.ui.pattern_charts import Series, Span
from pages.ui.speech import language, say
from pages.ui.texts import Language
from pages.ui.view import View
from sync.settings import Settings
from sync.store.filters import UNGROUPED
from sync.store.patterns import DayCount

Kind = Literal["days", "map"]

ALL: Final = "attempts"
MOST_DAYS: Final = 120
"""A longer period is shown week by week."""
MOST: Final = 15
"""So many patterns have a row of their own in the map."""
_PLOT: Final = {"displayModeBar": False, "responsive": True}


def draw(found: Settings, chosen: View, rows: Sequence[Named]) -> None:
    """Both charts, each with its figures as a table below it."""
    counts = data.pattern_days(found, data.log_filter(None, chosen, found.timezone))
    steps = spans(chosen, counts, data.today(found.timezone))
    weekly = len(steps) > 1 and steps[0].first != steps[0].last
    st.subheader(say("patterns.weeks" if weekly else "patterns.days"), anchor=False)
    series = categories(counts, steps)
    for point in _plot("days", steps, series):
        at = point["point_index"]
        _open(chosen, steps[at], series[point["curve_number"]], at, "cat")
    _table("days", steps, series, chosen, "cat")
    st.subheader(say("patterns.map.weeks" if weekly else "patterns.map"), anchor=False)
    if len(rows) > MOST:
        frame.quiet(say("patterns.map.most", n=MOST, all=formats.number(len(rows), language())))
    series = by_pattern(rows[:MOST], counts, steps)
    squares = pattern_charts.cells(series)
    for point in _plot("map", steps, series):
        nth, at = squares[point["point_index"]]
        _open(chosen, steps[at], series[nth], at, "pattern")
    _table("map", steps, series, chosen, "pattern")


def spans(chosen: View, counts: Sequence[DayCount], today: date) -> list[Span]:
    """The steps that are shown: the days of the period, or its weeks when it is long.

    An open end is cut to where there are failures.
    """
    period = view.days(chosen, today)
    first, last = min(each.day for each in counts), max(each.day for each in counts)
    if period is not None:
        first = period[0]
        last = period[1] if chosen.range == "custom" else max(period[1], last)
    days = [first + timedelta(days=nth) for nth in range((last - first).days + 1)]
    if len(days) <= MOST_DAYS:
        return [Span(day, day) for day in days]
    weeks = groupby(days, lambda day: day.isocalendar()[:2])
    return [Span(week[0], week[-1]) for week in (list(each) for _, each in weeks)]


def categories(counts: Sequence[DayCount], steps: Sequence[Span]) -> list[Series]:
    """A series per category that occurs, those with the most failures first."""
    of_category: dict[str, list[DayCount]] = {}
    for each in counts:
        of_category.setdefault(each.category or UNGROUPED, []).append(each)
    made = [
        Series(id=name, name=shown("cat", name), figures=_figures(found, steps))
        for name, found in of_category.items()
    ]
    return sorted(made, key=lambda each: (-sum(each.figures), each.id))


def by_pattern(
    rows: Sequence[Named], counts: Sequence[DayCount], steps: Sequence[Span]
) -> list[Series]:
    """A series per pattern, in the table's order."""
    of_pattern: dict[str, list[DayCount]] = {}
    for each in counts:
        of_pattern.setdefault(each.pattern, []).append(each)
    return [
        Series(
            id=each.id,
            name=visible(each.title(language())),
            figures=_figures(of_pattern.get(each.row.pattern, ()), steps),
        )
        for each in rows
    ]


def _figures(counts: Sequence[DayCount], steps: Sequence[Span]) -> tuple[int, ...]:
    figures = [0] * len(steps)
    starts = [step.first for step in steps]
    for each in counts:
        at = bisect_right(starts, each.day) - 1
        if at >= 0 and each.day <= steps[at].last:
            figures[at] += each.attempts
    return tuple(figures)


@lru_cache(maxsize=64)
def _figure(
    kind: Kind, steps: tuple[Span, ...], series: tuple[Series, ...], theme: Theme, tongue: Language
) -> go.Figure:
    """One chart. Building it takes longer than all else on the page, so the latest are kept."""
    if kind == "days":
        return pattern_charts.by_category(
            steps, series, CATEGORY_COLOURS[theme], PALETTES[theme], tongue
        )
    return pattern_charts.heatmap(steps, series, PALETTES[theme], tongue)


def _plot(kind: Kind, steps: Sequence[Span], series: Sequence[Series]) -> Sequence[dict[str, Any]]:
    """One chart; the parts of it that were chosen just now."""
    figure = _figure(kind, tuple(steps), tuple(series), theme(), language())
    total = formats.number(sum(sum(each.figures) for each in series), language())
    event: Any = st.plotly_chart(
        figure,
        key=f"patterns_{kind}",
        on_select="rerun",
        selection_mode="points",
        config=_PLOT,
        alt=say(f"patterns.{kind}.alt", n=total),
    )
    chosen: Sequence[dict[str, Any]] = event.selection.points
    return chosen


def _table(
    kind: str, steps: Sequence[Span], series: Sequence[Series], chosen: View, name: str
) -> None:
    """The same figures as rows: one per step and name that has any; choosing one opens it."""
    rows = [
        (at, line, line.figures[at])
        for at in range(len(steps) - 1, -1, -1)
        for line in series
        if line.figures[at]
    ]
    tongue = language()
    types = st.column_config
    with st.expander(say("chart.table")):
        event: Any = st.dataframe(
            pd.DataFrame(
                {
                    "day": [steps[at].first for at, _, _ in rows],
                    "name": [line.name for _, line, _ in rows],
                    "attempts": [count for _, _, count in rows],
                }
            ),
            key=f"patterns_{kind}_table",
            hide_index=True,
            height=min(len(rows), 8) * 35 + 40,
            column_config={
                "day": types.DateColumn(say("chart.day"), format=formats.GRID_DAY[tongue]),
                "name": types.TextColumn(say(name), width=420),
                "attempts": types.NumberColumn(say("patterns.col.attempts")),
            },
            selection_mode="single-row",
            on_select="rerun",
            alt=say(f"patterns.{kind}.table"),
        )
        frame.quiet(say("chart.table.hint"))
    if event.selection.rows:
        at, line, _ = rows[event.selection.rows[0]]
        _open(chosen, steps[at], line, at, name)


def _open(chosen: View, step: Span, line: Series, at: int, name: str) -> None:
    """Go to one step's failures of a category or pattern, within the page's other filters."""
    if not line.figures[at]:
        return
    there = replace(
        chosen,
        range="custom",
        date=(step.first, step.last),
        success="no",
        cat=(line.id,) if name == "cat" else chosen.cat,
        pattern=line.id if name == "pattern" else chosen.pattern,
    )
    st.switch_page(f"pages/{ALL}.py", query_params=filters.link_address(there))
