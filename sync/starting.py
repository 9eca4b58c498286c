"""Starts a worker as a process of its own, for a dashboard that finds none running."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Final

from sync import config
from sync.errors import StoreError

PROJECT: Final = Path(__file__).resolve().parent.parent
LOG: Final = "worker.log"
_APART: Final = 0x00000208
"""Windows: a process group of its own, without a console."""


def start_worker(home: Path, data_home: Path) -> int:
    """Start a worker that works off what people asked for and then stops; its process id.

    It outlives whoever starts it, has no terminal, and writes what it says to `data/worker.log`.

    Args:
        home: Where the settings lie.
        data_home: Where the store lies.

    Raises:
        StoreError: It could not be started.
    """
    command = [sys.executable, "-m", "sync", "--home", str(home), "work", "--queue"]
    apart: dict[str, Any] = (
        {"creationflags": _APART} if os.name == "nt" else {"start_new_session": True}
    )
    try:
        log = os.open(data_home / "data" / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            child = subprocess.Popen(  # noqa: S603 - our own command, no shell
                command,
                cwd=PROJECT,
                env={**os.environ, config.HOME_VARIABLE: str(home)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **apart,
            )
        finally:
            os.close(log)
    except OSError as error:
        raise StoreError(f"The worker could not be started: {error.strerror}") from error
    # Only waits for its end, so that the system can forget it; the work is the process's own.
    threading.Thread(target=child.wait, daemon=True, name="worker's end").start()
    return int(child.pid)
