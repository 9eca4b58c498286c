"""Grouping history again from the page: what would move, a yes, and how far it is."""

from datetime import timedelta
from typing import Any, Final

import pandas as pd
import streamlit as st

from pages.ui import actions, data, formats, frame, ours, workers
from pages.ui.escape import plain, visible
from pages.ui.panel import panel
from pages.ui.rights import may
from pages.ui.speech import language, say
from pages.ui.texts import text
from sync.domain.patterns.grouping import sentence_of
from sync.errors import BoekwachtError
from sync.settings import Settings
from sync.store import Request, Wish, followed
from sync.store.reader import Reader

LOOK: Final = "regroup-preview"
MOVE: Final = "regroup"
_LATEST: Final = 50
_FAILED: Final = "regroup_failed"
_LOOK_AGAIN: Final = timedelta(seconds=2)


def draw(found: Settings, reader: Reader) -> None:
    """The way to regroup, for whoever may."""
    if may("admin"):
        with st.expander(say("regroup"), expanded=_latest(reader) is not None):
            frame.quiet(say("regroup.help"))
            _step(found)


@st.fragment(run_every=_LOOK_AGAIN)
def _step(found: Settings) -> None:
    """What can be done next; it draws itself anew while a worker is at it."""
    with panel("regroup"):
        _choice(found)


def _choice(found: Settings) -> None:
    reader = data.reader(found)
    actor = actions.name_field("regroup")
    if failed := st.session_state.pop(_FAILED, ""):
        st.error(say("views.failed"), icon=":material/error:")
        st.text(failed)
    request = _latest(reader)
    if request is not None and request.finished_at is None:
        _under_way(found, request)
        return
    if request is not None:
        _result(found, request, actor)
    st.button(
        say("regroup.look"),
        key="regroup_look",
        icon=":material/search:",
        disabled=not actor,
        on_click=_ask,
        args=(found, Wish(kind=LOOK), actor),
    )


def _latest(reader: Reader) -> Request | None:
    """The latest that anybody asked for; None when that was never."""
    requests = followed.latest(reader, _LATEST)
    return next((each for each in requests if each.kind in {LOOK, MOVE}), None)


def _under_way(found: Settings, request: Request) -> None:
    tongue, progress = language(), request.progress
    st.text(say(f"regroup.{request.kind}"))
    if progress is not None and progress.total:
        said = say(
            "regroup.progress",
            n=formats.number(progress.done, tongue),
            all=formats.number(progress.total, tongue),
        )
        st.progress(min(progress.done / progress.total, 1.0), plain(said))
    workers.notice(found, "regroup")


def _result(found: Settings, request: Request, actor: str) -> None:
    result, tongue = request.result, language()
    if result.get("message") or result.get("state") == "stopped":
        st.warning(say("regroup.not"), icon=":material/warning:")
        st.text(visible(ours.told(str(result.get("message") or say("regroup.stopped")))))
        return
    attempts = int(str(result.get("attempts", 0)))
    number = formats.number(attempts, tongue)
    if request.kind == MOVE:
        st.success(plain(say("regroup.moved", n=number)), icon=":material/check_circle:")
    elif not attempts:
        st.success(say("regroup.none"), icon=":material/check_circle:")
    else:
        _moves(result.get("moves"))
        st.button(
            plain(say("regroup.move", n=number)),
            key="regroup_move",
            icon=":material/move_down:",
            type="primary",
            disabled=not actor,
            on_click=_ask,
            args=(found, Wish(kind=MOVE, payload={"stamp": result.get("stamp", "")}), actor),
        )


def _moves(moves: Any) -> None:  # noqa: ANN401 - out of a request's result, which is JSON
    tongue = language()
    rows = [
        {
            "attempts": attempts,
            "source": visible(
                sentence_of(source_key, tongue) if source else text("patterns.ungrouped", tongue)
            ),
            "target": visible(sentence_of(target_key, tongue)),
            "source_id": source,
            "target_id": target,
        }
        for attempts, source, source_key, target, target_key in moves
    ]
    types = st.column_config
    st.dataframe(
        pd.DataFrame(rows),
        key="regroup_moves",
        hide_index=True,
        height=min(len(rows), 8) * 35 + 40,
        column_config={
            "attempts": types.NumberColumn(say("patterns.col.attempts"), width=80),
            "source": types.TextColumn(say("regroup.from"), width=260),
            "target": types.TextColumn(say("regroup.to"), width=260),
            "source_id": types.TextColumn(say("regroup.from.id"), width=120),
            "target_id": types.TextColumn(say("regroup.to.id"), width=120),
        },
        alt=say("regroup.moves"),
    )


def _ask(found: Settings, wish: Wish, actor: str) -> None:
    try:
        actions.ask_regroup(found, wish, actor)
    except BoekwachtError as error:
        st.session_state[_FAILED] = ours.told(error.message)
