"""What the pages ask of a mapping: the shop's taxes, the one in force, what a change made due."""

from typing import Final

from sync.store.reader import Reader
from sync.store.taxes import KEPT, TaxesRead, read

_IN_FORCE: Final = """
select version, content from mapping where connection = ? order by version desc limit 1
"""
_REOPENED: Final = """
select attempt from reopened where connection = ? and version = ? order by attempt
"""


def taxes_of(reader: Reader, connection: str) -> TaxesRead | None:
    """What a connection's shop last told of its taxes; None as long as nobody asked it.

    Raises:
        StoreError: The hub cannot be read.
    """
    rows = reader.rows(KEPT, (connection,))
    return read(rows[0]) if rows else None


def mapping_of(reader: Reader, connection: str) -> tuple[int, str]:
    """Version and text of the mapping in force; `(0, "")` when there is none.

    Raises:
        StoreError: The hub cannot be read.
    """
    rows = reader.rows(_IN_FORCE, (connection,))
    return (rows[0]["version"], rows[0]["content"]) if rows else (0, "")


def reopened(reader: Reader, connection: str, version: int) -> tuple[int, ...]:
    """Ids of the failed attempts whose documents that version made due again.

    Raises:
        StoreError: The hub cannot be read.
    """
    return tuple(row["attempt"] for row in reader.rows(_REOPENED, (connection, version)))
