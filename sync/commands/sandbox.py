"""`python -m sync sandbox`: a simulated shop and simulated books, with a history."""

import signal
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType

import click

from sync.sandbox import home as sandbox_home
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.history import Caught, History
from sync.sandbox.services import Services

SEED = 1
TICK = 1.0  # seconds between two looks at what happens next in the shop


@click.command()
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 366))
@click.option("--announce", is_flag=True, hidden=True, help="Say 'ready' on a line of its own.")
@click.option("--once", is_flag=True, help="Book the history, then stop.")
@click.pass_obj
def command(home: Path, days: int, announce: bool, once: bool) -> None:
    """Serve a simulated shop and simulated books on loopback, until stopped.

    The first time the last DAYS are booked by the real engine, after a pause what was missed;
    then trade goes on as it happens. Prints the settings that connect to both.
    """
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    folder = home / "data" / "sandbox"
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    made = sandbox_home.load_or_make(folder, SEED, (now - timedelta(days=days)).date())
    clock = SimulatedClock(now)
    services = Services(made, clock, folder)
    services.start()
    try:
        sandbox_home.keep(folder, services.sandbox)
        history = History(services, clock, folder)
        attempts = history.catch_up(now, _show)
        history.go_live()
        click.echo(f"{attempts} attempts booked.")
        if announce:
            click.echo("ready")
        elif not once:
            click.echo(sandbox_home.settings_text(services.sandbox))
            click.echo(f"The keys are in {folder / 'secrets.toml'}. Ctrl+C stops both.")
        while not once and not stop.wait(TICK):
            history.play(datetime.now(UTC))
    finally:
        services.stop()


def _show(caught: Caught) -> None:
    local = caught.moment.astimezone()
    click.echo(f"  booked until {local:%Y-%m-%d %H:%M}, {caught.attempts} attempts")
