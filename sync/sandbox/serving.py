"""A sandbox from its start to its end: services, history, live trade."""

import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType

from sync.sandbox import home
from sync.sandbox.alone import alone
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.history import Caught, History
from sync.sandbox.home import Sandbox
from sync.sandbox.services import Services

SEED = 1
TICK = 1.0  # seconds between two looks at what happens next in the shop
TELL = 2.0  # seconds between two lines about how far the history is

Tell = Callable[[str], None]
"""Gets one line, or several, for people."""


def serve(
    folder: Path, tell: Tell, *, days: int, per_hour: int, announce: bool, once: bool
) -> None:
    """Book the history, then serve until SIGTERM or Ctrl+C.

    Args:
        folder: The sandbox's home; made where there is none.
        tell: Told how far the history is, and then how to connect.
        days: Length of the history of a new sandbox.
        per_hour: Orders in an hour from now on.
        announce: When all is up say "ready" instead of how to connect.
        once: End when the history is booked.

    Raises:
        ConfigurationError: The sandbox in the folder cannot go on, or runs already.
        StoreError: Its store cannot be used.
        OSError: The folder cannot be read or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with alone(folder):
        _serve(folder, tell, days=days, per_hour=per_hour, announce=announce, once=once)


def _serve(
    folder: Path, tell: Tell, *, days: int, per_hour: int, announce: bool, once: bool
) -> None:
    stop = _stop_on_signals()
    now = datetime.now(UTC)
    made = home.load_or_make(folder, SEED, (now - timedelta(days=days)).date())
    clock = SimulatedClock(now)
    services = Services(made, clock, folder)
    services.start()
    try:
        latest = services.shop.state.latest
        services.sandbox = home.going_live(services.sandbox, latest, now, per_hour)
        home.keep(folder, services.sandbox)
        history = History(services, clock, folder)
        attempts = history.catch_up(now, _teller(tell), stop.is_set)
        if stop.is_set():
            return
        history.go_live()
        tell(f"{attempts} attempts booked.")
        tell("ready" if announce else how_to_connect(services.sandbox, folder))
        while not once and not stop.wait(TICK):
            history.play(datetime.now(UTC))
    finally:
        services.stop()


def how_to_connect(sandbox: Sandbox, folder: Path) -> str:
    """The settings and keys that connect to the sandbox, to be copied."""
    return (
        f"\nSettings ({folder / 'boekwacht.toml'}):\n\n{home.settings_text(sandbox)}\n"
        f"Keys ({folder / 'secrets.toml'}):\n\n{home.secrets_text(sandbox)}"
    )


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        """Wish for the end."""
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    return stop


def _teller(tell: Tell) -> Callable[[Caught], None]:
    """Says how far the history is, every now and then."""
    told = time.monotonic()

    def say(caught: Caught) -> None:
        """Tell it, unless something was told a moment ago."""
        nonlocal told
        if time.monotonic() - told >= TELL:
            told = time.monotonic()
            local = caught.moment.astimezone()
            tell(f"  booked until {local:%Y-%m-%d %H:%M}, {caught.attempts} attempts")

    return say
