"""The inbox: every document that was fetched, known before the watermark passes it."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sync.domain.attempts import DocumentState
from sync.domain.documents import Entity
from sync.domain.inbox import OVERLAP, InboxEntry
from sync.store import codec, documents, recovery
from sync.store.database import insert, moved
from sync.store.holders import Holders
from sync.store.rows import Document, Received

_KNOWN: Final = """
select fingerprint, issued_at, created_at, updated_at, state, forgotten_at
from document where key = ?
"""
_CHANGED: Final = """
update document set
    state = 'waiting',
    since = case state when 'waiting' then since else :now end,
    due_at = case when state = 'waiting' and lookup_first then due_at else :now end,
    tries = 0
where key = :key and state <> 'booked'
"""
_SUPERSEDED: Final = """
update document set
    state = 'waiting',
    since = case state when 'waiting' then since else :now end,
    due_at = :now,
    tries = 0
where connection = :connection and entity = 'customer' and customer_id = :customer_id
    and key <> :key and state <> 'booked' and error_code <> 'CUSTOMER_CHANGED'
    and not (state = 'waiting' and lookup_first and due_at > :now)
    and not exists (select 1 from lease where lease.key = document.key)
"""
"""An account is one debtor at a time: what it was before, and did not get into the books as, is
due, to be told so."""

_HOLD: Final = """
update document set due_at = null
where connection = :connection and entity = :entity and state = 'waiting' and attempts = 0
    and due_at is not null
"""
_LET_GO: Final = """
update document set due_at = :now
where connection = :connection and entity = :entity and state = 'waiting' and attempts = 0
    and due_at is null
"""
_ACCOUNTS: Final = """
select distinct customer_id from document
where connection = ? and entity = 'customer'
    and customer_id in (select value from json_each(?))
"""
_CHANGED_AFTERWARDS: Final = "update document set changed = 1 where key = :key and state = 'booked'"
_AGAIN: Final = """
update document set
    state = 'waiting',
    since = case state when 'waiting' then since else :now end,
    due_at = :now,
    tries = 0
where key = :key and state <> 'booked'
    and not (state = 'waiting' and lookup_first and sent_at is not null)
    and not exists (select 1 from lease where lease.key = document.key)
"""
_CHANGE_SEEN: Final = "update document set changed = 0 where key = :key and state = 'booked'"
_CHANGE_AGAIN: Final = """
update document set changed = 0, state = 'waiting', since = :now, due_at = :now
where key = :key and state = 'booked' and not exists (
    select 1 from relation where relation.connection = document.connection
        and relation.code = document.relation_code
        and relation.fingerprint = document.fingerprint
)
"""
_ADMIT: Final = """
update document set
    state = 'waiting',
    since = case state when 'waiting' then since else :now end,
    due_at = :now
where key = :key and not (state = 'waiting' and lookup_first and due_at > :now)
    and not exists (select 1 from lease where lease.key = document.key)
"""
_AS_WANTED: Final = """
select 1 from relation where connection = ? and identity = ? and fingerprint = ?
"""
_STATES: Final = """
select connection, state, count(*) as documents from document
where entity <> 'customer'
group by connection, state
"""
_RAISE_WATERMARK: Final = """
insert into watermark (connection, entity, reached) values (:connection, :entity, :reached)
on conflict do update set reached =
    case when reached > :latest then excluded.reached else max(reached, excluded.reached) end
"""
_DUE: Final = " ".join((
    "select * from document where connection = ? and entity = ? and state = 'waiting'",
    "and due_at <= ? and document_id <> 0 and",  # a guest is tried with an invoice alone
    documents.FREE,
    "order by issued_at, document_id limit ?",
))  # fmt: skip
_LOOKUPS_DUE: Final = """
select count(*) as documents, min(issued_at) as earliest from document
where connection = :connection and state = 'waiting' and lookup_first and due_at <= :now
    and entity <> 'customer'
    and (:numbers = '[]' or document_no in (select value from json_each(:numbers)))
"""
_LOOK_UP_FIRST: Final = """
update document set lookup_first = 1
where connection = :connection and entity <> 'customer' and state <> 'booked'
    and mutation_no is null and issued_at < :before and (:tried or attempts = 0 or key = :key)
"""
_HAS_BOOKED: Final = """
select 1 from document where connection = ? and entity <> 'customer' and state = 'booked' limit 1
"""
_BY_NUMBER: Final = """
select * from document
where connection = :connection and entity = :entity and id in (
    select id from document where document_no in (select value from json_each(:numbers))
    union
    select id from document
    where order_no <> '' and order_no in (select value from json_each(:numbers))
)
order by issued_at, document_id
"""


class Inbox(Holders):
    """What was fetched, and when it is due."""

    def watermark(self, connection: str, entity: Entity) -> datetime | None:
        """The shop's `updated_at` up to which everything is in the inbox; None before the first."""
        with self.read() as hub:
            row = hub.execute(
                "select reached from watermark where connection = ? and entity = ?",
                (connection, entity),
            ).fetchone()
        return None if row is None else codec.moment(row["reached"])

    def receive(
        self,
        connection: str,
        entity: Entity,
        entries: Sequence[InboxEntry],
        watermark: datetime,
        now: datetime,
        *,
        automatic: bool = True,
    ) -> Received:
        """Take in one fetched page and move the watermark, all or nothing.

        A new document waits and is due now. One whose fingerprint changed is due now again, unless
        it is booked (then it is marked as changed) or its outcome is unknown (then it stays due
        when it was). One with the same fingerprint keeps its state; its columns follow the shop.
        A customer of whom an order has told something newer stays as it is.

        Args:
            connection: Whose watermark moves.
            entity: Likewise.
            entries: The page; its order does not matter.
            watermark: The highest `updated_at` that is now complete. It never moves back,
                except from the future, where a wrong clock had taken it.
            now: When new documents are due.
            automatic: Otherwise nothing becomes due; a new document waits until it is asked for.

        Raises:
            StoreError: Nothing was taken in.
        """
        counts = {"new": 0, "changed": 0, "same": 0}
        at = codec.micros(now)
        with self.write(durable=False) as hub:
            for entry in entries:
                seen = _take_in(hub, entry, at, automatic=automatic)
                counts[seen] += 1
                if seen != "same" and entry.entity == "customer":
                    hub.execute(_SUPERSEDED, {**documents.encode(entry), "now": at})
            reached = {
                "connection": connection,
                "entity": entity,
                "reached": codec.micros(watermark),
                "latest": codec.micros(now + OVERLAP),
            }
            hub.execute(_RAISE_WATERMARK, reached)
            if counts["changed"]:
                moved(hub, "documents")
        return Received(**counts)

    def hold(self, connection: str, entity: Entity, now: datetime, *, automatic: bool) -> None:
        """Let documents that were never tried be due, or wait until somebody asks for them.

        Args:
            connection: Whose documents.
            entity: Of which kind.
            now: When they are due.
            automatic: Whether they are; as the settings say, which may have changed.
        """
        values = {"connection": connection, "entity": entity, "now": codec.micros(now)}
        with self.write(durable=False) as hub:
            if hub.execute(_LET_GO if automatic else _HOLD, values).rowcount:
                moved(hub, "documents")

    def known_accounts(self, connection: str, numbers: Sequence[int]) -> set[int]:
        """Which of these customer numbers have a document of their own, as any debtor."""
        with self.read() as hub:
            rows = hub.execute(_ACCOUNTS, (connection, json.dumps(list(numbers))))
            return {row["customer_id"] for row in rows}

    def admit(self, entry: InboxEntry, now: datetime, identity: str = "") -> bool:
        """Take in one document that is to be tried now, also when it is booked: to be updated.

        Nothing happens to one that is being tried, or that waits for its look-up.

        Args:
            entry: What is to be tried.
            now: When it is due.
            identity: A customer's.

        Returns:
            False when the relation of that customer is as wanted already; nothing happens then.
        """
        with self.write(durable=False) as hub:
            if hub.execute(_AS_WANTED, (entry.connection, identity, entry.fingerprint)).fetchone():
                return False
            _take_in(hub, entry, codec.micros(now), admitted=True)
            hub.execute(_ADMIT, {"key": codec.clean(entry.key), "now": codec.micros(now)})
            moved(hub, "documents")
        return True

    def changed(self, connection: str, entity: Entity, limit: int) -> list[Document]:
        """Booked documents that changed in the shop afterwards and were not looked at since."""
        with self.read() as hub:
            rows = hub.execute(
                "select * from document where connection = ? and entity = ? and changed "
                "and state = 'booked' order by id limit ?",
                (connection, entity, limit),
            )
            return [documents.decode(row) for row in rows]

    def settle_change(self, key: str, *, again: bool, now: datetime) -> None:
        """Note that a change after booking was looked at.

        Args:
            key: The booked document.
            again: It has to be tried once more, because the change matters to the books; a
                customer whose relation says already what the shop says has not.
            now: When it is due then.
        """
        with self.write(durable=False) as hub:
            values = {"key": key, "now": codec.micros(now)}
            if not (again and hub.execute(_CHANGE_AGAIN, values).rowcount):
                hub.execute(_CHANGE_SEEN, values)
            moved(hub, "documents")

    def due(self, connection: str, entity: Entity, now: datetime, limit: int) -> list[Document]:
        """Waiting documents whose time has come and that nobody is trying; oldest first.

        A document left behind by a dead holder appears after `take_over`.
        """
        with self.read() as hub:
            rows = hub.execute(_DUE, (connection, entity, codec.micros(now), limit))
            return [documents.decode(row) for row in rows]

    def lookups_due(
        self, connection: str, now: datetime, numbers: Sequence[str] = ()
    ) -> tuple[int, datetime | None]:
        """How many due documents have to be looked up first, and when the oldest was issued.

        Args:
            connection: Whose documents.
            now: Those that have to settle longer are not counted.
            numbers: Only documents with one of these numbers; empty for all.
        """
        values = {"connection": connection, "now": codec.micros(now)}
        with self.read() as hub:
            row = hub.execute(
                _LOOKUPS_DUE, {**values, "numbers": json.dumps(list(numbers))}
            ).fetchone()
        return row["documents"], codec.optional(codec.moment, row["earliest"])

    def look_up_first(self, connection: str, before: datetime, key: str, *, tried: bool) -> None:
        """Ask the books before posting what may have been booked before we came.

        Args:
            connection: Whose documents.
            before: Only invoices and credit memos issued before this moment, not booked yet.
            key: This one in any case.
            tried: Also those that were tried already; otherwise only those that never were.
        """
        values = {"connection": connection, "before": codec.micros(before), "key": key}
        with self.write() as hub:
            hub.execute(_LOOK_UP_FIRST, {**values, "tried": tried})

    def has_booked(self, connection: str) -> bool:
        """Whether any invoice or credit memo of the connection is known to be in the books."""
        with self.read() as hub:
            return hub.execute(_HAS_BOOKED, (connection,)).fetchone() is not None

    def document(self, key: str) -> Document | None:
        """The document with that idempotency key; None when it was never fetched."""
        with self.read() as hub:
            row = hub.execute("select * from document where key = ?", (key,)).fetchone()
        return None if row is None else documents.decode(row)

    def find(self, connection: str, entity: Entity, numbers: Sequence[str]) -> list[Document]:
        """Documents with one of these numbers, or on an order with one of them; oldest first."""
        with self.read() as hub:
            values = {"connection": connection, "entity": entity}
            rows = hub.execute(_BY_NUMBER, {**values, "numbers": json.dumps(list(numbers))})
            return [documents.decode(row) for row in rows]

    def states(self) -> dict[str, dict[DocumentState, int]]:
        """How many invoices and credit memos are in each state, by connection."""
        with self.read() as hub:
            rows = hub.execute(_STATES).fetchall()
        found: dict[str, dict[DocumentState, int]] = {}
        for row in rows:
            found.setdefault(row["connection"], {})[row["state"]] = row["documents"]
        return found

    def request_again(self, key: str, now: datetime) -> bool:
        """Make a document due now because a person, or what it waited for, says so.

        Returns:
            False when it is booked, unknown here, being tried, or waits for its look-up: what may
            have been sent is not asked for sooner than the settle time allows.
        """
        with self.write() as hub:
            done = hub.execute(_AGAIN, {"key": key, "now": codec.micros(now)})
            if done.rowcount:
                moved(hub, "documents")
            return bool(done.rowcount)


def _take_in(
    hub: sqlite3.Connection,
    entry: InboxEntry,
    now: int,
    *,
    automatic: bool = True,
    admitted: bool = False,
) -> str:
    """Take in one document: "new", "changed" or "same".

    Args:
        hub: In a transaction.
        entry: The document.
        now: Microseconds.
        automatic: Whether it is due by itself.
        admitted: Whether it is about to be tried, however old what is said of it is.
    """
    row = documents.encode(entry)
    known = hub.execute(_KNOWN, (row["key"],)).fetchone()
    customer = row["entity"] == "customer"
    if known is None:
        lookup_first = int(not customer and recovery.must_look_up(hub, row["issued_at"]))
        due_at = now if automatic else None
        new = {"since": now, "due_at": due_at, "lookup_first": lookup_first}
        insert(hub, "document", {**row, **new})
        return "new"
    if customer:
        if known["updated_at"] > row["updated_at"] and not admitted:
            return "same"
        row |= {name: min(row[name], known[name]) for name in ("issued_at", "created_at")}
    if known["forgotten_at"] is not None:
        row |= dict.fromkeys(documents.PERSONAL, "")
    same = known["fingerprint"] == row["fingerprint"]
    if not same or known["updated_at"] != row["updated_at"]:
        _overwrite(hub, row)
    if same:
        return "same"
    if known["state"] == "booked":
        hub.execute(_CHANGED_AFTERWARDS, row)
    elif automatic:
        hub.execute(_CHANGED, {**row, "now": now})
    return "changed"


def _overwrite(hub: sqlite3.Connection, row: Mapping[str, object]) -> None:
    columns = ", ".join(f"{name} = :{name}" for name in row if name != "key")
    hub.execute(" ".join(("update document set", columns, "where key = :key")), row)
