"""The charts. Pure: figures in, figure out; colours and words are passed in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, Final

from pages.ui import formats
from pages.ui.palette import Palette, mixed
from pages.ui.plot import Plot
from pages.ui.spans import Span, ticks
from pages.ui.texts import Language, text

_LABELLED: Final = 180
"""So many characters find room above the bars, side by side."""
WEEKS: Final = 13
_WEEK: Final = 7
_UPPER: Final = {"xaxis": "x", "yaxis": "y"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """How the attempts of a day, or of several, ended, all kinds together."""

    attempts: int = 0
    booked: int = 0
    failed: int = 0
    skipped: int = 0

    @property
    def rate(self) -> float | None:
        """The share that succeeded, 0 to 1; None when nothing ended either way."""
        ended = self.booked + self.failed
        return self.booked / ended if ended else None


def attempts_per_day(
    steps: Sequence[Span], totals: Sequence[Total], palette: Palette, language: Language
) -> Plot:
    """Stacked bars of each step's attempts; below, on its own scale, the success rate.

    Args:
        steps: Days, weeks or months, oldest first, those without attempts included.
        totals: One per step.
        palette: Of the theme.
        language: Of names and numbers.
    """
    shared = {
        "x": [step.first.isoformat() for step in steps],
        "hovertext": [
            hover_text(step, total, language) for step, total in zip(steps, totals, strict=True)
        ],
        "hoverinfo": "text",
    }
    traces = _bars(totals, palette, language)
    labels = [f"✗ {total.failed}" if total.failed else "" for total in totals]
    if len(labels) * max(map(len, labels), default=0) <= _LABELLED:
        traces.append(_labels(totals, labels, palette))
    traces.append(_rate(totals, palette, language))
    return Plot([{**shared, **trace} for trace in traces], _axes(steps, palette, language))


@lru_cache(maxsize=1024)
def hover_text(step: Span, total: Total, language: Language) -> str:
    """What a step says when pointed at: "20-11-2026, 43 geboekt, 2 mislukt, …".

    Kept, because of all the days of a chart only the last one's says something else.
    """
    lines = [f"<b>{step.words(language)}</b>"]
    for name in ("booked", "failed", "skipped"):
        count = formats.number(getattr(total, name), language)
        lines.append(f"{count} {text(f'chart.{name}', language)}")
    lines.append(text("chart.success", language, rate=formats.percent(total.rate, language)))
    return "<br>".join(lines)


def calendar(totals: Mapping[date, Total], today: date, p: Palette, language: Language) -> Plot:
    """Thirteen weeks of days, Monday on top; the more failures, the stronger the colour.

    Args:
        totals: Of the days that had attempts.
        today: The last day that is shown.
        p: Palette of the theme.
        language: Of names and numbers.
    """
    first = calendar_start(today)
    weeks = [first + timedelta(days=_WEEK * nth) for nth in range(WEEKS)]
    cells = [[week + timedelta(days=nth) for week in weeks] for nth in range(_WEEK)]
    most = max((total.failed for total in totals.values()), default=0)

    def hover(day: date) -> str:
        return hover_text(Span(day, day), totals.get(day, Total()), language)

    heatmap = {
        "type": "heatmap",
        "x": [week.isoformat() for week in weeks],
        "y": [formats.weekday(nth, language) for nth in range(_WEEK)],
        "z": _each(cells, lambda day: None if day > today else _failed(totals, day)),
        "hovertext": _each(cells, hover),
        "hoverinfo": "text",
        "colorscale": [[0, p.empty], [0.001, mixed(p.empty, p.failed, 0.35)], [1, p.failed]],
        "zmin": 0,
        "zmax": max(most, 1),
        "xgap": 3,
        "ygap": 3,
        "showscale": False,
    }
    shown = weeks[:: max(WEEKS // 4, 1)]
    across = {
        "tickvals": [week.isoformat() for week in shown],
        "ticktext": [formats.short_day(week, language) for week in shown],
        "showgrid": False,
        "type": "category",
        "fixedrange": True,
    }
    down = {"autorange": "reversed", "showgrid": False, "fixedrange": True}
    return Plot([heatmap], {**layout(p, 210, language), "xaxis": across, "yaxis": down})


def calendar_start(today: date) -> date:
    """The Monday with which the calendar that ends today begins."""
    return today - timedelta(days=today.weekday() + _WEEK * (WEEKS - 1))


def _bars(totals: Sequence[Total], palette: Palette, language: Language) -> list[Mapping[str, Any]]:
    kinds: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("booked", palette.booked, {}),
        ("skipped", palette.skipped, {}),
        ("failed", palette.failed, {"line": {"color": palette.edge, "width": 1.5}}),
    )
    return [
        {
            "type": "bar",
            # Nothing rather than zero: an outline around nothing would still be a line.
            "y": [getattr(total, name) or None for total in totals],
            "name": f"{text(f'chart.mark.{name}', language)} {text(f'chart.{name}', language)}",
            "marker": {"color": colour, **marker},
            **_UPPER,
        }
        for name, colour, marker in kinds
    ]


def _labels(totals: Sequence[Total], labels: Sequence[str], palette: Palette) -> Mapping[str, Any]:
    """The number of failures stands above its day, so that colour alone says nothing."""
    return {
        "type": "scatter",
        "y": [total.booked + total.failed + total.skipped for total in totals],
        "text": labels,
        "mode": "text",
        "textposition": "top center",
        "textfont": {"color": palette.failed, "size": 11},
        "showlegend": False,
        "cliponaxis": False,
        **_UPPER,
    }


def _rate(totals: Sequence[Total], palette: Palette, language: Language) -> Mapping[str, Any]:
    return {
        "type": "scatter",
        "y": [None if total.rate is None else total.rate * 100 for total in totals],
        "mode": "lines+markers",
        "name": text("chart.rate", language),
        "line": {"color": palette.waiting, "width": 2},
        "marker": {"size": 4},
        "connectgaps": False,
        "xaxis": "x2",
        "yaxis": "y2",
    }


def _axes(steps: Sequence[Span], palette: Palette, language: Language) -> Mapping[str, Any]:
    """Two panels above each other that share their days."""
    across = {
        "type": "category",
        **ticks(steps, language),
        "tickangle": 0,
        "showgrid": False,
        "fixedrange": True,
    }
    down = {"fixedrange": True}
    return {
        **layout(palette, 380, language),
        "barmode": "stack",
        "bargap": 0.25,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "hovermode": "closest",
        "xaxis": {**across, "anchor": "y", "matches": "x2", "showticklabels": False},
        "yaxis": {
            **down,
            "anchor": "x",
            "domain": [0.33, 1],
            "gridcolor": palette.grid,
            "rangemode": "tozero",
        },
        "xaxis2": {**across, "anchor": "y2"},
        "yaxis2": {
            **down,
            "anchor": "x2",
            "domain": [0, 0.26],
            "range": [-4, 104],
            "tickvals": [0, 50, 100],
            "ticksuffix": " %",
        },
    }


def layout(palette: Palette, height: int, language: Language) -> dict[str, Any]:
    """What every chart has in common."""
    return {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "font": {"color": palette.text, "size": 13},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "separators": {"nl": ",.", "en": ".,"}[language],
        "dragmode": False,
    }


def _failed(totals: Mapping[date, Total], day: date) -> int:
    return totals[day].failed if day in totals else 0


def _each(cells: Sequence[Sequence[date]], made: Callable[[date], Any]) -> list[list[Any]]:
    return [[made(day) for day in row] for row in cells]
