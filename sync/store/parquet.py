"""Writing segments: sorted, small, readable by its owner only, on the disk before it has a name."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from sync.store.reader import literal

_COPY: Final = "copy (select * from rows order by started_at, id) to $target ({})"
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
        return _copy(duck, target)


def merge(sources: Sequence[Path], target: Path) -> int:
    """Write the rows of several files as a new one; how many the file holds."""
    with duckdb.connect(":memory:", config=_SETTINGS) as duck:
        files = ", ".join(literal(source) for source in sources)
        duck.execute(f"create view rows as from read_parquet([{files}], hive_partitioning = false)")
        return _copy(duck, target)


def _copy(duck: duckdb.DuckDBPyConnection, target: Path) -> int:
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    copied = duck.execute(_COPY.format(_FORM), {"target": str(target)}).fetchall()
    return int(copied[0][0])


def flush(path: Path) -> None:
    """Have the disk keep a file's bytes, or a folder's names, where the system can."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
