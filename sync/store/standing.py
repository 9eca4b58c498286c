"""How things stand now: documents by state, what is next, what is oldest, and who is at work."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sync.domain.attempts import DocumentState
from sync.store import codec
from sync.store.holders import Holder, Holders, has_ended
from sync.store.records import run_of
from sync.store.rows import Run

if TYPE_CHECKING:  # a command that only asks the hub starts without DuckDB
    from sync.store.reader import Reader

OVERDUE: Final = timedelta(hours=24)
"""A document that waits for longer counts as failed; not one that waits until somebody asks."""

_STANDING: Final = """
select connection, state, count(*) as documents, min(since) as oldest, min(due_at) as due,
    count(*) filter (
        where state = 'waiting' and since < :late and (due_at is not null or attempts > 0)
    ) as overdue,
    count(*) filter (where state = 'waiting' and due_at <= :now) as ready
from document
where entity <> 'customer'
group by connection, state
"""
_LAST_RUN: Final = "select * from run where connection = ? order by id desc limit 1"
_FORGET: Final = """
delete from duty where name glob 'worker:*' and holder not in (select token from holder)
"""
_WORKERS: Final = """
select holder.* from holder join duty on duty.holder = token where name glob 'worker:*'
"""


@dataclass(slots=True, kw_only=True)
class Standing:
    """One connection's invoices and credit memos.

    Attributes:
        documents: How many are in each state; a state without any is left out.
        overdue: How many wait for over 24 hours, which counts as failed.
        ready: How many are to be tried now.
        next_due: When the next waiting one is tried; None when all wait for something else.
        failed_since: When the oldest failed one failed; None when none is.
    """

    documents: dict[DocumentState, int] = field(default_factory=dict)
    overdue: int = 0
    ready: int = 0
    next_due: datetime | None = None
    failed_since: datetime | None = None

    @property
    def failures(self) -> int:
        """Documents that need somebody's look."""
        return self.documents.get("failed", 0) + self.overdue


class Standings(Holders):
    """What a status tells."""

    def standing(self, now: datetime) -> Mapping[str, Standing]:
        """How the documents of each connection stand, by its name."""
        with self.read() as hub:
            moments = {"late": codec.micros(now - OVERDUE), "now": codec.micros(now)}
            rows = hub.execute(_STANDING, moments).fetchall()
        found: dict[str, Standing] = {}
        for row in rows:
            one = found.setdefault(row["connection"], Standing())
            one.documents[row["state"]] = row["documents"]
            if row["state"] == "waiting":
                one.overdue, one.ready = row["overdue"], row["ready"]
                one.next_due = codec.optional(codec.moment, row["due"])
            if row["state"] == "failed":
                one.failed_since = codec.moment(row["oldest"])
        return found

    def last_run(self, connection: str) -> Run | None:
        """The connection's run that started last, running or not; None before the first."""
        with self.read() as hub:
            row = hub.execute(_LAST_RUN, (connection,)).fetchone()
        return None if row is None else run_of(row)

    @contextmanager
    def worker(self) -> Iterator[Holder]:
        """Be a holder that others know as a worker."""
        with self.holder() as me:
            with self.write() as hub:
                hub.execute(_FORGET)
                hub.execute("insert into duty values (?, ?)", (f"worker:{me.token}", me.token))
            try:
                yield me
            finally:
                with self.write() as hub:
                    hub.execute("delete from duty where holder = ?", (me.token,))

    def workers(self) -> list[Holder]:
        """The workers that have not certainly ended."""
        with self.read() as hub:
            return _alive(hub.execute(_WORKERS).fetchall())


def workers(reader: "Reader") -> list[Holder]:
    """The workers that have not certainly ended, for whoever only reads."""
    return _alive(reader.rows(_WORKERS))


def is_asked(reader: "Reader") -> bool:
    """Whether somebody's request lies in the queue, taken up by no worker yet."""
    statement = "select 1 from request where finished_at is null and taken_at is null limit 1"
    return bool(reader.rows(statement))


def _alive(rows: Sequence[sqlite3.Row]) -> list[Holder]:
    known = [Holder(row["token"], row["host"], row["pid"], row["started"]) for row in rows]
    return [holder for holder in known if not has_ended(holder)]
