"""Runs now what the schedule runs each interval."""

from collections import Counter
from collections.abc import Mapping

from sync import engine
from sync.engine.report import RunReport
from sync.jobs.resync import summary
from sync.jobs.task import Task


def work(task: Task) -> Mapping[str, object]:
    """Fetch and book what is due, of the request's connection or of all that are switched on."""
    task.tell()
    name = task.request.connection
    chosen = [
        connection
        for connection in task.settings.connections.values()
        if (connection.name == name if name else connection.enabled)
    ]
    reports: list[RunReport] = []
    before: Counter[str] = Counter()
    for connection in chosen:
        if task.stopping():
            break
        wanted = engine.Wanted(trigger="manual", actor=task.request.actor, request=task.request.id)
        reports.append(task.book(connection, wanted, _teller(task, before), task.stopping))
        before += reports[-1].outcomes
    if not reports and not task.stopping():
        return {"state": "failed", "message": "There is no connection to run"}
    result = summary(reports)
    return {**result, "counts": dict(before)}


def _teller(task: Task, before: Counter[str]) -> engine.Progress:
    def tell(report: RunReport, _tried: engine.Tried) -> None:
        """Say how far all runs of the request are together."""
        counts = before + report.outcomes
        task.tell(counts.total(), before.total() + report.due, counts)

    return tell
