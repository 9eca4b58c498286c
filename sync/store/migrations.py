"""What the hub's schema became after its first version, step by step; see `sync.store.schema`."""

from typing import Final

_SECOND: Final = (
    """
    create table saved_view (
        page text not null,
        name text not null,
        address text not null,
        actor text not null,
        at integer not null,
        primary key (page, name)
    ) strict, without rowid
    """,
    "create index document_mutation on document (mutation_no) where mutation_no is not null",
)

_PROVABLE: Final = (
    "alter table segment add column size integer",
    "alter table segment add column checksum text not null default ''",
    "alter table segment add column proven_at integer",
    "alter table segment add column problem text not null default ''",
    """
    create table recovery (
        id integer primary key autoincrement,
        at integer not null,
        kind text not null,
        issued_before integer not null
    ) strict
    """,
)

_CLEANUPS: Final = (
    """
    create table cleanup (
        id integer primary key autoincrement,
        before integer not null,
        folder text not null,
        form text not null,
        actor text not null,
        asked_at integer not null,
        state text not null default 'exporting',
        ended_at integer
    ) strict
    """,
    """
    create table cleanup_part (
        cleanup integer not null,
        month text not null,
        entity text not null,
        path text not null,
        rows integer not null,
        bytes integer not null,
        digest text not null,
        removed integer,
        primary key (cleanup, month, entity)
    ) strict, without rowid
    """,
    """
    create table cleaned (
        key text not null,
        cleanup integer not null,
        rows integer not null,
        primary key (key, cleanup)
    ) strict, without rowid
    """,
    "alter table document add column forgotten_at integer",
)

_PATTERNS: Final = (
    """
    create table pattern (
        id text primary key,
        resolved_after integer,
        resolved_at integer,
        resolved_by text not null default '',
        muted_after integer,
        muted_until integer,
        muted_count integer,
        muted_by text not null default '',
        owner text not null default ''
    ) strict, without rowid
    """,
    """
    create table pattern_rule (
        id integer primary key autoincrement,
        source text not null,
        holds text not null,
        target text not null,
        category text not null,
        actor text not null,
        at integer not null,
        unique (source, holds)
    ) strict
    """,
    "insert into counter (name, value) values ('patterns', 0)",
)

_QUEUE: Final = (
    "alter table request add column identity text not null default ''",
    "alter table request add column stop_at integer",
    "alter table request add column progress text not null default '{}'",
    """
    create table requested (
        request integer not null,
        key text not null,
        attempt integer,
        outcome text not null default '',
        primary key (request, key)
    ) strict, without rowid
    """,
    "create index requested_key on requested (key)",
    "alter table run add column request integer",
    "create index run_request on run (request) where request is not null",
    """
    create trigger audit_unchanged before update on audit
    begin select raise(abort, 'audit rows are never changed'); end
    """,
    """
    create trigger audit_kept before delete on audit
    begin select raise(abort, 'audit rows are never deleted'); end
    """,
)

_MAPPING: Final = (
    """
    create table shop_taxes (
        connection text primary key,
        content text not null,
        read_at integer not null
    ) strict, without rowid
    """,
    """
    create table reopened (
        connection text not null,
        version integer not null,
        key text not null,
        attempt integer not null,
        primary key (connection, version, key)
    ) strict, without rowid
    """,
)

_RULINGS: Final = (
    "alter table document add column ruling text not null default ''",
    "alter table document add column reversed_no integer",
    "create index document_reversed on document (reversed_no) where reversed_no is not null",
)

_FETCHED: Final = (
    """
    create index fetched_invoice on document
    (issued_at, id, state, store, country, document_no, order_no, grand_total)
    where entity = 'invoice'
    """,
    """
    create index fetched_creditmemo on document
    (issued_at, id, state, store, country, document_no, order_no, grand_total)
    where entity = 'creditmemo'
    """,
    """
    create index fetched_customer on document (issued_at, id, state, store, country)
    where entity = 'customer'
    """,
    """
    create index fetched_open on document (entity, issued_at, id, state, store, country)
    where state <> 'booked'
    """,
)
# An index per kind: one that began with the kind would be taken for questions about an order, too.

_ACCOUNTS: Final = (
    """
    create index document_account on document (connection, customer_id)
    where entity = 'customer' and customer_id is not null
    """,
)

_FAILED: Final = (
    "drop index document_failed",
    """
    create index document_failed on document
    (connection, entity, issued_at, id, grand_total, since, due_at, attempts, key)
    where state = 'failed'
    """,
)
# All that the Overview asks of failed documents, which lie scattered over the whole table.

LATER: Final = (
    _SECOND,
    _PROVABLE,
    _CLEANUPS,
    _PATTERNS,
    _QUEUE,
    _MAPPING,
    _RULINGS,
    _FETCHED,
    _ACCOUNTS,
    _FAILED,
)
"""One tuple of statements per step, oldest first; a step that was released is never changed."""
