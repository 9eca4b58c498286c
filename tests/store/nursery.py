"""Begins and kills the processes of a campaign: `python -m tests.store.nursery` forks them."""

import os
import signal
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Final

from tests.store.crowd import CHILDREN

ROOT: Final = Path(__file__).resolve().parents[2]


class Nursery:
    """Forks the processes that are killed. Loading the program takes longer than they live."""

    def __init__(self) -> None:
        """Load it."""
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.store.nursery"],
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


def nurse() -> None:
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


if __name__ == "__main__":
    nurse()
