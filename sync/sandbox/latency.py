"""How long the simulated services take to answer while the sandbox's history is made."""

import random

from sync.sandbox.clock import SimulatedClock
from sync.sandbox.messages import Request


class Latency:
    """Seconds of simulated time before each answer: some usual ones, a few long ones.

    Drawn from the moment and the address, so that the same history takes the same time. Under the
    machine's clock there is none: nobody waits for real.

    Args:
        clock: The service's.
        shortest: Seconds; the least that is drawn.
        usual: Seconds; most are near it.
        longest: Seconds; the most that is drawn.
    """

    def __init__(
        self, clock: SimulatedClock, *, shortest: float, usual: float, longest: float
    ) -> None:
        self._clock = clock
        self._range = (shortest, longest, usual)

    def __call__(self, request: Request) -> float:
        """Seconds to wait before this call is looked at."""
        if not self._clock.simulated:
            return 0.0
        draw = random.Random(f"{self._clock.now().timestamp()}{request.path}")  # noqa: S311 - to be repeatable
        return draw.triangular(*self._range)
