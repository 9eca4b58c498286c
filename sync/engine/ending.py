"""How a run ends when somebody asks it to: nothing new begins, and no call outlasts nine seconds.

Whoever stops a service waits ten seconds and then kills it. A call that is broken off before that
still gets its row finished; a killed one is taken over by the next run, so nothing is lost either
way.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

PATIENCE: Final = 8.5
"""Seconds that a call may go on after the wish to stop."""

_GLANCE = 0.5
"""Seconds between two looks at the wish: ten a second cost more than the looks are worth."""


@contextmanager
def ending(
    stopping: Callable[[], bool], hang_ups: Sequence[Callable[[], None]], patience: float = PATIENCE
) -> Iterator[None]:
    """Break off whatever call is still out when the wish to stop is `patience` seconds old.

    Args:
        stopping: Whether somebody wants the work in the block to end.
        hang_ups: Break off the calls of one connection each; they are called in another thread.
        patience: In seconds, by the machine's own clock.
    """
    done = threading.Event()

    def watch() -> None:
        """Wait for the wish, and then for the patience to end."""
        while not stopping():
            if done.wait(_GLANCE):
                return
        if not done.wait(patience):
            for hang_up in hang_ups:
                hang_up()

    thread = threading.Thread(target=watch, daemon=True, name="ending")
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
