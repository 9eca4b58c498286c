"""Documents, starts and ends for the store's tests, and a clock that is moved by hand."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sync.domain.attempts import Finish, Start, document_key
from sync.domain.documents import Entity
from sync.domain.inbox import InboxEntry
from sync.store import Claim, Holder, Store

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SHOP = "webshop"


@dataclass
class HandClock:
    """A clock that stands still until it is moved, in either direction."""

    at: datetime = field(default=NOW)

    def now(self) -> datetime:
        """Where it was put."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """Waiting moves it."""
        self.at += timedelta(seconds=seconds)


def entry(number: int = 42, entity: Entity = "invoice", **changes: Any) -> InboxEntry:
    """A document as fetched; everything ordinary but `changes`."""
    no = f"{number:09d}"
    values: dict[str, Any] = {
        "key": document_key(SHOP, entity, 1, no),
        "connection": SHOP,
        "entity": entity,
        "fingerprint": "0a" * 12,
        "document_id": number,
        "document_no": no,
        "order_id": number + 1000,
        "order_no": f"{number + 1000:09d}",
        "store_id": 1,
        "store": "default",
        "customer_name": "Jan Jansen",
        "firstname": "Jan",
        "lastname": "Jansen",
        "email": "jan@klant.example",
        "country": "NL",
        "grand_total": Decimal("121.00"),
        "tax": Decimal("21.00"),
        "shop_state": 2,
        "issued_at": NOW + number * MINUTE,
        "created_at": NOW + number * MINUTE,
        "updated_at": NOW + number * MINUTE,
        "currency": "EUR",
        "base_currency": "EUR",
        "base_rate": Decimal("1.0000"),
    }
    return InboxEntry(**(values | changes))


def start(of: InboxEntry, at: datetime = NOW, **changes: Any) -> Start:
    """The beginning of a try at a document."""
    values: dict[str, Any] = {
        "key": of.key,
        "connection": of.connection,
        "entity": of.entity,
        "document_id": of.document_id,
        "document_no": of.document_no,
        "order_id": of.order_id,
        "order_no": of.order_no,
        "store": of.store,
        "platform": "e-Boekhouden.nl",
        "started_at": at,
        "trigger": "schedule",
        "actor": "",
        "run": 1,
        "amount": of.grand_total,
        "currency": "EUR",
        "customer": "7",
    }
    return Start(**(values | changes))


def booked(at: datetime = NOW, **changes: Any) -> Finish:
    """A try that ended well."""
    values: dict[str, Any] = {
        "finished_at": at,
        "outcome": "created",
        "state": "booked",
        "message": "Success",
        "mutation_no": 17,
        "relation_code": "W7",
    }
    return Finish(**(values | changes))


def failed(at: datetime = NOW, **changes: Any) -> Finish:
    """A try that a person has to look at."""
    values: dict[str, Any] = {
        "finished_at": at,
        "outcome": "failed",
        "state": "failed",
        "message": "Invalid tax code: NL-13",
        "error_code": "TAX_UNMAPPED",
        "category": "tax_code",
        "pattern": "a1b2c3",
        "rules_version": 1,
    }
    return Finish(**(values | changes))


def receive(store: Store, *entries: InboxEntry, at: datetime = NOW) -> None:
    """Put documents into the inbox, due at `at`."""
    for one in entries:
        store.receive(one.connection, one.entity, [one], at, at)


def claimed(store: Store, holder: Holder, of: InboxEntry, at: datetime = NOW) -> Claim:
    """A claim on a document that is due."""
    claim = store.claim(start(of, at), holder)
    assert claim is not None
    return claim


def try_once(
    store: Store, holder: Holder, of: InboxEntry, end: Finish | None = None, at: datetime = NOW
) -> Claim:
    """Receive a document and try it once; booked unless `end` says otherwise."""
    receive(store, of, at=at)
    claim = claimed(store, holder, of, at)
    assert store.finish(claim, end or booked(at))
    return claim
