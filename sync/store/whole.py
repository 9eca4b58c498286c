"""All rows of a filter, month by month, so that memory does not grow with their number."""

from collections.abc import Iterator
from typing import Final

import pyarrow as pa

from sync.store.csv_export import months
from sync.store.filters import LogFilter, where
from sync.store.reader import Reader
from sync.store.scope import Scope
from sync.store.snapshot import SCHEMA

_DEADLINE_SECONDS: Final = 600.0


def monthly(reader: Reader, asked: LogFilter, *, oldest_first: bool = False) -> Iterator[pa.Table]:
    """Every attempt that matches a filter, whole, newest first, whatever its sort says.

    Args:
        reader: Of the store.
        asked: Which attempts.
        oldest_first: The other way round, as files of attempts are sorted.

    Yields:
        A month's rows, with the columns of an attempt; months without rows are left out.

    Raises:
        StoreError: It took over ten minutes for a month, or a file cannot be read.
    """
    spans = months(reader.snapshot(), asked)
    direction = "asc" if oldest_first else "desc"
    for span in reversed(spans) if oldest_first else spans:
        part = asked.between(*span)
        clause = where(part)
        question = " ".join(
            (
                *("select", ", ".join(SCHEMA.names), "from attempts where", clause.sql),
                f"order by started_at {direction}, id {direction}",
            )
        )
        scope = Scope(entity=part.entity, since=part.since, until=part.until)
        found = reader.ask(question, clause.values, scope, deadline=_DEADLINE_SECONDS).cast(SCHEMA)
        if found.num_rows:
            yield found
