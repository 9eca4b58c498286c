"""The chart of how fast the services answer. Pure: figures in, figure out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from pages.ui import formats
from pages.ui.charts import layout
from pages.ui.palette import Palette
from pages.ui.pattern_charts import escaped
from pages.ui.plot import Plot
from pages.ui.texts import Language, text
from sync.store.status import Latency

_HOUR: Final = timedelta(hours=1)
Line = Literal["p95", "p50"]
LINES: Final[tuple[Line, ...]] = ("p95", "p50")


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One hour of one service.

    Attributes:
        hour: When it began, aware, UTC.
        local: The same as the clock on the wall says it, naive: Plotly draws it as it is.
        service: The platform's name; text from outside, as it is.
        latency: Of the tries that went well.
    """

    hour: datetime
    local: datetime
    service: str
    latency: Latency


def by_hour(points: Sequence[Point], palette: Palette, language: Language) -> Plot:
    """Two lines per service: dashed what 95 of 100 tries took at most, solid what half of them did.

    Args:
        points: By hour; hours without any attempt are left out and are a gap.
        palette: Of the theme.
        language: Of numbers and days.
    """
    colours = (palette.waiting, palette.booked, palette.warning, palette.skipped)
    lines = []
    for nth, (service, line) in enumerate(curves(points)):
        own = of_service(points, service)
        colour = colours[nth // len(LINES) % len(colours)]
        lines.append(
            {
                "type": "scatter",
                "x": [point.local if point else None for point in own],
                "y": [getattr(point.latency, line) / 1000 if point else None for point in own],
                "mode": "lines+markers",
                "name": f"{escaped(service)} {text(f'health.latency.{line}.short', language)}",
                "line": {"color": colour, "width": 2, "dash": "dot" if line == "p95" else "solid"},
                "marker": {"size": 6, "symbol": "diamond" if line == "p95" else "circle"},
                "hovertext": [_hover(point, language) if point else "" for point in own],
                "hoverinfo": "text",
            }
        )
    first, last = points[0].local, points[-1].local
    across = {
        "range": [first - _HOUR, last + _HOUR],
        "showgrid": False,
        "fixedrange": True,
        "tickformat": "%H:%M<br>%d-%m" if language == "nl" else "%H:%M<br>%d/%m",
        "nticks": 6,
    }
    down = {
        "gridcolor": palette.grid,
        "fixedrange": True,
        "rangemode": "tozero",
        "ticksuffix": "\N{NO-BREAK SPACE}s",
    }
    return Plot(
        lines,
        {
            **layout(palette, 280, language),
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
            "showlegend": True,
            "hovermode": "closest",
            "xaxis": across,
            "yaxis": down,
        },
    )


def curves(points: Sequence[Point]) -> Iterator[tuple[str, Line]]:
    """The chart's lines in their order: service, and which figure of it."""
    for service in sorted({point.service for point in points}):
        for line in LINES:
            yield service, line


def of_service(points: Sequence[Point], service: str) -> list[Point | None]:
    """The points of one service in their order; None where hours without any lie between two."""
    found: list[Point | None] = []
    before: Point | None = None
    for point in points:
        if point.service != service:
            continue
        if before is not None and point.hour - before.hour > _HOUR:
            found.append(None)
        found.append(point)
        before = point
    return found


def clicked(points: Sequence[Point], curve: int, at: int) -> Point | None:
    """The point of a mark in the chart; None where there is none."""
    service, _ = list(curves(points))[curve]
    return of_service(points, service)[at]


def _hover(point: Point, language: Language) -> str:
    figures = point.latency
    return "<br>".join(
        (
            f"<b>{formats.day(point.local.date(), language)} {point.local:%H:%M}</b>",
            escaped(point.service),
            text(
                "health.latency.hover",
                language,
                n=formats.number(figures.attempts, language),
                p50=formats.duration(figures.p50, language),
                p95=formats.duration(figures.p95, language),
            ),
        )
    )
