"""Who did what, to what, and when: the audit trail, filterable, as a file to take along."""

import io
import json
from collections.abc import Mapping
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from pages.ui import data, formats, frame, view
from pages.ui.escape import visible
from pages.ui.speech import language, say
from pages.ui.texts import TEXTS, Language
from pages.ui.view import RANGES, Range, View
from sync.settings import Settings
from sync.store import AuditRow, audits
from sync.store.audits import AuditFilter
from sync.store.reader import Reader

_MOST: Final = 500
_LONGEST: Final = 400
_HIDDEN: Final = frozenset({"documents", "keys", "looks"})
"""Facts that are left out or only counted on screen; the file holds them whole."""


def show(found: Settings) -> None:
    """Draw filters, count, rows and the file."""
    reader = data.reader(found)
    asked = _filter(found, reader)
    number = audits.count(reader, asked)
    rows = audits.page(reader, asked, _MOST)
    with st.container(horizontal=True, vertical_alignment="center"):
        key = "count.row" if number == 1 else "count.rows"
        st.text(say(key, n=formats.number(number, language())), width="content")
        for tongue in ("nl", "en") if language() == "nl" else ("en", "nl"):
            st.download_button(
                say(f"csv.{tongue}"),
                data=partial(csv_bytes, reader, asked, tongue),
                file_name=f"audit-{data.local_now(found.timezone):%Y-%m-%d-%H%M}.csv",
                mime="text/csv",
                key=f"audit_csv_{tongue}",
                icon=":material/download:",
                on_click="ignore",
                disabled=not number,
            )
    if not rows:
        st.info(say("audit.none"), icon=":material/inbox:")
        return
    _table(found, rows)
    if number > len(rows):
        frame.quiet(say("audit.most", n=len(rows)))


def _filter(found: Settings, reader: Reader) -> AuditFilter:
    actions, actors = audits.known(reader)
    words = {name: action_words(name) for name in actions}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            say("q"), key="audit_q", max_chars=view.MAX_TEXT, placeholder=say("audit.q"), width=260
        )
        action = st.selectbox(
            say("audit.action"),
            ["", *actions],
            format_func=lambda name: words.get(name) or say("any"),
            key="audit_action",
            width=200,
        )
        actor = st.selectbox(
            say("audit.actor"),
            ["", *actors],
            format_func=lambda name: visible(name) or say("any"),
            key="audit_actor",
            width=200,
        )
        periods: list[Range] = [name for name in RANGES if name != "custom"]
        span = st.selectbox(
            say("range"),
            periods,
            index=periods.index("all"),
            format_func=lambda name: say(f"range.{name}"),
            key="audit_range",
            width=160,
        )
    since, until = view.bounds(
        View(range=span or "all"), data.today(found.timezone), found.timezone
    )
    return AuditFilter(
        action=action or "", actor=actor or "", since=since, until=until, text=text or ""
    )


def action_words(action: str) -> str:
    """An action as people call it; a strange one by its own name."""
    key = f"audit.action.{action.replace(' ', '_')}"
    return say(key) if key in TEXTS else action


def in_short(facts: Mapping[str, object]) -> str:
    """Facts as one line: long lists only as their number."""
    said = [f"{name}: {_value(value)}" for name, value in facts.items() if name not in _HIDDEN]
    return ", ".join(said)


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{name} {number}" for name, number in value.items())
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def csv_bytes(reader: Reader, asked: AuditFilter, tongue: Language) -> bytes:
    """Every row of the filter, as the file's bytes."""
    made = io.BytesIO()
    audits.export_csv(reader, asked, tongue, made)
    return made.getvalue()


def _table(found: Settings, rows: list[AuditRow]) -> None:
    types = st.column_config
    table = [
        {
            "id": row.id,
            "at": row.at,
            "actor": visible(row.actor),
            "action": action_words(row.action),
            "what": visible(row.what),
            "facts": visible(in_short(row.facts))[:_LONGEST],
        }
        for row in rows
    ]
    st.dataframe(
        pd.DataFrame(table),
        key="audit_table",
        hide_index=True,
        height=min(len(table), 15) * 35 + 40,
        column_config={
            "id": types.NumberColumn(say("col.id"), format="%d", width=60),
            "at": types.DatetimeColumn(
                say("audit.at"),
                format=formats.GRID_MOMENT[language()],
                timezone=found.timezone,
                width=150,
            ),
            "actor": types.TextColumn(say("audit.actor"), width=110),
            "action": types.TextColumn(say("audit.action"), width=215),
            "what": types.TextColumn(say("audit.what"), width=110),
            "facts": types.TextColumn(say("audit.facts"), width=480),
        },
        placeholder="",
        alt=say("audit.alt", n=len(table)),
    )
