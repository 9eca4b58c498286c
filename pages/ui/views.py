"""Views of a log: ready-made ones, and those that people keep under a name of their own."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, urlencode

import streamlit as st

from pages.ui import actions, data, filters, frame, ours, view
from pages.ui.escape import plain
from pages.ui.question import Question
from pages.ui.rights import may
from pages.ui.speech import say
from pages.ui.view import View
from sync.errors import BoekwachtError
from sync.store.views import SavedView, saved_views

_LONGEST = 60


def menu(question: Question) -> None:
    """Draw the choice of views, and a way to keep the present one."""
    page = question.page
    opened_once = st.session_state.get(_turn(page), 0)
    with st.popover(say("views"), icon=":material/bookmark:", key=f"{page}_views_{opened_once}"):
        for name, preset in question.log.presets.items():
            _open_button(page, say(f"views.preset.{name}"), f"preset_{name}", preset)
        st.text(say("views.own"))
        kept = saved_views(question.reader, page)
        if not kept:
            frame.quiet(say("views.none"))
        for nth, each in enumerate(kept):
            with st.container(horizontal=True, vertical_alignment="center"):
                _open_button(page, plain(each.name), f"own_{nth}", opened(question, each))
                if may("operator"):
                    _delete_button(question, each, f"{page}_view_delete_{nth}")
        if may("operator"):
            _keep(question)


def address_of(chosen: View) -> str:
    """What is kept of a view: its filters, order and columns, not its page or open row."""
    return urlencode(view.address(replace(chosen, doc="", page=1)), doseq=True)


def opened(question: Question, kept: SavedView) -> View:
    """The view that was kept."""
    return question.log.fit(view.parse(parse_qs(kept.address)))


def _delete_button(question: Question, kept: SavedView, key: str) -> None:
    actor = actions.who()
    st.button(
        "",
        key=key,
        icon=":material/delete:",
        type="tertiary",
        help=plain(say("views.delete", name=kept.name)),
        disabled=not actor,
        on_click=_tried,
        args=(question.page, actions.delete_view, question.settings, kept, actor),
    )


def _keep(question: Question) -> None:
    page = question.page
    name = st.text_input(say("views.name"), key=f"{page}_view_name", max_chars=_LONGEST)
    actor = actions.name_field(f"{page}_view")
    named = (name or "").strip()
    now = SavedView(
        page=page, name=named, address=address_of(question.view), actor=actor, at=data.now()
    )
    st.button(
        say("views.save"),
        key=f"{page}_view_save",
        icon=":material/bookmark_add:",
        disabled=not (named and actor),
        on_click=_tried,
        args=(page, actions.save_view, question.settings, now),
    )
    if failed := st.session_state.pop(f"{page}_view_failed", ""):
        st.error(say("views.failed"), icon=":material/error:")
        st.text(failed)


def _tried(page: str, action: Callable[..., None], *values: object) -> None:
    try:
        action(*values)
    except BoekwachtError as error:
        st.session_state[f"{page}_view_failed"] = ours.told(error.message)


def _open_button(page: str, label: str, name: str, there: View) -> None:
    st.button(
        label,
        key=f"{page}_view_{name}",
        on_click=_open,
        args=(page, there),
        width="stretch",
    )


def _open(page: str, there: View) -> None:
    """Show a view, and let the menu that it stood in close: it covers the rows."""
    st.session_state[_turn(page)] = st.session_state.get(_turn(page), 0) + 1
    filters.ask(page, there)


def _turn(page: str) -> str:
    return f"{page}_views_turn"
