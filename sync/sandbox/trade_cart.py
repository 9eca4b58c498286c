"""From a draft to an order: lines, prices in both currencies, and the taxes on them."""

from datetime import datetime
from decimal import Decimal
from functools import reduce
from typing import Any, NamedTuple, get_args

from sync.sandbox.catalogue import (
    FREE_COUPON,
    FREE_SHIPPING_FROM,
    GENERAL,
    HOME,
    NO_RATE,
    PRODUCT,
    SHIPPING,
    SHIPPING_ELSEWHERE,
    Product,
    Rate,
    Store,
    TaxClass,
    rate_for,
)
from sync.sandbox.totals import (
    NO_ROW,
    ZERO,
    Discount,
    Entry,
    PricedLine,
    Row,
    cents,
    price_cart,
)
from sync.sandbox.trade_draws import Draft, Wish
from sync.sandbox.trade_items import ITEMS_PER_DOCUMENT
from sync.sandbox.trade_orders import Customer, Order, OrderLine, Side
from sync.sandbox.trade_plan import stamp

_HUNDRED = Decimal(100)
_AT_HOME: dict[TaxClass, Rate] = {tax: rate_for(HOME, tax, GENERAL) for tax in get_args(TaxClass)}
_NOTHING = PricedLine(ZERO, ZERO, NO_ROW)


class _Share(NamedTuple):
    """What a line, or the shipping when there is no line, brings in under a rate."""

    rate: Rate
    base: Decimal
    shown: Decimal
    line: OrderLine | None

    def plus(self, other: "_Share") -> "_Share":
        """Both together."""
        return _Share(self.rate, self.base + other.base, self.shown + other.shown, self.line)


def place_order(
    draft: Draft,
    customer: Customer | None,
    *,
    number: int,
    increment: str,
    at: datetime,
    rate: Decimal,
) -> Order:
    """Make an order of a draft.

    Args:
        draft: What was decided.
        customer: The account, also when it was made just now; None for a guest.
        number: The order's entity id.
        increment: The order's printed number.
        at: Aware, UTC.
        rate: The store's currency per euro.
    """
    store = draft.buyer.kind.store
    moment = stamp(at)
    lines: list[OrderLine] = []
    for wish in draft.wishes:
        _add_lines(lines, wish, draft, number * ITEMS_PER_DOCUMENT, moment)
    virtual = all(line.product.kind == "virtual" for line in lines)
    base = _price(draft, lines, Decimal(1), virtual=virtual)
    order = Order(
        id=number,
        number=increment,
        store=store,
        created_at=moment,
        updated_at=moment,
        customer=customer,
        person=draft.buyer.person,
        email=draft.buyer.email,
        named=draft.buyer.named,
        group_id=draft.buyer.group_id,
        lines=lines,
        base=base,
        shown=base if store.currency == "EUR" else _price(draft, lines, rate, virtual=virtual),
        to_order_rate=rate,
        coupon=draft.coupon,
        method=draft.method,
        virtual=virtual,
        token=draft.token,
        address_ip=draft.address_ip,
    )
    order.taxes = _taxes(order, _shipping_rate(draft))
    return order


def _add_lines(
    lines: list[OrderLine], wish: Wish, draft: Draft, first_id: int, moment: str
) -> None:
    """The line of a wish and, for a composite product, those of its parts."""
    product = wish.product
    dynamic = product.kind == "bundle_dynamic"

    def add(one: Product, qty: int, parent: OrderLine | None, *, carries: bool) -> OrderLine:
        """One line more, priced."""
        variant = PRODUCT[wish.variant.product_id] if wish.variant else one
        line = OrderLine(
            item_id=first_id + len(lines),
            product=one,
            sku=variant.sku,
            name=one.name,
            qty=qty,
            rate=_rate(draft, one.tax) if carries else NO_RATE,
            parent=parent,
            carries=carries,
            options=_options(wish) if parent is None else None,
            discounted=parent is None and draft.coupon is not None,
            updated_at=moment,
        )
        lines.append(line)
        return line

    parent = add(product, wish.qty, None, carries=not dynamic)
    for part in (wish.variant,) if wish.variant else product.parts:
        add(PRODUCT[part.product_id], wish.qty * part.qty, parent, carries=dynamic)


def _options(wish: Wish) -> dict[str, Any] | None:
    if wish.variant:
        chosen = [{"option_id": "137", "option_value": wish.variant.option}]
        return {"extension_attributes": {"configurable_item_options": chosen}}
    if not wish.product.parts:
        return None
    content = [
        {"option_id": part.option, "option_qty": part.qty, "option_selections": [part.option]}
        for part in wish.product.parts
    ]
    return {"extension_attributes": {"bundle_options": content}}


def _rate(draft: Draft, tax: TaxClass) -> Rate:
    kind = draft.buyer.kind
    return rate_for(kind.country, tax, kind.group_id)


def _shipping_rate(draft: Draft) -> Rate:
    return _rate(draft, "high")


def _price(draft: Draft, lines: list[OrderLine], rate: Decimal, *, virtual: bool) -> Side:
    """Price the lines in a currency of which a euro buys `rate`."""
    store, coupon = draft.buyer.kind.store, draft.coupon
    carried = [place for place, line in enumerate(lines) if line.carries]
    entries = [_entry(lines[place], store, rate) for place in carried]
    worth = sum((entry.unit * entry.qty for entry in entries), ZERO) / rate
    shipping = ZERO if virtual or coupon is FREE_COUPON else _shipping(draft, worth)
    sent = _shipping_rate(draft)
    cart = price_cart(
        entries,
        Entry(cents(_unit(shipping, "high", sent, store) * rate), 1, sent.percent, sent.code),
        Discount(coupon.percent, cents(coupon.fixed * rate), coupon.on_shipping)
        if coupon
        else Discount(),
        inclusive=store.inclusive,
    )
    priced = [_NOTHING] * len(lines)
    for place, priced_line in zip(carried, cart.lines, strict=True):
        priced[place] = priced_line
    originals = [cents(_original(line, store) * rate) for line in lines]
    for place, line in enumerate(lines):
        if line.product.kind == "bundle_dynamic":
            priced[place] = _sum_of_parts(lines, priced, place)
            originals[place] = priced[place].price_incl
    return Side(priced, originals, carried, cart.shipping)


def _entry(line: OrderLine, store: Store, rate: Decimal) -> Entry:
    unit = _unit(line.product.price, line.product.tax, line.rate, store)
    return Entry(cents(unit * rate), line.qty, line.rate.percent, line.rate.code)


def _unit(price: Decimal, tax: TaxClass, rate: Rate, store: Store) -> Decimal:
    """A Dutch price including VAT as this store asks it under the buyer's rate."""
    home = _AT_HOME[tax].percent
    if store.inclusive and rate.percent == home:
        return price
    net = price * _HUNDRED / (_HUNDRED + home)
    return cents(net * (_HUNDRED + rate.percent) / _HUNDRED if store.inclusive else net)


def _original(line: OrderLine, store: Store) -> Decimal:
    if not line.carries:
        return ZERO
    product = line.product
    # The content of a bundle with a fixed price adds five euros to the bundle's own price.
    price = product.price - 5 if product.kind == "bundle_fixed" else product.price
    return _unit(price, product.tax, _AT_HOME[product.tax], store)


def _shipping(draft: Draft, worth: Decimal) -> Decimal:
    """Costs of sending goods worth so many euros, including Dutch VAT."""
    country = draft.buyer.kind.country
    if country not in SHIPPING:
        return SHIPPING_ELSEWHERE
    return ZERO if worth >= FREE_SHIPPING_FROM else SHIPPING[country]


def _sum_of_parts(lines: list[OrderLine], priced: list[PricedLine], place: int) -> PricedLine:
    parts = [line.row for line, of in zip(priced, lines, strict=True) if of.parent is lines[place]]
    whole = reduce(Row.plus, parts)
    qty = lines[place].qty
    return PricedLine(cents(whole.total / qty), cents(whole.total_incl / qty), whole)


def _taxes(order: Order, shipping: Rate) -> dict[str, Any]:
    """The parts of an order's `extension_attributes` about tax; the items' are set on the lines.

    A rate that brings in nothing leaves no trace, one that does lists every item under it.
    """
    shares = [
        _Share(line.rate, base.row.tax, shown.row.tax, line)
        for line, base, shown in zip(order.lines, order.base.lines, order.shown.lines, strict=True)
        if line.carries
    ]
    shares.append(_Share(shipping, order.base.shipping.tax, order.shown.shipping.tax, None))
    first_id = order.id * ITEMS_PER_DOCUMENT
    taxes = _sums(shares, first_id, order.id)
    by_item: list[dict[str, Any]] = []
    of_shipping: list[dict[str, Any]] = []
    for number, (rate, base, shown, line) in enumerate(shares):
        if rate.code not in taxes:
            continue
        applied = [_applied(rate, base, shown)]
        itemized = {
            "tax_item_id": first_id + number,
            "tax_id": taxes[rate.code]["tax_id"],
            "tax_code": rate.code,
            "tax_percent": rate.percent,
            "amount": shown,
            "base_amount": base,
            "real_amount": shown,
            "real_base_amount": base,
            "taxable_item_type": "product" if line else "shipping",
        }
        if line is None:
            by_item.insert(0, {"type": "shipping", "applied_taxes": applied})
            of_shipping.append(itemized)
        else:
            by_item.append({"type": "product", "item_id": line.item_id, "applied_taxes": applied})
            line.taxes.append(itemized | {"item_id": line.item_id})
    return {
        "applied_taxes": [
            {name: tax[name] for name in ("code", "title", "percent", "amount", "base_amount")}
            for tax in taxes.values()
        ],
        "item_applied_taxes": by_item,
        "converting_from_quote": False,
        "taxes": list(taxes.values()),
        "additional_itemized_taxes": of_shipping,
    }


def _sums(shares: list[_Share], first_id: int, order_id: int) -> dict[str, dict[str, Any]]:
    """What each rate brings in on the whole order, by its code."""
    sums: dict[str, _Share] = {}
    for share in shares:
        before = sums.get(share.rate.code)
        sums[share.rate.code] = share.plus(before) if before else share
    paying = [share for share in sums.values() if share.base]
    return {
        share.rate.code: _applied(share.rate, share.base, share.shown)
        | {
            "tax_id": first_id + number,
            "order_id": order_id,
            "base_real_amount": share.base,
            "priority": 0,
            "position": 0,
            "process": 0,
        }
        for number, share in enumerate(paying)
    }


def _applied(rate: Rate, base: Decimal, shown: Decimal) -> dict[str, Any]:
    return {
        "code": rate.code,
        "title": rate.code,
        "percent": rate.percent,
        "amount": shown,
        "base_amount": base,
    }
