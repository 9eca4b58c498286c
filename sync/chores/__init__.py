"""What the worker does beside booking when people ask for it: one module per kind of request.

A chore returns what came of it, as JSON holds it: `state` ("done" when absent, "failed",
"stopped"), `message` (one sentence, why it went wrong), and whatever its page shows.
"""

from collections.abc import Callable, Mapping
from typing import Final

from sync.chores import cleanup, export
from sync.chores.chore import Chore

__all__ = ["CHORES", "Chore"]

CHORES: Final[Mapping[str, Callable[[Chore], Mapping[str, object]]]] = {
    "cleanup": cleanup.work,
    "export": export.work,
}
"""The kinds of request by name."""
