"""Proves a connection before it books: settings, both services, ledgers, tax mapping, VAT codes."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sync import config
from sync.clock import Clock
from sync.domain.countries import EU
from sync.domain.rules import BookingRules, code_hint, wrong_codes
from sync.eboekhouden import Books
from sync.engine.desk import booking_rules, books_access, shop_access
from sync.errors import BoekwachtError, ConfigurationError, TemporaryError
from sync.magento import Shop, StoreView, TaxRate
from sync.settings import Connection, Secrets, Settings
from sync.store import Store

BOOKKEEPING_ZONES: Final = {"Europe/Amsterdam", "Europe/Brussels"}
CLOCK_LIMIT: Final = 60.0
"""Seconds that the shop's clock may differ from ours."""
OWED: Final = {"FIN": "cash and bank", "DEB": "debtors", "CRED": "creditors"}
"""Categories of ledgers that no line of a sale may be booked on."""


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
    mapping = store.mapping(connection.name)[1]
    findings = list(_codes(connection.name, mapping))
    try:
        config.refuse_conflict(settings, connection.name)
        keys = config.secrets(settings, connection)
        if findings:  # the mapping cannot be read; whatever follows would only repeat that
            return findings
        rules = booking_rules(connection, mapping)
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


def _codes(name: str, mapping: str) -> Iterator[Finding]:
    for tax, code in wrong_codes(mapping).items():
        yield Finding(
            what=f"VAT code of {tax}",
            problem=f"run 'python -m sync map set vat {name} {tax} CODE': {code} is no VAT code of "
            f"a sale; {code_hint(code)}",
        )


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
    """Every rate above zero has a VAT code at home, and a ledger for its country elsewhere."""
    charged = [rate for rate in rates if rate.percent]
    for code in sorted(x.code for x in charged if x.country == rules.home):
        problem = (
            f"{code} has no VAT code; run 'python -m sync map set vat {rules.connection} "
            f"{code} CODE'"
        )
        mapped = code in rules.mapping.vat
        yield Finding(what=f"tax rate {code}", problem="" if mapped else problem, warning=True)
    for country in sorted({x.country for x in charged} & EU - {rules.home}):
        problem = (
            f"VAT of {country} has no OSS ledger; run 'python -m sync map set oss "
            f"{rules.connection} {country} LEDGER'"
        )
        mapped = country in rules.mapping.oss
        yield Finding(what=f"VAT of {country}", problem="" if mapped else problem, warning=True)


def _books(
    connection: Connection, keys: Secrets, rules: BookingRules, clock: Clock
) -> Iterator[Finding]:
    with Books(books_access(connection, keys), clock) as books:
        ledgers = {ledger.code: ledger.category for ledger in books.ledgers()}
        centres = {centre.id for centre in books.cost_centres()}
    yield Finding(what="books")
    debtors = ledgers.get(rules.debtor_ledger) == "DEB"
    yield _ledger(rules.debtor_ledger, "" if debtors else "is no debtor ledger in the books")
    oss = set(rules.mapping.oss.values())
    for code in sorted({rule.ledger for rule in rules.mapping.ledgers} | oss):
        yield _ledger(code, _unusable(ledgers.get(code), oss=code in oss))
    for centre in sorted({x.cost_centre for x in rules.mapping.ledgers} - {0}):
        problem = "" if centre in centres else "does not exist in the books; correct the mapping"
        yield Finding(what=f"cost centre {centre}", problem=problem)


def _unusable(category: str | None, *, oss: bool) -> str:
    """Why no line can be booked on a ledger of that category (None: there is none)."""
    if category is None:
        return "does not exist in the books"
    if category in OWED:
        return f"is one of {OWED[category]} ({category}), on which no sale is booked"
    if oss and category == "VW":
        return "is one of profit and loss (VW), but OSS VAT is owed and belongs on the balance"
    return ""


def _ledger(ledger: str, wrong: str) -> Finding:
    problem = f"ledger {ledger} {wrong}; correct the setting or the mapping" if wrong else ""
    return Finding(what=f"ledger {ledger}", problem=problem)
