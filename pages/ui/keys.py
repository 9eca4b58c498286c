"""Under which name the session keeps what a filter's widget says."""

from typing import Final

import streamlit as st

from pages.ui import view

FOLDED: Final = frozenset(
    {"store", "country", "cat", "pattern", "trigger", "run", "slow", "sort", "cols"}
)
"""Filters that stand behind a button, and are drawn in the browser only while it is open."""


def key(page: str, name: str) -> str:
    """The session's key of a filter: the page's own, or shared by all pages."""
    if name in view.SHARED:
        return f"all_{name}"
    turn = st.session_state.get(_turn(page, name), 0)
    return f"{page}_{name}" + (f".{turn}" if turn else "")


def put(page: str, name: str, value: object) -> None:
    """Let a filter's widget say something else from now on.

    What is not on screen doesn't hear of it: the browser would keep the former value and send it
    along with the next click, wherever that is. So it becomes another widget, which has none.
    """
    state_key = key(page, name)
    if name in FOLDED and st.session_state.get(state_key, value) != value:
        del st.session_state[state_key]
        st.session_state[_turn(page, name)] = st.session_state.get(_turn(page, name), 0) + 1
    st.session_state[key(page, name)] = value


def _turn(page: str, name: str) -> str:
    return f"{page}_{name}_turn"
