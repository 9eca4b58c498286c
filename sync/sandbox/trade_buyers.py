"""Who buys: consumers and companies, guests and accounts, new ones and those who come back."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from random import Random
from typing import Literal, NamedTuple

from sync.sandbox.catalogue import (
    B2B_STORE,
    DEFAULT_STORE,
    EU_REVERSE_CHARGE,
    GENERAL,
    HOME,
    NL_REVERSE_CHARGE,
    NOT_LOGGED_IN,
    US_STORE,
    WHOLESALE,
    Store,
)
from sync.sandbox.people import Person, misprinted, person
from sync.sandbox.trade_orders import Customer
from sync.sandbox.trade_plan import Failures, Mix

Failure = Literal["no_email", "unmapped_rate", "untaxed_consumer", "wrong_vat_number"]

_FAILURES: tuple[Failure, ...] = (
    "no_email",
    "unmapped_rate",
    "untaxed_consumer",
    "wrong_vat_number",
)


class Kind(NamedTuple):
    """What buyers have in common.

    Attributes:
        store: Where they buy.
        country: Where they live, and where the goods go.
        group_id: That their account is in, if they have one.
        business: Whether it is a company.
    """

    store: Store
    country: str
    group_id: int
    business: bool


_FAILING: dict[Failure, Kind] = {
    "untaxed_consumer": Kind(DEFAULT_STORE, "AT", GENERAL, False),
    "wrong_vat_number": Kind(B2B_STORE, "BE", EU_REVERSE_CHARGE, True),
}


class Buyer(NamedTuple):
    """Who places an order.

    Attributes:
        kind: What sort of buyer.
        person: Whom the bill goes to.
        customer: An account that exists; None for guests and new customers.
        registers: Whether an account is made with the order.
        group_id: Of the order: the account's, 0 for a guest.
        email: None when nobody gave one.
        named: Whether the order itself has the buyer's name, not only its address.
    """

    kind: Kind
    person: Person
    customer: Customer | None
    registers: bool
    group_id: int
    email: str | None
    named: bool


@dataclass(slots=True)
class Crowd:
    """Everybody who bought before and may come back."""

    _accounts: dict[Kind, list[Customer]] = field(default_factory=lambda: defaultdict(list))
    _guests: dict[Kind, list[Person]] = field(default_factory=lambda: defaultdict(list))
    _emails: set[str] = field(default_factory=set)

    def welcome(self, kind: Kind, customer: Customer) -> None:
        """An account may come back."""
        self._accounts[kind].append(customer)

    def forget(self, customer: Customer) -> None:
        """An account will not come back."""
        for accounts in self._accounts.values():
            if customer in accounts:
                accounts.remove(customer)

    def account(self, rng: Random, kind: Kind) -> Customer | None:
        """One of the accounts; None when there is none yet."""
        accounts = self._accounts[kind]
        return rng.choice(accounts) if accounts else None

    def guest(self, rng: Random, kind: Kind) -> Person | None:
        """Someone who bought as a guest; None when nobody did."""
        guests = self._guests[kind]
        return rng.choice(guests) if guests else None

    def remember_guest(self, kind: Kind, someone: Person) -> None:
        """A guest may come back."""
        self._guests[kind].append(someone)

    def own_email(self, wanted: str) -> str:
        """`wanted`, or like it when another account has it: one account per e-mail address."""
        email, number = wanted, 1
        while email in self._emails:
            number += 1
            email = wanted.replace("@", f".{number}@")
        self._emails.add(email)
        return email


def draw_failure(rng: Random, failures: Failures) -> Failure | None:
    """Decide what is wrong with an order; None for nothing."""
    chance = rng.random()
    for name in _FAILURES:
        chance -= getattr(failures, name)
        if chance < 0:
            return name
    return None


def draw_buyer(rng: Random, mix: Mix, crowd: Crowd, failure: Failure | None) -> Buyer:
    """Decide who places an order."""
    kind = _draw_kind(rng, mix, failure)
    if failure == "no_email" or (kind.group_id == GENERAL and rng.random() < mix.guest):
        return _draw_guest(rng, mix, crowd, kind, failure)
    customer = crowd.account(rng, kind) if rng.random() < mix.returning else None
    if customer is not None and failure is None:
        return Buyer(
            kind=kind,
            person=customer.person,
            customer=customer,
            registers=False,
            group_id=kind.group_id,
            email=customer.person.email,
            named=True,
        )
    someone = person(rng, kind.country, business=kind.business)
    someone = replace(someone, email=crowd.own_email(someone.email))
    if failure == "wrong_vat_number" and someone.vat_number:
        someone = replace(someone, vat_number=misprinted(someone.vat_number))
    return Buyer(
        kind=kind,
        person=someone,
        customer=None,
        registers=True,
        group_id=kind.group_id,
        email=someone.email,
        named=True,
    )


def _draw_guest(rng: Random, mix: Mix, crowd: Crowd, kind: Kind, failure: Failure | None) -> Buyer:
    known = crowd.guest(rng, kind) if rng.random() < mix.returning else None
    someone = known or person(rng, kind.country, business=kind.business)
    if known is None and failure is None:
        crowd.remember_guest(kind, someone)
    return Buyer(
        kind=kind,
        person=someone,
        customer=None,
        registers=False,
        group_id=NOT_LOGGED_IN,
        email=None if failure == "no_email" else someone.email,
        named=rng.random() >= mix.nameless_guest,
    )


def _draw_kind(rng: Random, mix: Mix, failure: Failure | None) -> Kind:
    if failure is not None:
        return _FAILING.get(failure) or Kind(DEFAULT_STORE, HOME, GENERAL, False)
    chance = rng.random()
    if chance < mix.us_store:
        country = rng.choices(("US", "GB", "CH"), (85, 10, 5))[0]
        return Kind(US_STORE, country, GENERAL, False)
    if chance < mix.us_store + mix.b2b_store:
        return _draw_b2b_kind(rng, mix)
    return _draw_default_kind(rng, mix)


def _draw_default_kind(rng: Random, mix: Mix) -> Kind:
    chance = rng.random()
    if chance < mix.abroad:
        country = rng.choices(("BE", "DE", "FR"), (5, 3, 1))[0]
    elif chance < mix.abroad + mix.export:
        country = rng.choice(("GB", "CH", "US"))
    else:
        return Kind(DEFAULT_STORE, HOME, GENERAL, rng.random() < mix.company)
    return Kind(DEFAULT_STORE, country, GENERAL, False)


def _draw_b2b_kind(rng: Random, mix: Mix) -> Kind:
    if rng.random() < mix.eu_company:
        return Kind(B2B_STORE, rng.choice(("BE", "DE", "FR")), EU_REVERSE_CHARGE, True)
    reverse = rng.random() < mix.domestic_reverse
    return Kind(B2B_STORE, HOME, NL_REVERSE_CHARGE if reverse else WHOLESALE, True)
