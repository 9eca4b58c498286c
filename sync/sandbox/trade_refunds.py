"""What a credit memo gives back: never more than what was paid is left."""

from decimal import Decimal
from random import Random
from typing import NamedTuple

from sync.sandbox.totals import ZERO, cents
from sync.sandbox.trade_draws import RefundKind
from sync.sandbox.trade_orders import Order, Side

_HIGHEST_FEE = Decimal("0.75")


class Refund(NamedTuple):
    """What a credit memo is about.

    Attributes:
        tops: Pieces of the outermost lines, by their place in the order.
        shipping: Whether the shipping is given back.
        adjustments: Refund and fee beside the goods, per currency; both positive.
    """

    tops: dict[int, int]
    shipping: bool
    adjustments: list[tuple[Decimal, Decimal]]


def draw_refund(rng: Random, order: Order, kind: RefundKind) -> Refund | None:
    """Decide about a credit memo; None when nothing is left to give back.

    Args:
        rng: Chooses pieces and amounts.
        order: Fully invoiced and paid.
        kind: What is wanted; something near it where that isn't possible.
    """
    room = order.base.paid - order.base.total_refunded.grand_total
    if room <= 0:
        return None
    open_shipping = order.base.shipping.total > order.base.shipping_refunded.total
    tops = {
        place: line.invoiced - line.refunded
        for place, line in enumerate(order.lines)
        if line.parent is None and line.invoiced > line.refunded
    }
    if not tops or (kind == "shipping" and not open_shipping):
        kind = "adjustment"
    elif kind != "adjustment" and _given_away(order.base) > 0:
        kind = "full"  # anything less could exceed what was paid
    if kind in ("part", "part_adjusted"):
        some = some_pieces(rng, tops, all_allowed=True)
        if order.base.worth(order.refundable(some)) > _HIGHEST_FEE:
            tops = some
        else:
            kind = "full"  # a coupon paid for these pieces
    elif kind != "full":
        tops = {}
    shipping = open_shipping and kind in ("full", "shipping")
    return Refund(tops, shipping, _adjustments(rng, order, kind, room))


def some_pieces(rng: Random, tops: dict[int, int], *, all_allowed: bool) -> dict[int, int]:
    """Some of the pieces, at least one; all of them only if that is allowed."""
    some = {place: rng.randint(0, qty) for place, qty in tops.items()}
    if not any(some.values()):
        place = rng.choice(list(tops))
        some[place] = 1
    if not all_allowed and some == tops:
        place = rng.choice(list(tops))
        some[place] -= 1
    return {place: qty for place, qty in some.items() if qty}


def _given_away(side: Side) -> Decimal:
    """Refunded beyond goods and shipping; negative when fees were kept."""
    plus, minus = side.adjustment
    return plus - minus


def _adjustments(
    rng: Random, order: Order, kind: RefundKind, room: Decimal
) -> list[tuple[Decimal, Decimal]]:
    """Refund and fee beside the goods, per currency: never more than what was paid is left."""
    sides = order.sides()
    if kind == "full":
        return [(ZERO, max(_given_away(side), ZERO)) for side in sides]
    plus, minus = ZERO, ZERO
    if kind == "adjustment":
        plus = max(cents(room * rng.randint(5, 30) / 100), Decimal("0.01"))
    elif kind == "part_adjusted":
        plus = rng.choice((ZERO, Decimal("0.25")))
        minus = rng.choice((Decimal("0.50"), _HIGHEST_FEE))
    rates = (Decimal(1), order.to_order_rate)
    return [
        (cents(plus * rate), cents(minus * rate)) for _, rate in zip(sides, rates, strict=False)
    ]
