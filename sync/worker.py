"""Runs on schedule and works off the queue, until it is told to stop.

Nothing that a service, the store or the settings do ends it: it says what is wrong, once as long as
that stays the same, and tries again.
"""

import logging
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from sync import config, engine
from sync.chores import CHORES, Chore
from sync.engine.desk import ENTITIES
from sync.errors import BoekwachtError, ConfigurationError, StoreError
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
        while not self._stop.asked():
            request = store.next_request(me, self._stop.now())
            if request is None:
                return
            home = self._settings.data_home
            self._read_settings()
            if self._settings.data_home != home:
                return  # it was asked of another home; whoever works there next takes it up
            store.finish_request(request.id, self._answer(store, request), self._stop.now())

    def _answer(self, store: Store, request: Request) -> Mapping[str, object]:
        chore = CHORES.get(request.kind)
        if chore is not None:
            return chore(Chore(request, self._settings, store, self._stop))
        connection = self._settings.connections.get(request.connection)
        wanted = wish(request)
        if connection is None or wanted is None:
            return {"message": "This request is not known to this program"}
        report = self._run(store, connection, wanted)
        return {"run": report.run, "message": report.message, **report.counts}

    def _run(self, store: Store, connection: Connection, wanted: engine.Wanted) -> engine.RunReport:
        report = self._book(store, connection, wanted)
        counts = ", ".join(f"{n} {outcome}" for outcome, n in sorted(report.outcomes.items()))
        if counts:
            self._tell(f"{connection.name}: {report.state}; {counts}")
        if report.message:
            self._complain(f"{connection.name}: {report.message}")
        return report

    def _book(
        self, store: Store, connection: Connection, wanted: engine.Wanted
    ) -> engine.RunReport:
        name = connection.name
        try:
            config.refuse_conflict(self._settings, name)
            keys = config.secrets(self._settings, connection)
        except ConfigurationError as error:
            return engine.RunReport(connection=name, message=error.message, misconfigured=True)
        return engine.run(connection, keys, store, self._stop, wanted, stopping=self._stop.asked)

    def _complain(self, problem: str) -> None:
        """Tell a problem, once as long as it stays the same."""
        if problem not in self._told | self._problems:
            self._tell(problem)
        self._problems.add(problem)


def wish(request: Request) -> engine.Wanted | None:
    """What a person's request asks of a run; None when this program does not know it.

    Its payload names documents by `numbers`, and may narrow them by `keys` and `entities`.
    """
    numbers = request.payload.get("numbers")
    keys = request.payload.get("keys", [])
    kinds = request.payload.get("entities", ENTITIES)
    if request.kind != "resync" or not numbers or not isinstance(numbers, list):
        return None
    return engine.Wanted(
        trigger="resync",
        actor=request.actor,
        numbers=[str(number) for number in numbers],
        keys=frozenset(map(str, keys)) if isinstance(keys, list) else frozenset(),
        entities=[kind for kind in ENTITIES if isinstance(kinds, list | tuple) and kind in kinds],
    )
