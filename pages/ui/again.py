"""Booking again: choose, look, confirm, follow, and see what came of it."""

import streamlit as st

from pages.ui import choosing, data, deciding, following, frame, resyncing, view
from pages.ui.panel import nothing_yet, panel
from pages.ui.speech import say
from sync.settings import Settings


def show() -> None:
    """Draw the whole page."""
    frame.head(say("resync.title"))
    st.session_state["page"] = resyncing.PAGE
    with panel("resync_settings"):
        found = data.settings()
        frame.notice(found)
        if not data.has_store(found):
            nothing_yet(resyncing.PAGE)
            return
        with panel("resync_store"):
            _step(found)


def _step(found: Settings) -> None:
    """The step that the address is at; the address is all there is, so a reload changes nothing."""
    params = {name: st.query_params.get_all(name) for name in st.query_params}
    asked = resyncing.parse(params)
    if asked.request is None:  # whoever follows one is told about the worker beside it
        frame.condition(resyncing.PAGE, found)
    if asked.request is not None:
        following.show(found, asked.request)
    elif asked.decide is not None and asked.docs:
        deciding.show(found, asked.decide, asked.docs[0])
    elif asked.docs or set(params) & {*view.FILTERS, "entity"}:
        choosing.show(found, asked)
    else:
        choosing.offers(found)
