"""What happened in the shop, on disk: one JSON line per change, only ever appended to.

A line that a crash has cut short is the last one and is dropped when the shop opens again.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


class Journal:
    """An append-only file of changes."""

    def __init__(self, folder: Path) -> None:
        """Open `shop.jsonl` in `folder`, which is made when missing."""
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "shop.jsonl"
        self._cut_torn_line()
        self._file = self._path.open("a", encoding="ascii")

    def read(self) -> Iterator[tuple[Mapping[str, Any], str]]:
        """Every change so far, oldest first: its head, and the encoded entity ("" without one)."""
        with self._path.open(encoding="ascii") as lines:
            for line in lines:
                head, _, text = line.rstrip("\n").partition("\t")
                yield json.loads(head), text

    def write(self, head: Mapping[str, Any], text: str = "") -> None:
        """Append one change and hand it to the operating system."""
        self._file.write(f"{json.dumps(head)}\t{text}\n")
        self._file.flush()

    def close(self) -> None:
        """Close the file; nothing can be written afterwards."""
        self._file.close()

    def _cut_torn_line(self) -> None:
        if not self._path.exists():
            return
        with self._path.open("rb+") as file:
            content = file.read()
            file.truncate(content.rfind(b"\n") + 1)
