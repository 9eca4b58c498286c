"""Runs on schedule and works off the queue, until it is told to stop.

Nothing that a service, the store or the settings do ends it: it says what is wrong, once as long as
that stays the same, and tries again.
"""

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from sync import config, engine
from sync.domain import codes
from sync.errors import BoekwachtError, ConfigurationError, StoreError
from sync.jobs import JOBS, Task
from sync.jobs.task import Book
from sync.settings import Connection
from sync.stopping import Stop
from sync.store import Holder, Request, Store, open_store

log = logging.getLogger(__name__)

POLL: Final = 1.0
"""Seconds between two looks at the queue."""

PAUSE: Final = 10.0
"""Seconds before the next try after the store refused."""


class Worker:
    """One worker process. Several may run at once: leases keep them off each other's documents."""

    def __init__(self, home: Path, stop: Stop, tell: Callable[[str], None]) -> None:
        """Read the settings for the first time.

        Args:
            home: Where the settings lie.
            stop: The wish to stop, and the clock.
            tell: Gets one plain line per run and per problem.

        Raises:
            ConfigurationError: They are wrong. When they are later, the last right ones hold.
        """
        self._home = home
        self._stop = stop
        self._tell = tell
        self._next_round = 0.0
        self._known = engine.Known(stop)
        self._told: set[str] = set()
        self._problems: set[str] = set()
        self._settings = config.load(home)

    def work(self) -> None:
        """Run every connection each interval, and what people asked for in between."""
        while not self._stop.asked():
            try:
                self._attend()
            except BoekwachtError as error:  # a full disk, a folder that is gone
                self._complain(error.message)
            except Exception as error:  # a mistake of ours: the schedule goes on all the same
                log.exception("worker")
                self._complain(f"Internal error: {type(error).__name__}; its trace is in the log")
            else:
                continue
            self._next_round = 0.0
            self._stop.sleep(PAUSE)

    def work_off(self) -> None:
        """Only what people asked for, until nothing of it is left; no round.

        What another worker has in hand is waited for: should it die, we go on with it.

        Raises:
            StoreError: The store cannot be used.
        """
        with open_store(self._settings.data_home, self._stop) as store, store.worker() as me:
            while not self._stop.asked():
                self._queue(store, me)
                if not store.has_open_requests():
                    return
                self._stop.sleep(POLL)

    def once(self) -> int:
        """One round, the queue included; returns the exit status.

        Raises:
            StoreError: The store cannot be used.
        """
        with open_store(self._settings.data_home, self._stop) as store, store.worker() as me:
            status = self._round(store)
            self._queue(store, me)
        return status

    def _attend(self) -> None:
        """Work with one store, until somebody stops it or the settings move to another one."""
        home = self._settings.data_home
        with open_store(home, self._stop) as store, store.worker() as me:
            while not self._stop.asked():
                due = time.monotonic() >= self._next_round
                if due:
                    self._read_settings()
                if self._settings.data_home != home:
                    self._next_round = 0.0
                    return
                if due:
                    self._round(store)
                    self._next_round = time.monotonic() + self._settings.interval * 60.0
                self._queue(store, me)
                self._stop.sleep(POLL)

    def _read_settings(self) -> None:
        try:
            self._settings = config.load(self._home)
        except ConfigurationError as error:
            self._complain(f"{error.message}. The settings from before stay in force.")

    def _round(self, store: Store) -> int:
        reports = []
        for connection in self._settings.connections.values():
            if connection.enabled and not self._stop.asked():
                reports.append(self._run(store, connection, engine.Wanted()))
        try:
            for path in store.seal().damaged:
                self._complain(
                    f"A file of the record is damaged: {path}; see 'python -m sync check'"
                )
        except StoreError as error:
            self._complain(error.message)
        self._told, self._problems = self._problems, set()
        return engine.exit_status(reports)

    def _queue(self, store: Store, me: Holder) -> None:
        store.reopen_requests(me, self._stop.now())
        while not self._stop.asked():
            request = store.next_request(me, self._stop.now())
            if request is None:
                return
            home = self._settings.data_home
            self._read_settings()
            if self._settings.data_home != home:
                # It was asked of another home; whoever works there next takes it up.
                store.release_request(request, me)
                return
            self._work_off(store, me, request)

    def _work_off(self, store: Store, me: Holder, request: Request) -> None:
        """Carry out a request; one that our own end interrupts is left for the next worker."""
        task = Task(request, self._settings, store, me, self._stop, self._booker(store))
        try:
            result = self._answer(task)
        except StoreError:
            with suppress(StoreError):
                store.release_request(request, me)
            raise
        cut = self._stop.asked() and result.get("state") == "stopped" and not task.is_stopped()
        if cut:
            store.release_request(request, me)
        else:
            store.finish_request(request, me, result, self._stop.now())

    def _answer(self, task: Task) -> Mapping[str, object]:
        job = JOBS.get(task.request.kind)
        if job is None:
            return {"state": "failed", "message": "This request is not known to this program"}
        try:
            return job(task)
        except StoreError:
            raise
        except BoekwachtError as error:
            return {"state": "failed", "message": error.message, "code": error.code}
        except Exception as error:  # a mistake of ours: told, and not tried for ever
            log.exception("request %s", task.request.id)
            text = f"Internal error: {type(error).__name__}; its trace is in the log"
            self._complain(text)
            return {"state": "failed", "message": text, "code": codes.INTERNAL}

    def _booker(self, store: Store) -> Book:
        def book(
            connection: Connection,
            wanted: engine.Wanted,
            progress: engine.Progress,
            stopping: Callable[[], bool],
        ) -> engine.RunReport:
            """Run once over a connection, as the worker does."""
            return self._run(store, connection, wanted, progress, stopping)

        return book

    def _run(
        self,
        store: Store,
        connection: Connection,
        wanted: engine.Wanted,
        progress: engine.Progress = lambda _report, _tried: None,
        stopping: Callable[[], bool] | None = None,
    ) -> engine.RunReport:
        report = self._book(store, connection, wanted, progress, stopping or self._stop.asked)
        counts = ", ".join(f"{n} {outcome}" for outcome, n in sorted(report.outcomes.items()))
        if counts:
            self._tell(f"{connection.name}: {report.state}; {counts}")
        if report.message:
            self._complain(f"{connection.name}: {report.message}")
        return report

    def _book(
        self,
        store: Store,
        connection: Connection,
        wanted: engine.Wanted,
        progress: engine.Progress,
        stopping: Callable[[], bool],
    ) -> engine.RunReport:
        name = connection.name
        try:
            config.refuse_conflict(self._settings, name)
            keys = config.secrets(self._settings, connection)
        except ConfigurationError as error:
            return engine.RunReport(connection=name, message=error.message, misconfigured=True)
        return engine.run(
            connection,
            keys,
            store,
            self._stop,
            wanted,
            progress=progress,
            stopping=stopping,
            known=self._known,
        )

    def _complain(self, problem: str) -> None:
        """Tell a problem, once as long as it stays the same."""
        if problem not in self._told | self._problems:
            self._tell(problem)
        self._problems.add(problem)
