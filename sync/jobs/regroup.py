"""Groups recorded failures again after the rules changed; first it only says what would move."""

from collections.abc import Mapping
from typing import Final

from sync.jobs.task import Task
from sync.store import regrouping
from sync.store.regrouping import Looked

MOST: Final = 200
"""So many moves are named in a preview; their total always is."""


class _StoppedError(Exception):
    """Somebody wished that it stops; what was moved until then stays moved."""


def look(task: Task) -> Mapping[str, object]:
    """What a regroup would move, for a person to agree to."""
    task.tell()
    try:
        found = regrouping.plan(task.store, _teller(task))
    except _StoppedError:
        return {"state": "stopped"}
    moves = [[x.attempts, x.source, x.source_key, x.target, x.target_key] for x in found.moves]
    return {"attempts": found.attempts, "stamp": found.stamp, "moves": moves[:MOST]}


def work(task: Task) -> Mapping[str, object]:
    """Move them, if the rules are still those of the preview that was agreed to."""
    task.tell()
    try:
        found = regrouping.regroup(
            task.store,
            task.request.actor,
            task.now(),
            stamp=str(task.request.payload.get("stamp", "")),
            looked=_teller(task),
            steps=lambda step: _go_on(task) if step == "listed" else None,
        )
    except _StoppedError:
        return {"state": "stopped"}
    return {"attempts": found.attempts}


def _teller(task: Task) -> Looked:
    def tell(done: int, total: int) -> None:
        """Say how many attempts were looked at; raises when somebody wants it to stop."""
        _go_on(task)
        task.tell(done, total)

    return tell


def _go_on(task: Task) -> None:
    if task.stopping():
        raise _StoppedError
