"""The sandbox's past and present: trade happens in the shop, and the real engine books it.

Nothing is written into the store by a generator: every row comes from a run over the real
protocols, under a clock at which waiting costs nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sync import config, engine
from sync.clock import SystemClock
from sync.sandbox import home
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.home import Sandbox
from sync.sandbox.services import Services
from sync.sandbox.trade import Failures, Plan, Trade
from sync.store import open_store

RUN_HOURS = (7, 10, 13, 16, 19, 22)
"""Amsterdam hours at which the sandbox's history was synced."""

ORDERS_PER_DAY = (15, 15)
_ZONE = ZoneInfo("Europe/Amsterdam")
_FAILURES = Failures(
    no_email=0.015, unmapped_rate=0.02, untaxed_consumer=0.01, wrong_vat_number=0.005
)


@dataclass(frozen=True, slots=True)
class Caught:
    """How far catching up is: a run's moment, and attempts so far."""

    moment: datetime
    attempts: int


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
        latest = services.shop.state.latest
        self._trade = Trade(plan(services.sandbox), since=latest)
        self._played = latest or datetime.combine(services.sandbox.first_day, time(), _ZONE)

    def catch_up(self, until: datetime, tell: Callable[[Caught], None]) -> int:
        """Book what happened since the sandbox last ran; returns how many attempts it took.

        Args:
            until: The present.
            tell: Called after every run.
        """
        attempts = 0
        settings = config.load(self._folder)
        connection = settings.connections[home.CONNECTION]
        keys = config.secrets(settings, connection)
        with open_store(self._folder, self._clock) as store:
            home.map_once(store, self._clock.now())
            for moment in run_moments(self._played, until):
                self.play(moment)
                self._clock.set(moment)
                attempts += engine.run(connection, keys, store, self._clock).done
                tell(Caught(moment, attempts))
            store.seal()
        return attempts

    def play(self, until: datetime) -> None:
        """Let everything happen in the shop that happens before `until`."""
        self._services.shop.state.apply_all(self._trade.until(until))
        self._played = until

    def go_live(self) -> None:
        """From now on the clock is the machine's."""
        self._clock.switch_to(SystemClock())


def plan(sandbox: Sandbox) -> Plan:
    """The sandbox's trade, without an end."""
    return Plan(
        seed=sandbox.seed,
        first_day=sandbox.first_day,
        orders_per_day=ORDERS_PER_DAY,
        failures=_FAILURES,
    )


def run_moments(since: datetime, until: datetime) -> Iterator[datetime]:
    """The moments between the two at which history was synced, and `until` itself."""
    day = since.astimezone(_ZONE).date()
    while day <= until.astimezone(_ZONE).date():
        for hour in RUN_HOURS:
            moment = datetime.combine(day, time(hour), _ZONE).astimezone(UTC)
            if since < moment < until:
                yield moment
        day += timedelta(days=1)
    yield until
