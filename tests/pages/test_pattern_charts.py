"""The charts of the error patterns hold the figures of the days, and what was clicked is found."""

from datetime import date, datetime, time, timedelta

import plotly.graph_objects as go
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as some

from pages.ui import pattern_charts, pattern_trend
from pages.ui.filters import CATEGORIES
from pages.ui.palette import CATEGORY_COLOURS, PALETTES
from pages.ui.pattern_charts import Series
from pages.ui.spans import MOST_DAYS, Span, unit
from pages.ui.texts import LANGUAGES, Language
from pages.ui.view import View
from sync.store.filters import UNGROUPED

TODAY = date(2026, 11, 29)
HOSTILE = "<script>alert(1)</script> & <b>x</b> " + "x" * 10_000


Row = tuple[str, str, date, int]


def rows() -> some.SearchStrategy[list[Row]]:
    days = some.integers(0, 800).map(lambda back: TODAY - timedelta(days=back))
    category = some.sampled_from(["", "network"])
    row = some.tuples(some.sampled_from("ab"), category, days, some.integers(1, 9))
    return some.lists(row, min_size=1, max_size=12)


def counts(found: list[Row]) -> pa.Table:
    """As the store tells them: the same pattern, category and day may come twice."""
    columns = zip(*found, strict=True)
    return pa.table(dict(zip(("pattern", "category", "day", "attempts"), columns, strict=True)))


@given(rows())
def test_every_failure_stands_in_exactly_one_step(found: list[Row]) -> None:
    """Days, weeks from Monday, or months from the first; none is left out, none overlaps."""
    steps = pattern_trend.steps_of(View(range="all"), counts(found), TODAY)
    days = [
        step.first + timedelta(days=n)
        for step in steps
        for n in range((step.last - step.first).days + 1)
    ]
    assert days == [days[0] + timedelta(days=nth) for nth in range(len(days))]
    assert (days[0], days[-1]) == (min(x[2] for x in found), max(x[2] for x in found))
    assert len(steps) <= MOST_DAYS
    starts = [step.first for step in steps[1:]]
    if unit(steps) == "weeks":
        assert all(start.weekday() == 0 for start in starts)
    if unit(steps) == "months":
        assert all(start.day == 1 for start in starts)
    for column, name in enumerate(("pattern", "category")):
        told = pattern_trend.figures(counts(found), name, steps)
        assert {
            (value, step.first): figures[at]
            for value, figures in told.items()
            for at, step in enumerate(steps)
            if figures[at]
        } == {
            (value, step.first): sum(
                row[3]
                for row in found
                if row[column] == value and step.first <= row[2] <= step.last
            )
            for value in {row[column] for row in found}
            for step in steps
            if any(row[column] == value and step.first <= row[2] <= step.last for row in found)
        }


def test_an_open_period_is_shown_to_its_end() -> None:
    found = counts([("a", "", TODAY, 1)])
    assert len(pattern_trend.steps_of(View(range="7d"), found, TODAY)) == 7
    custom = View(range="custom", date=(TODAY - timedelta(days=2), TODAY + timedelta(days=1)))
    steps = pattern_trend.steps_of(custom, found, TODAY)
    assert steps[-1] == Span(TODAY + timedelta(days=1), TODAY + timedelta(days=1))
    before = counts([("a", "", TODAY, 1), ("a", "", TODAY - timedelta(days=9), 4)])
    assert sum(pattern_trend.figures(before, "pattern", steps)["a"]) == 1


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_names_from_outside_are_text_in_a_chart(tongue: Language) -> None:
    steps = [Span(TODAY, TODAY), Span(TODAY, TODAY + timedelta(days=6))]
    series = [
        Series(id="a", name=HOSTILE, figures=[3, 0]),
        Series(id="b", name="b", figures=[0, 1]),
    ]
    palette = PALETTES["light"]
    colours = {"a": ("#000000", ""), "b": ("#ffffff", "/")}
    hours = [(datetime.combine(TODAY, time(hour)), hour % 3) for hour in range(5)]
    for figure in (
        pattern_charts.by_hour(hours, palette, tongue),
        pattern_charts.by_category(steps, series, colours, palette, tongue),
        pattern_charts.heatmap(steps, series, palette, tongue),
    ):
        text = go.Figure(figure.to_dict()).to_json()  # Plotly refuses what it doesn't know
        assert "<script>" not in text
        assert "<b>x" not in text
    squares = pattern_charts.heatmap(steps, series, palette, tongue).to_dict()["data"][0]
    assert list(squares["x"]) == [TODAY.isoformat()] * 2
    assert pattern_charts.cells(series) == [(0, 0), (1, 1)]


def test_every_category_has_a_look_of_its_own_in_both_themes() -> None:
    for colours in CATEGORY_COLOURS.values():
        assert set(colours) == {*CATEGORIES, UNGROUPED}
        assert len(set(colours.values())) == len(colours)
