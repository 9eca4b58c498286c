"""The charts. Pure: figures in, figure out; colours and words are passed in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from pages.ui import formats
from pages.ui.palette import Palette, mixed
from pages.ui.texts import Language, text

_LABELLED_DAYS: Final = 45
"""So many days leave room for a number above each."""
_TICKS: Final = 8
WEEKS: Final = 13
_WEEK: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """How one day's attempts ended, all kinds together."""

    day: date
    attempts: int = 0
    booked: int = 0
    failed: int = 0
    skipped: int = 0

    @property
    def rate(self) -> float | None:
        """The share that succeeded, 0 to 1; None when nothing ended either way."""
        ended = self.booked + self.failed
        return self.booked / ended if ended else None


def attempts_per_day(totals: Sequence[Total], palette: Palette, language: Language) -> go.Figure:
    """Stacked bars of each day's attempts; below, on its own scale, the success rate.

    Args:
        totals: One per day, oldest first, days without attempts included.
        palette: Of the theme.
        language: Of names and numbers.
    """
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, row_heights=[0.72, 0.28], vertical_spacing=0.07
    )
    days = [total.day.isoformat() for total in totals]
    hover = [hover_text(total, language) for total in totals]
    _bars(figure, totals, palette, language)
    if len(totals) <= _LABELLED_DAYS:
        _labels(figure, totals, palette)
    figure.add_trace(_rate(totals, palette, language), row=2, col=1)
    figure.update_traces(x=days, hovertext=hover, hoverinfo="text")
    _axes(figure, totals, palette, language)
    return figure


def hover_text(total: Total, language: Language) -> str:
    """What a day says when pointed at: "20-11-2026, 43 geboekt, 2 mislukt, …"."""
    lines = [f"<b>{formats.day(total.day, language)}</b>"]
    for name in ("booked", "failed", "skipped"):
        count = formats.number(getattr(total, name), language)
        lines.append(f"{count} {text(f'chart.{name}', language)}")
    lines.append(text("chart.success", language, rate=formats.percent(total.rate, language)))
    return "<br>".join(lines)


def calendar(
    totals: Mapping[date, Total], today: date, p: Palette, language: Language
) -> go.Figure:
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
    heatmap = go.Heatmap(
        x=[week.isoformat() for week in weeks],
        y=[formats.weekday(nth, language) for nth in range(_WEEK)],
        z=_each(cells, lambda day: None if day > today else _failed(totals, day)),
        hovertext=_each(cells, lambda day: hover_text(totals.get(day, Total(day=day)), language)),
        hoverinfo="text",
        colorscale=[[0, p.empty], [0.001, mixed(p.empty, p.failed, 0.35)], [1, p.failed]],
        zmin=0,
        zmax=max(most, 1),
        xgap=3,
        ygap=3,
        showscale=False,
    )
    figure = go.Figure(heatmap)
    shown = weeks[:: max(WEEKS // 4, 1)]
    figure.update_layout(**layout(p, 210, language))
    figure.update_xaxes(
        tickvals=[week.isoformat() for week in shown],
        ticktext=[formats.short_day(week, language) for week in shown],
        showgrid=False,
        type="category",
        fixedrange=True,
    )
    figure.update_yaxes(autorange="reversed", showgrid=False, fixedrange=True)
    return figure


def calendar_start(today: date) -> date:
    """The Monday with which the calendar that ends today begins."""
    return today - timedelta(days=today.weekday() + _WEEK * (WEEKS - 1))


def _bars(figure: go.Figure, totals: Sequence[Total], palette: Palette, language: Language) -> None:
    kinds: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("booked", palette.booked, {}),
        ("skipped", palette.skipped, {}),
        ("failed", palette.failed, {"line": {"color": palette.edge, "width": 1.5}}),
    )
    for name, colour, marker in kinds:
        bar = go.Bar(
            # Nothing rather than zero: an outline around nothing would still be a line.
            y=[getattr(total, name) or None for total in totals],
            name=f"{text(f'chart.mark.{name}', language)} {text(f'chart.{name}', language)}",
            marker={"color": colour, **marker},
        )
        figure.add_trace(bar, row=1, col=1)


def _labels(figure: go.Figure, totals: Sequence[Total], palette: Palette) -> None:
    """The number of failures stands above its day, so that colour alone says nothing."""
    label = go.Scatter(
        y=[total.booked + total.failed + total.skipped for total in totals],
        text=[f"✗ {total.failed}" if total.failed else "" for total in totals],
        mode="text",
        textposition="top center",
        textfont={"color": palette.failed, "size": 11},
        showlegend=False,
        cliponaxis=False,
    )
    figure.add_trace(label, row=1, col=1)


def _rate(totals: Sequence[Total], palette: Palette, language: Language) -> go.Scatter:
    return go.Scatter(
        y=[None if total.rate is None else total.rate * 100 for total in totals],
        mode="lines+markers",
        name=text("chart.rate", language),
        line={"color": palette.waiting, "width": 2},
        marker={"size": 4},
        connectgaps=False,
    )


def _axes(figure: go.Figure, totals: Sequence[Total], palette: Palette, language: Language) -> None:
    shown = totals[:: max(-(-len(totals) // _TICKS), 1)]
    figure.update_layout(
        **layout(palette, 380, language),
        barmode="stack",
        bargap=0.25,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        hovermode="closest",
    )
    figure.update_xaxes(
        type="category",
        tickvals=[total.day.isoformat() for total in shown],
        ticktext=[formats.short_day(total.day, language) for total in shown],
        tickangle=0,
        showgrid=False,
        fixedrange=True,
    )
    figure.update_yaxes(gridcolor=palette.grid, fixedrange=True, rangemode="tozero", row=1)
    figure.update_yaxes(
        range=[-4, 104], tickvals=[0, 50, 100], ticksuffix=" %", fixedrange=True, row=2
    )


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
