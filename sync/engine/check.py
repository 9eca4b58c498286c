"""Proves a connection before it books: settings, both services, ledgers, tax mapping, secrets."""

import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sync import config
from sync.clock import Clock
from sync.domain.rules import BookingRules
from sync.eboekhouden import Books
from sync.engine.desk import booking_rules, books_access, shop_access
from sync.errors import BoekwachtError, ConfigurationError, TemporaryError
from sync.magento import Shop, StoreView, TaxRate
from sync.settings import Connection, Secrets, Settings
from sync.store import Store

BOOKKEEPING_ZONES = {"Europe/Amsterdam", "Europe/Brussels"}
CLOCK_LIMIT = 60.0  # seconds that the shop's clock may differ from ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: What was looked at, e.g. "shop", "ledgers".
        problem: One sentence with what to do; empty when all is well.
        warning: The problem does not keep documents from being booked.
        unreachable: The problem is that a service gave no answer.
    """

    what: str
    problem: str = ""
    warning: bool = False
    unreachable: bool = False

    @property
    def status(self) -> int:
        """Its part of the exit status."""
        if not self.problem or self.warning:
            return 0
        return 3 if self.unreachable else 2


def check(settings: Settings, connection: Connection, store: Store, clock: Clock) -> list[Finding]:
    """Look at everything that one connection needs; problems are findings, nothing is raised."""
    findings = list(_file_rights(settings))
    try:
        keys = config.secrets(settings, connection)
        rules = booking_rules(connection, store.mapping(connection.name)[1])
    except ConfigurationError as error:
        return [*findings, Finding(what="settings", problem=error.message)]
    findings.append(Finding(what="settings"))
    findings += _answered("shop", lambda: list(_shop(connection, keys, rules, clock)))
    findings += _answered("books", lambda: list(_books(connection, keys, rules, clock)))
    return findings


def _answered(what: str, look: Callable[[], list[Finding]]) -> list[Finding]:
    try:
        return look()
    except BoekwachtError as error:
        silent = isinstance(error, TemporaryError)
        return [Finding(what=what, problem=error.message, unreachable=silent)]


def _file_rights(settings: Settings) -> Iterator[Finding]:
    path = settings.data_home / config.SECRETS_FILE
    if not path.exists():
        return
    wide = stat.S_IMODE(path.stat().st_mode) & 0o077
    problem = f"others may read {path}; run: chmod 600 {path}" if wide else ""
    yield Finding(what="secrets file", problem=problem, warning=True)


def _shop(
    connection: Connection, keys: Secrets, rules: BookingRules, clock: Clock
) -> Iterator[Finding]:
    with Shop(shop_access(connection, keys), clock) as shop:
        for right in shop.check():
            problem = f"{right.problem} (needed for {right.needed_for})" if right.problem else ""
            yield Finding(what=f"shop right {right.resource}", problem=problem)
        yield from _clocks(abs((shop.server_time - clock.now()).total_seconds()))
        yield from _views(connection, shop.stores().values(), rules)
        yield from _rates(shop.tax_rates(), rules)


def _clocks(apart: float) -> Iterator[Finding]:
    problem = f"the shop's clock and this one differ by {apart:.0f} s; set both by NTP"
    yield Finding(what="clock", problem=problem if apart > CLOCK_LIMIT else "", warning=True)


def _views(
    connection: Connection, views: Iterable[StoreView], rules: BookingRules
) -> Iterator[Finding]:
    known = {view.code: view for view in views}
    for code in connection.shop.store_views or sorted(known):
        view = known.get(code)
        if view is None:
            names = ", ".join(sorted(known))
            yield Finding(
                what=f"store view {code}", problem=f"the shop has no such store view, only {names}"
            )
            continue
        zone = rules.zone or view.zone
        odd = f"bookings are dated in {zone}; set booking.timezone if that is not meant"
        yield Finding(
            what=f"store view {code}",
            problem="" if zone in BOOKKEEPING_ZONES else odd,
            warning=True,
        )


def _rates(rates: Iterable[TaxRate], rules: BookingRules) -> Iterator[Finding]:
    for code in sorted(x.code for x in rates if x.country == rules.home and x.percent):
        problem = (
            f"{code} has no VAT code; run 'python -m sync map set vat {rules.connection} "
            f"{code} CODE'"
        )
        mapped = code in rules.mapping.vat
        yield Finding(what=f"tax rate {code}", problem="" if mapped else problem, warning=True)


def _books(
    connection: Connection, keys: Secrets, rules: BookingRules, clock: Clock
) -> Iterator[Finding]:
    with Books(books_access(connection, keys), clock) as books:
        ledgers = {ledger.code: ledger.category for ledger in books.ledgers()}
        centres = {centre.id for centre in books.cost_centres()}
    yield Finding(what="books")
    wrong = "" if ledgers.get(rules.debtor_ledger) == "DEB" else "is no debtor ledger in the books"
    yield _ledger(rules.debtor_ledger, wrong)
    used = {rule.ledger for rule in rules.mapping.ledgers} | set(rules.mapping.oss.values())
    for ledger in sorted(used):
        yield _ledger(ledger, "" if ledger in ledgers else "does not exist in the books")
    for centre in sorted({x.cost_centre for x in rules.mapping.ledgers} - centres - {0}):
        yield Finding(what=f"cost centre {centre}", problem="does not exist in the books")


def _ledger(ledger: str, wrong: str) -> Finding:
    problem = f"ledger {ledger} {wrong}; correct the setting or the mapping" if wrong else ""
    return Finding(what=f"ledger {ledger}", problem=problem)
