"""Booked exactly once: claim, mark, finish, and taking over what was left behind.

A claim is one transaction that reads the document's state again, takes the lease on its key and
writes the started row. The mark is set just before the write call, where the lease is still ours.
Finishing is one transaction that ends the row, moves the document on and frees the lease.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final

from sync.domain.attempts import Finish, Start
from sync.domain.rulings import Ruling
from sync.store import codec, documents
from sync.store.database import insert, moved
from sync.store.holders import Holder, Holders, register
from sync.store.records import keep
from sync.store.requests import settle_requested
from sync.store.rows import Claim, LeftBehind, Relation

INTERRUPTED: Final = "Interrupted before anything was sent"
OUTCOME_UNKNOWN: Final = "Outcome unknown: interrupted after sending, to be looked up in the books"

_CLAIMABLE: Final = " ".join((
    "select * from document where key = ? and state = 'waiting' and due_at <= ? and",
    documents.FREE,
))  # fmt: skip
_STARTED: Final = """
update document set
    attempts = :attempt_no,
    first_try_at = min(coalesce(first_try_at, :at), :at),
    last_try_at = max(coalesce(last_try_at, :at), :at)
where key = :key
"""
_MARK: Final = "update lease set sent_at = ? where key = ? and attempt = ? and holder = ?"
_LEASE: Final = "select * from lease where key = ? and attempt = ? and holder = ?"
_FINISH: Final = """
update attempt set
    finished_at = :finished_at, outcome = :outcome, success = :success, message = :message,
    error_code = :error_code, category = :category, pattern = :pattern,
    rules_version = :rules_version, relation_code = :relation_code, mutation_no = :mutation_no,
    detail = :detail, duration_ms = max(0, (:finished_at - started_at) / 1000)
where id = :attempt
"""
_SETTLE: Final = """
update document set
    state = :state,
    since = case state when :state then since else :finished_at end,
    due_at = :due_at,
    tries = case when :temporary then tries + 1 else 0 end,
    sent_at = case when :outcome = 'unknown' then coalesce(:sent_at, :finished_at) end,
    lookup_first = case when :success then 0 when :outcome = 'unknown' then 1 else lookup_first end,
    changed = case when :state = 'booked' then :moved_on else changed end,
    latest_attempt = :attempt,
    mutation_no = coalesce(:mutation_no, mutation_no),
    relation_code = case :relation_code when '' then relation_code else :relation_code end,
    error_code = :error_code,
    ruling = case when :settled then '' else ruling end,
    reversed_no = coalesce(:reverses, reversed_no)
where key = :key
"""
_RELEASE: Final = """
update document set due_at = :finished_at
where connection = :connection and entity = 'creditmemo' and state = 'waiting' and due_at is null
    and attempts > 0
    and order_id = :order_id
    and exists (
        select 1 from document as invoice
        where invoice.connection = :connection and invoice.entity = 'invoice'
            and invoice.order_no = :order_no and invoice.order_id = :order_id
            and invoice.state = 'booked'
            and coalesce(document.invoice_id, invoice.document_id) = invoice.document_id
    )
"""
"""A credit memo that waits for its invoice is due once that is booked; one made from the order,
which names no invoice, once any of its order is. One that was never tried waits for somebody who
asks for it. Runs after each end that can make this so, in the
same transaction, so that neither the one nor the other can slip through between two ends."""

_STOP_RUNS: Final = """
update run set finished_at = ?, state = 'stopped', code = 'INTERRUPTED',
    message = 'Interrupted: the process ended before the run did'
where holder = ? and state = 'running'
"""
_REOPEN_REQUESTS: Final = """
update request set holder = null, taken_at = null where holder = ? and finished_at is null
"""


@dataclass(frozen=True, slots=True)
class Label:
    """How the rules group a message: category, pattern id, and the rules' version."""

    category: str = ""
    pattern: str = ""
    rules_version: int = 0


Labeller = Callable[[str, str], Label]
"""Groups a message (first argument) with its error code (second)."""


class Claims(Holders):
    """Tries at documents, each by one holder at a time.

    A decision of a person (`sync.store.rulings`) stays until a try at it ends for good: a lost
    answer, a pause or a crash leaves it, so that whoever comes next carries it out.
    """

    def claim(self, start: Start, holder: Holder) -> Claim | None:
        """Take the lease on a document and write the started row, or leave both.

        Returns:
            None when the document is not waiting, not due at `start.started_at` (a settle time or
            a pause is still running), unknown, or claimed by another; also for a credit memo while
            an invoice of its order is being tried.

        Raises:
            StoreError: Nothing was written.
        """
        at = codec.micros(start.started_at)
        with self.write(durable=False) as hub:
            found = hub.execute(_CLAIMABLE, (start.key, at)).fetchone()
            if found is None:
                return None
            document = documents.decode(found)
            attempt_no = document.attempts + 1
            row = {**_started(start), **_decided(document.ruling), "attempt_no": attempt_no}
            attempt = insert(hub, "attempt", row)
            register(hub, holder)
            lease = {"key": start.key, "attempt": attempt, "holder": holder.token}
            insert(hub, "lease", {**lease, "fingerprint": document.entry.fingerprint})
            hub.execute("insert or ignore into platform values (?)", (codec.clean(start.platform),))
            hub.execute(_STARTED, {"key": start.key, "attempt_no": attempt_no, "at": at})
            moved(hub, "attempts")
        return Claim(attempt=attempt, attempt_no=attempt_no, document=document, holder=holder.token)

    def mark_sent(self, claim: Claim, now: datetime) -> bool:
        """Note, durably, that the next thing is the call that writes to the books.

        Returns:
            False when the lease was lost: the caller must not send.
        """
        with self.write() as hub:
            values = (codec.micros(now), claim.key, claim.attempt, claim.holder)
            return bool(hub.execute(_MARK, values).rowcount)

    def finish(self, claim: Claim, finish: Finish, relation: Relation | None = None) -> bool:
        """End the try: its row, the document's state, the lease.

        A document that changed in the shop meanwhile and was refused as it was before waits again,
        due now; one that was booked as it was before is marked as changed.

        Args:
            claim: Of the try.
            finish: How it ended.
            relation: What the try found out about a customer, remembered in the same transaction:
                whoever waits for the lease finds it there.

        Returns:
            False when the lease was lost; the one who took it over has finished the row.
        """
        with self.write() as hub:
            values = (claim.key, claim.attempt, claim.holder)
            lease = hub.execute(_LEASE, values).fetchone()
            if lease is None:
                return False
            _end(hub, lease, finish)
            settle_requested(hub, claim.key, claim.attempt, finish.outcome)
            if relation is not None:
                keep(hub, relation)
        return True

    def take_over(
        self,
        holder: Holder,
        now: datetime,
        settle: timedelta,
        label: Labeller | None = None,
    ) -> list[LeftBehind]:
        """Finish what holders left behind that are gone.

        A try without mark ends as failed and its document is due now; one with the mark ends as
        unknown and is due, look-up first, after the settle time. Their runs end as stopped, and
        requests that they had taken up are open again.

        Args:
            holder: Who takes over.
            now: When the rows end.
            settle: How long a booking may still be under way.
            label: Groups the two messages; without it category and pattern stay empty.
        """
        left = []
        with self.write() as hub:
            for token in self.gone(hub, holder):
                leases = hub.execute("select * from lease where holder = ?", (token,)).fetchall()
                left += [_leave_behind(hub, lease, now, settle, label) for lease in leases]
                _free(hub, token, now)
        return left

    def reopen_requests(self, holder: Holder, now: datetime) -> None:
        """Let requests be taken up again that holders had who are gone; their runs end too.

        The documents that they were trying are left to `take_over`.
        """
        with self.write() as hub:
            for token in self.gone(hub, holder):
                _free(hub, token, now)


def _columns(values: Start | Finish) -> dict[str, Any]:
    """By name, texts clean. `asdict` would copy every value deeply, at ten times the cost."""
    found = {field.name: getattr(values, field.name) for field in fields(values)}
    return {x: codec.clean(y) if isinstance(y, str) else y for x, y in found.items()}


def _started(start: Start) -> dict[str, Any]:
    row = _columns(start)
    row["started_at"] = codec.micros(start.started_at)
    row["amount"] = codec.optional(codec.cents, start.amount)
    return row


def _decided(ruling: Ruling | None) -> dict[str, Any]:
    """What a started row says otherwise when it carries out what a person decided."""
    if ruling is None:
        return {}
    actor, amount = codec.clean(ruling.actor), codec.cents(ruling.amount)
    return {"actor": actor, "trigger": ruling.trigger, "amount": amount}


def _end(hub: sqlite3.Connection, lease: sqlite3.Row, finish: Finish) -> None:
    row = _columns(finish)
    key = lease["key"]
    now = hub.execute("select fingerprint from document where key = ?", (key,)).fetchone()
    moved_on = now["fingerprint"] != lease["fingerprint"]
    row |= {
        "finished_at": codec.micros(finish.finished_at),
        "due_at": codec.optional(codec.micros, finish.due_at),
        "success": finish.success,
        "attempt": lease["attempt"],
        "key": key,
        "sent_at": lease["sent_at"],
        "moved_on": moved_on,
        "settled": finish.state != "waiting",
    }
    hub.execute(_FINISH, row)
    if moved_on and finish.state in {"failed", "skipped"}:
        row |= {"state": "waiting", "due_at": row["finished_at"], "temporary": False}
    hub.execute(_SETTLE, row)
    if row["state"] == "booked" or row["due_at"] is None:
        _release(hub, row)
    hub.execute("delete from lease where key = ?", (key,))
    moved(hub, "attempts")
    moved(hub, "documents")


def _release(hub: sqlite3.Connection, row: dict[str, Any]) -> None:
    document = hub.execute(
        "select connection, order_id, order_no from document where key = ?", (row["key"],)
    ).fetchone()
    hub.execute(_RELEASE, {**dict(document), "finished_at": row["finished_at"]})


def _leave_behind(
    hub: sqlite3.Connection,
    lease: sqlite3.Row,
    now: datetime,
    settle: timedelta,
    label: Labeller | None,
) -> LeftBehind:
    sent = lease["sent_at"] is not None
    message, code = (OUTCOME_UNKNOWN, "OUTCOME_UNKNOWN") if sent else (INTERRUPTED, "INTERRUPTED")
    labelled = label(message, code) if label else Label()
    end = Finish(
        finished_at=now,
        outcome="unknown" if sent else "failed",
        state="waiting",
        message=message,
        error_code=code,
        due_at=now + settle if sent else now,
        **asdict(labelled),
    )
    _end(hub, lease, end)
    return LeftBehind(key=lease["key"], attempt=lease["attempt"], outcome=end.outcome)


def _free(hub: sqlite3.Connection, token: str, now: datetime) -> None:
    ended = (codec.micros(now), token)
    hub.execute(_STOP_RUNS, ended)
    hub.execute(_REOPEN_REQUESTS, (token,))
