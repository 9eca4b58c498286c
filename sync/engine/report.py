"""What a run did, and what its command tells the shell."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sync.errors import BoekwachtError, TemporaryError
from sync.store import RunState

OK, SOME_FAILED, WRONG_USE, UNREACHABLE = 0, 1, 2, 3


@dataclass(slots=True, kw_only=True)
class RunReport:
    """Counts of one run, filled while it goes on.

    Attributes:
        connection: Its name.
        run: The run's id; 0 before it has one.
        fetched: Documents that are new or changed since they were last seen.
        outcomes: Attempts by outcome.
        due: Documents that were due when booking began.
        message: Why the run stopped early, one sentence; empty when it did not.
        code: That error's code.
        misconfigured: Something that a person has to put right stopped the run: settings,
            credentials, the store.
        unreachable: A service could not be reached.
        stopped: Somebody asked it to stop.
        settling: Numbers of documents that were asked for by name and may have been sent already,
            with the moment from which on they are looked up; nobody can hurry that.
        lowered: One session with the books ended another; it went on with a single one.
    """

    connection: str
    run: int = 0
    fetched: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    due: int = 0
    message: str = ""
    code: str = ""
    misconfigured: bool = False
    unreachable: bool = False
    stopped: bool = False
    settling: dict[str, datetime] = field(default_factory=dict)
    lowered: bool = False

    def end(self, error: BoekwachtError, *, stopped: bool) -> None:
        """Note what ended the run early; what we broke off ourselves is no fault of a service."""
        self.stopped = stopped
        if not stopped:
            self.message, self.code = error.message, error.code
            self.unreachable = isinstance(error, TemporaryError)
            self.misconfigured = not self.unreachable

    @property
    def done(self) -> int:
        """Attempts finished so far."""
        return self.outcomes.total()

    @property
    def failures(self) -> int:
        """Attempts that count as failed."""
        return self.outcomes["failed"] + self.outcomes["unknown"]

    @property
    def state(self) -> RunState:
        """How the run ended."""
        if self.stopped:
            return "stopped"
        if self.message:
            return "failed"
        return "partly" if self.failures else "done"

    @property
    def counts(self) -> dict[str, int]:
        """For the run's row."""
        counts = {"fetched": self.fetched, "due": self.due, **self.outcomes}
        return counts | ({"sessions_lowered": 1} if self.lowered else {})


def exit_status(reports: Iterable[RunReport]) -> int:
    """0 all fine, 1 some failed, 2 wrong configuration, 3 unreachable; 3 before 2 before 1."""
    seen = list(reports)
    if any(report.unreachable for report in seen):
        return UNREACHABLE
    if any(report.misconfigured for report in seen):
        return WRONG_USE
    return SOME_FAILED if any(report.failures for report in seen) else OK
