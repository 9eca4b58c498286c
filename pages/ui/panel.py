"""One part of a page that may fail without taking the rest with it."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

import streamlit as st

from pages.ui import ours
from pages.ui.rights import may
from pages.ui.speech import say
from pages.ui.texts import TEXTS
from sync.errors import BoekwachtError, ConfigurationError, RightError, StoreError

_log = logging.getLogger("boekwacht.pages")
_asked: ContextVar[bool] = ContextVar("asked", default=False)
"""Whether a part around this one has asked for the right already."""
_ASKS_WHY: Final = frozenset({"error.settings", "error.store", "error.panel"})
"""Sentences that say nothing without the cause; the others say it, and the log has the rest."""


@contextmanager
def panel(name: str) -> Iterator[None]:
    """Draw a part of the page; what goes wrong in it becomes a sentence, an id and Retry.

    Streamlit's own way of stopping and rerunning a script passes through. What draws itself anew
    while the page stands, a fragment or a dialog, comes past no guard: so the outermost part asks
    again, and hands over to the whole page when the right to read is gone.

    Args:
        name: Of the part, for the log and for the button's key.
    """
    if not _asked.get() and not may("viewer"):
        st.rerun()
    inside = _asked.set(True)
    try:
        yield
    except RightError as error:
        st.error(error.message, icon=":material/lock:")
    except BoekwachtError as error:
        complain(name, error)
    except Exception:  # noqa: BLE001 - a part that fails must not take the page with it
        number = secrets.token_hex(4)
        _log.exception("panel %s, error id %s", name, number)
        _say_it(name, "error.panel", number)
    finally:
        _asked.reset(inside)


def complain(name: str, error: BoekwachtError, *, tell: bool = True) -> None:
    """Draw an error of ours and write it down.

    Args:
        name: Of the part, for the log and for the button's key.
        error: What went wrong.
        tell: Whether its own words may be seen; a stranger reads no paths and no settings.
    """
    number = secrets.token_hex(4)
    _log.warning("panel %s, error id %s: %s", name, number, error.message)
    key = _known(error)
    _say_it(name, key, number, ours.told(error.message) if tell and key in _ASKS_WHY else "")


def nothing_yet(name: str) -> None:
    """Say that there is no record yet, which is no error."""
    st.info(say("error.nothing"), icon=":material/hourglass_empty:")
    _retry(name)


def _known(error: BoekwachtError) -> str:
    if isinstance(error, ConfigurationError):
        return "error.settings"
    if not isinstance(error, StoreError):
        return "error.panel"
    named = f"error.{error.code.lower()}"
    return named if named in TEXTS else "error.store"


def _say_it(name: str, key: str, number: str, reason: str = "") -> None:
    with st.container(border=True):
        st.error(say(key), icon=":material/error:")
        if reason:
            st.text(reason)
        st.text(say("error.id", id=number))
        _retry(name)


def _retry(name: str) -> None:
    st.button(say("error.retry"), key=f"retry_{name}", icon=":material/refresh:")
