"""Runs of the engine that end at a named step, each in a process of its own.

`python -m tests.engine.steps HOME` loads everything once and then forks a run for each line that it
reads: a JSON object in which everything is optional.

- `step`, `count`, `signal`, `delay`: kill (or stop) itself when that step is passed for the
  count-th time, or so many seconds later.
- `after`: be killed so many seconds after the beginning.
- `numbers`: only these documents.
- `gate`: a file to wait for once the first page is stored, after making one beside it that ends in
  the process's id.

It answers with the process's id at once and with its exit status when it is over.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from sync import config, engine
from sync.clock import SystemClock
from sync.store import open_store

ROOT: Final = Path(__file__).resolve().parents[2]

STEPS: Final = (
    "fetched",
    "stored",
    "claimed",
    "customer claimed",
    "customer marked",
    "customer sent",
    "customer finished",
    "before mark",
    "marked",
    "sent",
    "before finish",
    "finished",
)
"""Every step that the engine names."""


class Runs:
    """Starts runs on a home. Loading the program takes longer than a run, so it is loaded once."""

    def __init__(self, home: Path) -> None:
        """Load it."""
        self._running = 0
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.engine.steps", str(home)],
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
        if self._running and error is not None:  # perhaps it stands still and would never end
            os.kill(self._running, signal.SIGKILL)
        self._process.communicate()

    def begin(self, **wanted: Any) -> int:
        """Start a run; its process id. One at a time."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(wanted) + "\n")
        self._process.stdin.flush()
        self._running = self._number()
        return self._running

    def end(self) -> int:
        """Wait for the run; its exit status, -9 when it was killed."""
        status = self._number()
        self._running = 0
        return status

    def run(self, **wanted: Any) -> int:
        """Start a run and wait for it."""
        self.begin(**wanted)
        return self.end()

    def _number(self) -> int:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"no more runs can be started: {self._process.wait()}"
        return int(line)


def serve(home: Path) -> None:
    """Fork a run for each line of standard input."""
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os._exit(_run(home, json.loads(line)))
        print(pid, flush=True)  # noqa: T201 - the answer
        status = _wait(pid, json.loads(line).get("after"))
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 - the answer


def _wait(pid: int, after: float | None) -> int:
    """The status of a run that has ended, or was killed after so many seconds."""
    if after is not None:
        until = time.monotonic() + after
        while time.monotonic() < until:
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                return status
            time.sleep(0.002)
        os.kill(pid, signal.SIGKILL)  # not waited for yet, so the id is still its own
    return os.waitpid(pid, 0)[1]


def _run(home: Path, wanted: dict[str, Any]) -> int:
    """One run, as the command line would make it; its exit status, 9 when it broke."""
    try:
        settings = config.load(home)
        [connection] = settings.connections.values()
        keys = config.secrets(settings, connection)
        asked = engine.Wanted(trigger="cli", actor="test", numbers=wanted.get("numbers", ()))
        with open_store(settings.data_home, SystemClock()) as store:
            report = engine.run(
                connection, keys, store, SystemClock(), asked, steps=_ending(wanted)
            )
        return engine.exit_status([report])
    except BaseException as error:  # noqa: BLE001 - told by the status
        sys.stderr.write(f"{error!r}\n")
        return 9


def _ending(wanted: dict[str, Any]) -> Callable[[str], None]:
    left = wanted.get("count", 1)
    gate = Path(wanted["gate"]) if "gate" in wanted else None

    def step(name: str) -> None:
        nonlocal left, gate
        if name == "stored" and gate is not None:
            gate.with_suffix(f".{os.getpid()}").touch()
            while not gate.exists():
                time.sleep(0.002)
            gate = None
        if name != wanted.get("step"):
            return
        left -= 1
        if left == 0:
            number = getattr(signal, wanted.get("signal", "SIGKILL"))
            if "delay" in wanted:
                threading.Timer(wanted["delay"], os.kill, (os.getpid(), number)).start()
            else:
                os.kill(os.getpid(), number)

    return step


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
