"""The sandbox's clock: waits cost nothing, a quarter of history runs in seconds."""

import ctypes
import threading
from datetime import UTC, datetime, timedelta
from multiprocessing.sharedctypes import RawValue
from typing import Protocol, Self

from sync.clock import Clock

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Cell(Protocol):
    """A number that several processes may see; it can be handed to a new process."""

    value: int


class SimulatedClock:
    """Stands still until somebody waits or sets it; safe to use from many threads.

    A sandbox books its history under this clock and then lets it follow the machine's
    (`switch_to`), without anyone who holds the clock noticing.

    Attributes:
        cell: The moment at which it stands, in microseconds since 1970. A clock of another
            process that was made `on` it shows and moves the same time. That is safe for two
            that take turns, as a client and a service do; both waiting at once may lose a wait.
    """

    def __init__(self, start: datetime) -> None:
        self.cell: Cell = RawValue(ctypes.c_longlong, _micros(start))
        self._following: Clock | None = None
        self._lock = threading.Lock()

    @classmethod
    def on(cls, cell: Cell) -> Self:
        """A clock that shares its moment with the one that `cell` comes from."""
        clock = cls(_EPOCH)
        clock.cell = cell
        return clock

    @property
    def simulated(self) -> bool:
        """Whether waiting costs nothing: no other clock is followed."""
        return self._following is None

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        following = self._following
        return _EPOCH + self.cell.value * _MICROSECOND if following is None else following.now()

    def sleep(self, seconds: float) -> None:
        """Move the time on by `seconds` at once; wait for real when another clock is followed."""
        with self._lock:
            following = self._following
            if following is None:
                self.cell.value += round(max(seconds, 0) * 1_000_000)
        if following is not None:
            following.sleep(seconds)

    def set(self, moment: datetime) -> None:
        """Make it `moment` (aware), earlier or later, and stand still there.

        Raises:
            ValueError: `moment` has no time zone.
        """
        micros = _micros(moment)
        with self._lock:
            self.cell.value, self._following = micros, None

    def switch_to(self, clock: Clock) -> None:
        """Follow `clock` from now on, usually the machine's."""
        with self._lock:
            self._following = clock


def _micros(moment: datetime) -> int:
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone")
    return (moment - _EPOCH) // _MICROSECOND
