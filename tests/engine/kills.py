"""Runs of the engine killed at random moments: `python -m tests.engine.kills --kills 300 --seed 1`.

Real processes, real services on loopback, SIGKILL. Afterwards every invoice that can be booked is
in the books exactly once, for the right amount, and every try has its finished row.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import click

from sync.clock import SystemClock
from sync.domain.documents import Entity
from sync.sandbox import home as sandbox_home
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.services import Services
from sync.sandbox.trade import NO_FAILURES, Mix, Plan, Trade
from sync.store import open_store
from sync.store.filters import LogFilter
from sync.store.queries import newest
from sync.store.reader import open_reader

ROOT = Path(__file__).resolve().parents[2]
DAYS = 30
PREFIXES: dict[Entity, str] = {"invoice": "", "creditmemo": "C"}


def campaign(home: Path, kills: int, seed: int, orders_per_day: int) -> Counter[str]:
    """Kill `kills` runs, then let runs finish; returns attempts by outcome.

    Raises:
        AssertionError: An invoice is missing, doubled or wrong, or a row is unfinished.
    """
    draw = random.Random(seed)
    folder = home / "data" / "sandbox"
    folder.mkdir(parents=True)
    clock = SimulatedClock(datetime.now(UTC))
    clock.switch_to(SystemClock())
    first_day = (datetime.now(UTC) - timedelta(days=DAYS)).date()
    services = Services(sandbox_home.load_or_make(folder, seed, first_day), clock, folder)
    services.start()
    try:
        _trade(services, seed, orders_per_day)
        sandbox_home.keep(folder, services.sandbox)
        with open_store(folder, SystemClock()) as store:
            sandbox_home.map_once(store, datetime.now(UTC))
        done = 0
        while done < kills:
            done += _killed(home, draw.uniform(0.6, 1.6))
        _finish(home, folder)
        return _judge(services, folder)
    finally:
        services.stop()


def _trade(services: Services, seed: int, orders_per_day: int) -> None:
    plan = Plan(
        seed=seed,
        first_day=services.sandbox.first_day,
        orders_per_day=(orders_per_day, orders_per_day),
        mix=Mix(zero_total=0.0),
        failures=NO_FAILURES,
    )
    services.shop.state.apply_all(Trade(plan).until(datetime.now(UTC)))


def _run(home: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "sync", "--home", str(home), "run"],
        cwd=ROOT,
        env={**os.environ, "PYTHONWARNINGS": "error"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _killed(home: Path, after: float) -> bool:
    """Start a run and kill it; False when it was done before."""
    process = _run(home)
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    return False


def _finish(home: Path, folder: Path) -> None:
    """Run until nothing waits; what may have been sent has to settle first (seconds here)."""
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        _run(home).wait(120)
        with open_store(folder, SystemClock()) as store:
            far = datetime.now(UTC) + timedelta(days=1)
            if not any(store.due(sandbox_home.CONNECTION, x, far, 1) for x in PREFIXES):
                return
        time.sleep(1)
    raise AssertionError("documents still wait")


def _judge(services: Services, folder: Path) -> Counter[str]:
    wanted: dict[str, Decimal] = {}
    rows = []
    with open_reader(folder) as reader:
        for entity, prefix in PREFIXES.items():
            log = newest(reader, LogFilter(entity=entity), limit=1_000_000, offset=0).to_pylist()
            wanted |= {prefix + row["document_no"]: row["amount"] for row in log}
            rows += log
    for row in rows:
        assert row["outcome"] is not None, f"attempt {row['id']} is unfinished"
    ids = [row["id"] for row in rows]
    assert len(ids) == len(set(ids)), "a row is there twice"
    for number, amount in wanted.items():
        mutations = services.books.state.numbered(number)
        assert len(mutations) == 1, f"{number} is in the books {len(mutations)} times"
        lines = mutations[0]["MutatieRegels"]
        total = sum((Decimal(str(x["BedragInclBTW"])) for x in lines), Decimal(0))
        assert total == amount, f"{number}: {total} in the books, {amount} in the log"
    assert len(services.books.state.mutations) == len(wanted)
    return Counter(row["outcome"] for row in rows) + Counter(documents=len(wanted))


@click.command()
@click.option("--kills", default=300, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--orders-per-day", default=200, show_default=True)
def main(kills: int, seed: int, orders_per_day: int) -> None:
    """Kill that many runs and print what came of them."""
    with tempfile.TemporaryDirectory() as folder:
        outcomes = campaign(Path(folder), kills, seed, orders_per_day)
    click.echo(f"{kills} kills, seed {seed}: " + ", ".join(f"{n} {x}" for x, n in outcomes.items()))


if __name__ == "__main__":
    main()
