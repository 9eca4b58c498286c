"""What can be killed at a named step, in a process of its own: `python -m tests.store.steps HOME`.

It loads everything once and then forks for each line that it reads: the names of an operation and
of one of its steps, and at which pass of that step it kills itself. It answers with the exit status
(-9 when it was killed, 0 when the step was not passed so often).
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from sync.store import Label, open_store, regrouping, retention
from sync.store.backup import back_up
from sync.store.cleanups import Wanted
from sync.store.rebuild import rebuild
from sync.store.restore import restore
from tests.store.builders import MINUTE, NOW, HandClock

ROOT: Final = Path(__file__).resolve().parents[2]
LATER: Final = HandClock(NOW + timedelta(days=60))
"""When every month is over, so that one file of it is kept."""

NOBODY: Final = timedelta(0)
Steps = Callable[[str], None]

SWAP: Final = (
    "noted",
    "written",
    "flushed",
    "renamed",
    "named",
    "listing",
    "replaced",
    "listed",
)
"""The steps of every swap of files: sealing, compaction, and whatever else replaces files."""

SWEEP: Final = ("deleted", "forgotten")


def seal(home: Path, steps: Steps) -> None:
    """Seal, compact and sweep."""
    with open_store(home, LATER) as store:
        store.seal(force=True, grace=NOBODY, steps=steps)


def take_over(home: Path, steps: Steps) -> None:
    """Finish what was left behind; every attempt is told while the transaction is open."""

    def label(_message: str, _code: str) -> Label:
        steps("left behind")
        return Label()

    with open_store(home, LATER) as store, store.holder() as me:
        steps("registered")
        store.take_over(me, NOW, MINUTE, label)
        steps("taken over")


def copy(home: Path, steps: Steps) -> None:
    """Make a backup beside the data, in a folder that is new each time."""
    with open_store(home, LATER) as store:
        back_up(store, home / "copies" / str(len(list(home.glob("copies/*")))), steps)


def put_back(home: Path, steps: Steps) -> None:
    """Put the first backup back."""
    restore(home, home / "copies" / "0", LATER, "els", steps)


def make_anew(home: Path, steps: Steps) -> None:
    """Make the hub anew."""
    rebuild(home, LATER, "els", force=True, steps=steps)


def clean_up(home: Path, steps: Steps) -> None:
    """Export what is older than the latest hundred days, and remove it."""
    before = NOW - timedelta(days=100)
    asked = Wanted(before=before, into=home / "out", form="parquet", actor="anna")
    with open_store(home, HandClock()) as store:
        retention.clean_up(store, asked, steps=steps)


def regroup(home: Path, steps: Steps) -> None:
    """Group every failure anew."""
    with open_store(home, HandClock()) as store:
        regrouping.regroup(store, "Els", NOW, steps=steps)


OPERATIONS: Final[dict[str, Callable[[Path, Steps], None]]] = {
    "seal": seal,
    "take over": take_over,
    "backup": copy,
    "restore": put_back,
    "rebuild": make_anew,
    "clean up": clean_up,
    "regroup": regroup,
}
"""By name, what a process can be asked to do."""

KILLS: Final = (
    *(("seal", step, 1) for step in SWAP),
    *(("seal", step, 3) for step in SWAP),  # two are sealed, then one is merged
    *(("seal", step, turn) for step in SWEEP for turn in (1, 2)),
    ("take over", "registered", 1),
    ("take over", "left behind", 1),
    ("take over", "left behind", 2),
    ("take over", "taken over", 1),
    ("backup", "hub copied", 1),
    ("backup", "file copied", 1),
    ("backup", "told", 1),
    ("restore", "copied", 1),
    ("restore", "marked", 1),
    ("restore", "set aside", 1),
    ("restore", "set aside", 2),
    ("restore", "files placed", 1),
    ("restore", "hub placed", 1),
    ("rebuild", "chosen", 1),
    ("rebuild", "made", 1),
    ("rebuild", "set aside", 1),
    ("rebuild", "hub placed", 1),
)
"""Operation, step, and the how-manieth time it is passed."""


class Doer:
    """Does operations on homes in processes of their own. Loading takes longer, so it is once."""

    def __init__(self) -> None:
        """Load it."""
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.store.steps"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def do(self, home: Path, operation: str, step: str = "", turn: int = 1) -> int:
        """Do it and die at that step, or do it to its end; the exit status."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\t".join((str(home), operation, step, str(turn))) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


def serve() -> None:
    """Fork for each line of standard input."""
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os._exit(_do(*line.rstrip("\n").split("\t")))
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        print(status, flush=True)  # noqa: T201 - the answer


def _do(home: str, operation: str, step: str, turn: str) -> int:
    left = [int(turn)]

    def die(name: str) -> None:
        left[0] -= name == step
        if name == step and not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        OPERATIONS[operation](Path(home), die)
    except BaseException as error:  # noqa: BLE001 - told by the status
        sys.stderr.write(f"{error!r}\n")
        return 9
    return 0


if __name__ == "__main__":
    serve()
