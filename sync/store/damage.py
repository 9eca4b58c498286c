"""Files of the record that are not what was written: noticed, set apart, and taken back.

A file that is set apart stays where it lies. The hub's list says what is wrong with it, readers go
on without it, and nothing merges or deletes it. Once it is again what was written (put back from a
backup, say), it is taken back.
"""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sync.domain.documents import Entity
from sync.store import codec, integrity
from sync.store.database import moved, segments_path
from sync.store.holders import Holders
from sync.store.integrity import Seal

PROVEN_FOR: Final = timedelta(days=1)
"""How long a file that was read and found right is not read again."""

ROUND_BYTES: Final = 256 * 2**20
"""How much of what is due is read in one round: a third of a second."""

_FILES: Final = """
select * from segment where state in ('listed', 'damaged') order by proven_at, path
"""
_APART: Final = """
update segment set state = 'damaged', problem = ? where path = ? and state = 'listed'
"""
_RIGHT: Final = """
update segment set state = 'listed', problem = '', size = ?, checksum = ?, proven_at = ?
where path = ? and state in ('listed', 'damaged')
"""
_DAMAGED: Final = """
select path, entity, month, rows, problem from segment where state = 'damaged' order by path
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Damaged:
    """A file that is set apart.

    Attributes:
        path: Below the folder of the segments.
        month: "2026-11", UTC, of the start of its attempts.
        rows: How many attempts it holds, which nobody sees meanwhile.
        problem: What is wrong with it, as the end of a sentence that begins with its name.
    """

    path: str
    entity: Entity
    month: str
    rows: int
    problem: str


class Damages(Holders):
    """The files' state of health."""

    def notice(self, *, thorough: bool = False) -> tuple[Damaged, ...]:
        """Set apart the files that are not what was written, and take back those that are again.

        Args:
            thorough: Read every file, about a second per gigabyte. Otherwise look at their sizes,
                and read a share of those that were not read for a day.

        Returns:
            What is set apart now.

        Raises:
            StoreError: The hub cannot be used.
        """
        now = datetime.now(UTC)
        left = ROUND_BYTES
        with self.read() as hub:
            files = hub.execute(_FILES).fetchall()
        for row in files:
            due = row["state"] == "damaged" or _is_due(row["proven_at"], now)
            if thorough or (due and left > 0):
                left -= row["size"] or ROUND_BYTES // 4
                self.is_right(row)
            elif problem := integrity.fault(self._at(row), _written(row), thorough=False):
                self.set_apart(row["path"], problem)
        return self.damaged()

    def is_right(self, row: sqlite3.Row) -> bool:
        """Read one file, note how it is, and tell.

        One whose checksum nobody wrote down, from an older version, is held against what the list
        says that it holds, and gets its checksum when that is right.

        Args:
            row: Of the hub's `segment` table.
        """
        path, written = self._at(row), _written(row)
        problem = integrity.fault(path, written)
        if not problem and not written.checksum:
            problem = _content_fault(path, row)
        if problem:
            self.set_apart(row["path"], problem)
            return False
        seal = written if written.checksum else integrity.seal(path)
        values = (seal.size, seal.checksum, codec.micros(datetime.now(UTC)), row["path"])
        with self.write() as hub:
            if hub.execute(_RIGHT, values).rowcount and row["state"] == "damaged":
                moved(hub, "attempts")
        return True

    def set_apart(self, path: str, problem: str) -> None:
        """Leave a listed file out from now on; nothing happens when it was replaced meanwhile."""
        with self.write() as hub:
            if hub.execute(_APART, (problem, path)).rowcount:
                moved(hub, "attempts")

    def damaged(self) -> tuple[Damaged, ...]:
        """The files that are set apart, by path."""
        with self.read() as hub:
            return tuple(Damaged(**dict(row)) for row in hub.execute(_DAMAGED))

    def _at(self, row: sqlite3.Row) -> Path:
        return segments_path(self.home) / str(row["path"])


def _written(row: sqlite3.Row) -> Seal:
    return Seal(row["size"], row["checksum"])


def _content_fault(path: Path, row: sqlite3.Row) -> str:
    # Arrow and DuckDB take longer to load than most commands take, and few have to prove a file.
    from sync.store.contents import content_fault, listed  # noqa: PLC0415

    return content_fault(path, listed(row))


def _is_due(proven_at: int | None, now: datetime) -> bool:
    if proven_at is None:
        return True
    # A moment to come was written before the clock was set back.
    return not now - PROVEN_FOR < codec.moment(proven_at) <= now
