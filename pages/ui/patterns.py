"""The page of error patterns: all of a period, or one of them with what helps against it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import streamlit as st

from pages.ui import (
    data,
    filters,
    formats,
    frame,
    pattern_detail,
    pattern_regroup,
    pattern_rules,
    pattern_table,
    pattern_trend,
    trend,
    view,
)
from pages.ui.escape import plain
from pages.ui.naming import Named
from pages.ui.panel import nothing_yet, panel
from pages.ui.speech import language, say
from pages.ui.view import View
from sync.settings import Settings
from sync.store import queries
from sync.store.reader import Reader

PAGE: Final = "patterns"
_FILTERS: Final = ("range", "date", "platform", "cat", "state", "pattern")
_BEHIND: Final = ("platform", "cat")
_NOTICE: Final = 0.05
"""From this share on the failures that nobody has a rule for are told to the developer."""


def show() -> None:
    """Draw the whole page."""
    frame.head(say("patterns.title"))
    with panel("patterns_settings"):
        found = data.settings()
        frame.notice(found)
        if not data.has_store(found):
            nothing_yet(PAGE)
            return
        with panel("patterns_store"):
            _page(found)


def fit(asked: View) -> View:
    """What this page has of a view."""
    plain_view = View()
    return replace(plain_view, **{name: getattr(asked, name) for name in _FILTERS})


def _page(found: Settings) -> None:
    reader = data.reader(found)
    with panel("patterns_alarm"):
        frame.alarm(found, reader)
    chosen = filters.current(PAGE, data.today(found.timezone), fit)
    frame.freshness(found, reader)
    with panel("patterns_filters"), st.container(horizontal=True, vertical_alignment="center"):
        filters.period_bar(PAGE, chosen)
        filters.open_only(PAGE)
        filters.more(PAGE, chosen, {"platform": queries.platforms(reader)}, _BEHIND)
    with panel("patterns_rows"):
        asked = data.log_filter(None, chosen, found.timezone)
        everything = data.patterns(found, replace(asked, pattern=""))
        if chosen.pattern:
            pattern_detail.show(found, reader, chosen, everything)
        else:
            _all(found, reader, chosen, everything)
    filters.publish(PAGE, chosen)


def _all(found: Settings, reader: Reader, chosen: View, rows: Sequence[Named]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text(summary(rows), width="content")
        filters.chips(PAGE, chosen)
    if not rows:
        _none(found, reader, chosen)
    else:
        with panel("patterns_other"):
            _other(chosen, rows)
        pattern_table.draw(PAGE, rows, found.timezone)
        with panel("patterns_trend"):
            pattern_trend.draw(found, chosen, rows)
    with panel("patterns_rules"):
        pattern_rules.listed(found, reader)
    with panel("patterns_regroup"):
        pattern_regroup.draw(found, reader)


def summary(rows: Sequence[Named]) -> str:
    """The counts in words: "11 foutpatronen · 128 mislukte pogingen · 3 met open documenten"."""
    tongue = language()
    attempts = sum(each.row.attempts for each in rows)
    still = sum(1 for each in rows if each.row.open)
    return " · ".join(
        [
            say("patterns.count1" if len(rows) == 1 else "patterns.count", n=len(rows)),
            say(
                "patterns.attempts1" if attempts == 1 else "patterns.attempts",
                n=formats.number(attempts, tongue),
            ),
            say("patterns.open", n=formats.number(still, tongue)),
        ]
    )


def _other(chosen: View, rows: Sequence[Named]) -> None:
    """Say that the rules know too little, and lead to what they do not know."""
    attempts = sum(each.row.attempts for each in rows)
    other = sum(each.row.attempts for each in rows if each.row.category == "other")
    if other <= _NOTICE * attempts:
        return
    tongue = language()
    words = say(
        "patterns.other",
        share=formats.percent(other / attempts, tongue),
        n=formats.number(other, tongue),
        all=formats.number(attempts, tongue),
    )
    st.warning(plain(words), icon=":material/help:")
    there = replace(chosen, success="no", cat=("other",))
    filters.link("attempts", say("patterns.other.link"), there, ":material/list:")


def _none(found: Settings, reader: Reader, chosen: View) -> None:
    """Nothing failed: good news, and when it was otherwise."""
    if view.narrowed(replace(chosen, range="30d", date=None)):
        st.info(say("patterns.none.filter"), icon=":material/filter_alt_off:")
    else:
        st.success(say("causes.none"), icon=":material/check_circle:")
    trend.last_failure(found, reader)
