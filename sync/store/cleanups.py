"""Cleanups in the hub: which are under way, what each exported, and which documents they touched.

A cleanup's row is written before its first file, so that one that was cut short is found and
finished; a document's rows say how many attempts it lost, when, and into which export.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from sync.domain.documents import Entity
from sync.store import codec
from sync.store.database import Database, insert
from sync.store.reader import Reader

EXPORTS: Final = "exports"
"""In this folder of the data lie the exports that name no other."""
Form = Literal["parquet", "csv"]
State = Literal["exporting", "removing", "done", "given up"]

UNSETTLED: Final = """
select key from document where state not in ('booked', 'skipped')
union select key from lease
"""
"""Documents whose attempts stay: they need somebody or something, or are being tried now."""
_KEPT: Final = """
select value from json_each(?) where not exists (
    select 1 from document where key = value and state in ('booked', 'skipped')
) or exists (select 1 from lease where key = value)
"""
_OPEN: Final = "select * from cleanup where ended_at is null order by id desc limit 1"
_LAST: Final = "select * from cleanup order by id desc limit ?"
_PARTS: Final = "select * from cleanup_part where cleanup = ? order by month, entity"
_CLEANED: Final = """
insert into cleaned (key, cleanup, rows)
select each.key, ?, each.value from json_each(?) as each where true
on conflict do update set rows = rows + excluded.rows
"""
_OF_DOCUMENT: Final = """
select cleaned.rows, cleanup.folder, coalesce(cleanup.ended_at, cleanup.asked_at) as at
from cleaned join cleanup on cleanup.id = cleaned.cleanup
where cleaned.key = ? order by cleanup.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A cleanup that somebody asks for.

    Attributes:
        before: Attempts that started before this aware moment go; at least 90 days ago.
        into: In this folder the export gets a folder of its own.
        form: Of the export's files.
        actor: Who asks.
    """

    before: datetime
    into: Path
    form: Form
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleanup:
    """One removal of old attempts.

    Attributes:
        before: Attempts that started before this moment go.
        folder: The export that they go into.
        actor: Who asked for it, and `asked_at` when.
        ended_at: None while it is under way, or was cut short.
    """

    id: int
    before: datetime
    folder: Path
    form: Form
    actor: str
    asked_at: datetime
    state: State
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of a cleanup's export: a kind's attempts of a month.

    Attributes:
        path: Below the export's folder.
        rows: Attempts in it.
        bytes: Its length; `digest` its SHA-256, in hexadecimal.
        removed: How many of them were then removed from the record; None before that.
    """

    month: str
    entity: Entity
    path: str
    rows: int
    bytes: int
    digest: str
    removed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What a document lost to a cleanup: how many attempts, when, and into which export."""

    rows: int
    at: datetime
    folder: Path


def begin(store: Database, wanted: Wanted, folder: Path, now: datetime) -> Cleanup:
    """Write down, with an audit row, that a cleanup begins, and into which folder it exports."""
    row = {
        "before": codec.micros(wanted.before),
        "folder": codec.clean(str(folder)),
        "form": wanted.form,
        "actor": codec.clean(wanted.actor),
        "asked_at": codec.micros(now),
    }
    with store.write() as hub:
        number = insert(hub, "cleanup", row)
        facts = {"before": wanted.before.isoformat(), "export": str(folder)}
        note(hub, wanted.actor, "cleanup", str(number), now, **facts)
        made = hub.execute("select * from cleanup where id = ?", (number,)).fetchone()
    return _cleanup(made)


def under_way(store: Database) -> Cleanup | None:
    """The cleanup that has not ended: at work now, or cut short; None when there is none."""
    with store.read() as hub:
        row = hub.execute(_OPEN).fetchone()
    return None if row is None else _cleanup(row)


def latest(reader: Reader, limit: int) -> list[Cleanup]:
    """The latest cleanups, newest first."""
    return [_cleanup(row) for row in reader.rows(_LAST, (limit,))]


def every(store: Database) -> list[Cleanup]:
    """All cleanups there were, oldest first."""
    with store.read() as hub:
        return [_cleanup(row) for row in hub.execute("select * from cleanup order by id")]


def parts(store: Database, cleanup: int) -> list[Part]:
    """What a cleanup has exported so far, oldest month first."""
    with store.read() as hub:
        rows = hub.execute(_PARTS, (cleanup,)).fetchall()
    return [_part(row) for row in rows]


def parts_of(reader: Reader, cleanup: int) -> list[Part]:
    """The same, for whoever only reads."""
    return [_part(row) for row in reader.rows(_PARTS, (cleanup,))]


def note_part(store: Database, cleanup: int, part: Part) -> None:
    """Write down that a file of the export is whole, on the disk, and was verified."""
    columns = ("month", "entity", "path", "rows", "bytes", "digest")
    with store.write() as hub:
        insert(
            hub,
            "cleanup_part",
            {"cleanup": cleanup, **{name: getattr(part, name) for name in columns}},
        )


def note_removal(
    hub: sqlite3.Connection, cleanup: int, part: Part, removed: Mapping[str, int]
) -> None:
    """Write down, in the transaction that removes them, which documents lost how many attempts."""
    hub.execute(_CLEANED, (cleanup, json.dumps(removed)))
    hub.execute(
        "update cleanup_part set removed = ? where cleanup = ? and month = ? and entity = ?",
        (sum(removed.values()), cleanup, part.month, part.entity),
    )


def kept(hub: sqlite3.Connection, keys: str) -> list[str]:
    """Which of these documents (a JSON list of keys) may not lose attempts now."""
    return [row["value"] for row in hub.execute(_KEPT, (keys,))]


def correct_part(store: Database, cleanup: int, part: Part) -> None:
    """Write down that a file of the export was written anew."""
    with store.write() as hub:
        hub.execute(
            "update cleanup_part set bytes = ?, digest = ? where cleanup = ? and path = ?",
            (part.bytes, part.digest, cleanup, part.path),
        )


def go_on(store: Database, cleanup: Cleanup) -> None:
    """Write down that the export is whole: from here on attempts are removed."""
    with store.write() as hub:
        hub.execute("update cleanup set state = 'removing' where id = ?", (cleanup.id,))


def end(store: Database, cleanup: Cleanup, state: State, actor: str, now: datetime) -> None:
    """Write down, with an audit row, how a cleanup ended."""
    with store.write() as hub:
        found = hub.execute(_PARTS, (cleanup.id,)).fetchall()
        exported, removed = (sum(row[name] or 0 for row in found) for name in ("rows", "removed"))
        hub.execute(
            "update cleanup set state = ?, ended_at = ? where id = ?",
            (state, codec.micros(now), cleanup.id),
        )
        facts = {"export": str(cleanup.folder), "exported": exported, "removed": removed}
        note(hub, actor, f"cleanup {state}", str(cleanup.id), now, **facts)


def of_document(reader: Reader, key: str) -> list[Cleaned]:
    """What a document lost to cleanups, the first cleanup first; usually nothing."""
    return [
        Cleaned(rows=row["rows"], at=codec.moment(row["at"]), folder=Path(row["folder"]))
        for row in reader.rows(_OF_DOCUMENT, (key,))
    ]


def note(
    hub: sqlite3.Connection, actor: str, action: str, what: str, now: datetime, **facts: object
) -> None:
    """Write an audit row as part of another transaction."""
    row = {"at": codec.micros(now), "actor": codec.clean(actor), "action": action, "what": what}
    insert(hub, "audit", {**row, "facts": codec.clean(json.dumps(facts, ensure_ascii=False))})


def _cleanup(row: sqlite3.Row) -> Cleanup:
    return Cleanup(
        id=row["id"],
        before=codec.moment(row["before"]),
        folder=Path(row["folder"]),
        form=row["form"],
        actor=row["actor"],
        asked_at=codec.moment(row["asked_at"]),
        state=row["state"],
        ended_at=codec.optional(codec.moment, row["ended_at"]),
    )


def _part(row: sqlite3.Row) -> Part:
    values = dict(row)
    values.pop("cleanup")
    return Part(**values)
