"""The search of every page: one exact hit opens its story, anything else a list."""

import streamlit as st

from pages.ui import data, filters, leave, view
from pages.ui.logs import OF_KIND
from pages.ui.panel import panel
from pages.ui.speech import say
from pages.ui.view import View
from sync.store import search
from sync.store.rows import Document

PAGE = "search"
TYPED = "search_typed"
"""Under which name the session keeps what was typed; an e-mail address stands nowhere else."""


def box() -> None:
    """Draw the field; Enter searches."""
    with (
        st.form("seek", clear_on_submit=True, border=False, width=330),
        st.container(horizontal=True, vertical_alignment="center", gap="xsmall"),
    ):
        typed = st.text_input(
            say("seek"),
            key="seek_text",
            placeholder=say("seek.placeholder"),
            label_visibility="collapsed",
            width="stretch",
        )
        asked = st.form_submit_button(say("seek.go"))
    if asked and typed:
        with panel("seek"):
            _go(typed.strip()[: view.MAX_TEXT])


def story_of(document: Document) -> tuple[str, View]:
    """The log, and the view of it, in which a document's story is open."""
    return OF_KIND[document.entry.entity], View(range="all", doc=document.key)


def _go(typed: str) -> None:
    found = data.settings()
    if data.has_store(found):
        hits = search.find(data.reader(found), typed)
        if hits.exact and len(hits.documents) == 1:
            page, shown = story_of(hits.documents[0])
            leave.to(page, filters.link_address(shown))
    st.session_state[TYPED] = typed
    params = {} if view.is_private(typed) else {"q": [typed]}
    leave.to(PAGE, {**filters.tongue(), **params})
