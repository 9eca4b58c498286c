"""Writing segments: sorted, small, readable by its owner only, on the disk before it has a name."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from sync.store.snapshot import SCHEMA

_COPY: Final = "copy (select * from {} order by started_at, id) to $target ({})"
_FORM: Final = (
    "format parquet, compression zstd, parquet_version v2, row_group_size 61440, use_tmp_file false"
)
_SETTINGS: Final[dict[str, str | bool | int | float | list[str]]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "memory_limit": "1GB",
}


_DESCRIBE: Final = """
select
    count(*) as rows,
    count(distinct id) as ids,
    count(*) filter (success) as succeeded,
    count(*) filter (not success) as failed,
    min(id) as id_from,
    max(id) as id_to,
    epoch_us(min(started_at)) as started_from,
    epoch_us(max(started_at)) as started_to,
    max(run) as run_to,
    max(rules_version) as rules_version,
    any_value(entity) as entity,
    any_value(strftime(started_at, '%Y-%m')) as month,
    count(distinct (entity, strftime(started_at, '%Y-%m'))) as groups,
    count(*) filter (outcome is null) as running,
    bit_xor(hash(VALUES)) as content
from rows
"""


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
    with reading() as duck:
        show(duck, sources)
        yield duck


def describe(path: Path) -> dict[str, Any]:
    """What a file holds, every value of it read.

    Returns:
        The values of a `Segment` by name, its path excepted, and beside them: `ids`, how many
        different ones; `groups`, how many entities and months; `running`, rows without an outcome;
        `run_to` and `rules_version`, the highest; `content`, a number that differs when a value
        does, whatever the order of the rows.

    Raises:
        duckdb.Error: It is no file of attempts, or cannot be read whole.
    """
    with over([path]) as duck:
        found: dict[str, Any] = (
            duck.sql(_DESCRIBE.replace("VALUES", ", ".join(SCHEMA.names)))
            .to_arrow_table()
            .to_pylist()[0]
        )
        return found


def literal(path: Path) -> str:
    """The path as SQL text, the signs that DuckDB reads as a pattern meaning themselves."""
    plain = re.sub(r"([\[*?])", r"[\1]", str(path)).replace("'", "''")
    return f"'{plain}'"


@contextmanager
def reading() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection of its own that sees moments in UTC."""
    with duckdb.connect(":memory:", config=_SETTINGS) as duck:
        duck.execute("set TimeZone = 'UTC'")
        yield duck


def show(
    duck: duckdb.DuckDBPyConnection, sources: Sequence[Path], more: pa.Table | None = None
) -> None:
    """Show the rows of several files, and those of a table, as the view `rows`."""
    views = []
    if sources:
        files = ", ".join(literal(source) for source in sources)
        views.append(f"from read_parquet([{files}], hive_partitioning = false)")
    if more is not None:
        duck.register("more", more)
        views.append("from more")
    duck.execute("create or replace temp view rows as " + " union all by name ".join(views))


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
