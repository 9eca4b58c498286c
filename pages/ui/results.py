"""What a search brought, grouped by kind, each hit a link to its story."""

from collections.abc import Mapping
from typing import Final, Literal

import streamlit as st

from pages.ui import beside, data, filters, formats, frame, seek, view
from pages.ui.escape import plain, visible
from pages.ui.logs import OF_KIND
from pages.ui.panel import nothing_yet, panel
from pages.ui.pulse import ALL
from pages.ui.speech import language, say
from pages.ui.view import View
from sync.domain.attempts import DocumentState
from sync.settings import Settings
from sync.store import search
from sync.store.rows import Document

MOST: Final = 60
Colour = Literal["green", "red", "blue", "gray"]
STATES: Final[Mapping[DocumentState, tuple[Colour, str]]] = {
    "booked": ("green", ":material/check_circle:"),
    "failed": ("red", ":material/error:"),
    "waiting": ("blue", ":material/schedule:"),
    "skipped": ("gray", ":material/remove:"),
}
"""Colour and icon of a document's state; the word stands beside them."""


def show() -> None:
    """Draw the whole page."""
    frame.head(say("search.title"))
    with panel("search_settings"):
        found = data.settings()
        frame.notice(found)
        typed = st.query_params.get("q", "")[: view.MAX_TEXT] or _kept()
        st.session_state["page"] = "search"
        if not data.has_store(found):
            nothing_yet("search")
            return
        if not typed:
            st.info(say("search.nothing"), icon=":material/search:")
            return
        frame.condition("search", found)
        with panel("search_results"):
            _results(found, typed)


def _kept() -> str:
    kept: str = st.session_state.get(seek.TYPED, "")
    return kept


def _results(found: Settings, typed: str) -> None:
    hits = search.find(data.reader(found), typed, MOST)
    number = len(hits.documents)
    key = "search.none" if not number else "search.exact" if hits.exact else "search.part"
    st.text(say(key, n=formats.number(number, language()), typed=visible(typed)))
    if number == MOST:
        frame.quiet(say("search.most", n=MOST))
    for kind in OF_KIND:
        group = [each for each in hits.documents if each.entry.entity == kind]
        if group:
            st.header(say(f"nav.{OF_KIND[kind]}"), anchor=False)
            for document in group:
                _hit(document, found.timezone)
    if not view.is_private(typed):
        label = say("search.messages")
        filters.link(ALL, label, View(range="all", q=typed), ":material/manage_search:")


def _hit(document: Document, zone: str) -> None:
    entry = document.entry
    colour, icon = STATES[document.state]
    page, story = seek.story_of(document)
    facts = [
        formats.moment(entry.issued_at, zone, language()),
        say("search.order", no=entry.order_no) if entry.order_no else "",
        formats.money(entry.grand_total, entry.base_currency, language())
        if entry.grand_total is not None
        else "",
        say("search.mutation", no=document.mutation_no) if document.mutation_no else "",
        beside.masked(entry.email),
    ]
    with st.container(horizontal=True, vertical_alignment="center"):
        filters.link(page, plain(entry.document_no), story)
        st.badge(say(f"state.{document.state}"), icon=icon, color=colour)
        st.text(visible(" · ".join(filter(None, facts))), width="stretch")
