"""What the latest checks found, in words with what to do; asking the worker for a new one."""

from datetime import datetime
from typing import Final, Literal

import streamlit as st

from pages.ui import actions, data, following, formats, frame, guard, messages, ours, vat_gaps
from pages.ui.escape import plain, visible
from pages.ui.speech import language, say
from sync.domain.cures import cure
from sync.domain.findings import Finding, Side
from sync.domain.patterns import classify
from sync.errors import RightError, StoreError
from sync.settings import Settings
from sync.store import Wish, followed, status
from sync.store.status import Kept, Looks

_SERVICES: Final[tuple[Side, ...]] = ("shop", "books")
_FAILED: Final = "health_failed"
_AGAIN: Final = "sync resync"
"""What is in the step of a cure that books a document again."""
Colour = Literal["green", "yellow", "red", "gray"]


def show(found: Settings) -> None:
    """Draw what needs attention, the buttons, and each side with what was checked."""
    reader = data.reader(found)
    looks = status.latest_looks(reader)
    running = [each for each in followed.still_open(reader) if each.kind == "check"]
    st.header(say("health.attention"), anchor=False)
    _attention(found, looks)
    actor = ""
    if guard.may("operator"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            actor = actions.name_field("health")
            _button(found, "", "", say("health.check"), actor)
    if failed := st.session_state.pop(_FAILED, ""):
        st.error(say("views.failed"), icon=":material/error:")
        st.text(failed)
    for request in running:
        following.head(found, request)
        following.progress(found, request.id)
    st.header(say("health.connections"), anchor=False)
    if not found.connections:
        st.info(say("health.connections.none"), icon=":material/power_off:")
    for name in found.connections:
        st.subheader(plain(name), anchor=False)
        with st.grid(2, min_column_width=280):
            for side in _SERVICES:
                with st.container(border=True, key=f"side_{name}_{side}"):
                    _side(found, name, side, looks.get((name, side)), actor)


def _attention(found: Settings, looks: Looks) -> None:
    """Everything that is wrong, what keeps documents from being booked first."""
    shown = {key: kept for key, kept in looks.items() if key[0] in {"", *found.connections}}
    problems = [
        (connection, finding)
        for (connection, _side), kept in sorted(shown.items(), key=lambda each: each[0])
        for finding in kept.look.problems
        if finding.of not in vat_gaps.OF and finding.wrong != "unasked"
    ]
    rates = vat_gaps.count(found)
    if not shown:
        st.info(say("health.unchecked"), icon=":material/help:")
    elif not problems and not rates:
        moment = _moment(found, min(kept.look.at for kept in shown.values()))
        st.success(plain(say("health.fine", moment=moment)), icon=":material/check_circle:")
    for connection, finding in sorted(problems, key=lambda each: each[1].warning):
        _problem(connection, finding)
    if rates:
        key = "health.vat.one" if rates == 1 else "health.vat.some"
        st.warning(say(key, n=rates), icon=":material/percent:")


def _problem(connection: str, finding: Finding) -> None:
    """What is wrong, in the reader's language, and what to do."""
    where = connection or say("health.machine")
    head = f"{where} · {finding.what(language())}"
    draw = st.warning if finding.warning else st.error
    icon = ":material/warning:" if finding.warning else ":material/error:"
    draw(plain(f"{head}: {_sentence(finding)}"), icon=icon)
    if finding.wrong == "error":
        _steps(finding)


def _sentence(finding: Finding) -> str:
    said = finding.problem(language())
    if finding.wrong != "error":
        return said
    return messages.shown(said, finding.facts.get("code", ""), "{}", language())


def _steps(finding: Finding) -> None:
    """The cure of what a service answered, and its own words; what we say ourselves says it all."""
    code, message = finding.facts.get("code", ""), finding.facts.get("message", "")
    if finding.of in _SERVICES or finding.of.startswith("right-"):
        kind = classify(message, code=code)
        every = cure(kind.cause or kind.category, language()).steps
        steps = [step for step in every if _AGAIN not in step]  # there is no document here
        st.markdown("\n".join(f"{nth}. {step}" for nth, step in enumerate(steps, 1)))
    if message.partition(":")[2] not in _sentence(finding):
        frame.quiet(message)


def _side(found: Settings, name: str, side: Side, kept: Kept | None, actor: str) -> None:
    """One side: how its latest look ended, when, how long it took, what was looked at."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{say(f'health.side.{side}')}**", width="content")
        colour, icon, words = _verdict(kept)
        st.badge(words, icon=icon, color=colour)
    if kept is None:
        frame.quiet(say("health.never"))
    else:
        look = kept.look
        words = say(
            "health.looked",
            moment=_moment(found, look.at),
            ago=formats.ago(data.now() - look.at, language()),
            span=formats.duration(look.took_ms, language()),
            who=kept.actor or "–",
        )
        frame.quiet(visible(words))
        with st.expander(say("health.looked.at", n=len(look.findings))):
            for finding in look.findings:
                st.text(f"{_mark(finding)} {visible(finding.what(language()))}")
    if guard.may("operator"):
        _button(found, name, side, say(f"health.test.{side}"), actor)


def _verdict(kept: Kept | None) -> tuple[Colour, str, str]:
    """Colour, icon and words of a look."""
    if kept is None:
        return "gray", ":material/help:", say("health.verdict.none")
    wrong = [finding for finding in kept.look.problems if not finding.warning]
    if wrong:
        return "red", ":material/error:", say("health.verdict.wrong", n=len(wrong))
    if kept.look.problems:
        number = len(kept.look.problems)
        return "yellow", ":material/warning:", say("health.verdict.warning", n=number)
    return "green", ":material/check_circle:", say("health.verdict.fine")


def _mark(finding: Finding) -> str:
    if not finding.wrong:
        return "✓"
    return "⚠" if finding.warning else "✗"


def _moment(found: Settings, at: datetime) -> str:
    return formats.clock(at, data.now(), found.timezone, language())


def _button(found: Settings, name: str, side: Side | Literal[""], words: str, actor: str) -> None:
    st.button(
        words,
        key=f"check_{name}_{side}",
        type="secondary" if side else "primary",
        icon=":material/network_check:" if side else ":material/fact_check:",
        disabled=not actor,
        help=say("health.check.help"),
        on_click=_ask,
        args=(found, name, side, actor),
    )


def _ask(found: Settings, name: str, side: Side | Literal[""], actor: str) -> None:
    """Put it in the queue; the same one that waits there already is found, not doubled."""
    payload = {"side": side} if side else {}
    try:
        actions.ask(found, Wish(kind="check", connection=name, payload=payload), actor)
    except (StoreError, RightError) as error:
        st.session_state[_FAILED] = ours.told(error.message)
