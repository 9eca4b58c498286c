"""Cleans up old attempts, as `python -m sync retain` does, for whoever asked on the page."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sync.domain.retention import refusal
from sync.errors import StoreError
from sync.jobs.task import Task
from sync.store import cleanups, exports
from sync.store.cleanups import Form, Wanted


def work(task: Task) -> Mapping[str, object]:
    """Export what is of before the request's day, prove it, remove it; goes on where it was cut."""
    # DuckDB is loaded only by a worker that is asked for this.
    from sync.store.retention import clean_up, give_up  # noqa: PLC0415

    try:
        if task.request.payload.get("give_up"):
            given = give_up(task.store, task.request.actor)
            return {} if given is None else {"exported": given.exported, "removed": given.removed}
        wanted = _wanted(task)
        if isinstance(wanted, str):
            return {"state": "failed", "message": wanted}
        report = clean_up(task.store, wanted, tell=_teller(task), stopping=task.stopping)
    except StoreError as error:  # a refusal, or a full disk: said, and not tried for ever
        return {"state": "failed", "message": error.message}
    return {
        "state": "done" if report.ended else "stopped",
        "exported": report.exported,
        "removed": report.removed,
        "folder": report.folder.name if report.folder else "",
    }


def _teller(task: Task) -> Callable[[str, int, int], None]:
    def tell(what: str, done: int, parts: int) -> None:
        """Say which part of how many is being done."""
        task.tell(done, parts, note=what)

    return tell


def _wanted(task: Task) -> Wanted | str:
    """The cleanup that is asked for, perhaps one that was cut short; or why it may not be."""
    payload, actor = task.request.payload, task.request.actor
    cut_short = cleanups.under_way(task.store) if payload.get("finish") else None
    if cut_short is not None:
        into = cut_short.folder.parent
        return Wanted(before=cut_short.before, into=into, form=cut_short.form, actor=actor)
    if payload.get("finish"):
        return "No cleanup was cut short"
    day = date.fromisoformat(str(payload.get("before")))
    zone = ZoneInfo(task.settings.timezone)
    if why := refusal(day, task.now().astimezone(zone).date()):
        return why
    form: Form = "csv" if payload.get("form") == "csv" else "parquet"
    before = datetime.combine(day, time(), zone)
    into = exports.folder(task.settings.data_home)
    return Wanted(before=before, into=into, form=form, actor=actor)
