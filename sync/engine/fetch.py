"""The first step of a run: what the shop has that we don't know yet goes into the inbox.

A page's documents and the new watermark are stored together, so a document is known before the
watermark passes it, and a crash at any point costs one page of reading.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeAlias
from zoneinfo import ZoneInfo

from sync.domain.attempts import document_key
from sync.domain.documents import Customer, Entity, SalesDocument
from sync.domain.inbox import OVERLAP, InboxEntry, customer_entry, entry
from sync.engine.desk import Desk, ReadingDesk
from sync.errors import ConfigurationError
from sync.magento import Fetched, Page, StoreView, Unreadable

Read: TypeAlias = SalesDocument | Customer | Unreadable
"""What the shop says of one document or account."""

FRESH = timedelta(minutes=1)
"""So long what a list showed is as good as asking by id: working off a batch takes longer."""

KEPT = 1_000
"""Documents at most that are kept as a list showed them; a few kilobytes each."""


class Recent:
    """What a fetch read last: in an ordinary run all of it is booked right away."""

    def __init__(self) -> None:
        self._read: dict[int, tuple[datetime, Read]] = {}

    def add(self, found: Mapping[int, Read], now: datetime) -> None:
        """Keep a page; the oldest that was read before it goes where there is too much."""
        self._read |= {id: (now, read) for id, read in found.items()}
        for id in list(self._read)[:-KEPT]:
            del self._read[id]

    def still(self, ids: Sequence[int], now: datetime) -> dict[int, Read]:
        """Which of these were read just now, by the shop's id."""
        # Read meanwhile by another thread, perhaps: what is there now may be gone the next moment.
        known = {id: kept for id in ids if (kept := self._read.get(id))}
        return {id: read for id, (at, read) in known.items() if timedelta(0) <= now - at <= FRESH}


def fetch(desk: Desk, entity: Entity, recent: Recent) -> Iterator[int]:
    """Bring the inbox up to date; gives for each page how many documents are new or changed.

    Args:
        desk: Of the run.
        entity: The kind.
        recent: Takes what is read.

    Raises:
        UnreachableError, UnreadableError, TemporaryError: The shop does not answer as it should.
        ConfigurationError: It refuses the credentials, or a store view does not exist.
    """
    name = desk.connection.name
    automatic = desk.connection.adds(entity)
    desk.store.hold(name, entity, desk.now(), automatic=automatic)
    for page in pages(desk, entity):
        recent.add(page.found, desk.now())
        desk.steps("fetched")
        received = desk.store.receive(
            name, entity, page.entries, page.watermark, desk.now(), automatic=automatic
        )
        desk.steps("stored")
        yield received.new + received.changed
        if desk.stopping():
            break


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A page of what the shop has.

    Attributes:
        found: By the shop's id.
        entries: The rows for the inbox.
        watermark: See `Page`.
    """

    found: Mapping[int, Read]
    entries: list[InboxEntry]
    watermark: datetime


def pages(desk: ReadingDesk, entity: Entity) -> Iterator[News]:
    """What is new in the shop, page by page, each with its rows for the inbox; nothing is stored.

    A day asked for never shortens what is read: the watermark must not pass what nobody has seen.
    Nor does a row that the shop dates in the future take the watermark there, or nothing that
    changes until then would be read. One that is there, because clocks were wrong, is not believed:
    everything is read again.

    Raises:
        BoekwachtError: As `fetch`, while iterating.
    """
    name = desk.connection.name
    beginning = midnight(desk, desk.connection.start_date)
    known = desk.store.watermark(name, entity)
    now = desk.now()
    if known is None or known > now + OVERLAP:
        since = beginning
    else:
        since = max(beginning, min(known, now) - OVERLAP)
    if desk.wanted.since is not None:
        since = max(beginning, min(since, midnight(desk, desk.wanted.since)))
    for page in _changed(desk, entity, since):
        read: list[Read] = [*page.documents, *page.unreadable]
        entries = [*_entries(desk, page.documents, beginning)]
        entries += [unreadable_entry(name, entity, x, page.watermark) for x in page.unreadable]
        yield News(
            found={x.id: x for x in read}, entries=entries, watermark=min(page.watermark, now)
        )


def by_id(desk: ReadingDesk, entity: Entity, ids: Sequence[int]) -> dict[int, Read]:
    """What the shop has under these ids now; what it does not know any more is left out.

    Raises:
        BoekwachtError: As `fetch`.
    """
    shop = desk.shop
    fetched: Fetched[Customer] | Fetched[SalesDocument]
    if entity == "customer":
        fetched = shop.customers_by_id(ids)
    else:
        fetched = shop.invoices_by_id(ids) if entity == "invoice" else shop.credit_memos_by_id(ids)
    return {x.id: x for x in (*fetched.documents, *fetched.unreadable)}


def _changed(
    desk: ReadingDesk, entity: Entity, since: datetime
) -> Iterator[Page[Customer]] | Iterator[Page[SalesDocument]]:
    if entity == "customer":
        views = _views(desk)
        websites = None if views is None else {view.website_id for view in views}
        return desk.shop.customers_since(since, websites)
    changed = desk.shop.invoices_since if entity == "invoice" else desk.shop.credit_memos_since
    return changed(since, store_ids(desk))


def _entries(
    desk: ReadingDesk, documents: Sequence[Customer | SalesDocument], beginning: datetime
) -> Iterator[InboxEntry]:
    """The rows of what is to be taken in: nothing older, but accounts that we know."""
    name = desk.connection.name
    accounts = [x for x in documents if isinstance(x, Customer)]
    known = desk.store.known_accounts(name, [x.id for x in accounts]) if accounts else set()
    for document in documents:
        if isinstance(document, SalesDocument):
            if document.issued_at >= beginning:
                yield entry(name, document)
        elif document.created_at >= beginning or document.id in known:
            yield customer_entry(desk.debtors, document)


def midnight(desk: ReadingDesk, day: date) -> datetime:
    """When a day begins, in the zone of the bookings."""
    return datetime.combine(day, time(), ZoneInfo(desk.rules.zone or "Europe/Amsterdam"))


def store_ids(desk: ReadingDesk) -> list[int] | None:
    """The store views to book, as the shop numbers them; None for all."""
    views = _views(desk)
    return None if views is None else [view.id for view in views]


def _views(desk: ReadingDesk) -> list[StoreView] | None:
    wanted = desk.connection.shop.store_views
    if not wanted:
        return None
    known = desk.shop.known_stores(wanted)
    views: dict[str, StoreView] = {view.code: view for view in known.values()}
    for code in wanted:
        if code not in views:
            raise ConfigurationError(
                f"Setting connection.{desk.connection.name}.shop.store_views names {code!r}, "
                f"which the shop does not have; it has {', '.join(sorted(views))}"
            )
    return [views[code] for code in wanted]


def unreadable_entry(
    connection: str, entity: Entity, bad: Unreadable, seen_at: datetime
) -> InboxEntry:
    """The inbox row of a document that cannot be read: enough to try it, fail by name, and see it.

    Its key holds the shop's id where even the number is missing, so that it stays one document.
    """
    account = entity == "customer"
    number = bad.number or f"id-{bad.id}"
    store_id = bad.store_id or 0
    key = (0, f"id-{bad.id}") if account else (store_id, number)
    moment = bad.updated_at or seen_at
    mark = hashlib.blake2b(bad.message.encode(), digest_size=12).hexdigest()
    return InboxEntry(
        key=document_key(connection, entity, *key),
        connection=connection,
        entity=entity,
        fingerprint=mark,
        document_id=bad.id,
        document_no=number,
        order_id=bad.order_id,
        order_no="",
        store_id=store_id,
        store="",
        issued_at=moment,
        created_at=moment,
        updated_at=moment,
        grand_total=None,
        customer_id=bad.id if account else None,
        base_rate=None if account else Decimal(1),
    )
