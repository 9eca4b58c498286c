"""What the generator of trade is asked for and what it gives."""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from random import Random
from typing import Any, Literal, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

Table = Literal["customers", "orders", "invoices", "creditmemos"]
Action = Literal["put", "delete"]
T = TypeVar("T")

SHOP_ZONE = ZoneInfo("Europe/Amsterdam")


class Happening(NamedTuple):
    """One thing that came to be in the shop.

    Attributes:
        at: Aware, UTC, whole seconds. The entity's `updated_at`, except for the orders of a
            deleted customer: losing the customer doesn't move that, as in Magento.
        table: Where the entity lives.
        entity: As Magento's REST API gives it: fields without a value absent, amounts Decimal,
            ids and quantities int, moments "YYYY-MM-DD HH:MM:SS" in UTC. Happenings share parts
            of it: copy before changing anything.
        action: "delete" only for a customer; the entity is the last state.
    """

    at: datetime
    table: Table
    entity: dict[str, Any]
    action: Action = "put"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast orders come in from a moment on.

    Attributes:
        since: Aware; from here until the next pace.
        orders_per_day: Lowest and highest number on a whole day, both included.
        steady: Spread evenly over day and night instead of as people shop.
    """

    since: datetime
    orders_per_day: tuple[int, int]
    steady: bool = False


@dataclass(frozen=True, slots=True)
class _Shares:
    """Base of dataclasses whose every field is a share."""

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if not 0 <= value <= 1:
                raise ValueError(f"{one.name} must be a share from 0 to 1: {value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix(_Shares):
    """How often a shop's ordinary variety occurs; every value is a share from 0 to 1.

    Attributes:
        us_store: Of all orders, those in the store with dollars.
        b2b_store: Of all orders, those in the store with prices excluding VAT.
        abroad: Of the default store's, consumers in BE, DE and FR (OSS).
        export: Of the default store's, buyers in GB, CH and US.
        company: Of the default store's Dutch orders, those by a company.
        eu_company: Of the B2B store's, companies in BE, DE and FR (reverse charge).
        domestic_reverse: Of the B2B store's Dutch orders, those with the VAT reverse charged.
        guest: Of consumers, those without an account.
        nameless_guest: Of guests, those whose name is in the address only.
        returning: Of the others, those who bought before.
        coupon: Of all orders, those with a discount.
        zero_total: Of the default store's Dutch consumers', those that cost nothing.
        cancelled: Of all orders, those never invoiced and cancelled after days.
        pending: Of all orders, those that stay without an invoice.
        by_bank: Of a company's orders, those paid by bank transfer and invoiced in the morning,
            many in the same second.
        open_invoice: Of orders by bank, those invoiced before they are paid.
        cancelled_invoice: Of open invoices, those that are cancelled instead of paid.
        in_parts: Of orders with several pieces, those invoiced in two parts.
        refund: Of invoiced orders, those with a credit memo.
        second_refund: Of refunds that leave something, those followed by another.
        moves: Of new accounts, those that change their address later.
        leaves: Of new accounts, those that are deleted later.
    """

    us_store: float = 0.06
    b2b_store: float = 0.12
    abroad: float = 0.12
    export: float = 0.02
    company: float = 0.08
    eu_company: float = 0.25
    domestic_reverse: float = 0.0
    guest: float = 0.55
    nameless_guest: float = 0.05
    returning: float = 0.35
    coupon: float = 0.12
    zero_total: float = 0.01
    cancelled: float = 0.03
    pending: float = 0.01
    by_bank: float = 0.5
    open_invoice: float = 0.3
    cancelled_invoice: float = 0.0
    in_parts: float = 0.04
    refund: float = 0.06
    second_refund: float = 0.1
    moves: float = 0.02
    leaves: float = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures(_Shares):
    """How often a shop's data is wrong, as shares of all orders from 0 to 1.

    Attributes:
        no_email: A guest order without e-mail (taken by telephone).
        unmapped_rate: A Dutch order with a product under the rate `NL-13-oud`.
        untaxed_consumer: A consumer in AT, for which the shop has no rate: no VAT inside the EU.
        wrong_vat_number: A reverse-charged company whose VAT number has a digit too many.
    """

    no_email: float = 0.004
    unmapped_rate: float = 0.003
    untaxed_consumer: float = 0.002
    wrong_vat_number: float = 0.003


NO_FAILURES = Failures(no_email=0, unmapped_rate=0, untaxed_consumer=0, wrong_vat_number=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A shop's history, past and future, before it is spelled out.

    Equal plans give equal happenings. A longer plan, or one with a further pace, gives the same
    happenings up to where they part.

    Attributes:
        seed: Another one gives other customers and orders.
        first_day: The first day of trade, in Amsterdam.
        days: How many days; None for no end.
        orders_per_day: Lowest and highest number on a day, both included.
        paces: Other paces from given moments on, oldest first.
        mix: The variety.
        failures: What is wrong in the data.

    Raises:
        ValueError: A range is reversed or negative, or the paces are out of order.
    """

    seed: int
    first_day: date
    days: int | None = None
    orders_per_day: tuple[int, int] = (15, 40)
    paces: tuple[Pace, ...] = ()
    mix: Mix = field(default_factory=Mix)
    failures: Failures = field(default_factory=Failures)

    def __post_init__(self) -> None:
        for low, high in (pace.orders_per_day for pace in self.all_paces()):
            if not 0 <= low <= high:
                raise ValueError(f"orders per day must be a range from 0 up: {low}..{high}")
        moments = [pace.since for pace in self.all_paces()]
        if moments != sorted(moments):
            raise ValueError("paces must be in the order of their moments")

    def all_paces(self) -> tuple[Pace, ...]:
        """The pace of the first day, and those that follow."""
        start = day_start(self.first_day)
        return (Pace(since=start, orders_per_day=self.orders_per_day), *self.paces)

    def end(self) -> datetime | None:
        """The moment after the last day; None for no end."""
        return None if self.days is None else day_start(self.first_day + timedelta(self.days))


@lru_cache(maxsize=64)
def day_start(day: date) -> datetime:
    """Midnight in Amsterdam, as UTC."""
    return at_local(day, 0)


def at_local(day: date, seconds: int) -> datetime:
    """The moment when Amsterdam's clocks show `seconds` after midnight, as UTC.

    Args:
        day: In Amsterdam.
        seconds: 0 to 86399.
    """
    hours, rest = divmod(seconds, 3600)
    shown = time(hours, rest // 60, rest % 60, tzinfo=SHOP_ZONE)
    return datetime.combine(day, shown).astimezone(UTC)


def dice(seed: int | str) -> Random:
    """Chance that falls the same way for the same seed."""
    return Random(seed)  # noqa: S311 - decides about invented data, guards no secret


def pick(rng: Random, things: Sequence[T], bounds: Sequence[int]) -> T:
    """One of the things, drawn as by `Random.choices`, in a third of its time.

    Args:
        rng: Decides.
        things: To choose from.
        bounds: Their weights, each added to all those before it.
    """
    return things[bisect(bounds, rng.random() * bounds[-1], 0, len(things) - 1)]


@lru_cache(maxsize=16)  # all that is changed by an event has its moment
def stamp(moment: datetime) -> str:
    """A moment as Magento prints it: UTC, without saying so."""
    return moment.isoformat(" ", "seconds")[:19]  # three times as fast as strftime
