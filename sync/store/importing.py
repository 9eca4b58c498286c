"""Attempts from Parquet files into an empty store: the same rows, under the same ids.

Documents, their states and the numbers follow from the attempts, as after a rebuild: what is not
known to be booked is looked up in the books before it is posted. All comes in, or nothing.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, get_args

import duckdb
import pyarrow as pa
from pyarrow import parquet as pq

from sync.domain.attempts import SUCCESS
from sync.domain.documents import Entity
from sync.errors import StoreError
from sync.store import codec, parquet, recovery
from sync.store.database import insert, moved
from sync.store.derived import derive
from sync.store.maintenance import Steps, new_path
from sync.store.sealing import Sealing
from sync.store.snapshot import SCHEMA, Segment

_BUSY: Final = "Another process tends the record's files at this moment; try again in a minute."
_FULL: Final = (
    "This store has attempts or documents already: an import goes into an empty store only; "
    "give another home with --home."
)
_IS_FULL: Final = """
select exists (select 1 from attempt) or exists (select 1 from document)
    or exists (select 1 from segment where state in ('listed', 'damaged'))
    or exists (select 1 from sqlite_sequence where name = 'attempt' and seq > 0)
"""
_OPTIONAL: Final = frozenset(
    {"order_id", "finished_at", "outcome", "success", "duration_ms", "amount", "mutation_no"}
)
"""Columns that may be empty."""
_EXPECTED: Final = "case outcome {} end".format(
    " ".join(
        f"when '{outcome}' then {'null' if success is None else str(success).lower()}"
        for outcome, success in SUCCESS.items()
    )
)
_FAULTS: Final[dict[str, str]] = {
    "the same id is there twice": "count(*) - count(distinct id)",
    "an id is not above zero": "count(*) filter (id < 1)",
    "a column that is never empty is": "count(*) filter ({})".format(
        " or ".join(f"{name} is null" for name in SCHEMA.names if name not in _OPTIONAL)
    ),
    "a kind of document is not known": "count(*) filter (entity not in ({}))".format(
        ", ".join(f"'{kind}'" for kind in get_args(Entity))
    ),
    "an outcome is not known": "count(*) filter (outcome not in ({}))".format(
        ", ".join(f"'{outcome}'" for outcome in SUCCESS)
    ),
    "success does not go with the outcome": (
        f"count(*) filter (success is distinct from {_EXPECTED})"
    ),
    "an end does not go with the outcome": (
        "count(*) filter ((finished_at is null) <> (outcome is null))"
    ),
    "a document is being tried twice at once": (
        "count(*) filter (outcome is null) - count(distinct key) filter (outcome is null)"
    ),
}
_GROUPS: Final = """
select entity, strftime(started_at, '%Y-%m') as month, count(*) as rows,
    count(*) filter (success) as succeeded, count(*) filter (not success) as failed,
    min(id) as id_from, max(id) as id_to,
    epoch_us(min(started_at)) as started_from, epoch_us(max(started_at)) as started_to
from rows where outcome is not null group by all order by month, entity
"""
_GROUP: Final = """
create or replace temp view brought as from rows
where outcome is not null and entity = 'ENTITY' and strftime(started_at, '%Y-%m') = 'MONTH'
"""
_TOP: Final = "select max(id) as attempt, max(run) as run from rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came in.

    Attributes:
        attempts: Rows, running ones included.
        documents: Whose states follow from them.
        files: Segments that were written.
    """

    attempts: int
    documents: int
    files: int


def bring_in(
    store: Sealing, files: Sequence[Path], actor: str, *, steps: Steps = lambda _: None
) -> Imported:
    """Put the attempts of Parquet files into a store that never had any.

    Rows keep their ids, and new attempts are numbered above the highest. A try that was running
    when it was exported is left behind: the next run ends it as unknown and looks it up.

    Args:
        store: Empty; settings made on screen, such as VAT codes, may be there.
        files: Written by an export or a cleanup, or copied from the record; in any order.
        actor: Who imports, for the audit.
        steps: Told each step when it is done.

    Raises:
        StoreError: In one sentence: the store is not empty, or a file does not hold attempts as we
            write them. Nothing came in.
    """
    with store.duty(steps) as work:
        if work is None:
            raise StoreError(_BUSY)
        with store.read() as hub:
            _refuse_full(hub)
        for file in files:
            _check_columns(file)
        try:
            with parquet.over(files) as duck:
                _check_rows(duck)
                groups = duck.sql(_GROUPS).to_arrow_table().to_pylist()
                segments = [Segment(path=new_path(x["entity"], x["month"]), **x) for x in groups]
                made = [(segment, _writer(duck, segment)) for segment in segments]
                counts: dict[str, int] = {}

                def fill(hub: sqlite3.Connection) -> None:
                    """Bring the hub's own rows in, together with the files."""
                    _refuse_full_but_for(hub, segments)
                    counts.update(_fill(hub, duck, actor, store.clock.now()))

                work.bring_in(made, fill)
        except (OSError, duckdb.Error) as error:
            first = str(error).partition("\n")[0]
            raise StoreError(f"Nothing was imported: {first}") from error
    return Imported(files=len(segments), **counts)


def _refuse_full(hub: sqlite3.Connection) -> None:
    if hub.execute(_IS_FULL).fetchone()[0]:
        raise StoreError(_FULL)


def _refuse_full_but_for(hub: sqlite3.Connection, segments: Sequence[Segment]) -> None:
    """Look again, in the transaction that lists our own files."""
    listed = hub.execute("select count(*) from segment where state = 'listed'").fetchone()[0]
    tried = hub.execute("select 1 from attempt union all select 1 from document").fetchone()
    if listed != len(segments) or tried:
        raise StoreError(_FULL)


def _check_columns(file: Path) -> None:
    try:
        found = {field.name: field.type for field in pq.read_schema(file)}
    except (OSError, pa.ArrowException) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no whole Parquet file"
        raise StoreError(f"{file} cannot be read: {reason}.") from error
    for field in SCHEMA:
        if field.name not in found:
            raise StoreError(f"{file} holds no attempts: it has no column {field.name}.")
        if found[field.name] != field.type:
            raise StoreError(
                f"{file} holds no attempts as we write them: {field.name} is {found[field.name]}, "
                f"not {field.type}."
            )
    if more := sorted(found.keys() - set(SCHEMA.names)):
        raise StoreError(f"{file} has a column that no attempt has: {more[0]}.")


def _check_rows(duck: duckdb.DuckDBPyConnection) -> None:
    counted = ", ".join(f'{count} as "{fault}"' for fault, count in _FAULTS.items())
    found = duck.sql(" ".join(("select count(*) as rows,", counted, "from rows")))
    faults = found.to_arrow_table().to_pylist()[0]
    if not faults.pop("rows"):
        raise StoreError("The files hold no attempts.")
    for fault, number in faults.items():
        if number:
            raise StoreError(f"Nothing was imported: {fault} ({number} rows).")


def _writer(duck: duckdb.DuckDBPyConnection, segment: Segment) -> Callable[[Path], int]:
    def write(target: Path) -> int:
        """Write the file; how many rows."""
        view = _GROUP.replace("ENTITY", segment.entity).replace("MONTH", segment.month)
        duck.execute(view)
        return parquet.copy(duck, target, "brought")

    return write


def _fill(
    hub: sqlite3.Connection, duck: duckdb.DuckDBPyConnection, actor: str, now: datetime
) -> dict[str, int]:
    """What stands beside the files: documents, running tries, numbers, the audit row."""
    _keep_running(hub, duck)
    documents = 0
    for document in derive(duck, now):
        insert(hub, "document", document)
        documents += 1
    for (name,) in duck.sql("select distinct platform from rows").fetchall():
        hub.execute("insert or ignore into platform values (?)", (name,))
    top = duck.sql(_TOP).to_arrow_table().to_pylist()[0]
    recovery.at_least(hub, "attempt", top["attempt"])
    recovery.at_least(hub, "run", top["run"])
    attempts = int(duck.sql("select count(*) as n from rows").fetchall()[0][0])
    recovery.came_back(hub, "import", now, actor=actor, facts={"attempts": attempts})
    moved(hub, "documents")
    return {"attempts": attempts, "documents": documents}


def _keep_running(hub: sqlite3.Connection, duck: duckdb.DuckDBPyConnection) -> None:
    """Tries that had not ended, each with a lease of nobody: whoever runs next takes it over."""
    rows = duck.sql("from rows where outcome is null").to_arrow_table().to_pylist()
    for row in rows:
        insert(hub, "attempt", _encoded(row))
        lease = {"key": row["key"], "attempt": row["id"], "holder": "import", "fingerprint": ""}
        insert(hub, "lease", {**lease, "sent_at": codec.micros(row["started_at"])})


def _encoded(row: dict[str, Any]) -> dict[str, Any]:
    started = row["started_at"].astimezone(UTC)
    amount = codec.optional(codec.cents, row["amount"])
    return {**row, "started_at": codec.micros(started), "amount": amount}
