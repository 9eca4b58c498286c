"""A dry run: what a run would do with each document. Nothing is sent, booked or recorded."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from sync.clock import Clock
from sync.domain import preflight
from sync.domain.documents import Customer, Entity, SalesDocument, State
from sync.domain.inbox import InboxEntry
from sync.domain.mutations import Mutation
from sync.domain.privacy import scrub
from sync.engine import record
from sync.engine.accounts import left_out
from sync.engine.attempt import prepare
from sync.engine.desk import ReadingDesk, Wanted, booking_rules, shop_access
from sync.engine.ending import ending
from sync.engine.fetch import Read, by_id, pages
from sync.engine.report import RunReport
from sync.errors import BoekwachtError, TemporaryError, WaitingError
from sync.magento import Shop, Unreadable
from sync.settings import Connection, Secrets
from sync.store import Document, Store

Verdict = Literal[
    "would book",
    "would look up",
    "would link",
    "would reverse",
    "would skip",
    "would wait",
    "failed",
]
"""What would happen; "failed" counts as such."""

log = logging.getLogger(__name__)

_BATCH = 100
_ALL = 1_000_000
_HELD = "not added by itself, as the settings want it: only tried when somebody asks for it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a run would do with one document.

    Attributes:
        entry: Which one.
        verdict: What would happen.
        message: Why, where it is not booked; of a customer its relation; else empty.
        code: The error's code; empty when there is none.
        mutation: The booking; None when none would be made. Its relation is the one we know, or
            the code of the one that would be made or found.
        known: Whether that relation is known already.
    """

    entry: InboxEntry
    verdict: Verdict
    message: str = ""
    code: str = ""
    mutation: Mutation | None = None
    known: bool = False


def dry_run(
    connection: Connection,
    keys: Secrets,
    store: Store,
    clock: Clock,
    wanted: Wanted,
    *,
    tell: Callable[[Preview], None],
    stopping: Callable[[], bool] = lambda: False,
) -> RunReport:
    """Look at what a run would find, and tell of each document. Never raises for a service.

    The books are not asked, so what they alone know (a ledger that is gone, a number that is
    taken, the customer's relation) shows only in a real run.

    Args:
        connection: Its settings.
        keys: Its secrets.
        store: Read, not written.
        clock: Time and waiting.
        wanted: As of `run`.
        tell: Is told of every document that would be tried.
        stopping: As of `run`.

    Returns:
        A report without a run's id, its outcomes by verdict.
    """
    report = RunReport(connection=connection.name)
    try:
        rules = booking_rules(connection, store.mapping(connection.name)[1])
        shop = Shop(shop_access(connection, keys), clock)
        with ending(stopping, [shop.hang_up]), shop:
            countries = {rate.code: rate.country for rate in shop.tax_rates()}
            desk = ReadingDesk(
                connection=connection,
                rules=replace(rules, rate_countries=countries),
                store=store,
                shop=shop,
                clock=clock,
                wanted=wanted,
                stopping=stopping,
            )
            for preview in _Look(desk, report).previews():
                report.outcomes[preview.verdict] += 1
                tell(preview)
                if stopping():
                    break
    except BoekwachtError as error:
        if not stopping():
            report.message, report.code = error.message, error.code
            report.unreachable = isinstance(error, TemporaryError)
            report.misconfigured = not report.unreachable
    report.stopped = stopping()
    return report


class _Look:
    """One look at everything that is due or new."""

    def __init__(self, desk: ReadingDesk, report: RunReport) -> None:
        self._desk = desk
        self._report = report
        self._told: set[str] = set()
        self._orders: Counter[int | None] = Counter()
        self._unbooked: Counter[int | None] = Counter()

    def previews(self) -> Iterator[Preview]:
        """Customers first, then invoices, then credit memos, as a run has them."""
        wanted = self._desk.wanted
        for entity in wanted.entities if wanted.numbers else self._desk.read_entities:
            for known, found in self._candidates(entity):
                if known.key not in self._told:
                    self._told.add(known.key)
                    preview = self._preview(known, found)
                    ready = preview.verdict in {"would book", "would look up"}
                    tally = self._orders if ready else self._unbooked
                    tally[known.entry.order_id] += entity == "invoice"
                    yield preview

    def _candidates(self, entity: Entity) -> Iterator[tuple[Document, Read | None]]:
        if entity in self._desk.read_entities:
            yield from self._new(entity)
        desk, due = self._desk, self._due(entity)
        for first in range(0, len(due), _BATCH):
            batch = [x for x in due[first : first + _BATCH] if x.key not in self._told]
            found = by_id(desk, entity, [document.entry.document_id for document in batch])
            yield from ((x, found.get(x.entry.document_id)) for x in batch)

    def _new(self, entity: Entity) -> Iterator[tuple[Document, Read | None]]:
        """What the inbox does not hold yet, or holds otherwise."""
        for page in pages(self._desk, entity):
            for entry in page.entries:
                known = self._desk.store.document(entry.key)
                same = known is not None and known.entry.fingerprint == entry.fingerprint
                if same or not self._is_wanted(entry):
                    continue
                self._report.fetched += 1
                follows = entity == "customer" or entry.shop_state == State.CANCELLED
                if known is None or known.state != "booked" or follows:
                    fresh = Document(entry=entry, state="waiting", since=self._desk.now())
                    document = replace(known, entry=entry) if known else fresh
                    yield document, page.found[entry.document_id]

    def _due(self, entity: Entity) -> list[Document]:
        desk = self._desk
        name, numbers = desk.connection.name, desk.wanted.numbers
        if not numbers:
            return desk.store.due(name, entity, desk.now(), _ALL)
        found = desk.store.find(name, entity, numbers)
        return [x for x in found if x.state != "booked" and self._is_wanted(x.entry)]

    def _is_wanted(self, entry: InboxEntry) -> bool:
        wanted = self._desk.wanted
        return (not wanted.numbers or entry.document_no in wanted.numbers) and (
            not wanted.keys or entry.key in wanted.keys
        )

    def _preview(self, known: Document, found: Read | None) -> Preview:
        if known.ruling is not None:
            return Preview(
                entry=known.entry,
                verdict="would link" if known.ruling.kind == "link" else "would reverse",
                message=f"mutation {known.ruling.mutation}, as {known.ruling.actor} decided",
            )
        entity = known.entry.entity
        if not (self._desk.connection.adds(entity) or self._desk.wanted.numbers or known.attempts):
            return Preview(entry=known.entry, verdict="would wait", message=_HELD)
        if entity == "customer":
            return self._account(known, None if isinstance(found, SalesDocument) else found)
        return self._sale(known, None if isinstance(found, Customer) else found)

    def _sale(self, known: Document, found: SalesDocument | Unreadable | None) -> Preview:
        promised = {order for order in self._orders if order not in self._unbooked}
        try:
            ready = prepare(self._desk, known, found, {x for x in promised if x is not None})
            if ready.mutation is not None and not known.lookup_first:
                preflight.require_open(ready.mutation.booked_on, self._desk.rules)
        except WaitingError as error:
            return Preview(
                entry=known.entry, verdict="would wait", message=error.message, code=error.code
            )
        except BoekwachtError as error:
            return _failure(known, found, error)
        except Exception as error:  # as in a run: one bad document does not hide the others
            log.exception("document %s", known.key)
            return _failure(known, found, record.mistake(error, was_sent=False))
        if ready.skip and ready.mutation is None:
            return Preview(
                entry=known.entry,
                verdict="would skip",
                message=ready.skip.message,
                code=ready.skip.code,
            )
        assert ready.mutation is not None  # noqa: S101 - what is not skipped has its booking
        return self._booking(known, ready.document, ready.mutation)

    def _account(self, known: Document, found: Customer | Unreadable | None) -> Preview:
        if isinstance(found, Unreadable):
            return Preview(
                entry=known.entry, verdict="failed", message=found.message, code=found.code
            )
        skip = left_out(self._desk, known, found)
        if skip is not None:
            return Preview(
                entry=known.entry, verdict="would skip", message=skip.message, code=skip.code
            )
        assert found is not None  # noqa: S101 - what the shop lacks is left out
        debtors = self._desk.debtors
        relation = self._desk.store.relation(debtors.connection, debtors.identity(found.buyer))
        code = relation.code if relation else debtors.code(found.buyer)
        message = f"relation {code}" if relation else f"a relation to be found or made, code {code}"
        return Preview(
            entry=known.entry, verdict="would book", message=message, known=relation is not None
        )

    def _booking(self, known: Document, document: SalesDocument, mutation: Mutation) -> Preview:
        name = self._desk.connection.name
        relation = self._desk.store.relation(name, self._desk.debtors.identity(document.buyer))
        return Preview(
            entry=known.entry,
            verdict="would look up" if known.lookup_first else "would book",
            mutation=replace(mutation, relation=relation.code) if relation else mutation,
            known=relation is not None,
        )


def _failure(known: Document, found: Read | None, error: BoekwachtError) -> Preview:
    buyer = found.buyer if isinstance(found, SalesDocument) else None
    return Preview(
        entry=known.entry, verdict="failed", message=scrub(error.message, buyer), code=error.code
    )
