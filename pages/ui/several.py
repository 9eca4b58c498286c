"""Choosing several rows, or all that a log's filter leaves open, to book them."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from pages.ui import formats, resyncing, rights
from pages.ui.escape import plain
from pages.ui.question import Question
from pages.ui.rows import Counted
from pages.ui.speech import language, say
from sync.store.queries import Counts


def is_on(page: str) -> bool:
    """Whether a click on a row chooses it, instead of opening its story."""
    return bool(st.session_state.get(f"{page}_several")) and rights.may("operator")


def choose(page: str, keys: Sequence[str]) -> None:
    """Keep the keys of the chosen rows' documents; positions mean nothing a moment later."""
    st.session_state[f"{page}_chosen"] = tuple(dict.fromkeys(keys))


def offer(question: Question, counts: Counted) -> None:
    """Draw the switch, and the ways to book again what is chosen or all that is open."""
    if not rights.may("operator"):
        return
    page, tongue = question.page, language()
    if isinstance(counts, Counts) and counts.open:
        label = say("resync.filter", n=formats.number(counts.open, tongue))
        shown = replace(question.view, state="open")
        resyncing.link(plain(label), entity=question.log.entity, chosen=shown)
    if counts.rows:
        st.toggle(say("resync.select"), key=f"{page}_several", on_change=choose, args=(page, ()))
    chosen: Sequence[str] = st.session_state.get(f"{page}_chosen", ())
    if is_on(page) and chosen:
        words = "push.selected" if question.log.per_document else "resync.selected"
        label = say(words, n=formats.number(len(chosen), tongue))
        resyncing.link(plain(label), chosen)
