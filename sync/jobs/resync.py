"""Books named documents again, connection by connection, in the order in which they depend."""

from collections.abc import Iterator, Mapping
from typing import Final

from sync import engine
from sync.engine.desk import ENTITIES
from sync.engine.report import RunReport
from sync.jobs.task import Task
from sync.settings import Connection
from sync.store import Document

PAUSES: Final = (10.0, 30.0)
"""Seconds before what a service did not answer for is begun again."""


def work(task: Task) -> Mapping[str, object]:
    """Try each document that the request has not tried yet, once."""
    task.tell()
    reports = list(_reports(task))
    return summary(reports, left=len(task.store.open_documents(task.request.id)))


def summary(reports: list[RunReport], left: int = 0) -> dict[str, object]:
    """What came of some runs, as a request's result.

    Args:
        reports: Of the runs, the latest of a connection last.
        left: Documents that were named and not tried.
    """
    last = {report.connection: report for report in reports}
    wrong = next((x for x in last.values() if x.message), None)
    states = {report.state for report in last.values()}
    order = ("stopped", "failed", "partly")
    return {
        "state": next((state for state in order if state in states), "done"),
        "message": wrong.message if wrong else "",
        "code": wrong.code if wrong else "",
        "left": left,
    }


def _reports(task: Task) -> Iterator[RunReport]:
    """A report for each try at a connection: what a service gave no answer for is begun again."""
    for name in _by_connection(task):
        connection = task.settings.connections.get(name)
        if connection is None:
            yield RunReport(
                connection=name,
                message=f"Connection {name} is not set up any more",
                misconfigured=True,
            )
            continue
        for pause in (*PAUSES, None):
            report = _run(task, connection)
            if report is not None:
                yield report
            if report is None or not report.unreachable or pause is None or task.stopping():
                break
            task.tell(note="unreachable")
            task.stop.sleep(pause)


def _run(task: Task, connection: Connection) -> RunReport | None:
    documents = _by_connection(task).get(connection.name)
    if not documents or task.stopping():
        return None
    wanted = engine.Wanted(
        trigger="resync",
        actor=task.request.actor,
        numbers=sorted({document.entry.document_no for document in documents}),
        keys={document.key for document in documents},
        entities=[x for x in ENTITIES if any(d.entry.entity == x for d in documents)],
        request=task.request.id,
    )
    return task.book(connection, wanted, lambda _report, _tried: task.tell(), task.stopping)


def _by_connection(task: Task) -> dict[str, list[Document]]:
    found: dict[str, list[Document]] = {}
    for key in task.store.open_documents(task.request.id):
        document = task.store.document(key)
        if document is not None:
            found.setdefault(document.entry.connection, []).append(document)
    return found
