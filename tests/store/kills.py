"""Killed at random moments: `python -m tests.store.kills --kills 500 --seed 1`.

Real processes over one store: writers that acknowledge each row on their standard output and whose
clocks jump, one that seals, one that compacts, one that makes backups, one that cleans up what is
old, each without pause. One of them is killed by SIGKILL again and again and replaced, while
readers ask. Afterwards every acknowledged row is there, once, complete, in the record or in the
export of a cleanup; no row is there twice; no reader met an error; the proof of the whole store
finds nothing; and the newest backup that was finished is one whole state.
"""

import random
import signal
import tempfile
import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import click
import pyarrow.parquet as pq

from sync.clock import SystemClock
from sync.store import open_store
from sync.store.filters import LogFilter
from sync.store.queries import count, newest
from sync.store.reader import Reader, open_reader
from sync.store.restore import restore
from sync.store.retention import clean_up
from sync.store.snapshot import Snapshot
from tests.store.builders import entry
from tests.store.crowd import AT_ONCE, CROWD, finished_copies, old
from tests.store.nursery import Nursery

ROOT: Final = Path(__file__).resolve().parents[2]
READERS: Final = 2


class Campaign:
    """One store under fire.

    Attributes:
        started, finished: What the killed writers acknowledged: attempt id to document number.
        problems: What a reader saw that it must never see.
        reads: Answers that readers got.
        exported: Attempts that cleanups moved into exports.
        restored: Attempts in the newest finished backup; None when none was finished.
    """

    def __init__(self, home: Path, seed: int) -> None:
        self.home = home
        self.started: dict[int, int] = {}
        self.finished: dict[int, int] = {}
        self.problems: list[str] = []
        self.reads = 0
        self.restored: int | None = None
        self.exported = 0
        self._draw = random.Random(seed)
        self._next = 0
        self._begun = 0
        self._stop = threading.Event()
        self._nursery = Nursery()
        self._processes: list[tuple[int, str, Path]] = []

    def run(self, kills: int) -> Counter[str]:
        """Kill `kills` processes, then judge; how many of each kind were killed."""
        killed: Counter[str] = Counter()
        open_store(self.home, SystemClock()).close()
        threads = [threading.Thread(target=self._read) for _ in range(READERS)]
        for thread in threads:
            thread.start()
        try:
            for kind in CROWD:
                self._begin(kind)
            while sum(killed.values()) < kills:
                time.sleep(self._draw.uniform(0.05, 0.6))
                kind = self._kill(self._draw.randrange(len(self._processes)))
                killed[kind] += 1
                self._begin(kind)
        finally:
            while self._processes:
                self._kill(0)
            self._nursery.close()
            self._stop.set()
            for thread in threads:
                thread.join()
        self._judge()
        return killed

    def _begin(self, kind: str) -> None:
        first = 0
        if kind == "write":
            self._next += 1_000_000
            first = self._next
        self._begun += 1
        said = self.home / f"said-{self._begun}.txt"
        said.touch(mode=0o600)  # it may be killed before it does so itself
        pid = self._nursery.ask("begin", self.home, kind, first, said)
        self._processes.append((pid, kind, said))

    def _kill(self, position: int) -> str:
        pid, kind, said = self._processes.pop(position)
        status = self._nursery.ask("kill", pid)
        if status != -signal.SIGKILL:
            self.problems.append(f"a {kind} process ended by itself: {status}")
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
                    listed, found = reader.look(lambda now: _counted(reader, now))
                    if found["n"] != found["ids"]:
                        self.problems.append(f"a reader saw rows twice: {found}")
                    if found["n"] < listed:
                        self.problems.append(f"rows vanished: {found} after {listed}")
                    self.reads += 1
        except BaseException as error:  # noqa: BLE001 - whatever a reader meets is a finding
            self.problems.append(f"a reader met {error!r}")

    def _judge(self) -> None:
        with open_store(self.home, SystemClock()) as store:
            with store.holder() as me:
                store.take_over(me, datetime.now(UTC), timedelta(0))
            self._compare(cleaned=False)
            clean_up(store, old(self.home), grace=AT_ONCE)
            report = store.seal(force=True, grace=AT_ONCE)
            if report.unknown:
                self.problems.append(f"files that nobody knows: {report.unknown}")
            self._compare(cleaned=True)
            self.problems += store.verify().problems
        for copied in finished_copies(self.home)[-1:]:
            self._judge_copy(copied)

    def _judge_copy(self, copied: Path) -> None:
        """Put a backup back beside the store: one whole state of it."""
        home = self.home / "restored"
        self.restored = restore(home, copied, SystemClock(), "test").backup.attempts
        with open_store(home, SystemClock()) as store:
            self.problems += [f"in the backup: {x}" for x in store.verify().problems]

    def _compare(self, *, cleaned: bool) -> None:
        with open_reader(self.home) as reader:
            rows = newest(reader, LogFilter(), 10**9).to_pylist()
            counted = count(reader, LogFilter()).rows
        exported = [row for path in _exports(self.home) for row in _rows(path)]
        if cleaned:
            self.exported = len(exported)
            rows += exported
            counted += len(exported)
        else:  # a cleanup that was cut short has exported what it did not remove yet
            there = {row["id"] for row in rows}
            gone = [row for row in exported if row["id"] not in there]
            rows += gone
            counted += len(gone)
        found = {row["id"]: row for row in rows}
        if not len(rows) == len(found) == counted:
            self.problems.append(f"{len(rows)} rows, {len(found)} ids, {counted} counted")
        for attempt, number in (self.started | self.finished).items():
            row = found.get(attempt)
            if row is None:
                self.problems.append(f"attempt {attempt} of document {number} is lost")
            elif attempt in self.finished and not _is_whole(row, number):
                self.problems.append(f"attempt {attempt} is not what was recorded: {row}")
        for row in rows:
            if row["outcome"] is None or row["finished_at"] is None or not row["message"]:
                self.problems.append(f"attempt {row['id']} was never finished: {row}")


def _counted(reader: Reader, state: Snapshot) -> tuple[int, dict[str, Any]]:
    """How many rows one state of the record lists, and how many there are."""
    listed = sum(file.rows for file in state.segments) + state.unsealed.num_rows
    asked = "select count(*) as n, count(distinct id) as ids from attempts"
    return listed, reader.ask(asked, state=state).to_pylist()[0]


def _exports(home: Path) -> list[Path]:
    return sorted((home / "exports").rglob("*.parquet"))


def _rows(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.ParquetFile(path).read().to_pylist()
    return found


def _is_whole(row: dict[str, Any], number: int) -> bool:
    return (
        row["mutation_no"] == number
        and row["message"] == f"Success: {number}"
        and row["amount"] == Decimal(number).scaleb(-2)
        and row["key"] == entry(number).key
        and row["success"] is True
    )


@click.command()
@click.option("--kills", default=500)
@click.option("--seed", default=1)
@click.pass_context
def main(ctx: click.Context, kills: int, seed: int) -> None:
    """Kill processes at random moments, and prove that no row is lost or doubled."""
    if ctx.invoked_subcommand:
        return
    with tempfile.TemporaryDirectory(prefix="boekwacht-kills-") as folder:
        campaign = Campaign(Path(folder), seed)
        killed = campaign.run(kills)
    click.echo(
        f"{sum(killed.values())} kills ("
        + ", ".join(f"{number} of {kind}" for kind, number in killed.most_common())
        + f"), {len(campaign.finished)} rows acknowledged, {campaign.reads} reads, "
        f"{campaign.exported} in exports, {campaign.restored} in the newest backup, "
        f"{len(campaign.problems)} problems"
    )
    for problem in campaign.problems:
        click.echo(problem, err=True)
    ctx.exit(1 if campaign.problems else 0)


if __name__ == "__main__":
    main()
