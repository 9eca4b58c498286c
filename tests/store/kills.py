"""Killed at random moments: `python -m tests.store.kills --kills 500 --seed 1`.

Real processes over one store: writers that acknowledge each row on their standard output, and
keepers that seal, compact and sweep without pause. One of them is killed by SIGKILL again and
again and replaced, while readers ask. Afterwards every acknowledged row is there, once, complete;
no row is there twice; no reader met an error.
"""

import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import click

from sync.clock import SystemClock
from sync.store import Store, open_store
from sync.store.filters import LogFilter
from sync.store.queries import count, newest
from sync.store.reader import open_reader
from tests.store.builders import booked, entry, receive, start

ROOT: Final = Path(__file__).resolve().parents[2]
WRITERS: Final = 2
KEEPERS: Final = 2
READERS: Final = 2
AT_ONCE: Final = timedelta(0)


def write(home: Path, first: int) -> None:
    """Book documents from number `first` on for ever, saying each on standard output."""
    with open_store(home, SystemClock()) as store, store.holder() as me:
        number = first
        while True:
            _write_one(store, me, number)
            number += 1


def _write_one(store: Store, me: Any, number: int) -> None:
    # Three months at a time, so that several files are written and one of them is compacted.
    now = datetime.now(UTC) - timedelta(days=31 * (number % 3))
    one = entry(number, grand_total=Decimal(number).scaleb(-2))
    receive(store, one, at=now)
    claim = store.claim(start(one, now), me)
    assert claim is not None
    print("started", claim.attempt, number, flush=True)  # noqa: T201 - the acknowledgement
    assert store.mark_sent(claim, now)
    assert store.finish(claim, booked(now, mutation_no=number, message=f"Success: {number}"))
    print("finished", claim.attempt, number, flush=True)  # noqa: T201 - the acknowledgement


def keep(home: Path) -> None:
    """Seal, compact and sweep for ever."""
    with open_store(home, SystemClock()) as store:
        while True:
            store.seal(force=True, grace=AT_ONCE)
            time.sleep(0.005)


class Campaign:
    """One store under fire.

    Attributes:
        started, finished: What the killed writers acknowledged: attempt id to document number.
        problems: What a reader saw that it must never see.
        reads: Answers that readers got.
    """

    def __init__(self, home: Path, seed: int) -> None:
        self.home = home
        self.started: dict[int, int] = {}
        self.finished: dict[int, int] = {}
        self.problems: list[str] = []
        self.reads = 0
        self._draw = random.Random(seed)
        self._next = 0
        self._begun = 0
        self._stop = threading.Event()
        self._processes: list[tuple[subprocess.Popen[bytes], str, Path]] = []

    def run(self, kills: int) -> Counter[str]:
        """Kill `kills` processes, then judge; how many of each kind were killed."""
        killed: Counter[str] = Counter()
        open_store(self.home, SystemClock()).close()
        threads = [threading.Thread(target=self._read) for _ in range(READERS)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(WRITERS):
                self._begin("write")
            for _ in range(KEEPERS):
                self._begin("keep")
            while sum(killed.values()) < kills:
                time.sleep(self._draw.uniform(0.05, 0.6))
                kind = self._kill(self._draw.randrange(len(self._processes)))
                killed[kind] += 1
                self._begin(kind)
        finally:
            while self._processes:
                self._kill(0)
            self._stop.set()
            for thread in threads:
                thread.join()
        self._judge()
        return killed

    def _begin(self, kind: str) -> None:
        arguments = [str(self.home), kind]
        if kind == "write":
            self._next += 1_000_000
            arguments.append(str(self._next))
        self._begun += 1
        said = self.home / f"said-{self._begun}.txt"
        with said.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.store.kills", "child", *arguments],
                cwd=ROOT,
                stdout=output,
            )
        self._processes.append((process, kind, said))

    def _kill(self, position: int) -> str:
        process, kind, said = self._processes.pop(position)
        died_by_itself = process.poll() is not None
        process.kill()
        process.wait()
        if died_by_itself:
            self.problems.append(f"a {kind} process ended by itself: {process.returncode}")
        for line in said.read_text().splitlines(keepends=True):
            if line.endswith("\n"):
                word, attempt, number = line.split()
                known = self.started if word == "started" else self.finished
                known[int(attempt)] = int(number)
        return kind

    def _read(self) -> None:
        try:
            with open_reader(self.home) as reader:
                while not self._stop.is_set():
                    state = reader.snapshot()
                    found = reader.look(
                        lambda now: reader.ask(
                            "select count(*) as n, count(distinct id) as ids from attempts",
                            state=now,
                        )
                    ).to_pylist()[0]
                    if found["n"] != found["ids"]:
                        self.problems.append(f"a reader saw rows twice: {found}")
                    listed = sum(x.rows for x in state.segments) + state.unsealed.num_rows
                    if found["n"] < listed:
                        self.problems.append(f"rows vanished: {found} after {listed}")
                    self.reads += 1
        except BaseException as error:  # noqa: BLE001 - whatever a reader meets is a finding
            self.problems.append(f"a reader met {error!r}")

    def _judge(self) -> None:
        with open_store(self.home, SystemClock()) as store:
            with store.holder() as me:
                store.take_over(me, datetime.now(UTC), timedelta(0))
            self._compare()
            report = store.seal(force=True, grace=AT_ONCE)
            if report.unknown:
                self.problems.append(f"files that nobody knows: {report.unknown}")
            self._compare()

    def _compare(self) -> None:
        with open_reader(self.home) as reader:
            rows = newest(reader, LogFilter(), 10**9).to_pylist()
            counted = count(reader, LogFilter()).rows
        found = {row["id"]: row for row in rows}
        if not len(rows) == len(found) == counted:
            self.problems.append(f"{len(rows)} rows, {len(found)} ids, {counted} counted")
        for attempt, number in (self.started | self.finished).items():
            row = found.get(attempt)
            if row is None:
                self.problems.append(f"attempt {attempt} of document {number} is lost")
            elif attempt in self.finished and not _is_whole(row, number):
                self.problems.append(f"attempt {attempt} is not what was recorded: {row}")
        running = [row["id"] for row in rows if row["outcome"] is None]
        if running:
            self.problems.append(f"never finished: {running}")


def _is_whole(row: dict[str, Any], number: int) -> bool:
    return (
        row["mutation_no"] == number
        and row["message"] == f"Success: {number}"
        and row["amount"] == Decimal(number).scaleb(-2)
        and row["key"] == entry(number).key
        and row["success"] is True
    )


CHILDREN: Final[dict[str, Callable[..., None]]] = {"write": write, "keep": keep}


@click.group(invoke_without_command=True)
@click.option("--kills", default=500)
@click.option("--seed", default=1)
@click.pass_context
def main(ctx: click.Context, kills: int, seed: int) -> None:
    """Kill writers and keepers at random moments, and prove that no row is lost or doubled."""
    if ctx.invoked_subcommand:
        return
    with tempfile.TemporaryDirectory(prefix="boekwacht-kills-") as folder:
        campaign = Campaign(Path(folder), seed)
        killed = campaign.run(kills)
    click.echo(
        f"{sum(killed.values())} kills ({killed['write']} writers, {killed['keep']} keepers), "
        f"{len(campaign.finished)} rows acknowledged, {campaign.reads} reads"
    )
    for problem in campaign.problems:
        click.echo(problem, err=True)
    ctx.exit(1 if campaign.problems else 0)


@main.command(hidden=True)
@click.argument("home", type=click.Path(path_type=Path))
@click.argument("kind", type=click.Choice(sorted(CHILDREN)))
@click.argument("first", type=int, required=False)
def child(home: Path, kind: str, first: int | None) -> None:
    """Be one of the processes that are killed."""
    CHILDREN[kind](home, *(() if first is None else (first,)))


if __name__ == "__main__":
    main()
