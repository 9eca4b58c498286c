"""Rows as a workbook: numbers are numbers, texts are texts, nothing computes.

Memory does not grow with the rows: each is written to the disk when the next one begins.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import xlsxwriter  # type: ignore[import-untyped]  # it carries no types

SHEET_ROWS: Final = 1_000_000
"""Rows on a sheet; what is more goes on a next one, since no sheet holds 1,048,577."""
_LONGEST: Final = 32_000
_HIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Controls and marks that turn the direction of the text: they become a visible "�"."""
_WIDTH: Final = 16
_WIDTHS: Final[Mapping[str, int]] = {
    "message": 60,
    "started_at": 19,
    "finished_at": 19,
    "pattern": 14,
}
_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
Untyped = Any
"""Sheets and formats: their library tells no types."""


def write(
    target: Path,
    headings: Mapping[str, str],
    rows: Iterable[Sequence[object]],
    zone: str,
    sheet_rows: int = SHEET_ROWS,
) -> int:
    """Write rows below their headings.

    Args:
        target: The file; written over.
        headings: The columns in their order, and what stands above each.
        rows: Their cells; None and empty texts leave a cell empty. Moments are aware.
        zone: In which moments are told, since a workbook's have none.
        sheet_rows: Rows after which another sheet begins.

    Returns:
        The number of rows.
    """
    place = ZoneInfo(zone)
    number = 0
    with xlsxwriter.Workbook(str(target), _OPTIONS) as book:
        looks = {
            "head": book.add_format({"bold": True, "bottom": 1}),
            "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            "money": book.add_format({"num_format": "#,##0.00"}),
        }
        sheet = _sheet(book, headings, looks["head"])
        for number, cells in enumerate(rows, 1):
            if number > 1 and (number - 1) % sheet_rows == 0:
                sheet = _sheet(book, headings, looks["head"])
            _write_row(sheet, 1 + (number - 1) % sheet_rows, cells, looks, place)
    return number


def _sheet(book: Untyped, headings: Mapping[str, str], head: Untyped) -> Untyped:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, (name, heading) in enumerate(headings.items()):
        sheet.set_column(column, column, _WIDTHS.get(name, _WIDTH))
        sheet.write_string(0, column, heading, head)
    return sheet


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
                shown = _HIDDEN.sub("\N{REPLACEMENT CHARACTER}", value[:_LONGEST])
                sheet.write_string(number, column, shown)
        elif isinstance(value, bool):
            sheet.write_boolean(number, column, value)
        elif isinstance(value, Decimal):
            sheet.write_number(number, column, value, looks["money"])
        elif value is not None:
            sheet.write_number(number, column, value)
