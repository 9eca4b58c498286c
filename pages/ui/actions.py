"""What a person does: written down with name and moment. The only part of the pages that writes.

Every function here that writes stands under `needs`, which says who may do it and refuses everybody
else when it is called: a pressed button, an old window and a typed address all come past it.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

import streamlit as st

from pages.ui import data, rights
from pages.ui.roles import Role
from pages.ui.speech import say
from sync.clock import SystemClock
from sync.domain.mapping_edits import changes
from sync.domain.rules import CURED_BY_MAPPING
from sync.settings import Settings
from sync.starting import start_worker as start
from sync.store import Asked, Document, Store, Wish, open_store, views
from sync.store.database import hub_path
from sync.store.views import SavedView

ACTOR: Final = "actor"
"""Under which name the session keeps who acts."""
_LONGEST: Final = 60
_P = ParamSpec("_P")
_T = TypeVar("_T")


def needs(role: Role) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """Make a function that writes refuse whoever has less than `role`.

    Raises:
        RightError: Whoever looks may not do this; nothing was written.
    """

    def guarded(action: Callable[_P, _T]) -> Callable[_P, _T]:
        @wraps(action)
        def checked(*args: _P.args, **kwargs: _P.kwargs) -> _T:
            rights.require(role)
            return action(*args, **kwargs)

        return checked

    return guarded


def who() -> str:
    """Who acts: whoever is logged in, else the name given in this session; empty for none yet."""
    named: str = st.session_state.get(ACTOR, "")
    return rights.visitor().actor or named


def name_field(where: str) -> str:
    """Who acts; without a login the first action asks for a name, once a session.

    Args:
        where: Tells this field from others on the page.

    Returns:
        The name; empty as long as none was given.
    """
    known = who()
    if not known:
        typed = st.text_input(
            say("actor"), key=f"{where}_actor", max_chars=_LONGEST, help=say("actor.help")
        )
        known = (typed or "").strip()
    return known


@needs("operator")
def note_shown(found: Settings, document: Document, actor: str) -> None:
    """Write down that a person's data was shown, before it is.

    Raises:
        RightError: Whoever looks may not see it.
        StoreError: It can't be written down, so nothing may be shown.
    """
    _remember(actor)
    _store(found).audit(actor, "show", document.key, data.now(), number=document.entry.document_no)


@needs("operator")
def note_people_shown(found: Settings, page: str, keys: Sequence[str], actor: str) -> None:
    """Write down that the people of a data page's rows were shown, before they are.

    Raises:
        RightError: Whoever looks may not see them.
        StoreError: It can't be written down, so nothing may be shown.
    """
    _remember(actor)
    _store(found).audit(actor, "show", page, data.now(), count=len(keys), documents=list(keys))


@needs("operator")
def save_view(found: Settings, kept: SavedView) -> None:
    """Keep a view under its name.

    Raises:
        RightError: Whoever looks may keep none.
        StoreError: It could not be kept.
    """
    _remember(kept.actor)
    views.save_view(_store(found), kept)


@needs("operator")
def delete_view(found: Settings, kept: SavedView, actor: str) -> None:
    """Delete a view.

    Raises:
        RightError: Whoever looks may delete none.
        StoreError: It could not be deleted.
    """
    _remember(actor)
    views.delete_view(_store(found), kept, actor, data.now())


@needs("admin")
def ask_regroup(found: Settings, wish: Wish, actor: str) -> Asked:
    """Ask the worker to look what a regroup would move, or to move it.

    Raises:
        RightError: Whoever looks may not.
        StoreError: It could not be written down, so nothing happens.
    """
    return ask(found, wish, actor)


@needs("operator")
def decide_pattern(
    found: Settings, decision: Callable[..., object], *what: object, actor: str
) -> None:
    """Keep what a person decided about error patterns.

    Args:
        found: The settings.
        decision: A function of `sync.store.decisions`.
        what: Its arguments between the store and the actor.
        actor: Who decides.

    Raises:
        RightError: Whoever looks may decide nothing.
        StoreError: It could not be kept.
    """
    _remember(actor)
    decision(_store(found), *what, actor, data.now())


@needs("viewer")
def ask_for_export(found: Settings, payload: Mapping[str, object], actor: str) -> None:
    """Put an export in the worker's queue.

    Raises:
        RightError: Whoever looks may take nothing along.
        StoreError: It could not be written down, so nothing happens.
    """
    _remember(actor)
    _store(found).ask(Wish(kind="export", payload=payload), actor, data.now())


@needs("admin")
def clean_up(found: Settings, payload: Mapping[str, object], actor: str) -> None:
    """Put a cleanup of old attempts, or the end of one that was cut short, in the queue.

    Raises:
        RightError: Whoever looks may remove nothing.
        StoreError: It could not be written down, so nothing happens.
    """
    _remember(actor)
    _store(found).ask(Wish(kind="cleanup", payload=payload), actor, data.now())


@needs("admin")
def change_mapping(
    found: Settings, connection: str, seen: int, change: Callable[[str], str], actor: str
) -> tuple[int, str]:
    """Change a connection's mapping, as `python -m sync map` does.

    Args:
        found: The settings.
        connection: Whose mapping.
        seen: Version that whoever decided was looking at.
        change: Makes the new text from the old one; see `sync.domain.mapping_edits`.
        actor: Who decides.

    Returns:
        The version in force now, and what it changed in short; empty when nothing.

    Raises:
        RightError: Whoever looks may not.
        MappingError: It says something that cannot be; nothing was changed.
        StoreError: Somebody else changed it since `seen`, or it could not be kept.
    """
    store = _store(found)
    version, old = store.mapping(connection)
    new = change(old)
    said = "; ".join(changes(old, new))
    if version == seen and not said:
        return version, ""
    _remember(actor)
    made = store.set_mapping(
        connection,
        new,
        actor,
        data.now(),
        reopens=CURED_BY_MAPPING,
        instead_of=seen,
        change=said,
    )
    return made, said


@needs("operator")
def ask(found: Settings, wish: Wish, actor: str) -> Asked:
    """Put a wish in the worker's queue; one that is there already is found, not doubled.

    Raises:
        RightError: Whoever looks may ask for nothing.
        StoreError: It could not be written down, so nothing happens.
    """
    _remember(actor)
    return _store(found).ask(wish, actor, data.now())


@needs("operator")
def ask_to_stop(found: Settings, request: int, actor: str) -> bool:
    """Wish that a request stops; False when it has ended or was stopped before.

    Raises:
        RightError: Whoever looks may stop nothing.
        StoreError: It could not be written down.
    """
    _remember(actor)
    return _store(found).ask_to_stop(request, actor, data.now())


@needs("operator")
def start_worker(found: Settings, actor: str) -> int:
    """Start a worker for what is in the queue, as a process of its own; its process id.

    Raises:
        RightError: Whoever looks may start none.
        StoreError: It could not be written down or started.
    """
    _remember(actor)
    number = start(found.home, found.data_home)
    _store(found).audit(actor, "worker started", "", data.now(), process=number)
    return number


def _remember(actor: str) -> None:
    st.session_state[ACTOR] = actor


def _store(found: Settings) -> Store:
    return _opened(found.data_home, hub_path(found.data_home).stat().st_ino)


@st.cache_resource(show_spinner=False, max_entries=4, on_release=Store.close)
def _opened(home: Path, hub: int) -> Store:
    """A store per file: a hub put back from a backup is another file under the same name."""
    del hub
    return open_store(home, SystemClock())
