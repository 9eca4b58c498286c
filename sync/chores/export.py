"""Writes attempts to a file in the exports folder, where the page offers it."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final, get_args
from zoneinfo import ZoneInfo

from sync.chores.chore import Chore
from sync.domain.documents import Entity
from sync.errors import StoreError
from sync.store import cleanups
from sync.store.csv_export import Language
from sync.store.filters import LogFilter, Success

FORMS: Final = ("csv", "xlsx", "parquet")


class _StoppedError(Exception):
    """Somebody wishes that it stops."""


def work(chore: Chore) -> Mapping[str, object]:
    """Write what the request's filter shows; the result names the file."""
    from sync.store.database import make_folder  # noqa: PLC0415 - as below
    from sync.store.export import export  # noqa: PLC0415 - DuckDB is loaded when it is needed
    from sync.store.reader import open_reader  # noqa: PLC0415

    zone = ZoneInfo(chore.settings.timezone)
    payload = chore.request.payload
    asked = log_filter(payload, zone)
    target = exports(chore.settings.data_home) / _name(payload, chore.now().astimezone(zone), chore)

    def beat(_rows: int) -> None:
        if chore.stopping():
            raise _StoppedError

    try:
        make_folder(target.parent)
        with open_reader(chore.settings.data_home, chore.settings.timezone) as reader:
            language: Language = "nl" if payload.get("language") == "nl" else "en"
            rows = export(reader, asked, target, language, beat)
    except StoreError as error:
        return {"state": "failed", "message": error.message}
    except _StoppedError:
        return {"state": "stopped"}
    return {"rows": rows, "file": target.name}


def exports(data_home: Path) -> Path:
    """The folder in which exports lie."""
    return data_home / "data" / cleanups.EXPORTS


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


def _name(payload: Mapping[str, object], now: datetime, chore: Chore) -> str:
    """A name that no other export has: kind, moment and the request's number."""
    kind = payload.get("entity") or "all"
    form = payload.get("form")
    ending = form if form in FORMS else "csv"
    return f"{kind}-{now:%Y%m%d-%H%M}-{chore.request.id}.{ending}"
