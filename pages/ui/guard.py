"""The first lines of every page: reached through the navigation, and by somebody who may?

Until `st.navigation` has run once in a fresh server, Streamlit serves the files in `pages/` by
itself, so a deep link can reach a page without passing `dashboard.py`. Therefore every page calls
`page` before anything else.
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import streamlit as st

from pages.ui import data, entrance, formats, frame, lasting, prompt, rights
from pages.ui.logs import DATA, OF_KIND
from pages.ui.roles import RANK, Role
from pages.ui.speech import language, say, settle_language
from sync.domain.documents import Entity
from sync.errors import BoekwachtError

_PAGES = Path(__file__).resolve().parent.parent
_reached: set[str] = set()
"""Holds one word once the navigation has been built in this process."""


def navigation() -> st.Page:
    """Build the menu of the pages that exist and give the page that was asked for.

    Pages have no icon: the browser's tab would fetch it from another host. Who may see nothing
    sees no menu either.
    """
    prompt.send_at_once()
    lasting.set_aside()
    settle_language()
    is_open = may("viewer")
    badges = _badges() if is_open else {}
    page = st.navigation(
        {
            "": [
                _page("overview", default=True),
                _page("search", hidden=True),
                _page("resync", hidden=True),
            ],
            say("nav.logs"): [
                *(_page(page, badges.get(kind, 0)) for kind, page in OF_KIND.items()),
                _page("attempts", hidden=True),
            ],
            say("nav.problems"): [_page("patterns", _open_patterns() if is_open else 0)],
            say("nav.data"): [_page(page) for page in DATA],
            say("nav.manage"): [_page("runs"), _page("vat"), _page("health"), _page("retention")],
        },
        position="sidebar" if is_open else "hidden",
    )
    _reached.add("navigation")
    return page


def title(page: st.Page) -> str:
    """What a page is called, without the count that stands behind it in the menu."""
    return page.title.partition(" `")[0]


def _badges() -> Mapping[Entity, int]:
    """Open failures by kind; a store that can't be read is the page's to complain about."""
    counts: Mapping[Entity, int] = {}
    with suppress(BoekwachtError):
        counts = data.open_failures(data.settings())
    st.session_state[frame.BADGES] = counts
    return counts


def _open_patterns() -> int:
    """Error patterns that are still open; as `_badges`."""
    with suppress(BoekwachtError):
        return data.open_patterns(data.settings())
    return 0


def _page(name: str, count: int = 0, *, default: bool = False, hidden: bool = False) -> st.Page:
    words = say(f"nav.{name}")
    return st.Page(
        _PAGES / f"{name}.py",
        title=f"{words} `{formats.number(count, language())}`" if count else words,
        url_path=name,
        default=default,
        visibility="hidden" if hidden else "visible",
    )


def page(role: Role) -> None:
    """Let the page go on only when it was reached rightly, and by somebody with at least `role`."""
    if not _reached:
        navigation()
        st.rerun()
    settle_language()
    who = rights.visitor()
    if RANK[who.role] < RANK[role]:
        entrance.draw(who, role)
        st.stop()
    if who.person is not None:
        entrance.identity(who.person, who.role)


def may(role: Role) -> bool:
    """Whether whoever looks has at least `role`; decides which actions a page draws."""
    return rights.may(role)
