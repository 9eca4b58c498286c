"""Parts of a page, one of which is open; which one stands in the address."""

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

from pages.ui.speech import say

Name = TypeVar("Name", bound=str)


def choose(page: str, names: Sequence[Name]) -> Name:
    """Draw the choice of a part, and give the one that is open.

    Args:
        page: The page's name; its parts are called "PAGE.tab.NAME" among the texts.
        names: Of the parts; the first is open when nothing else is asked for.
    """
    key, asked = f"{page}_tab", st.query_params.get("tab", "")
    if key not in st.session_state:
        st.session_state[key] = asked if asked in names else names[0]
    words = {name: say(f"{page}.tab.{name}") for name in names}
    chosen: Name = (
        st.segmented_control(
            say(f"{page}.tab"),
            names,
            format_func=words.__getitem__,
            key=key,
            required=True,
            label_visibility="collapsed",
            wrap=True,
        )
        or names[0]
    )
    if chosen == names[0]:
        st.query_params.pop("tab", None)
    elif asked != chosen:
        st.query_params["tab"] = chosen
    return chosen
