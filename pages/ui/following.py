"""A request on its way: who asked, how far it is, how to stop it; then what came of it."""

from datetime import timedelta
from typing import Final
from urllib.parse import parse_qs

import streamlit as st

from pages.ui import (
    actions,
    choosing,
    data,
    formats,
    frame,
    guard,
    ours,
    outcome,
    resyncing,
    workers,
)
from pages.ui.escape import plain, visible
from pages.ui.panel import panel
from pages.ui.speech import language, say
from pages.ui.texts import TEXTS
from sync.errors import RightError, StoreError
from sync.settings import Settings
from sync.store import Progress, Request, followed

_LOOK_AGAIN: Final = timedelta(seconds=1)
_FAILED: Final = "following_failed"


def show(found: Settings, number: int) -> None:
    """Draw a request's progress, or its result once it has ended."""
    request = followed.find(data.reader(found), number)
    if request is None:
        st.info(say("request.gone", n=number), icon=":material/search_off:")
        return
    head(found, request)
    if st.session_state.get("resync_found") == number:
        st.info(say("request.found"), icon=":material/group:")
    if request.state == "done":
        outcome.show(found, request)
    else:
        progress(found, number)


def head(found: Settings, request: Request) -> None:
    """Who asked for what, and when."""
    moment = formats.moment(request.asked_at, found.timezone, language())
    words = say(
        "request.head",
        n=request.id,
        what=kind_words(request.kind),
        who=request.actor or "–",
        moment=moment,
    )
    st.text(visible(words))
    if request.filter:
        asked = resyncing.parse(parse_qs(request.filter))
        count = request.progress.total if request.progress else None
        frame.quiet(visible(choosing.in_words(asked, count or 0)))


def under_way(found: Settings, kind: str) -> bool:
    """Draw the progress of what is asked for of a kind; whether anything is."""
    waiting = [each for each in followed.still_open(data.reader(found)) if each.kind == kind]
    for request in waiting:
        head(found, request)
        progress(found, request.id)
    return bool(waiting)


def kind_words(kind: str) -> str:
    """What a kind of request is called; a strange one by its own name."""
    key = f"request.kind.{kind}"
    return say(key) if key in TEXTS else kind


@st.fragment(run_every=_LOOK_AGAIN)
def progress(found: Settings, number: int) -> None:
    """How far a request is; it draws itself anew each second, and the page once it has ended."""
    with panel(f"progress_{number}"):
        request = followed.find(data.reader(found), number)
        if request is None or request.state == "done":
            st.rerun()
            return
        with st.container(border=True, key=f"progress_{number}"):
            bar(request)
            actor = _stop(found, request)
        workers.notice(found, f"request_{number}", actor=actor)


def bar(request: Request) -> None:
    """The bar, the counts, the rate and the time that remains."""
    made = request.progress
    st.progress(_share(made), text=plain(_sentence(request)))
    if made is not None and made.counts:
        with st.container(horizontal=True):
            for name, number in sorted(made.counts.items()):
                outcome.badge(name, number)


def _share(made: Progress | None) -> float:
    if made is None or not made.total:
        return 0.0
    return min(made.done / made.total, 1.0)


def _sentence(request: Request) -> str:
    """E.g. "120 van 500 · 42 per minuut · nog ongeveer 9 min"."""
    made, tongue = request.progress, language()
    if made is None or request.taken_at is None:
        return say(f"request.state.{request.state}")
    parts = [say(f"request.state.{request.state}")]
    done = formats.number(made.done, tongue)
    if made.total:
        parts.append(say("request.of", done=done, total=formats.number(made.total, tongue)))
    elif made.done:
        parts.append(say("request.done", done=done))
    ran = (data.now() - request.taken_at).total_seconds()
    rate = (made.done - made.before) / ran if ran > 0 else 0.0
    if rate > 0:
        parts.append(say("request.rate", n=formats.number(max(round(rate * 60), 1), tongue)))
        if made.total and made.total > made.done and request.state == "running":
            left = timedelta(seconds=(made.total - made.done) / rate)
            parts.append(say("request.remaining", span=formats.ago(left, tongue)))
    if made.note and f"request.note.{made.note}" in TEXTS:
        parts.append(say(f"request.note.{made.note}"))
    return " · ".join(parts)


def _stop(found: Settings, request: Request) -> str:
    """Draw the button that stops it; who would press it, empty when nobody may or gave a name."""
    if not guard.may("operator"):
        return ""
    actor = actions.name_field(f"stop_{request.id}")
    st.button(
        say("request.stop"),
        key=f"stop_{request.id}_button",
        icon=":material/stop_circle:",
        disabled=not actor or request.state == "stopping",
        help=say("request.stop.help"),
        on_click=_stopped,
        args=(found, request.id, actor),
    )
    if failed := st.session_state.pop(_FAILED, ""):
        st.error(say("views.failed"), icon=":material/error:")
        st.text(failed)
    return actor


def _stopped(found: Settings, number: int, actor: str) -> None:
    try:
        actions.ask_to_stop(found, number, actor)
    except (StoreError, RightError) as error:
        st.session_state[_FAILED] = ours.told(error.message)
