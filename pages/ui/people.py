"""Whose documents these are: masked on a data page, until somebody with a name asks to see them."""

from collections.abc import Collection, Sequence

import streamlit as st

from pages.ui import actions, ours, rights
from pages.ui.question import Question
from pages.ui.speech import say
from sync.errors import BoekwachtError


def shown(page: str) -> Collection[str]:
    """Keys of the documents whose people whoever looks asked to see, and may."""
    asked: Collection[str] = st.session_state.get(f"{page}_people", ())
    return asked if asked and rights.may("operator") else ()


def offer(question: Question, keys: Sequence[str]) -> None:
    """Draw the way to see the people of the rows on screen, which is written down first."""
    page = question.page
    if not keys or not rights.may("operator") or set(keys) <= set(shown(page)):
        return
    with st.popover(say("people"), icon=":material/visibility:"):
        st.text(say("person.audited"))
        actor = actions.name_field(f"{page}_people")
        st.button(
            say("person.show"),
            key=f"{page}_people_button",
            type="primary",
            disabled=not actor,
            on_click=_show,
            args=(question, tuple(keys), actor),
        )
    if failed := st.session_state.pop(f"{page}_people_failed", ""):
        st.error(say("person.failed"), icon=":material/error:")
        st.text(failed)


def _show(question: Question, keys: Sequence[str], actor: str) -> None:
    try:
        actions.note_people_shown(question.settings, question.page, keys, actor)
    except BoekwachtError as error:
        st.session_state[f"{question.page}_people_failed"] = ours.told(error.message)
    else:
        st.session_state[f"{question.page}_people"] = frozenset(keys)
