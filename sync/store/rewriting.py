"""A segment written anew with other patterns: nothing else in it may differ."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa

from sync.errors import PermanentError
from sync.store import parquet
from sync.store.codec import ATTEMPT

REGROUPED: Final = ("pattern", "category", "rules_version")
"""The columns that may differ."""
_BATCH: Final = 5_000
_CHANGED: Final = """
create view changed as
select rows.* replace (
    coalesce(changes.pattern, rows.pattern) as pattern,
    coalesce(changes.category, rows.category) as category,
    coalesce(changes.rules_version, rows.rules_version) as rules_version
)
from rows left join changes on changes.id = rows.id
"""


def failures(path: Path, columns: Sequence[str]) -> Iterator[list[dict[str, Any]]]:
    """The failed attempts of a segment, some thousand at a time, these columns of them.

    Raises:
        PermanentError: The file cannot be read.
    """
    question = " ".join(("select", ", ".join(columns), "from rows where not success"))
    try:
        with parquet.over([path]) as duck:
            for batch in duck.sql(question).to_arrow_reader(_BATCH):
                yield batch.to_pylist()
    except duckdb.Error as error:
        raise PermanentError(f"{path.name} cannot be read: {error}") from error


def rewrite(source: Path, changes: pa.Table, target: Path) -> int:
    """Write a segment anew with other patterns, categories and rules versions; its rows.

    Args:
        source: The segment.
        changes: Columns `id`, `pattern`, `category`, `rules_version`; other rows stay.
        target: The new file.

    Raises:
        PermanentError: Some other column would not be the same.
    """
    with parquet.over([source]) as duck:
        duck.register("changes", changes)
        duck.execute(_CHANGED)
        rows = parquet.copy(duck, target, "changed")
        before = checksums(duck)
    with parquet.over([target]) as duck:
        if checksums(duck) != before:
            raise PermanentError(f"{source.name} would lose something by this: nothing was changed")
    return rows


def checksums(duck: duckdb.DuckDBPyConnection) -> list[Any]:
    """Of each column of `rows` that stays, with its rows' ids; and the number of rows."""
    columns = [f"sum(hash(id, {column}))" for column in ATTEMPT if column not in REGROUPED]
    question = " ".join(("select count(*),", ", ".join(columns), "from rows"))
    return duck.execute(question).fetchall()
