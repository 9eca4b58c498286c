"""The Overview: what needs doing, how is today, how is the trend. In that order."""

from datetime import timedelta
from typing import Final

import streamlit as st

from pages.ui import data, filters, frame, pulse, setup, trend
from pages.ui.panel import panel
from pages.ui.speech import say
from pages.ui.view import View
from sync.settings import Settings
from sync.store import queries

PAGE: Final = "overview"
_LOOK_AGAIN: Final = timedelta(seconds=5)
_LOOK_AT_TREND: Final = timedelta(seconds=30)


def show() -> None:
    """Draw the whole page."""
    frame.head(say("overview.title"))
    with panel("overview_settings"):
        found = data.settings()
        frame.notice(found)
        with panel("overview_store"):
            if not data.has_store(found) or queries.last_run(data.reader(found)) is None:
                setup.steps(found)
                return
            _panels(found)


def fit(asked: View) -> View:
    """What the Overview has of a view: its period and platforms."""
    return View(range=asked.range, date=asked.date, platform=asked.platform)


def _panels(found: Settings) -> None:
    chosen = filters.current(PAGE, data.today(found.timezone), fit)
    _now(found)
    with panel("overview_period"):
        st.header(say("overview.trend"), anchor=False)
        with st.container(horizontal=True, vertical_alignment="center"):
            filters.period_bar(PAGE, chosen)
            filters.chips(PAGE, chosen)
    _trend(found, chosen)
    filters.publish(PAGE, chosen)


@st.fragment(run_every=_LOOK_AGAIN)
def _now(found: Settings) -> None:
    """What needs doing and how today is; it draws itself anew all the time."""
    with panel("overview_now"):
        reader = data.reader(found)
        with panel("overview_alarm"):
            frame.alarm(found, reader)
        with panel("overview_fresh"):
            frame.freshness(found, reader)
            frame.follow_badges(found)
        figures = pulse.figures(found, reader)
        with panel("overview_verdict"):
            pulse.verdict(figures)
        with panel("overview_tiles"):
            pulse.tiles(figures)
        with panel("overview_today"):
            pulse.today(figures)


@st.fragment(run_every=_LOOK_AT_TREND)
def _trend(found: Settings, chosen: View) -> None:
    """How it went in the chosen period, and in the last quarter."""
    with panel("overview_trend"):
        reader = data.reader(found)
        asked = data.log_filter(None, chosen, found.timezone)
        with panel("overview_days"):
            trend.days(found, chosen, asked)
        left, right = st.columns([3, 2], gap="large")
        with left, panel("overview_causes"):
            trend.causes(found, reader, chosen, asked)
        with right, panel("overview_calendar"):
            trend.calendar(found)
