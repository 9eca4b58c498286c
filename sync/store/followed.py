"""Requests as pages follow them: how far, and what their runs came to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sync.domain.attempts import Outcome
from sync.domain.documents import Entity
from sync.store.filters import LogFilter
from sync.store.kept import scope_of
from sync.store.reader import Reader
from sync.store.records import run_of
from sync.store.requests import LEFT, request_of
from sync.store.rows import Request, Run

_PARTS: Final = """
select run, entity, outcome, pattern, count(*) as attempts, max(id) as latest
from attempts where list_contains($runs, run) and started_at >= $since
group by run, entity, outcome, pattern
order by run, entity, attempts desc, latest
"""
_ABOUT: Final = """
select * from request where kind = ? and json_extract(payload, '$.document') = ?
order by id desc limit 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Attempts of one run that ended alike.

    Attributes:
        outcome: None while they run.
        pattern: Of failures; empty otherwise.
        attempts: How many.
        latest: Id of the latest of them.
    """

    run: int
    entity: Entity
    outcome: Outcome | None
    pattern: str
    attempts: int
    latest: int


def find(reader: Reader, request: int) -> Request | None:
    """One request; None when there is none with that number."""
    rows = reader.rows("select * from request where id = ?", (request,))
    return request_of(rows[0]) if rows else None


def latest(reader: Reader, most: int, kind: str = "") -> list[Request]:
    """The latest requests, newest first, done and open; of one kind when it is named."""
    rows = reader.rows(
        "select * from request where ?1 in ('', kind) order by id desc limit ?2", (kind, most)
    )
    return [request_of(row) for row in rows]


def about(reader: Reader, kind: str, document: str) -> Request | None:
    """The latest request of a kind whose payload names that document; None when there is none."""
    rows = reader.rows(_ABOUT, (kind, document))
    return request_of(rows[0]) if rows else None


def still_open(reader: Reader) -> list[Request]:
    """What is asked for and not done, oldest first."""
    rows = reader.rows("select * from request where finished_at is null order by id")
    return [request_of(row) for row in rows]


def left_documents(reader: Reader, request: int) -> list[str]:
    """Keys of the documents that a request ended without trying."""
    statement = "select key from requested where request = ? and outcome = ? order by key"
    return [row["key"] for row in reader.rows(statement, (request, LEFT))]


def runs_of(reader: Reader, request: int) -> list[Run]:
    """The runs that worked a request off, oldest first."""
    rows = reader.rows("select * from run where request = ? order by id", (request,))
    return [run_of(row) for row in rows]


def latest_runs(reader: Reader, most: int, connection: str = "") -> list[Run]:
    """The latest runs, newest first; of one connection when it is named."""
    rows = reader.rows(
        "select * from run where ?1 in ('', connection) order by id desc limit ?2",
        (connection, most),
    )
    return [run_of(row) for row in rows]


def parts(reader: Reader, runs: Sequence[Run]) -> list[Part]:
    """How the attempts of some runs ended, by kind and cause; what the logs show with `run=`.

    Raises:
        StoreError: The record cannot be read.
    """
    if not runs:
        return []
    since = min(run.started_at for run in runs)
    values = {"runs": [run.id for run in runs], "since": since}
    found = reader.ask(_PARTS, values, scope_of(LogFilter(since=since)))
    return [Part(**row) for row in found.to_pylist()]
