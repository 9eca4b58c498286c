"""Killed at random moments: `python -m tests.store.kills --kills 500 --seed 1`.

Real processes over one store: writers that acknowledge each row on their standard output and whose
clocks jump, one that seals, one that compacts, one that makes backups, each without pause. One of
them is killed by SIGKILL again and again and replaced, while readers ask. Afterwards every
acknowledged row is there, once, complete; no row is there twice; no reader met an error; the proof
of the whole store finds nothing; and the newest backup that was finished is one whole state.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import click

from sync.clock import SystemClock
from sync.store import Store, open_store
from sync.store.backup import MANIFEST, back_up
from sync.store.filters import LogFilter
from sync.store.queries import count, newest
from sync.store.reader import open_reader
from sync.store.restore import restore
from tests.store.builders import booked, entry, receive, start

ROOT: Final = Path(__file__).resolve().parents[2]
READERS: Final = 2
AT_ONCE: Final = timedelta(0)
COPIES: Final = "copies"


class JumpingClock(SystemClock):
    """The machine's, set to another moment now and then, as by hand."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        self._off = timedelta(0)

    def now(self) -> datetime:
        """The present moment, or what it is taken for."""
        if self._draw.random() < 0.02:
            self._off = timedelta(hours=self._draw.choice((0, 0, 3, -48, 24 * 40, -24 * 400)))
        return super().now() + self._off


def write(home: Path, first: int) -> None:
    """Book documents from number `first` on for ever, saying each on standard output."""
    clock = JumpingClock(first)
    with open_store(home, clock) as store, store.holder() as me:
        number = first
        while True:
            _write_one(store, me, number, clock.now())
            number += 1


def _write_one(store: Store, me: Any, number: int, now: datetime) -> None:
    # Three months at a time, so that several files are written and one of them is compacted.
    now -= timedelta(days=31 * (number % 3))
    one = entry(number, grand_total=Decimal(number).scaleb(-2))
    receive(store, one, at=now)
    claim = store.claim(start(one, now), me)
    assert claim is not None
    print("started", claim.attempt, number, flush=True)  # noqa: T201 - the acknowledgement
    assert store.mark_sent(claim, now)
    assert store.finish(claim, booked(now, mutation_no=number, message=f"Success: {number}"))
    print("finished", claim.attempt, number, flush=True)  # noqa: T201 - the acknowledgement


def seal(home: Path) -> None:
    """Seal, compact and sweep for ever."""
    with open_store(home, SystemClock()) as store:
        while True:
            store.seal(force=True, grace=AT_ONCE)
            time.sleep(0.005)


def compact(home: Path) -> None:
    """Compact and sweep for ever, and look whether the files are what was written."""
    with open_store(home, SystemClock()) as store:
        while True:
            store.compact(grace=AT_ONCE)
            store.notice(thorough=True)
            time.sleep(0.005)


def copy(home: Path) -> None:
    """Make one backup after another, and keep the newest that was finished."""
    with open_store(home, SystemClock()) as store:
        while True:
            before = finished_copies(home)
            back_up(store, home / COPIES / f"{time.time_ns()}")
            for path in before:
                shutil.rmtree(path, ignore_errors=True)
            time.sleep(0.2)


def finished_copies(home: Path) -> list[Path]:
    """The backups that were not cut short, oldest first."""
    return sorted(path.parent for path in (home / COPIES).glob(f"*/{MANIFEST}"))


CHILDREN: Final[dict[str, Callable[..., None]]] = {
    "write": write,
    "seal": seal,
    "compact": compact,
    "copy": copy,
}
"""What a process can be, by name; each goes on for ever."""

CROWD: Final = ("write", "write", "seal", "compact", "copy")
"""Who is at work at once."""


class Nursery:
    """Forks the processes that are killed. Loading the program takes longer than they live."""

    def __init__(self) -> None:
        """Load it."""
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.store.kills", "nurse"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, *words: object) -> int:
        """The id of a process that was begun, or the exit status of one that was killed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\t".join(map(str, words)) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """End it."""
        self._process.communicate()


def _nurse() -> None:
    for line in sys.stdin:
        word, *rest = line.rstrip("\n").split("\t")
        told = _fork(*rest) if word == "begin" else _end(int(rest[0]))
        print(told, flush=True)  # noqa: T201 - the answer


def _fork(home: str, kind: str, first: str, said: str) -> int:
    pid = os.fork()
    if pid:
        return pid
    output = os.open(said, os.O_CREAT | os.O_WRONLY, 0o600)
    os.dup2(output, sys.stdout.fileno())
    status = 9
    try:
        CHILDREN[kind](Path(home), *((int(first),) if kind == "write" else ()))
    except BaseException:  # noqa: BLE001 - told by the status
        traceback.print_exc()
    finally:
        os._exit(status)


def _end(pid: int) -> int:
    """The status of a process that is killed now, or that ended by itself before."""
    ended, status = os.waitpid(pid, os.WNOHANG)
    if not ended:
        os.kill(pid, signal.SIGKILL)
        status = os.waitpid(pid, 0)[1]
    return os.waitstatus_to_exitcode(status)


class Campaign:
    """One store under fire.

    Attributes:
        started, finished: What the killed writers acknowledged: attempt id to document number.
        problems: What a reader saw that it must never see.
        reads: Answers that readers got.
        restored: Attempts in the newest finished backup; None when none was finished.
    """

    def __init__(self, home: Path, seed: int) -> None:
        self.home = home
        self.started: dict[int, int] = {}
        self.finished: dict[int, int] = {}
        self.problems: list[str] = []
        self.reads = 0
        self.restored: int | None = None
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
            self.problems += store.verify().problems
        for copied in finished_copies(self.home)[-1:]:
            self._judge_copy(copied)

    def _judge_copy(self, copied: Path) -> None:
        """Put a backup back beside the store: one whole state of it."""
        home = self.home / "restored"
        self.restored = restore(home, copied, SystemClock(), "test").backup.attempts
        with open_store(home, SystemClock()) as store:
            self.problems += [f"in the backup: {x}" for x in store.verify().problems]

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
        for row in rows:
            if row["outcome"] is None or row["finished_at"] is None or not row["message"]:
                self.problems.append(f"attempt {row['id']} was never finished: {row}")


def _is_whole(row: dict[str, Any], number: int) -> bool:
    return (
        row["mutation_no"] == number
        and row["message"] == f"Success: {number}"
        and row["amount"] == Decimal(number).scaleb(-2)
        and row["key"] == entry(number).key
        and row["success"] is True
    )


@click.group(invoke_without_command=True)
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
        f"{campaign.restored} attempts in the newest backup, {len(campaign.problems)} problems"
    )
    for problem in campaign.problems:
        click.echo(problem, err=True)
    ctx.exit(1 if campaign.problems else 0)


@main.command(hidden=True)
def nurse() -> None:
    """Fork the processes that are killed."""
    _nurse()


if __name__ == "__main__":
    main()
