"""A command on a terminal of its own, as a person has it."""

import os
import pty
import subprocess
import sys
from pathlib import Path

from tests.engine.world import ROOT


def on_terminal(home: Path, *arguments: str, answer: str = "") -> tuple[int, str]:
    """Exit status and everything that stood on the screen.

    Args:
        home: The command's home.
        arguments: Behind `python -m sync`.
        answer: Typed when the command asks.
    """
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "sync", "--home", str(home), *arguments]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "120", "PYTHONWARNINGS": "error"}
    with subprocess.Popen(
        command, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs, env=environment
    ) as process:
        os.close(theirs)
        if answer:
            os.write(ours, answer.encode())
        screen = bytearray()
        while True:
            try:
                screen += os.read(ours, 1 << 16) or b""
            except OSError:  # the other end is closed
                break
        status = process.wait(30)
    os.close(ours)
    return status, screen.decode("utf-8", "replace")
