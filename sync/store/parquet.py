"""Writing segments: sorted, small, readable by its owner only, on the disk before it has a name."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from sync.store.reader import literal

_COPY: Final = "copy (select * from {} order by started_at, id) to $target ({})"
_FORM: Final = (
    "format parquet, compression zstd, parquet_version v2, row_group_size 61440, use_tmp_file false"
)
_SETTINGS: Final[dict[str, str | bool | int | float | list[str]]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "memory_limit": "1GB",
}


def write(rows: pa.Table, target: Path) -> int:
    """Write rows of the hub as a new file; how many the file holds."""
    with duckdb.connect(":memory:", config=_SETTINGS) as duck:
        duck.register("rows", rows)
        return copy(duck, target)


def merge(sources: Sequence[Path], target: Path) -> int:
    """Write the rows of several files as a new one; how many the file holds."""
    with over(sources) as duck:
        return copy(duck, target)


@contextmanager
def over(sources: Sequence[Path]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of its own, whose view `rows` shows the rows of these files."""
    with duckdb.connect(":memory:", config=_SETTINGS) as duck:
        files = ", ".join(literal(source) for source in sources)
        duck.execute(f"create view rows as from read_parquet([{files}], hive_partitioning = false)")
        yield duck


def copy(duck: duckdb.DuckDBPyConnection, target: Path, source: str = "rows") -> int:
    """Write what a table or view shows as a new file in the form of segments; how many rows."""
    create(target)
    copied = duck.execute(_COPY.format(source, _FORM), {"target": str(target)}).fetchall()
    return int(copied[0][0])


def create(target: Path) -> None:
    """Make an empty file that only its owner reads."""
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def flush(path: Path) -> None:
    """Have the disk keep a file's bytes, or a folder's names, where the system can."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
