"""Magento's arithmetic: the recordings to the cent, and any invented document by its formula."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.sandbox.totals import (
    NO_ROW,
    ZERO,
    Discount,
    DocumentKind,
    Entry,
    Row,
    add_up,
    broken_totals,
    price_cart,
)
from sync.sandbox.trade import Mix, Plan, trade
from tests.sandbox.trade import recorded

KINDS: dict[str, DocumentKind] = {
    "orders": "order",
    "invoices": "invoice",
    "creditmemos": "creditmemo",
}
CENTS = st.decimals(min_value=0, max_value=500, places=2)
ORDERS = {name: order for name, kind, order in recorded.scenarios() if kind == "order"}


@pytest.mark.parametrize(
    ("kind", "document"),
    [pytest.param(kind, document, id=name) for name, kind, document in recorded.scenarios()],
)
def test_recorded_documents_obey_the_formula(kind: DocumentKind, document: dict[str, Any]) -> None:
    assert broken_totals(kind, document) == []


@pytest.mark.parametrize("name", ["grand_total", "base_tax_amount", "base_grand_total"])
def test_a_cent_too_much_is_noticed(name: str) -> None:
    """Otherwise the other tests here could not fail."""
    document = recorded.body("scenario_guest_full_excl_invoice1")
    document[name] += Decimal("0.01")
    assert broken_totals("invoice", document)


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    coupon=st.sampled_from([0.0, 1.0]),
    in_parts=st.sampled_from([0.0, 1.0]),
    stores=st.sampled_from([(1.0, 0.0), (0.0, 1.0), (0.2, 0.2)]),
)
def test_every_invented_document_obeys_the_formula(
    seed: int, coupon: float, in_parts: float, stores: tuple[float, float]
) -> None:
    """Grand total, sums of items, compensation, adjustment: also in euros for the dollar store."""
    us_store, b2b_store = stores
    mix = Mix(
        coupon=coupon,
        in_parts=in_parts,
        us_store=us_store,
        b2b_store=b2b_store,
        refund=0.9,
        second_refund=0.7,
        zero_total=0.1,
    )
    plan = Plan(seed=seed, first_day=date(2026, 1, 1), days=40, orders_per_day=(0, 1), mix=mix)
    broken = [
        sentence
        for happening in trade(plan)
        if happening.table != "customers"
        for sentence in broken_totals(KINDS[happening.table], happening.entity)
    ]
    assert not broken


@pytest.mark.parametrize("order", [pytest.param(order, id=name) for name, order in ORDERS.items()])
def test_carts_are_priced_like_the_recorded_orders(order: dict[str, Any]) -> None:
    """Same prices, rates and coupon: same VAT, discount, compensation and totals."""
    inclusive = order["entity_id"] >= recorded.FIRST_INCLUSIVE_ORDER
    coupon = order.get("coupon_code", "")
    discount = Discount(
        percent=recorded.COUPON_PERCENT.get(coupon, ZERO),
        fixed=Decimal(10) if coupon == "EURO10" else ZERO,
    )
    shown = "shipping_incl_tax" if inclusive else "shipping_amount"
    shipping = Entry(Decimal(order[shown]), 1, _shipping_percent(order), "")
    cart = price_cart(
        [_entry(item, inclusive=inclusive) for item in order["items"]],
        shipping,
        discount,
        inclusive=inclusive,
    )
    for item, line in zip(order["items"], cart.lines, strict=True):
        assert (line.price, line.price_incl) == (item["price"], item["price_incl_tax"])
        assert _after_discount(line.row) == _amounts(item)
    totals = add_up([line.row for line in cart.lines], cart.shipping)
    assert totals.grand_total == order["grand_total"]
    assert totals.subtotal_incl == order["subtotal_incl_tax"]
    assert cart.shipping.tax == order["shipping_tax_amount"]


def test_lines_of_one_rate_share_what_rounding_leaves() -> None:
    """Two shirts at 10 % off: one gets 2.00, the other 1.99, and their VAT differs too."""
    items = [item for item in recorded.composite_items() if item["product_type"] == "configurable"]
    cart = price_cart(
        [_entry(item, inclusive=True) for item in items],
        Entry(ZERO, 1, ZERO, ""),
        Discount(percent=Decimal(10)),
        inclusive=True,
    )
    assert [line.row.discount for line in cart.lines] == [Decimal("2.00"), Decimal("1.99")]
    assert [_after_discount(line.row) for line in cart.lines] == [_amounts(i) for i in items]


@given(st.lists(CENTS, min_size=5, max_size=5), st.integers(2, 30), st.data())
def test_parts_of_a_row_add_up_to_it(
    amounts: list[Decimal], pieces: int, data: st.DataObject
) -> None:
    """Invoiced one by one or in any steps: at the end nothing is left, and nothing is too much."""
    row, taken, left = Row(*amounts), NO_ROW, pieces
    while left:
        qty = data.draw(st.integers(1, left))
        taken = taken.plus(row.less(taken).part(qty, left))
        left -= qty
    assert taken == row


def test_a_fixed_discount_is_spent_to_the_cent_but_never_beyond_the_cart() -> None:
    thirds = [Entry(Decimal("3.33"), 1, Decimal(21), "NL-21")] * 3
    for fixed, spent in ((Decimal(5), Decimal(5)), (Decimal(10), Decimal("9.99"))):
        cart = price_cart(thirds, Entry(ZERO, 1, ZERO, ""), Discount(fixed=fixed), inclusive=True)
        assert sum(line.row.discount for line in cart.lines) == spent


def test_a_discount_on_shipping_leaves_vat_on_what_is_paid() -> None:
    """4.95 less 15 %: 4.21 are paid, 0.73 of them VAT; the discount holds the other 0.13."""
    shipping = Entry(Decimal("4.95"), 1, Decimal(21), "NL-21")
    discount = Discount(percent=Decimal(15), on_shipping=True)
    sent = price_cart([], shipping, discount, inclusive=True).shipping
    assert sent == Row(*map(Decimal, ("4.09", "4.95", "0.73", "0.74", "0.13")))


def _entry(item: dict[str, Any], *, inclusive: bool) -> Entry:
    taxes = item.get("extension_attributes", {}).get("itemized_taxes")
    code = taxes[0]["tax_code"] if taxes else str(item["tax_percent"])
    unit = Decimal(item["price_incl_tax" if inclusive else "price"])
    return Entry(unit, item["qty_ordered"], Decimal(item["tax_percent"]), code)


def _shipping_percent(order: dict[str, Any]) -> Decimal:
    for entry in order["extension_attributes"]["item_applied_taxes"]:
        if entry["type"] == "shipping":
            return Decimal(entry["applied_taxes"][0]["percent"])
    return ZERO


def _after_discount(row: Row) -> tuple[Decimal, ...]:
    net = row.total - row.discount
    gross = net + row.tax + row.compensation
    return max(net, ZERO), gross, row.tax, row.discount, row.compensation


def _amounts(item: dict[str, Any]) -> tuple[Decimal, ...]:
    return tuple(
        item[name]
        for name in (
            "row_total",
            "row_total_incl_tax",
            "tax_amount",
            "discount_amount",
            "discount_tax_compensation_amount",
        )
    )
