"""All rows of a filter as CSV, month by month, so that memory does not grow with the file."""

import csv
import io
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import BinaryIO, Final, Literal
from zoneinfo import ZoneInfo

import pyarrow as pa

from sync.store.codec import ATTEMPT, Kind
from sync.store.filters import LogFilter, where
from sync.store.reader import Reader
from sync.store.scope import Scope
from sync.store.snapshot import Snapshot

Language = Literal["nl", "en"]

BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}".encode()
"""What tells a spreadsheet that a file is UTF-8."""
_DELIMITER: Final[dict[Language, str]] = {"nl": ";", "en": ","}
# Made of no batch: an empty array, too, would import pandas, which takes longer than all else.
_NOTHING: Final = pa.Table.from_batches([], pa.schema([("key", pa.string())]))
_DEADLINE_SECONDS: Final = 600.0
_MOMENT: Final = (
    "regexp_replace(strftime(COLUMN, '%Y-%m-%dT%H:%M:%S%z'), '([+-][0-9][0-9])$', '\\1:00')"
)
# A spreadsheet takes a cell for a formula by its first sign, spaces before it or not.
_FORMULA: Final = r"^[\p{Z}\x{200B}\x{FEFF}]*[=+\-@\x01-\x1F＝＋－＠]"
_FORMULA_TEXT: Final = re.compile("[\\s\u200b\ufeff]*[=+\\-@\x01-\x1f＝＋－＠]")
_TEXT: Final = (
    f"nullif(if(regexp_matches(replace(COLUMN, chr(0), ''), '{_FORMULA}'), '''', '')"
    " || replace(COLUMN, chr(0), ''), '')"
)
_MONEY: Final[dict[Language, str]] = {
    "nl": "replace(COLUMN::varchar, '.', ',')",
    "en": "COLUMN",
}


def export_csv(
    reader: Reader,
    asked: LogFilter,
    language: Language,
    target: BinaryIO | Path,
    headings: Mapping[str, str],
    *,
    beside: pa.Table | None = None,
) -> int:
    """Write every attempt that matches a filter, newest first, whatever its sort says.

    UTF-8 with a byte-order mark. Moments are ISO dates with their offset, in the reader's zone.
    Text that a spreadsheet would take for a formula gets an apostrophe in front, and NUL
    characters are left out; numbers stay numbers.

    Args:
        reader: Of the store.
        asked: Which attempts.
        language: "nl" writes semicolons and decimal commas, "en" commas and decimal points.
        target: An open file, or the path of one to be written over.
        headings: The columns in their order, and what stands above each.
        beside: What the columns that no attempt has say of each document: texts, by "key".

    Returns:
        The number of attempts written.

    Raises:
        StoreError: It took over ten minutes for a month, or a file cannot be read.
        ValueError: A heading's column is none of an attempt's.
    """
    if isinstance(target, Path):
        with target.open("wb") as file:
            return export_csv(reader, asked, language, file, headings, beside=beside)
    more = _NOTHING if beside is None else beside
    for unknown in headings.keys() - ATTEMPT.keys() - set(more.column_names):
        raise ValueError(f"an attempt has no column {unknown!r}")
    target.write(BOM + _line(headings.values(), _DELIMITER[language]))
    columns = ", ".join(cell(name, language) for name in headings)
    with tempfile.TemporaryDirectory(prefix="boekwacht-") as folder:
        part = Path(folder) / "month.csv"
        rows = 0
        for span in months(reader.snapshot(), asked):
            copied = (columns, _DELIMITER[language], part)
            rows += _month(reader, asked.between(*span), more, copied)
            with part.open("rb") as written:
                shutil.copyfileobj(written, target)
        return rows


def write_csv(
    target: BinaryIO,
    language: Language,
    headings: Iterable[str],
    rows: Iterable[Sequence[object]],
    zone: str,
) -> int:
    """Write rows that are at hand below their headings, in the notation of `export_csv`.

    Args:
        target: An open file.
        language: As there.
        headings: What stands above the columns.
        rows: Texts, whole numbers, Decimals, aware moments; None and empty texts leave a cell
            empty.
        zone: In which moments are told.

    Returns:
        The number of rows.
    """
    place = ZoneInfo(zone)
    number = 0
    file = io.TextIOWrapper(target, "utf-8-sig", newline="")
    written = csv.writer(file, delimiter=_DELIMITER[language], lineterminator="\n")
    written.writerow(headings)
    for number, cells in enumerate(rows, 1):  # noqa: B007 - the last one counts
        written.writerow([_text(cell, language, place) for cell in cells])
    file.flush()
    file.detach()
    return number


def _text(cell: object, language: Language, zone: ZoneInfo) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(cell, Decimal):
        return f"{cell:f}".replace(".", ",") if language == "nl" else f"{cell:f}"
    return harmless(cell) if isinstance(cell, str) else str(cell)


def harmless(text: str) -> str:
    """`text` as no spreadsheet takes it for a formula: with an apostrophe in front where it may."""
    clear = text.replace("\x00", "")
    return f"'{clear}" if _FORMULA_TEXT.match(clear) else clear


def months(state: Snapshot, asked: LogFilter) -> list[tuple[datetime, datetime]]:
    """The months, first moment and the next month's, that may hold rows of a filter, newest first.

    Months are UTC: no attempt moves from one to another, whatever is sealed meanwhile.
    """
    scope = Scope(entity=asked.entity, since=asked.since, until=asked.until)
    named = {segment.month for segment in state.segments if scope.holds(segment)}
    named |= {
        f"{start.astimezone(UTC):%Y-%m}" for start in state.unsealed["started_at"].to_pylist()
    }
    return [_span(month) for month in sorted(named, reverse=True)]


def _span(month: str) -> tuple[datetime, datetime]:
    first = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
    year, number = divmod(first.year * 12 + first.month, 12)
    return first, first.replace(year=year, month=number + 1)


def _month(
    reader: Reader, asked: LogFilter, beside: pa.Table, copied: tuple[str, str, Path]
) -> int:
    """Write a month's rows: which columns, what stands between them, and to which file."""
    columns, delimiter, part = copied
    clause = where(asked)
    copy = " ".join(
        (
            *("copy (select", columns, "from (from attempts where", clause.sql, ")"),
            "left join beside using (key)",
            "order by started_at desc, id desc) to $part",
            f"(format csv, header false, delimiter '{delimiter}')",
        )
    )
    scope = Scope(entity=asked.entity, since=asked.since, until=asked.until)
    values = {**clause.values, "part": str(part)}

    def write(state: Snapshot) -> int:
        """Write the part from one state of the record; how many rows."""
        with reader.cursor(state, scope, _DEADLINE_SECONDS) as cursor:
            cursor.register("beside", beside)
            return int(cursor.execute(copy, values).fetchall()[0][0])

    return reader.look(write)


def cell(name: str, language: Language) -> str:
    """The SQL of what stands in a CSV's cell for a column of an attempt, or for other text."""
    templates: dict[Kind, str] = {"text": _TEXT, "moment": _MOMENT, "money": _MONEY[language]}
    return templates.get(ATTEMPT.get(name, "text"), "COLUMN").replace("COLUMN", name)


def _line(cells: Iterable[str], delimiter: str) -> bytes:
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="\n").writerow(cells)
    return line.getvalue().encode()
