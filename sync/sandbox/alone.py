"""One sandbox at a time in a folder: two would write one journal and number bookings twice.

The operating system holds the lock and lets go of it when the process ends, however it ends.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sync.errors import ConfigurationError

if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


NAME: Final = "sandbox.lock"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder for this process.

    Raises:
        ConfigurationError: Another process holds it.
        OSError: The lock's file cannot be opened.
    """
    file = os.open(folder / NAME, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            _lock(file)
        except OSError as error:
            raise ConfigurationError(
                f"A sandbox runs in {folder} already: use that one, stop it first, or give this "
                "one a home of its own with --home"
            ) from error
        yield
    finally:
        os.close(file)
