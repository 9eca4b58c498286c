"""What becomes of customers and orders: each event changes them and says what the shop now has."""

from collections import Counter
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from heapq import heappop, heappush
from random import Random
from typing import Any, NamedTuple

from sync.sandbox.catalogue import Store
from sync.sandbox.people import person
from sync.sandbox.trade_buyers import Crowd
from sync.sandbox.trade_cart import place_order
from sync.sandbox.trade_documents import document_entity
from sync.sandbox.trade_draws import Draft, Fate, Refunds, draw_order
from sync.sandbox.trade_orders import (
    CANCELLED,
    OPEN,
    PAID,
    Customer,
    Document,
    Order,
    Portion,
)
from sync.sandbox.trade_plan import (
    SHOP_ZONE,
    Action,
    Happening,
    Plan,
    Table,
    day_start,
    dice,
    stamp,
)
from sync.sandbox.trade_refunds import Refund, draw_refund, some_pieces
from sync.sandbox.trade_shape import customer_entity, order_entity

_DAY = 86_400
_BANK_ROUND = 8 * 3600 + 1800
_SATURDAY = 5


class Course(NamedTuple):
    """An order, what it is bound for, and the chance that decides the rest."""

    order: Order
    fate: Fate
    rng: Random


class Life:
    """The shop's people and orders, and the agenda of what will happen to them.

    Attributes:
        silent: Whether happenings are worked through without being spelled out.
        happenings: Spelled out and not yet taken by the caller.
    """

    def __init__(self, plan: Plan) -> None:
        self.silent = False
        self.happenings: list[Happening] = []
        self._plan = plan
        self._crowd = Crowd()
        self._dice = dice(plan.seed)
        self._agenda: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._entries = 0
        self._ids: Counter[str] = Counter()
        self._numbers: Counter[tuple[str, int]] = Counter()

    def next_at(self) -> datetime | None:
        """When the next event is; None when nothing is planned."""
        return self._agenda[0][0] if self._agenda else None

    def step(self) -> None:
        """Let the next event happen."""
        at, _, event = heappop(self._agenda)
        event(at)

    def expect_order(self, at: datetime, seed: int) -> None:
        """Plan an order; `seed` decides everything about it."""
        self._later(at, partial(self._order, seed))

    def _later(self, at: datetime, event: Callable[[datetime], None]) -> None:
        self._entries += 1
        heappush(self._agenda, (at, self._entries, event))

    def _after(self, at: datetime, seconds: int, event: Callable[[datetime], None]) -> None:
        self._later(at + timedelta(seconds=seconds), event)

    def _tell(
        self,
        at: datetime,
        table: Table,
        spell: Callable[[], dict[str, Any]],
        action: Action = "put",
    ) -> None:
        if not self.silent:
            self.happenings.append(Happening(at=at, table=table, entity=spell(), action=action))

    def _tell_order(self, at: datetime, order: Order) -> None:
        order.updated_at = stamp(at)
        self._tell(at, "orders", partial(order_entity, order))

    def _number(self, kind: str, store: Store) -> tuple[int, str]:
        """The next entity id and printed number."""
        self._ids[kind] += 1
        self._numbers[kind, store.id] += 1
        prefix = "" if store.id == 1 else str(store.id)
        return self._ids[kind], f"{prefix}{self._numbers[kind, store.id]:09d}"

    # Customers

    def _register(self, draft: Draft, rng: Random, at: datetime) -> Customer:
        self._ids["customer"] += 1
        buyer, mix = draft.buyer, self._plan.mix
        customer = Customer(
            id=self._ids["customer"],
            person=buyer.person,
            store=buyer.kind.store,
            group_id=buyer.group_id,
            created_at=stamp(at),
            updated_at=stamp(at),
            leaves=rng.random() < mix.leaves,
        )
        if draft.failure is None:
            self._crowd.welcome(buyer.kind, customer)
        moves_after = rng.randint(_DAY, 60 * _DAY) if rng.random() < mix.moves else None
        leaves_after = rng.randint(_DAY, 40 * _DAY) if customer.leaves else None
        if moves_after is not None:
            self._after(at, moves_after, partial(self._move, customer, copy(rng)))
        if leaves_after is not None:
            self._after(at, leaves_after, partial(self._leave, customer))
        self._tell(at, "customers", partial(customer_entity, customer))
        return customer

    def _move(self, customer: Customer, rng: Random, at: datetime) -> None:
        if customer.deleted:
            return
        new = person(rng, customer.person.country)
        customer.person = replace(
            customer.person,
            street=new.street,
            postcode=new.postcode,
            city=new.city,
            region=new.region,
        )
        customer.updated_at = stamp(at)
        self._tell(at, "customers", partial(customer_entity, customer))

    def _leave(self, customer: Customer, at: datetime) -> None:
        self._crowd.forget(customer)
        self._tell(at, "customers", partial(customer_entity, customer), "delete")
        customer.deleted = True
        for order in customer.orders:
            self._tell(at, "orders", partial(order_entity, order))

    # Orders

    def _order(self, seed: int, at: datetime) -> None:
        rng = self._dice
        rng.seed(seed)  # half as dear as making new dice
        draft = draw_order(rng, self._plan, self._crowd)
        buyer = draft.buyer
        customer = self._register(draft, rng, at) if buyer.registers else buyer.customer
        store = buyer.kind.store
        number, increment = self._number("order", store)
        rate = dollar_rate(self._plan.seed, at) if store.currency == "USD" else Decimal(1)
        order = place_order(draft, customer, number=number, increment=increment, at=at, rate=rate)
        if customer is not None and customer.leaves:
            customer.orders.append(order)
        self._tell_order(at, order)
        fate = draft.fate
        if fate.kind == "cancelled":
            self._after(at, fate.delay or _DAY, partial(self._cancel, order))
        elif fate.kind == "invoiced":
            invoice = partial(self._invoice_first, Course(order, fate, dice(fate.seed)))
            if fate.delay is None:
                self._later(_working_day(at, _BANK_ROUND), invoice)
            else:
                self._after(at, fate.delay, invoice)

    def _cancel(self, order: Order, at: datetime) -> None:
        order.state = "canceled"
        for line in order.lines:
            line.cancelled, line.updated_at = line.qty, stamp(at)
        self._tell_order(at, order)

    def _ship(self, order: Order, at: datetime) -> None:
        if order.state != "processing":
            return
        order.state = "complete"
        for line in order.lines:
            if line.product.kind != "virtual":
                line.shipped, line.updated_at = line.qty - line.refunded, stamp(at)
        self._tell_order(at, order)

    # Invoices

    def _invoice_first(self, course: Course, at: datetime) -> None:
        order, fate, rng = course
        tops = {place: line.qty for place, line in enumerate(order.lines) if line.parent is None}
        if fate.in_parts:
            tops = some_pieces(rng, tops, all_allowed=False)
        invoice = self._invoice(order, tops, at, state=OPEN if fate.opens else PAID)
        if fate.opens:
            event = self._annul if fate.annulled else self._settle
            self._after(at, fate.later, partial(event, course, invoice))
        elif fate.in_parts:
            self._after(at, fate.later, partial(self._invoice_rest, course))
        else:
            self._go_on(course, at)

    def _invoice_rest(self, course: Course, at: datetime) -> None:
        tops = {
            place: line.qty - line.invoiced
            for place, line in enumerate(course.order.lines)
            if line.parent is None and line.qty > line.invoiced
        }
        self._invoice(course.order, tops, at, state=PAID)
        self._go_on(course, at)

    def _go_on(self, course: Course, at: datetime) -> None:
        """Everything is invoiced and paid: send it, and take back what is to be taken back."""
        if not course.order.virtual:
            packed = course.rng.randint(10 * 3600, 17 * 3600)
            self._later(_working_day(at, packed), partial(self._ship, course.order))
        self._expect_refunds(course, at, course.fate.refunds)

    def _invoice(self, order: Order, tops: dict[int, int], at: datetime, *, state: int) -> Document:
        pieces = order.pieces(tops)
        portions = {
            place: Portion(qty, order.lines[place].qty - order.lines[place].invoiced)
            for place, qty in pieces.items()
            if order.lines[place].carries
        }
        first = not order.invoices
        taken = [side.invoice(portions, shipping=first) for side in order.sides()]
        for place, qty in pieces.items():
            line = order.lines[place]
            line.invoiced, line.updated_at = line.invoiced + qty, stamp(at)
        number, increment = self._number("invoice", order.store)
        invoice = Document(
            kind="invoice",
            id=number,
            number=increment,
            created_at=stamp(at),
            updated_at=stamp(at),
            state=state,
            pieces=pieces,
            taken=(taken[0], taken[-1]),
            shipping=first,
        )
        order.invoices.append(invoice)
        if state == PAID:
            _pay(order, invoice)
        self._tell_order(at, order)
        self._tell(at, "invoices", partial(document_entity, order, invoice))
        return invoice

    def _settle(self, course: Course, invoice: Document, at: datetime) -> None:
        order = course.order
        invoice.state, invoice.updated_at = PAID, stamp(at)
        _pay(order, invoice)
        self._tell_order(at, order)
        self._tell(at, "invoices", partial(document_entity, order, invoice))
        self._go_on(course, at)

    def _annul(self, course: Course, invoice: Document, at: datetime) -> None:
        order = course.order
        invoice.state, invoice.updated_at = CANCELLED, stamp(at)
        for side in order.sides():
            side.annul()
        for line in order.lines:
            line.invoiced = 0
        self._cancel(order, at)
        self._tell(at, "invoices", partial(document_entity, order, invoice))

    # Credit memos

    def _expect_refunds(self, course: Course, at: datetime, refunds: Refunds) -> None:
        if refunds:
            _, pause = refunds[0]
            self._after(at, pause, partial(self._refund, course, refunds))

    def _refund(self, course: Course, refunds: Refunds, at: datetime) -> None:
        refund = draw_refund(course.rng, course.order, refunds[0][0])
        if refund is not None:
            self._credit(course, refund, at)
            self._expect_refunds(course, at, refunds[1:])

    def _credit(self, course: Course, refund: Refund, at: datetime) -> None:
        order = course.order
        portions = order.refundable(refund.tops)
        taken = [
            side.refund(portions, adjustment, shipping=refund.shipping)
            for side, adjustment in zip(order.sides(), refund.adjustments, strict=True)
        ]
        pieces = order.pieces(refund.tops)
        for place, qty in pieces.items():
            line = order.lines[place]
            line.refunded, line.updated_at = line.refunded + qty, stamp(at)
        number, increment = self._number("creditmemo", order.store)
        single = len(order.invoices) == 1 and course.fate.from_invoice
        memo = Document(
            kind="creditmemo",
            id=number,
            number=increment,
            created_at=stamp(at),
            updated_at=stamp(at),
            state=PAID,
            pieces=pieces,
            taken=(taken[0], taken[-1]),
            shipping=refund.shipping,
            invoice_id=order.invoices[0].id if single else None,
        )
        order.refunds.append(memo)
        if order.base.total_refunded.grand_total >= order.base.paid:
            order.state = "closed"
        self._tell_order(at, order)
        self._tell(at, "creditmemos", partial(document_entity, order, memo))


def dollar_rate(seed: int, at: datetime) -> Decimal:
    """Dollars per euro in the month of `at`; four decimals."""
    rng = dice(f"{seed}/{at:%Y-%m}")
    return Decimal(rng.randint(10_400, 11_600)) / 10_000


def _working_day(at: datetime, seconds: int) -> datetime:
    """The next day on which people work, so many seconds after its midnight."""
    day = at.astimezone(SHOP_ZONE).date() + timedelta(1)
    while day.weekday() >= _SATURDAY:
        day += timedelta(1)
    return day_start(day) + timedelta(seconds=seconds)  # no day on which the clocks are changed


def _pay(order: Order, invoice: Document) -> None:
    base, shown = invoice.taken
    order.base.paid += base.totals.grand_total
    if order.shown is not order.base:
        order.shown.paid += shown.totals.grand_total
    whole = all(line.invoiced == line.qty for line in order.lines)
    order.state = "complete" if order.virtual and whole else "processing"
