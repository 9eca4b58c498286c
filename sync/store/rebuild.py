"""A new hub made from the segments, when the old one is lost or cannot be read.

The list, the documents' states and the numbers follow from the attempts. What can still be read of
the old hub comes along: attempts that were not sealed yet, mapping, audit, runs and the like. The
shop is read again from the start date on, and whatever is not known to be booked is looked up in
the books before it is posted.
"""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from sync.clock import Clock
from sync.errors import StoreError
from sync.store import codec, parquet, recovery, renewal, snapshot
from sync.store.database import connect, hub_path, insert, segments_path
from sync.store.derived import derive
from sync.store.gathering import Choice, choose
from sync.store.hub import open_store
from sync.store.salvage import Remains, remains

Steps = Callable[[str], None]
"""Told the name of each step when it is done."""

_CLEANED: Final = """
update document set attempts = attempts
    + (select sum(rows) from cleaned where cleaned.key = document.key)
where key in (select key from cleaned)
"""
"""Attempts that a cleanup took count as tries, so that no number of a try is given twice."""
_MAY_BE_SENT: Final = "the hub was lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What the new hub holds.

    Attributes:
        files: Segments that are listed.
        attempts: In them, and not sealed yet.
        unsealed: Those that could be read from the old hub.
        documents: Whose states follow from them.
        carried: Rows that came along from the old hub, by table.
        left_out: Files that are not read, and why.
        aside: Where the old hub lies; None when there was none.
    """

    files: int
    attempts: int
    unsealed: int
    documents: int
    carried: Mapping[str, int]
    left_out: Mapping[str, str]
    aside: Path | None


def rebuild(
    home: Path,
    clock: Clock,
    actor: str,
    *,
    force: bool = False,
    steps: Steps = lambda _: None,
) -> Rebuilt:
    """Make a new hub from the segments and put it in the old one's place, which is moved aside.

    Args:
        home: Whose hub.
        clock: Tells when.
        actor: Who does it, for the audit.
        force: Also when the present hub is whole.
        steps: Told each step.

    Raises:
        StoreError: In one sentence: the hub is whole, or there is nothing to make one from.
    """
    home = home.absolute()
    renewal.end_rebuild(home, steps)
    if not force:
        _refuse_whole(home)
    renewal.refuse_at_work(home)
    given = renewal.given_numbers(home)
    with remains(hub_path(home)) as old:
        states = {row["path"]: row["state"] for row in old.rows("segment")}
        choice = choose(segments_path(home), states)
        steps("chosen")
        if not choice.segments and not states:
            raise StoreError(f"There are no attempts in {segments_path(home)} to rebuild from.")
        try:
            staged = renewal.fresh_home(home)
            with open_store(staged, clock) as store, store.write() as hub:
                made = _fill(hub, home, clock, choice, old)
                facts = {"files": len(choice.segments), "attempts": made["attempts"]}
                recovery.mark(hub, "rebuild", clock.now(), actor=actor, given=given, facts=facts)
            steps("made")
            renewal.settle(staged, "rebuild")
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"The new hub cannot be made: {error}.") from error
    aside = renewal.put_in_place(home, staged, steps, with_segments=False)
    return Rebuilt(files=len(choice.segments), left_out=choice.left_out, aside=aside, **made)


def _refuse_whole(home: Path) -> None:
    path = hub_path(home)
    if not path.is_file() or not path.stat().st_size:
        return
    try:
        with closing(connect(f"{path.as_uri()}?mode=ro")) as hub:
            said = str(hub.execute("pragma quick_check(1)").fetchone()[0])
    except sqlite3.Error:
        return
    if said == "ok":
        raise StoreError(f"{path} is whole: there is nothing to rebuild.")


def _fill(
    hub: sqlite3.Connection, home: Path, clock: Clock, choice: Choice, old: Remains
) -> dict[str, Any]:
    carried = old.carry_over(hub)
    _list(hub, choice, old)
    files = [segments_path(home) / path for path in choice.segments]
    unsealed = _keep_unsealed(hub, files, old)
    rows = snapshot.arrow(snapshot.fetch(hub, snapshot.select_rows("true order by id")))
    documents = 0
    with parquet.reading() as duck:
        parquet.show(duck, files, rows)
        for document in derive(duck, clock.now()):
            insert(hub, "document", document)
            documents += 1
        hub.execute(_CLEANED)
        for (name,) in duck.sql("select distinct platform from rows").fetchall():
            hub.execute("insert or ignore into platform values (?)", (name,))
    sealed = [segment for segment, _ in choice.segments.values()]
    recovery.at_least(hub, "attempt", max((x.id_to for x in sealed), default=0))
    recovery.at_least(hub, "run", choice.runs)
    return {
        "attempts": sum(x.rows for x in sealed) + unsealed,
        "unsealed": unsealed,
        "documents": documents,
        "carried": carried,
    }


def _list(hub: sqlite3.Connection, choice: Choice, old: Remains) -> None:
    for segment, seal in choice.segments.values():
        row = {**asdict(segment), "state": "listed", "holder": "", "problem": ""}
        insert(hub, "segment", {**row, "size": seal.size, "checksum": seal.checksum})
    for row in old.rows("segment"):
        if row["state"] in {"listed", "damaged"} and row["path"] not in choice.segments:
            problem = choice.left_out.get(row["path"], "is missing")
            insert(hub, "segment", {**row, "state": "damaged", "problem": problem})


def _keep_unsealed(hub: sqlite3.Connection, files: list[Path], old: Remains) -> int:
    """Carry over the attempts that no file has, with the leases of those that never ended."""
    found = list(old.rows("attempt"))
    sealed = _ids_in(files, [row["id"] for row in found])
    leases = {row["attempt"]: row for row in old.rows("lease")}
    kept = [row for row in found if row["id"] not in sealed]
    for row in kept:
        insert(hub, "attempt", {name: row[name] for name in codec.ATTEMPT})
        if row["outcome"] is None:
            # What may have been sent is looked up, never guessed: whoever runs next ends it.
            unknown = {
                "key": row["key"],
                "attempt": row["id"],
                "holder": _MAY_BE_SENT,
                "fingerprint": "",
                "sent_at": row["started_at"],
            }
            insert(hub, "lease", leases.get(row["id"], unknown))
    return len(kept)


def _ids_in(files: list[Path], ids: list[int]) -> set[int]:
    if not files or not ids:
        return set()
    with parquet.reading() as duck:
        parquet.show(duck, files)
        duck.register("wanted", pa.table({"id": pa.array(ids, pa.int64())}))
        found = duck.sql("select id from rows where id in (select id from wanted)")
        return set(found.to_arrow_table()["id"].to_pylist())
