"""Going to another page by a click that is no link: on a chart, on a row, by the search."""

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx


def to(page: str, address: Mapping[str, str | Sequence[str]]) -> None:
    """Show a page instead of this one; nothing after the call is done.

    Parts of this page that draw themselves anew from time to time are forgotten first. One of them
    may ask just now, and Streamlit would answer it as if this page were still shown: its browser
    part then empties the page that was opened ("Bad delta path index"), or never goes there.

    Args:
        page: Which, by the name of its file.
        address: The parameters of its address.
    """
    context = get_script_run_ctx()
    if context is not None:
        context.fragment_storage.clear()
    st.switch_page(f"pages/{page}.py", query_params={**address})
