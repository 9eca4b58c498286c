"""What stands around every page: sandbox banner, title, freshness, language."""

from pathlib import Path
from typing import Final

import streamlit as st

from pages.ui import data, formats
from pages.ui.escape import plain
from pages.ui.speech import language, say, switch
from sync.settings import Settings
from sync.store import queries
from sync.store.reader import Reader

_LOGO: Final = Path(__file__).with_name("logo.svg")
ICON: Final = Path(__file__).with_name("icon.svg")
"""The browser tab's picture; a named symbol would be fetched from another host."""

BADGES: Final = "badges"
"""Under which name the session keeps the counts that the menu shows."""
STYLE: Final = Path(__file__).with_name("style.css")
"""What the theme can't say."""


def head(title: str) -> None:
    """Draw the page's title beside the language switch."""
    st.logo(_LOGO, size="large")
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch"):
            st.title(title, anchor=False)
        with st.container(width="content"):
            switch()


def window_title(title: str) -> str:
    """What the browser's tab says."""
    return f"{title} · {say('app.name')}"


def quiet(text: str) -> None:
    """Draw a line of less weight, dark enough to be read. Any text, as it is."""
    st.markdown(f":small[:gray[{plain(text)}]]")


def follow_badges(found: Settings) -> None:
    """Draw the whole page anew when the menu's counts are no longer true."""
    shown = st.session_state.get(BADGES)
    if shown is not None and shown != data.open_failures(found):
        st.rerun()


def notice(found: Settings) -> None:
    """Say it plainly when what is shown comes from the sandbox."""
    if found.sandbox:
        st.info(say("sandbox"), icon=":material/science:")


def freshness(found: Settings, reader: Reader) -> None:
    """Draw how old what is shown is; whoever calls it draws it anew from time to time."""
    state = queries.freshness(reader)
    now = data.now()
    parts = []
    if state.run_ended is None:
        parts.append(say("fresh.none"))
    else:
        moment = formats.clock(state.run_ended, now, found.timezone, language())
        ago = formats.ago(now - state.run_ended, language())
        parts.append(say("fresh.run", moment=moment, ago=ago))
    if state.newest is not None:
        moment = formats.clock(state.newest, now, found.timezone, language())
        parts.append(say("fresh.newest", moment=moment))
    quiet(" · ".join(parts))
