"""What can still be read of a hub that is damaged, row by row, up to the first page that is not."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from sync.store.database import connect, insert

MADE_ANEW: Final = frozenset(
    {"segment", "attempt", "document", "lease", "holder", "duty", "counter", "watermark"}
)
"""Tables that are made from the attempts, or begin empty; the rest is carried over as it was."""

_TABLES: Final = """
select name from sqlite_master where type = 'table' and name not like 'sqlite_%' order by name
"""


class Remains:
    """A hub that may be damaged, or not there at all: then nothing is found."""

    def __init__(self, hub: sqlite3.Connection | None) -> None:
        self._hub = hub

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        """The rows of a table that can be read."""
        if self._hub is None:
            return
        with suppress(sqlite3.Error):
            for row in self._hub.execute(" ".join(("select * from", table))):
                yield dict(row)

    def carry_over(self, target: sqlite3.Connection) -> dict[str, int]:
        """Copy what is neither made from the attempts nor begins empty; rows by table."""
        carried = {}
        for (table,) in target.execute(_TABLES).fetchall():
            if table in MADE_ANEW:
                continue
            columns = {row["name"] for row in target.execute(f"pragma table_info({table})")}
            kept = 0
            for row in self.rows(table):
                with suppress(sqlite3.IntegrityError):
                    insert(target, table, {x: row[x] for x in columns & row.keys()})
                    kept += 1
            if kept:
                carried[table] = kept
        return carried


@contextmanager
def remains(path: Path) -> Iterator[Remains]:
    """The old hub, opened for reading as far as it goes."""
    hub = None
    if path.is_file():
        with suppress(sqlite3.Error):
            hub = connect(f"{path.absolute().as_uri()}?mode=ro")
    if hub is None:
        yield Remains(None)
        return
    with closing(hub):
        yield Remains(hub)
