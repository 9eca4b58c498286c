"""The merges and splits that people made: what they do from now on, and how to withdraw them."""

from collections.abc import Sequence

import streamlit as st

from pages.ui import actions, formats, frame, ours
from pages.ui.escape import visible
from pages.ui.naming import Named
from pages.ui.rights import may
from pages.ui.speech import language, say
from sync.domain.patterns.grouping import sentence_of
from sync.errors import BoekwachtError
from sync.settings import Settings
from sync.store import decisions
from sync.store.decisions import MadeRule
from sync.store.reader import Reader

_FAILED = "pattern_rule_failed"


def about(reader: Reader, named: Named, zone: str) -> None:
    """Say which rules take messages from this pattern, and which bring it some."""
    for made in decisions.made_rules(reader):
        if named.key in {made.rule.source, made.rule.target}:
            st.text(in_words(made, zone))


def in_words(made: MadeRule, zone: str) -> str:
    """A rule in one sentence. Holds text from outside."""
    tongue, rule = language(), made.rule
    return visible(
        say(
            "patterns.rule.merge" if rule.is_merge else "patterns.rule.split",
            source=sentence_of(rule.source, tongue),
            target=sentence_of(rule.target, tongue),
            text=rule.holds,
            name=made.actor,
            moment=formats.moment(made.at, zone, tongue),
        )
    )


def listed(found: Settings, reader: Reader) -> None:
    """All rules, each with a button to withdraw it; nothing when there are none."""
    rules = decisions.made_rules(reader)
    if not rules:
        return
    with st.expander(say("patterns.rules", n=len(rules))):
        frame.quiet(say("patterns.rules.help"))
        if failed := st.session_state.pop(_FAILED, ""):
            st.error(say("views.failed"), icon=":material/error:")
            st.text(failed)
        _rows(found, rules)


def _rows(found: Settings, rules: Sequence[MadeRule]) -> None:
    actor = actions.name_field("pattern_rules") if may("operator") else ""
    for made in rules:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(in_words(made, found.timezone), width="stretch")
            if may("operator"):
                st.button(
                    say("patterns.withdraw"),
                    key=f"pattern_rule_{made.rule.id}",
                    icon=":material/delete:",
                    type="tertiary",
                    disabled=not actor,
                    on_click=_withdraw,
                    args=(found, made.rule.id, actor),
                )


def _withdraw(found: Settings, number: int, actor: str) -> None:
    try:
        actions.decide_pattern(found, decisions.withdraw_rule, number, actor=actor)
    except BoekwachtError as error:
        st.session_state[_FAILED] = ours.told(error.message)
