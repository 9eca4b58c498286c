"""The first lines of every page: reached through the navigation, from this machine, allowed?

Until `st.navigation` has run once in a fresh server, Streamlit serves the files in `pages/` by
itself, so a deep link can reach a page without passing `dashboard.py`. Therefore every page calls
`page` before anything else.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import streamlit as st

from pages.ui.speech import say, settle_language

Role = Literal["viewer", "operator", "admin"]
_RANK: Final[Mapping[Role, int]] = {"viewer": 0, "operator": 1, "admin": 2}
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_PAGES = Path(__file__).resolve().parent.parent
_reached: set[str] = set()
"""Holds one word once the navigation has been built in this process."""


def navigation() -> st.Page:
    """Build the menu of the pages that exist and give the page that was asked for.

    Pages have no icon: the browser's tab would fetch it from another host.
    """
    settle_language()
    start = st.Page(
        lambda: st.switch_page(_PAGES / "invoices.py"),
        title=say("app.name"),
        url_path="start",
        default=True,
        visibility="hidden",
    )
    page = st.navigation(
        {
            say("nav.logs"): [
                start,
                _page("invoices"),
                _page("creditmemos"),
                _page("customers"),
                _page("attempts", hidden=True),
            ]
        }
    )
    _reached.add("navigation")
    return page


def _page(name: str, *, default: bool = False, hidden: bool = False) -> st.Page:
    return st.Page(
        _PAGES / f"{name}.py",
        title=say(f"nav.{name}"),
        url_path=name,
        default=default,
        visibility="hidden" if hidden else "visible",
    )


def page(role: Role) -> None:
    """Let the page go on only when it was reached rightly, locally, and with at least `role`."""
    if not _reached:
        navigation()
        st.rerun()
    settle_language()
    if not is_local(st.context.headers):
        _refuse("guard.login")
    if _RANK[person()] < _RANK[role]:
        _refuse("guard.role", role=role)


def person() -> Role:
    """The right of whoever looks: without a login provider the local person is admin."""
    return "admin"


def is_local(headers: Mapping[str, str]) -> bool:
    """Whether a request was made on this machine, to this machine's own name.

    A foreign `Host` is what a page elsewhere sends after it made its own name point here; a
    forwarding header is what a proxy adds that serves others.
    """
    names = {name.lower(): value for name, value in headers.items()}
    if any(name == "forwarded" or name.startswith("x-forwarded-") for name in names):
        return False
    return _host(names.get("host", "")) in _LOCAL


def _host(value: str) -> str:
    """The name in a Host header, without its port, in small letters."""
    name, _, port = value.strip().lower().rpartition(":")
    return name if name and port.isdecimal() and not name.endswith(":") else value.strip().lower()


def _refuse(key: str, **values: object) -> None:
    st.title(say("app.name"))
    st.error(say(key, **values), icon=":material/lock:")
    st.stop()
