"""What the record holds of each month, and what a cleanup would take of it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import pyarrow as pa

from sync.store.cleanups import UNSETTLED
from sync.store.database import segments_path
from sync.store.reader import Reader
from sync.store.scope import Scope
from sync.store.snapshot import Snapshot

_DEADLINE_SECONDS: Final = 600.0
_GOING: Final = """
select strftime(started_at at time zone 'UTC', '%Y-%m') as month, count(*) as rows
from attempts
where started_at < $before and outcome is not null and key not in (from unsettled)
group by month
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """One month of the record, UTC.

    Attributes:
        month: "2026-11".
        rows: Attempts of all kinds.
        bytes: Of its files; rows that are not sealed yet have none.
        going: How many of the rows a cleanup takes; `going_bytes` their share of the files.
    """

    month: str
    rows: int
    bytes: int
    going: int = 0

    @property
    def going_bytes(self) -> int:
        """About how many bytes a cleanup frees."""
        return round(self.bytes * self.going / self.rows) if self.rows else 0


def months(reader: Reader, before: datetime | None = None) -> list[Month]:
    """Rows and size of each month that has any, oldest first.

    Args:
        reader: Of the store.
        before: Also count what a cleanup of attempts that started before this moment would take:
            finished ones, of documents that are booked or skipped and not being tried now.
    """
    return reader.look(lambda state: _months(reader, state, before))


def unsettled(keys: Iterable[str]) -> pa.Table:
    """Keys of documents whose attempts stay, as a table of one column."""
    return pa.table({"key": pa.array(list(keys), pa.string())})


def _months(reader: Reader, state: Snapshot, before: datetime | None) -> list[Month]:
    rows: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    folder = segments_path(reader.home)
    for segment in state.segments:
        rows[segment.month] += segment.rows
        file = folder / segment.path
        sizes[segment.month] += file.stat().st_size if file.exists() else 0
    starts = state.unsealed["started_at"].to_pylist()
    rows.update(f"{start.astimezone(UTC):%Y-%m}" for start in starts)
    going = _going(reader, state, before) if before else {}
    return [
        Month(month=month, rows=rows[month], bytes=sizes[month], going=going.get(month, 0))
        for month in sorted(rows)
    ]


def _going(reader: Reader, state: Snapshot, before: datetime) -> Mapping[str, int]:
    keys = [row["key"] for row in reader.rows(UNSETTLED)]
    with reader.cursor(state, Scope(until=before), _DEADLINE_SECONDS) as cursor:
        cursor.register("unsettled", unsettled(keys))
        found = cursor.sql(_GOING, params={"before": before}).to_arrow_table().to_pylist()
    return {row["month"]: row["rows"] for row in found}
