"""The ledgers that the books have, read once a day and asked before a booking.

A rule that names a ledger which the books do not have would be refused by them, in their words and
after the customer was made; here it is found before anything is sent, and says what to correct.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, TypeVar

from sync.clock import Clock
from sync.domain import codes
from sync.domain.mutations import Mutation
from sync.eboekhouden import Books
from sync.errors import ConfigurationError, RefusedError, UnbookableError

T = TypeVar("T")

FRESH: Final = timedelta(minutes=1)
"""So long an answer proves that a ledger is not there: somebody may make it meanwhile."""

KEPT: Final = timedelta(days=1)
"""So long an answer proves that one is there; a booking on one removed since, the books refuse."""


class Chart:
    """What one administration has, for all sessions of its runs; read when it is first needed."""

    def __init__(self, clock: Clock) -> None:
        """Nothing is asked yet; `clock` tells how old an answer is."""
        self._clock = clock
        self._lock = threading.Lock()
        self._read_at: datetime | None = None
        self._ledgers: frozenset[str] = frozenset()
        self._centres: frozenset[int] | None = None

    def require(self, books: Books, mutation: Mutation) -> None:
        """Refuse a booking on a ledger or a cost centre that the books do not have.

        Books that tell nothing, because the account lacks the right to read them, refuse nothing
        here: they decide when it is sent.

        Raises:
            UnbookableError: Names what is not there.
            TemporaryError: The books do not answer.
        """
        with self._lock:
            if self._is_older(FRESH if not self._ledgers else KEPT):
                self._forget()
            missing = self._missing(books, mutation)
            if missing and self._is_older(FRESH):
                self._forget()
                missing = self._missing(books, mutation)
        if missing:
            what, code = missing
            raise UnbookableError(
                f"Validation error: {what} does not exist in the books; make it there, or correct "
                "the mapping or the setting that names it",
                code=code,
                detail={"missing": what},
            )

    def _is_older(self, age: timedelta) -> bool:
        return self._read_at is not None and self._clock.now() - self._read_at > age

    def _forget(self) -> None:
        self._read_at = self._centres = None

    def _missing(self, books: Books, mutation: Mutation) -> tuple[str, str] | None:
        """The first thing that is not there, with our code; None when all is."""
        if self._read_at is None:
            self._ledgers = _told(lambda: frozenset(x.code for x in books.ledgers()))
            self._read_at = self._clock.now()
        wanted = {mutation.debtor_ledger, *(line.ledger for line in mutation.lines)}
        absent = sorted(wanted - self._ledgers) if self._ledgers else []
        if absent:
            return f"ledger {absent[0]}", codes.LEDGER_UNKNOWN
        centres = {line.cost_centre for line in mutation.lines} - {0}
        if not centres:  # most mappings have none, and then they are not asked for
            return None
        if self._centres is None:
            self._centres = _told(lambda: frozenset(x.id for x in books.cost_centres()))
        unknown = sorted(centres - self._centres) if self._centres else []
        return (f"cost centre {unknown[0]}", codes.COST_CENTRE_UNKNOWN) if unknown else None


def _told(ask: Callable[[], frozenset[T]]) -> frozenset[T]:
    try:
        return ask()
    except (ConfigurationError, RefusedError):
        return frozenset()
