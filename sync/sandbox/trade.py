"""A shop's trade, invented: who registers, orders, pays, returns, day after day, from a seed.

Deterministic, and continuable: a day's orders are drawn from the seed and the day, ids follow
from all that happened before. A shop that ran until yesterday goes on today as if it had never
stopped. Nothing needs to be kept but the plan and the moment up to which happenings were taken:
what came before is worked through again, without being spelled out.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random

from sync.sandbox.trade_life import Life
from sync.sandbox.trade_plan import (
    NO_FAILURES,
    Action,
    Failures,
    Happening,
    Mix,
    Pace,
    Plan,
    Table,
    at_local,
    day_start,
    dice,
)

__all__ = [
    "NO_FAILURES",
    "Action",
    "Failures",
    "Happening",
    "Mix",
    "Pace",
    "Plan",
    "Table",
    "Trade",
    "between",
    "trade",
]

# Orders per hour of the day in Amsterdam, relative: quiet nights, and the evening on the couch.
_NIGHT, _DAYTIME, _EVENING = (2, 1, 1, 1, 1, 2, 6, 14), (24, 34, 40, 42, 44, 40, 38, 36), (
    34, 32, 34, 48, 58, 52, 28, 8,
)  # fmt: skip
_HOURS = tuple(accumulate((*_NIGHT, *_DAYTIME, *_EVENING)))


class Trade:
    """The happenings of a plan in their order, taken bit by bit.

    Args:
        plan: What to invent.
        since: Aware; happenings before it are not given again. None: from the first day.
    """

    def __init__(self, plan: Plan, since: datetime | None = None) -> None:
        self._plan = plan
        self._life = Life(plan)
        self._day = plan.first_day
        self._end = plan.end()
        if since is not None:
            self._life.silent = True
            for _ in self.until(since):
                pass
            self._life.silent = False

    def until(self, moment: datetime) -> Iterator[Happening]:
        """What happens from where the last call stopped up to `moment`, not included.

        Take everything before calling again.
        """
        limit = moment if self._end is None else min(moment, self._end)
        life = self._life
        while True:
            morning = day_start(self._day)
            horizon = min(morning, limit)
            while (at := life.next_at()) is not None and at < horizon:
                life.step()
                yield from life.happenings
                life.happenings.clear()
            if morning >= limit:
                return
            self._open_day()

    def _open_day(self) -> None:
        """Put the day's orders on the agenda."""
        paces = self._plan.all_paces()
        ends = [pace.since for pace in paces[1:]]
        tomorrow = day_start(self._day + timedelta(1))
        for number, (pace, end) in enumerate(zip(paces, (*ends, tomorrow), strict=True)):
            if pace.since >= tomorrow or end <= day_start(self._day):
                continue
            rng = dice(f"{self._plan.seed}/{self._day}/{number}")
            for at, seed in _arrivals(rng, self._day, pace):
                if pace.since <= at < end:
                    self._life.expect_order(at, seed)
        self._day += timedelta(1)


def trade(plan: Plan) -> Iterator[Happening]:
    """Everything that happens in a plan, in order; without end if the plan has none."""
    running = Trade(plan)
    day = plan.first_day
    end = plan.end()
    while end is None or day_start(day) < end:
        day += timedelta(1)
        yield from running.until(day_start(day))


def between(plan: Plan, since: datetime, until: datetime) -> Iterator[Happening]:
    """What happens from `since` up to `until`, not included.

    Works through all that came before: to go on for long, keep a `Trade`.
    """
    return Trade(plan, since).until(until)


def _arrivals(rng: Random, day: date, pace: Pace) -> list[tuple[datetime, int]]:
    """When a whole day's orders come in, each with the seed of its order."""
    low, high = pace.orders_per_day
    # As in a shop, most days are ordinary and a few are busy.
    count = low + int((high - low + 1) * rng.random() ** 2)
    hours = rng.choices(range(24), cum_weights=_HOURS, k=count)
    seconds = sorted(
        rng.randrange(86_400) if pace.steady else hour * 3600 + rng.randrange(3600)
        for hour in hours
    )
    return [(at_local(day, second), rng.getrandbits(64)) for second in seconds]
