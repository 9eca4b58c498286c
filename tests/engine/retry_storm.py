"""A retry storm: `python -m tests.engine.retry_storm --documents 500 --seed 1`.

Everything was refused; two people press the button three times at once; of each ten bookings one is
made and its answer lost; the worker is killed once in the middle. A real worker process, both
services on loopback. In the end each document is in the books once, or failed with its reason.
"""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import click

from sync import config
from sync.domain.lookup import month_of
from sync.domain.resync import MOST, plan
from sync.sandbox.fault_rules import Rule
from sync.store import Asked, Request, Wish
from sync.store.choosing import candidates, named_by
from sync.store.filters import LogFilter
from sync.store.reader import open_reader
from tests.engine.trading import ENTITIES, LIKELY, Trading, trading_world
from tests.engine.world import ROOT

LOOKUPS: Final = 20
"""At most so many GetMutaties."""
PATIENCE: Final = 600.0
DEADLINE: Final = 3.0
SETTLED: Final = DEADLINE + 3.0
"""Seconds after which everything that may have been sent may be looked up."""


@contextmanager
def worker(home: Path, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker as `start.py` starts it; killed at the end."""
    command = [sys.executable, "-m", "sync", "--home", str(home), "work"]
    with log.open("ab") as said:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ}, stdout=said, stderr=subprocess.STDOUT
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def refused_world(home: Path, documents: int, seed: int) -> Trading:
    """A shop of which every document is failed, because its period was closed."""
    books = replace(LIKELY, uniqueness="off")
    world = trading_world(home, orders=documents, seed=seed, books=books, live=True)
    world.give_up_after(DEADLINE)
    world.faults.add(Rule(kind="closed_period", service="books"))
    world.run()
    world.faults.clear()
    return world


def press(world: Trading, times: int) -> list[Asked]:
    """Two people look at everything open, then press that often each, all at the same moment."""
    with open_reader(world.home) as reader:
        keys = [
            key
            for entity in ENTITIES
            for key in named_by(reader, LogFilter(entity=entity, state="open")).keys
        ]
        made = plan(candidates(reader, keys, {"webshop"}), world.clock.now(), MOST)
    documents = {each.document.key: each.document.latest_attempt for each in made.eligible}
    gate, found = threading.Barrier(2 * times), list[Asked]()

    def click_it(actor: str) -> None:
        with world.store() as store:
            gate.wait()
            wish = Wish(kind="resync", documents=documents, filter="state=open")
            found.append(store.ask(wish, actor, world.clock.now()))

    threads = [
        threading.Thread(target=click_it, args=(actor,))
        for actor in ("els", "jan")
        for _ in range(times)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def storm(home: Path, documents: int, seed: int) -> Counter[str]:
    """The whole of it; counts attempts by outcome, and the look-ups.

    Raises:
        AssertionError: A document is missing, doubled or wrong, an attempt or an audit row is lost.
    """
    world = refused_world(home, documents, seed)
    try:
        before = _attempts(world)
        asked = press(world, 3)
        new = [one for one in asked if one.is_new]
        assert len(new) == 1, asked
        assert {one.request for one in asked} == {new[0].request}
        world.faults.add(
            Rule(kind="drop", service="books", match=("AddMutatie",), rate=0.1, after=True)
        )
        request = new[0].request
        assert request is not None
        log = home / "worker.log"
        with worker(home, log) as first:
            _until(lambda: _done(world, request) >= new[0].documents // 2)
            first.send_signal(signal.SIGKILL)
            first.wait()
        with worker(home, log):
            _ended(world, request)
            world.faults.clear()
            _until_quiet(world)
            _again(world)
        return _judge(world, request, new[0].documents, before)
    finally:
        world.close()


def _again(world: Trading) -> None:
    """What was not reached, because the books stayed silent three times, is asked for again."""
    while left := [one for one in press(world, 1) if one.is_new]:
        _ended(world, left[0].request)
        _until_quiet(world)


def _ended(world: Trading, number: int | None) -> None:
    assert number is not None
    _until(lambda: _request(world, number).finished_at is not None)


def _until_quiet(world: Trading) -> None:
    """What the schedule would do each quarter of an hour, asked for by a person."""
    while world.waiting():
        time.sleep(SETTLED)
        with world.store() as store:
            number = store.ask(Wish(kind="run"), "els", world.clock.now()).request
        _ended(world, number)


def _judge(world: Trading, request: int, asked: int, before: int) -> Counter[str]:
    seen = world.judge()  # each once, for the right amount, no unfinished row, no row twice
    with world.store() as store:
        ended = _request(world, request)
        rows = [row for row in store.audit_rows(99) if row.facts.get("request") == request]
        administration = config.secrets(world.settings, world.connection).administration
        lookups = store.lookups(administration, month_of(world.clock.now()))
    counts = ended.result["counts"]
    assert isinstance(counts, dict)
    assert sum(counts.values()) == asked
    assert sorted(row.action for row in rows) == ["resync", "resync ended"]
    assert rows[-1].facts["count"] == asked
    assert rows[0].facts["counts"] == counts
    assert lookups <= LOOKUPS, lookups
    assert _attempts(world) >= before + asked - counts.get("left", 0)
    return seen + Counter(lookups=lookups, documents=asked)


def _attempts(world: Trading) -> int:
    return sum(len(world.all_rows(entity)) for entity in ENTITIES)


def _request(world: Trading, number: int) -> Request:
    with world.store() as store:
        found = store.request(number)
    assert found is not None
    return found


def _done(world: Trading, number: int) -> int:
    made = _request(world, number).progress
    return made.done if made else 0


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)


@click.command()
@click.option("--documents", default=500, show_default=True, help="Orders of the shop, about.")
@click.option("--seed", default=1, show_default=True)
def main(documents: int, seed: int) -> None:
    """Let the storm blow over, and print what came of it."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        try:
            seen = storm(Path(folder), documents, seed)
        except AssertionError as error:
            raise click.ClickException(str(error)) from error
    told = ", ".join(f"{n} {what}" for what, n in seen.most_common())
    click.echo(f"{told}; {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
