"""The charts of the error patterns hold the figures of the days, and what was clicked is found."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pages.ui import pattern_charts, pattern_trend
from pages.ui.filters import CATEGORIES
from pages.ui.palette import CATEGORY_COLOURS, PALETTES
from pages.ui.pattern_charts import Series, Span
from pages.ui.texts import LANGUAGES, Language
from pages.ui.view import View
from sync.store.filters import UNGROUPED
from sync.store.patterns import DayCount

TODAY = date(2026, 11, 29)
HOSTILE = "<script>alert(1)</script> & <b>x</b> " + "x" * 10_000


@some.composite
def counts(draw: some.DrawFn) -> list[DayCount]:
    return [
        DayCount(
            pattern=draw(some.sampled_from("ab")),
            category=draw(some.sampled_from(["", "network"])),
            day=TODAY - timedelta(days=draw(some.integers(0, 800))),
            attempts=draw(some.integers(1, 9)),
        )
        for _ in range(draw(some.integers(1, 12)))
    ]


@given(counts())
def test_every_failure_stands_in_exactly_one_step(found: list[DayCount]) -> None:
    """Days, or weeks that begin on Monday; none is left out, none overlaps."""
    steps = pattern_trend.spans(View(range="all"), found, TODAY)
    days = [
        step.first + timedelta(days=n)
        for step in steps
        for n in range((step.last - step.first).days + 1)
    ]
    assert days == [days[0] + timedelta(days=nth) for nth in range(len(days))]
    assert (days[0], days[-1]) == (min(x.day for x in found), max(x.day for x in found))
    assert len(steps) <= max(pattern_trend.MOST_DAYS, len(days) // 7 + 2)
    assert all(step.first.weekday() == 0 for step in steps[1:] if step.first != step.last)
    figures: Counter[str] = Counter()
    for each in found:
        figures[each.category or UNGROUPED] += each.attempts
    for name, total in figures.items():
        mine = [
            DayCount(pattern="a", category=x.category, day=x.day, attempts=x.attempts)
            for x in found
            if (x.category or UNGROUPED) == name
        ]
        assert sum(pattern_trend._figures(mine, steps)) == total


def test_an_open_period_is_shown_to_its_end() -> None:
    found = [DayCount(pattern="a", category="", day=TODAY, attempts=1)]
    assert len(pattern_trend.spans(View(range="7d"), found, TODAY)) == 7
    custom = View(range="custom", date=(TODAY - timedelta(days=2), TODAY + timedelta(days=1)))
    assert pattern_trend.spans(custom, found, TODAY)[-1] == Span(
        TODAY + timedelta(days=1), TODAY + timedelta(days=1)
    )


@pytest.mark.parametrize("tongue", LANGUAGES)
def test_names_from_outside_are_text_in_a_chart(tongue: Language) -> None:
    steps = [Span(TODAY, TODAY), Span(TODAY, TODAY + timedelta(days=6))]
    series = [
        Series(id="a", name=HOSTILE, figures=[3, 0]),
        Series(id="b", name="b", figures=[0, 1]),
    ]
    palette = PALETTES["light"]
    colours = {"a": ("#000000", ""), "b": ("#ffffff", "/")}
    for figure in (
        pattern_charts.by_category(steps, series, colours, palette, tongue),
        pattern_charts.heatmap(steps, series, palette, tongue),
    ):
        text = figure.to_json()
        assert "<script>" not in text
        assert "<b>x" not in text
    squares = pattern_charts.heatmap(steps, series, palette, tongue).data[0]
    assert list(squares.x) == [TODAY.isoformat()] * 2
    assert pattern_charts.cells(series) == [(0, 0), (1, 1)]


def test_every_category_has_a_look_of_its_own_in_both_themes() -> None:
    for colours in CATEGORY_COLOURS.values():
        assert set(colours) == {*CATEGORIES, UNGROUPED}
        assert len(set(colours.values())) == len(colours)
