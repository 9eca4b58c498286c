"""Random trouble, then quiet: `python -m tests.engine.storms --seeds 50`.

Faults of any kind at any call of both services, runs that break at any step, clocks that jump,
people who ask in between; the books take every number as often as it comes. In the end every
document is booked once, every try has its row. Time is simulated, so an hour costs nothing.
"""

import random
import tempfile
import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from sync import engine
from sync.sandbox.fault_rules import KINDS, Rule
from tests.engine.kills import Uniqueness
from tests.engine.steps import STEPS
from tests.engine.trading import ENTITIES, LIKELY, Trading, trading_world

SERVICES: Final = {
    "books": (
        "AddMutatie",
        "AddMutatie",
        "AddRelatie",
        "GetMutaties",
        "GetRelaties",
        "OpenSession",
    ),
    "shop": ("invoices", "creditmemos", "orders", "customers"),
}
BY_BOOKS: Final = {"soap_fault", "closed_period"}
SLOW: Final = {"timeout", "late", "drip"}
"""Each of these costs the real time of a deadline."""

DEADLINE: Final = 0.4
SETTLE: Final = 2.0


class BrokenError(BaseException):
    """Ends a run as a killed process would: nothing of it is tidied up."""


class Storm:
    """One world in bad weather.

    Args:
        home: An empty folder.
        seed: Of everything that is drawn.
        orders: How many there are, about.
        uniqueness: How far the books refuse a used number.
    """

    def __init__(self, home: Path, seed: int, orders: int, uniqueness: Uniqueness) -> None:
        self._draw = random.Random(seed)
        self.world = trading_world(
            home,
            orders=orders,
            seed=seed,
            books=replace(LIKELY, uniqueness=uniqueness),
            sessions=self._draw.choice([1, 1, 3]),
            at_once=False,
        )
        self.world.give_up_after(DEADLINE)
        self.seen: Counter[str] = Counter()

    def blow(self, rounds: int) -> None:
        """Run that often while things go wrong."""
        share = len(self.world.coming) // rounds + 1
        for _ in range(rounds):
            self.world.happen(share)
            for _ in range(self._draw.randint(0, 3)):
                rule = self._rule()
                self.world.faults.add(rule)
                self.seen[rule.kind] += 1
            self._run()
            _no_doubles(self.world)
            if self._draw.random() < 0.5:
                self.world.faults.clear()
            self._pass_time()

    def calm(self) -> Counter[str]:
        """Let it go well until nothing waits; counts attempts by outcome.

        Raises:
            AssertionError: As `Trading.judge`.
        """
        self.world.faults.clear()
        for _ in range(40):
            self.world.later(hours=7)
            self.world.run()
            failed = self._failed()
            if failed:
                self.world.run(engine.Wanted(trigger="resync", actor="jan", numbers=failed))
            elif not self.world.waiting():
                return self.world.judge()
        raise AssertionError("documents still wait")

    def _rule(self) -> Rule:
        service = self._draw.choice(["books", "books", "books", "shop"])
        kinds = [x for x in KINDS if x != "latency" and (service == "books" or x not in BY_BOOKS)]
        kind = self._draw.choice(kinds)
        rare = kind in SLOW
        return Rule(
            kind=kind,
            service=service,
            match=(self._draw.choice(SERVICES[service]),),
            rate=self._draw.choice([0.1, 0.5, 1.0]),
            count=1 if rare else self._draw.choice([1, 2, 5, 20]),
            after=self._draw.random() < 0.5,
            seconds=self._draw.uniform(0, SETTLE) if kind == "late" else None,
            hold=3 * DEADLINE,
        )

    def _run(self) -> None:
        """One run, of the schedule or of a person, perhaps broken at some step."""
        wanted = engine.Wanted()
        if self._draw.random() < 0.3:
            known = [x.lstrip("C") for x in self.world.sold]
            numbers = self._draw.sample(known, min(3, len(known)))
            wanted = engine.Wanted(trigger="resync", actor="jan", numbers=numbers)
        step, left = self._draw.choice(STEPS), self._draw.randint(1, 3)
        breaks = self._draw.random() < 0.5
        lock = threading.Lock()

        def passing(name: str) -> None:
            nonlocal left
            with lock:
                left -= name == step
                if breaks and left <= 0 and name == step:
                    self.seen[f"broken when {name}"] += 1
                    raise BrokenError(name)

        world = self.world
        with world.store() as store:
            try:
                engine.run(world.connection, world.keys, store, world.clock, wanted, steps=passing)
            except BrokenError:
                return

    def _pass_time(self) -> None:
        """Mostly a little; sometimes hours, and sometimes the clock is set back."""
        seconds = self._draw.choice([0, 1, 1, 3, 3, 10, 60, 3_600, 25_000, -2, -600])
        self.world.later(seconds=seconds)

    def _failed(self) -> list[str]:
        with self.world.store() as store:
            known = [
                x
                for entity in ENTITIES
                for x in store.find("webshop", entity, [n.lstrip("C") for n in self.world.sold])
            ]
        return sorted({x.entry.document_no for x in known if x.state == "failed"})


def _no_doubles(world: Trading) -> None:
    numbers = Counter(x["Factuurnummer"] for x in world.books.state.mutations)
    doubled = {number: count for number, count in numbers.items() if count > 1}
    assert not doubled, doubled


def storm(home: Path, seed: int, rounds: int, orders: int, uniqueness: Uniqueness) -> Counter[str]:
    """Some rounds of trouble and then quiet; counts attempts by outcome, and troubles by kind.

    Raises:
        AssertionError: A document is missing, doubled or wrong, or a row is unfinished.
    """
    one = Storm(home, seed, orders, uniqueness)
    try:
        one.blow(rounds)
        return one.calm() + one.seen + Counter(documents=len(one.world.sold))
    finally:
        one.world.close()


@click.command()
@click.option("--seeds", default=50, show_default=True)
@click.option("--first", default=1, show_default=True)
@click.option("--rounds", default=20, show_default=True)
@click.option("--orders", default=40, show_default=True)
@click.option(
    "--uniqueness",
    type=click.Choice(["administration", "relation", "off"]),
    default="off",
    show_default=True,
)
def main(seeds: int, first: int, rounds: int, orders: int, uniqueness: Uniqueness) -> None:
    """Let so many storms blow over and print what came of them."""
    seen: Counter[str] = Counter()
    for seed in range(first, first + seeds):
        with tempfile.TemporaryDirectory() as folder:
            try:
                seen += storm(Path(folder), seed, rounds, orders, uniqueness)
            except AssertionError as error:
                raise click.ClickException(f"seed {seed}: {error}") from error
    click.echo(f"{seeds} storms: " + ", ".join(f"{n} {x}" for x, n in seen.most_common()))


if __name__ == "__main__":
    main()
