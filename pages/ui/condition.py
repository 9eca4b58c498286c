"""How worker, look-ups, record and program are: figures, each with what it means."""

import platform
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Final

import pandas as pd
import streamlit as st

from pages.ui import data, filters, formats, frame, ours, run_grid, runs, workers
from pages.ui.escape import plain, visible
from pages.ui.panel import panel
from pages.ui.speech import language, say
from sync import VERSION, config
from sync.domain.lookup import MONTHLY, RESERVE, month_of, next_month
from sync.domain.patterns import RULES_VERSION
from sync.errors import ConfigurationError
from sync.settings import Connection, Settings
from sync.store import followed, overview, status

_LOOK_AGAIN: Final = timedelta(seconds=2)
_LIBRARIES: Final = (
    "duckdb",
    "pyarrow",
    "streamlit",
    "pandas",
    "plotly",
    "zeep",
    "requests",
)


def worker(found: Settings) -> None:
    """Whether a worker answers, and how the schedule goes."""
    st.header(say("health.worker"), anchor=False)
    _watch(found)
    st.text(say("health.interval", n=found.interval))
    rows = [_schedule(found, each) for each in found.connections.values()]
    if not rows:
        return
    text = st.column_config.TextColumn
    st.dataframe(
        pd.DataFrame(rows),
        key="health_schedule",
        hide_index=True,
        height=len(rows) * 35 + 40,
        column_config={
            "connection": text(say("col.connection"), width=130),
            "last": text(say("health.last_run"), width=160),
            "state": text(say("runs.state"), width=110),
            "next": text(say("health.next_run"), width=160),
            "message": text(say("col.message"), width=300),
        },
        placeholder="",
        alt=say("health.schedule.alt", n=len(rows)),
    )
    st.page_link(
        f"pages/{runs.PAGE}.py",
        label=say("nav.runs"),
        icon=":material/history:",
        query_params=filters.tongue(),
        width="content",
    )


@st.fragment(run_every=_LOOK_AGAIN)
def _watch(found: Settings) -> None:
    with panel("health_watch"):
        frame.alarm(found, data.reader(found))
        workers.notice(found, "health", waiting=False)


def _schedule(found: Settings, connection: Connection) -> dict[str, str]:
    """A connection's last run, and when the next one begins."""
    reader, zone, now = data.reader(found), found.timezone, data.now()
    latest = followed.latest_runs(reader, 1, connection.name)
    ended = overview.last_runs(reader, [connection.name], ended=True)
    due = "–"
    if not connection.enabled:
        due = say("health.disabled")
    elif ended and ended[0].finished_at is not None:
        at = ended[0].finished_at + timedelta(minutes=found.interval)
        due = formats.clock(at, now, zone, language()) if at > now else say("health.due")
    last = latest[0] if latest else None
    return {
        "connection": visible(connection.name),
        "last": formats.clock(last.started_at, now, zone, language()) if last else "–",
        "state": run_grid.state_words(last.state, language()) if last else "–",
        "next": due,
        "message": visible(ours.told(last.message, last.code)) if last else "",
    }


def budget(found: Settings) -> None:
    """How many look-ups each administration has left this month."""
    st.header(say("health.budget"), anchor=False)
    reader, now = data.reader(found), data.now()
    month, tongue = month_of(now), language()
    administrations: dict[str, list[str]] = {}
    for name, connection in found.connections.items():
        try:
            keys = config.secrets(found, connection)
        except ConfigurationError:
            st.text(visible(say("health.budget.unknown", names=name)))
            continue
        administrations.setdefault(keys.administration, []).append(name)
    for administration, names in administrations.items():
        used = status.calls(reader, administration, month)
        words = say(
            "health.budget.used",
            names=", ".join(names),
            used=formats.number(used, tongue),
            all=formats.number(MONTHLY, tongue),
            share=formats.percent(used / MONTHLY, tongue),
        )
        st.progress(min(used / MONTHLY, 1.0), text=plain(words))
        if used >= MONTHLY - RESERVE:
            st.warning(say("health.budget.low"), icon=":material/hourglass_bottom:")
    if administrations:
        frame.quiet(
            say(
                "health.budget.help",
                limit=formats.number(MONTHLY - RESERVE, tongue),
                day=formats.day(next_month(now).date(), tongue),
            )
        )
    elif not found.connections:
        st.text("–")


def record(found: Settings) -> None:
    """Size and health of the record."""
    st.header(say("health.record"), anchor=False)
    size, tongue = status.size(data.reader(found)), language()
    now, zone = data.now(), found.timezone

    def told(at: datetime | None) -> str:
        return formats.clock(at, now, zone, tongue) if at is not None else "–"

    figures = {
        "attempts": formats.number(size.sealed + size.hot, tongue),
        "hot": formats.number(size.hot, tongue),
        "files": formats.number(size.segments, tongue),
        "bytes": formats.size(size.file_bytes, tongue),
        "hub": formats.size(size.hub_bytes, tongue),
        "free": formats.size(size.free, tongue),
        "damaged": formats.number(size.damaged, tongue),
        "sealed": told(size.sealed_at),
        "backup": told(size.backup_at),
    }
    _figures("record", figures)
    if size.damaged:
        words = say("health.record.lost", n=formats.number(size.damaged_rows, tongue))
        st.error(words, icon=":material/broken_image:")
    if size.backup_at is None:
        frame.quiet(say("health.record.no_backup"))
    st.page_link(
        "pages/retention.py",
        label=say("nav.retention"),
        icon=":material/inventory_2:",
        query_params=filters.tongue(),
        width="content",
    )


def versions() -> None:
    """What runs here: this program and what it stands on."""
    st.header(say("health.versions"), anchor=False)
    figures = {
        "product": VERSION,
        "rules": str(RULES_VERSION),
        "schema": str(status.SCHEMA),
        "python": platform.python_version(),
        "sqlite": status.SQLITE,
        **{name: version(name) for name in _LIBRARIES},
    }
    _figures("versions", figures)


def _figures(group: str, figures: dict[str, str]) -> None:
    """Names with their figures, side by side."""
    with st.grid(3, min_column_width=150):
        for name, figure in figures.items():
            with st.container(gap=None):
                frame.quiet(say(f"health.{group}.{name}"))
                st.text(visible(figure))
