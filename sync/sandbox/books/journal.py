"""A file that remembers what was booked: one line of JSON per change, added as it happens.

A line is handed to the operating system before the call is answered, so it outlives the process.
It is not forced to the disk: after a power cut the last bookings of a sandbox may be missing.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

Change = list[object]
"""JSON values: which administration, what changed, to what."""


class Journal:
    """The changes of one sandbox's books, oldest first.

    Args:
        path: The file; made when missing, its folder too. None keeps nothing.

    Raises:
        ValueError: A line in the middle of the file is damaged.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: int | None = None
        self._past: list[list[Change]] = []
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._past = list(_read(path))
            self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def past(self) -> list[list[Change]]:
        """What was in the file when it was opened; changes that belong together in one list."""
        past, self._past = self._past, []
        return past

    def write(self, changes: list[Change]) -> None:
        """Add changes that belong together: after a crash all are there, or none."""
        if self._file is not None and changes:
            line = json.dumps(changes, ensure_ascii=False, separators=(",", ":")) + "\n"
            os.write(self._file, line.encode())

    def close(self) -> None:
        """Let go of the file; later changes are not remembered."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _read(path: Path) -> Iterator[list[Change]]:
    """The whole lines of the file; a torn last one, whose call was never answered, is cut off."""
    if not path.exists():
        return
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        os.truncate(path, whole)
    for number, line in enumerate(content[:whole].splitlines(), start=1):
        try:
            yield json.loads(line)
        except ValueError as error:
            raise ValueError(f"{path}, line {number} is damaged: {error}") from None
