"""Invented entities have the fields, and the types, of those that a real Magento answered."""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from sync.sandbox.totals import DocumentKind
from sync.sandbox.trade import Happening, Mix, Plan, trade
from tests.sandbox.trade import recorded
from tests.sandbox.trade.shape import Fields, Shape, fields_of, shape_of

PLAN = Plan(
    seed=4,
    first_day=date(2026, 3, 1),
    days=40,
    orders_per_day=(16, 16),
    mix=Mix(refund=0.3, in_parts=0.1, coupon=0.3, leaves=0.1, cancelled=0.1, zero_total=0.05),
)
COMPOSITE = ("configurable", "bundle")

# Not in any whole recording: a credit memo over discounted shipping; see the formula.
SHIPPING_COMPENSATION = {
    ("shipping_discount_tax_compensation_amount", "number"),
    ("base_shipping_discount_tax_compensation_amnt", "number"),
}
# Documented (`region` is a string where the country has regions), recorded only as null.
REGION = {("region", "str"), ("region_code", "str")}


@cache
def happenings() -> list[Happening]:
    return list(trade(PLAN))


def entities(table: str) -> list[dict[str, Any]]:
    return [one.entity for one in happenings() if one.table == table and one.action == "put"]


def recorded_shape(table: str) -> Shape:
    kinds: dict[str, DocumentKind] = {
        "orders": "order",
        "invoices": "invoice",
        "creditmemos": "creditmemo",
    }
    if table == "customers":
        return shape_of(recorded.customers())
    wanted = kinds[table]
    documents = [document for _, kind, document in recorded.scenarios() if kind == wanted]
    if table == "orders":
        items = recorded.composite_items()
        for item in items:
            item["extension_attributes"] = {"itemized_taxes": []}
            if "parent_item" in item:
                item["parent_item"]["extension_attributes"] = {"itemized_taxes": []}
        sent = {"shipping_assignments": [{"items": items}]}
        documents = [*documents, {"items": items, "extension_attributes": sent}]
    return shape_of(documents)


@pytest.mark.parametrize("table", ["customers", "orders", "invoices", "creditmemos"])
def test_no_field_is_unknown_to_the_recordings(table: str) -> None:
    """And every place of a recorded document is filled by an invented one."""
    real, invented = recorded_shape(table), shape_of(entities(table))
    extra: set[tuple[str, str]] = set()
    for path, sets in invented.items():
        known = frozenset[tuple[str, str]]().union(*real.get(path, set()))
        if path.endswith(("/parent_item", "/parent_item/extension_attributes")):
            known = frozenset[tuple[str, str]]().union(*real["/items[]"])
        if "/parent_item/" in path:
            continue  # the same objects as in the list of items
        extra |= frozenset[tuple[str, str]]().union(*sets) - known
    assert extra <= (SHIPPING_COMPENSATION | REGION)
    assert set(real) <= set(invented)


@pytest.mark.parametrize("table", ["customers", "orders", "invoices", "creditmemos"])
def test_every_recorded_field_is_invented_sometimes(table: str) -> None:
    real, invented = recorded_shape(table), shape_of(entities(table))
    for path, sets in real.items():
        missing = frozenset[tuple[str, str]]().union(*sets) - frozenset[tuple[str, str]]().union(
            *invented[path]
        )
        assert not missing, path


def plain(order: dict[str, Any]) -> bool:
    """A guest's order without what adds a field: coupon, region, company, composite product."""
    address = order["billing_address"]
    return (
        order["customer_is_guest"] == 1
        and "customer_firstname" in order
        and "customer_email" in order
        and "coupon_code" not in order
        and not {"region", "company", "vat_id"} & set(address)
        and all(item["product_type"] not in COMPOSITE for item in order["items"])
        and len({item["qty_invoiced"] == 0 for item in order["items"]}) == 1
    )


@pytest.mark.parametrize(
    ("scenario", "state", "refunded", "virtual"),
    [
        pytest.param("pending_no_invoice", "new", False, 0, id="just placed"),
        pytest.param("invoice_capture_false", "processing", False, 0, id="invoiced"),
        pytest.param("canceled", "canceled", False, 0, id="cancelled"),
        pytest.param("guest_virtual", "complete", False, 1, id="virtual"),
    ],
)
def test_an_order_has_exactly_the_fields_of_its_state(
    scenario: str, state: str, *, refunded: bool, virtual: int
) -> None:
    """Field by field at every place, for the situations that were recorded."""
    real = shape_of([recorded.body(f"scenario_{scenario}_order")])
    like_it = [
        order
        for order in entities("orders")
        if plain(order)
        and (order["state"], order["is_virtual"]) == (state, virtual)
        and ("total_refunded" in order) == refunded
    ]
    assert like_it
    for order in like_it:
        for path, sets in shape_of([order]).items():
            if path.endswith("itemized_taxes[]") or "applied_taxes" in path:
                assert sets <= real.get(path, sets)
            else:
                assert sets == real[path], path


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("configurable", "parent"),
        ("configurable", "child"),
        ("bundle", "parent"),
        ("bundle", "child"),
    ],
)
def test_parts_of_composite_products_have_the_recorded_fields(kind: str, name: str) -> None:
    """As in the recorded order, when everything is refunded: amounts on one side only."""
    real = {_item_fields(item) for item in _of_kind(recorded.composite_items(), kind, name)}
    orders = [order for order in entities("orders") if order["state"] == "closed"]
    invented = {
        _item_fields(item)
        for order in orders
        if order.get("coupon_code")
        for item in _of_kind(order["items"], kind, name)
    }
    assert invented
    assert invented == real


def _of_kind(items: list[dict[str, Any]], kind: str, name: str) -> list[dict[str, Any]]:
    if name == "parent":
        return [item for item in items if item["product_type"] == kind]
    return [item for item in items if item.get("parent_item", {}).get("product_type") == kind]


def _item_fields(item: dict[str, Any]) -> Fields:
    return frozenset(
        (field, kind) for field, kind in fields_of(item) if field != "extension_attributes"
    )


def test_amounts_are_decimals_and_ids_integers() -> None:
    """Amounts have two decimals at most, like Magento's; nothing is a float."""
    for one in happenings():
        for name, value in _leaves(one.entity):
            assert not isinstance(value, float), name
            if name.endswith("_id") or name == "id" or name.startswith("qty"):
                assert not isinstance(value, Decimal), name
            if name.endswith(("amount", "total", "subtotal", "price")) and value is not None:
                assert isinstance(value, Decimal), name
                assert value == value.quantize(Decimal("0.01")), name


def _leaves(value: Any, name: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [leaf for key, inner in value.items() for leaf in _leaves(inner, key)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in _leaves(inner, name)]
    return [(name, value)]


def test_the_clock_of_an_entity_is_its_moment() -> None:
    """`updated_at` is when it happened, except when an order only loses its customer."""
    orphans = 0
    for one in happenings():
        if one.action == "put":
            moment = one.at.strftime("%Y-%m-%d %H:%M:%S")
            orphan = _orphan(one)
            orphans += orphan
            assert orphan or one.entity["updated_at"] == moment
            assert one.entity["created_at"] <= one.entity["updated_at"]
    assert orphans


def _orphan(one: Happening) -> bool:
    entity = one.entity
    return one.table == "orders" and entity["customer_group_id"] and "customer_id" not in entity
