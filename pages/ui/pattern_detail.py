"""One error pattern: what it is, what helps, whom it hit, and what people decided about it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import streamlit as st

from pages.ui import (
    advice,
    data,
    filter_words,
    filters,
    formats,
    frame,
    leave,
    pattern_charts,
    pattern_people,
    resyncing,
    rights,
    view,
)
from pages.ui.data import Detail
from pages.ui.escape import plain, visible
from pages.ui.logs import LOGS, OF_KIND
from pages.ui.naming import Named
from pages.ui.palette import Palette, palette
from pages.ui.panel import panel
from pages.ui.pattern_table import COLOURS
from pages.ui.pattern_trend import ALL
from pages.ui.plot import Plot
from pages.ui.speech import language, say
from pages.ui.texts import Language
from pages.ui.view import View
from sync.settings import Settings
from sync.store import patterns, queries
from sync.store.filters import LogFilter
from sync.store.reader import Reader

PAGE: Final = "patterns"
LATEST: Final = 10
_VALUES: Final = 8
_LONGEST: Final = 600
"""Characters of a message that are shown; its document's story has all of them."""


def show(found: Settings, reader: Reader, chosen: View, everything: Sequence[Named]) -> None:
    """Draw the pattern of the view; `everything` are all patterns of the page's filter."""
    st.button(
        say("patterns.back"),
        key="patterns_back",
        icon=":material/arrow_back:",
        type="tertiary",
        on_click=filters.ask,
        args=(PAGE, replace(chosen, pattern="")),
    )
    named = next((each for each in everything if each.id == chosen.pattern), None)
    if named is None:
        _gone(found, reader, chosen)
        return
    asked = replace(data.log_filter(None, chosen, found.timezone), success="no")
    with panel("pattern_head"):
        _head(named, chosen, found.timezone)
    left, right = st.columns([3, 2], gap="large")
    with left, panel("pattern_advice"), st.container(border=True):
        _advice(named, chosen)
    with right, panel("pattern_people"):
        pattern_people.draw(found, reader, named, everything)
    with panel("pattern_detail"):
        detail = data.pattern_detail(found, asked)
        _documents(detail.documents, named, found.timezone)
        if detail.hours:
            _hours(detail.hours, found.timezone)
        _messages(detail, named, found.timezone)


def _gone(found: Settings, reader: Reader, chosen: View) -> None:
    """Not in this filter: perhaps at another time, perhaps moved to another pattern."""
    st.info(say("patterns.gone"), icon=":material/search_off:")
    ever = LogFilter(success="no", pattern=chosen.pattern)
    known = queries.count(reader, ever).rows
    if known:
        last = patterns.affected(reader, ever, 1)
        day = last[0].last_try.astimezone(ZoneInfo(found.timezone)).date()
        frame.quiet(say("causes.last", day=formats.day(day, language())))
        st.button(
            plain(say("patterns.ever", n=formats.number(known, language()))),
            key="patterns_ever",
            on_click=filters.ask,
            args=(PAGE, view.cleared(replace(chosen, range="all", date=None), "cat", "platform")),
        )


def _head(named: Named, chosen: View, zone: str) -> None:
    tongue, row = language(), named.row
    st.header(plain(named.title(tongue)), anchor=False)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(say(f"status.{row.status}"), color=COLOURS[row.status])
        if row.category:
            st.badge(filter_words.shown("cat", row.category), color="gray")
        there = replace(chosen, success="no", state="all")
        _count("patterns.attempts", row.attempts, replace(there, state=chosen.state))
        _count("patterns.still", row.open, replace(there, state="open"))
        frame.quiet(
            say(
                "patterns.seen",
                documents=formats.number(row.documents, tongue),
                first=formats.moment(row.first_seen, zone, tongue),
                last=formats.moment(row.last_seen, zone, tongue),
            )
        )


def _resync(named: Named, chosen: View) -> None:
    """The way to book again what is open of it, within the filter that the page shows."""
    number = formats.number(named.row.open, language())
    if not rights.may("operator"):
        frame.quiet(say("patterns.still", n=number))
        return
    there = replace(chosen, success="no", state="open", pattern=named.id)
    with st.container(key="primary_resync"):
        resyncing.link(plain(say("patterns.resync", n=number)), chosen=there)


def _count(key: str, number: int, there: View) -> None:
    """A number that leads to exactly its rows."""
    words = say(f"{key}1" if number == 1 else key, n=formats.number(number, language()))
    filters.link(ALL, plain(words), there)


def _advice(named: Named, chosen: View) -> None:
    remedy = named.cure(language())
    st.subheader(say("story.advice"), anchor=False)
    advice.show(remedy)
    if remedy.page in LOGS:
        filters.link(
            remedy.page,
            say(f"nav.{remedy.page}"),
            View(state="open", range="all"),
            ":material/list:",
        )
    if named.row.open:
        _resync(named, chosen)


def _documents(found: Sequence[patterns.Affected], named: Named, zone: str) -> None:
    tongue = language()
    st.subheader(
        say("patterns.documents", n=formats.number(named.row.documents, tongue)), anchor=False
    )
    if named.row.documents > len(found):
        frame.quiet(say("patterns.documents.most", n=formats.number(len(found), tongue)))
    types = st.column_config
    kinds = {kind: say(f"kind.{kind}") for kind in OF_KIND}
    states = {True: say("patterns.isopen"), False: say("patterns.settled")}
    event: Any = st.dataframe(
        # Not by way of pandas, which takes longer than all else in drawing the table.
        pa.table(
            {
                "kind": [kinds[each.entity] for each in found],
                "document_no": [visible(each.document_no) for each in found],
                "order": [visible(each.order_no) for each in found],
                "state": [[states[each.open]] for each in found],
                "attempts": [each.attempts for each in found],
                "last": [each.last_try for each in found],
            }
        ),
        key=f"pattern_documents_{named.id}",
        hide_index=True,
        height=min(len(found), 8) * 35 + 40,
        column_config={
            "kind": types.TextColumn(say("col.entity"), width=110),
            "document_no": types.TextColumn(say("attempts.col.document_no"), width=150),
            "order": types.TextColumn(say("col.order"), width=150),
            "state": types.MultiselectColumn(
                say("patterns.col.now"),
                options=[*states.values()],
                color=["red", "green"],
                width=110,
            ),
            "attempts": types.NumberColumn(say("patterns.col.attempts"), width=90),
            "last": types.DatetimeColumn(
                say("patterns.col.lasttry"), format=formats.GRID_MOMENT[tongue], timezone=zone
            ),
        },
        placeholder="",
        selection_mode="single-row",
        on_select="rerun",
        alt=say("patterns.documents.grid"),
    )
    frame.quiet(say("story.hint"))
    if event.selection.rows:
        each = found[event.selection.rows[0]]
        there = View(range="all", doc=each.key)
        leave.to(OF_KIND[each.entity], filters.link_address(there))


def _messages(detail: Detail, named: Named, zone: str) -> None:
    rows = detail.rows
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader(say("patterns.latest"), anchor=False)
        for row in rows[:LATEST]:
            _message(row, zone)
    with right:
        _values(detail, named)
        st.subheader(say("patterns.why"), anchor=False)
        st.text(visible(named.classified().reason.words(language())))
        frame.quiet(
            say("patterns.id", id=named.id, version=rows[0]["rules_version"] if rows else 0)
        )


def _message(row: Mapping[str, Any], zone: str) -> None:
    moment = formats.moment(row["started_at"], zone, language())
    text = visible(row["message"])
    with st.container(gap="xxsmall"):
        kind = say(f"kind.{row['entity']}")
        frame.quiet(f"{moment} · {kind} {visible(row['document_no'])}")
        st.code(text[:_LONGEST] + "…" * (len(text) > _LONGEST) or "–", None, wrap_lines=True)


def _values(detail: Detail, named: Named) -> None:
    st.subheader(say("patterns.values"), anchor=False)
    found = detail.values
    if not found:
        frame.quiet(say("patterns.values.none"))
        return
    if named.row.attempts > len(detail.rows):
        frame.quiet(say("patterns.values.sample", n=formats.number(len(detail.rows), language())))
    lines = [
        (f"‹{name}›", visible(value)[:120], count)
        for name, counts in sorted(found.items(), key=lambda item: -sum(item[1].values()))
        for value, count in counts.most_common(_VALUES)
    ]
    types = st.column_config
    st.dataframe(
        pa.table([*zip(*lines, strict=True)], names=["placeholder", "value", "messages"]),
        key="pattern_values",
        hide_index=True,
        height=min(len(lines), 9) * 35 + 40,
        column_config={
            "placeholder": types.TextColumn(say("patterns.values.placeholder"), width=80),
            "value": types.TextColumn(say("patterns.values.value"), width=150),
            "messages": types.NumberColumn(say("patterns.values.messages"), width=75),
        },
        alt=say("patterns.values"),
    )


def _hours(counts: Mapping[datetime, int], zone: str) -> None:
    local = ZoneInfo(zone)
    last = max(counts)
    # Steps of absolute time: an hour that comes twice in autumn is two hours.
    every = [
        last - timedelta(hours=back) for back in range(data.HOURS // timedelta(hours=1) - 1, -1, -1)
    ]
    shown = [(hour.astimezone(local), counts.get(hour, 0)) for hour in every]
    total = formats.number(sum(count for _, count in shown), language())
    st.subheader(say("patterns.hours", last=formats.moment(last, zone, language())), anchor=False)
    st.plotly_chart(
        _figure(tuple(_naive(shown)), palette(), language()),
        key="pattern_hours",
        config={"displayModeBar": False, "responsive": True},
        alt=say("patterns.hours.alt", n=total),
    )
    fold = st.expander(say("chart.table"), key="pattern_hours_fold", on_change="rerun")
    if not fold.open:
        return
    with fold:
        st.dataframe(
            pd.DataFrame(
                {
                    "hour": [hour for hour, count in reversed(shown) if count],
                    "attempts": [count for _, count in reversed(shown) if count],
                }
            ),
            key="pattern_hours_table",
            hide_index=True,
            column_config={
                "hour": st.column_config.DatetimeColumn(
                    say("patterns.hour"), format=formats.GRID_MOMENT[language()], timezone=zone
                ),
                "attempts": st.column_config.NumberColumn(say("patterns.col.attempts")),
            },
            alt=say("patterns.hours.table"),
        )


@lru_cache(maxsize=64)
def _figure(hours: tuple[tuple[datetime, int], ...], colours: Palette, tongue: Language) -> Plot:
    """The chart; kept, because building it takes longer than drawing it."""
    return pattern_charts.by_hour(hours, colours, tongue)


def _naive(shown: Sequence[tuple[datetime, int]]) -> list[tuple[datetime, int]]:
    """Moments as the clock on the wall says them: Plotly would draw them in UTC.

    The hour that comes twice in autumn is one bar.
    """
    found: Counter[datetime] = Counter()
    for hour, count in shown:
        found[hour.replace(tzinfo=None)] += count
    return list(found.items())
