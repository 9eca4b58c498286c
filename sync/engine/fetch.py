"""The first step of a run: what the shop has that we don't know yet goes into the inbox.

A page's documents and the new watermark are stored together, so a document is known before the
watermark passes it, and a crash at any point costs one page of reading.
"""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sync.domain.attempts import document_key
from sync.domain.documents import SalesEntity
from sync.domain.inbox import InboxEntry, entry
from sync.engine.desk import Desk, ReadingDesk
from sync.errors import ConfigurationError
from sync.magento import Page, StoreView, Unreadable

OVERLAP = timedelta(minutes=10)
"""Re-read before the watermark: a row becomes visible at commit, later than its timestamp."""


def fetch(desk: Desk, entity: SalesEntity) -> int:
    """Bring the inbox up to date; returns how many documents are new or changed.

    Raises:
        UnreachableError, UnreadableError, TemporaryError: The shop does not answer as it should.
        ConfigurationError: It refuses the credentials, or a store view does not exist.
    """
    name = desk.connection.name
    seen = 0
    for page, entries in pages(desk, entity):
        desk.steps("fetched")
        received = desk.store.receive(name, entity, entries, page.watermark, desk.now())
        desk.steps("stored")
        seen += received.new + received.changed
        if desk.stopping():
            break
    return seen


def pages(desk: ReadingDesk, entity: SalesEntity) -> Iterator[tuple[Page, list[InboxEntry]]]:
    """What is new in the shop, page by page, each with its rows for the inbox; nothing is stored.

    A day asked for never shortens what is read: the watermark must not pass what nobody has seen.

    Raises:
        BoekwachtError: As `fetch`, while iterating.
    """
    name = desk.connection.name
    beginning = midnight(desk, desk.connection.start_date)
    known = desk.store.watermark(name, entity)
    since = beginning if known is None else max(beginning, known - OVERLAP)
    if desk.wanted.since is not None:
        since = max(beginning, min(since, midnight(desk, desk.wanted.since)))
    changed = desk.shop.invoices_since if entity == "invoice" else desk.shop.credit_memos_since
    for page in changed(since, store_ids(desk)):
        entries = [entry(name, x) for x in page.documents if x.issued_at >= beginning]
        entries += [unreadable_entry(name, entity, x, page.watermark) for x in page.unreadable]
        yield page, entries


def midnight(desk: ReadingDesk, day: date) -> datetime:
    """When a day begins, in the zone of the bookings."""
    return datetime.combine(day, time(), ZoneInfo(desk.rules.zone or "Europe/Amsterdam"))


def store_ids(desk: ReadingDesk) -> list[int] | None:
    """The store views to book, as the shop numbers them; None for all."""
    wanted = desk.connection.shop.store_views
    if not wanted:
        return None
    views: dict[str, StoreView] = {view.code: view for view in desk.shop.stores().values()}
    for code in wanted:
        if code not in views:
            raise ConfigurationError(
                f"Setting connection.{desk.connection.name}.shop.store_views names {code!r}, "
                f"which the shop does not have; it has {', '.join(sorted(views))}"
            )
    return [views[code].id for code in wanted]


def unreadable_entry(
    connection: str, entity: SalesEntity, bad: Unreadable, seen_at: datetime
) -> InboxEntry:
    """The inbox row of a document that cannot be read: enough to try it, fail by name, and see it.

    Its key holds the shop's id where even the number is missing, so that it stays one document.
    """
    number = bad.number or f"id-{bad.id}"
    moment = bad.updated_at or seen_at
    mark = hashlib.blake2b(bad.message.encode(), digest_size=12).hexdigest()
    return InboxEntry(
        key=document_key(connection, entity, bad.store_id or 0, number),
        connection=connection,
        entity=entity,
        fingerprint=mark,
        document_id=bad.id,
        document_no=number,
        order_id=bad.order_id,
        order_no="",
        store_id=bad.store_id or 0,
        store="",
        issued_at=moment,
        created_at=moment,
        updated_at=moment,
        grand_total=None,
        base_rate=Decimal(1),
    )
