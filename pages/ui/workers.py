"""Is anybody there to do it? What stands beside a request when no worker answers."""

from typing import Final

import streamlit as st

from pages.ui import actions, data, guard, ours
from pages.ui.escape import plain
from pages.ui.speech import say
from sync.errors import RightError, StoreError
from sync.settings import Settings
from sync.store.workers import Worker, WorkerState, liveness, numbers

_STARTED: Final = "worker_started"
_FAILED: Final = "worker_failed"
_START_SECONDS: Final = 8.0
"""So long a worker that was just started may need before it is seen."""
COMMAND: Final = "python -m sync work"


def notice(found: Settings, where: str, *, waiting: bool = True, actor: str = "") -> None:
    """Say how it stands with the workers; offer to start one where none answers.

    Args:
        found: The settings.
        where: Tells these buttons from others on the page.
        waiting: Something waits for one. Otherwise it is only said which one answers: that none
            does is told by the page's alarm.
        actor: Who would start one; empty when they gave no name yet.
    """
    workers = data.workers(found)
    state = liveness(workers)
    if state == "one":
        if not waiting:
            st.text(f"✓ {say('worker.one', who=_names(workers, 'answers'))}", width="content")
        return
    if state == "several":
        st.info(
            plain(say("worker.several", who=_names(workers, "answers"))), icon=":material/group:"
        )
        return
    if not waiting:
        return  # the page's alarm says it, and that runs may come from elsewhere
    began = st.session_state.get(_STARTED)
    if began is not None and data.seconds() - began < _START_SECONDS:
        st.info(say("worker.starting"), icon=":material/hourglass_top:")
        return
    with st.container(border=True, key=f"{where}_worker"):
        state_names = _names(workers, "killed" if state == "killed" else "hangs")
        words = say(f"worker.{state}", who=state_names)
        st.warning(plain(words), icon=":material/engineering:")
        st.text(say("worker.how"))
        st.code(COMMAND, None)
        if guard.may("operator"):
            _start(found, where, actor)


def _start(found: Settings, where: str, actor: str) -> None:
    st.button(
        say("worker.start"),
        key=f"{where}_worker_start",
        icon=":material/play_arrow:",
        disabled=not actor,
        help=say("worker.start.help"),
        on_click=_started,
        args=(found, actor),
    )
    if failed := st.session_state.pop(_FAILED, ""):
        st.error(say("views.failed"), icon=":material/error:")
        st.text(failed)


def _started(found: Settings, actor: str) -> None:
    """Start one, unless somebody did a moment ago."""
    try:
        if liveness(data.workers(found)) not in {"one", "several"}:
            actions.start_worker(found, actor)
    except (StoreError, RightError) as error:
        st.session_state[_FAILED] = ours.told(error.message)
    else:
        st.session_state[_STARTED] = data.seconds()


def _names(workers: list[Worker], state: WorkerState) -> str:
    return ", ".join(map(str, numbers(workers, state))) or "–"
