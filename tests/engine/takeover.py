"""A shop changes over to us: `python -m tests.engine.takeover --documents 20000`.

A former extension booked everything, on relations of its own. The first run links it all: nothing
is posted, and the look-ups stay far below the 5,000 that the books allow in a month.
"""

import resource
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import click

from sync.clock import SystemClock
from sync.sandbox.books import seeding
from sync.sandbox.trade import Mix
from tests.engine.trading import ENTITIES, Trading, trading_world

INVOICES_ONLY = Mix(zero_total=0.0, refund=0.0, returning=0.6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Takeover:
    """What a first run did.

    Attributes:
        outcomes: Attempts by outcome.
        documents: How many there were.
        mutations: In the books, before and after the run.
        calls: GetMutaties that the run made.
        seconds: How long it took.
    """

    outcomes: Counter[str]
    documents: int
    mutations: tuple[int, int]
    calls: int
    seconds: float


def take_over(home: Path, documents: int, *, days: int, paid: float = 0.0) -> Takeover:
    """Let a former extension have booked that many invoices, and run once.

    Args:
        home: An empty folder.
        documents: How many invoices, about.
        days: Over how many days.
        paid: Share of the invoices whose payment stands in the books as well.
    """
    world = trading_world(home, orders=documents, days=days, mix=INVOICES_ONLY)
    try:
        world.clock.switch_to(SystemClock())
        world.formerly()
        _pay(world, paid)
        before = len(world.books.state.mutations)
        began = time.monotonic()
        report = world.run()
        seconds = time.monotonic() - began
        assert not report.message, report.message
        rows = [row for entity in ENTITIES for row in world.all_rows(entity)]
        return Takeover(
            outcomes=Counter(row["outcome"] for row in rows),
            documents=len(world.sold),
            mutations=(before, len(world.books.state.mutations)),
            calls=sum(world.books.state.calls.values()),
            seconds=seconds,
        )
    finally:
        world.close()


def _pay(world: Trading, share: float) -> None:
    for position, (number, sold) in enumerate(world.sold.items()):
        if position % 100 < share * 100:
            day = sold.day + timedelta(days=position % 20)
            seeding.payment(world.books.state, number, "10001", sold.amount, day)


@click.command()
@click.option("--documents", default=20_000, show_default=True)
@click.option("--days", default=300, show_default=True)
@click.option("--paid", default=0.0, show_default=True, help="Share with a payment in the books.")
def main(documents: int, days: int, paid: float) -> None:
    """Take over that many invoices and print what it cost."""
    with tempfile.TemporaryDirectory() as folder:
        seen = take_over(Path(folder), documents, days=days, paid=paid)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    outcomes = ", ".join(f"{n} {outcome}" for outcome, n in seen.outcomes.items())
    click.echo(
        f"{seen.documents} documents: {outcomes}; mutations {seen.mutations[0]} before and "
        f"{seen.mutations[1]} after; {seen.calls} GetMutaties; {seen.seconds:.0f} s; "
        f"{memory} MB with both services"
    )


if __name__ == "__main__":
    main()
