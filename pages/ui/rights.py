"""Who looks, and what they may do. A viewer reads and exports, an operator acts, an admin decides.

The right is asked twice: where a page or a button is drawn, and again where the request is made,
because a button that was drawn once can be pressed after the right is gone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, TypeVar

import streamlit as st

from pages.ui import data, local
from pages.ui.roles import RANK, Claims, Person, Role, person
from pages.ui.speech import say
from sync import config, login
from sync.errors import BoekwachtError, ConfigurationError, RightError

Closed = Literal["", "foreign", "settings", "login", "ended", "nobody"]
_T = TypeVar("_T")
_RESTART: Final = "The login was set up or taken away since the dashboard started: start it again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Whoever looks.

    Attributes:
        role: None when they may see nothing.
        closed: Why they may see nothing: not from this machine while there is no login; the login's
            settings are wrong; not logged in yet; a role from a claim has ended; no role at all.
        person: Who they are; None without a login.
        error: What is wrong with the settings; None when nothing is.
    """

    role: Role | None = None
    closed: Closed = ""
    person: Person | None = None
    error: BoekwachtError | None = None

    @property
    def actor(self) -> str:
        """Who they are in the audit trail; empty without a login."""
        return self.person.actor if self.person else ""


def visitor() -> Visitor:
    """Whoever looks now. The settings are read at each call, so a removed right is gone at once."""
    return _visitor(st.user.to_dict(), here=is_here())


def role() -> Role | None:
    """Their right: without a login the local person is admin; None when they may see nothing."""
    return visitor().role


def may(wanted: Role) -> bool:
    """Whether whoever looks has at least this right; decides what is drawn."""
    return RANK[role()] >= RANK[wanted]


def require(wanted: Role) -> None:
    """Let only those pass who have at least this right.

    Raises:
        RightError: They have less; says which right is needed.
    """
    if not may(wanted):
        raise RightError(_missing(wanted))


def later(make: Callable[[], _T]) -> Callable[[], _T]:
    """What makes a file once its button is pressed, which is when the right is asked anew.

    That is outside of the page's run, where nobody is known: it is whoever drew the button.

    Raises:
        RightError: Their right to read is gone since.
    """
    claims, here, sentence = st.user.to_dict(), is_here(), _missing("viewer")

    def made() -> _T:
        if _visitor(claims, here=here).role is None:
            raise RightError(sentence)
        return make()

    return made


def _missing(wanted: Role) -> str:
    return say("right.missing", role=say(f"role.{wanted}"))


def is_here() -> bool:
    """Whether whoever looks sits at this machine, which is all that serves them without a login."""
    listening = st.get_option("server.address")
    return local.is_loopback(listening) and local.is_local(st.context.headers)


def _visitor(claims: Claims, *, here: bool) -> Visitor:
    """Whoever has these claims; `here` is whether they sit at this machine.

    Streamlit knows of a login when `is_logged_in` is there; the settings have to say the same, else
    a login that was taken away or came late would leave the door open.
    """
    is_known = "is_logged_in" in claims
    try:
        found = login.read(config.home_folder())
    except ConfigurationError as error:
        return Visitor(closed="settings", error=error)
    if found is None and not is_known:
        return Visitor(role="admin") if here else Visitor(closed="foreign")
    if found is None or not is_known:
        return Visitor(closed="settings", error=ConfigurationError(_RESTART))
    if not claims["is_logged_in"]:
        return Visitor(closed="login")
    who = person(claims, found, data.now())
    closed: Closed = "ended" if who.ended else "" if who.role else "nobody"
    return Visitor(role=None if closed else who.role, closed=closed, person=who)
