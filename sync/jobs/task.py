"""What a job has at hand: the request, the store, the settings, and how to tell how far it is."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from sync import engine
from sync.settings import Connection, Settings
from sync.stopping import Stop
from sync.store import Holder, Progress, Request, Store

_GLANCE: Final = 0.3
"""Seconds between two looks at whether somebody wishes that the request stops."""

Book: TypeAlias = Callable[
    [Connection, engine.Wanted, engine.Progress, Callable[[], bool]], engine.RunReport
]
"""Runs a connection for a job: it, what is wanted, whom to tell, and whether to stop."""


@dataclass(slots=True)
class Task:
    """One request at work.

    Attributes:
        request: What is asked for.
        settings: Of the home.
        store: Its store.
        holder: The process at work.
        stop: The wish that the whole process stops, and its clock.
        book: Runs a connection.
    """

    request: Request
    settings: Settings
    store: Store
    holder: Holder
    stop: Stop
    book: Book
    _looked_at: float = field(default=float("-inf"), init=False)
    _stopped: bool = field(default=False, init=False)

    def now(self) -> datetime:
        """The present moment."""
        return self.stop.now()

    def is_stopped(self) -> bool:
        """Whether somebody wishes that this request stops; kept once it was seen."""
        if not self._stopped and time.monotonic() - self._looked_at >= _GLANCE:
            self._stopped = self.store.wants_stop(self.request.id)
            self._looked_at = time.monotonic()
        return self._stopped

    def stopping(self) -> bool:
        """Whether to begin nothing more: because of the request, or of the whole process."""
        return self.stop.asked() or self.is_stopped()

    def tell(
        self,
        done: int = 0,
        total: int | None = None,
        counts: Mapping[str, int] | None = None,
        note: str = "",
    ) -> None:
        """Say how far it is; who names documents has them counted by the store."""
        before = self.request.progress.done if self.request.progress else 0
        progress = Progress(done=done, total=total, counts=counts or {}, before=before, note=note)
        self.store.tell_progress(self.request, self.holder, progress)


Job: TypeAlias = Callable[[Task], Mapping[str, object]]
"""Does what a request asks for; returns what came of it by name.

Names that every page knows: `state` ("done", "partly", "failed", "stopped"; "done" when absent),
`message` (one sentence, why it went wrong), `code` (that error's).
"""
