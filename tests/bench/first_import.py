"""What a first import costs: `python -m tests.bench.first_import [--invoices 50000] [--book 2000]`.

A shop with that many invoices meets an empty store. All of them are fetched into the inbox; then
the oldest are booked until there are enough to see that memory does not grow with them. Prints how
long both took and the most memory that the process ever had; the services run in another one.
"""

import os
import platform
import resource
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

import click

from sync import config, engine
from sync.clock import SystemClock
from sync.engine.attempt import Tried
from sync.sandbox import home as sandbox_home
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.services import Services
from sync.sandbox.shop.state import encoded
from sync.sandbox.trade import NO_FAILURES, Mix, Plan, Trade
from sync.store import open_store

DAYS = 50
LIMIT_MB = 250


def serve(folder: Path, invoices: int, pipe: Pipe) -> None:
    """Both services, the shop with about that many invoices, until the pipe says so."""
    clock = SimulatedClock(datetime.now(UTC))
    clock.switch_to(SystemClock())
    first_day = (datetime.now(UTC) - timedelta(days=DAYS)).date()
    services = Services(sandbox_home.load_or_make(folder, 1, first_day), clock, folder)
    per_day = invoices // DAYS
    mix = Mix(returning=0.9, refund=0.0, pending=0.0, cancelled=0.0, zero_total=0.0)
    plan = Plan(
        seed=1,
        first_day=first_day,
        orders_per_day=(per_day, per_day),
        mix=mix,
        failures=NO_FAILURES,
    )
    services.shop.state.apply_all(encoded(Trade(plan).until(datetime.now(UTC))))
    services.start()
    sandbox_home.keep(folder, services.sandbox)
    pipe.send("ready")
    pipe.recv()
    services.stop()


def peak() -> float:
    """The most memory that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@click.command()
@click.option("--invoices", default=50_000, show_default=True)
@click.option("--book", default=2_000, show_default=True)
def main(invoices: int, book: int) -> None:
    """Fetch them all, book some, and print the figures."""
    done = 0
    fetched_after = peak_fetching = 0.0

    def progress(_report: engine.RunReport, _tried: Tried) -> None:
        nonlocal done, fetched_after, peak_fetching
        if not done:
            fetched_after, peak_fetching = time.perf_counter() - began, peak()
        done += 1

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours, theirs = get_context("spawn").Pipe()
        process = get_context("spawn").Process(target=serve, args=(folder, invoices, theirs))
        process.start()
        ours.recv()
        settings = config.load(folder)
        one = settings.connections[sandbox_home.CONNECTION]
        one = replace(one, auto_add_customers=False)  # invoices alone; each brings its customer
        # One session reads everything before it books; several would book beside the reading.
        one = replace(one, books=replace(one.books, sessions=1))
        wanted = engine.Wanted(entities=("invoice",))
        before = peak()
        with open_store(folder, SystemClock()) as store:
            sandbox_home.map_once(store, datetime.now(UTC))
            began = time.perf_counter()
            keys = config.secrets(settings, one)
            report = engine.run(
                one,
                keys,
                store,
                SystemClock(),
                wanted,
                progress=progress,
                stopping=lambda: done >= book,
            )
            seconds = time.perf_counter() - began - fetched_after
        ours.send("stop")
        process.join()
    click.echo(
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, load {os.getloadavg()[0]:.1f} at the end\n"
        f"{report.fetched:,} invoices fetched in {fetched_after:.0f} s, peak {peak_fetching:.0f} MB"
        f"\n{done:,} of them booked in {seconds:.0f} s more, peak {peak():.0f} MB "
        f"({before:.0f} MB before it began; goal {LIMIT_MB})"
    )


if __name__ == "__main__":
    main()
