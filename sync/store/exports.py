"""Exports that people ask for: where they lie, in which forms, and what a request's filter is."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, get_args
from zoneinfo import ZoneInfo

from sync.domain.documents import Entity
from sync.store.cleanups import EXPORTS
from sync.store.filters import LogFilter, Success

FORMS: Final = ("csv", "xlsx", "parquet")


def folder(data_home: Path) -> Path:
    """The folder in which exports lie."""
    return data_home / "data" / EXPORTS


def log_filter(payload: Mapping[str, object], zone: ZoneInfo) -> LogFilter:
    """The filter that a request's payload names: `entity`, `since`, `until` (included), `success`.

    Raises:
        ValueError: A day is none.
    """
    kinds: dict[object, Entity] = {kind: kind for kind in get_args(Entity)}
    ends: dict[object, Success] = {end: end for end in get_args(Success)}
    return LogFilter(
        entity=kinds.get(payload.get("entity")),
        since=_midnight(payload.get("since"), zone, 0),
        until=_midnight(payload.get("until"), zone, 1),
        success=ends.get(payload.get("success"), "all"),
    )


def _midnight(day: Any, zone: ZoneInfo, later: int) -> datetime | None:  # noqa: ANN401 - JSON
    if not day:
        return None
    return datetime.combine(date.fromisoformat(str(day)) + timedelta(later), time(), zone)
