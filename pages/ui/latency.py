"""How fast the books answer: per hour the middle and the slow end, and what is slowest."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from pages.ui import data, filters, formats, frame, latency_chart, leave, tabular
from pages.ui.escape import plain, visible
from pages.ui.latency_chart import Point
from pages.ui.logs import OF_KIND
from pages.ui.palette import Palette, palette
from pages.ui.plot import Plot
from pages.ui.pulse import ALL
from pages.ui.speech import language, say
from pages.ui.texts import Language
from pages.ui.view import View
from sync.domain.documents import Entity
from sync.settings import Settings
from sync.store.status import Latency

PERIOD: Final = View(range="7d", success="yes", sort="duration_ms:desc", cols=("duration_ms",))
"""The attempts that are told of, as the log shows them: the slowest first."""
_PLOT: Final = {"displayModeBar": False, "responsive": True}


def show(found: Settings) -> None:
    """Draw chart and tables; one sentence when nothing went well in these days."""
    st.header(say("health.latency"), anchor=False)
    hours, kinds = data.latencies(found, data.log_filter(None, PERIOD, found.timezone))
    if not hours:
        st.info(say("health.latency.none"), icon=":material/hourglass_empty:")
        return
    shown = points(hours, found.timezone)
    event: Any = st.plotly_chart(
        _figure(tuple(shown), palette(), language()),
        key="health_latency_chart",
        on_select="rerun",
        selection_mode="points",
        config=_PLOT,
        alt=say("health.latency.alt", n=formats.number(_total(shown), language())),
    )
    frame.quiet(say("health.latency.legend"))
    if event.selection.points:
        mark = event.selection.points[0]
        chosen = latency_chart.clicked(shown, mark["curve_number"], mark["point_index"])
        if chosen is not None:
            _open(chosen)
    _slowest(kinds)
    fold = st.expander(say("chart.table"), key="health_latency_fold", on_change="rerun")
    if fold.open:
        with fold:
            _table(shown, found.timezone)


def points(hours: Mapping[tuple[datetime, str], Latency], zone: str) -> list[Point]:
    """The marks of the chart, oldest first; `zone` is the one in which it shows the hours."""
    local = ZoneInfo(zone)
    return [
        Point(
            hour=hour.astimezone(UTC),
            local=hour.astimezone(local).replace(tzinfo=None),
            service=service,
            latency=figures,
        )
        for (hour, service), figures in sorted(hours.items())
    ]


def _total(points: Sequence[Point]) -> int:
    return sum(point.latency.attempts for point in points)


@lru_cache(maxsize=16)
def _figure(points: tuple[Point, ...], colours: Palette, tongue: Language) -> Plot:
    """The chart; kept, because building it takes longer than drawing it."""
    return latency_chart.by_hour(points, colours, tongue)


def there(point: Point) -> View:
    """What the log shows of exactly the attempts of an hour, the slowest first."""
    return replace(PERIOD, range="all", platform=(point.service,), hour=point.hour)


def _open(point: Point) -> None:
    leave.to(ALL, filters.link_address(there(point)))


def _slowest(kinds: Mapping[tuple[str, Entity], Latency]) -> None:
    """What is slowest of each service, each a link to its attempts."""
    st.subheader(say("health.latency.kinds"), anchor=False)
    tongue = language()
    with st.container(key="lines_latency", gap="xxsmall"):
        for (service, kind), figures in kinds.items():
            words = say(
                "health.latency.kind",
                service=service,
                kind=say(f"nav.{OF_KIND[kind]}"),
                n=formats.number(figures.attempts, tongue),
                p50=formats.duration(figures.p50, tongue),
                p95=formats.duration(figures.p95, tongue),
                slowest=formats.duration(figures.slowest, tongue),
            )
            there = replace(PERIOD, platform=(service,))
            filters.link(OF_KIND[kind], plain(words), there, ":material/timer:")


def _table(points: Sequence[Point], zone: str) -> None:
    """Every hour, the newest first; choosing one opens its attempts."""
    shown = list(reversed(points))
    types = st.column_config
    rows = [_row(point) for point in shown]
    event: Any = st.dataframe(
        pd.DataFrame(rows),
        key="health_latency_table",
        hide_index=True,
        height=min(len(rows), 12) * 35 + 40,
        column_config={
            "hour": types.DatetimeColumn(
                say("patterns.hour"), format=formats.GRID_MOMENT[language()], timezone=zone
            ),
            "service": types.TextColumn(say("col.platform")),
            "attempts": types.NumberColumn(say("patterns.col.attempts"), format="localized"),
            "p50": types.NumberColumn(say("health.latency.p50"), format="localized"),
            "p95": types.NumberColumn(say("health.latency.p95"), format="localized"),
            "slowest": types.NumberColumn(say("health.latency.slowest"), format="localized"),
        },
        selection_mode="single-row",
        on_select="rerun",
        placeholder="",
        alt=say("health.latency.table"),
    )
    if event.selection.rows:
        _open(shown[event.selection.rows[0]])
    headings = {name: say(f"health.latency.{name}") for name in rows[0]}
    cells = [{**row, "hour": shown[nth].hour.isoformat()} for nth, row in enumerate(rows)]
    tabular.download("latency", headings, cells)


def _row(point: Point) -> dict[str, Any]:
    return {
        "hour": point.hour,
        "service": visible(point.service),
        "attempts": point.latency.attempts,
        "p50": point.latency.p50,
        "p95": point.latency.p95,
        "slowest": point.latency.slowest,
    }
