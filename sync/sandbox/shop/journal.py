"""What happened in the shop, on disk: one line per change, only ever appended to.

A line is a JSON head, a tab, and for a put the encoded entity. A line that a crash has cut short
is the last one and is dropped when the shop opens again; so are entities that a later line
replaces, once they are most of the file.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple


class Change(NamedTuple):
    """One line.

    Attributes:
        head: `table`, and `id` for a put, `delete` for a deletion, `note` and `of` for a
            comment; `at` where the change has a moment.
        text: The encoded entity of a put; empty otherwise.
    """

    head: Mapping[str, Any]
    text: str


class Journal:
    """An append-only file of changes, `shop.jsonl` in a folder that is made when missing."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "shop.jsonl"
        self.changes = self._read() if self._path.exists() else []
        self._file = self._path.open("a", encoding="ascii", newline="\n")

    def write(self, head: Mapping[str, Any], text: str = "") -> None:
        """Append one change and hand it to the operating system."""
        self._file.write(_line(Change(head, text)))
        self._file.flush()

    def close(self) -> None:
        """Close the file; nothing can be written afterwards."""
        self._file.close()

    def _read(self) -> list[Change]:
        """Every change that still counts, oldest first."""
        with self._path.open("rb+") as file:
            content = file.read()
            whole = content.rfind(b"\n") + 1
            file.truncate(whole)
        changes = [_change(line) for line in content[:whole].decode("ascii").split("\n")[:-1]]
        last = {(one.head["table"], one.head.get("id")): one for one in changes}
        kept = [
            one
            for one in changes
            if "id" not in one.head or last[one.head["table"], one.head["id"]] is one
        ]
        if sum(len(one.text) for one in kept) < whole // 2:
            self._rewrite(kept)
        return kept

    def _rewrite(self, changes: list[Change]) -> None:
        fresh = self._path.with_suffix(".tmp")
        with fresh.open("w", encoding="ascii", newline="\n") as file:
            file.writelines(map(_line, changes))
        fresh.replace(self._path)


def _change(line: str) -> Change:
    head, _, text = line.partition("\t")
    return Change(json.loads(head), text)


def _line(change: Change) -> str:
    return f"{json.dumps(change.head)}\t{change.text}\n"
