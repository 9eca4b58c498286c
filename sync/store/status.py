"""What the status page asks: the latest checks, look-ups used, size of the record, latencies."""

import shutil
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sync.domain.documents import Entity
from sync.domain.findings import Look, Side, look_from
from sync.store import codec, schema
from sync.store.database import hub_path, segments_path
from sync.store.filters import LogFilter, where
from sync.store.kept import scope_of
from sync.store.reader import Reader
from sync.store.requests import request_of
from sync.store.rows import Request
from sync.store.snapshot import Snapshot

SCHEMA: Final = schema.VERSION
"""Of the hub."""
SQLITE: Final = sqlite3.sqlite_version
"""The version of the library that holds it."""
_MOST: Final = 200
_CHECKS: Final = """
select * from request where kind = 'check' and finished_at is not null order by id desc limit ?
"""
_CALLS: Final = "select calls from lookup where administration = ? and month = ?"
_BACKUP: Final = "select at from audit where action = 'backup' order by id desc limit 1"
_FIGURES: Final = """
    count(*) as attempts,
    quantile_disc(duration_ms, 0.5) as p50,
    quantile_disc(duration_ms, 0.95) as p95,
    max(duration_ms) as slowest
from attempts where duration_ms is not null and {}
"""
_HOURS: Final = f"""
select date_trunc('hour', started_at) as hour, platform, {_FIGURES}
group by hour, platform order by hour, platform
"""
_KINDS: Final = f"""
select platform, entity, {_FIGURES}
group by platform, entity order by p95 desc, platform, entity
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A look that a request's result holds.

    Attributes:
        look: What was looked at and found.
        actor: Who asked for it.
    """

    look: Look
    actor: str


Looks = Mapping[tuple[str, Side], Kept]
"""The latest look at each connection's sides; the machine has no connection."""


def latest_looks(reader: Reader) -> Looks:
    """What the latest checks found."""
    found: dict[tuple[str, Side], Kept] = {}
    for request in (request_of(row) for row in reader.rows(_CHECKS, (_MOST,))):
        for look in _looks(request):
            found.setdefault((look.connection, look.side), Kept(look=look, actor=request.actor))
    return found


def _looks(request: Request) -> list[Look]:
    looks = request.result.get("looks")
    try:
        return [look_from(each) for each in looks] if isinstance(looks, list) else []
    except (KeyError, TypeError, ValueError):  # of another version of this program
        return []


def calls(reader: Reader, administration: str, month: str) -> int:
    """GetMutaties that an administration has used in a month, e.g. "2026-11"."""
    rows = reader.rows(_CALLS, (administration, month))
    return int(rows[0]["calls"]) if rows else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large the record is, and how it is.

    Attributes:
        segments: Parquet files that are read, and the attempts in them.
        hot: Attempts in the hub.
        file_bytes: Of the Parquet files that are there.
        hub_bytes: Of the hub with its journal.
        damaged: Files that are set apart, and the attempts in them that nobody sees.
        free: Bytes free on the disk.
        sealed_at: When the youngest of the files was written; None before the first.
        backup_at: When a backup was made last; None when the hub knows of none.
    """

    segments: int
    sealed: int
    hot: int
    file_bytes: int
    hub_bytes: int
    damaged: int
    damaged_rows: int
    free: int
    sealed_at: datetime | None
    backup_at: datetime | None


def size(reader: Reader) -> Size:
    """Measure the record of a home.

    Raises:
        StoreError: The hub cannot be read.
    """
    return reader.look(lambda state: _size(reader, state))


def _size(reader: Reader, state: Snapshot) -> Size:
    folder, hub = segments_path(reader.home), hub_path(reader.home)
    files = [seen for x in state.segments if (seen := _seen(folder / x.path)) is not None]
    journal = [hub, *(hub.with_name(hub.name + end) for end in ("-wal", "-shm"))]
    backups = reader.rows(_BACKUP)
    return Size(
        segments=len(state.segments),
        sealed=sum(x.rows for x in state.segments),
        hot=state.unsealed.num_rows,
        file_bytes=sum(size for size, _ in files),
        hub_bytes=sum(seen[0] for path in journal if (seen := _seen(path)) is not None),
        damaged=len(state.damaged),
        damaged_rows=sum(x.rows for x in state.damaged),
        free=shutil.disk_usage(hub.parent).free,
        sealed_at=max((written for _, written in files), default=None),
        backup_at=codec.moment(backups[0]["at"]) if backups else None,
    )


def _seen(path: Path) -> tuple[int, datetime] | None:
    """A file's size and when it was written; None when it is gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, datetime.fromtimestamp(found.st_mtime, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long tries took that went well. All in milliseconds.

    Attributes:
        attempts: How many.
        p50, p95: Half of them, and 95 of 100, took no longer.
        slowest: The one that took longest.
    """

    attempts: int
    p50: int
    p95: int
    slowest: int


def answered(asked: LogFilter) -> LogFilter:
    """The filter's tries that tell how fast a service is; what its chart's links show.

    Those that went well: what we refuse ourselves takes no time, and what was left behind by a
    process that ended took as long as nobody looked.
    """
    return replace(asked, success="yes")


def latency_by_hour(reader: Reader, asked: LogFilter) -> dict[tuple[datetime, str], Latency]:
    """By the hour in which they began and the platform; hours without any are left out.

    Raises:
        StoreError: The record cannot be read.
    """
    rows = _asked(reader, _HOURS, asked)
    return {(row["hour"], row["platform"]): _latency(row) for row in rows}


def latency_by_kind(reader: Reader, asked: LogFilter) -> dict[tuple[str, Entity], Latency]:
    """By platform and kind of document, the slowest first.

    Raises:
        StoreError: The record cannot be read.
    """
    return {
        (row["platform"], row["entity"]): _latency(row) for row in _asked(reader, _KINDS, asked)
    }


def _asked(reader: Reader, question: str, asked: LogFilter) -> list[dict[str, Any]]:
    wanted = answered(asked)
    clause = where(wanted)
    table = reader.ask(question.format(clause.sql), clause.values, scope_of(wanted))
    found: list[dict[str, Any]] = table.to_pylist()
    return found


def _latency(row: Mapping[str, Any]) -> Latency:
    names = ("attempts", "p50", "p95", "slowest")
    return Latency(**{name: int(row[name]) for name in names})
