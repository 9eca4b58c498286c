"""Choosing several rows, or all that a filter leaves that is not in the books, to book them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import streamlit as st

from pages.ui import formats, resyncing, rights, view
from pages.ui.escape import plain
from pages.ui.question import Question
from pages.ui.rows import Counted
from pages.ui.speech import language, say
from sync.store.queries import Counts

_UNBOOKED: Final = ("waiting", "failed")
"""What is pushed where nothing else is asked for: what was skipped would be skipped again."""


def is_on(page: str) -> bool:
    """Whether a click on a row chooses it, instead of opening its story."""
    return bool(st.session_state.get(f"{page}_several")) and rights.may("operator")


def choose(page: str, keys: Sequence[str]) -> None:
    """Keep the keys of the chosen rows' documents; positions mean nothing a moment later."""
    st.session_state[f"{page}_chosen"] = tuple(dict.fromkeys(keys))


def offer(question: Question, counts: Counted) -> None:
    """Draw the switch, and the ways to book what is chosen or all that is not in the books."""
    if not rights.may("operator"):
        return
    page, tongue = question.page, language()
    if not view.is_private(question.view.q):  # no address may hold that, and without it is more
        _everything(question, counts)
    if counts.rows:
        st.toggle(say("resync.select"), key=f"{page}_several", on_change=choose, args=(page, ()))
    chosen: Sequence[str] = st.session_state.get(f"{page}_chosen", ())
    if is_on(page):  # before anything is chosen, too: the grid below must not move at a click
        words = "push.selected" if question.log.per_document else "resync.selected"
        label = say(words, n=formats.number(len(chosen), tongue))
        resyncing.link(plain(label), chosen, disabled=not chosen)


def _everything(question: Question, counts: Counted) -> None:
    """The way to all that is open in a log's filter, or not in the books in a data page's."""
    shown = question.view
    if isinstance(counts, Counts):
        number, words, shown = counts.open, "resync.filter", replace(shown, state="open")
    else:
        states = tuple(each for each in shown.books if each != "booked") or _UNBOOKED
        number, words = sum(getattr(counts, each) for each in states), "push.filter"
        shown = replace(shown, books=states)
    if number:
        label = say(words, n=formats.number(number, language()))
        resyncing.link(plain(label), entity=question.log.entity, chosen=shown)
