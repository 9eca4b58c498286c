"""Writes attempts to a file in the exports folder, where the page offers it."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sync.errors import StoreError
from sync.jobs.task import Task
from sync.store import exports
from sync.store.csv_export import Language


class _StoppedError(Exception):
    """Somebody wishes that it stops."""


def work(task: Task) -> Mapping[str, object]:
    """Write what the request's filter shows; the result names the file."""
    from sync.store.database import make_folder  # noqa: PLC0415 - as below
    from sync.store.export import export  # noqa: PLC0415 - DuckDB is loaded when it is needed
    from sync.store.reader import open_reader  # noqa: PLC0415

    zone = ZoneInfo(task.settings.timezone)
    payload = task.request.payload
    asked = exports.log_filter(payload, zone)
    target = exports.folder(task.settings.data_home) / _name(task, task.now().astimezone(zone))

    def beat(rows: int) -> None:
        """Say how many rows are written; raises when somebody wants it to stop."""
        if task.stopping():
            raise _StoppedError
        task.tell(rows)

    try:
        make_folder(target.parent)
        with open_reader(task.settings.data_home, task.settings.timezone) as reader:
            language: Language = "nl" if payload.get("language") == "nl" else "en"
            rows = export(reader, asked, target, language, beat)
    except StoreError as error:
        return {"state": "failed", "message": error.message}
    except _StoppedError:
        return {"state": "stopped"}
    return {"rows": rows, "file": target.name}


def _name(task: Task, now: datetime) -> str:
    """A name that no other export has: kind, moment and the request's number."""
    kind = task.request.payload.get("entity") or "all"
    form = task.request.payload.get("form")
    ending = form if form in exports.FORMS else "csv"
    return f"{kind}-{now:%Y%m%d-%H%M}-{task.request.id}.{ending}"
