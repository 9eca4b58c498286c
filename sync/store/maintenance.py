"""Moving finished attempts from the hub into segments, and keeping those few and large.

At every moment each attempt is in exactly one place. A file is first noted in the hub as
`writing`, then written under its name plus `.tmp`, flushed, renamed, and at last listed in the
one transaction that deletes exactly its rows. Compaction swaps listed files the same way. Only
files that the hub itself notes are ever deleted: those dropped for longer than a reader of an
older list needs them, and those whose writer is gone.
"""

import json
import secrets
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from sync.domain.documents import Entity
from sync.errors import StoreError
from sync.store import codec, integrity, parquet, snapshot
from sync.store.damage import Damages
from sync.store.database import insert, make_folder, moved, segments_path
from sync.store.holders import Holder
from sync.store.integrity import Seal
from sync.store.snapshot import Segment

MAX_FILES: Final = 3
Steps = Callable[[str], None]
"""Told the name of each step when it is done, before the next begins."""

_FILE_ROWS: Final = 100_000
_MONTH: Final = "strftime('%Y-%m', started_at / 1000000, 'unixepoch')"
_GROUPS: Final = " ".join(
    (
        *("select entity,", _MONTH, "as month from attempt"),
        "where outcome is not null and id <= ?",
        "group by 1, 2 order by 2, 1",
    )
)
_GROUP: Final = snapshot.select_rows(
    f"outcome is not null and id <= ? and entity = ? and {_MONTH} = ? "
    "order by started_at, id limit ?"
)
_DELETE: Final = "delete from attempt where id in (select value from json_each(?))"
_LIST: Final = """
update segment set state = 'listed', size = ?, checksum = ?, proven_at = ?
where path = ? and state = 'writing'
"""
_DROP: Final = """
update segment set state = 'dropped', dropped_at = ?
where state = 'listed' and path in (select value from json_each(?))
"""
_ABANDON: Final = """
update segment set state = 'dropped', dropped_at = 0
where state = 'writing' and holder not in (select token from holder)
"""
_GARBAGE: Final = "select path from segment where state = 'dropped' and dropped_at <= ?"
_ROW: Final = "select * from segment where path = ?"
_IS_LISTED: Final = "select 1 from segment where path = ? and state = 'listed'"


class Maintenance:
    """One round of work on the segments by the process that has the duty.

    Args:
        store: The hub, and what is known of its files.
        me: Who has the duty.
        steps: Told each step.
    """

    def __init__(self, store: Damages, me: Holder, steps: Steps) -> None:
        self._store = store
        self._me = me
        self._step = steps
        self._folder = segments_path(store.home)

    def seal(self) -> tuple[int, int]:
        """Move the finished attempts into segments; how many rows, into how many files.

        Those that begin meanwhile are left for the next time, else this might never end.
        """
        with self._store.read() as hub:
            last = int(hub.execute("select coalesce(max(id), 0) from attempt").fetchone()[0])
        rows = files = 0
        while group := self._next_group(last):
            self._seal_group(*group)
            rows += group[2].num_rows
            files += 1
        return rows, files

    def compact(self, now: datetime) -> int:
        """Merge the files of months that have too many; how many files were replaced.

        Args:
            now: Tells which months are over: those keep one file, the others at most three.
        """
        with self._store.read() as hub:
            listed = snapshot.segments(hub)
        groups: dict[tuple[str, str], list[Segment]] = {}
        for segment in listed:
            groups.setdefault((segment.month, segment.entity), []).append(segment)
        replaced = 0
        for (month, _), group in groups.items():
            if len(group) > (1 if month < f"{now.astimezone(UTC):%Y-%m}" else MAX_FILES):
                replaced += self._merge(self._whole(group))
        return replaced

    def sweep(self, grace: timedelta) -> int:
        """Delete dropped files after their grace time and what dead writers left; how many."""
        before = codec.micros(datetime.now(UTC) - grace)
        with self._store.write() as hub:
            # From here on a writer that was only slow can no longer list its file.
            hub.execute(_ABANDON)
            garbage = [row["path"] for row in hub.execute(_GARBAGE, (before,))]
        return sum(self._discard(path) for path in garbage)

    def unknown(self) -> tuple[str, ...]:
        """Files among the segments that the hub doesn't know; nobody touches them."""
        with self._store.read() as hub:
            known = {row["path"] for row in hub.execute("select path from segment")}
        found = (path.relative_to(self._folder) for path in self._folder.rglob("*"))
        files = {path.as_posix() for path in found if (self._folder / path).is_file()}
        return tuple(sorted(files - known - {f"{path}.tmp" for path in known}))

    def _next_group(self, last: int) -> tuple[Entity, str, pa.Table] | None:
        with self._store.read() as hub:
            found = hub.execute(_GROUPS, (last,)).fetchone()
            if found is None:
                return None
            values = (last, found["entity"], found["month"], _FILE_ROWS)
            table = snapshot.arrow(snapshot.fetch(hub, _GROUP, values))
        return found["entity"], found["month"], table

    def _seal_group(self, entity: Entity, month: str, table: pa.Table) -> None:
        ids = json.dumps(table["id"].to_pylist())
        segment = _describe(entity, month, table)

        def replace(hub: sqlite3.Connection) -> int:
            """Take the rows out of the hub; how many went."""
            return hub.execute(_DELETE, (ids,)).rowcount

        self._swap(segment, lambda target: parquet.write(table, target), replace)

    def _whole(self, group: Sequence[Segment]) -> list[Segment]:
        """Those that are what was written: what is damaged must not be written anew as if whole."""
        whole = []
        for segment in group:
            with self._store.read() as hub:
                row = hub.execute(_ROW, (segment.path,)).fetchone()
            # One that was taken for dead goes on after others have merged and swept.
            if row is not None and row["state"] == "listed" and self._store.is_right(row):
                whole.append(segment)
        return whole

    def _merge(self, group: Sequence[Segment]) -> int:
        """Put one file in the place of several; how many were replaced."""
        if len(group) < 2:
            return 0
        paths = [segment.path for segment in group]
        sources = [self._folder / path for path in paths]

        def replace(hub: sqlite3.Connection) -> int:
            """Take the former files off the list; how many rows they had, -1 when one is gone."""
            return sum(segment.rows for segment in group) if _drop(hub, paths) else -1

        self._swap(united(group), lambda target: parquet.merge(sources, target), replace)
        return len(group)

    def take_out(
        self,
        group: Sequence[Segment],
        rest: Segment | None,
        write: Callable[[Path], int],
        also: Callable[[sqlite3.Connection], None],
    ) -> None:
        """Put a file with the rows that stay in the place of some files, or leave all as it was.

        Args:
            group: The files that hold rows that go.
            rest: The new file; None when nothing stays, and the files are only dropped.
            write: Writes it; returns its rows.
            also: Happens in the transaction that lists the file; an error undoes everything.

        Raises:
            StoreError: A file of the group is not listed any more.
        """
        paths = [segment.path for segment in group]

        def replace(hub: sqlite3.Connection) -> int:
            """Take the former files off the list; how many rows stay, -1 when one is gone."""
            dropped = _drop(hub, paths)
            also(hub)
            return (rest.rows if rest else 0) if dropped else -1

        if rest is not None:
            self._swap(rest, write, replace)
            return
        with self._store.write() as hub:
            if replace(hub):
                raise StoreError("a file was replaced by another process: nothing was changed.")
            self._step("replaced")
            moved(hub, "attempts")
        self._step("listed")

    def _swap(
        self,
        segment: Segment,
        write: Callable[[Path], int],
        replace: Callable[[sqlite3.Connection], int],
    ) -> None:
        """Put a new file in the place of what it holds, or leave everything as it was.

        Args:
            segment: The new file.
            write: Writes it; returns its rows.
            replace: Takes away, in the transaction that lists the file, what it holds; returns
                the number of rows.
        """
        self._note(segment)
        try:
            self._write_and_list(segment, write, replace)
        except BaseException as error:
            self._discard(segment.path)
            if isinstance(error, OSError | duckdb.Error):
                raise StoreError(
                    f"{segment.path} cannot be written ({_first_line(error)}): nothing was changed."
                ) from error
            raise
        self._step("listed")

    def bring_in(
        self,
        made: Sequence[tuple[Segment, Callable[[Path], int]]],
        also: Callable[[sqlite3.Connection], None],
    ) -> None:
        """List several new files in one transaction, or none of them.

        Args:
            made: Each file, and what writes it; that returns its rows.
            also: Happens in the same transaction; an error undoes everything.

        Raises:
            StoreError: The disk refused, or a file does not hold what it should.
        """
        seals = {}
        try:
            for segment, write in made:
                self._note(segment)
                written, seals[segment.path] = self._write(self._folder / segment.path, write)
                _agree(segment, 1, written, segment.rows)
            with self._store.write() as hub:
                now = codec.micros(datetime.now(UTC))
                for segment, _ in made:
                    seal = seals[segment.path]
                    listed = hub.execute(_LIST, (seal.size, seal.checksum, now, segment.path))
                    _agree(segment, listed.rowcount, segment.rows, segment.rows)
                self._step("listing")
                also(hub)
                self._step("replaced")
                moved(hub, "attempts")
        except BaseException:
            for segment, _ in made:
                self._discard(segment.path)
            raise
        self._step("listed")

    def _note(self, segment: Segment) -> None:
        row = {**asdict(segment), "state": "writing", "holder": self._me.token}
        with self._store.write() as hub:
            insert(hub, "segment", row)
        self._step("noted")

    def _write_and_list(
        self,
        segment: Segment,
        write: Callable[[Path], int],
        replace: Callable[[sqlite3.Connection], int],
    ) -> None:
        target = self._folder / segment.path
        written, seal = self._write(target, write)
        with self._store.write() as hub:
            proof = (seal.size, seal.checksum, codec.micros(datetime.now(UTC)))
            listed = hub.execute(_LIST, (*proof, segment.path)).rowcount
            self._step("listing")
            replaced = replace(hub)
            self._step("replaced")
            _agree(segment, listed, written, replaced)
            # Somebody may have tidied it away since: its rows would go with it.
            if fault := integrity.fault(target, seal, thorough=False):
                raise StoreError(f"{segment.path} {fault}: nothing was changed.")
            moved(hub, "attempts")

    def _write(self, target: Path, write: Callable[[Path], int]) -> tuple[int, Seal]:
        self._make_folders(target.parent)
        unfinished = target.with_name(target.name + ".tmp")
        rows = write(unfinished)
        self._step("written")
        parquet.flush(unfinished)
        self._step("flushed")
        seal = integrity.seal(unfinished)
        unfinished.rename(target)
        self._step("renamed")
        parquet.flush(target.parent)
        self._step("named")
        return rows, seal

    def _make_folders(self, folder: Path) -> None:
        for each in (folder.parent, folder):
            if not each.is_dir():
                make_folder(each)
                parquet.flush(each.parent)

    def _discard(self, path: str) -> int:
        """Delete a file that isn't listed, and its note; 1, or 0 where it has to stay."""
        target = self._folder / path
        with self._store.read() as hub:
            if hub.execute(_IS_LISTED, (path,)).fetchone():
                return 0
        try:
            target.with_name(target.name + ".tmp").unlink(missing_ok=True)
            target.unlink(missing_ok=True)
        except OSError:
            # Some systems keep a file that a reader has open; the next round tries again.
            return 0
        self._step("deleted")
        with self._store.write() as hub:
            hub.execute("delete from segment where path = ? and state <> 'listed'", (path,))
        self._step("forgotten")
        return 1


def _agree(segment: Segment, listed: int, written: int, replaced: int) -> None:
    if not (listed == 1 and written == replaced == segment.rows):
        raise StoreError(
            f"{segment.path} holds {written} rows, {replaced} of {segment.rows} would be replaced "
            "by it: nothing was changed."
        )


def _first_line(error: BaseException) -> str:
    told = error.strerror if isinstance(error, OSError) else None
    return told or str(error).partition("\n")[0]


def _describe(entity: Entity, month: str, table: pa.Table) -> Segment:
    ids, starts = (pc.min_max(table[name].cast(pa.int64())) for name in ("id", "started_at"))
    counts = {
        each["values"]: each["counts"] for each in pc.value_counts(table["success"]).to_pylist()
    }
    return Segment(
        path=new_path(entity, month),
        entity=entity,
        month=month,
        rows=table.num_rows,
        succeeded=counts.get(True, 0),
        failed=counts.get(False, 0),
        id_from=ids["min"].as_py(),
        id_to=ids["max"].as_py(),
        started_from=starts["min"].as_py(),
        started_to=starts["max"].as_py(),
    )


def _drop(hub: sqlite3.Connection, paths: Sequence[str]) -> bool:
    values = (codec.micros(datetime.now(UTC)), json.dumps(paths))
    return hub.execute(_DROP, values).rowcount == len(paths)


def united(group: Sequence[Segment]) -> Segment:
    """A file, of a new name, for all rows of some others."""
    first = group[0]
    return Segment(
        path=new_path(first.entity, first.month),
        entity=first.entity,
        month=first.month,
        rows=sum(x.rows for x in group),
        succeeded=sum(x.succeeded for x in group),
        failed=sum(x.failed for x in group),
        id_from=min(x.id_from for x in group),
        id_to=max(x.id_to for x in group),
        started_from=min(x.started_from for x in group),
        started_to=max(x.started_to for x in group),
    )


def new_path(entity: str, month: str) -> str:
    """A name that no other file of the record has, below their folder."""
    return f"entity={entity}/month={month}/{secrets.token_hex(8)}.parquet"
