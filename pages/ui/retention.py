"""Retention & export: rows and size per month, everything as a file, and cleaning up."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import pandas as pd
import streamlit as st

from pages.ui import cleaning, data, formats, frame, taking
from pages.ui.panel import nothing_yet, panel
from pages.ui.speech import language, say
from sync.settings import Settings
from sync.store.months import Month

PAGE: Final = "retention"
_ROWS: Final = 12


def show() -> None:
    """Draw the whole page."""
    frame.head(say("retention.title"))
    st.session_state["page"] = PAGE
    with panel("retention_settings"):
        found = data.settings()
        frame.notice(found)
        if not data.has_store(found):
            nothing_yet(PAGE)
            return
        with panel("retention_store"):
            frame.condition(PAGE, found)
            _parts(found)


def _parts(found: Settings) -> None:
    st.text(say("retention.intro"))
    with panel("retention_months"):
        _months(found)
    with panel("retention_export"):
        taking.show(found)
    with panel("retention_cleanup"):
        cleaning.show(found)
    with panel("retention_past"):
        cleaning.past(found)


def _months(found: Settings) -> None:
    """Rows and size of each month, the newest first."""
    st.header(say("retention.months"), anchor=False)
    months = data.months(found)
    if not months:
        st.info(say("retention.none"), icon=":material/inbox:")
        return
    total = sum(month.rows for month in months)
    words = say(
        "retention.total.one" if total == 1 else "retention.total",
        rows=formats.number(total, language()),
        size=formats.size(sum(month.bytes for month in months), language()),
        first=month_words(months[0]),
    )
    st.text(words)
    table(list(reversed(months)), "retention_table", say("retention.table", n=len(months)))
    frame.quiet(say("retention.size.help"))


def month_words(month: Month) -> str:
    """What a month is called: "nov 2026"."""
    return formats.month(date.fromisoformat(f"{month.month}-01"), language())


def table(months: Sequence[Month], key: str, alt: str, *, going: bool = False) -> None:
    """Months as a grid; with what a cleanup would take of each, where asked."""
    number = st.column_config.NumberColumn
    rows = [
        {
            "month": month_words(month),
            "rows": month.rows,
            **({"going": month.going, "staying": month.rows - month.going} if going else {}),
            "size": _kilobytes(month.going_bytes if going else month.bytes),
        }
        for month in months
    ]
    st.dataframe(
        pd.DataFrame(rows),
        key=key,
        hide_index=True,
        width="stretch",
        height=min(len(rows), _ROWS) * 35 + 40,
        column_config={
            "month": st.column_config.TextColumn(say("retention.col.month"), width=110),
            "rows": number(say("retention.col.rows"), format="localized", width=110),
            "going": number(say("retention.col.going"), format="localized", width=110),
            "staying": number(say("retention.col.staying"), format="localized", width=110),
            "size": number(say("retention.col.size"), format="localized", width=110),
        },
        placeholder="",
        alt=alt,
    )


def _kilobytes(count: int) -> int | None:
    """At least one, so that little is not nothing; None for no file."""
    return max(round(count / 1000), 1) if count else None
