"""An order while it lives: what was ordered, invoiced, sent and refunded, in both currencies."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from sync.sandbox.catalogue import Coupon, Product, Rate, Store
from sync.sandbox.people import Person
from sync.sandbox.totals import NO_ROW, ZERO, PricedLine, Row, Totals, add_up

OPEN, PAID, CANCELLED = 1, 2, 3

NO_TOTALS = Totals(ZERO, ZERO, ZERO, ZERO, ZERO, ZERO)


@dataclass(slots=True, kw_only=True, eq=False)
class Customer:
    """Someone with an account.

    Attributes:
        id: Magento's.
        person: As they are now, with an e-mail address of their own; a move changes it.
        store: Where the account was made.
        group_id: Decides whether VAT is charged.
        created_at: As Magento prints it.
        updated_at: As Magento prints it.
        leaves: Whether the account will be deleted; only then are its orders remembered.
        orders: Of those who leave.
        deleted: Whether it has been.
    """

    id: int
    person: Person
    store: Store
    group_id: int
    created_at: str
    updated_at: str
    leaves: bool = False
    orders: "list[Order]" = field(default_factory=list)
    deleted: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class OrderLine:
    """One item of an order.

    Attributes:
        item_id: Magento's id of the order item.
        product: What it is; its kind is the item's type.
        sku: A configurable product's line has the variant's.
        name: As printed.
        qty: Pieces ordered; at least 1.
        rate: The tax rate that was found.
        parent: The composite line it belongs to.
        carries: Whether its amounts count. Children of a configurable product or of a bundle with
            a fixed price carry none, neither does the parent of a bundle with a dynamic price.
        options: What was chosen of a composite product (`product_option`).
        discounted: Whether a coupon names it.
        updated_at: As Magento prints it.
        invoiced: Pieces.
        refunded: Pieces.
        shipped: Pieces.
        cancelled: Pieces.
        taxes: Its entries in `itemized_taxes`.
        fixed: What never changes of it in REST shape, once it was spelled out.
    """

    item_id: int
    product: Product
    sku: str
    name: str
    qty: int
    rate: Rate
    parent: "OrderLine | None"
    carries: bool
    options: dict[str, Any] | None
    discounted: bool
    updated_at: str
    invoiced: int = 0
    refunded: int = 0
    shipped: int = 0
    cancelled: int = 0
    taxes: list[dict[str, Any]] = field(default_factory=list)
    fixed: dict[str, Any] = field(default_factory=dict)


class Portion(NamedTuple):
    """`qty` pieces of the `of` that are left."""

    qty: int
    of: int


class Taken(NamedTuple):
    """What a document took in one currency.

    Attributes:
        rows: By the line's place in the order; only lines that carry an amount.
        shipping: `NO_ROW` when the document takes none.
        totals: Of the document.
        adjustment: Of a credit memo, excluding VAT: refund, fee. Both positive.
    """

    rows: dict[int, Row]
    shipping: Row
    totals: Totals
    adjustment: tuple[Decimal, Decimal] = (ZERO, ZERO)


class Side:
    """An order's amounts in one currency.

    Attributes:
        lines: One per order line, in the same places.
        originals: Price of one piece in the catalogue, in the same places.
        shipping: As ordered.
        totals: As ordered.
        invoiced: So far, per line.
        refunded: So far, per line.
        shipping_refunded: So far.
        total_invoiced: Sums over the invoices.
        total_refunded: Sums over the credit memos, adjustments included in the grand total.
        adjustment: Sums over the credit memos: refunds, fees.
        paid: Sum of the paid invoices.
    """

    def __init__(
        self,
        lines: list[PricedLine],
        originals: list[Decimal],
        carried: Iterable[int],
        shipping: Row,
    ) -> None:
        self.lines = lines
        self.originals = originals
        self.shipping = shipping
        self.totals = add_up([lines[place].row for place in carried], shipping)
        self.invoiced = [NO_ROW] * len(lines)
        self.refunded = [NO_ROW] * len(lines)
        self.shipping_refunded = NO_ROW
        self.total_invoiced = NO_TOTALS
        self.total_refunded = NO_TOTALS
        self.adjustment = (ZERO, ZERO)
        self.paid = ZERO

    def invoice(self, portions: dict[int, Portion], *, shipping: bool) -> Taken:
        """Take these lines, and all of the shipping or none of it, on an invoice."""
        wanted = [line.row for line in self.lines]
        rows = _take(wanted, self.invoiced, portions)
        sent = self.shipping if shipping else NO_ROW
        taken = Taken(rows, sent, add_up(rows.values(), sent))
        self.total_invoiced = _sum(self.total_invoiced, taken.totals)
        return taken

    def annul(self) -> None:
        """Forget what was invoiced: the only invoice is cancelled."""
        self.invoiced = [NO_ROW] * len(self.lines)
        self.total_invoiced = NO_TOTALS

    def worth(self, portions: dict[int, Portion]) -> Decimal:
        """What a refund of these lines would come to."""
        rows = _take(self.invoiced, list(self.refunded), portions)
        return add_up(rows.values(), NO_ROW).grand_total

    def refund(
        self, portions: dict[int, Portion], adjustment: tuple[Decimal, Decimal], *, shipping: bool
    ) -> Taken:
        """Give these lines back, and all of the shipping or none of it, on a credit memo."""
        rows = _take(self.invoiced, self.refunded, portions)
        sent = self.shipping if shipping else NO_ROW
        if shipping:
            self.shipping_refunded = sent
        plus, minus = adjustment
        taken = Taken(rows, sent, add_up(rows.values(), sent, plus - minus), adjustment)
        self.total_refunded = _sum(self.total_refunded, taken.totals)
        self.adjustment = (self.adjustment[0] + plus, self.adjustment[1] + minus)
        return taken


def _take(source: list[Row], taken: list[Row], portions: dict[int, Portion]) -> dict[int, Row]:
    rows = {}
    for place, (qty, of) in portions.items():
        before = taken[place]
        if before is NO_ROW:
            rows[place] = taken[place] = source[place].part(qty, of)
        else:
            rows[place] = source[place].less(before).part(qty, of)
            taken[place] = before.plus(rows[place])
    return rows


def _sum(one: Totals, other: Totals) -> Totals:
    if one is NO_TOTALS:
        return other
    return Totals(*[mine + its for mine, its in zip(one, other, strict=True)])


@dataclass(slots=True, kw_only=True, eq=False)
class Document:
    """An invoice or a credit memo; its order knows it, not the other way round.

    Attributes:
        kind: Which of the two.
        id: Magento's entity id.
        number: Printed on it.
        created_at: As Magento prints it.
        updated_at: As Magento prints it.
        state: `OPEN`, `PAID` (for a credit memo: refunded) or `CANCELLED`.
        pieces: By the line's place in the order; all lines, also those without amounts.
        taken: In the base currency, in the order's.
        shipping: Whether it takes the shipping.
        invoice_id: Of a credit memo made from an invoice; else None.
    """

    kind: Literal["invoice", "creditmemo"]
    id: int
    number: str
    created_at: str
    updated_at: str
    state: int
    pieces: dict[int, int]
    taken: tuple[Taken, Taken]
    shipping: bool
    invoice_id: int | None = None


@dataclass(slots=True, kw_only=True)
class Fixed:
    """What never changes of an order, in REST shape.

    Attributes:
        order: Fields of the order itself.
        amounts: What shipping costs; on the order and once more inside it.
        shipping: Where the goods go, and how; empty when nothing is sent.
        payment: How it is paid, and how much.
        attributes: Of its `extension_attributes`.
    """

    order: dict[str, Any]
    amounts: dict[str, Any]
    shipping: dict[str, Any]
    payment: dict[str, Any]
    attributes: dict[str, Any]


@dataclass(slots=True, kw_only=True, eq=False)
class Order:
    """An order with everything that became of it.

    Attributes:
        id: Magento's entity id.
        number: Printed, with the store's prefix.
        store: Where it was placed.
        created_at: As Magento prints it.
        updated_at: As Magento prints it.
        customer: None for a guest.
        person: Whom the bill goes to.
        email: None when nobody gave one.
        named: Whether the order itself has the name, not only its addresses.
        group_id: The customer's group, 0 for a guest.
        lines: A parent before its children.
        base: In euros.
        shown: In the customer's currency; the same object when that is the euro.
        to_order_rate: Customer's currency per euro.
        coupon: None without a discount.
        method: How it is paid: code, title.
        virtual: Nothing is sent.
        token: Thirty-two hexadecimal digits (`protect_code`).
        address_ip: Where it was placed from.
        state: Magento's.
        invoices: Oldest first.
        refunds: Oldest first.
        taxes: The parts of `extension_attributes` about tax.
        fixed: What never changes of it; None until it is spelled out.
    """

    id: int
    number: str
    store: Store
    created_at: str
    updated_at: str
    customer: Customer | None
    person: Person
    email: str | None
    named: bool
    group_id: int
    lines: list[OrderLine]
    base: Side
    shown: Side
    to_order_rate: Decimal
    coupon: Coupon | None
    method: tuple[str, str]
    virtual: bool
    token: str
    address_ip: str
    state: str = "new"
    invoices: list[Document] = field(default_factory=list)
    refunds: list[Document] = field(default_factory=list)
    taxes: dict[str, Any] = field(default_factory=dict)
    fixed: Fixed | None = None

    @property
    def status(self) -> str:
        """Magento's default status of the state."""
        return "pending" if self.state == "new" else self.state

    def sides(self) -> tuple[Side, ...]:
        """The different currencies: one or two."""
        return (self.base,) if self.base is self.shown else (self.base, self.shown)

    def refundable(self, tops: dict[int, int]) -> dict[int, Portion]:
        """So many of the outermost lines, as parts of what is invoiced and not yet refunded."""
        return {
            place: Portion(qty, self.lines[place].invoiced - self.lines[place].refunded)
            for place, qty in self.pieces(tops).items()
            if self.lines[place].carries
        }

    def pieces(self, tops: dict[int, int]) -> dict[int, int]:
        """Pieces per line when so many of the outermost lines are meant."""
        wanted = {
            id(self.lines[place]): (qty, self.lines[place].qty) for place, qty in tops.items()
        }
        pieces = {}
        for place, line in enumerate(self.lines):
            part = wanted.get(id(line.parent or line))
            if part:
                pieces[place] = line.qty * part[0] // part[1]
        return pieces
