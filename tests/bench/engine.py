"""How fast the engine books: `python -m tests.bench.engine [--documents 400]`.

The services run in a process of their own, on loopback, with a latency before each answer of the
books. The older invoices make most customers known, the newest are measured. Prints documents per
second, how much of the sessions' time the books were busy (calls x latency / sessions x seconds),
what the engine itself costs, calls per booking (making customers aside), and memory.
"""

import os
import platform
import resource
import tempfile
import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

import click

from sync import config, engine
from sync.clock import SystemClock
from sync.sandbox import home as sandbox_home
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.fault_rules import Rule
from sync.sandbox.services import Services
from sync.sandbox.shop.state import encoded
from sync.sandbox.trade import NO_FAILURES, Mix, Plan, Trade
from sync.store import open_store

DAYS, PHASE = 20, 5  # three quarters make the customers known, the last quarter is measured
LATENCIES = (0.0, 0.05, 0.2)
"""Seconds. Goals: 60 documents a second without; else the books busy for 80 % of the time."""


def serve(folder: Path, documents: int, latency: float, pipe: Pipe) -> None:
    """Both services with that much trade, until the pipe says so; sends the calls per operation."""
    clock = SimulatedClock(datetime.now(UTC))
    clock.switch_to(SystemClock())
    first_day = (datetime.now(UTC) - timedelta(days=DAYS)).date()
    services = Services(sandbox_home.load_or_make(folder, 1, first_day), clock, folder)
    calls: Counter[str] = Counter()
    handle, lock = services.books.handle, threading.Lock()

    def counted(request: object) -> object:
        operation = request.headers.get("SOAPAction", "").strip('"').rpartition("/")[2]  # type: ignore[attr-defined]
        with lock:
            calls[operation] += 1
        return handle(request)  # type: ignore[arg-type]

    services.books.handle = counted  # type: ignore[method-assign,assignment]
    plan = Plan(
        seed=1,
        first_day=first_day,
        orders_per_day=(documents // PHASE, documents // PHASE),
        mix=Mix(guest=0.0, returning=0.93, refund=0.0, pending=0.0, cancelled=0.0, zero_total=0.0),
        failures=NO_FAILURES,
    )
    trade = Trade(plan)
    services.shop.state.apply_all(encoded(trade.until(datetime.now(UTC) - timedelta(days=PHASE))))
    services.start()
    sandbox_home.keep(folder, services.sandbox)
    pipe.send("ready")
    pipe.recv()
    services.shop.state.apply_all(encoded(trade.until(datetime.now(UTC))))
    if latency:
        services.faults.add(Rule(kind="latency", service="books", seconds=latency))
    calls.clear()
    pipe.send("go on")
    pipe.recv()
    pipe.send(dict(calls))
    services.stop()


def measure(documents: int, latency: float, sessions: int) -> dict[str, float]:
    """One run over that many invoices; figures by name."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours, theirs = get_context("spawn").Pipe()
        process = get_context("spawn").Process(
            target=serve, args=(folder, documents, latency, theirs)
        )
        process.start()
        ours.recv()
        settings = config.load(folder)
        one = settings.connections[sandbox_home.CONNECTION]
        one = replace(one, books=replace(one.books, sessions=sessions))
        with open_store(folder, SystemClock()) as store:
            sandbox_home.map_once(store, datetime.now(UTC))
            # Else all of it would be older than the first run, and looked up before it is posted.
            long_ago = datetime.now(UTC) - timedelta(days=2 * DAYS)
            first = store.start_run(one.name, "schedule", "", 0, long_ago)
            store.finish_run(first, "done", {}, "", "", long_ago)
            keys = config.secrets(settings, one)
            engine.run(one, keys, store, SystemClock())  # makes the customers known
            ours.send("trade on")
            ours.recv()
            began, cpu = time.perf_counter(), time.process_time()
            report = engine.run(one, keys, store, SystemClock())
            seconds, own = time.perf_counter() - began, time.process_time() - cpu
        ours.send("stop")
        calls: Counter[str] = Counter(ours.recv())
        process.join()
    return {
        "documents": report.done,
        "per second": report.done / seconds,
        "own ms": 1000 * own / max(report.done, 1),
        "busy": calls.total() * latency / (sessions * seconds),
        "calls": (calls.total() - calls["AddRelatie"] - calls["GetRelaties"]) / report.done,
        "look-ups": calls["GetMutaties"],
        "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


@click.command()
@click.option("--documents", default=400, show_default=True)
def main(documents: int) -> None:
    """Print the table."""
    click.echo(
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}, load {os.getloadavg()[0]:.1f} at the start"
    )
    click.echo("latency  sessions  documents  per second   busy  own ms  calls  look-ups  peak MB")
    for latency in LATENCIES:
        for sessions in (1, 4):
            found = measure(documents, latency, sessions)
            busy = f"{found['busy']:6.0%}" if latency else "     –"
            click.echo(
                f"{latency * 1000:4.0f} ms {sessions:9} {found['documents']:10} "
                f"{found['per second']:11.1f} {busy} {found['own ms']:7.1f} "
                f"{found['calls']:6.2f} {found['look-ups']:9} {found['MB']:8.0f}"
            )


if __name__ == "__main__":
    main()
