"""The log as a workbook for bookkeepers: numbers are numbers, texts are texts, nothing computes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pyarrow as pa
import xlsxwriter  # type: ignore[import-untyped]  # it carries no types

from pages.ui import beside
from pages.ui.data import Question
from pages.ui.escape import visible
from pages.ui.messages import shown as message_shown
from pages.ui.texts import TEXTS, Language, text
from sync.store.whole import monthly

SHEET_ROWS: Final = 1_000_000
"""Rows on a sheet; what is more goes on a next one, since no sheet holds 1,048,577."""
_LONGEST: Final = 32_000
_WIDTHS: Final[Mapping[str, int]] = {"message": 60, "started_at": 19, "pattern": 14}
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
Row = Mapping[str, Any]
Untyped = Any
"""Sheets and formats: their library tells no types."""


def write(question: Question, tongue: Language, target: Path, sheet_rows: int = SHEET_ROWS) -> int:
    """Write every row of the question's filter, newest first, in the log's columns.

    Args:
        question: Of the page.
        tongue: Of headings, messages and words.
        target: The file; written over.
        sheet_rows: Rows after which another sheet begins.

    Returns:
        The number of rows.

    Raises:
        StoreError: The record can't be read.
    """
    names = (*question.log.columns, *question.log.optional)
    zone = ZoneInfo(question.settings.timezone)
    rows = 0
    with xlsxwriter.Workbook(str(target), _OPTIONS) as book:
        looks = {
            "head": book.add_format({"bold": True, "bottom": 1}),
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            "money": book.add_format({"num_format": "#,##0.00"}),
        }
        sheet = _sheet(book, question, names, tongue, looks["head"])
        for month in monthly(question.reader, question.filter):
            more = beside.columns(question.reader, month, names, tongue)
            for row in _rows(month):
                if rows and rows % sheet_rows == 0:
                    sheet = _sheet(book, question, names, tongue, looks["head"])
                rows += 1
                cells = [_cell(name, row, more, tongue) for name in names]
                _write_row(sheet, 1 + (rows - 1) % sheet_rows, cells, looks, zone)
    return rows


def _sheet(
    book: xlsxwriter.Workbook,
    question: Question,
    names: Sequence[str],
    tongue: Language,
    head: Untyped,
) -> Untyped:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(names):
        sheet.set_column(column, column, _WIDTHS.get(name, 16))
        sheet.write_string(0, column, question.log.heading(name, tongue), head)
    return sheet


def _rows(table: pa.Table) -> list[Row]:
    return [row for batch in table.to_batches(max_chunksize=5_000) for row in batch.to_pylist()]


def _cell(name: str, row: Row, more: beside.Values, tongue: Language) -> object:
    if name in more:
        return more[name].get(row["key"], "")
    if made := _MADE.get(name):
        return made(row, tongue)
    return row[name]


def _success(row: Row, tongue: Language) -> str:
    if row["outcome"] is None:
        return text("outcome.running", tongue)
    if row["success"] is None:
        return text("outcome.skipped", tongue)
    return text("xlsx.yes" if row["success"] else "xlsx.no", tongue)


def _word(prefix: str, value: str | None, tongue: Language) -> str:
    key = f"{prefix}.{value}"
    return text(key, tongue) if key in TEXTS else value or ""


_MADE: Final[Mapping[str, Callable[[Row, Language], object]]] = {
    "order": lambda row, _: row["order_no"],
    "message": lambda row, tongue: message_shown(
        row["message"], row["error_code"], row["detail"], tongue
    ),
    "success": _success,
    "entity": lambda row, tongue: _word("kind", row["entity"], tongue),
    "trigger": lambda row, tongue: _word("trigger", row["trigger"], tongue),
    "category": lambda row, tongue: _word("category", row["category"], tongue),
    "outcome": lambda row, tongue: _word("outcome", row["outcome"] or "running", tongue),
}


def _write_row(
    sheet: Untyped,
    number: int,
    cells: Sequence[object],
    looks: Mapping[str, Any],
    zone: ZoneInfo,
) -> None:
    for column, value in enumerate(cells):
        if isinstance(value, datetime):
            local = value.astimezone(zone).replace(tzinfo=None)
            sheet.write_datetime(number, column, local, looks["moment"])
        elif isinstance(value, str):
            if value:
                sheet.write_string(number, column, visible(value)[:_LONGEST])
        elif isinstance(value, int):
            sheet.write_number(number, column, value)
        elif value is not None:
            sheet.write_number(number, column, value, looks["money"])
