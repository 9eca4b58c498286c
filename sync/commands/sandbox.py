"""`python -m sync sandbox`: a simulated shop and simulated books, with a history."""

import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType

import click

from sync.commands import fault
from sync.sandbox import home as sandbox_home
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.history import Caught, History
from sync.sandbox.home import Sandbox
from sync.sandbox.services import Services

SEED = 1
DAYS = 90
ORDERS_PER_HOUR = 12
TICK = 1.0  # seconds between two looks at what happens next in the shop
TELL = 2.0  # seconds between two lines about how far the history is


@click.group(invoke_without_command=True, epilog=fault.KINDS_TEXT)
@click.option(
    "--days",
    default=DAYS,
    show_default=True,
    envvar="BOEKWACHT_SANDBOX_DAYS",
    type=click.IntRange(1, 366),
    help="Length of the history, the first time; also $BOEKWACHT_SANDBOX_DAYS.",
)
@click.option(
    "--pace",
    default=ORDERS_PER_HOUR,
    show_default=True,
    type=click.IntRange(0, 3600),
    help="Orders per hour from now on, day and night.",
)
@click.option("--announce", is_flag=True, hidden=True, help="Say 'ready' on a line of its own.")
@click.option("--once", is_flag=True, help="Book the history, then stop.")
@click.pass_context
def command(ctx: click.Context, days: int, pace: int, announce: bool, once: bool) -> None:
    """Serve a simulated shop and simulated books on loopback, until stopped.

    The first time the last DAYS are booked by the real engine, with the failures that a real shop
    has; after a pause what was missed. Then trade goes on at its PACE. Prints the settings that
    connect to both services; faults are set by 'sandbox fault'.
    """
    if ctx.invoked_subcommand is None:
        home: Path = ctx.obj
        _serve(home / "data" / "sandbox", days, pace, announce=announce, once=once)


command.add_command(fault.command)


def _serve(folder: Path, days: int, pace: int, *, announce: bool, once: bool) -> None:
    stop = _stop_on_signals()
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    made = sandbox_home.load_or_make(folder, SEED, (now - timedelta(days=days)).date())
    clock = SimulatedClock(now)
    services = Services(made, clock, folder)
    services.start()
    try:
        latest = services.shop.state.latest
        services.sandbox = sandbox_home.going_live(services.sandbox, latest, now, pace)
        sandbox_home.keep(folder, services.sandbox)
        history = History(services, clock, folder)
        attempts = history.catch_up(now, _teller(), stop.is_set)
        if stop.is_set():
            return
        history.go_live()
        click.echo(f"{attempts} attempts booked.")
        click.echo("ready" if announce else how_to_connect(services.sandbox, folder))
        while not once and not stop.wait(TICK):
            history.play(datetime.now(UTC))
    finally:
        services.stop()


def how_to_connect(sandbox: Sandbox, folder: Path) -> str:
    """The settings and keys that connect to the sandbox, to be copied."""
    return (
        f"\nSettings ({folder / 'boekwacht.toml'}):\n\n{sandbox_home.settings_text(sandbox)}\n"
        f"Keys ({folder / 'secrets.toml'}):\n\n{sandbox_home.secrets_text(sandbox)}"
    )


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    return stop


def _teller() -> Callable[[Caught], None]:
    """Says how far the history is, every now and then."""
    told = time.monotonic()

    def tell(caught: Caught) -> None:
        nonlocal told
        if time.monotonic() - told >= TELL:
            told = time.monotonic()
            local = caught.moment.astimezone()
            click.echo(f"  booked until {local:%Y-%m-%d %H:%M}, {caught.attempts} attempts")

    return tell
