"""Changing a mapping from its page: who may, what happens, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st

from pages.ui import actions, data, filters, formats, guard, ours
from pages.ui.escape import plain, visible
from pages.ui.pulse import ALL
from pages.ui.speech import language, say
from pages.ui.view import View
from sync.domain.rules import MappingError
from sync.errors import BoekwachtError
from sync.settings import Settings
from sync.store import mappings

_FAILED: Final = "vat_failed"
_DONE: Final = "vat_done"
_MOVED: Final = "STORE_MOVED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """A connection's mapping as the page shows it.

    Attributes:
        version: Of the mapping that is in force; 0 for none yet.
        mapping: Its text.
        home: Country whose VAT is the ordinary one.
        actor: Who changes it; empty as long as nobody may, or gave no name.
    """

    found: Settings
    connection: str
    version: int
    mapping: str
    home: str
    actor: str = ""


def ask_who() -> str:
    """Who changes it: an admin, with a name; everybody else reads why not."""
    if not guard.may("admin"):
        st.info(say("vat.no_right", role=say("role.admin")), icon=":material/lock:")
        return ""
    with st.container(width=420):
        actor = actions.name_field("vat")
    if not actor:
        st.info(say("vat.name_first"), icon=":material/edit_off:")
    return actor


def change(shown: Mapped, edit: Callable[[str], str], what: str, before: str, after: str) -> None:
    """Change the mapping, from a callback; what came of it is said where the page is drawn next.

    Args:
        shown: What whoever decided was looking at.
        edit: Makes the new text from the old one.
        what: Which entry, in the reader's words.
        before: What it says now; empty for nothing.
        after: What it shall say.
    """
    st.session_state.pop(_DONE, None)
    try:
        version, said = actions.change_mapping(
            shown.found, shown.connection, shown.version, edit, shown.actor
        )
    except MappingError as error:
        st.session_state[_FAILED] = ours.told(str(error))
    except BoekwachtError as error:
        moved = getattr(error, "code", "") == _MOVED
        st.session_state[_FAILED] = say("vat.moved") if moved else ours.told(error.message)
    else:
        if said:
            nothing = say("vat.nothing")
            words = f"{what}: {before or nothing} → {after or nothing}"
            st.session_state[_DONE] = (shown.connection, version, words)


def result(shown: Mapped) -> None:
    """What the last change in this session came to."""
    if failed := st.session_state.pop(_FAILED, ""):
        st.error(say("vat.failed"), icon=":material/error:")
        st.text(visible(failed))
    connection, version, said = st.session_state.get(_DONE, ("", 0, ""))
    if connection != shown.connection:
        return
    with st.container(border=True, key="vat_result"):
        st.success(plain(say("vat.done", version=version)), icon=":material/check_circle:")
        st.text(visible(said))
        number = len(mappings.reopened(data.reader(shown.found), connection, version))
        if not number:
            st.text(say("vat.again0"))
            return
        words = say(
            "vat.again1" if number == 1 else "vat.again", n=formats.number(number, language())
        )
        there = View(range="all", mapping=f"{connection}:{version}")
        filters.link(ALL, plain(words), there, ":material/replay:")


def say_fault(words: str, *, stops: bool) -> None:
    """What is wrong with an entry: a mark, its word, and one sentence. Any text, as it is."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(
            say("vat.mark.wrong" if stops else "vat.mark.note"),
            icon=":material/error:" if stops else ":material/info:",
            color="red" if stops else "orange",
        )
        st.text(visible(words), width="stretch")
