"""The hub's tables, and the steps that brought them here.

A hub's `user_version` counts the steps it has taken. Opening takes the missing ones, in one
transaction; a hub that has taken more than this program knows belongs to a newer one.
Moments are microseconds since 1970, amounts cents, rates text.
"""

import sqlite3
from typing import Final

from sync.errors import StoreError
from sync.store.migrations import LATER

_APPLICATION_ID: Final = 0x42574354

_FIRST: Final = (
    """
    create table document (
        id integer primary key,
        key text not null unique,
        connection text not null,
        entity text not null,
        fingerprint text not null,
        document_id integer not null,
        document_no text not null,
        order_id integer,
        order_no text not null,
        store_id integer not null,
        store text not null,
        invoice_id integer,
        company text not null,
        customer_name text not null,
        firstname text not null,
        middlename text not null,
        lastname text not null,
        suffix text not null,
        email text not null,
        vat_number text not null,
        country text not null,
        grand_total integer,
        tax integer,
        shop_state integer,
        issued_at integer not null,
        created_at integer not null,
        updated_at integer not null,
        customer_id integer,
        currency text not null,
        base_currency text not null,
        base_rate text,
        global_currency text not null,
        global_rate text,
        state text not null default 'waiting',
        since integer not null,
        tries integer not null default 0,
        due_at integer,
        sent_at integer,
        lookup_first integer not null default 0,
        changed integer not null default 0,
        attempts integer not null default 0,
        latest_attempt integer,
        first_try_at integer,
        last_try_at integer,
        mutation_no integer,
        relation_code text not null default '',
        error_code text not null default ''
    ) strict
    """,
    """
    create index document_waiting on document (connection, entity, issued_at, document_id)
    where state = 'waiting'
    """,
    "create index document_changed on document (connection, entity) where changed",
    "create index document_failed on document (connection, entity) where state = 'failed'",
    "create index document_number on document (document_no)",
    "create index document_order on document (order_no) where order_no <> ''",
    """
    create table attempt (
        id integer primary key autoincrement,
        connection text not null,
        entity text not null,
        document_id integer not null,
        document_no text not null,
        order_id integer,
        order_no text not null,
        store text not null,
        platform text not null,
        started_at integer not null,
        finished_at integer,
        outcome text,
        success integer,
        message text not null default '',
        error_code text not null default '',
        category text not null default '',
        pattern text not null default '',
        rules_version integer not null default 0,
        trigger text not null,
        actor text not null,
        run integer not null,
        attempt_no integer not null,
        duration_ms integer,
        amount integer,
        currency text not null,
        customer text not null,
        relation_code text not null default '',
        mutation_no integer,
        key text not null,
        detail text not null default '{}'
    ) strict
    """,
    "create table platform (name text primary key) strict, without rowid",
    """
    create table lease (
        key text primary key,
        attempt integer not null,
        holder text not null,
        fingerprint text not null,
        sent_at integer
    ) strict, without rowid
    """,
    """
    create table holder (
        token text primary key,
        host text not null,
        pid integer not null,
        started text not null,
        counter integer not null default 0
    ) strict, without rowid
    """,
    "create table duty (name text primary key, holder text not null) strict, without rowid",
    """
    create table segment (
        path text primary key,
        entity text not null,
        month text not null,
        rows integer not null,
        succeeded integer not null,
        failed integer not null,
        id_from integer not null,
        id_to integer not null,
        started_from integer not null,
        started_to integer not null,
        state text not null,
        holder text not null,
        dropped_at integer
    ) strict, without rowid
    """,
    "create table counter (name text primary key, value integer not null) strict, without rowid",
    "insert into counter (name, value) values ('attempts', 0), ('documents', 0)",
    """
    create table watermark (
        connection text not null,
        entity text not null,
        reached integer not null,
        primary key (connection, entity)
    ) strict, without rowid
    """,
    """
    create table relation (
        connection text not null,
        identity text not null,
        code text not null,
        fingerprint text not null,
        customer text not null,
        primary key (connection, identity)
    ) strict, without rowid
    """,
    """
    create table run (
        id integer primary key autoincrement,
        connection text not null,
        trigger text not null,
        actor text not null,
        mapping_version integer not null,
        started_at integer not null,
        finished_at integer,
        state text not null default 'running',
        counts text not null default '{}',
        message text not null default '',
        code text not null default '',
        holder text not null
    ) strict
    """,
    """
    create table mapping (
        connection text not null,
        version integer not null,
        content text not null,
        actor text not null,
        at integer not null,
        primary key (connection, version)
    ) strict, without rowid
    """,
    """
    create table audit (
        id integer primary key autoincrement,
        at integer not null,
        actor text not null,
        action text not null,
        what text not null,
        facts text not null
    ) strict
    """,
    """
    create table request (
        id integer primary key autoincrement,
        connection text not null,
        kind text not null,
        payload text not null,
        actor text not null,
        asked_at integer not null,
        holder text,
        taken_at integer,
        finished_at integer,
        result text not null default '{}'
    ) strict
    """,
    "create index request_open on request (id) where finished_at is null",
    """
    create table lookup (
        administration text not null,
        month text not null,
        calls integer not null,
        primary key (administration, month)
    ) strict, without rowid
    """,
)

MIGRATIONS: Final = (_FIRST, *LATER)
"""One tuple of statements per step; a step that was released is never changed."""

VERSION: Final = len(MIGRATIONS)


def check_version(connection: sqlite3.Connection, name: str) -> int:
    """The hub's schema version.

    Raises:
        StoreError: The hub is newer than this program, or another program's file.
    """
    version = int(connection.execute("pragma user_version").fetchone()[0])
    application = int(connection.execute("pragma application_id").fetchone()[0])
    if version and application != _APPLICATION_ID:
        raise StoreError(
            f"{name} is another program's database; give Boekwacht a folder of its own.",
            code="STORE_FOREIGN",
        )
    if version > VERSION:
        raise StoreError(
            f"{name} was written by a newer Boekwacht (schema {version}, this one knows "
            f"{VERSION}): update this program.",
            code="STORE_NEWER",
        )
    return version


def migrate(connection: sqlite3.Connection, name: str) -> None:
    """Take the missing steps, all or none.

    Raises:
        StoreError: As `check_version`.
    """
    if check_version(connection, name) == VERSION:
        return
    connection.execute("begin immediate")
    try:
        for step in MIGRATIONS[check_version(connection, name) :]:
            for statement in step:
                connection.execute(statement)
        connection.execute(f"pragma user_version = {VERSION}")
        connection.execute(f"pragma application_id = {_APPLICATION_ID}")
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise
