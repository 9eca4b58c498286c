"""What came of a request: what was booked, what was not and why, each a link to its attempts."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal
from urllib.parse import parse_qs

import streamlit as st

from pages.ui import advice, data, filters, formats, frame, ours, resyncing, trend
from pages.ui.escape import plain, visible
from pages.ui.logs import OF_KIND
from pages.ui.naming import classified
from pages.ui.speech import language, say
from pages.ui.texts import TEXTS
from pages.ui.view import View
from sync.domain.documents import Entity
from sync.domain.patterns.grouping import known_key, sentence_of
from sync.domain.resync import obstacle
from sync.settings import Settings
from sync.store import Request, Run, choosing, followed, queries
from sync.store.filters import LogFilter
from sync.store.followed import Part
from sync.store.reader import Reader

Colour = Literal["green", "red", "blue", "gray", "orange"]
_LOOKS: Final[Mapping[str, tuple[Colour, str]]] = {
    "created": ("green", ":material/check_circle:"),
    "updated": ("green", ":material/check_circle:"),
    "linked": ("green", ":material/link:"),
    "failed": ("red", ":material/error:"),
    "unknown": ("orange", ":material/help:"),
    "skipped": ("gray", ":material/remove:"),
    "left": ("gray", ":material/pending:"),
}
_STATES: Final[Mapping[str, tuple[Colour, str]]] = {
    "done": ("green", ":material/check_circle:"),
    "partly": ("orange", ":material/warning:"),
    "failed": ("red", ":material/error:"),
    "stopped": ("gray", ":material/stop_circle:"),
    "running": ("blue", ":material/hourglass_top:"),
}
"""Colour and icon of how a run or a request ended; the word stands beside them."""
_FAILURES: Final = ("failed", "unknown")


def badge(name: str, number: int) -> None:
    """A count of attempts that ended in one way."""
    colour, icon = _LOOKS.get(name, ("gray", ":material/tag:"))
    words = say(f"outcome.{name}") if f"outcome.{name}" in TEXTS else name
    st.badge(plain(f"{formats.number(number, language())} {words}"), icon=icon, color=colour)


def state_badge(state: str) -> None:
    """How a run or a request ended."""
    colour, icon = _STATES.get(state, ("gray", ":material/tag:"))
    st.badge(say(f"run.state.{state}"), icon=icon, color=colour)


def show(found: Settings, request: Request) -> None:
    """Draw a request's result."""
    reader = data.reader(found)
    runs = followed.runs_of(reader, request.id)
    parts = followed.parts(reader, runs)
    st.header(say("result"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        state_badge(str(request.result.get("state") or "done"))
        if request.finished_at is not None and request.taken_at is not None:
            took = request.finished_at - request.taken_at
            frame.quiet(say("result.took", span=formats.ago(took, language())))
    if message := str(request.result.get("message") or ""):
        st.warning(plain(visible(ours.told(message))), icon=":material/info:")
    if not parts and request.kind in {"resync", "run"}:
        st.info(say("result.nothing"), icon=":material/inbox:")
    titles = _titles(reader, parts)
    for run in runs:
        _run(run, [part for part in parts if part.run == run.id], titles, several=len(runs) > 1)
    _left(found, reader, request)


def _run(
    run: Run, parts: Sequence[Part], titles: Mapping[int, Mapping[str, Any]], *, several: bool
) -> None:
    if not parts:
        return
    if several:
        st.subheader(say("result.run", n=run.id, connection=run.connection), anchor=False)
    for kind, page in OF_KIND.items():
        own = [part for part in parts if part.entity == kind]
        if own:
            with st.container(border=True, key=f"result_{run.id}_{kind}"):
                st.subheader(say(f"nav.{page}"), anchor=False)
                _ended_well(run, kind, own)
                for part in own:
                    if part.outcome in _FAILURES:
                        _cause(run, kind, part, titles.get(part.latest))


def _ended_well(run: Run, kind: Entity, parts: Sequence[Part]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        for name in ("created", "updated", "linked", "skipped"):
            number = sum(part.attempts for part in parts if part.outcome == name)
            if number:
                _link(run, kind, name, number)
        running = sum(part.attempts for part in parts if part.outcome is None)
        if running:
            frame.quiet(say("result.running", n=formats.number(running, language())))


def _link(
    run: Run, kind: Entity, name: Literal["created", "updated", "linked", "skipped"], number: int
) -> None:
    label = f"{formats.number(number, language())} {say(f'outcome.{name}')}"
    shown = View(range="all", run=run.id, outcome=(name,))
    filters.link(OF_KIND[kind], plain(label), shown, _LOOKS[name][1])


def _cause(run: Run, kind: Entity, part: Part, row: Mapping[str, Any] | None) -> None:
    """Failures of one cause: how many, which, and the first thing to do about it."""
    shown = View(range="all", run=run.id, outcome=(part.outcome or "failed",), pattern=part.pattern)
    title = _title(part, row) if row else part.pattern
    label = f"{formats.number(part.attempts, language())} × {title}"
    icon = trend.ICONS.get(row["category"] if row else "", trend.ICONS["other"])
    filters.link(OF_KIND[kind], plain(visible(label)), shown, icon)
    if part.outcome == "unknown":
        frame.quiet(say("result.unknown"))
    elif row:
        frame.quiet(say("causes.advice", step=advice.cure_of(row).steps[0]))


def _title(part: Part, row: Mapping[str, Any]) -> str:
    """What the cause is called, as on the page of error patterns."""
    key = known_key(part.pattern, ()) or classified(row).key
    return sentence_of(key, language()) if key else part.pattern


def _titles(reader: Reader, parts: Sequence[Part]) -> Mapping[int, Mapping[str, Any]]:
    """The latest attempt of each cause, by its id."""
    ids = tuple(part.latest for part in parts if part.outcome in _FAILURES)
    if not ids:
        return {}
    rows = queries.newest(reader, LogFilter(ids=ids), len(ids)).to_pylist()
    return {row["id"]: row for row in rows}


def _left(found: Settings, reader: Reader, request: Request) -> None:
    """What was not tried: booked meanwhile, settling, or not reached; the rest is offered."""
    keys = followed.left_documents(reader, request.id)
    again: list[str] = []
    if keys:
        switched_on = {name for name, each in found.connections.items() if each.enabled}
        left = choosing.candidates(reader, keys, switched_on)
        whys = [obstacle(each, data.now(), keys) for each in left]
        again = [each.document.key for each, why in zip(left, whys, strict=True) if why is None]
        st.header(say("result.left", n=formats.number(len(keys), language())), anchor=False)
        for reason in ("booked", "settling", "running", "asked", "invoice", "off"):
            number = sum(1 for why in whys if why is not None and why.reason == reason)
            if number:
                words = say(f"result.left.{reason}", n=formats.number(number, language()))
                st.text(words)
    with st.container(horizontal=True):
        if again:
            label = say("result.again", n=formats.number(len(again), language()))
            resyncing.link(plain(label), again)
        elif request.filter and request.kind == "resync":
            asked = resyncing.parse(parse_qs(request.filter))
            if not asked.docs:
                label = say("result.look_again")
                resyncing.link(plain(label), entity=asked.entity, chosen=asked.view)
