"""The proof of the whole store: every file, every count, and all that the hub keeps of attempts.

What the hub says of a document's tries can be recomputed from the attempts themselves. Here it is,
and each difference is named; nothing is changed but that a damaged file is set apart.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from sync.domain.attempts import SUCCESS
from sync.store import snapshot
from sync.store.contents import content_fault
from sync.store.damage import Damages
from sync.store.database import segments_path
from sync.store.reader import Reader, open_reader
from sync.store.snapshot import Snapshot

_DEADLINE_SECONDS: Final = 3600.0
TRIES: Final = """
select
    key,
    count(*) as attempts,
    max(id) filter (outcome is not null) as latest_attempt,
    epoch_us(min(started_at)) as first_try_at,
    epoch_us(max(started_at)) as last_try_at,
    arg_max(mutation_no, id) filter (mutation_no is not null) as mutation_no,
    coalesce(arg_max(relation_code, id) filter (relation_code <> '' and outcome is not null), '')
        as relation_code,
    coalesce(arg_max(error_code, id) filter (outcome is not null), '') as error_code,
    arg_max(outcome, id) filter (outcome is not null) as outcome
from attempts group by key
"""
"""What the attempts say of each document."""

_CACHED: Final = (
    "attempts",
    "latest_attempt",
    "first_try_at",
    "last_try_at",
    "mutation_no",
    "relation_code",
    "error_code",
)
_DOCUMENTS: Final = " ".join((
    "select key, state,",
    ", ".join(_CACHED),
    ", (select coalesce(sum(rows), 0) from cleaned where cleaned.key = document.key) as cleaned",
    "from document order by key",
))  # fmt: skip
_NEVER_TRIED: Final[Mapping[str, Any]] = {
    **dict.fromkeys(_CACHED),
    "attempts": 0,
    "relation_code": "",
    "error_code": "",
    "outcome": None,
}
_AS_STATE: Final = {"booked": "created", "skipped": "skipped"}
_ENDED_AS: Final = {True: "booked", False: "failed", None: "skipped"}
_NAMES: Final = ("key", "state", *_CACHED, "cleaned")
_BATCH: Final = 100_000
_SUSPECTS: Final = " ".join((
    "select document.*,",
    ", ".join(f"tried.{name} as tried_{name}" for name in _NEVER_TRIED),
    "from document left join tried using (key) where document.state <> 'waiting'",
    "and document.state is distinct from case",
    *(
        f"when tried.outcome = '{outcome}' then '{_ENDED_AS[success]}'"
        for outcome, success in SUCCESS.items()
    ),
    "end or document.attempts <> coalesce(tried.attempts, 0) + document.cleaned",
    "or (document.cleaned = 0 and (",
    " or ".join(
        f"document.{name} is distinct from "
        + (f"coalesce(tried.{name}, '')" if _NEVER_TRIED[name] == "" else f"tried.{name}")
        for name in _CACHED
        if name != "attempts"
    ),
    ")) order by key",
))  # fmt: skip
_UNKNOWN: Final = """
select key, attempts from tried where key not in (select key from known) order by key
"""
_COUNTS: Final = "select count(*) as rows, count(distinct id) as ids, max(id) as top from attempts"
_PLATFORMS: Final = "select distinct platform from attempts order by platform"
_SEQUENCE: Final = "select coalesce(max(seq), 0) from sqlite_sequence where name = 'attempt'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was proven, and what was not as it should be.

    Attributes:
        files: How many were read, whole.
        attempts: How many were counted, in files and hub.
        documents: How many were compared with their attempts: none while a file is set apart.
        problems: One sentence each; none when the store is whole.
        busy: Another process is at work on the files; nothing was done.
    """

    files: int = 0
    attempts: int = 0
    documents: int = 0
    problems: tuple[str, ...] = ()
    busy: bool = False


def prove(store: Damages) -> Proof:
    """Read everything and compare it; the caller has the duty on the segments.

    Raises:
        StoreError: The hub cannot be used.
    """
    store.notice(thorough=True)
    files = _prove_files(store)
    problems = [f"{x.path} {x.problem}: {x.rows} attempts are not shown" for x in store.damaged()]
    with open_reader(store.home) as reader, store.read() as hub:
        state = snapshot.take(hub, None)
        problems += _hub_pages(hub)
        attempts, differences = _counts(hub, reader, state)
        problems += differences
        if not state.damaged:  # else much would be said to be missing that is only set apart
            problems += _documents(hub, reader, state)
            problems += _platforms(hub, reader, state)
        compared = "select count(*) from document where not ?"
        documents = int(hub.execute(compared, (bool(state.damaged),)).fetchone()[0])
    return Proof(files=files, attempts=attempts, documents=documents, problems=tuple(problems))


def _prove_files(store: Damages) -> int:
    """Hold the rows of each listed file against the list; how many files there are."""
    with store.read() as hub:
        listed = snapshot.segments(hub)
    for segment in listed:
        if problem := content_fault(segments_path(store.home) / segment.path, segment):
            store.set_apart(segment.path, problem)
    return len(listed)


def _hub_pages(hub: sqlite3.Connection) -> Iterator[str]:
    for row in hub.execute("pragma integrity_check"):
        if row[0] != "ok":
            yield f"the hub is damaged: {row[0]}"


def _counts(hub: sqlite3.Connection, reader: Reader, state: Snapshot) -> tuple[int, list[str]]:
    with reader.cursor(state, deadline=_DEADLINE_SECONDS) as cursor:
        found = cursor.sql(_COUNTS).to_arrow_table().to_pylist()[0]
    problems = []
    listed = sum(x.rows for x in state.segments) + state.unsealed.num_rows
    if found["rows"] != listed:
        problems.append(f"the record lists {listed} attempts, its files hold {found['rows']}")
    if found["ids"] != found["rows"]:
        problems.append(f"{found['rows'] - found['ids']} attempts are there twice")
    given = int(hub.execute(_SEQUENCE).fetchone()[0])
    if (found["top"] or 0) > given:
        problems.append(f"attempt {found['top']} has a number that will be given again ({given})")
    return found["rows"], problems


def _documents(hub: sqlite3.Connection, reader: Reader, state: Snapshot) -> Iterator[str]:
    """Each document's difference; DuckDB finds the few that have one, and they are named here."""
    with reader.cursor(state, deadline=_DEADLINE_SECONDS) as cursor:
        cursor.execute(f"create temp table tried as {TRIES}")
        cursor.execute("create temp table known (key varchar)")
        found = hub.execute(_DOCUMENTS)
        while rows := found.fetchmany(_BATCH):
            columns = zip(*map(tuple, rows), strict=True)
            cursor.register("document", pa.table(list(map(pa.array, columns)), names=_NAMES))
            cursor.execute("insert into known select key from document")
            for suspect in cursor.sql(_SUSPECTS).to_arrow_table().to_pylist():
                tried = {name: suspect[f"tried_{name}"] for name in _NEVER_TRIED}
                yield from _differences(suspect, tried if tried["attempts"] else _NEVER_TRIED)
        for one in cursor.sql(_UNKNOWN).to_arrow_table().to_pylist():
            yield f"{one['key']} has {one['attempts']} attempts, and the hub does not know it"


def _differences(document: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    if document["cleaned"]:
        found = _with_cleaned(document, found)
    for name in _CACHED:
        if document[name] != found[name]:
            yield (
                f"{document['key']}: {name} is {_told(document[name])} in the hub and "
                f"{_told(found[name])} by its attempts"
            )
    ended = None if found["outcome"] is None else _ENDED_AS[SUCCESS[found["outcome"]]]
    if document["state"] not in {"waiting", ended}:
        how = f"ended as {found['outcome']}" if ended else "never ended"
        yield f"{document['key']} is {document['state']} in the hub, but its latest try {how}"


def _with_cleaned(document: Mapping[str, Any], found: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the attempts would say if none had been cleaned up, as far as those left can tell.

    A hub that was made anew counts only those that were left.
    """
    kept = {name: document[name] for name in _CACHED if name != "attempts"}
    total = found["attempts"] + document["cleaned"]
    attempts = total if document["attempts"] == total else found["attempts"]
    ended = {"outcome": found["outcome"] or _AS_STATE.get(document["state"])}
    return {**kept, "attempts": attempts, **ended}


def _told(value: object) -> str:
    return "empty" if value in {None, ""} else str(value)


def _platforms(hub: sqlite3.Connection, reader: Reader, state: Snapshot) -> Iterator[str]:
    with reader.cursor(state, deadline=_DEADLINE_SECONDS) as cursor:
        found = set(cursor.sql(_PLATFORMS).to_arrow_table()["platform"].to_pylist())
    known = {row["name"] for row in hub.execute("select name from platform")}
    for name in sorted(found - known):
        yield f"platform {name} has attempts, and the hub does not list it"
