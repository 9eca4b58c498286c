"""Cleaning up old attempts: exported first, the export proven, only then removed.

A cleanup works month by month and kind by kind. Each export file is written, proven and noted; when
all are, each month's rows are removed through the swap that compaction uses: files of which all
rows go are dropped, others are rewritten, in one transaction that also notes which documents lost
how many attempts. Whatever is cut short goes on where it was when the cleanup is asked for again.
"""

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa

from sync.domain.retention import KEPT
from sync.errors import StoreError
from sync.store import archive, cleanups, codec, manifest, parquet, snapshot
from sync.store.cleanups import UNSETTLED, Cleanup, Part, Wanted
from sync.store.database import make_folder, segments_path
from sync.store.maintenance import Maintenance, Steps, united
from sync.store.months import unsettled
from sync.store.parquet import literal
from sync.store.sealing import GRACE, Sealing
from sync.store.snapshot import Segment

Tell = Callable[[str, int, int], None]
"""Told "exporting" or "removing", how many parts of that are done, and how many there are."""

_BUSY: Final = "Another process tends the record's files at this moment; try again in a minute."
_TRIES: Final = 5
"""How often a month is begun anew because a document that loses attempts was taken up again."""
_GONE: Final = "create table gone as select id, key from there where key not in (from kept)"
_GONE_OF: Final = """
select filename, count(*) from read_parquet([FILES], hive_partitioning = false, filename = true)
where id in (select id from gone) group by filename
"""
_STAYING: Final = """
create view staying as
select * from read_parquet([FILES], hive_partitioning = false)
where id not in (select id from gone)
"""
_GOING: Final = """
create view going as select rows.* from rows
where started_at < $before and key not in (from unsettled)
"""
_STATISTICS: Final = """
select count(*) as rows, count(*) filter (success) as succeeded,
    count(*) filter (not success) as failed, min(id) as id_from, max(id) as id_to,
    epoch_us(min(started_at)) as started_from, epoch_us(max(started_at)) as started_to
from staying
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanupReport:
    """What a cleanup did.

    Attributes:
        folder: The export; None when there was nothing to clean up.
        exported: Attempts in it.
        removed: Attempts that left the record; fewer than `exported` when a document was taken up
            again meanwhile.
        files: Files of the export.
        bytes: Their length.
        ended: False when it was stopped on the way; asked for again, it goes on.
    """

    folder: Path | None = None
    exported: int = 0
    removed: int = 0
    files: int = 0
    bytes: int = 0
    ended: bool = True


class _StoppedError(Exception):
    """Somebody wishes that it stops, between two steps."""


class _TakenUpError(Exception):
    """A document whose attempts were about to go is not settled any more."""


def clean_up(
    store: Sealing,
    wanted: Wanted,
    *,
    tell: Tell = lambda *_: None,
    stopping: Callable[[], bool] = lambda: False,
    steps: Steps = lambda _: None,
    grace: timedelta = GRACE,
) -> CleanupReport:
    """Export the attempts that started before a moment, prove the export, and remove them.

    Kept are attempts of documents that are not booked or skipped, running ones, and those of the
    latest 90 days. A cleanup that was cut short is finished first and instead, when it has the
    same moment.

    Args:
        store: Whose attempts.
        wanted: Which, and where to.
        tell: Told how far it is.
        stopping: Asked before each file whether to stop there.
        steps: Told each step when it is done, before the next begins.
        grace: How long a replaced file stays for readers of an older list.

    Raises:
        StoreError: Too late a moment, another process tends the files, another cleanup was cut
            short, or the disk refused. What was not removed is still there.
    """
    now = store.clock.now()
    if wanted.before > now - KEPT:
        raise StoreError(f"The latest {KEPT.days} days of attempts are always kept.")
    with store.duty(steps) as work:
        if work is None:
            raise StoreError(_BUSY)
        try:
            work.seal()
            # What is damaged must neither be exported nor be written anew as if it were whole.
            store.notice(thorough=True)
            steps("sealed")
            current = _current(store, wanted, now)
            retention = _Retention(store, work, current, steps=steps, tell=tell, stopping=stopping)
            return retention.run(grace)
        except _StoppedError:
            return replace(_report(current, cleanups.parts(store, current.id)), ended=False)
        except (duckdb.Error, OSError) as error:
            first = str(error).partition("\n")[0]
            raise StoreError(f"The cleanup broke off ({first}); ask again to finish it.") from error


def give_up(store: Sealing, actor: str) -> CleanupReport | None:
    """End a cleanup that was cut short: what it removed is in its export, the rest stays.

    Returns:
        What it did; None when there is none.

    Raises:
        StoreError: Another process tends the files, perhaps for this very cleanup.
    """
    with store.duty(None) as work:
        if work is None:
            raise StoreError(_BUSY)
        current = cleanups.under_way(store)
        if current is None:
            return None
        cleanups.end(store, current, "given up", actor, store.clock.now())
        return _report(current, cleanups.parts(store, current.id))


def _current(store: Sealing, wanted: Wanted, now: datetime) -> Cleanup:
    current = cleanups.under_way(store)
    if current is None:
        folder = _folder(store, wanted.before, wanted.into)
        return cleanups.begin(store, wanted, folder, now)
    if current.before != wanted.before:
        raise StoreError(
            f"A cleanup before {current.before:%Y-%m-%d %H:%M} UTC was cut short: finish it with "
            "the same date, or give it up."
        )
    return current


def _folder(store: Sealing, before: datetime, into: Path) -> Path:
    """The export's folder, made: its name tells what is in it, and is no other's."""
    into = into.absolute()
    if segments_path(store.home).resolve() in (into.resolve(), *into.resolve().parents):
        raise StoreError(f"{into} is where the record's own files lie; export to another folder.")
    name = f"attempts-before-{before.astimezone(UTC):%Y%m%dT%H%MZ}"
    for number in range(1, 1000):
        folder = into / (name if number == 1 else f"{name}-{number}")
        if not folder.exists():
            return folder
    raise StoreError(f"{into} holds too many exports of that day.")


class _Retention:
    """One cleanup, by the process that has the duty."""

    def __init__(
        self,
        store: Sealing,
        work: Maintenance,
        current: Cleanup,
        *,
        steps: Steps,
        tell: Tell,
        stopping: Callable[[], bool],
    ) -> None:
        self._store = store
        self._work = work
        self._job = current
        self._step = steps
        self._tell_all = tell
        self._stopping = stopping
        self._files = segments_path(store.home)

    def run(self, grace: timedelta) -> CleanupReport:
        """From wherever it was cut short to its end."""
        self._step("begun")
        if self._job.state == "exporting":
            self._export()
            self._write_manifest()
            cleanups.go_on(self._store, self._job)
            self._step("exported")
        parts = cleanups.parts(self._store, self._job.id)
        for done, part in enumerate(parts):
            self._tell("removing", done, len(parts))
            if part.removed is None:
                self._remove(part)
        self._tell("removing", len(parts), len(parts))
        cleanups.end(self._store, self._job, "done", self._job.actor, self._store.clock.now())
        self._step("ended")
        self._work.sweep(grace)
        return _report(self._job, cleanups.parts(self._store, self._job.id))

    def _tell(self, what: str, done: int, parts: int) -> None:
        if done < parts and self._stopping():
            raise _StoppedError
        self._tell_all(what, done, parts)

    def _export(self) -> None:
        have = {(part.month, part.entity) for part in cleanups.parts(self._store, self._job.id)}
        groups = self._groups()
        with self._store.read() as hub:
            keys = unsettled(row["key"] for row in hub.execute(UNSETTLED))
        for done, (month, entity) in enumerate(groups):
            self._tell("exporting", done, len(groups))
            if (month, entity) not in have:
                self._export_group(groups[month, entity], keys)
        self._tell("exporting", len(groups), len(groups))

    def _groups(self) -> dict[tuple[str, str], list[Segment]]:
        """The listed files that may hold rows that go, by month and kind, oldest first."""
        last = codec.micros(self._job.before)
        with self._store.read() as hub:
            listed = snapshot.segments(hub)
        groups: dict[tuple[str, str], list[Segment]] = {}
        for segment in sorted(listed, key=lambda each: (each.month, each.entity)):
            if segment.started_from < last:
                groups.setdefault((segment.month, segment.entity), []).append(segment)
        return groups

    def _export_group(self, group: Sequence[Segment], keys: pa.Table) -> None:
        first, form = group[0], self._job.form
        path = f"entity={first.entity}/month={first.month}/attempts.{form}"
        target = self._job.folder / path
        with parquet.over(self._paths(group)) as duck:
            duck.execute("set TimeZone = 'UTC'")
            duck.register("unsettled", keys)
            # The table's own text: a view holds no parameters.
            before = self._job.before.astimezone(UTC).isoformat()
            duck.execute(_GOING.replace("$before", f"timestamptz '{before}'"))
            if not duck.execute("select 1 from going limit 1").fetchone():
                return
            make_folder(target.parent)
            rows = archive.write(duck, "going", form, target)
            self._step("part written")
            archive.prove_unfinished(duck, "going", form, target)
            self._step("part proven")
        archive.finish(target)
        self._step("part named")
        part = Part(
            month=first.month,
            entity=first.entity,
            path=path,
            rows=rows,
            bytes=target.stat().st_size,
            digest=archive.digest(target),
        )
        cleanups.note_part(self._store, self._job.id, part)
        self._step("part noted")

    def _write_manifest(self) -> None:
        manifest.write(self._job, cleanups.parts(self._store, self._job.id))
        self._step("manifest")

    def _remove(self, part: Part) -> None:
        file = self._job.folder / part.path
        if not file.is_file() or archive.digest(file) != part.digest:
            raise StoreError(
                f"{file} is not the file that was exported: nothing more is removed. Put it back "
                "and ask again, or give this cleanup up."
            )
        for left in reversed(range(_TRIES)):
            try:
                self._take_out(part, file)
            except _TakenUpError:
                if not left:
                    raise StoreError("Documents are taken up again and again; ask later.") from None
            else:
                return

    def _take_out(self, part: Part, file: Path) -> None:
        """Remove what a file of the export holds, in one transaction.

        Raises:
            _TakenUpError: A document lost the right to lose attempts; nothing was removed.
        """
        group = self._groups().get((part.month, part.entity), [])
        with parquet.over(self._paths(group)) as duck:
            duck.execute("set TimeZone = 'UTC'")
            lost = self._lost(duck, part, file)
            gone = _gone_of(duck, self._paths(group))
            touched = [x for x in group if gone.get(str(self._files / x.path))]
            rest = [x for x in touched if gone[str(self._files / x.path)] < x.rows]
            staying = _staying(duck, self._paths(rest), rest) if rest else None
            keys = json.dumps(list(lost))

            def note(hub: sqlite3.Connection) -> None:
                """Write the removal down, unless a document was taken up again."""
                if cleanups.kept(hub, keys):
                    raise _TakenUpError
                cleanups.note_removal(hub, self._job.id, part, lost)

            self._work.take_out(
                touched, staying, lambda target: parquet.copy(duck, target, "staying"), note
            )
        self._step("part removed")

    def _lost(self, duck: duckdb.DuckDBPyConnection, part: Part, file: Path) -> dict[str, int]:
        """How many attempts each document is about to lose; makes a table of them, `gone`."""
        form = self._job.form
        archive.show_ids(duck, "exported", form, file)
        duck.execute("create view there as from rows where id in (from exported)")
        archive.prove(duck, "there", form, file)
        keys = duck.sql("select distinct key from there").to_arrow_table()["key"].to_pylist()
        with self._store.read() as hub:
            kept = cleanups.kept(hub, json.dumps(keys))
        duck.register("kept", unsettled(kept))
        duck.execute(_GONE)
        found = duck.sql("select key, count(*) as n from gone group by key").to_arrow_table()
        return dict(zip(found["key"].to_pylist(), found["n"].to_pylist(), strict=True))

    def _paths(self, group: Sequence[Segment]) -> list[Path]:
        return [self._files / segment.path for segment in group]


def _gone_of(duck: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> dict[str, int]:
    """How many rows each file loses; those that lose none are left out."""
    listed = ", ".join(literal(file) for file in files)
    question = _GONE_OF.replace("FILES", listed)
    return {str(name): int(rows) for name, rows in duck.execute(question).fetchall()}


def _staying(
    duck: duckdb.DuckDBPyConnection, files: Sequence[Path], rest: Sequence[Segment]
) -> Segment | None:
    """The file that takes the place of those that lose only some rows; makes a view of its rows."""
    listed = ", ".join(literal(file) for file in files)
    duck.execute(_STAYING.replace("FILES", listed))
    facts = duck.sql(_STATISTICS).to_arrow_table().to_pylist()[0]
    return replace(united(rest), **facts)


def _report(job: Cleanup, parts: Sequence[Part]) -> CleanupReport:
    return CleanupReport(
        folder=job.folder if parts else None,
        exported=sum(part.rows for part in parts),
        removed=sum(part.removed or 0 for part in parts),
        files=len(parts),
        bytes=sum(part.bytes for part in parts),
    )
