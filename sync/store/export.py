"""Attempts as one file to take along: whole under its name, or not there at all."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
from pyarrow import parquet as pq

from sync.errors import StoreError
from sync.store import parquet, workbook
from sync.store.codec import ATTEMPT
from sync.store.csv_export import Language, export_csv
from sync.store.filters import LogFilter
from sync.store.reader import Reader
from sync.store.snapshot import SCHEMA
from sync.store.whole import monthly

Beat = Callable[[int], None]
_NAMES: Final = {name: name for name in ATTEMPT}
_GROUP_ROWS: Final = 61_440


def export(
    reader: Reader,
    asked: LogFilter,
    target: Path,
    language: Language = "en",
    beat: Beat = lambda _: None,
) -> int:
    """Write every attempt that matches a filter, with all columns, to one file.

    The name's ending says the form. `.parquet` holds what the record holds, oldest first, and can
    be imported; `.csv` and `.xlsx` are for spreadsheets, newest first. It is written under another
    name, flushed, and only then gets its own, in place of a file that had it.

    Args:
        reader: Of the store.
        asked: Which attempts.
        target: The file; only its owner may read it.
        language: Of a CSV: what stands between columns and before decimals.
        beat: Told now and then how many attempts were read; what it raises ends the work, and
            leaves no file.

    Returns:
        The number of attempts written.

    Raises:
        StoreError: Another ending, the record cannot be read, or the file cannot be written.
    """
    write = _FORMS.get(target.suffix.lower())
    if write is None:
        raise StoreError(f"{target.name} must end with {', '.join(FORMS)}: that says the form.")
    unfinished = target.with_name(target.name + ".tmp")
    try:
        unfinished.unlink(missing_ok=True)
        parquet.create(unfinished)
        rows = write(reader, asked, unfinished, language, beat)
        parquet.flush(unfinished)
        unfinished.replace(target)
        parquet.flush(target.parent)
    except (OSError, pa.ArrowException, duckdb.Error) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or error
        raise StoreError(f"{target} cannot be written: {reason}.") from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
    return rows


def _parquet(reader: Reader, asked: LogFilter, target: Path, _: Language, beat: Beat) -> int:
    rows = 0
    with pq.ParquetWriter(target, SCHEMA, compression="zstd") as file:
        for month in monthly(reader, asked, oldest_first=True):
            file.write_table(month, row_group_size=_GROUP_ROWS)
            rows += month.num_rows
            beat(rows)
    return rows


def _csv(reader: Reader, asked: LogFilter, target: Path, language: Language, _: Beat) -> int:
    return export_csv(reader, asked, language, target, _NAMES)


def _xlsx(reader: Reader, asked: LogFilter, target: Path, _: Language, beat: Beat) -> int:
    return workbook.write(target, _NAMES, _cells(reader, asked, beat), reader.zone)


def _cells(reader: Reader, asked: LogFilter, beat: Beat) -> Iterator[tuple[object, ...]]:
    rows = 0
    for month in monthly(reader, asked):
        for batch in month.to_batches(max_chunksize=5_000):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
            rows += batch.num_rows
            beat(rows)


_FORMS: Final[dict[str, Callable[[Reader, LogFilter, Path, Language, Beat], int]]] = {
    ".parquet": _parquet,
    ".csv": _csv,
    ".xlsx": _xlsx,
}
FORMS: Final = tuple(_FORMS)
"""The endings that a file's name may have."""
