"""The rows of a page as a workbook for bookkeepers, in the words of its page."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from pages.ui import beside, datacells
from pages.ui.messages import shown as message_shown
from pages.ui.question import Question
from pages.ui.texts import TEXTS, Language, text
from sync.store import workbook
from sync.store.filters import LogFilter
from sync.store.whole import monthly
from sync.store.workbook import SHEET_ROWS

Row = Mapping[str, Any]


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
    headings = {name: question.log.heading(name, tongue) for name in names}
    zone = question.settings.timezone
    cells = _cells(question, names, tongue)
    return workbook.write(target, headings, cells, zone, sheet_rows)


def _cells(question: Question, names: Sequence[str], tongue: Language) -> Iterator[list[object]]:
    if not isinstance(question.filter, LogFilter):
        yield from datacells.lines(question, names, tongue)
        return
    for month in monthly(question.reader, question.filter):
        more = beside.columns(question.reader, month, names, tongue)
        for row in _rows(month):
            yield [_cell(name, row, more, tongue) for name in names]


def _rows(table: pa.Table) -> Iterator[Row]:
    for batch in table.to_batches(max_chunksize=5_000):
        yield from batch.to_pylist()


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
