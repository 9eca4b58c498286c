"""What people decide about an error pattern: resolved, muted, whose turn, merged, split."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import streamlit as st

from pages.ui import actions, data, formats, frame, ours, pattern_rules, view
from pages.ui.escape import visible
from pages.ui.naming import Named
from pages.ui.rights import may
from pages.ui.speech import language, say
from sync.domain.patterns.grouping import SHORTEST, Rule, split_key
from sync.errors import BoekwachtError
from sync.settings import Settings
from sync.store import decisions, queries
from sync.store.filters import LogFilter
from sync.store.reader import Reader

_FAILED: Final = "pattern_failed"
_LONGEST: Final = 60
_MOST: Final = 1_000_000
_LOOKED_AT: Final = 200


def draw(found: Settings, reader: Reader, named: Named, everything: Sequence[Named]) -> None:
    """Draw what was decided and, for whoever may, the ways to decide."""
    if not named.key:
        frame.quiet(say("patterns.ungrouped.help"))
        return
    st.subheader(say("patterns.people"), anchor=False)
    for line in _decided(named, found.timezone):
        st.text(line)
    pattern_rules.about(reader, named, found.timezone)
    if failed := st.session_state.pop(_FAILED, ""):
        st.error(say("views.failed"), icon=":material/error:")
        st.text(failed)
    if may("operator"):
        actor = actions.name_field("pattern")
        with st.container(horizontal=True):
            _resolve(found, named, actor)
            _mute(found, named, actor)
            _assign(found, named, actor)
            _merge(found, named, everything, actor)
            _split(found, reader, named, actor)


def tried(found: Settings, decision: Callable[..., object], *what: object, actor: str) -> None:
    """Keep a decision, from a callback; what goes wrong is said where the page is drawn next."""
    try:
        actions.decide_pattern(found, decision, *what, actor=actor)
    except BoekwachtError as error:
        st.session_state[_FAILED] = ours.told(error.message)


def _decided(named: Named, zone: str) -> list[str]:
    tongue, decision = language(), named.row.decision
    said = [
        say("patterns.owner", name=visible(decision.owner))
        if decision.owner
        else say("patterns.owner.none")
    ]
    if decision.resolved_at:
        moment = formats.moment(decision.resolved_at, zone, tongue)
        said.append(say("patterns.resolved", name=visible(decision.resolved_by), moment=moment))
    if decision.muted_until:
        moment = formats.moment(decision.muted_until, zone, tongue)
        said.append(say("patterns.muted", name=visible(decision.muted_by), moment=moment))
    if decision.muted_count:
        number = formats.number(decision.muted_count, tongue)
        said.append(say("patterns.muted.count", name=visible(decision.muted_by), n=number))
    return said


def _button(
    key: str, icon: str, actor: str, found: Settings, decision: Callable[..., object], *what: object
) -> None:
    """One that keeps a decision when it is pressed; without a name it can't be."""
    st.button(
        say(f"patterns.do.{key}"),
        key=f"pattern_do_{key}",
        icon=f":material/{icon}:",
        disabled=not actor,
        on_click=tried,
        args=(found, decision, *what),
        kwargs={"actor": actor},
    )


def _resolve(found: Settings, named: Named, actor: str) -> None:
    if named.row.decision.resolved_at and named.row.status != "back":
        _button("reopen", "undo", actor, found, decisions.reopen, named.id)
    else:
        _button("resolve", "task_alt", actor, found, decisions.resolve, named.id)


def _mute(found: Settings, named: Named, actor: str) -> None:
    if named.row.status == "muted":
        _button("unmute", "notifications", actor, found, decisions.unmute, named.id)
        return
    with st.popover(say("patterns.mute"), icon=":material/notifications_off:"):
        st.text(say("patterns.mute.help"))
        ways = {way: say(f"patterns.mute.{way}") for way in ("until", "count")}
        way = st.segmented_control(
            say("patterns.mute"),
            list(ways),
            default="until",
            format_func=ways.__getitem__,
            key="pattern_mute_way",
            required=True,
            label_visibility="collapsed",
        )
        today = data.today(found.timezone)
        if way == "until":
            day = st.date_input(
                say("patterns.mute.day"),
                today + timedelta(days=7),
                key="pattern_mute_day",
                format=formats.DATE_INPUT[language()],
                min_value=today,
                max_value=today + timedelta(days=3650),
            )
            until = _end_of(day, found.timezone)
            _button("mute", "check", actor, found, decisions.mute_until, named.id, until)
        else:
            count = st.number_input(
                say("patterns.mute.n"), 1, _MOST, 10, key="pattern_mute_count", step=1
            )
            _button("mute", "check", actor, found, decisions.mute_count, named.id, int(count))


def _end_of(day: date, zone: str) -> datetime:
    return view.midnight(day + timedelta(days=1), zone)


def _assign(found: Settings, named: Named, actor: str) -> None:
    with st.popover(say("patterns.assign"), icon=":material/person:"):
        owner = st.text_input(
            say("patterns.assign.who"),
            named.row.decision.owner,
            key=f"pattern_owner_{named.id}",
            max_chars=_LONGEST,
            help=say("patterns.assign.help"),
        )
        _button("assign", "check", actor, found, decisions.assign, named.id, (owner or "").strip())


def _merge(found: Settings, named: Named, everything: Sequence[Named], actor: str) -> None:
    others = {each.key: each for each in everything if each.key and each.key != named.key}
    if not others:
        return
    with st.popover(say("patterns.merge"), icon=":material/merge:"):
        st.text(say("patterns.merge.help"))
        into = st.selectbox(
            say("patterns.merge.into"),
            list(others),
            format_func=lambda key: visible(others[key].title(language())),
            key=f"pattern_merge_{named.id}",
        )
        target = others[into]
        rule = Rule(
            id=0,
            source=named.key,
            holds="",
            target=target.key,
            category=target.row.category,
        )
        _button("merge", "check", actor, found, decisions.add_rule, rule)


def _split(found: Settings, reader: Reader, named: Named, actor: str) -> None:
    with st.popover(say("patterns.split"), icon=":material/call_split:"):
        st.text(say("patterns.split.help"))
        typed = st.text_input(
            say("patterns.split.text"), key=f"pattern_split_{named.id}", max_chars=_LONGEST
        )
        text = " ".join((typed or "").split())
        if len(text) < SHORTEST:
            return
        rule = Rule(id=0, source=named.key, holds=text, target=split_key(named.key, text))
        asked = LogFilter(success="no", pattern=named.id)
        messages = queries.newest(reader, asked, _LOOKED_AT)["message"].to_pylist()
        taken = sum(rule.takes(message) for message in messages)
        frame.quiet(
            say(
                "patterns.split.preview",
                n=formats.number(taken, language()),
                all=formats.number(len(messages), language()),
            )
        )
        _button("split", "check", actor, found, decisions.add_rule, rule)
