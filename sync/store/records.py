"""What stands beside the documents: runs, relations, mapping, audit, look-up counts."""

import json
import sqlite3
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sync.domain.attempts import Trigger
from sync.errors import StoreError
from sync.store import codec
from sync.store.audit import as_json, audit_of, note
from sync.store.database import insert, moved
from sync.store.holders import Holder, Holders, register
from sync.store.rows import AuditRow, Relation, Run, RunState

_KEEP_RELATION: Final = """
insert into relation (connection, identity, code, fingerprint, customer)
values (:connection, :identity, :code, :fingerprint, :customer)
on conflict do update set
    code = excluded.code, fingerprint = excluded.fingerprint, customer = excluded.customer
"""
_MOST_SAID: Final = 1_000
_FINISH_RUN: Final = """
update run set finished_at = ?, state = ?, counts = ?, message = ?, code = ? where id = ?
"""
_REOPENED: Final = """
insert into reopened (connection, version, key, attempt)
select connection, :version, key, latest_attempt from document
where connection = :connection and state = 'failed'
    and error_code in (select value from json_each(:codes)) and latest_attempt is not null
"""
_REOPEN: Final = """
update document set state = 'waiting', since = :now, due_at = :now, tries = 0
where connection = :connection and state = 'failed'
    and error_code in (select value from json_each(:codes))
"""
_COUNT_LOOKUP: Final = """
insert into lookup (administration, month, calls) values (?, ?, 1)
on conflict do update set calls = calls + 1
returning calls
"""
_SPEND_LOOKUPS: Final = """
insert into lookup (administration, month, calls) values (?, ?, ?)
on conflict do update set calls = max(calls, excluded.calls)
"""


class Records(Holders):
    """Everything else that changes while it runs."""

    def relation(self, connection: str, identity: str) -> Relation | None:
        """The relation remembered for that customer identity; None when there is none."""
        with self.read() as hub:
            row = hub.execute(
                "select * from relation where connection = ? and identity = ?",
                (connection, identity),
            ).fetchone()
        return None if row is None else Relation(**dict(row))

    def keep_relation(self, relation: Relation) -> None:
        """Remember a relation, in place of what was known of that identity."""
        with self.write() as hub:
            keep(hub, relation)

    def forget_relation(self, connection: str, identity: str) -> None:
        """Forget which relation a customer has: the books don't have it any more."""
        with self.write() as hub:
            hub.execute(
                "delete from relation where connection = ? and identity = ?", (connection, identity)
            )

    def strangers(self, connection: str, identity: str, codes: Collection[str]) -> set[str]:
        """Which of these relation codes we know as another customer's than `identity`."""
        with self.read() as hub:
            rows = hub.execute(
                "select code from relation where connection = ? and identity <> ? "
                "and code in (select value from json_each(?))",
                (connection, identity, json.dumps(sorted(codes))),
            ).fetchall()
        return {row["code"] for row in rows}

    def start_run(
        self,
        connection: str,
        trigger: Trigger,
        actor: str,
        mapping_version: int,
        now: datetime,
        *,
        holder: Holder | None = None,
        request: int | None = None,
    ) -> int:
        """Open a run and return its id.

        Args:
            connection: Of the run.
            trigger: Who or what asked.
            actor: Login of the person who asked; empty for the schedule.
            mapping_version: Of the mapping it books with.
            now: Its start.
            holder: The process that runs it; when that is gone, `take_over` ends the run too.
            request: The request that it works off.
        """
        with self.write(durable=False) as hub:
            if holder:
                register(hub, holder)
            return insert(
                hub,
                "run",
                {
                    "connection": connection,
                    "trigger": trigger,
                    "actor": codec.clean(actor),
                    "mapping_version": mapping_version,
                    "started_at": codec.micros(now),
                    "holder": holder.token if holder else "",
                    "request": request,
                },
            )

    def finish_run(  # noqa: PLR0917 - the row's columns in their order
        self,
        run: int,
        state: RunState,
        counts: Mapping[str, int],
        message: str,
        code: str,
        now: datetime,
    ) -> None:
        """End a run: how, with which counts, and in one sentence why when it went wrong."""
        values = (codec.micros(now), state, as_json(counts), codec.clean(message), code, run)
        with self.write() as hub:
            hub.execute(_FINISH_RUN, values)

    def runs(self, limit: int) -> list[Run]:
        """The latest runs, newest first."""
        with self.read() as hub:
            rows = hub.execute("select * from run order by id desc limit ?", (limit,)).fetchall()
        return [run_of(row) for row in rows]

    def first_run(self, connection: str) -> tuple[int, datetime] | None:
        """Id and start of the connection's first run; None before it."""
        with self.read() as hub:
            row = hub.execute(
                "select id, started_at from run where connection = ? order by id limit 1",
                (connection,),
            ).fetchone()
        return None if row is None else (row["id"], codec.moment(row["started_at"]))

    def mapping(self, connection: str) -> tuple[int, str]:
        """Version and JSON text of a connection's mapping; `(0, "")` when there is none."""
        with self.read() as hub:
            row = hub.execute(
                "select version, content from mapping where connection = ? "
                "order by version desc limit 1",
                (connection,),
            ).fetchone()
        return (0, "") if row is None else (row["version"], row["content"])

    def set_mapping(
        self,
        connection: str,
        content: str,
        actor: str,
        now: datetime,
        *,
        reopens: Collection[str] = (),
        instead_of: int | None = None,
        change: str = "",
    ) -> int:
        """Keep a new mapping beside the old ones, with an audit row; its version, from 1.

        Which documents it makes due, and their failed attempts, stays known under its version.

        Args:
            connection: Whose mapping.
            content: The whole of it, as text.
            actor: Who changed it.
            now: When; what it reopens is due then.
            reopens: Error codes that another mapping may cure: failed documents whose latest try
                ended with one of them wait again.
            instead_of: Version that the new one was made from; None takes any.
            change: What was changed, in short, for the audit, which keeps 1,000 characters.

        Raises:
            StoreError: Somebody else has changed the mapping since that version; nothing is kept.
        """
        with self.write() as hub:
            last = hub.execute(
                "select coalesce(max(version), 0) from mapping where connection = ?", (connection,)
            ).fetchone()[0]
            if instead_of not in {None, int(last)}:
                raise StoreError(
                    "Somebody else has changed the mapping meanwhile: look at it, then change it.",
                    code="STORE_MOVED",
                )
            version = int(last) + 1
            row = {"connection": connection, "version": version, "content": codec.clean(content)}
            insert(hub, "mapping", {**row, "actor": codec.clean(actor), "at": codec.micros(now)})
            concerned = {
                "connection": connection,
                "version": version,
                "codes": json.dumps(sorted(reopens)),
                "now": codec.micros(now),
            }
            hub.execute(_REOPENED, concerned)
            reopened = hub.execute(_REOPEN, concerned).rowcount
            moved(hub, "documents")
            said = {"change": change[:_MOST_SAID]} if change else {}
            facts = {**said, "version": version, "reopened": reopened}
            note(hub, actor, "mapping", connection, now, **facts)
        return version

    def audit(self, actor: str, action: str, what: str, now: datetime, **facts: object) -> None:
        """Write down who did what to what; `facts` must be what JSON holds."""
        with self.write() as hub:
            note(hub, actor, action, what, now, **facts)

    def audit_rows(self, limit: int, action: str = "") -> list[AuditRow]:
        """The latest audit rows, newest first; of one action when it is given."""
        with self.read() as hub:
            rows = hub.execute(
                "select * from audit where ?1 in ('', action) order by id desc limit ?2",
                (action, limit),
            ).fetchall()
        return [audit_of(row) for row in rows]

    def note_lookup(self, administration: str, month: str) -> int:
        """Count one GetMutaties before it goes out; how many this month has now.

        Args:
            administration: Which books; their limit is per administration.
            month: "2026-11", in the books' time zone.
        """
        with self.write() as hub:
            return int(hub.execute(_COUNT_LOOKUP, (administration, month)).fetchone()["calls"])

    def spend_lookups(self, administration: str, month: str, limit: int) -> None:
        """Note that the books refuse more GetMutaties this month: other software used the rest."""
        with self.write() as hub:
            hub.execute(_SPEND_LOOKUPS, (administration, month, limit))

    def lookups(self, administration: str, month: str) -> int:
        """How many GetMutaties went out in that month."""
        with self.read() as hub:
            row = hub.execute(
                "select calls from lookup where administration = ? and month = ?",
                (administration, month),
            ).fetchone()
        return 0 if row is None else int(row["calls"])


def keep(hub: sqlite3.Connection, relation: Relation) -> None:
    """Remember a relation, as part of another transaction."""
    hub.execute(_KEEP_RELATION, _columns(relation, Relation.__slots__))


def run_of(row: sqlite3.Row) -> Run:
    """The run of a row of the hub's `run` table."""
    values = _with_moments(row, "started_at", "finished_at")
    values.pop("holder")
    return Run(**values | {"counts": json.loads(row["counts"])})


def _with_moments(row: sqlite3.Row, *names: str) -> dict[str, Any]:
    moments = {name: codec.optional(codec.moment, row[name]) for name in names}
    return dict(row) | moments


def _columns(value: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: codec.clean(getattr(value, name)) for name in names}
