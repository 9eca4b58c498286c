"""The table of error patterns; choosing a row opens it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import pandas as pd
import streamlit as st

from pages.ui import data, filters, formats, frame
from pages.ui.escape import visible
from pages.ui.filter_words import shown
from pages.ui.keys import key
from pages.ui.naming import Named
from pages.ui.speech import language, say
from pages.ui.tables import MAX_CELL
from sync.domain.patterns.lifecycle import STATUSES, Status

Colour = Literal["red", "orange", "blue", "gray", "green"]

DAYS: Final = 30
COLOURS: Final[Mapping[Status, Colour]] = {
    "back": "red",
    "new": "orange",
    "rising": "red",
    "ongoing": "blue",
    "muted": "gray",
    "resolved": "green",
}
_HEAD: Final = 35
_ROW: Final = 62
"""A cause is a sentence; a grid wraps text only in rows that are higher than four lines' height."""
_MOST_ROWS: Final = 9


def draw(page: str, rows: Sequence[Named], zone: str) -> None:
    """The patterns, most documents still open first.

    Args:
        page: The page whose view a choice changes.
        rows: What is shown.
        zone: In which days are told.
    """
    st.dataframe(
        frame_of(rows, data.today(zone), zone),
        key=_key(page, rows),
        hide_index=True,
        height=min(len(rows), _MOST_ROWS) * _ROW + _HEAD + 5,
        row_height=_ROW,
        column_config=_config(),
        placeholder="–",
        selection_mode="single-row",
        on_select=lambda: _select(page, rows),
        alt=say("patterns.grid", n=len(rows)),
    )
    frame.quiet(say("patterns.hint"))


def frame_of(rows: Sequence[Named], today: date, zone: str) -> pd.DataFrame:
    """The table's cells in the reader's words; a pattern's last thirty days as a list."""
    tongue = language()
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    local = ZoneInfo(zone)
    return pd.DataFrame(
        {
            "status": [[say(f"status.{each.row.status}")] for each in rows],
            "category": [
                shown("category", each.row.category) if each.row.category else "" for each in rows
            ],
            "template": [visible(each.title(tongue))[:MAX_CELL] for each in rows],
            "attempts": [each.row.attempts for each in rows],
            "documents": [each.row.documents for each in rows],
            "open": [each.row.open for each in rows],
            "history": [[each.row.by_day.get(day, 0) for day in days] for each in rows],
            "first_seen": [each.row.first_seen.astimezone(local).date() for each in rows],
            "last_seen": [each.row.last_seen.astimezone(local).date() for each in rows],
            "owner": [visible(each.row.decision.owner) for each in rows],
        }
    )


def _config() -> dict[str, Any]:
    """All columns side by side on a screen of 1280: 815 pixels beside the boxes for choosing."""
    types = st.column_config
    day = formats.GRID_SHORT_DAY[language()]
    return {
        "status": types.MultiselectColumn(
            say("patterns.col.status"),
            options=[say(f"status.{name}") for name in STATUSES],
            color=[COLOURS[name] for name in STATUSES],
            width=84,
        ),
        "category": types.TextColumn(say("col.category"), width=98),
        "template": types.TextColumn(say("patterns.col.template"), width=169),
        "attempts": types.NumberColumn(say("patterns.col.attempts"), width=66),
        "documents": types.NumberColumn(say("patterns.col.documents"), width=82),
        "open": types.NumberColumn(say("patterns.col.open"), width=46),
        "history": types.LineChartColumn(
            say("patterns.col.history"), y_min=0, color="red", width=76
        ),
        "first_seen": types.DateColumn(
            say("patterns.col.first"), format=day, width=66, help=say("patterns.col.first.help")
        ),
        "last_seen": types.DateColumn(
            say("patterns.col.last"), format=day, width=66, help=say("patterns.col.last.help")
        ),
        "owner": types.TextColumn(say("patterns.col.owner"), width=62),
    }


def _key(page: str, rows: Sequence[Named]) -> str:
    """Another set of rows is another grid: a click can never land on a row that has moved."""
    opened = st.session_state.get(f"{page}_opened", 0)
    return f"{page}_grid_{opened}_{hash(tuple(each.id for each in rows)):x}"


def _select(page: str, rows: Sequence[Named]) -> None:
    """The chosen position becomes the pattern's id at once."""
    state: Any = st.session_state.get(_key(page, rows))
    chosen: Sequence[int] = state.selection.rows if state else ()
    if chosen:
        st.session_state[f"{page}_opened"] = st.session_state.get(f"{page}_opened", 0) + 1
        kept = st.session_state[key(page, "view")]
        filters.ask(page, replace(kept, pattern=rows[chosen[0]].id))
