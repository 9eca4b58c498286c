"""Whether the record can be read whole: the hub's pages, and every listed file."""

from pathlib import Path
from typing import Final

import duckdb

from sync.errors import StoreError
from sync.store.reader import Reader, open_reader
from sync.store.snapshot import Snapshot

_COUNT: Final = "select count(success) + count(*) filter (success is null) as rows from attempts"
_PROBLEMS: Final = "select path, problem from segment where state = 'damaged'"


def ailments(home: Path) -> list[str]:
    """What is wrong with a home's record, one sentence each; none when it is whole.

    Reads every page of the hub and a column of every file: a second for ten million attempts. That
    a file's values are those that were written, only its checksum tells; see `Damages.notice`.
    """
    try:
        with open_reader(home) as reader:
            said = str(reader.rows("pragma quick_check(1)")[0][0])
            if said != "ok":
                return [f"the hub is damaged ({said}): restore a backup, or rebuild it"]
            return reader.look(lambda state: _missing(reader, state))
    except StoreError as error:
        return [error.message]
    except duckdb.Error as error:
        first = str(error).partition("\n")[0]
        return [f"a file of the record cannot be read ({first}): restore it from a backup"]


def _missing(reader: Reader, state: Snapshot) -> list[str]:
    listed = sum(segment.rows for segment in state.segments) + state.unsealed.num_rows
    there = int(reader.ask(_COUNT, state=state)["rows"][0].as_py())
    known = dict(tuple(row) for row in reader.rows(_PROBLEMS))
    found = [
        f"data/attempts/{x.path} {known.get(x.path, 'cannot be read')}: its {x.rows} attempts are "
        "not shown; put the file back from a backup, then run 'python -m sync seal --verify'"
        for x in state.damaged
    ]
    if there != listed:
        found.append(f"the record lists {listed} attempts, its files hold {there}")
    return found
