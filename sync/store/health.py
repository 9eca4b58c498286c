"""Whether the record can be read whole: the hub's pages, and every listed file."""

from pathlib import Path
from typing import Final

import duckdb

from sync.errors import StoreError
from sync.store.reader import Reader, open_reader
from sync.store.snapshot import Snapshot

_COUNT: Final = "select count(success) + count(*) filter (success is null) as rows from attempts"


def ailment(home: Path) -> str:
    """What is wrong with a home's record, in one sentence; empty when it is whole.

    Reads every page of the hub and a column of every file: a second for ten million attempts.
    """
    try:
        with open_reader(home) as reader:
            said = str(reader.rows("pragma quick_check(1)")[0][0])
            if said != "ok":
                return f"the hub is damaged ({said}): restore a backup"
            return reader.look(lambda state: _missing(reader, state))
    except StoreError as error:
        return error.message
    except duckdb.Error as error:
        first = str(error).partition("\n")[0]
        return f"a file of the record cannot be read ({first}): restore it from a backup"


def _missing(reader: Reader, state: Snapshot) -> str:
    listed = sum(segment.rows for segment in state.segments) + state.unsealed.num_rows
    there = int(reader.ask(_COUNT, state=state)["rows"][0].as_py())
    if there == listed:
        return ""
    return f"the record lists {listed} attempts, its files hold {there}: restore a backup"
