"""What the books hold already: asked by number, or read by date where that costs fewer calls.

GetMutaties is counted: 5,000 calls a month for each administration, other software's included.

A sale that was read some time ago proves nothing by itself: between the reading and our posting
the bookkeeper, a former extension or a lost call of our own may have booked the number. So what
was read is never used alone. Mutations are numbered as they are made, so one call for the numbers
above the highest one known brings everything that was booked since, by whomever. It is made again
when the last one is a minute old, and whenever that began before the document had settled. Of our
own calls none can slip through: a document that any process may have sent is not due before it has
settled. Of others' bookings only those of that minute can, and those the books' own refusal of a
used number catches, as in the moment between a look-up by number and the posting after it.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final

from sync.clock import Clock
from sync.domain import codes
from sync.domain.booked import BookedMutation
from sync.domain.lookup import MONTHLY, RESERVE, ZONE, month_of, next_month
from sync.domain.mutations import SENT_INVOICE, Mutation
from sync.eboekhouden import Books
from sync.eboekhouden.books import MUTATIONS_LIMIT
from sync.engine.reading import Ask, Range, Reading
from sync.errors import TemporaryError, WaitingError
from sync.store import Claim, Document, Store

MANY: Final = 20
"""More documents than this to be looked up, and the books are read by date."""

MARGIN: Final = timedelta(days=31)
"""The reading begins so long before the oldest document: others may have dated it by its order."""

FRESH: Final = timedelta(seconds=60)
"""So long what was read is taken as it is."""

_SPENT: Final = "E003"


class LookupBudgetError(WaitingError):
    """This month's look-ups are used up. `until` is when there are new ones."""

    def __init__(self, until: datetime) -> None:
        day = until.astimezone(ZONE).date().isoformat()
        super().__init__(
            "API error: this month's look-ups in the books (GetMutaties) are used up; the document "
            f"is looked up by itself from {day} on, or sooner when somebody asks for it",
            code=codes.LOOKUP_BUDGET,
            detail={"until": day},
        )
        self.until = until


class Lookups:
    """One run's look-ups, for all its sessions.

    Args:
        store: Counts the calls, and knows what waits for a look-up.
        clock: Tells the month, and how old a reading is.
        connection: Whose documents are looked up.
        administration: Name under which the calls are counted.
        run: The run's id.
        by_person: Somebody asked for this run: it may use the last calls of the month.
        numbers: The documents that the run is limited to; empty for all that are due.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        *,
        connection: str,
        administration: str,
        run: int,
        by_person: bool,
        numbers: Sequence[str] = (),
    ) -> None:
        self._store = store
        self._clock = clock
        self._connection = connection
        self._administration = administration
        self._run = run
        self._by_person = by_person
        self._numbers = numbers
        self._lock = threading.Lock()
        self._reading: Reading | None = None
        self._allowed = 0
        self._held_before: bool | None = None

    def find(self, books: Books, mutation: Mutation, settled: datetime) -> Sequence[BookedMutation]:
        """The sales that carry a mutation's number, as the books have them now.

        Args:
            books: The session to ask by.
            mutation: What is to be posted if it is not there.
            settled: From this moment on nothing of ours can be under way any more.

        Raises:
            LookupBudgetError: No call is left for this run.
            UnreachableError, UnreadableError, TemporaryError: The books do not answer.
        """
        with self._lock:
            reading = self._by_date(books, mutation)
            if reading is not None:
                now = self._clock.now()
                fresh = timedelta(0) <= now - reading.as_of <= FRESH
                if not fresh or settled > reading.as_of:
                    reading.catch_up(self._ask_range(books), now)
                return reading.sales(mutation.invoice_number)
        return self.by_number(books, mutation.invoice_number)

    def by_number(self, books: Books, number: str) -> Sequence[BookedMutation]:
        """Everything in the books under one invoice number, whatever its date; one call.

        Raises:
            As `find`.
        """
        return self._ask(lambda: books.mutations(invoice_number=number))

    def by_mutation(self, books: Books, number: int) -> Sequence[BookedMutation]:
        """The mutation that the books gave this number; one call.

        Raises:
            As `find`.
        """
        return self._ask(lambda: books.mutations(from_no=number, to_no=number))

    def may_be_there(self, books: Books, claim: Claim) -> bool:
        """Whether a document that we never sent may have been booked before we came.

        That is so for all documents older than the connection's first run when the books held
        sales then: they are looked into before the connection's first booking, with one call. Old
        documents that come in later, because a start date or store views were changed, are looked
        up without that question. What is found here is noted for all documents that it concerns.

        Raises:
            As `find`.
        """
        issued_at = claim.document.entry.issued_at
        first = self._first_run
        if first is None or issued_at >= first[1]:
            return False
        with self._lock:
            if self._held_before is None:
                self._held_before = self._held_sales(books, issued_at)
        came_later = claim.attempt_no == 1 and first[0] != self._run
        if not self._held_before and not came_later:
            return False
        self._store.look_up_first(self._connection, first[1], claim.key, tried=self._held_before)
        return True

    @cached_property
    def _first_run(self) -> tuple[int, datetime] | None:
        """The connection's first run, which is this one at the latest."""
        return self._store.first_run(self._connection)

    def _held_sales(self, books: Books, since: datetime) -> bool:
        """Whether the books held sales before our first one.

        Documents go out oldest first, so the first one's date is where the period begins.
        """
        if self._store.has_booked(self._connection):
            return False
        try:
            found = self._ask_range(books)(Range(_day(since) - MARGIN))
        except LookupBudgetError:
            return True  # nobody knows, so everything is looked up when there are calls again
        return len(found) >= MUTATIONS_LIMIT or any(x.kind == SENT_INVOICE for x in found)

    def _by_date(self, books: Books, mutation: Mutation) -> Reading | None:
        """The reading that answers for this booking; made when many documents need one.

        It may cost as many calls as asking for each by number; then that is done after all.
        """
        if self._reading is None:
            self._reading = self._begin(mutation)
        reading = self._reading
        if reading is None or mutation.booked_on < reading.since:
            return None
        while not reading.done and self._allowed > 0:
            reading.step(self._ask_range(books))
        return reading if reading.done else None

    def _begin(self, mutation: Mutation) -> Reading | None:
        now = self._clock.now()
        due, earliest = self._store.lookups_due(self._connection, now, self._numbers)
        if due <= MANY or earliest is None:
            return None
        self._allowed = due
        return Reading(min(_day(earliest), mutation.booked_on) - MARGIN, _day(now), now)

    def _ask_range(self, books: Books) -> Ask:
        def ask(wanted: Range) -> Sequence[BookedMutation]:
            """One look-up, counted, of a part of the period."""
            self._allowed -= 1
            return self._ask(
                lambda: books.mutations(
                    since=wanted.since,
                    until=wanted.until,
                    from_no=wanted.from_no,
                    to_no=wanted.to_no,
                )
            )

        return ask

    def _ask(self, call: Callable[[], Sequence[BookedMutation]]) -> Sequence[BookedMutation]:
        """One counted GetMutaties."""
        now = self._clock.now()
        month = month_of(now)
        used = self._store.lookups(self._administration, month)
        if used >= MONTHLY - RESERVE and not self._by_person:
            raise LookupBudgetError(next_month(now))
        self._store.note_lookup(self._administration, month)
        try:
            return call()
        except TemporaryError as error:
            if not error.code.startswith(_SPENT):
                raise
            self._store.spend_lookups(self._administration, month, MONTHLY)
            raise LookupBudgetError(next_month(now)) from error


def settles_until(document: Document, now: datetime) -> datetime | None:
    """Until when a document has to settle that may have been sent; None when it has not to.

    Sooner it is not looked up, by nobody's request: its booking may still be under way.
    """
    waits = document.state == "waiting" and document.sent_at is not None
    due_at = document.due_at
    return due_at if waits and due_at is not None and due_at > now else None


def _day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()
