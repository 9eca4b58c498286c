"""What the worker can be asked for: one module per kind of request, named in one table.

A job gets a `Task` and returns what came of it, as JSON holds it. To add a kind, write a function
that does so and give it a line in `JOBS`; `Store.ask` with a `Wish` of that kind puts it in the
queue, and every page can follow it.
"""

from collections.abc import Mapping
from typing import Final

from sync.domain.rulings import LOOK
from sync.jobs import check, cleanup, deciding, export, regroup, resync, run
from sync.jobs.task import Job, Task

__all__ = ["JOBS", "Job", "Task"]

JOBS: Final[Mapping[str, Job]] = {
    "check": check.work,
    "cleanup": cleanup.work,
    LOOK: deciding.look,
    "export": export.work,
    "link": deciding.work,
    "regroup": regroup.work,
    "regroup-preview": regroup.look,
    "resync": resync.work,
    "reverse": deciding.work,
    "run": run.work,
}
"""The kinds of request by name."""
