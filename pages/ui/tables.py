"""Arrow rows to Streamlit's grids: column formats, words and links."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote, urlsplit

import pandas as pd
import pyarrow as pa
import streamlit as st

from pages.ui import datacells, formats
from pages.ui.escape import visible
from pages.ui.filter_words import shown
from pages.ui.logs import Log
from pages.ui.messages import shown as message_shown
from pages.ui.speech import language, say
from pages.ui.texts import Language, text

Row = Mapping[str, Any]
MAX_CELL: Final = 300
"""Characters of a cell that the grid gets; the row's story and the CSV hold all of them."""
_ID_WIDTH: Final = 58
"""Pixels for an id of four digits."""
_BADGE_WIDTH: Final = 118
"""The same for the longest word of a state, "Overgeslagen"."""
_NOTHING: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({})
_BADGES: Final = {"yes": "green", "no": "red", "skipped": "gray", "running": "blue"}
_BOOKS: Final = {"booked": "green", "waiting": "blue", "failed": "red", "skipped": "gray"}
_MOMENTS: Final = ("started_at", "updated_at", "last_try_at")
_DAYS: Final = ("issued_at", "created_at")
_EUROS: Final = ("amount", "grand_total", "tax")
_WHOLE: Final = ("mutation_no", "document_id", "order_id", "customer_id", "attempts")


def success_word(row: Row) -> str:
    """Which of the four words the Success column says: yes, no, skipped or running."""
    if row["outcome"] is None:
        return "running"
    if row["success"] is None:
        return "skipped"
    return "yes" if row["success"] else "no"


def order_link(row: Row, admins: Mapping[str, str]) -> str:
    """The order's address in the shop's admin, its number behind the #; empty when there is none.

    Args:
        row: An attempt.
        admins: The admin's address per connection.
    """
    admin = admins.get(row["connection"], "")
    if row["order_id"] is None or urlsplit(admin).scheme not in {"http", "https"}:
        return ""
    return f"{admin}/sales/order/view/order_id/{row['order_id']}#{quote(row['order_no'], safe='')}"


@dataclass(frozen=True, slots=True)
class Frame:
    """A grid's rows in the reader's words; `linked` when the order column holds addresses."""

    data: pd.DataFrame
    linked: bool


def frame(
    rows: pa.Table,
    columns: Sequence[str],
    admins: Mapping[str, str],
    beside: Mapping[str, Mapping[str, str]] = _NOTHING,
) -> Frame:
    """The grid's rows, one column per name in `columns`.

    Args:
        rows: Attempts, with all their columns.
        columns: Names of `view.COLUMNS` and of the attempt's own columns.
        admins: The address of the shop's admin per connection.
        beside: Columns that no attempt holds: the value of each document's key.
    """
    found = rows.to_pylist()
    links = [order_link(row, admins) for row in found]
    # A link column makes a link of everything in it, so it is used only where every row has one.
    linked = all(links)
    tongue = language()
    badges = {word: [say(word)] for word in _BADGES}
    made: dict[str, Callable[[Row], object]] = {
        "order": lambda row: order_link(row, admins) if linked else _cell(row["order_no"]),
        "message": lambda row: _cell(message(row, tongue)),
        "success": lambda row: badges[success_word(row)],
        "trigger": lambda row: shown("trigger", row["trigger"]),
        "entity": lambda row: say(f"kind.{row['entity']}"),
        "customer": lambda row: _cell(customer(row)),
        "outcome": lambda row: say(f"outcome.{row['outcome'] or 'running'}"),
        "category": lambda row: shown("category", row["category"]) if row["category"] else "",
        "pattern": lambda row: shown("pattern", row["pattern"]) if row["pattern"] else "",
    }
    for name, values in beside.items():
        made[name] = partial(_from_beside, values)
    return Frame(_table(found, columns, partial(_value, made)), linked)


def documents(
    rows: pa.Table, columns: Sequence[str], admins: Mapping[str, str], shown: Collection[str]
) -> Frame:
    """The rows of a data page, one column per name in `columns`; None where nothing is known.

    Args:
        rows: Documents, with all their columns.
        columns: Names of the page's columns.
        admins: The address of the shop's admin per connection.
        shown: Keys of the documents whose people are not masked.
    """
    found = rows.to_pylist()
    links = [order_link(row, admins) for row in found]
    linked = all(links)

    def value(name: str, row: Row) -> object:
        if name == "order" and linked:
            return order_link(row, admins)
        if name == "state":
            return [say(f"books.{row['state']}")]
        made = datacells.cell(name, row, language(), shown)
        return _cell(made) if isinstance(made, str) else made

    return Frame(_table(found, columns, value), linked)


def _table(
    rows: Sequence[Row], columns: Sequence[str], value: Callable[[str, Row], object]
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            name: pd.Series([value(name, row) for row in rows], dtype=_DTYPES.get(name))
            for name in columns
        }
    )


def config(
    log: Log,
    columns: Sequence[str],
    *,
    linked: bool,
    zone: str,
    message_width: int = 400,
    highest: int = 0,
) -> dict[str, Any]:
    """How Streamlit draws the columns of `frame` in that log; widths are pixels.

    Args:
        log: Whose grid it is.
        columns: Of the frame.
        linked: Whether orders lead to the shop.
        zone: Of moments.
        message_width: Of the message; what a longer id takes goes off it.
        highest: The highest id that is shown.
    """
    wide = max(_ID_WIDTH, 22 + 8 * len(str(highest)))
    above = {name: log.heading(name, language()) for name in columns}
    types = st.column_config
    special: dict[str, Any] = {
        "id": types.NumberColumn(say("col.id"), format="%d", width=wide),
        "document_no": types.TextColumn(above.get("document_no"), width=92),
        "message": types.TextColumn(
            say("col.message"), width=max(message_width - wide + _ID_WIDTH, 150)
        ),
        "platform": types.TextColumn(say("col.platform"), width=108),
        "success": _badges("success", _BADGES, ""),
        "state": _badges("state", _BOOKS, "books."),
        "order": types.TextColumn(say("col.order"), width=92),
        "country": types.TextColumn(say("col.country"), width=55),
    }
    for name in columns:
        if name in _MOMENTS:
            special[name] = types.DatetimeColumn(
                above[name], format=formats.GRID_MOMENT[language()], timezone=zone, width=142
            )
        elif name in _DAYS:
            special[name] = types.DatetimeColumn(
                above[name], format=formats.GRID_DAY[language()], timezone=zone, width=95
            )
        elif name in _EUROS:
            special[name] = types.NumberColumn(above[name], format="euro")
        elif name in _WHOLE:
            special[name] = types.NumberColumn(above[name], format="%d")
    if linked:
        special["order"] = types.LinkColumn(
            say("col.order"), display_text=r"#(.*)$", width=92, alignment="left"
        )
    return {name: special.get(name, above[name]) for name in columns}


def _badges(column: str, words: Mapping[str, str], prefix: str) -> object:
    """A column whose cells are one word each, as `words` colours them."""
    return st.column_config.MultiselectColumn(
        say(f"col.{column}"),
        options=[say(f"{prefix}{word}") for word in words],
        color=list(words.values()),
        width=_BADGE_WIDTH,
    )


def message(row: Row, tongue: Language) -> str:
    """The attempt's message in a language; of a running one, that it runs."""
    if row["outcome"] is None:
        return text("message.running", tongue)
    return message_shown(row["message"], row["error_code"], row["detail"], tongue)


def customer(row: Row) -> str:
    """The customer's number in the shop; of somebody without an account the reader's word."""
    return say("guest") if row["customer"] == "guest" else str(row["customer"])


def _value(made: Mapping[str, Callable[[Row], object]], name: str, row: Row) -> object:
    if name in made:
        return made[name](row)
    value = row[name]
    return _cell(value) if isinstance(value, str) else value


def _from_beside(values: Mapping[str, str], row: Row) -> str:
    return _cell(values.get(row["key"], "–"))


def _cell(text: str) -> str:
    shown_text = visible(text)
    return shown_text if len(shown_text) <= MAX_CELL else shown_text[:MAX_CELL] + "…"


_DTYPES: Final[Mapping[str, str]] = {
    "id": "Int64",
    "run": "Int64",
    "attempt_no": "Int64",
    "duration_ms": "Int64",
    "mutation_no": "Int64",
    "document_id": "Int64",
    "order_id": "Int64",
    "customer_id": "Int64",
    "attempts": "Int64",
    "order": "str",
    "message": "str",
}
