"""Whether a worker is there, told apart from the hub: answering, not answering, killed, twice.

A worker's counter rises every five seconds as long as its process gets on. Whoever looks judges by
a clock of their own that never jumps, so a worker counts as answering until it was seen standing
still for a while.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from sync.store.holders import BEAT_SECONDS, Holder, has_ended
from sync.store.reader import Reader

PATIENCE: Final = 3 * BEAT_SECONDS + 1.0
"""Seconds for which a counter stands still before its worker counts as not answering."""

WorkerState = Literal["answers", "hangs", "killed"]
Liveness = Literal["none", "killed", "hangs", "one", "several"]
"""No worker; the last one was killed; the only one does not answer; one answers; several do."""

_WORKERS: Final = """
select duty.holder as token, host, pid, started, counter
from duty left join holder on holder.token = duty.holder
where name glob 'worker:*' order by duty.holder
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A process that said it is a worker and did not say that it ended.

    Attributes:
        token: Of its holder.
        host: Name of its machine; empty when the hub does not know any more.
        pid: Its process id; None likewise.
    """

    token: str
    state: WorkerState
    host: str = ""
    pid: int | None = None


class Watch:
    """Looks at workers again and again; one for all who ask of a store."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[str, tuple[int, float]] = {}

    def look(self, reader: Reader, at: float) -> list[Worker]:
        """The workers as they are now.

        Args:
            reader: Of the store.
            at: The moment by a clock that never jumps, in seconds.
        """
        rows = reader.rows(_WORKERS)
        found = []
        with self._lock:
            seen = {}
            for row in rows:
                token, counter = row["token"], row["counter"]
                if counter is None or has_ended(
                    Holder(token, row["host"], row["pid"], row["started"])
                ):
                    found.append(Worker(token=token, state="killed", pid=row["pid"]))
                    continue
                before, since = self._seen.get(token, (counter, at))
                seen[token] = (counter, at if before != counter else since)
                hangs = at - seen[token][1] >= PATIENCE
                found.append(
                    Worker(
                        token=token,
                        state="hangs" if hangs else "answers",
                        host=row["host"].partition("/")[0],
                        pid=row["pid"],
                    )
                )
            self._seen = seen
        return found


def numbers(workers: Iterable[Worker], state: WorkerState) -> list[int]:
    """The process ids of the workers in a state, as far as they are known."""
    return [each.pid for each in workers if each.state == state and each.pid is not None]


def liveness(workers: Iterable[Worker]) -> Liveness:
    """How it stands with the workers as a whole."""
    states = [worker.state for worker in workers]
    answering = states.count("answers")
    if answering:
        return "one" if answering == 1 else "several"
    if "hangs" in states:
        return "hangs"
    return "killed" if "killed" in states else "none"
