"""One run: fetch into the inbox, finish what was left behind, book what is due."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sync.clock import Clock
from sync.domain.attempts import Trigger
from sync.eboekhouden import Books
from sync.engine.attempt import Found, try_document
from sync.engine.desk import Desk, administration, booking_rules, books_access, shop_access
from sync.engine.fetch import fetch_invoices
from sync.engine.report import RunReport
from sync.errors import BoekwachtError, ConfigurationError, TemporaryError, UnreachableError
from sync.magento import Shop
from sync.settings import Connection, Secrets
from sync.store import Document, Store

BATCH = 50
"""Documents that are asked of the shop at once, just before they are booked."""

GIVE_UP_AFTER = 3
"""Documents in a row for which a service could not be reached, after which a run stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a run is asked to do beyond the ordinary.

    Attributes:
        trigger: Who or what asked.
        actor: Login of the person; empty for the schedule.
        numbers: Only these documents, also when they are not due; empty for all that are due.
    """

    trigger: Trigger = "schedule"
    actor: str = ""
    numbers: Sequence[str] = ()


def run(
    connection: Connection,
    keys: Secrets,
    store: Store,
    clock: Clock,
    wanted: Wanted = Wanted(),
    *,
    progress: Callable[[RunReport], None] = lambda _report: None,
    stopping: Callable[[], bool] = lambda: False,
) -> RunReport:
    """Run once over one connection. Never raises for what a service or a document does.

    Args:
        connection: Its settings.
        keys: Its secrets.
        store: Where everything is recorded.
        clock: Time and waiting.
        wanted: See `Wanted`.
        progress: Called after every document with the report so far.
        stopping: Asked between documents; True ends the run, the rest stays due.
    """
    report = RunReport(connection=connection.name)
    version, mapping = store.mapping(connection.name)
    report.run = store.start_run(
        connection.name, wanted.trigger, wanted.actor, version, clock.now()
    )
    try:
        rules = booking_rules(connection, mapping)
        with (
            store.holder() as holder,
            Shop(shop_access(connection, keys), clock) as shop,
            Books(books_access(connection, keys), clock) as books,
        ):
            countries = {rate.code: rate.country for rate in shop.tax_rates()}
            desk = Desk(
                connection=connection,
                rules=replace(rules, rate_countries=countries),
                store=store,
                holder=holder,
                shop=shop,
                books=books,
                clock=clock,
                run=report.run,
                trigger=wanted.trigger,
                actor=wanted.actor,
                administration=administration(keys),
                stopping=stopping,
            )
            _work(desk, wanted, report, progress)
    except BoekwachtError as error:
        report.message, report.code = error.message, error.code
        report.misconfigured = isinstance(error, ConfigurationError)
        report.unreachable = isinstance(error, TemporaryError)
    store.finish_run(
        report.run,
        report.state,
        report.counts,
        now=clock.now(),
        message=report.message,
        code=report.code,
    )
    return report


def _work(
    desk: Desk, wanted: Wanted, report: RunReport, progress: Callable[[RunReport], None]
) -> None:
    settle = timedelta(seconds=float(desk.connection.books.settle))
    for left in desk.store.take_over(desk.holder, desk.now(), settle):
        report.outcomes[left.outcome] += 1
    report.fetched = fetch_invoices(desk)
    if wanted.numbers:
        _ask_again(desk, wanted.numbers)
    silent = 0
    tried: set[str] = set()
    while not desk.stopping():
        due = [x for x in _due(desk, wanted, len(tried)) if x.key not in tried][:BATCH]
        if not due:
            break
        report.due += len(due)
        tried.update(document.key for document in due)
        silent = _batch(desk, due, report, progress, silent)
    report.stopped = desk.stopping()


def _due(desk: Desk, wanted: Wanted, tried: int) -> list[Document]:
    name = desk.connection.name
    if wanted.numbers:
        return [x for x in _named(desk, wanted.numbers) if x.state == "waiting"]
    # Waiting costs a simulated clock nothing, so a document may fall due again within its run.
    return desk.store.due(name, "invoice", desk.now(), BATCH + tried)


def _ask_again(desk: Desk, numbers: Sequence[str]) -> None:
    for document in _named(desk, numbers):
        desk.store.request_again(document.key, desk.now())


def _named(desk: Desk, numbers: Sequence[str]) -> list[Document]:
    """Documents by their own number; an order may carry the same one as another's invoice."""
    found = desk.store.find(desk.connection.name, "invoice", numbers)
    return [x for x in found if x.entry.document_no in numbers]


def _batch(
    desk: Desk,
    due: Sequence[Document],
    report: RunReport,
    progress: Callable[[RunReport], None],
    silent: int,
) -> int:
    """Try these; returns how many in a row a service has now been silent for."""
    fetched = desk.shop.invoices_by_id([document.entry.document_id for document in due])
    found: dict[int, Found] = {x.id: x for x in fetched.documents}
    found |= {x.id: x for x in fetched.unreadable}
    for document in due:
        if desk.stopping():
            break
        tried = try_document(desk, document, found.get(document.entry.document_id))
        if tried is None:
            continue
        report.outcomes[tried.outcome] += 1
        progress(report)
        silent = silent + 1 if tried.silent else 0
        if silent >= GIVE_UP_AFTER:
            raise UnreachableError("Could not connect to host: the books do not answer")
    return silent
