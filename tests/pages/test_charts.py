"""Charts show the numbers they are given, by more than colour, in the reader's words."""

from datetime import UTC, date, datetime, timedelta

import plotly.graph_objects as go
import pytest

from pages.ui import charts, run_grid, spark, totals
from pages.ui.charts import Total
from pages.ui.palette import PALETTES
from pages.ui.plot import Plot
from pages.ui.spans import MOST_DAYS, Span, spans, ticks, unit
from pages.ui.texts import Language
from sync.domain.documents import Entity
from sync.store.overview import Day
from sync.store.rows import Run

TODAY = date(2026, 11, 23)
LIGHT = PALETTES["light"]


def checked(chart: Plot) -> go.Figure:
    """The chart as a figure of Plotly's own, which refuses what it doesn't know."""
    return go.Figure(chart.to_dict())


def days(number: int) -> list[Span]:
    """That many days, the last of them today."""
    return [Span(day, day) for day in Span(TODAY - timedelta(days=number - 1), TODAY).days()]


def some(number: int) -> list[Total]:
    """As many totals; every third has two failures, every seventh nothing."""
    found = []
    for nth in range(number):
        if nth % 7 == 6:
            found.append(Total())
        else:
            failed = 2 if nth % 3 == 0 else 0
            found.append(Total(attempts=11 + failed, booked=10, failed=failed, skipped=1))
    return found


def test_bars_are_the_counts_and_the_rate_has_a_panel_of_its_own() -> None:
    shown = some(30)
    figure = checked(charts.attempts_per_day(days(30), shown, LIGHT, "nl"))
    booked, skipped, failed, label, rate = figure.data
    assert [bar or 0 for bar in booked.y] == [total.booked for total in shown]
    assert [bar or 0 for bar in skipped.y] == [total.skipped for total in shown]
    assert [bar or 0 for bar in failed.y] == [total.failed for total in shown]
    assert rate.yaxis == "y2"
    assert tuple(figure.layout.yaxis2.range) == (-4, 104)
    assert [None if each.rate is None else each.rate * 100 for each in shown] == list(rate.y)
    assert label.text[0] == "✗ 2"
    assert failed.marker.line.width > 0


def test_a_day_without_attempts_is_a_gap_and_not_nought_per_cent() -> None:
    rate = checked(charts.attempts_per_day(days(7), some(7), LIGHT, "nl")).data[-1]
    assert rate.y[-1] is None
    assert rate.connectgaps is False


def test_many_days_get_no_numbers_and_few_ticks() -> None:
    figure = checked(charts.attempts_per_day(days(90), some(90), LIGHT, "en"))
    assert len(figure.data) == 4
    busy = [Total(attempts=2_000, failed=1_000)] * 31
    assert len(charts.attempts_per_day(days(31), busy, LIGHT, "en").to_dict()["data"]) == 4
    assert len(figure.layout.xaxis2.tickvals) <= 8


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "<b>23-11-2026</b><br>9 geboekt<br>1 mislukt<br>0 overgeslagen<br>succes 90\xa0%"),
        ("en", "<b>23 Nov 2026</b><br>9 booked<br>1 failed<br>0 skipped<br>success 90%"),
    ],
)
def test_pointing_at_a_day_tells_it_in_words(language: Language, words: str) -> None:
    total = Total(attempts=10, booked=9, failed=1)
    assert charts.hover_text(Span(TODAY, TODAY), total, language) == words


def test_the_calendar_is_thirteen_whole_weeks_and_tells_no_future() -> None:
    """23 November 2026 is a Monday: the last column has one day."""
    found = {TODAY: Total(attempts=9, failed=4)}
    heatmap = checked(charts.calendar(found, TODAY, LIGHT, "nl")).data[0]
    assert list(heatmap.y) == ["ma", "di", "wo", "do", "vr", "za", "zo"]
    assert len(heatmap.x) == 13
    assert heatmap.z[0][-1] == 4
    assert [row[-1] for row in heatmap.z[1:]] == [None] * 6
    assert heatmap.z[1][0] == 0
    assert charts.calendar_start(TODAY) == date(2026, 8, 31)
    assert charts.calendar_start(TODAY - timedelta(days=1)) == date(2026, 8, 24)


def test_days_of_several_kinds_add_up_and_no_day_is_left_out() -> None:
    found = [
        Day(day=TODAY, entity="invoice", attempts=5, booked=3, failed=1, skipped=1),
        Day(day=TODAY, entity="customer", attempts=2, booked=2, failed=0, skipped=0),
    ]
    both = Total(attempts=7, booked=5, failed=1, skipped=1)
    assert totals.of_day(found, TODAY) == both
    assert totals.of_days(found, TODAY, 2) == [Total(), both]
    assert Total(attempts=3, skipped=3).rate is None


def test_a_long_period_is_shown_in_weeks_that_add_up() -> None:
    first = TODAY - timedelta(days=400)
    found = {first + timedelta(days=nth): Total(attempts=nth, failed=1) for nth in range(401)}
    steps = spans(first, TODAY)
    weeks = totals.of_steps(found, steps)
    assert len(steps) == 59
    assert unit(steps) == "weeks"
    assert [step.first for step in steps[1:]] == [
        TODAY - timedelta(weeks=back) for back in range(57, -1, -1)
    ]
    assert sum(week.failed for week in weeks) == 401
    assert weeks[1] == Total(attempts=sum(found[day].attempts for day in steps[1].days()), failed=7)
    figure = checked(charts.attempts_per_day(steps, weeks, LIGHT, "en"))
    assert figure.data[0].hovertext[-2].startswith("<b>16 Nov 2026 – 22 Nov 2026</b>")
    assert unit(spans(TODAY - timedelta(days=MOST_DAYS - 1), TODAY)) == "days"
    months = spans(TODAY - timedelta(days=1_000), TODAY)
    assert unit(months) == "months"
    assert ticks(months, "en")["ticktext"] == [
        "Feb 2024", "Sept 2024", "Apr 2025", "Nov 2025", "Jun 2026"
    ]  # fmt: skip
    assert months[-2] == Span(date(2026, 10, 1), date(2026, 10, 31))
    assert sum(len(step.days()) for step in months) == 1_001


def test_small_bars_have_a_name_and_a_bar_for_each_value() -> None:
    drawn = spark.bars([None, 0, 1, 1000], "#00695C", 'a "name" <b>')
    assert 'aria-label="a &quot;name&quot; &lt;b&gt;"' in drawn
    assert drawn.count("<span") == 4
    heights = [int(part.partition("px")[0]) for part in drawn.split("height:")[2:]]
    assert heights == [1, 1, 3, 24]


def test_the_runs_grid_tells_by_marks_how_each_kind_went() -> None:
    run = Run(
        id=7,
        connection="webshop",
        trigger="schedule",
        actor="",
        mapping_version=1,
        started_at=datetime(2026, 11, 23, tzinfo=UTC),
        finished_at=None,
        state="running",
        counts={},
        message="",
        code="",
    )
    counts: dict[tuple[int, Entity], run_grid.Counts] = {
        (7, "invoice"): run_grid.Counts(ok=3, failed=2),
        (7, "customer"): run_grid.Counts(skipped=1),
    }
    figure = checked(run_grid.figure([run], counts, LIGHT, "nl"))
    marks = dict(zip(figure.data[0].y, figure.data[0].text, strict=True))
    assert marks == {"Facturen": ["✗2"], "Creditnota's": [""], "Klanten": ["–"]}
    assert figure.data[0].zmax == 3
