"""Settings & status: what needs attention, do both sides answer, how are worker, limits and record.

Everything is read from the hub and the settings. What only the services know the worker asks, for
the page: the latest look of each side is kept with its moment.
"""

from typing import Final

import streamlit as st

from pages.ui import checking, condition, data, effective, frame, latency, vat_gaps
from pages.ui.panel import nothing_yet, panel
from pages.ui.speech import say
from sync.settings import Settings

PAGE: Final = "health"


def show() -> None:
    """Draw the whole page."""
    frame.head(say("health.title"))
    st.session_state["page"] = PAGE
    with panel("health_settings"):
        found = data.settings()
        frame.notice(found)
        with panel("health_store"):
            _from_store(found)
        with panel("health_effective"):
            effective.show(found)
        with panel("health_versions"):
            condition.versions()


def _from_store(found: Settings) -> None:
    """What only the store knows; one that can't be used is complained of once."""
    if not data.has_store(found):
        nothing_yet(PAGE)
        return
    data.reader(found).snapshot()
    with panel("health_condition"):
        frame.freshness(found, data.reader(found))
    with panel("health_checks"):
        checking.show(found)
    with panel("health_vat"):
        vat_gaps.show(found)
    with panel("health_worker"):
        condition.worker(found)
    with panel("health_budget"):
        condition.budget(found)
    with panel("health_latency"):
        latency.show(found)
    with panel("health_record"):
        condition.record(found)
