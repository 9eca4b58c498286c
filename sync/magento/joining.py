"""Puts a page's documents, their orders and their store views together. Pure.

One document that cannot be used never stops the others: it is told as `Unreadable`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from sync.domain.documents import Customer, SalesDocument
from sync.magento.customers import customer
from sync.magento.documents import DocumentKind, sales_document
from sync.magento.fields import FieldError, Fields
from sync.magento.results import StoreView, Unreadable

_T = TypeVar("_T")
Joined = tuple[tuple[SalesDocument, ...], tuple[Unreadable, ...]]
Accounts = tuple[tuple[Customer, ...], tuple[Unreadable, ...]]


def join(
    kind: DocumentKind,
    rows: Sequence[Fields],
    orders: Mapping[int, Fields],
    stores: Mapping[int, StoreView],
) -> Joined:
    """The documents in the order of their rows, and those that cannot be used.

    Args:
        kind: What the rows are.
        rows: Invoices or credit memos, each with an id.
        orders: The orders that the shop still has, by id.
        stores: The store views, by id.
    """
    documents, failed = [], []
    for row in rows:
        try:
            order, store = _order(row, orders), _store(row, stores)
            documents.append(sales_document(kind, row, order, store))
        except FieldError as error:
            failed.append(_unreadable(row, error))
    return tuple(documents), tuple(failed)


def accounts(rows: Sequence[Fields], websites: Mapping[int, str]) -> Accounts:
    """The accounts in the order of their rows, and those that cannot be used.

    Args:
        rows: Customer accounts, each with an id.
        websites: Codes of the websites, by id.
    """
    found, failed = [], []
    for row in rows:
        try:
            found.append(customer(row, websites))
        except FieldError as error:
            number = row.identifier("id")
            failed.append(
                Unreadable(
                    id=number,
                    number=str(number),
                    order_id=None,
                    store_id=_or_none(row.identifier, "website_id"),
                    message=f"Validation error: {error}",
                    code=error.code,
                    updated_at=_or_none(row.moment, "updated_at"),
                )
            )
    return tuple(found), tuple(failed)


def numbers(rows: Sequence[Fields], name: str) -> list[int]:
    """The ids under `name` that can be read, each once, in order of appearance."""
    found = (_or_none(row.identifier, name) for row in rows)
    return list(dict.fromkeys(each for each in found if each is not None))


def _order(row: Fields, orders: Mapping[int, Fields]) -> Fields:
    number = row.identifier("order_id")
    if number not in orders:
        raise FieldError(f"{row.where}: the shop does not give out its order {number}")
    return orders[number]


def _store(row: Fields, stores: Mapping[int, StoreView]) -> StoreView:
    store = stores.get(row.identifier("store_id")) if row.has("store_id") else None
    if store is None:  # the shop empties the field when a store view is deleted
        raise FieldError(f"{row.where}: its store view does not exist any more")
    return store


def _unreadable(row: Fields, error: FieldError) -> Unreadable:
    return Unreadable(
        id=row.identifier("entity_id"),
        number=_or_none(row.text, "increment_id") or "",
        order_id=_or_none(row.identifier, "order_id"),
        store_id=_or_none(row.identifier, "store_id"),
        message=f"Validation error: {error}",
        code=error.code,
        updated_at=_or_none(row.moment, "updated_at"),
    )


def _or_none(read: Callable[[str], _T], name: str) -> _T | None:
    try:
        return read(name)
    except FieldError:
        return None
