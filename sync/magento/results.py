"""What the shop's client hands out, in our own words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sync.domain.documents import Customer, SalesDocument

D = TypeVar("D", SalesDocument, Customer)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreView:
    """One of the shop's store views.

    Attributes:
        id: The number that documents carry.
        code: Its code, e.g. "default"; what the settings name.
        name: What people call it.
        website_id: The website it belongs to; customers belong to websites.
        website: That website's code, e.g. "base"; "" when the shop does not say.
        zone: Its time zone, an IANA name that this machine knows; decides the booking date.
        base_currency: Currency of the website's books, e.g. "EUR".
        base_url: Its public address.
    """

    id: int
    code: str
    name: str
    website_id: int
    website: str = ""
    zone: str
    base_currency: str
    base_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A document, or an account, that the shop told of, and that cannot be used.

    Attributes:
        id: The shop's internal id.
        number: What is printed on it, an account's id; empty when that cannot be read either.
        order_id: The order's internal id; None when that cannot be read, and for accounts.
        store_id: The store view, an account's website; None when that cannot be read.
        message: What is wrong, in the catalogue's words; never a name or an address.
        code: One of `sync.domain.codes`.
        updated_at: Aware, UTC; None when that cannot be read.
    """

    id: int
    number: str
    order_id: int | None
    store_id: int | None
    message: str
    code: str
    updated_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[D]):
    """Some documents, or customer accounts, in the order in which the shop changed them.

    Attributes:
        documents: Those that could be read, oldest change first.
        unreadable: The others.
        watermark: When the page's last document changed, aware, UTC. Everything up to this
            second, ties excepted, is on this page or an earlier one.
    """

    documents: tuple[D, ...]
    unreadable: tuple[Unreadable, ...]
    watermark: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched(Generic[D]):
    """Documents, or customer accounts, asked for by id, as they are now.

    Attributes:
        documents: In the order of the ids asked for.
        unreadable: Those that cannot be used.
        missing: The ids that the shop does not know.
    """

    documents: tuple[D, ...]
    unreadable: tuple[Unreadable, ...]
    missing: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerGroup:
    """One of the shop's customer groups; 0 is "not logged in"."""

    id: int
    name: str
    tax_class: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """One of the rights that the shop must have given us.

    Attributes:
        resource: The shop's name of it, as the administrator ticks it.
        needed_for: What we read with it.
        problem: Why it does not work; empty when it does.
    """

    resource: str
    needed_for: str
    problem: str = ""
