"""What the pages ask of a mapping: the shop's taxes, the one in force, what a change made due."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sync.domain.taxes import ShopTaxes
from sync.store import codec
from sync.store.reader import Reader
from sync.store.taxes import decoded

_IN_FORCE: Final = """
select version, content from mapping where connection = ? order by version desc limit 1
"""
_REOPENED: Final = """
select attempt from reopened where connection = ? and version = ? order by attempt
"""


@dataclass(frozen=True, slots=True)
class TaxesRead:
    """A shop's taxes, and the aware moment at which the shop told them."""

    taxes: ShopTaxes
    at: datetime


def taxes_of(reader: Reader, connection: str) -> TaxesRead | None:
    """What a connection's shop last told of its taxes; None as long as nobody asked it.

    Raises:
        StoreError: The hub cannot be read.
    """
    rows = reader.rows("select * from shop_taxes where connection = ?", (connection,))
    if not rows:
        return None
    return TaxesRead(decoded(rows[0]["content"]), codec.moment(rows[0]["read_at"]))


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
