"""What people ask the worker to do: a queue in which nobody's wish is carried out twice.

A request that names documents has a row per document in `requested`. A document stands in one open
request at most, and its row gets the try that ended it in the transaction that ends the try, so
whoever takes the request up after a crash goes on with what is left.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sync.store import codec
from sync.store.audit import as_json, note
from sync.store.database import insert
from sync.store.holders import Holder, Holders, register
from sync.store.rows import Asked, Progress, Request, Wish

LEFT: Final = "left"
"""What stands in place of an outcome when a request ended without a try at the document."""

_OWN: Final = frozenset({"looks"})
"""Parts of a result that the request alone keeps: the audit trail, kept for ever, counts them."""

_NEXT: Final = """
select * from request where finished_at is null and taken_at is null order by id limit 1
"""
_SAME: Final = """
select id from request
where finished_at is null and kind = ? and identity = ? order by id limit 1
"""
_IN_OPEN: Final = """
select requested.key, request from requested join request on request.id = request
where finished_at is null and requested.key in (select value from json_each(?))
"""
_TRIED: Final = (
    "select key, latest_attempt from document where key in (select value from json_each(?))"
)
_LATEST: Final = """
select max(request) as id from requested where key in (select value from json_each(?))
"""
_OF_HOLDER: Final = "select 1 from request where id = ? and holder = ? and finished_at is null"
_COUNTS: Final = """
select outcome, count(*) as documents from requested where request = ? group by outcome
"""
_TELL: Final = """
update request set progress = :progress
where id = :id and holder = :holder and finished_at is null
"""
_RELEASE: Final = """
update request set holder = null, taken_at = null
where id = ? and holder = ? and finished_at is null
"""


class Requests(Holders):
    """The queue."""

    def ask(self, wish: Wish, actor: str, now: datetime) -> Asked:
        """Put a person's wish in the queue, with an audit row.

        A wish that is being carried out already, or is about to be, is not taken up again: the
        answer names the request that has it. Of a wish that names documents those are left out
        that stand in an open request, and those that were tried since the person looked.

        Args:
            wish: What is asked for.
            actor: Who asks.
            now: When.
        """
        with self.write() as hub:
            if wish.documents is not None:
                return _ask_for_documents(hub, wish, wish.documents, actor, now)
            same = hub.execute(_SAME, (wish.kind, _identity(wish))).fetchone()
            if same is not None:
                return Asked(request=same["id"], is_new=False)
            return Asked(request=_add(hub, wish, actor, now, ()), is_new=True)

    def next_request(self, holder: Holder, now: datetime) -> Request | None:
        """Take up the oldest open request; None when nobody's is left."""
        with self.write() as hub:
            row = hub.execute(_NEXT).fetchone()
            if row is None:
                return None
            register(hub, holder)
            hub.execute(
                "update request set holder = ?, taken_at = ? where id = ?",
                (holder.token, codec.micros(now), row["id"]),
            )
            taken = hub.execute("select * from request where id = ?", (row["id"],)).fetchone()
        return request_of(taken)

    def open_documents(self, request: int) -> list[str]:
        """Keys of a request's documents that it has not tried yet."""
        with self.read() as hub:
            rows = hub.execute(
                "select key from requested where request = ? and outcome = ''", (request,)
            )
            return [row["key"] for row in rows]

    def tell_progress(self, request: Request, holder: Holder, progress: Progress) -> None:
        """Say how far a request is; of one that names documents those are counted here."""
        with self.write() as hub:
            counted = _counted(hub, request.id, progress)
            values = {"progress": as_json(counted), "id": request.id, "holder": holder.token}
            hub.execute(_TELL, values)

    def wants_stop(self, request: int) -> bool:
        """Whether somebody wishes that it stops."""
        with self.read() as hub:
            row = hub.execute("select stop_at from request where id = ?", (request,)).fetchone()
        return row is not None and row["stop_at"] is not None

    def ask_to_stop(self, request: int, actor: str, now: datetime) -> bool:
        """Wish that a request stops, with an audit row; one that nobody took up ends at once.

        Returns:
            False when it has ended, or somebody wished it before.
        """
        at = codec.micros(now)
        with self.write() as hub:
            row = hub.execute(
                "select * from request where id = ? and finished_at is null and stop_at is null",
                (request,),
            ).fetchone()
            if row is None:
                return False
            hub.execute("update request set stop_at = ? where id = ?", (at, request))
            note(hub, actor, "stop", row["kind"], now, request=request)
            if row["taken_at"] is None:
                _finish(hub, row, {"state": "stopped"}, now)
        return True

    def release_request(self, request: Request, holder: Holder) -> None:
        """Give a request back: who took it up ends, another one goes on with it."""
        with self.write() as hub:
            hub.execute(_RELEASE, (request.id, holder.token))

    def finish_request(
        self, request: Request, holder: Holder, result: Mapping[str, object], now: datetime
    ) -> bool:
        """Close a request with what came of it, with an audit row.

        Returns:
            False when another process has taken it over meanwhile; nothing happens then.
        """
        with self.write() as hub:
            if hub.execute(_OF_HOLDER, (request.id, holder.token)).fetchone() is None:
                return False
            row = hub.execute("select * from request where id = ?", (request.id,)).fetchone()
            _finish(hub, row, result, now)
        return True

    def request(self, request: int) -> Request | None:
        """One request; None when there is none with that number."""
        with self.read() as hub:
            row = hub.execute("select * from request where id = ?", (request,)).fetchone()
        return None if row is None else request_of(row)

    def requests(self, limit: int) -> list[Request]:
        """The latest requests, newest first, done and open."""
        with self.read() as hub:
            rows = hub.execute("select * from request order by id desc limit ?", (limit,))
            return [request_of(row) for row in rows]

    def has_open_requests(self) -> bool:
        """Whether anything is asked for that is not done, taken up or not."""
        with self.read() as hub:
            found = hub.execute("select 1 from request where finished_at is null limit 1")
            return found.fetchone() is not None


def request_of(row: sqlite3.Row) -> Request:
    """The request of a row of the hub's `request` table."""
    progress = json.loads(row["progress"])
    return Request(
        id=row["id"],
        connection=row["connection"],
        kind=row["kind"],
        payload=json.loads(row["payload"]),
        actor=row["actor"],
        asked_at=codec.moment(row["asked_at"]),
        taken_at=codec.optional(codec.moment, row["taken_at"]),
        stop_at=codec.optional(codec.moment, row["stop_at"]),
        finished_at=codec.optional(codec.moment, row["finished_at"]),
        progress=Progress(**progress) if progress else None,
        result=json.loads(row["result"]),
        holder=row["holder"] or "",
    )


def _ask_for_documents(
    hub: sqlite3.Connection,
    wish: Wish,
    documents: Mapping[str, int | None],
    actor: str,
    now: datetime,
) -> Asked:
    keys = json.dumps(sorted(documents))
    elsewhere = dict(tuple(row) for row in hub.execute(_IN_OPEN, (keys,)))
    latest = dict(tuple(row) for row in hub.execute(_TRIED, (keys,)))
    wanted = [
        key
        for key, seen in documents.items()
        if key in latest and key not in elsewhere and latest[key] == seen
    ]
    if wanted:
        return Asked(
            request=_add(hub, wish, actor, now, wanted),
            is_new=True,
            documents=len(wanted),
            left_out=len(documents) - len(wanted),
        )
    found = max(elsewhere.values(), default=None)
    if found is None:
        found = hub.execute(_LATEST, (keys,)).fetchone()["id"]
    return Asked(request=found, is_new=False, left_out=len(documents))


def _add(
    hub: sqlite3.Connection, wish: Wish, actor: str, now: datetime, keys: Sequence[str]
) -> int:
    payload = dict(wish.payload) | ({"filter": wish.filter} if wish.filter else {})
    row = {
        "connection": wish.connection,
        "kind": wish.kind,
        "payload": as_json(payload),
        "identity": "" if keys else _identity(wish),
        "actor": codec.clean(actor),
        "asked_at": codec.micros(now),
    }
    request = insert(hub, "request", row)
    hub.executemany(
        "insert into requested (request, key) values (?, ?)", [(request, key) for key in keys]
    )
    facts: dict[str, object] = {"request": request, **payload}
    facts |= {"count": len(keys), "documents": list(keys)} if keys else {}
    note(hub, actor, wish.kind, wish.connection, now, **facts)
    return request


def _identity(wish: Wish) -> str:
    """What makes two wishes without documents the same one."""
    return wish.identity or as_json({"connection": wish.connection, **wish.payload})


def _finish(
    hub: sqlite3.Connection, row: sqlite3.Row, result: Mapping[str, object], now: datetime
) -> None:
    request = row["id"]
    hub.execute(
        "update requested set outcome = ? where request = ? and outcome = ''", (LEFT, request)
    )
    counts = _outcomes(hub, request)
    whole = dict(result) | ({"counts": counts} if counts else {})
    hub.execute(
        "update request set finished_at = ?, result = ? where id = ?",
        (codec.micros(now), as_json(whole), request),
    )
    facts = {x: value for x, value in whole.items() if value not in ("", None) and x not in _OWN}
    note(
        hub, row["actor"], f"{row['kind']} ended", row["connection"], now, request=request, **facts
    )


def _outcomes(hub: sqlite3.Connection, request: int) -> dict[str, int]:
    return {row["outcome"]: row["documents"] for row in hub.execute(_COUNTS, (request,))}


def _counted(hub: sqlite3.Connection, request: int, progress: Progress) -> dict[str, object]:
    outcomes = _outcomes(hub, request)
    if not outcomes:
        return {
            "done": progress.done,
            "total": progress.total,
            "counts": dict(progress.counts),
            "before": progress.before,
            "note": progress.note,
        }
    open_ones = outcomes.pop("", 0)
    done = sum(outcomes.values())
    return {
        "done": done,
        "total": done + open_ones,
        "counts": outcomes,
        "before": progress.before,
        "note": progress.note,
    }


def settle_requested(hub: sqlite3.Connection, key: str, attempt: int, outcome: str) -> None:
    """Note in an open request that a try at one of its documents ended; part of that end."""
    hub.execute(
        "update requested set attempt = ?, outcome = ? where key = ? and outcome = ''",
        (attempt, outcome, key),
    )
