"""A chore on its way: who asked for what, whether a worker is at it, how far a cleanup is."""

from datetime import timedelta
from typing import Final

import streamlit as st

from pages.ui import data, formats
from pages.ui.escape import visible
from pages.ui.panel import panel
from pages.ui.speech import language, say
from sync.settings import Settings
from sync.store import cleanups, errands
from sync.store.errands import Errand

_LOOK_AGAIN: Final = timedelta(seconds=1)
COMMAND: Final = "python -m sync work"


def follow(found: Settings, kind: str) -> bool:
    """Draw the progress of what is asked for of a kind; whether anything is."""
    if not _open(found, kind):
        return False
    _progress(found, kind)
    return True


@st.fragment(run_every=_LOOK_AGAIN)
def _progress(found: Settings, kind: str) -> None:
    """Draws itself anew each second, and the page once nothing of it is left."""
    with panel(f"errands_{kind}"):
        waiting = _open(found, kind)
        if not waiting:
            st.rerun()
        for each in waiting:
            with st.container(border=True, key=f"errand_{each.id}"):
                moment = formats.moment(each.asked_at, found.timezone, language())
                who = each.actor or "–"
                st.text(visible(say(f"errand.{kind}", who=who, moment=moment)))
                if each.taken_at is None:
                    st.info(say("errand.waits"), icon=":material/hourglass_top:")
                    st.code(COMMAND, None)
                else:
                    _share(found, kind)


def _share(found: Settings, kind: str) -> None:
    job = next(iter(cleanups.latest(data.reader(found), 1)), None) if kind == "cleanup" else None
    if job is None or job.ended_at is not None:
        st.progress(0.0, text=say("errand.running"))
        return
    parts = cleanups.parts_of(data.reader(found), job.id)
    if job.state == "exporting":
        words = say("errand.exported", n=formats.number(len(parts), language()))
        st.progress(0.0, text=words)
        return
    done = sum(part.removed is not None for part in parts)
    words = say("errand.removed", n=done, of=len(parts))
    st.progress(done / max(len(parts), 1), text=words)


def _open(found: Settings, kind: str) -> list[Errand]:
    return [x for x in errands.latest(data.reader(found), kind, 20) if x.finished_at is None]
