"""The door: logging in, logging out, and one sentence for whoever may not come in."""

from pathlib import Path
from typing import Final

import streamlit as st

from pages.ui import frame, rights
from pages.ui.escape import visible
from pages.ui.panel import complain
from pages.ui.rights import Visitor
from pages.ui.roles import Person, Role
from pages.ui.speech import say, switch

_WANTED: Final = Path(__file__).with_name("wanted.html")
"""Keeps, in the browser's window, the address that was asked for before the login."""
_ARRIVED: Final = Path(__file__).with_name("arrived.html")
"""Goes there once the provider has sent the visitor back, which is always to the bare address."""


def draw(who: Visitor, wanted: Role) -> None:
    """Say why the page stays shut for somebody, and offer what opens it."""
    frame.bare(say("login.in" if who.closed == "login" else "login.shut"))
    if who.closed == "login":
        _log_in()
    elif who.closed == "ended":
        st.html(_WANTED, unsafe_allow_javascript=True)
        st.logout()
    elif who.closed == "settings" and who.error is not None:
        complain("entrance", who.error, tell=rights.is_here())
    elif who.closed == "foreign":
        st.error(say("guard.login"), icon=":material/lock:")
    elif who.closed == "nobody" and who.person is not None:
        st.error(say("login.nobody"), icon=":material/lock:")
        st.text(say("login.as", name=visible(who.person.actor)))
        _log_out_button()
    else:
        st.error(say("right.missing", role=say(f"role.{wanted}")), icon=":material/lock:")
        if who.person is not None:
            identity(who.person, who.role)


def identity(person: Person, role: Role | None) -> None:
    """Draw who is logged in, with which role, and the way out.

    Whoever was on the way to a page when they had to log in is taken there first.
    """
    st.html(_ARRIVED, unsafe_allow_javascript=True)
    with st.sidebar, st.container(key="identity", gap="xxsmall"):
        st.text(visible(person.name))
        if role is not None:
            frame.quiet(say("login.role", role=say(f"role.{role}")))
        _log_out_button()


def _log_in() -> None:
    st.html(_WANTED, unsafe_allow_javascript=True)
    with st.container(border=True, width=480):
        st.text(say("login.needed"))
        st.button(say("login.in"), key="log_in", icon=":material/login:", on_click=st.login)
    switch()


def _log_out_button() -> None:
    st.button(
        say("login.out"),
        key="log_out",
        icon=":material/logout:",
        type="tertiary",
        on_click=st.logout,
    )
