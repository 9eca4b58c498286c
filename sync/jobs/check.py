"""Looks at what `python -m sync check` looks at, for the page that shows what it finds."""

from collections.abc import Iterator, Mapping

from sync.domain.findings import Look, Side, as_facts
from sync.engine.check import SERVICES, check, check_machine
from sync.jobs.task import Task
from sync.settings import Connection


def work(task: Task) -> Mapping[str, object]:
    """Look at one service of a connection, or at everything when none is named.

    The result holds the looks, each with its moment and duration, and how many problems there are.
    """
    asked = task.request.payload.get("side")
    sides = [side for side in SERVICES if asked in {None, side}]
    name = task.request.connection
    connections = [
        each
        for each in task.settings.connections.values()
        if (each.name == name if name else each.enabled)
    ]
    looks: list[Look] = []
    for look in _looks(task, connections, sides, machine=asked is None):
        looks.append(look)
        task.tell(len(looks))
    return {
        "state": "stopped" if task.stopping() else "done",
        "problems": sum(len(look.problems) for look in looks),
        "looks": [as_facts(look) for look in looks],
    }


def _looks(
    task: Task, connections: list[Connection], sides: list[Side], *, machine: bool
) -> Iterator[Look]:
    task.tell()
    if machine and not task.request.connection:
        yield check_machine(task.settings, task.store, task.stop)
    for each in connections:
        if not task.stopping():
            yield from check(
                task.settings, each, task.store, task.stop, sides=sides, stopping=task.stopping
            )
