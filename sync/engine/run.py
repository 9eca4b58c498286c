"""One run: fetch into the inbox, finish what was left behind, book what is due."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TypeAlias

from sync.clock import Clock
from sync.domain.documents import Customer, Entity, SalesDocument
from sync.eboekhouden import Books
from sync.engine import record
from sync.engine.accounts import try_account
from sync.engine.attempt import Tried, try_document
from sync.engine.desk import (
    SCHEDULED,
    Desk,
    Wanted,
    administration,
    booking_rules,
    books_access,
    no_step,
    shop_access,
)
from sync.engine.ending import ending
from sync.engine.fetch import Read, by_id
from sync.engine.intake import Intake
from sync.engine.known import Known
from sync.engine.lookups import Lookups, settles_until
from sync.engine.report import RunReport
from sync.engine.sessions import Sessions
from sync.engine.taxes import read_taxes
from sync.errors import BoekwachtError, UnreachableError
from sync.magento import Shop
from sync.settings import Connection, Secrets
from sync.store import Document, Holder, Store

BATCH = 100
"""Documents per session that are asked of the shop at once, just before they are booked."""

Progress: TypeAlias = Callable[[RunReport, Tried], None]
"""Is told of every document, with the report so far."""

GIVE_UP_AFTER = 3
"""Documents in a row for which a service could not be reached, after which a run stops."""


def run(
    connection: Connection,
    keys: Secrets,
    store: Store,
    clock: Clock,
    wanted: Wanted = SCHEDULED,
    *,
    progress: Progress = lambda _report, _tried: None,
    stopping: Callable[[], bool] = lambda: False,
    steps: Callable[[str], None] = no_step,
    known: Known | None = None,
) -> RunReport:
    """Run once over one connection. Never raises for what a service or a document does.

    Args:
        connection: Its settings.
        keys: Its secrets.
        store: Where everything is recorded.
        clock: Time and waiting.
        wanted: See `Wanted`.
        progress: Called after every document with the report so far and how that one ended.
        stopping: Asked between documents; True ends the run, the rest stays due. A call that is
            out nine seconds later is broken off.
        steps: Told of every step that is passed; see `Desk`.
        known: What earlier runs of this process learned, and this one adds to; None for a single
            run. Whoever asks for a run by hand may have changed it, and sees it asked for anew.
    """
    known = known or Known(clock)
    if wanted.by_person:
        known.forget()
    report = RunReport(connection=connection.name)
    version, mapping = store.mapping(connection.name)
    with _recorded(report, version, store, clock, wanted) as holder:
        lookups = _lookups(report, keys, store, clock, wanted)
        try:
            rules = booking_rules(connection, mapping)
            with _services(connection, keys, clock, stopping, known) as (shops, sessions):
                desks = [
                    Desk(
                        connection=connection,
                        rules=rules,
                        store=store,
                        holder=holder,
                        shop=shops[0],
                        books=books,
                        clock=clock,
                        run=report.run,
                        wanted=wanted,
                        lookups=lookups,
                        chart=known.chart(administration(keys)),
                        stopping=stopping,
                        steps=steps,
                    )
                    for books in sessions
                ]
                reading = replace(desks[0], shop=shops[-1])
                _Pass(desks, reading, report, progress).work()
        except BoekwachtError as error:
            report.end(error, stopped=stopping())
    return report


def _lookups(
    report: RunReport, keys: Secrets, store: Store, clock: Clock, wanted: Wanted
) -> Lookups:
    return Lookups(
        store,
        clock,
        connection=report.connection,
        administration=administration(keys),
        run=report.run,
        by_person=wanted.by_person,
        numbers=wanted.numbers,
    )


@contextmanager
def _recorded(
    report: RunReport, version: int, store: Store, clock: Clock, wanted: Wanted
) -> Iterator[Holder]:
    """The run's row, from its start to its end, and the holder of its leases."""
    with store.holder() as holder:
        report.run = store.start_run(
            report.connection,
            wanted.trigger,
            wanted.actor,
            version,
            clock.now(),
            holder=holder,
            request=wanted.request,
        )
        yield holder
        store.finish_run(
            report.run,
            report.state,
            report.counts,
            now=clock.now(),
            message=report.message,
            code=report.code,
        )


@contextmanager
def _services(
    connection: Connection,
    keys: Secrets,
    clock: Clock,
    stopping: Callable[[], bool],
    known: Known,
) -> Iterator[tuple[list[Shop], list[Books]]]:
    """The shop, and the books once per session; their calls end soon after a wish to stop.

    Where there are several sessions, the shop is there a second time, to be read beside them.
    """
    with ExitStack() as opened:
        way, views = shop_access(connection, keys), known.views(connection.shop.url)
        access, sessions = books_access(connection, keys), connection.books.sessions
        shops = [Shop(way, clock, views) for _ in range(min(sessions, 2))]
        books = [Books(access, clock) for _ in range(sessions)]
        services: tuple[Shop | Books, ...] = (*shops, *books)
        opened.enter_context(ending(stopping, [service.hang_up for service in services]))
        for shop in shops:
            opened.enter_context(shop)
        opened.callback(_close, books)
        yield shops, books


def _close(books: Sequence[Books]) -> None:
    """End all sessions at once: each is a call to the service."""
    with ThreadPoolExecutor(len(books)) as threads:
        for done in [threads.submit(one.close) for one in books]:
            done.result()


class _Pass:
    """The work of one run, step by step."""

    def __init__(
        self, desks: Sequence[Desk], reading: Desk, report: RunReport, progress: Progress
    ) -> None:
        self._desk = desks[0]
        self._desks = desks
        self._sessions = Sessions(desks)
        self._batch_size = BATCH * len(desks)
        self._report = report
        self._progress = progress
        self._silent = 0
        self._tried: set[str] = set()
        self._intake = Intake(reading, reading.read_entities)

    def work(self) -> None:
        """Finish what was left behind, then fetch and book: customers, invoices, credit memos."""
        desk = self._desk
        # As after a lost answer: the call may have been out for its whole deadline.
        books = desk.connection.books
        settle = timedelta(seconds=float(books.settle + books.deadline))
        label = record.labeller(desk.store)
        for left in desk.store.take_over(desk.holder, desk.now(), settle, label):
            self._report.outcomes[left.outcome] += 1
        name, anew = desk.connection.name, desk.wanted.by_person
        taxes = read_taxes(desk.shop, desk.store, name, desk.clock, anew=anew)
        countries = {rate.code: rate.country for rate in taxes.rates}
        for one in self._desks:
            one.rules = replace(one.rules, rate_countries=countries)
        with self._reading():
            for entity in desk.wanted.entities if desk.wanted.numbers else desk.read_entities:
                self._settle_named(entity)
                self._book(entity)
        self._report.stopped = desk.stopping()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Read the shop: before the block, or beside it with several sessions and nothing named."""
        try:
            if len(self._desks) > 1 and not self._desk.wanted.numbers:
                with self._intake.beside():
                    yield
            else:
                self._intake.read()
                yield
        finally:
            self._report.fetched += self._intake.fetched

    def _settle_named(self, entity: Entity) -> None:
        for document in self._named(entity):
            until = settles_until(document, self._desk.now())
            if until:
                self._report.settling[document.entry.document_no] = until

    def _book(self, entity: Entity) -> None:
        """Book what is due of a kind, until no more of it comes from the shop."""
        while not self._desk.stopping():
            if due := self._due(entity):
                self._report.due += len(due)
                self._tried.update(document.key for document in due)
                self._batch(entity, due)
            elif not self._intake.more(entity):
                break

    def _due(self, entity: Entity) -> list[Document]:
        """The next documents to try; none of them twice in one run."""
        desk = self._desk
        if desk.wanted.numbers:
            due = [x for x in self._named(entity) if x.state != "booked"]
        else:
            # Waiting costs a simulated clock nothing, so one may fall due again within its run.
            limit = self._batch_size * 2 + len(self._tried)
            due = desk.store.due(desk.connection.name, entity, desk.now(), limit)
        fresh = [x for x in due if x.key not in self._tried]
        # No last batch of a few, for which all sessions but one or two would have nothing to do.
        return fresh if len(fresh) < self._batch_size * 2 else fresh[: self._batch_size]

    def _named(self, entity: Entity) -> list[Document]:
        """Documents by their own number; an order may carry the same one as another's invoice."""
        wanted = self._desk.wanted
        found = self._desk.store.find(self._desk.connection.name, entity, wanted.numbers)
        named = [x for x in found if x.entry.document_no in wanted.numbers and x.entry.document_id]
        return [x for x in named if not wanted.keys or x.key in wanted.keys]

    def _batch(self, entity: Entity, due: Sequence[Document]) -> None:
        """Ask the shop for these as they are now, but for what it told just now, and try each."""
        desk, ids = self._desk, [document.entry.document_id for document in due]
        found = self._intake.recent[entity].still(ids, desk.now())
        if rest := [id for id in ids if id not in found]:
            found |= by_id(desk, entity, rest)
        self._sessions.work(
            due,
            lambda at, document: self._try(at, document, found.get(document.entry.document_id)),
            self._tell,
        )
        self._report.lowered |= self._sessions.lowered

    def _try(self, desk: Desk, document: Document, found: Read | None) -> Tried | None:
        """Try one document.

        What was asked for by name becomes due only now, so that a wish to stop leaves the others as
        they were.
        """
        if desk.wanted.numbers:
            desk.store.request_again(document.key, desk.now())
        if document.entry.entity == "customer":
            return try_account(desk, document, None if isinstance(found, SalesDocument) else found)
        return try_document(desk, document, None if isinstance(found, Customer) else found)

    def _tell(self, tried: Tried) -> None:
        """Count one end.

        Raises:
            UnreachableError: The books gave no usable answer for several in a row; says what the
                last of them came to.
        """
        self._report.outcomes[tried.outcome] += 1
        self._progress(self._report, tried)
        self._silent = self._silent + 1 if tried.silent else 0
        # As far as the last document tells; a lost answer was not unreachable, it was lost.
        self._report.unreachable = tried.silent and tried.outcome == "failed"
        if self._silent >= GIVE_UP_AFTER:
            raise UnreachableError(tried.finish.message, code=tried.finish.error_code)
