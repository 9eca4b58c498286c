"""Forgetting a customer: names and addresses are blanked, and an e-mail leaves no trace.

What was booked stays booked, and what is not in the books yet can still be booked: a booking reads
the order from the shop. The shop, the books, and copies elsewhere are not touched.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zipfile import BadZipFile

import duckdb
import pyarrow as pa
from pyarrow import parquet as pq

from sync.errors import StoreError
from sync.store import cleanups, codec, documents, manifest, parquet, snapshot, traces
from sync.store.database import hub_path, moved, segments_path
from sync.store.maintenance import Maintenance, united
from sync.store.sealing import Sealing
from sync.store.snapshot import Segment
from sync.store.traces import Texts

_BY_NUMBER: Final = """
select * from document where customer_id = :number and :connection in ('', connection)
"""
_BY_EMAIL: Final = """
select * from document where email like :email escape '\\' and :connection in ('', connection)
"""
_OF_ACCOUNT: Final = "select * from document where connection = ? and customer_id = ?"
_BLANK: Final = " ".join(
    (
        "update document set forgotten_at = ?,",
        ", ".join(f"{name} = ''" for name in documents.PERSONAL),
        "where id = ?",
    )
)
_BLANK_EMAIL: Final = "update document set email = '' where email = ? collate nocase"
_BUSY: Final = "Another process tends the record's files at this moment; try again in a minute."


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom the hub knows under a customer number or an e-mail address.

    Attributes:
        documents: Ids of their documents in the hub.
        accounts: Connection and customer number of each account.
        emails: Every address that their documents have, and the one that was asked for.
        pending: How many of the documents are neither booked nor skipped.
    """

    documents: tuple[int, ...]
    accounts: tuple[tuple[str, int], ...]
    emails: tuple[str, ...]
    pending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What forgetting did.

    Attributes:
        documents: Rows of the hub whose names and addresses are blank now.
        files: Other files that an e-mail was taken out of.
        left: Files that may still hold one: they cannot be read, or not be written.
    """

    documents: int
    files: tuple[Path, ...]
    left: tuple[Path, ...]


def find(store: Sealing, asked: str, connection: str = "") -> Person:
    """Whom a customer number or an e-mail address means; one without documents is nobody.

    An e-mail address means its own documents and those of the accounts that ever had it; a number
    means its account's documents.

    Args:
        store: Where to look.
        asked: A customer number, or an e-mail address; capitals don't matter.
        connection: Of which shop; empty for any.
    """
    text = codec.clean(asked.strip())
    with store.read() as hub:
        if "@" in text:
            literal = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            values = {"email": literal, "connection": connection}
            rows = hub.execute(_BY_EMAIL, values).fetchall()
            for account in _accounts(rows):
                rows += hub.execute(_OF_ACCOUNT, account).fetchall()
            return _person(rows, [text])
        number = int(text) if text.isdecimal() and len(text) <= 15 else -1
        wanted = {"number": number, "connection": connection}
        return _person(hub.execute(_BY_NUMBER, wanted).fetchall(), [])


def forget(
    store: Sealing, person: Person, actor: str, now: datetime, folders: Iterable[Path] = ()
) -> Forgotten:
    """Blank a person's documents and take their e-mail addresses out of everything that we keep.

    That is the hub (every table, its unused pages, its write-ahead log), the segments, the exports,
    and the text files in `folders`. An audit row says who was forgotten, without name or address.

    Args:
        store: Whose record.
        person: Found by `find`.
        actor: Who asked.
        now: When.
        folders: Log files lie in these.

    Raises:
        StoreError: Another process tends the files, or a cleanup was cut short. Asking again is
            right after every error.
    """
    texts = Texts(person.emails)
    with store.duty(None) as work:
        if work is None:
            raise StoreError(_BUSY)
        if cleanups.under_way(store):
            raise StoreError(
                "A cleanup was cut short: finish it, or give it up, before forgetting."
            )
        with store.write() as hub:
            _blank(hub, person, now)
            _scrub(hub, texts)
            _note(hub, person, actor, now)
            moved(hub, "attempts")
            moved(hub, "documents")
        files = _segments(store, work, texts)
        work.sweep(timedelta(0))
        more, left = _files(store, texts, folders)
        store.compress()
    return Forgotten(documents=len(person.documents), files=tuple(files + more), left=tuple(left))


def _accounts(rows: Sequence[sqlite3.Row]) -> list[tuple[str, int]]:
    found = {(r["connection"], r["customer_id"]) for r in rows if r["customer_id"] is not None}
    return sorted(found)


def _person(rows: Sequence[sqlite3.Row], asked: Iterable[str]) -> Person:
    known = {row["id"]: row for row in rows}
    return Person(
        documents=tuple(sorted(known)),
        accounts=tuple(_accounts(rows)),
        emails=tuple(sorted({*asked, *(row["email"] for row in rows if row["email"])})),
        pending=sum(row["state"] in {"waiting", "failed"} for row in known.values()),
    )


def _blank(hub: sqlite3.Connection, person: Person, now: datetime) -> None:
    at = codec.micros(now)
    hub.executemany(_BLANK, [(at, number) for number in person.documents])
    # Other accounts that share the address keep their names.
    hub.executemany(_BLANK_EMAIL, [(email,) for email in person.emails])


def _scrub(hub: sqlite3.Connection, texts: Texts) -> None:
    """Replace the texts in every text column of every table, those of triggers' tables too."""
    hub.create_function("without", 1, texts.replaced, deterministic=True)
    patterns = texts.patterns()
    if not patterns:
        return
    triggers = hub.execute(
        "select name, sql from sqlite_master where type = 'trigger' and sql is not null"
    ).fetchall()
    for trigger in triggers:
        hub.execute(f'drop trigger "{trigger["name"]}"')
    for table in hub.execute("select name from sqlite_master where type = 'table'").fetchall():
        for column in hub.execute(f'pragma table_info("{table["name"]}")').fetchall():
            if column["type"].lower() == "text":
                _scrub_column(hub, table["name"], column["name"], patterns)
    for trigger in triggers:
        hub.execute(trigger["sql"])


def _scrub_column(
    hub: sqlite3.Connection, table: str, column: str, patterns: Sequence[str]
) -> None:
    anywhere = " or ".join([f"\"{column}\" like ? escape '\\'"] * len(patterns))
    new = f'set "{column}" = without("{column}")'
    hub.execute(" ".join(("update or replace", f'"{table}"', new, "where", anywhere)), patterns)


def _note(hub: sqlite3.Connection, person: Person, actor: str, now: datetime) -> None:
    accounts = [f"{connection} customer {number}" for connection, number in person.accounts]
    facts = {"documents": len(person.documents), "addresses": len(person.emails)}
    cleanups.note(hub, actor, "forget", ", ".join(accounts) or "guest", now, **facts)


def _segments(store: Sealing, work: Maintenance, texts: Texts) -> list[Path]:
    """Write those files of the record anew that hold the texts."""
    folder = segments_path(store.home)
    with store.read() as hub:
        listed = snapshot.segments(hub)
    found = [each for each in listed if traces.are_in(texts, folder / each.path)]
    for segment in found:
        _write_anew(work, segment, folder / segment.path, texts)
    return [folder / segment.path for segment in found]


def _write_anew(work: Maintenance, segment: Segment, file: Path, texts: Texts) -> None:
    table = traces.without(texts, pq.ParquetFile(file).read())
    work.take_out(
        [segment],
        united([segment]),
        lambda target: parquet.write(table, target),
        lambda _: None,
    )


def _files(store: Sealing, texts: Texts, folders: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """Take the texts out of exports and logs: files that held them, and those that still may."""
    done: list[Path] = []
    left: list[Path] = []
    for file in _candidates(store, folders):
        try:
            if traces.overwrite(texts, file):
                done.append(file)
                if traces.are_in(texts, file):
                    left.append(file)
        except (OSError, BadZipFile, pa.ArrowException, duckdb.Error):
            left.append(file)
    manifest.correct(store, done)
    return done, left


def _candidates(store: Sealing, folders: Iterable[Path]) -> list[Path]:
    with store.read() as hub:
        exports = [Path(row["folder"]) for row in hub.execute("select folder from cleanup")]
    data = hub_path(store.home).parent
    found = {file for folder in (*exports, data / cleanups.EXPORTS) for file in folder.rglob("*")}
    found |= {file for folder in folders for file in folder.glob("*") if traces.is_text(file)}
    return sorted(file for file in found if file.is_file())
