"""Files of attempts that leave the record: written whole or not at all, then proven.

Proven means: read again from the disk, with the same number of rows and the same sum over a hash
of every row as what they were made from.
"""

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import duckdb

from sync.errors import StoreError
from sync.store import parquet
from sync.store.cleanups import Form
from sync.store.codec import ATTEMPT
from sync.store.csv_export import BOM, cell
from sync.store.parquet import literal

_CHUNK: Final = 1 << 20
_CSV: Final = (
    "copy (select {} from {} order by started_at, id) to $target"
    " (format csv, header true, delimiter ',')"
)
_READ_CSV: Final = (
    "read_csv(TARGET, all_varchar = true, header = true, delim = ',', quote = '\"', escape = '\"',"
    " null_padding = false, strict_mode = true, parallel = false, auto_detect = false,"
    " columns = {})"
)


def write(duck: duckdb.DuckDBPyConnection, source: str, form: Form, target: Path) -> int:
    """Write what a view shows as a new file, flushed, under a name that says it is unfinished.

    Args:
        duck: Where the view is.
        source: The view's name; it has the columns of an attempt.
        form: Of the file.
        target: The file's name when it is finished; `finish` gives it.

    Returns:
        The number of rows.
    """
    unfinished = _unfinished(target)
    unfinished.unlink(missing_ok=True)
    if form == "parquet":
        rows = parquet.copy(duck, unfinished, source)
    else:
        rows = _write_csv(duck, source, unfinished)
    parquet.flush(unfinished)
    return rows


def finish(target: Path) -> None:
    """Give a written file its name, for good."""
    _unfinished(target).rename(target)
    parquet.flush(target.parent)


def prove(duck: duckdb.DuckDBPyConnection, source: str, form: Form, file: Path) -> int:
    """Compare a file with what it was made from; the number of rows of both.

    Raises:
        StoreError: They differ, in number or in any cell.
    """
    expected = _summed(duck, source, _cells(form))
    plain = form == "parquet"
    found = _summed(duck, _reading(form, file), ATTEMPT if plain else map(_filled, ATTEMPT))
    if expected != found:
        raise StoreError(
            f"{file} does not hold what it should ({found[0]} rows for {expected[0]}): "
            "nothing was removed."
        )
    return expected[0]


def prove_unfinished(duck: duckdb.DuckDBPyConnection, source: str, form: Form, target: Path) -> int:
    """`prove` for a file that has not got its name yet."""
    return prove(duck, source, form, _unfinished(target))


def show_ids(duck: duckdb.DuckDBPyConnection, view: str, form: Form, file: Path) -> None:
    """Make a table of the ids that a file holds."""
    reading = _reading(form, file)
    duck.execute(
        " ".join(("create table", view, "as select cast(id as bigint) as id from", reading))
    )


def digest(file: Path) -> str:
    """The file's SHA-256, in hexadecimal, as `sha256sum` tells it."""
    found = hashlib.sha256()
    with file.open("rb") as read:
        while block := read.read(_CHUNK):
            found.update(block)
    return found.hexdigest()


def _unfinished(target: Path) -> Path:
    return target.with_name(target.name + ".tmp")


def _write_csv(duck: duckdb.DuckDBPyConnection, source: str, target: Path) -> int:
    cells = ", ".join(f"{cell(name, 'en')} as {name}" for name in ATTEMPT)
    body = target.with_name(target.name + ".body")
    body.unlink(missing_ok=True)
    try:
        parquet.create(body)
        copied = duck.execute(_CSV.format(cells, source), {"target": str(body)}).fetchall()
        parquet.create(target)
        with target.open("wb") as whole, body.open("rb") as written:
            whole.write(BOM)
            shutil.copyfileobj(written, whole)
    finally:
        body.unlink(missing_ok=True)
    return int(copied[0][0])


def _cells(form: Form) -> Iterable[str]:
    if form == "parquet":
        return ATTEMPT
    return (f"coalesce(cast({cell(name, 'en')} as varchar), '')" for name in ATTEMPT)


def _filled(name: str) -> str:
    return f"coalesce({name}, '')"


def _reading(form: Form, file: Path) -> str:
    if form == "parquet":
        return f"read_parquet({literal(file)}, hive_partitioning = false)"
    columns = ", ".join(f"'{name}': 'varchar'" for name in ATTEMPT)
    return _READ_CSV.replace("TARGET", literal(file)).format("{" + columns + "}")


def _summed(duck: duckdb.DuckDBPyConnection, source: str, cells: Iterable[str]) -> tuple[int, int]:
    """How many rows, and the sum over a hash of each: the order of rows does not matter."""
    hashed = f"cast(hash(row({', '.join(cells)})) as hugeint)"
    question = " ".join(("select count(*), coalesce(sum(", hashed, "), 0) from", source))
    rows, summed = duck.execute(question).fetchall()[0]
    return int(rows), int(summed)
