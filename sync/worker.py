"""Runs on schedule and works off the queue, until it is told to stop."""

import logging
import signal
import threading
from collections.abc import Callable
from types import FrameType

from sync import config, engine
from sync.clock import Clock
from sync.errors import BoekwachtError, ConfigurationError
from sync.settings import Connection, Settings
from sync.store import Request, Store

log = logging.getLogger(__name__)

POLL = 1.0  # seconds between two looks at the queue


class Worker:
    """One worker process. Several may run at once: leases keep them off each other's documents."""

    def __init__(
        self, settings: Settings, store: Store, clock: Clock, tell: Callable[[str], None]
    ) -> None:
        """`tell` gets one plain line per run."""
        self._settings = settings
        self._store = store
        self._clock = clock
        self._tell = tell
        self._stop = threading.Event()

    def stop_on_signals(self) -> None:
        """Let SIGTERM and SIGINT end the work: no new document, the one in hand is finished."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    def stop(self) -> None:
        """Begin no new document; `work` returns when the one in hand is done."""
        self._stop.set()

    def work(self, *, once: bool = False) -> None:
        """Run every connection each interval, and what people asked for in between.

        Args:
            once: Return after one round, the queue included.
        """
        due_in = 0.0
        while not self._stop.is_set():
            if due_in <= 0:
                self._round()
                self._store.seal()
                due_in = self._settings.interval * 60.0
            self._queue()
            if once:
                return
            self._stop.wait(POLL)
            due_in -= POLL

    def _round(self) -> None:
        for connection in self._settings.connections.values():
            if connection.enabled and not self._stop.is_set():
                self._run(connection, engine.Wanted())

    def _queue(self) -> None:
        with self._store.holder() as holder:
            while not self._stop.is_set():
                request = self._store.next_request(holder, self._clock.now())
                if request is None:
                    return
                result = self._answer(request)
                self._store.finish_request(request.id, result, self._clock.now())

    def _answer(self, request: Request) -> dict[str, object]:
        connection = self._settings.connections.get(request.connection)
        numbers = request.payload.get("numbers")
        if connection is None or request.kind != "resync" or not isinstance(numbers, list):
            return {"message": "This request is not known to this program"}
        wanted = engine.Wanted(
            trigger="resync", actor=request.actor, numbers=[str(number) for number in numbers]
        )
        report = self._run(connection, wanted)
        return {"run": report.run, **report.counts} if report else {"message": "see the log"}

    def _run(self, connection: Connection, wanted: engine.Wanted) -> engine.RunReport | None:
        try:
            keys = config.secrets(self._settings, connection)
            report = engine.run(
                connection, keys, self._store, self._clock, wanted, stopping=self._stop.is_set
            )
        except ConfigurationError as error:
            self._tell(error.message)
            return None
        except BoekwachtError as error:  # the store: full disk, folder gone; try again next time
            log.exception("run of %s", connection.name)
            self._tell(error.message)
            return None
        counts = ", ".join(f"{n} {outcome}" for outcome, n in sorted(report.outcomes.items()))
        if counts or report.message:
            self._tell(f"{connection.name}: {report.state}; {counts or report.message}")
        return report

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stop()
