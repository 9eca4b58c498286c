"""Proves a connection before it books: settings, both services, ledgers, tax mapping, VAT codes.

The command line and the worker, whom the page asks, call the same functions and so say the same.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from sync import config
from sync.clock import Clock
from sync.domain.countries import EU
from sync.domain.findings import Finding, Look, Side
from sync.domain.mapping_faults import STOPS, fault_finding, mapping_faults
from sync.domain.rules import BookingRules, wrong_codes
from sync.domain.taxes import TaxRate
from sync.eboekhouden import Books
from sync.engine import machine
from sync.engine.desk import booking_rules, books_access, shop_access
from sync.engine.ending import ending
from sync.engine.taxes import read_taxes
from sync.errors import BoekwachtError, ConfigurationError, TemporaryError
from sync.magento import Right, Shop, StoreView
from sync.settings import Connection, Secrets, Settings
from sync.store import Store

BOOKKEEPING_ZONES: Final = {"Europe/Amsterdam", "Europe/Brussels"}
CLOCK_LIMIT: Final = 60.0
"""Seconds that the shop's clock may differ from ours."""
OWED: Final = {"FIN", "DEB", "CRED"}
"""Categories of ledgers that no line of a sale may be booked on."""
SERVICES: Final[tuple[Side, ...]] = ("shop", "books")
_RIGHTS: Final = {
    "Magento_Sales::sales_invoice": "right-invoices",
    "Magento_Sales::sales_creditmemo": "right-creditmemos",
    "Magento_Sales::actions_view": "right-orders",
    "Magento_Backend::store": "right-stores",
    "Magento_Tax::manage_tax": "right-rates",
    "Magento_Customer::group": "right-groups",
    "Magento_Customer::customer": "right-customers",
}


def never() -> bool:
    """What is asked by whoever cannot be stopped."""
    return False


def check_machine(settings: Settings, store: Store, clock: Clock) -> Look:
    """Look at what all connections depend on."""
    return _timed("", "machine", clock, lambda: machine.look(settings, store))


def check(
    settings: Settings,
    connection: Connection,
    store: Store,
    clock: Clock,
    *,
    sides: Collection[Side] = SERVICES,
    stopping: Callable[[], bool] = never,
) -> list[Look]:
    """Look at everything that one connection needs; problems are findings, nothing is raised.

    Args:
        settings: As they were read.
        connection: The one that is looked at.
        store: Holds its mapping.
        clock: Tells the moments, and does the services' waiting.
        sides: The services to ask. Settings and mapping are looked at in any case: without them
            no service can be.
        stopping: Whether to ask nothing more; a call that is out then is broken off soon after.
    """
    name, mapping = connection.name, store.mapping(connection.name)[1]
    looks = [
        _timed(name, "settings", clock, lambda: _settings(settings, connection, mapping)),
    ]
    if any(x.of in {"settings", "secret"} for x in looks[0].problems):
        return [*looks, *(_unasked(name, side, looks[0]) for side in SERVICES if side in sides)]
    keys = config.secrets(settings, connection)
    rules = None if wrong_codes(mapping) else booking_rules(connection, mapping)
    asked: dict[Side, Callable[[], Iterable[Finding]]] = {
        "shop": lambda: _shop(connection, keys, store, clock, stopping),
        "books": lambda: _books(connection, keys, rules, clock, stopping),
    }
    for side, ask in asked.items():
        if side in sides and not stopping():
            looks.append(_hidden(_timed(name, side, clock, ask), keys))
    return looks


def _unasked(name: str, side: Side, settings: Look) -> Look:
    """What stands for a service that nobody can ask before the settings are right."""
    found = (Finding(of=side, wrong="unasked"),)
    return Look(connection=name, side=side, at=settings.at, took_ms=0, findings=found)


def _timed(name: str, side: Side, clock: Clock, ask: Callable[[], Iterable[Finding]]) -> Look:
    """A look with its moment and duration; an error ends it as a finding of the whole side."""
    at, began = clock.now(), time.monotonic()
    findings: list[Finding] = []
    try:
        for finding in ask():
            findings.append(finding)
    except BoekwachtError as error:
        findings = [*(x for x in findings if x.of != side), _error(side, error)]
    took = round((time.monotonic() - began) * 1000)
    return Look(connection=name, side=side, at=at, took_ms=took, findings=tuple(findings))


def _error(of: str, error: BoekwachtError) -> Finding:
    silent = isinstance(error, TemporaryError)
    facts = {"message": error.message, "code": error.code}
    return Finding(of=of, wrong="error", facts=facts, unreachable=silent)


def _hidden(look: Look, keys: Secrets) -> Look:
    """The look without our keys, should a service have repeated them.

    The connection's own name stays: no service told it, and a user may be called the same.
    """

    def shown(name: str, text: str) -> str:
        """A fact as it may be told."""
        return text if name == "connection" else keys.hidden(text)

    return replace(
        look,
        findings=tuple(
            replace(each, facts={name: shown(name, text) for name, text in each.facts.items()})
            for each in look.findings
        ),
    )


def _settings(settings: Settings, connection: Connection, mapping: str) -> Iterator[Finding]:
    wrong = [fault for fault in mapping_faults(mapping, None) if fault.kind in STOPS]
    yield from (fault_finding(fault, connection.name) for fault in wrong)
    try:
        config.refuse_conflict(settings, connection.name)
        missing = [x for x in config.secret_places(settings, connection) if not x.source]
        if not wrong:
            booking_rules(connection, mapping)
    except ConfigurationError as error:
        yield _error("settings", error)
        return
    for place in missing:
        facts = {
            "name": place.name,
            "connection": connection.name,
            "variable": place.variable,
            "path": str(place.path),
        }
        yield Finding(of="secret", wrong="missing", facts=facts)
    if not missing:
        yield Finding(of="settings")


def _shop(
    connection: Connection,
    keys: Secrets,
    store: Store,
    clock: Clock,
    stopping: Callable[[], bool],
) -> Iterator[Finding]:
    shop = Shop(shop_access(connection, keys), clock)
    with ending(stopping, [shop.hang_up]), shop:
        rights = shop.check(customers=connection.auto_add_customers)
        yield Finding(of="shop")
        yield from map(_right, rights)
        yield _clocks(abs((shop.server_time - clock.now()).total_seconds()))
        yield from _views(connection, shop.stores().values())
        rates = read_taxes(shop, store, connection.name, clock, anew=True).rates
    mapping = store.mapping(connection.name)[1]
    yield from _rates(rates, mapping, connection)


def _right(right: Right) -> Finding:
    facts = {"resource": right.resource, "message": right.problem}
    return Finding(of=_RIGHTS[right.resource], wrong="error" if right.problem else "", facts=facts)


def _clocks(apart: float) -> Finding:
    wrong = "apart" if apart > CLOCK_LIMIT else ""
    return Finding(of="clock", wrong=wrong, facts={"seconds": f"{apart:.0f}"}, warning=True)


def _views(connection: Connection, views: Iterable[StoreView]) -> Iterator[Finding]:
    known = {view.code: view for view in views}
    for code in connection.shop.store_views or sorted(known):
        view = known.get(code)
        if view is None:
            facts = {"code": code, "names": ", ".join(sorted(known))}
            yield Finding(of="store-view", wrong="unknown", facts=facts)
            continue
        zone = connection.booking.timezone or view.zone
        yield Finding(
            of="store-view",
            wrong="" if zone in BOOKKEEPING_ZONES else "zone",
            facts={"code": code, "zone": zone},
            warning=True,
        )


def _rates(rates: Sequence[TaxRate], mapping: str, connection: Connection) -> Iterator[Finding]:
    """Every rate above zero has the VAT code of its percentage, or a ledger where it is foreign."""
    home = connection.booking.home_country
    faults = [x for x in mapping_faults(mapping, rates, home) if x.kind not in STOPS]
    wrong = {fault.tax or fault.country for fault in faults}
    charged = [rate for rate in rates if rate.percent]
    for tax in sorted({x.code for x in charged if x.country == home} - wrong):
        yield Finding(of="tax-rate", facts={"tax": tax})
    for country in sorted({x.country for x in charged} & EU - {home} - wrong):
        yield Finding(of="oss", facts={"country": country})
    yield from (fault_finding(fault, connection.name) for fault in faults)


def _books(
    connection: Connection,
    keys: Secrets,
    rules: BookingRules | None,
    clock: Clock,
    stopping: Callable[[], bool],
) -> Iterator[Finding]:
    service = Books(books_access(connection, keys), clock)
    with ending(stopping, [service.hang_up]), service as books:
        ledgers = {ledger.code: ledger.category for ledger in books.ledgers()}
        centres = {centre.id for centre in books.cost_centres()}
    yield Finding(of="books")
    yield Finding(of="ledgers", facts={"count": str(len(ledgers))})
    yield Finding(of="cost-centres", facts={"count": str(len(centres))})
    debtor = connection.booking.debtor_ledger
    yield _ledger(debtor, "" if ledgers.get(debtor) == "DEB" else "debtor")
    if rules is None:
        return
    oss = set(rules.mapping.oss.values())
    for code in sorted({rule.ledger for rule in rules.mapping.ledgers} | oss):
        yield _ledger(code, _unusable(ledgers.get(code), oss=code in oss))
    for centre in sorted({x.cost_centre for x in rules.mapping.ledgers} - {0}):
        wrong = "" if centre in centres else "missing"
        yield Finding(of="cost-centre", wrong=wrong, facts={"centre": str(centre)})


def _unusable(category: str | None, *, oss: bool) -> str:
    """Why no line can be booked on a ledger of that category (None: there is none)."""
    if category is None:
        return "missing"
    if category in OWED:
        return category
    return "profit" if oss and category == "VW" else ""


def _ledger(ledger: str, wrong: str) -> Finding:
    return Finding(of="ledger", wrong=wrong, facts={"ledger": ledger})
