"""Runs of the engine killed at random moments: `python -m tests.engine.kills --kills 300 --seed 1`.

Real processes, real services on loopback, SIGKILL. Afterwards every document is in the books
exactly once, for the right amount, and every try has its finished row.
"""

import random
import signal
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Literal

import click

from sync.sandbox.fault_rules import Rule
from tests.engine.steps import STEPS, Runs
from tests.engine.trading import LIKELY, Trading, trading_world

Uniqueness = Literal["administration", "relation", "off"]
DAYS = 30
LATENCY = 0.04
"""Seconds, before or after a booking is made, so that many of the moments lie within a call."""


def campaign(
    home: Path, kills: int, seed: int, orders: int, uniqueness: Uniqueness = "off"
) -> Counter[str]:
    """Kill `kills` runs at random moments, then let runs finish; counts attempts by outcome.

    Raises:
        AssertionError: A document is missing, doubled or wrong, or a row is unfinished.
    """
    draw = random.Random(seed)
    world = killable(home, seed, orders, uniqueness, accounts=True)
    try:
        with Runs(home) as runs:
            done = 0
            while done < kills:
                # By the clock, or some way into the bookings, however fast the machine is.
                if draw.random() < 0.5:
                    status = runs.run(after=draw.uniform(0.05, 1.6))
                else:
                    count, delay = draw.randint(1, 8), draw.uniform(0, 0.12)
                    status = runs.run(step="claimed", count=count, delay=delay)
                done += status == -signal.SIGKILL
            finish(world, runs)
        return world.judge() + Counter(documents=len(world.sold), kills=kills)
    finally:
        world.close()


def at_every_step(
    home: Path, seed: int, orders: int, uniqueness: Uniqueness = "off", *, accounts: bool = False
) -> Counter[str]:
    """Kill a run at every named step, then let runs finish; counts attempts by outcome.

    Args:
        home: An empty folder.
        seed: Of the trade, and of how often a step is passed before.
        orders: How many there are, about.
        uniqueness: How far the books refuse a number that is used.
        accounts: Whether customers are tried for themselves, or on the way of their invoices.

    Raises:
        AssertionError: As `campaign`, or a step was never passed.
    """
    draw = random.Random(seed)
    world = killable(home, seed, orders, uniqueness, accounts=accounts)
    try:
        with Runs(home) as runs:
            for step in STEPS:
                # There is a single page to fetch; of the others some are passed first.
                count = 1 if step in {"fetched", "stored"} else draw.randint(1, 3)
                status = runs.run(step=step, count=count)
                assert status == -signal.SIGKILL, f"{step} was not passed: {status}"
            finish(world, runs)
        return world.judge() + Counter(documents=len(world.sold), kills=len(STEPS))
    finally:
        world.close()


def killable(
    home: Path,
    seed: int,
    orders: int,
    uniqueness: Uniqueness,
    sessions: int = 2,
    *,
    accounts: bool = False,
) -> Trading:
    """A world for runs in processes of their own, over two sessions with the books."""
    books = replace(LIKELY, uniqueness=uniqueness)
    world = trading_world(
        home,
        orders=orders,
        days=DAYS,
        seed=seed,
        books=books,
        sessions=sessions,
        live=True,
        accounts=accounts,
    )
    slow = Rule(kind="latency", service="books", match=("AddMutatie",), seconds=LATENCY, rate=0.5)
    world.faults.add(slow)
    world.faults.add(replace(slow, after=True, rate=1.0))
    return world


def finish(world: Trading, runs: Runs) -> None:
    """Run until nothing waits; what may have been sent has to settle first (seconds here)."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert runs.run() in {0, 1}
        if not world.waiting():
            return
        time.sleep(0.5)
    raise AssertionError("documents still wait")


@click.command()
@click.option("--kills", default=300, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--orders", default=3_000, show_default=True)
@click.option(
    "--uniqueness",
    type=click.Choice(["administration", "relation", "off"]),
    default="off",
    show_default=True,
    help="How far the books refuse a number that is used.",
)
def main(kills: int, seed: int, orders: int, uniqueness: Uniqueness) -> None:
    """Kill that many runs and print what came of them."""
    with tempfile.TemporaryDirectory() as folder:
        outcomes = campaign(Path(folder), kills, seed, orders, uniqueness)
    click.echo(f"seed {seed}: " + ", ".join(f"{n} {x}" for x, n in outcomes.items()))


if __name__ == "__main__":
    main()
