"""The sandbox's clock: waits cost nothing, a quarter of history runs in seconds."""

import threading
from datetime import UTC, datetime, timedelta

from sync.clock import Clock


class SimulatedClock:
    """Stands still until somebody waits or sets it; safe to use from many threads.

    A sandbox books its history under this clock and then lets it follow the machine's
    (`switch_to`), without anyone who holds the clock noticing.
    """

    def __init__(self, start: datetime) -> None:
        self._now = _aware(start)
        self._following: Clock | None = None
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        with self._lock:
            return self._now if self._following is None else self._following.now()

    def sleep(self, seconds: float) -> None:
        """Move the time on by `seconds` at once; wait for real when another clock is followed."""
        with self._lock:
            following = self._following
            if following is None:
                self._now += timedelta(seconds=max(seconds, 0))
        if following is not None:
            following.sleep(seconds)

    def set(self, moment: datetime) -> None:
        """Make it `moment` (aware), earlier or later, and stand still there.

        Raises:
            ValueError: `moment` has no time zone.
        """
        with self._lock:
            self._now, self._following = _aware(moment), None

    def switch_to(self, clock: Clock) -> None:
        """Follow `clock` from now on, usually the machine's."""
        with self._lock:
            self._following = clock


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return moment.astimezone(UTC)
