"""What becomes of orders: parts add up, nothing is refunded beyond what was paid."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.sandbox.trade import NO_FAILURES, Happening, Mix, Plan, trade
from sync.sandbox.trade_buyers import Crowd
from sync.sandbox.trade_life import dollar_rate

Entity = dict[str, Any]
ZERO = Decimal(0)


@dataclass
class Told:
    """Everything that happened to one order: its states, and the last state of its documents."""

    orders: list[Entity] = field(default_factory=list)
    invoices: dict[int, Entity] = field(default_factory=dict)
    creditmemos: dict[int, Entity] = field(default_factory=dict)

    @property
    def order(self) -> Entity:
        return self.orders[-1]


def told(happenings: list[Happening]) -> list[Told]:
    """The happenings by order."""
    orders: dict[int, Told] = defaultdict(Told)
    for one in happenings:
        if one.table == "orders":
            orders[one.entity["entity_id"]].orders.append(one.entity)
        elif one.table in ("invoices", "creditmemos"):
            place = getattr(orders[one.entity["order_id"]], one.table)
            place[one.entity["entity_id"]] = one.entity
    return list(orders.values())


def invent(mix: Mix, *, seed: int = 5, days: int = 60, per_day: int = 5) -> list[Happening]:
    return list(
        trade(
            Plan(
                seed=seed,
                first_day=date(2026, 1, 5),
                days=days,
                orders_per_day=(per_day, per_day),
                mix=mix,
                failures=NO_FAILURES,
            )
        )
    )


@cache
def ordinary() -> list[Happening]:
    """Some weeks of a shop like most."""
    return invent(Mix(), days=75, per_day=20)


@cache
def stories() -> list[Told]:
    """The same by order."""
    return told(ordinary())


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32), st.booleans())
def test_documents_add_up_to_their_order(seed: int, dollars: bool) -> None:
    """In both currencies: invoices to the order, refunds never beyond what was paid."""
    mix = Mix(
        us_store=float(dollars),
        in_parts=0.6,
        refund=1,
        second_refund=0.9,
        coupon=0.4,
        cancelled=0,
        pending=0,
    )
    for story in told(invent(mix, seed=seed, days=45, per_day=1)):
        for prefix in ("", "base_"):
            _check_sums(story, prefix)


def _check_sums(story: Told, prefix: str) -> None:
    order = story.order
    invoiced = _sum(story.invoices, f"{prefix}grand_total")
    refunded = _sum(story.creditmemos, f"{prefix}grand_total")
    whole = all(item["qty_invoiced"] == item["qty_ordered"] for item in order["items"])
    if whole and story.invoices:
        assert invoiced == order[f"{prefix}grand_total"]
        assert _sum(story.invoices, f"{prefix}tax_amount") == order[f"{prefix}tax_amount"]
    assert invoiced == order.get(f"{prefix}total_invoiced", ZERO)
    assert refunded == order.get(f"{prefix}total_refunded", ZERO)
    paid = order.get(f"{prefix}total_paid", ZERO)
    assert refunded <= paid <= order[f"{prefix}grand_total"]
    assert order[f"{prefix}total_due"] == order[f"{prefix}grand_total"] - paid
    if story.creditmemos:
        assert (order["state"] == "closed") == (refunded == paid)
    for memo in story.creditmemos.values():
        assert memo[f"{prefix}grand_total"] > 0
    for item in order["items"]:
        assert 0 <= item["qty_refunded"] <= item["qty_invoiced"] <= item["qty_ordered"]


def _sum(documents: dict[int, Entity], name: str) -> Decimal:
    return sum((one[name] for one in documents.values()), ZERO)


def _memos(story: Told) -> list[Entity]:
    return list(story.creditmemos.values())


VARIETY: dict[str, Callable[[Told], bool]] = {
    "guest": lambda story: story.order["customer_is_guest"] == 1,
    "account": lambda story: "customer_id" in story.order,
    "guest whose name is in the address only": lambda story: (
        "customer_firstname" not in story.order
    ),
    "company": lambda story: "company" in story.order["billing_address"],
    "foreign company without VAT": lambda story: (
        story.order["customer_group_id"] == 4 and not story.order["tax_amount"]
    ),
    "foreign consumer with VAT": lambda story: any(
        tax["code"].startswith(("DE", "FR")) for tax in story.order["extension_attributes"]["taxes"]
    ),
    "two rates": lambda story: len(story.order["extension_attributes"]["taxes"]) == 2,
    "dollars": lambda story: story.order["order_currency_code"] == "USD",
    "outside the EU in euros": lambda story: (
        story.order["billing_address"]["country_id"] in ("GB", "CH", "US")
        and story.order["order_currency_code"] == "EUR"
    ),
    "prices excluding tax": lambda story: story.order["store_id"] == 3,
    "discount with VAT in it": lambda story: story.order["discount_tax_compensation_amount"] > 0,
    "fixed discount": lambda story: story.order.get("coupon_code") == "EURO10",
    "discount on shipping": lambda story: story.order["shipping_discount_amount"] > 0,
    "free of charge": lambda story: story.order["grand_total"] == 0,
    "virtual": lambda story: story.order["is_virtual"] == 1,
    "configurable": lambda story: "configurable" in _types(story),
    "bundle": lambda story: "bundle" in _types(story),
    "pending": lambda story: story.order["state"] == "new",
    "cancelled": lambda story: story.order["state"] == "canceled",
    "complete": lambda story: story.order["state"] == "complete",
    "closed": lambda story: story.order["state"] == "closed",
    "invoiced in two parts": lambda story: len(story.invoices) == 2,
    "refund of the order": lambda story: any("invoice_id" not in one for one in _memos(story)),
    "refund of the invoice": lambda story: any("invoice_id" in one for one in _memos(story)),
    "refund of money only": lambda story: any(
        not one["items"] and one["adjustment"] == one["grand_total"] for one in _memos(story)
    ),
    "refund of shipping only": lambda story: any(
        not one["items"] and one["shipping_amount"] for one in _memos(story)
    ),
    "refund less a fee": lambda story: any(one["adjustment"] < 0 for one in _memos(story)),
    "refund of some pieces": lambda story: any(
        0 < item["qty_refunded"] < item["qty_ordered"] for item in story.order["items"]
    ),
    "second refund": lambda story: len(story.creditmemos) > 1,
    "deleted customer": lambda story: (
        story.order["customer_is_guest"] == 0 and "customer_id" not in story.order
    ),
}


def _types(story: Told) -> set[str]:
    return {item["product_type"] for item in story.order["items"]}


@pytest.mark.parametrize("name", VARIETY)
def test_weeks_of_an_ordinary_shop_have_some(name: str) -> None:
    assert any(VARIETY[name](story) for story in stories())


def test_returning_customers_and_guests_keep_their_address() -> None:
    """A third comes back; nobody shares an e-mail address with another account."""
    accounts = [
        one.entity for one in ordinary() if one.table == "customers" and one.action == "put"
    ]
    new = [one for one in accounts if one["created_at"] == one["updated_at"]]
    assert len({one["email"] for one in new}) == len(new)
    assert all(one["email"].endswith(".example") for one in new)
    by_account = [story.order["customer_id"] for story in stories() if "customer_id" in story.order]
    assert 0.2 < 1 - len(set(by_account)) / len(by_account) < 0.5
    guests = [
        story.order["customer_email"] for story in stories() if story.order["customer_is_guest"]
    ]
    assert len(set(guests)) < len(guests)


def test_some_move_and_keep_name_and_number() -> None:
    states: dict[int, list[Entity]] = defaultdict(list)
    for one in ordinary():
        if one.table == "customers" and one.action == "put":
            states[one.entity["id"]].append(one.entity)
    moved = [pair for chain in states.values() for pair in pairwise(chain)]
    assert moved
    for before, after in moved:
        assert before["updated_at"] < after["updated_at"]
        assert before["addresses"][0]["postcode"] != after["addresses"][0]["postcode"]
        for name in ("email", "lastname", "group_id", "created_at", "website_id"):
            assert before[name] == after[name]


def test_a_deleted_customer_leaves_the_orders_behind_without_touching_them() -> None:
    """They say "no guest" and no longer whose they are, and their `updated_at` stays."""
    gone = {one.entity["id"]: one.at for one in ordinary() if one.action == "delete"}
    assert gone
    for one in ordinary():
        if one.table == "orders" and one.entity.get("customer_id") in gone:
            assert one.at <= gone[one.entity["customer_id"]]
    for story in filter(VARIETY["deleted customer"], stories()):
        before = next(one for one in reversed(story.orders) if "customer_id" in one)
        after = next(one for one in story.orders if "customer_id" not in one)
        assert after["updated_at"] == before["updated_at"]
        assert before["customer_id"] in gone


def test_an_open_invoice_is_paid_days_later_under_its_own_number() -> None:
    """The shop changes its state; everything else on it stays."""
    happenings = invent(Mix(b2b_store=1, us_store=0, by_bank=1, open_invoice=1))
    invoices: dict[int, list[Entity]] = defaultdict(list)
    for one in happenings:
        if one.table == "invoices":
            invoices[one.entity["entity_id"]].append(one.entity)
    pairs = [(chain[0], chain[1]) for chain in invoices.values() if len(chain) == 2]
    assert pairs
    for before, after in pairs:
        assert (before["state"], after["state"]) == (1, 2)
        changed = {name for name in after if before.get(name) != after[name]}
        assert changed == {"state", "updated_at", "can_void_flag"}
    unpaid = [story for story in told(happenings) if len(story.orders) == 2]
    assert any(
        story.invoices and story.order["state"] == "new" and "total_paid" not in story.order
        for story in unpaid
    )


def test_an_open_invoice_may_be_cancelled_with_its_order() -> None:
    mix = Mix(b2b_store=1, us_store=0, by_bank=1, open_invoice=1, cancelled_invoice=1)
    cancelled = [one for one in told(invent(mix)) if one.order["state"] == "canceled"]
    with_invoice = [story for story in cancelled if story.invoices]
    assert with_invoice
    for story in with_invoice:
        assert [one["state"] for one in story.invoices.values()] == [3]
        assert story.order["total_invoiced"] == 0
        assert all(item["qty_invoiced"] == 0 for item in story.order["items"])
        assert not story.creditmemos


def test_an_order_is_told_before_what_belongs_to_it() -> None:
    """Who reads in order always knows the order and the customer."""
    orders, customers = set(), set()
    for one in ordinary():
        if one.table == "customers":
            customers.add(one.entity["id"])
        elif one.table == "orders":
            orders.add(one.entity["entity_id"])
            assert one.entity.get("customer_id") in {*customers, None}
        else:
            assert one.entity["order_id"] in orders


def test_dollars_are_converted_price_by_price() -> None:
    """The rate is the month's; each amount is rounded by itself, so sums may differ by cents."""
    for story in stories():
        order = story.order
        rate = order["base_to_order_rate"]
        if order["order_currency_code"] == "USD":
            at = datetime.strptime(order["created_at"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
            assert rate == dollar_rate(5, at)
            assert Decimal("1.03") < rate < Decimal("1.17")
            pieces = sum(item["qty_ordered"] for item in order["items"])
            difference = order["grand_total"] - order["base_grand_total"] * rate
            assert abs(difference) <= Decimal("0.01") * (pieces + 4)
        else:
            assert rate == 1
            assert order["grand_total"] == order["base_grand_total"]
    months = {
        dollar_rate(5, datetime(2026, 1, 1, tzinfo=UTC) + timedelta(30 * n)) for n in range(9)
    }
    assert len(months) > 5


def test_two_accounts_never_share_an_email_address() -> None:
    """Companies of one name would; Magento refuses the second account."""
    crowd = Crowd()
    wanted = ["info@bakkerijvos.example"] * 3
    given_out = [crowd.own_email(one) for one in wanted]
    assert given_out == [
        "info@bakkerijvos.example",
        "info.2@bakkerijvos.example",
        "info.3@bakkerijvos.example",
    ]


def test_who_left_does_not_move_or_order_any_more() -> None:
    """Everybody leaves and everybody moves: what would come after the end doesn't."""
    happenings = invent(Mix(moves=1, leaves=1, guest=0, returning=1), days=50, per_day=3)
    gone: set[int] = set()
    for one in happenings:
        if one.table == "customers":
            assert one.entity["id"] not in gone
            if one.action == "delete":
                gone.add(one.entity["id"])
        elif one.table == "orders":
            assert one.entity.get("customer_id") not in gone
    assert len(gone) > 5
