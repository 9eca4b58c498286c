"""What stands around every page: sandbox banner, title, freshness, language."""

from datetime import timedelta
from pathlib import Path
from typing import Final

import streamlit as st

from pages.ui import data, formats
from pages.ui.escape import plain
from pages.ui.panel import panel
from pages.ui.speech import language, say, switch
from sync.settings import Settings
from sync.store import queries

_LOGO: Final = Path(__file__).with_name("logo.svg")
ICON: Final = Path(__file__).with_name("icon.svg")
"""The browser tab's picture; a named symbol would be fetched from another host."""


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


def notice(found: Settings) -> None:
    """Say it plainly when what is shown comes from the sandbox."""
    if found.sandbox:
        st.info(say("sandbox"), icon=":material/science:")


@st.fragment(run_every=timedelta(seconds=30))
def freshness(found: Settings) -> None:
    """Draw how old what is shown is; it draws itself anew every half minute."""
    with panel("freshness"):
        state = queries.freshness(data.reader(found))
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
