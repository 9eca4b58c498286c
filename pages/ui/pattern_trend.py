"""Failures per day: by category, and by pattern; each figure leads to exactly its rows."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any, Final, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from pages.ui import data, filters, formats, frame, leave, pattern_charts, view
from pages.ui.escape import visible
from pages.ui.filter_words import shown
from pages.ui.naming import Named
from pages.ui.palette import CATEGORY_COLOURS, PALETTES, Theme, theme
from pages.ui.pattern_charts import Series
from pages.ui.plot import Plot
from pages.ui.spans import Span, spans, unit
from pages.ui.speech import language, say
from pages.ui.texts import Language
from pages.ui.view import View
from sync.settings import Settings
from sync.store.filters import UNGROUPED

Kind = Literal["days", "map"]

ALL: Final = "attempts"
MOST: Final = 15
"""So many patterns have a row of their own in the map."""
_SUMS: Final = ("name", "at", "attempts_sum")
_PLOT: Final = {"displayModeBar": False, "responsive": True}


def draw(found: Settings, chosen: View, rows: Sequence[Named]) -> None:
    """Both charts, each with its figures as a table below it."""
    counts = data.pattern_days(found, data.log_filter(None, chosen, found.timezone))
    steps = steps_of(chosen, counts, data.today(found.timezone))
    st.subheader(say(f"patterns.{unit(steps)}"), anchor=False)
    series = categories(counts, steps)
    for point in _plot("days", steps, series):
        at = point["point_index"]
        _open(chosen, steps[at], series[point["curve_number"]], at, "cat")
    _table("days", steps, series, chosen, "cat")
    st.subheader(say(f"patterns.map.{unit(steps)}"), anchor=False)
    if len(rows) > MOST:
        frame.quiet(say("patterns.map.most", n=MOST, all=formats.number(len(rows), language())))
    series = by_pattern(rows[:MOST], counts, steps)
    squares = pattern_charts.cells(series)
    for point in _plot("map", steps, series):
        nth, at = squares[point["point_index"]]
        _open(chosen, steps[at], series[nth], at, "pattern")
    _table("map", steps, series, chosen, "pattern")


def steps_of(chosen: View, counts: pa.Table, today: date) -> list[Span]:
    """The steps that are shown: the days of the period, or its weeks or months when it is long.

    An open end is cut to where there are failures.
    """
    period = view.days(chosen, today)
    ends = pc.min_max(counts["day"]).as_py()
    first, last = ends["min"], ends["max"]
    if period is not None:
        first = period[0]
        last = period[1] if chosen.range == "custom" else max(period[1], last)
    return spans(first, last)


def categories(counts: pa.Table, steps: Sequence[Span]) -> list[Series]:
    """A series per category that occurs, those with the most failures first."""
    found = figures(counts, "category", steps)
    made = [
        Series(id=name or UNGROUPED, name=shown("cat", name or UNGROUPED), figures=each)
        for name, each in found.items()
    ]
    return sorted(made, key=lambda each: (-sum(each.figures), each.id))


def by_pattern(rows: Sequence[Named], counts: pa.Table, steps: Sequence[Span]) -> list[Series]:
    """A series per pattern, in the table's order."""
    found = figures(counts, "pattern", steps)
    nothing = (0,) * len(steps)
    return [
        Series(
            id=each.id,
            name=visible(each.title(language())),
            figures=found.get(each.row.pattern, nothing),
        )
        for each in rows
    ]


def figures(counts: pa.Table, name: str, steps: Sequence[Span]) -> dict[str, tuple[int, ...]]:
    """The failures in each step, by the values of a column; those of other days are left out.

    Args:
        counts: Failures per day, as the store tells them.
        name: Of the column.
        steps: Oldest first, without gaps.
    """
    days = pc.unique(counts["day"])
    starts = [step.first for step in steps]
    places = [bisect_right(starts, day) - 1 for day in days.to_pylist()]
    at = pa.array(places, pa.int64()).take(pc.index_in(counts["day"], days).combine_chunks())
    sums = (
        pa.table({"name": counts[name].cast(pa.string()), "at": at, "attempts": counts["attempts"]})
        .filter(pc.and_(pc.greater_equal(at, 0), pc.less_equal(counts["day"], steps[-1].last)))
        .group_by(["name", "at"])
        .aggregate([("attempts", "sum")])
    )
    found: dict[str, list[int]] = {}
    for value, place, attempts in zip(*(sums[x].to_pylist() for x in _SUMS), strict=True):
        found.setdefault(value, [0] * len(steps))[place] = attempts
    return {value: tuple(each) for value, each in found.items()}


@lru_cache(maxsize=64)
def _figure(
    kind: Kind, steps: tuple[Span, ...], series: tuple[Series, ...], theme: Theme, tongue: Language
) -> Plot:
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
    """The same figures, once they are asked for: a row per step and name that has any."""
    fold = st.expander(say("chart.table"), key=f"patterns_{kind}_fold", on_change="rerun")
    if not fold.open:
        return
    rows = [
        (at, line, line.figures[at])
        for at in range(len(steps) - 1, -1, -1)
        for line in series
        if line.figures[at]
    ]
    tongue = language()
    types = st.column_config
    heading = "chart.day" if unit(steps) == "days" else "chart.from"
    with fold:
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
                "day": types.DateColumn(say(heading), format=formats.GRID_DAY[tongue]),
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
    leave.to(ALL, filters.link_address(there))
