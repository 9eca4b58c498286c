"""Who did what, to what, and when: the audit trail, filterable, as a file to take along."""

import io
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import pandas as pd
import streamlit as st

from pages.ui import data, formats, frame, particulars, view
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
_PERIODS: Final[tuple[Range, ...]] = tuple(name for name in RANGES if name != "custom")
_PLAIN: Final = {"q": "", "action": "", "actor": "", "range": "all"}
"""The filters by their names in the address, and what each says when it asks for everything."""
_ADDRESS: Final = "audit_address"
_CHOSEN: Final = "audit_chosen"


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
    """What is asked for; widgets and address agree afterwards."""
    actions, actors = audits.known(reader)
    offered: dict[str, list[str]] = {
        "action": ["", *actions],
        "actor": ["", *actors],
        "range": list(_PERIODS),
    }
    _settle(offered)
    words = {name: action_words(name) for name in actions}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            say("q"),
            key=_key("q"),
            max_chars=view.MAX_TEXT,
            placeholder=say("audit.q"),
            width=240,
        )
        st.selectbox(
            say("audit.action"),
            offered["action"],
            format_func=lambda name: words.get(name) or say("any"),
            key=_key("action"),
            width=200,
        )
        st.selectbox(
            say("audit.actor"),
            offered["actor"],
            format_func=lambda name: visible(name) or say("any"),
            key=_key("actor"),
            width=200,
        )
        st.selectbox(
            say("range"),
            offered["range"],
            format_func=lambda name: say(f"range.{name}"),
            key=_key("range"),
            width=160,
        )
    chosen = {
        name: str(st.session_state[_key(name)] or default) for name, default in _PLAIN.items()
    }
    st.session_state[_CHOSEN] = chosen
    _publish(chosen)
    span = next(name for name in _PERIODS if name == chosen["range"])
    since, until = view.bounds(View(range=span), data.today(found.timezone), found.timezone)
    return AuditFilter(
        action=chosen["action"],
        actor=chosen["actor"],
        since=since,
        until=until,
        text=chosen["q"],
    )


def _key(name: str) -> str:
    return f"audit_{name}"


def _settle(offered: Mapping[str, Sequence[str]]) -> None:
    """Let the address lead when it says something else than it last said; otherwise the widgets.

    A value that nobody offers counts as not given.
    """
    asked = {name: st.query_params.get(name, "") for name in _PLAIN}
    # For a moment after a widget was used the address still says what was asked for before.
    used = {name: st.session_state.get(_key(name)) for name in _PLAIN}
    is_used = None not in used.values() and used != st.session_state.get(_CHOSEN, used)
    is_new = not is_used and asked != st.session_state.get(_ADDRESS)
    for name, default in _PLAIN.items():
        if is_new or _key(name) not in st.session_state:
            typed = asked[name].replace("\x00", "")[: view.MAX_TEXT]
            known = not typed or name == "q" or typed in offered[name]
            st.session_state[_key(name)] = (typed if known else "") or default
    if is_new:
        st.session_state[_ADDRESS] = asked


def _publish(chosen: Mapping[str, str]) -> None:
    """Write what is asked for to the address, save who it is about when that is an e-mail's."""
    wanted = {
        name: "" if value == _PLAIN[name] or view.is_private(value) else value
        for name, value in chosen.items()
    }
    for name, value in wanted.items():
        if value and st.query_params.get(name) != value:
            st.query_params[name] = value
        elif not value:
            st.query_params.pop(name, None)
    st.session_state[_ADDRESS] = wanted


def leave() -> None:
    """Take the filters out of the address: another part of the page is open."""
    for name in _PLAIN:
        st.query_params.pop(name, None)
    for name in (_ADDRESS, _CHOSEN):
        st.session_state.pop(name, None)


def action_words(action: str) -> str:
    """An action as people call it; a strange one by its own name."""
    key = f"audit.action.{action.replace(' ', '_')}"
    return say(key) if key in TEXTS else action


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
            "what": visible(particulars.what(row)),
            "facts": visible(particulars.in_short(row.facts))[:_LONGEST],
        }
        for row in rows
    ]
    st.dataframe(
        pd.DataFrame(table),
        key="audit_table",
        hide_index=True,
        height=min(len(table), 15) * 35 + 40,
        column_config={
            "id": types.NumberColumn(say("col.id"), format="%d", width=50),
            "at": types.DatetimeColumn(
                say("audit.at"),
                format=formats.GRID_MOMENT[language()],
                timezone=found.timezone,
                width=142,
            ),
            "actor": types.TextColumn(say("audit.actor"), width=90),
            "action": types.TextColumn(say("audit.action"), width=205),
            "what": types.TextColumn(say("audit.what"), width=110),
            "facts": types.TextColumn(say("audit.facts"), width=480),
        },
        placeholder="",
        alt=say("audit.alt", n=len(table)),
    )
