"""The shop as the rest of the program sees it: documents, accounts, store views, tax rates."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from sync.clock import Clock
from sync.domain import codes
from sync.domain.documents import Customer, SalesDocument
from sync.domain.taxes import TaxRate, TaxRule
from sync.errors import ConfigurationError
from sync.magento import lists
from sync.magento.access import ShopAccess
from sync.magento.customers import CUSTOMER_FIELDS
from sync.magento.documents import ORDER_FIELDS, DocumentKind
from sync.magento.fields import Fields
from sync.magento.joining import Accounts, Joined, accounts, join, numbers
from sync.magento.paging import SORT, Keyset, by_id, rows
from sync.magento.results import CustomerGroup, Fetched, Page, Right, StoreView
from sync.magento.search import Filter, number_list, query
from sync.magento.transport import Transport
from sync.magento.views import StoreViews

_LISTS: Mapping[DocumentKind, tuple[str, str]] = {
    "invoice": ("invoices", "invoice"),
    "creditmemo": ("creditmemos", "credit memo"),
}
_CUSTOMERS = "customers/search"
_RIGHTS = (
    ("Magento_Sales::sales_invoice", "invoices", "invoices"),
    ("Magento_Sales::sales_creditmemo", "credit memos", "creditmemos"),
    ("Magento_Sales::actions_view", "the orders behind them", "orders"),
    ("Magento_Backend::store", "store views and their time zones", "store/storeViews"),
    ("Magento_Tax::manage_tax", "tax rates and rules", "taxRates/search"),
    ("Magento_Customer::group", "customer groups", "customerGroups/search"),
)
_ACCOUNTS_RIGHT = ("Magento_Customer::customer", "customer accounts", _CUSTOMERS)


class Shop:
    """One Magento 2 shop, read only. Use it in a `with` block; one connection is kept open.

    Every method that asks the shop raises a `BoekwachtError` whose type says what to do next.

    Args:
        access: Address and keys.
        clock: Dates signatures and does the waiting between tries.
        views: What this shop told earlier of its store views, and is told of them now; None for
            nothing.

    Raises:
        ConfigurationError: The address is neither https nor this machine's own, or a key is
            missing.
    """

    def __init__(self, access: ShopAccess, clock: Clock, views: StoreViews | None = None) -> None:
        self._transport = Transport(access, clock)
        self._clock = clock
        self._page_size = access.page_size
        self._views = views or StoreViews()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def hang_up(self) -> None:
        """End the call that is out, and every later one at once. Any thread may do it."""
        self._transport.hang_up()

    def close(self) -> None:
        """Close the connection."""
        self._transport.close()

    @property
    def server_time(self) -> datetime:
        """The shop's clock at its last answer, aware, UTC; ours before any answer came."""
        return self._transport.served_at or self._clock.now()

    def stores(self) -> Mapping[int, StoreView]:
        """The store views by id, the admin's own left out, as the shop has them now."""
        found = lists.store_views(
            self._transport.get("store/storeConfigs"),
            self._transport.get("store/storeViews"),
            self._transport.get("store/websites"),
        )
        self._views.keep(found, self._clock.now())
        return found

    def known_stores(self, needed: Collection[str] = ()) -> Mapping[int, StoreView]:
        """As `stores`, but as told in the last day where all codes in `needed` are among them."""
        known = self._views.known(self._clock.now())
        told = {view.code for view in known.values()}
        return known if known and told.issuperset(needed) else self.stores()

    def invoices_since(
        self, since: datetime | None, store_ids: Collection[int] | None = None
    ) -> Iterator[Page[SalesDocument]]:
        """All invoices that changed at `since` or later, oldest change first, page by page.

        Every page is complete in itself: going on later from its watermark loses nothing and
        reads the watermark's own second again.

        Args:
            since: Aware moment, cut to the second; None for everything.
            store_ids: Store views to read; None for all of them.

        Raises:
            BoekwachtError: While iterating; the pages handed out until then stay good.
        """
        return self._since("invoice", since, store_ids)

    def credit_memos_since(
        self, since: datetime | None, store_ids: Collection[int] | None = None
    ) -> Iterator[Page[SalesDocument]]:
        """As `invoices_since`, for credit memos."""
        return self._since("creditmemo", since, store_ids)

    def customers_since(
        self, since: datetime | None, website_ids: Collection[int] | None = None
    ) -> Iterator[Page[Customer]]:
        """As `invoices_since`, for customer accounts; these belong to websites."""
        keyset = Keyset(since, website_ids, "website_id", "id")
        full = website_ids is None or len(website_ids) > 0
        while full:
            text = query(
                keyset.groups(),
                sort=SORT,
                page_size=self._page_size,
                fields=f"items[{CUSTOMER_FIELDS}]",
            )
            found = rows(self._transport.get(_CUSTOMERS, text), "customer")
            full = len(found) >= self._page_size
            if found:
                watermark = keyset.advance(found)
                documents, unreadable = self._accounts(found)
                yield Page(documents=documents, unreadable=unreadable, watermark=watermark)

    def invoices_by_id(self, ids: Sequence[int]) -> Fetched[SalesDocument]:
        """The invoices with these internal ids as they are now."""
        return self._by_id("invoice", ids)

    def credit_memos_by_id(self, ids: Sequence[int]) -> Fetched[SalesDocument]:
        """As `invoices_by_id`, for credit memos."""
        return self._by_id("creditmemo", ids)

    def customers_by_id(self, ids: Sequence[int]) -> Fetched[Customer]:
        """As `invoices_by_id`, for customer accounts."""
        wanted = tuple(dict.fromkeys(ids))
        found = self._listed(_CUSTOMERS, wanted, "customer", CUSTOMER_FIELDS, "id")
        known = [found[each] for each in wanted if each in found]
        documents, unreadable = self._accounts(known)
        missing = tuple(each for each in wanted if each not in found)
        return Fetched(documents=documents, unreadable=unreadable, missing=missing)

    def tax_rates(self) -> list[TaxRate]:
        """All tax rates, by id."""
        found = self._whole("taxRates/search", "tax_calculation_rate_id", "tax rate")
        return lists.read(lists.tax_rate, found)

    def tax_rules(self, rates: Sequence[TaxRate]) -> list[TaxRule]:
        """All tax rules, by id; `rates` are the shop's, which its rules name."""
        rules = self._whole("taxRules/search", "tax_calculation_rule_id", "tax rule")
        classes = self._whole("taxClasses/search", "class_id", "tax class", key="class_id")
        return lists.tax_rules(rules, classes, rates)

    def customer_groups(self) -> list[CustomerGroup]:
        """All customer groups, by id; 0 is "not logged in"."""
        found = self._whole("customerGroups/search", "id", "customer group")
        return lists.read(lists.customer_group, found)

    def check(self, *, customers: bool = True) -> tuple[Right, ...]:
        """Try every right that is needed, with one small call each.

        A right that is missing is no exception but a `Right` with a problem.

        Args:
            customers: Whether customer accounts are to be read.
        """
        needed = (*_RIGHTS, _ACCOUNTS_RIGHT) if customers else _RIGHTS
        return tuple(self._right(*right) for right in needed)

    def _right(self, resource: str, needed_for: str, path: str) -> Right:
        small = "" if path.startswith("store/") else query(page_size=1, fields="total_count")
        problem = ""
        try:
            self._transport.get(path, small)
        except ConfigurationError as error:
            if error.code != codes.CREDENTIALS:
                raise
            problem = error.message
        return Right(resource=resource, needed_for=needed_for, problem=problem)

    def _since(
        self, kind: DocumentKind, since: datetime | None, store_ids: Collection[int] | None
    ) -> Iterator[Page[SalesDocument]]:
        keyset = Keyset(since, store_ids)
        path, name = _LISTS[kind]
        full = store_ids is None or len(store_ids) > 0
        while full:
            text = query(keyset.groups(), sort=SORT, page_size=self._page_size)
            found = rows(self._transport.get(path, text), name)
            full = len(found) >= self._page_size
            if found:
                watermark = keyset.advance(found)
                documents, unreadable = self._join(kind, found)
                yield Page(documents=documents, unreadable=unreadable, watermark=watermark)

    def _by_id(self, kind: DocumentKind, ids: Sequence[int]) -> Fetched[SalesDocument]:
        path, name = _LISTS[kind]
        wanted = tuple(dict.fromkeys(ids))
        found = self._listed(path, wanted, name)
        documents, unreadable = self._join(kind, [found[each] for each in wanted if each in found])
        missing = tuple(each for each in wanted if each not in found)
        return Fetched(documents=documents, unreadable=unreadable, missing=missing)

    def _join(self, kind: DocumentKind, found: Sequence[Fields]) -> Joined:
        stores = self._views.known(self._clock.now())
        if not stores.keys() >= set(numbers(found, "store_id")):
            stores = self.stores()  # the first page, or a store view that is new
        orders = self._listed("orders", numbers(found, "order_id"), "order", ORDER_FIELDS)
        return join(kind, found, orders, stores)

    def _accounts(self, found: Sequence[Fields]) -> Accounts:
        stores = self._views.known(self._clock.now())
        if not {view.website_id for view in stores.values()} >= set(numbers(found, "website_id")):
            stores = self.stores()  # the first page, or a website that is new
        return accounts(found, {view.website_id: view.website for view in stores.values()})

    def _listed(
        self, path: str, ids: Sequence[int], name: str, fields: str = "", key: str = "entity_id"
    ) -> dict[int, Fields]:
        """Rows by id, a page's worth of ids per call; unknown ids are absent."""
        found: dict[int, Fields] = {}
        for start in range(0, len(ids), self._page_size):
            some = ids[start : start + self._page_size]
            text = query(
                [[Filter("entity_id", "in", number_list(some))]],
                sort=["entity_id"],
                page_size=len(some),
                fields=fields and f"items[{fields}]",
            )
            found |= by_id(rows(self._transport.get(path, text), name), key)
        return found

    def _whole(self, path: str, sort: str, name: str, *, key: str = "id") -> list[Fields]:
        """A list that hardly ever changes, by page numbers; `key` holds a row's id."""
        found: dict[int, Fields] = {}
        page = 1
        while True:
            text = query(sort=[sort], page_size=self._page_size, page=page)
            some = by_id(rows(self._transport.get(path, text), name), key)
            # An old shop repeats its last page instead of sending an empty one.
            more = len(some) >= self._page_size and not some.keys() <= found.keys()
            found |= some
            page += 1
            if not more:
                return list(found.values())
