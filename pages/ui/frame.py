"""What stands around every page: sandbox banner, title, freshness, language."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import streamlit as st

from pages.ui import data, formats, ours, seek
from pages.ui.escape import plain
from pages.ui.filters import tongue
from pages.ui.palette import theme
from pages.ui.panel import panel
from pages.ui.speech import language, say, switch
from sync.domain.patterns import classify
from sync.settings import Settings
from sync.store import Run, overview, queries, standing
from sync.store.reader import Reader
from sync.store.workers import Liveness, Worker, liveness, numbers

_LOGO: Final = Path(__file__).with_name("logo.svg")
ICON: Final = Path(__file__).with_name("icon.svg")
"""The browser tab's picture; a named symbol would be fetched from another host."""

BADGES: Final = "badges"
"""Under which name the session keeps the counts that the menu shows."""
_STYLE: Final = Path(__file__).with_name("style.css")
"""What the theme can't say."""


def head(title: str) -> None:
    """Draw the page's title beside the search and the language switch."""
    _style()
    st.logo(_LOGO, size="large")
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch"):
            st.title(title, anchor=False)
        seek.box()
        with st.container(width="content", gap=None):
            switch()
            _tell_language()


def _tell_language() -> None:
    """Let the browser read the page out in its language: Streamlit's own says English for all."""
    script = f'<script>document.documentElement.lang = "{language()}";</script>'
    st.html(script, unsafe_allow_javascript=True)


def _style() -> None:
    """What the theme can't say; which of the two it is also holds for what opens above the page."""
    st.html(_STYLE)
    st.html(f"<style>:root {{ color-scheme: {theme()}; }}</style>")


def bare(title: str) -> None:
    """Draw the title of a page for somebody who may see nothing: no search, no menu."""
    _style()
    st.logo(_LOGO, size="large")
    st.title(title, anchor=False)
    _tell_language()


def window_title(title: str) -> str:
    """What the browser's tab says."""
    return f"{title} · {say('app.name')}"


def quiet(text: str) -> None:
    """Draw a line of less weight, dark enough to be read. Any text, as it is."""
    st.markdown(f":small[:gray[{plain(text)}]]")


def condition(page: str, found: Settings) -> None:
    """Draw what is wrong with runs, and how old what is shown is, for pages that stand still.

    Raises:
        StoreError: Nobody can open the store; then the page has nothing to show either.
    """
    reader = data.reader(found)
    with panel(f"{page}_condition"):
        alarm(found, reader)
        freshness(found, reader)


def alarm(found: Settings, reader: Reader) -> None:
    """Say that access is refused, a file is damaged, runs have stopped, or no worker is there."""
    names = [name for name, each in found.connections.items() if each.enabled]
    now = data.now()
    refused = [run for run in overview.last_runs(reader, names) if _is_refused(run)]
    for run in refused:
        moment = formats.clock(run.started_at, now, found.timezone, language())
        told = ours.told(run.message, run.code)
        words = say("alarm.refused", connection=run.connection, moment=moment, message=told)
        st.error(plain(words), icon=":material/key_off:")
    damaged = reader.snapshot().damaged
    if damaged:
        months = ", ".join(sorted({file.month for file in damaged}))
        attempts = formats.number(sum(file.rows for file in damaged), language())
        words = say("alarm.damaged", attempts=attempts, months=months)
        st.error(plain(words), icon=":material/broken_image:")
    quiet_since = _quiet_since(found, reader, names)
    workers = data.workers(found)
    state = liveness(workers)
    is_alone = state not in {"one", "several"}
    gone = _gone(state, workers)
    if quiet_since is not None and found.sandbox and not is_alone:
        moment = formats.clock(quiet_since, now, found.timezone, language())
        st.info(plain(say("alarm.history", moment=moment)), icon=":material/hourglass_top:")
    elif quiet_since is not None:
        moment = formats.clock(quiet_since, now, found.timezone, language())
        ago = formats.ago(now - quiet_since, language())
        key = "alarm.stopped" if state == "none" else "alarm.stale"
        words = " ".join(filter(None, (say(key, moment=moment, ago=ago), gone)))
        st.warning(plain(words), icon=":material/warning:")
    elif gone:
        st.warning(plain(gone), icon=":material/warning:")
    elif is_alone and standing.is_asked(reader):
        st.warning(plain(say("alarm.worker")), icon=":material/warning:")
    elif is_alone:
        quiet(say("alarm.alone"))
    if refused or quiet_since is not None or gone:
        _to_status()


def _gone(state: Liveness, workers: Sequence[Worker]) -> str:
    """That the worker was killed or hangs, and how to start another; empty when neither is so."""
    if state not in {"killed", "hangs"}:
        return ""
    who = ", ".join(map(str, numbers(workers, state))) or "–"
    return f"{say(f'worker.{state}', who=who)} {say('alarm.start')}"


def _to_status() -> None:
    """The way to where access can be tested; on that page itself nothing."""
    if st.session_state.get("page") != "health":
        st.page_link(
            "pages/health.py",
            label=say("nav.health"),
            icon=":material/network_check:",
            query_params=tongue(),
            width="content",
        )


def _is_refused(run: Run) -> bool:
    """Whether a run was stopped because a service didn't let it in."""
    return bool(run.code) and classify(run.message, code=run.code).category == "authentication"


def _quiet_since(found: Settings, reader: Reader, names: Sequence[str]) -> datetime | None:
    """When the last run ended, if that is longer ago than two intervals; None when all is well.

    A run that is still at work, and shows it by an attempt, is no silence.
    """
    ended = [run.finished_at for run in overview.last_runs(reader, names, ended=True)]
    last = min((at for at in ended if at is not None), default=None)
    limit = data.now() - 2 * timedelta(minutes=found.interval)
    newest = queries.freshness(reader).newest
    if last is None or last >= limit or (newest is not None and newest >= limit):
        return None
    return last


def follow_badges(found: Settings) -> None:
    """Draw the whole page anew, once, when the menu's counts are no longer true."""
    shown, now = st.session_state.get(BADGES), data.open_failures(found)
    st.session_state[BADGES] = now
    if shown is not None and shown != now:
        st.rerun()


def notice(found: Settings) -> None:
    """Say it plainly when what is shown comes from the sandbox."""
    if found.sandbox:
        st.info(say("sandbox"), icon=":material/science:")


def freshness(found: Settings, reader: Reader) -> None:
    """Draw how old what is shown is; whoever calls it draws it anew from time to time."""
    state = queries.freshness(reader)
    now = data.now()
    parts = []
    if state.run_ended is None:
        parts.append(say("fresh.none"))
    else:
        moment = formats.clock(state.run_ended, now, found.timezone, language())
        ago = formats.ago(now - state.run_ended, language())
        parts.append(say("fresh.run", moment=moment, ago=ago))
    if state.newest is not None:
        moment = formats.clock(state.newest, now, found.timezone, language())
        parts.append(say("fresh.newest", moment=moment))
    quiet(" · ".join(parts))
