"""What is ordered and what will become of it: every decision that chance takes about an order."""

from itertools import accumulate
from random import Random
from typing import Literal, NamedTuple

from sync.sandbox.catalogue import (
    COUPONS,
    DEFAULT_STORE,
    FREE_COUPON,
    HOME,
    OLD_RATE_PRODUCT,
    PRODUCTS,
    Coupon,
    Part,
    Product,
)
from sync.sandbox.trade_buyers import Buyer, Crowd, Failure, draw_buyer, draw_failure
from sync.sandbox.trade_plan import Mix, Plan, pick

RefundKind = Literal["full", "part", "part_adjusted", "shipping", "adjustment"]
Refunds = tuple[tuple[RefundKind, int], ...]

_REFUNDS: dict[RefundKind, int] = {
    "full": 4,
    "part": 3,
    "part_adjusted": 1,
    "shipping": 1,
    "adjustment": 1,
}
_DAY = 86_400
_FREE = ("free", "No Payment Information Required")
_BANK_TRANSFER = ("banktransfer", "Bank Transfer Payment")
_IDEAL = ("mollie_methods_ideal", "iDEAL")
_METHODS = {
    "NL": (_IDEAL,) * 8 + (("mollie_methods_creditcard", "Creditcard"), ("paypal", "PayPal")),
    "BE": (("mollie_methods_bancontact", "Bancontact"),),
}
_METHODS_ELSEWHERE = (("mollie_methods_creditcard", "Creditcard"), ("paypal", "PayPal"))


class _Shelf:
    """Products that may be drawn, the popular ones more often."""

    def __init__(self, *, zero_rated: bool) -> None:
        self.products = [one for one in PRODUCTS if zero_rated or one.tax != "zero"]
        self.weights = list(accumulate(one.popularity for one in self.products))

    def draw(self, rng: Random) -> Product:
        """A product, popular ones more often."""
        return pick(rng, self.products, self.weights)


_SHELF_AT_HOME = _Shelf(zero_rated=True)
# A zero rate can't be told from missing VAT on an order: only Dutch consumers get these goods.
_SHELF = _Shelf(zero_rated=False)


class Wish(NamedTuple):
    """A product in a cart; `variant` is the chosen part of a configurable one."""

    product: Product
    qty: int
    variant: Part | None = None


class Fate(NamedTuple):
    """What becomes of an order.

    Attributes:
        kind: Whether it is ever invoiced.
        delay: Seconds from order to invoice, or to cancellation; None: invoiced on the next
            morning's round of bank payments.
        opens: Whether the invoice is unpaid at first.
        annulled: Whether an open invoice is cancelled instead of paid.
        in_parts: Whether a second invoice takes the rest.
        later: Seconds from the first invoice to its payment, or to the second one.
        refunds: Credit memos, each with the seconds since the one before, or since the invoice.
        from_invoice: Whether credit memos are made from the invoice, not from the order.
        seed: For what is decided later.
    """

    kind: Literal["invoiced", "pending", "cancelled"]
    delay: int | None
    opens: bool
    annulled: bool
    in_parts: bool
    later: int
    refunds: Refunds
    from_invoice: bool
    seed: int


class Draft(NamedTuple):
    """An order about to be placed.

    Attributes:
        buyer: By whom.
        wishes: What is bought; never empty.
        coupon: None without.
        method: How it is paid: code, title.
        fate: What becomes of it.
        token: Thirty-two hexadecimal digits.
        address_ip: Of a range kept for examples.
        failure: What is wrong with it; None for nothing.
    """

    buyer: Buyer
    wishes: tuple[Wish, ...]
    coupon: Coupon | None
    method: tuple[str, str]
    fate: Fate
    token: str
    address_ip: str
    failure: Failure | None


def draw_order(rng: Random, plan: Plan, crowd: Crowd) -> Draft:
    """Decide about one order."""
    failure = draw_failure(rng, plan.failures)
    buyer = draw_buyer(rng, plan.mix, crowd, failure)
    kind = buyer.kind
    ordinary = kind.store is DEFAULT_STORE and kind.country == HOME and not kind.business
    wishes = _draw_wishes(rng, _SHELF_AT_HOME if ordinary else _SHELF, bulk=kind.business)
    if failure == "unmapped_rate":
        wishes = (*wishes, Wish(OLD_RATE_PRODUCT, rng.randint(1, 3)))
    coupon = _draw_coupon(rng, plan.mix, may_be_free=ordinary and failure is None)
    method = _draw_method(rng, plan.mix, buyer, coupon)
    return Draft(
        buyer=buyer,
        wishes=wishes,
        coupon=coupon,
        method=method,
        fate=_draw_fate(rng, plan.mix, wishes, by_bank=method is _BANK_TRANSFER),
        token=f"{rng.getrandbits(128):032x}",
        address_ip=f"203.0.113.{rng.randint(1, 254)}",
        failure=failure,
    )


def _draw_wishes(rng: Random, shelf: _Shelf, *, bulk: bool) -> tuple[Wish, ...]:
    number = pick(rng, (1, 2, 3, 4, 6), (45, 75, 90, 97, 100))
    products = {product.id: product for product in (shelf.draw(rng) for _ in range(number))}
    return tuple(
        Wish(
            product,
            rng.choice((6, 10, 12, 24)) if bulk else rng.choice((1, 1, 1, 1, 1, 2, 2, 3, 7)),
            rng.choice(product.parts) if product.kind == "configurable" else None,
        )
        for product in products.values()
    )


def _draw_coupon(rng: Random, mix: Mix, *, may_be_free: bool) -> Coupon | None:
    if may_be_free and rng.random() < mix.zero_total:
        return FREE_COUPON
    return rng.choice(COUPONS) if rng.random() < mix.coupon else None


def _draw_method(rng: Random, mix: Mix, buyer: Buyer, coupon: Coupon | None) -> tuple[str, str]:
    if coupon is FREE_COUPON:
        return _FREE
    if buyer.kind.business and rng.random() < mix.by_bank:
        return _BANK_TRANSFER
    return rng.choice(_METHODS.get(buyer.kind.country, _METHODS_ELSEWHERE))


def _draw_fate(rng: Random, mix: Mix, wishes: tuple[Wish, ...], *, by_bank: bool) -> Fate:
    chance = rng.random()
    if chance < mix.cancelled:
        kind: Literal["invoiced", "pending", "cancelled"] = "cancelled"
    else:
        kind = "pending" if chance < mix.cancelled + mix.pending else "invoiced"
    opens = by_bank and rng.random() < mix.open_invoice
    pieces = sum(wish.qty for wish in wishes)
    in_parts = not opens and pieces > 1 and rng.random() < mix.in_parts
    if kind == "cancelled":
        delay: int | None = rng.randint(1, 3 * _DAY)
    elif by_bank and not opens:
        delay = None
    else:
        delay = rng.choice((0, 4, 7, 11, 19, 32, 55, 90, 240, 1800))
    return Fate(
        kind=kind,
        delay=delay,
        opens=opens,
        annulled=opens and rng.random() < mix.cancelled_invoice,
        in_parts=in_parts,
        later=rng.randint(2 * 3600, 12 * _DAY),
        refunds=_draw_refunds(rng, mix),
        from_invoice=rng.random() < 0.7,
        seed=rng.getrandbits(32),
    )


def _draw_refunds(rng: Random, mix: Mix) -> Refunds:
    refunds: list[tuple[RefundKind, int]] = []
    share = mix.refund
    while len(refunds) < 3 and rng.random() < share:
        kind = rng.choices(list(_REFUNDS), list(_REFUNDS.values()))[0]
        refunds.append((kind, rng.randint(3600, 21 * _DAY)))
        share = mix.second_refund
    return tuple(refunds)
