"""Before the first run: what is left to be set up."""

import streamlit as st

from pages.ui.speech import say
from sync import config
from sync.errors import ConfigurationError
from sync.settings import Settings

_DONE = ":material/check_circle:"
_TO_DO = ":material/radio_button_unchecked:"


def steps(found: Settings) -> None:
    """Draw the three steps, a tick at those that are taken."""
    ready = bool(found.connections) and not found.sandbox
    taken = {"connection": ready, "keys": ready and _has_keys(found), "run": False}
    with st.container(border=True):
        st.header(say("setup"), anchor=False)
        st.text(say("setup.intro"))
        for number, (name, is_done) in enumerate(taken.items(), 1):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.badge(
                    say("setup.done" if is_done else "setup.todo"),
                    icon=_DONE if is_done else _TO_DO,
                    color="green" if is_done else "gray",
                )
                st.text(f"{number}. {say(f'setup.{name}')}", width="stretch")
            st.code(say(f"setup.{name}.how"), None, wrap_lines=True)
        st.text(say("setup.sandbox"))
        st.code(say("setup.sandbox.how"), None)
    st.button(say("error.retry"), key="retry_setup", icon=":material/refresh:")


def _has_keys(found: Settings) -> bool:
    try:
        for connection in found.connections.values():
            config.secrets(found, connection)
    except ConfigurationError:
        return False
    return True
