"""VAT codes that are missing, retired or wrong, the right one beside them where it is known."""

from collections.abc import Sequence
from typing import Final

import pandas as pd
import streamlit as st

from pages.ui import data, filters, formats, tabular
from pages.ui.escape import visible
from pages.ui.speech import language, say
from sync.domain.mapping_faults import Fault, fault_finding, mapping_faults
from sync.settings import Connection, Settings
from sync.store.mappings import mapping_of, taxes_of

OF: Final = frozenset({"vat-code", "tax-rate", "oss"})
"""The findings of a check that this table tells, from the mapping that is in force now."""


def show(found: Settings) -> None:
    """Draw the table; a sentence when nothing is wrong, and when the shop's rates are unknown."""
    st.header(say("health.vat"), anchor=False)
    rows = [
        _row(each.name, fault)
        for each in found.connections.values()
        for fault in _faults(found, each)
    ]
    reader = data.reader(found)
    unread = [name for name in found.connections if taxes_of(reader, name) is None]
    if rows:
        _grid(rows)
    elif not unread:
        st.success(say("health.vat.fine"), icon=":material/check_circle:")
    if unread:
        st.text(visible(say("health.vat.unread", names=", ".join(unread))))
    st.page_link(
        "pages/vat.py",
        label=say("health.vat.link"),
        icon=":material/percent:",
        query_params=filters.tongue(),
        width="content",
    )


def count(found: Settings) -> int:
    """How many of them there are."""
    return sum(len(_faults(found, each)) for each in found.connections.values())


def _faults(found: Settings, connection: Connection) -> list[Fault]:
    reader = data.reader(found)
    read = taxes_of(reader, connection.name)
    rates = None if read is None else read.taxes.rates
    mapping = mapping_of(reader, connection.name)[1]
    return mapping_faults(mapping, rates, connection.booking.home_country)


def _row(name: str, fault: Fault) -> dict[str, str]:
    percent = None if fault.percent is None else float(fault.percent) / 100
    finding = fault_finding(fault, name)
    return {
        "mark": "⚠" if finding.warning else "✗",
        "connection": name,
        "tax": visible(fault.tax or fault.country),
        "percent": formats.percent(percent, language()),
        "code": visible(fault.code or "–"),
        "right": fault.right or "–",
        "cure": visible(finding.problem(language())),
    }


def _grid(rows: Sequence[dict[str, str]]) -> None:
    text = st.column_config.TextColumn
    widths = {
        "mark": 60,
        "connection": 100,
        "tax": 110,
        "percent": 80,
        "code": 130,
        "right": 130,
        "cure": 420,
    }
    if len({row["connection"] for row in rows}) == 1:
        del widths["connection"]
    headings = {name: say(f"health.vat.{name}") for name in widths}
    st.dataframe(
        pd.DataFrame(rows, columns=list(widths)),
        key="health_vat",
        hide_index=True,
        height=min(len(rows), 10) * 35 + 40,
        column_config={name: text(headings[name], width=width) for name, width in widths.items()},
        placeholder="",
        alt=say("health.vat.alt", n=len(rows)),
    )
    tabular.download("vat-codes", headings, rows)
