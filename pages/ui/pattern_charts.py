"""The charts of the error patterns. Pure: figures in, figure out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from pages.ui import formats
from pages.ui.charts import layout
from pages.ui.palette import Palette, mixed
from pages.ui.plot import Plot
from pages.ui.spans import Span, ticks
from pages.ui.texts import Language, text

_TICKS: Final = 8
_ROW: Final = 44
"""Height of a row of the map with the name above it, in pixels."""
_SQUARE: Final = 0.5
"""Share of a row's height that its squares take."""
_LONGEST: Final = 48
"""Characters of a name that stand above its row, also on a small screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One name with its figures, a figure per step.

    Attributes:
        id: What stands for it in an address.
        name: As the reader knows it; text from outside, as it is.
        figures: Of the chart's steps, in their order.
    """

    id: str
    name: str
    figures: Sequence[int]


def cells(series: Sequence[Series]) -> list[tuple[int, int]]:
    """The squares of the map: number of the series and of the step, where there is a figure."""
    return [
        (nth, at)
        for nth, each in enumerate(series)
        for at, count in enumerate(each.figures)
        if count
    ]


def by_category(
    spans: Sequence[Span],
    series: Sequence[Series],
    colours: Mapping[str, tuple[str, str]],
    palette: Palette,
    language: Language,
) -> Plot:
    """Stacked bars of each step's failures, one part per category.

    Args:
        spans: Oldest first, those without failures included.
        series: The categories.
        colours: Of each category by its id: a colour, and a hatching so that no two categories
            differ by their colour alone.
        palette: Of the theme.
        language: Of numbers and days.
    """
    hover = _hover(spans, language)
    bars = []
    for each in series:
        colour, hatching = colours[each.id]
        marker = {
            "color": colour,
            "line": {"color": palette.text, "width": 0.5},
            "pattern": {
                "shape": hatching,
                "fillmode": "overlay",
                "fgcolor": palette.text,
                "fgopacity": 0.6,
                "size": 6,
            },
        }
        bars.append(
            {
                "type": "bar",
                "x": [span.first.isoformat() for span in spans],
                "y": [count or None for count in each.figures],
                "name": escaped(each.name),
                "marker": marker,
                "hovertext": [
                    hover(each, at) if each.figures[at] else "" for at in range(len(spans))
                ],
                "hoverinfo": "text",
            }
        )
    totals = [sum(each.figures[nth] for each in series) for nth in range(len(spans))]
    return Plot(
        bars,
        {
            **layout(palette, 320, language),
            "barmode": "stack",
            "bargap": 0.25,
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "showlegend": True,
            "hovermode": "closest",
            "xaxis": _days_axis(spans, language),
            "yaxis": _counts_axis(max(totals, default=0), palette),
        },
    )


def heatmap(
    spans: Sequence[Span], series: Sequence[Series], palette: Palette, language: Language
) -> Plot:
    """Each pattern's failures in each step: the more, the stronger the colour.

    Made of bars of one height, `cells` in their order, and not of Plotly's own heatmap, whose
    squares can't be chosen.
    """
    most = max((count for each in series for count in each.figures), default=1)
    found = cells(series)
    counts = [series[nth].figures[at] for nth, at in found]
    shades = {x: mixed(palette.empty, palette.failed, 0.35 + 0.65 * x / most) for x in set(counts)}
    hover = _hover(spans, language)
    bar = {
        "type": "bar",
        "x": [spans[at].first.isoformat() for _, at in found],
        "y": [_SQUARE] * len(found),
        "base": [nth - _SQUARE / 2 for nth, _ in found],
        "marker": {"color": [shades[count] for count in counts]},
        "hovertext": [hover(series[nth], at) for nth, at in found],
        "hoverinfo": "text",
    }
    edges = [len(series) - 1 + _SQUARE / 2, _SQUARE / 2 - 1]
    return Plot(
        [bar],
        {
            **layout(palette, 60 + _ROW * len(series), language),
            "barmode": "overlay",
            "bargap": 0.1,
            "hovermode": "closest",
            "shapes": [_row(nth, palette) for nth in range(len(series))],
            "annotations": [_name(nth, each, palette) for nth, each in enumerate(series)],
            "xaxis": _days_axis(spans, language),
            "yaxis": {"range": edges, "visible": False, "fixedrange": True},
        },
    )


def _row(nth: int, palette: Palette) -> dict[str, Any]:
    """What is behind a row's squares, so that a step without failures is seen as one."""
    return {
        "type": "rect",
        "layer": "below",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": nth - _SQUARE / 2,
        "y1": nth + _SQUARE / 2,
        "fillcolor": palette.empty,
        "line": {"width": 0},
    }


def _name(nth: int, each: Series, palette: Palette) -> dict[str, Any]:
    return {
        "text": escaped(_short(each.name)),
        "x": 0,
        "xref": "paper",
        "xanchor": "left",
        "y": nth - _SQUARE / 2,
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": palette.text, "size": 12},
    }


def by_hour(hours: Sequence[tuple[datetime, int]], palette: Palette, language: Language) -> Plot:
    """Bars of each hour's failures.

    Args:
        hours: Local moments, oldest first, hours without failures included.
        palette: Of the theme.
        language: Of numbers and days.
    """
    bar = {
        "type": "bar",
        "x": [hour for hour, _ in hours],
        "y": [count or None for _, count in hours],
        "marker": {"color": palette.failed, "line": {"color": palette.edge, "width": 1}},
        "hovertext": [
            f"<b>{formats.day(hour.date(), language)} {hour:%H:%M}</b><br>"
            f"{text('patterns.failures', language, n=formats.number(count, language))}"
            if count
            else ""
            for hour, count in hours
        ],
        "hoverinfo": "text",
    }
    shown = [hour for hour, _ in hours if hour.hour == 0] or [hours[0][0]]
    return Plot(
        [bar],
        {
            **layout(palette, 200, language),
            "bargap": 0.1,
            "xaxis": {
                "tickvals": shown,
                "ticktext": [formats.short_day(hour.date(), language) for hour in shown],
                "showgrid": False,
                "fixedrange": True,
            },
            "yaxis": _counts_axis(max(count for _, count in hours), palette),
        },
    )


def escaped(name: str) -> str:
    """A name inside a chart, which reads a little HTML."""
    return name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _counts_axis(most: int, palette: Palette) -> Mapping[str, Any]:
    """Whole numbers only: there is no half failure."""
    step = {"dtick": 1} if most < _TICKS else {"tickformat": ",d"}
    return {"gridcolor": palette.grid, "fixedrange": True, "rangemode": "tozero", **step}


def _days_axis(spans: Sequence[Span], language: Language) -> Mapping[str, Any]:
    return {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": [span.first.isoformat() for span in spans],
        "range": [-0.5, len(spans) - 0.5],
        **ticks(spans, language),
        "tickangle": 0,
        "showgrid": False,
        "fixedrange": True,
    }


def _hover(spans: Sequence[Span], language: Language) -> Callable[[Series, int], str]:
    """What a part says when it is pointed at; each day and number is put into words once."""
    days = [span.words(language) for span in spans]

    @cache
    def counted(count: int) -> str:
        return text("patterns.failures", language, n=formats.number(count, language))

    def told(each: Series, at: int) -> str:
        return f"<b>{days[at]}</b><br>{escaped(_short(each.name))}<br>{counted(each.figures[at])}"

    return told


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
