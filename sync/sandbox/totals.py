"""Magento's arithmetic: what a cart costs, what part of it a document takes, and its formula.

Amounts are rounded half up, one by one; what a line loses by rounding its neighbour of the same
rate gets back ("calculate tax based on: total", Magento's default).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import reduce
from typing import Any, Literal, NamedTuple

DocumentKind = Literal["order", "invoice", "creditmemo"]

ZERO = Decimal("0.00")
_CENT = Decimal("0.01")
_HUNDRED = Decimal(100)
# Magento starts each rate's remainder here instead of at nothing, so that exact halves go up.
_FIRST_REMAINDER = Decimal("0.000001")


def cents(amount: Decimal) -> Decimal:
    """`amount` in whole cents, half up."""
    return amount.quantize(_CENT, ROUND_HALF_UP)


class Row(NamedTuple):
    """What one line, or a part of it, amounts to in one currency.

    Attributes:
        total: Excluding VAT, before discount (`row_total` of an invoice item).
        total_incl: Including VAT, before discount.
        tax: VAT after discount.
        discount: Positive; includes VAT where prices do.
        compensation: VAT that the discount contains; 0 where prices exclude VAT.
    """

    total: Decimal
    total_incl: Decimal
    tax: Decimal
    discount: Decimal
    compensation: Decimal

    def part(self, qty: int, of: int) -> "Row":
        """The share of `qty` pieces when this row is for `of`; all of it when they are equal."""
        if qty == of:
            return self
        return Row(*[cents(amount * qty / of) for amount in self])

    def plus(self, other: "Row") -> "Row":
        """Both together."""
        return Row(
            self.total + other.total,
            self.total_incl + other.total_incl,
            self.tax + other.tax,
            self.discount + other.discount,
            self.compensation + other.compensation,
        )

    def less(self, other: "Row") -> "Row":
        """What is left without `other`."""
        return Row(*[mine - its for mine, its in zip(self, other, strict=True)])


NO_ROW = Row(ZERO, ZERO, ZERO, ZERO, ZERO)


class Entry(NamedTuple):
    """One line of a cart.

    Attributes:
        unit: Price of one piece as the store shows it, with or without VAT.
        qty: At least 1.
        percent: VAT rate, e.g. 21; 0 for none.
        code: Of the rate; lines with the same code share their rounding.
    """

    unit: Decimal
    qty: int
    percent: Decimal
    code: str


class Discount(NamedTuple):
    """What a coupon takes off.

    Attributes:
        percent: Of every line, e.g. 10; 0 for none.
        fixed: Of the cart as a whole, spread over its lines by price; 0 for none.
        on_shipping: Whether the percentage counts for shipping too.
    """

    percent: Decimal = ZERO
    fixed: Decimal = ZERO
    on_shipping: bool = False


class PricedLine(NamedTuple):
    """A cart line with its amounts. `price` is rounded: times quantity is not always the row."""

    price: Decimal
    price_incl: Decimal
    row: Row


class PricedCart(NamedTuple):
    """A cart with its amounts; shipping is a row of its own."""

    lines: list[PricedLine]
    shipping: Row


class Totals(NamedTuple):
    """The sums of a document, as Magento prints them: the discount is negative."""

    subtotal: Decimal
    subtotal_incl: Decimal
    tax: Decimal
    discount: Decimal
    compensation: Decimal
    grand_total: Decimal


class _Remainders:
    """Rounds amounts so that the cents lost on one are given to the next of the same key."""

    def __init__(self) -> None:
        self._left: dict[tuple[str, str], Decimal] = {}

    def round(self, kind: str, code: str, exact: Decimal) -> Decimal:
        """Cents of an exact amount, with what rounding left of the lines before."""
        wanted = exact + self._left.get((kind, code), _FIRST_REMAINDER)
        rounded = cents(wanted)
        self._left[kind, code] = wanted - rounded
        return rounded


def price_cart(
    entries: Sequence[Entry], shipping: Entry, discount: Discount, *, inclusive: bool
) -> PricedCart:
    """Price a cart as Magento does, VAT after discount.

    Args:
        entries: The lines that carry an amount.
        shipping: The costs of sending; quantity 1.
        discount: What the coupon takes off.
        inclusive: Whether the prices include VAT.
    """
    remainders = _Remainders()
    price = _price_inclusive if inclusive else _price_exclusive
    taken = _discounts(entries, discount, remainders)
    lines = [price(entry, off, remainders) for entry, off in zip(entries, taken, strict=True)]
    off = cents(shipping.unit * discount.percent / _HUNDRED) if discount.on_shipping else ZERO
    return PricedCart(lines, price(shipping, off, _Remainders()).row)


def _discounts(
    entries: Sequence[Entry], discount: Discount, remainders: _Remainders
) -> list[Decimal]:
    if discount.percent:
        return [
            remainders.round("discount", "", entry.unit * entry.qty * discount.percent / _HUNDRED)
            for entry in entries
        ]
    if not discount.fixed:
        return [ZERO] * len(entries)
    worth = [entry.unit * entry.qty for entry in entries]
    whole = sum(worth, ZERO)
    left = min(discount.fixed, whole)
    taken = []
    for amount in worth:
        off = min(left, cents(left * amount / whole)) if whole else ZERO
        taken.append(off)
        left -= off
        whole -= amount
    return taken


def _price_inclusive(entry: Entry, off: Decimal, remainders: _Remainders) -> PricedLine:
    gross = entry.unit * entry.qty
    share = entry.percent / (_HUNDRED + entry.percent)
    full = remainders.round("full", entry.code, gross * share) if share else ZERO
    tax = remainders.round("left", entry.code, (gross - off) * share) if off and share else full
    row = Row(gross - full, gross, tax, off, full - tax)
    return PricedLine(cents(row.total / entry.qty), entry.unit, row)


def _price_exclusive(entry: Entry, off: Decimal, remainders: _Remainders) -> PricedLine:
    net = entry.unit * entry.qty
    share = entry.percent / _HUNDRED
    full = remainders.round("full", entry.code, net * share) if share else ZERO
    tax = remainders.round("left", entry.code, (net - off) * share) if off and share else full
    row = Row(net, net + full, tax, off, ZERO)
    return PricedLine(entry.unit, cents(row.total_incl / entry.qty), row)


def add_up(rows: Iterable[Row], shipping: Row, adjustment: Decimal = ZERO) -> Totals:
    """The totals of a document with these rows.

    Args:
        rows: One for each line that carries an amount.
        shipping: The part of shipping that this document takes; `NO_ROW` for none.
        adjustment: Of a credit memo: refund minus fee, without VAT.
    """
    goods = reduce(Row.plus, rows, NO_ROW)
    tax = goods.tax + shipping.tax
    discount = -(goods.discount + shipping.discount)
    compensation = goods.compensation + shipping.compensation
    return Totals(
        subtotal=goods.total,
        subtotal_incl=goods.total_incl,
        tax=tax,
        discount=discount,
        compensation=goods.compensation,
        grand_total=goods.total + tax + discount + shipping.total + compensation + adjustment,
    )


@dataclass(frozen=True, slots=True)
class _Side:
    """A document's amounts in one currency, absent ones as 0."""

    entity: Mapping[str, Any]
    prefix: str

    def amount(self, name: str) -> Decimal:
        """An amount of the document itself; zero where it has none."""
        return Decimal(str(self.entity.get(self.prefix + name) or 0))

    def sum(self, name: str) -> Decimal:
        """The same amount of all lines that count."""
        rows = (_Side(item, self.prefix) for item in self.entity["items"])
        return sum((row.amount(name) for row in rows if row._counts()), Decimal(0))

    def _counts(self) -> bool:
        # The parent of a bundle with a dynamic price repeats what its children cost.
        return "discount_tax_compensation_amount" in self.entity


def broken_totals(kind: DocumentKind, entity: Mapping[str, Any]) -> list[str]:
    """What in a document contradicts Magento's formula, as sentences; empty when nothing does.

    `entity` is in REST shape; amounts may be of any number type that prints its exact digits.
    """
    return [
        f"{kind} {entity['increment_id']}: {prefix}{name}: {printed} is not {expected}"
        for prefix in ("", "base_")
        for name, printed, expected in _equations(kind, _Side(entity, prefix))
        if printed != expected
    ]


def _equations(kind: DocumentKind, side: _Side) -> Iterable[tuple[str, Decimal, Decimal]]:
    amount, total = side.amount, side.sum
    suffix = "amnt" if side.prefix else "amount"
    shipping_compensation = amount(f"shipping_discount_tax_compensation_{suffix}")
    yield (
        "grand_total",
        amount("grand_total"),
        amount("subtotal")
        + amount("tax_amount")
        + amount("discount_amount")
        + amount("shipping_amount")
        + amount("discount_tax_compensation_amount")
        + shipping_compensation
        + (amount("adjustment") if kind == "creditmemo" else 0),
    )
    yield "tax_amount", amount("tax_amount"), total("tax_amount") + amount("shipping_tax_amount")
    name = "discount_tax_compensation_amount"
    yield name, amount(name), total(name)
    if kind == "order":
        # Item row totals of an order are after discount and never below 0: no sum to compare.
        off = total("discount_amount") + amount("shipping_discount_amount")
        yield "discount_amount", -amount("discount_amount"), off
    else:
        yield "subtotal", amount("subtotal"), total("row_total")
        yield "subtotal_incl_tax", amount("subtotal_incl_tax"), total("row_total_incl_tax")
    if kind == "creditmemo":
        given = amount("adjustment_positive") - amount("adjustment_negative")
        yield "adjustment", amount("adjustment"), given
