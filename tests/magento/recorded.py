"""The recorded documents as the client's own parser gets them, and the shop that serves them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import cache
from typing import Any

from sync.domain.documents import Customer, SalesDocument
from sync.magento import Fetched, Page, Shop, ShopAccess, StoreView
from sync.magento.documents import DocumentKind, sales_document
from sync.magento.fields import Fields
from sync.sandbox import shop as simulated
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.http import Server
from tests.golden.recordings import FOLDER, INTEGRATION, RECORDED_AT, recorded_shop

STORE = StoreView(
    id=1,
    code="default",
    name="Default Store View",
    website_id=1,
    zone="Europe/Amsterdam",
    base_currency="EUR",
    base_url="https://shop.example/",
)


def body(name: str) -> Any:
    """A fresh copy of a recorded answer, numbers as Decimal."""
    text = (FOLDER / f"{name}.json").read_text("utf-8")
    answer = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    return answer["response"]["body"]


@cache
def whole_names(kind: DocumentKind) -> tuple[str, ...]:
    """The scenario recordings of whole invoices or credit memos."""
    return tuple(sorted(path.stem for path in FOLDER.glob(f"scenario_*_{kind}[0-9].json")))


def order_of(name: str) -> Any:
    """The recorded order that a scenario's document belongs to."""
    return body(f"{name.rpartition('_')[0]}_order")


def parsed(kind: DocumentKind, row: Any, order: Any) -> SalesDocument:
    """A document through the client's parser."""
    number = row.get("entity_id")
    return sales_document(kind, Fields(f"{kind} {number}", row), Fields("order", order), STORE)


def access(url: str, **changes: Any) -> ShopAccess:
    """OAuth keys of the recorded shop's integration."""
    keys: dict[str, Any] = {
        "consumer_key": INTEGRATION.consumer_key,
        "consumer_secret": INTEGRATION.consumer_secret,
        "token": INTEGRATION.token,
        "token_secret": INTEGRATION.token_secret,
    }
    return ShopAccess(url=url, **(keys | changes))


@contextmanager
def serving(
    shop: simulated.Shop | None = None, /, **changes: Any
) -> Iterator[tuple[Shop, Server, SimulatedClock]]:
    """A client connected to a simulated shop over real HTTP; the recorded one by default."""
    clock = SimulatedClock(RECORDED_AT)
    app = shop or recorded_shop(clock)
    with (
        Server(app, clock=clock, service="shop") as server,
        Shop(access(server.url, **changes), clock) as client,
    ):
        yield client, server, clock


def ids(
    page: Page[SalesDocument] | Page[Customer] | Fetched[SalesDocument] | Fetched[Customer],
) -> list[int]:
    """The ids of all documents on a page, readable or not, ascending."""
    return sorted([row.id for row in page.documents] + [row.id for row in page.unreadable])
