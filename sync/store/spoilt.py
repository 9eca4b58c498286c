"""The damaged files that one reader met before the hub knew of them.

A reader writes nothing, so it keeps to itself what it found, until the hub sets the file apart or
somebody puts it back.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

import duckdb

from sync.store import integrity, parquet
from sync.store.integrity import Seal
from sync.store.snapshot import Snapshot

_UNKNOWN: Final = Seal(None, "")


class Spoilt:
    """What a reader leaves out by itself.

    Args:
        folder: Of the segments.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._found: dict[str, tuple[int, int] | None] = {}

    def find(self, state: Snapshot, seals: Mapping[str, Seal]) -> bool:
        """Look which files of a state are damaged; whether there is any that was not known."""
        before = len(self._found)
        for segment in state.segments:
            path = self._folder / segment.path
            if _fault(path, seals.get(segment.path, _UNKNOWN)):
                self._found[segment.path] = _look(path)
        return len(self._found) > before

    def changed(self) -> bool:
        """Whether somebody touched a file that was found damaged; it is tried again then."""
        touched = [x for x, seen in self._found.items() if _look(self._folder / x) != seen]
        for path in touched:
            del self._found[path]
        return bool(touched)

    def without(self, state: Snapshot) -> Snapshot:
        """The state with these files moved from what is read to what is damaged."""
        out = tuple(x for x in state.segments if x.path in self._found)
        if not out:
            return state
        kept = tuple(x for x in state.segments if x.path not in self._found)
        return replace(state, segments=kept, damaged=(*state.damaged, *out))


def _fault(path: Path, written: Seal) -> bool:
    problem = integrity.fault(path, written)
    if problem or written.checksum:
        return bool(problem)
    try:
        parquet.describe(path)
    except duckdb.Error:
        return True
    return False


def _look(path: Path) -> tuple[int, int] | None:
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_mtime_ns, seen.st_size
