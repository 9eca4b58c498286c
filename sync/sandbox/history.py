"""The sandbox's past and present: trade happens in the shop, and the real engine books it.

Nothing is written into the store by a generator: every row comes from a run over the real
protocols, under a clock at which waiting costs nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sync.clock import SystemClock
from sync.sandbox import mishaps
from sync.sandbox.bookkeeper import Bookkeeper
from sync.sandbox.books import seeding
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.fault_rules import Rule
from sync.sandbox.home import Sandbox, Tempo
from sync.sandbox.services import Services
from sync.sandbox.shop.state import Encoded, encoded
from sync.sandbox.trade import Failures, Pace, Plan, Trade

RUN_HOURS = (7, 10, 13, 16, 19, 22)
"""Amsterdam hours at which the sandbox's history was synced."""

ORDERS_PER_DAY = (15, 40)
PRESENT = timedelta(minutes=10)
"""What is younger is no history: a run takes minutes of its own time, and none ends tomorrow."""

_ZONE = ZoneInfo("Europe/Amsterdam")
_FAILURES = Failures(
    no_email=0.006, unmapped_rate=0.012, untaxed_consumer=0.003, wrong_vat_number=0.004
)
_STRANGER = "10001"
"""Relation on which other hands have booked."""


@dataclass(frozen=True, slots=True)
class Caught:
    """How far catching up is: a run's moment, and attempts so far."""

    moment: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class News:
    """What happens in the shop between two runs.

    Attributes:
        changes: All of it, ready to be made.
        invoice: The first that is new, as the shop shows it; None when there is none.
    """

    changes: Sequence[Encoded]
    invoice: Mapping[str, Any] | None


class History:
    """Lets the shop's trade go on and has it booked.

    Args:
        services: Serving already.
        clock: Theirs.
        folder: The sandbox's home.
    """

    def __init__(self, services: Services, clock: SimulatedClock, folder: Path) -> None:
        self._services = services
        self._clock = clock
        self._folder = folder
        self._latest = services.shop.state.latest
        self._trade = Trade(plan(services.sandbox), since=self._latest)

    def catch_up(
        self,
        until: datetime,
        tell: Callable[[Caught], None],
        stopping: Callable[[], bool] = lambda: False,
    ) -> int:
        """Book what happened since the sandbox last ran; returns how many attempts it took.

        A run that was interrupted is done again; what it had booked is not booked twice.

        Args:
            until: The present. The last minutes before it are left to whoever runs then.
            tell: Called after every run.
            stopping: Asked between runs; True ends it early, the next start goes on from there.
        """
        first = datetime.combine(self._services.sandbox.first_day, time(), _ZONE)
        moments = list(run_moments(self._latest or first, until - PRESENT))
        attempts = 0
        if not moments:
            return attempts
        with (
            Bookkeeper(self._folder, self._clock) as bookkeeper,
            ThreadPoolExecutor(1) as shopping,
        ):
            # What comes next in the shop is made up while the bookkeeper is at work.
            coming = shopping.submit(self._news, moments[0])
            for moment, following in zip_longest(moments, moments[1:]):
                if stopping():
                    break
                news = coming.result()
                if following is not None:
                    coming = shopping.submit(self._news, following)
                attempts += self._round(bookkeeper, moment, news)
                tell(Caught(moment, attempts))
            bookkeeper.seal()
        return attempts

    def play(self, until: datetime) -> None:
        """Let everything happen in the shop that happens before `until`."""
        self._services.shop.state.apply_all(self._news(until).changes)

    def go_live(self) -> None:
        """From now on the clock is the machine's."""
        self._clock.switch_to(SystemClock())

    def _news(self, until: datetime) -> News:
        happenings = list(self._trade.until(until))
        invoices = (x.entity for x in happenings if x.table == "invoices")
        first = next((x for x in invoices if x["base_grand_total"]), None)
        return News(encoded(happenings), first)

    def _round(self, bookkeeper: Bookkeeper, moment: datetime, news: News) -> int:
        """What happened up to one run, what people did just before it, and the run itself."""
        self._clock.set(moment)
        self._services.shop.state.apply_all(news.changes)
        local = moment.astimezone(_ZONE)
        day = (local.date() - self._services.sandbox.first_day).days
        due = mishaps.at(day, local.hour)
        attempts = 0
        for mishap in due:
            attempts += self._happen(mishap, news.invoice, bookkeeper)
        with self._in_force(x for x in due if isinstance(x, Rule)):
            return attempts + bookkeeper.run()

    def _happen(
        self, mishap: mishaps.Mishap, invoice: Mapping[str, Any] | None, bookkeeper: Bookkeeper
    ) -> int:
        """Whatever a person did; returns how many attempts came of it."""
        books = self._services.books.state
        match mishap:
            case mishaps.CloseBooks():
                books.close_period(books.today())
            case mishaps.OpenBooks():
                books.close_period(None)
            case mishaps.MapRate(rate, vat_code):
                bookkeeper.map_rate(mishaps.OPERATOR, rate, vat_code)
            case mishaps.Resync(error_code):
                return bookkeeper.resync(mishaps.OPERATOR, error_code)
            case mishaps.ForeignSale(same) if invoice is not None:
                self._sell_elsewhere(invoice, same=same)
        return 0

    def _sell_elsewhere(self, invoice: Mapping[str, Any], *, same: bool) -> None:
        books = self._services.books.state
        number, gross = str(invoice["increment_id"]), Decimal(invoice["base_grand_total"])
        if books.numbered(number):
            return
        if books.relation(_STRANGER) is None:
            seeding.relation(books, _STRANGER, "Klant van de vorige koppeling")
        issued = datetime.fromisoformat(invoice["created_at"]).replace(tzinfo=UTC)
        day = issued.astimezone(_ZONE).date()
        seeding.sale(books, number, _STRANGER, gross if same else gross + 10, day)

    @contextmanager
    def _in_force(self, rules: Iterable[Rule]) -> Iterator[None]:
        """The rules hold within the block, unless they are used up before."""
        faults = self._services.faults
        numbers = [faults.add(rule) for rule in rules]
        try:
            yield
        finally:
            for number in numbers:
                with suppress(ValueError):
                    faults.clear(number)


def plan(sandbox: Sandbox) -> Plan:
    """The sandbox's trade, without an end."""
    return Plan(
        seed=sandbox.seed,
        first_day=sandbox.first_day,
        orders_per_day=ORDERS_PER_DAY,
        paces=tuple(map(_pace, sandbox.tempos)),
        failures=_FAILURES,
    )


def run_moments(since: datetime, until: datetime) -> Iterator[datetime]:
    """The moments between the two at which history was synced."""
    day = since.astimezone(_ZONE).date()
    while day <= until.astimezone(_ZONE).date():
        for hour in RUN_HOURS:
            moment = datetime.combine(day, time(hour), _ZONE).astimezone(UTC)
            if since < moment < until:
                yield moment
        day += timedelta(days=1)


def _pace(tempo: Tempo) -> Pace:
    if tempo.per_hour is None:
        return Pace(since=tempo.since, orders_per_day=ORDERS_PER_DAY)
    daily = 24 * tempo.per_hour
    return Pace(since=tempo.since, orders_per_day=(daily, daily), steady=True)
