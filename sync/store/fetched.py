"""Documents as the shop has them, one row each with its state in the books: what data pages show.

Everything comes from the hub. Each kind has an index of its own that holds all that filters and
orders look at, so that counting and paging touch no row that is not shown; only a search for text
reads names. Rows hold names and addresses: whoever shows them masks them.
"""

import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

import pyarrow as pa

from sync.domain.attempts import DocumentState
from sync.domain.documents import Entity
from sync.store import codec
from sync.store.codec import Kind
from sync.store.reader import Reader

COLUMNS: Final[dict[str, Kind]] = {
    "id": "id",
    "state": "text",
    "connection": "text",
    "entity": "text",
    "store": "text",
    "document_no": "text",
    "order_no": "text",
    "company": "text",
    "customer_name": "text",
    "firstname": "text",
    "middlename": "text",
    "lastname": "text",
    "suffix": "text",
    "email": "text",
    "vat_number": "text",
    "country": "text",
    "grand_total": "money",
    "tax": "money",
    "issued_at": "moment",
    "created_at": "moment",
    "updated_at": "moment",
    "document_id": "int",
    "order_id": "int",
    "customer_id": "int",
    "shop_state": "int",
    "currency": "text",
    "base_currency": "text",
    "base_rate": "text",
    "global_currency": "text",
    "global_rate": "text",
    "relation_code": "text",
    "mutation_no": "int",
    "attempts": "int",
    "last_try_at": "moment",
    "error_code": "text",
    "key": "text",
}
"""The columns of a row, and what each holds; rates are decimal numbers as text."""

SORTED: Final = ("issued_at", "grand_total")
"""The columns that rows can be sorted by."""
_TYPES: Final[dict[Kind, pa.DataType]] = {
    "id": pa.int64(),
    "int": pa.int64(),
    "text": pa.string(),
    "moment": pa.timestamp("us", "UTC"),
    "money": pa.decimal128(12, 2),
}
SCHEMA: Final = pa.schema([(name, _TYPES[kind]) for name, kind in COLUMNS.items()])
"""The columns of a row with their Arrow types."""

_INDEX: Final[dict[Entity, str]] = {
    "invoice": "document indexed by fetched_invoice where entity = 'invoice'",
    "creditmemo": "document indexed by fetched_creditmemo where entity = 'creditmemo'",
    "customer": "document indexed by fetched_customer where entity = 'customer'",
}
_OPEN: Final = "document indexed by fetched_open where state <> 'booked' and entity = :entity"
"""Those that are not in the books, which are few."""
_TEXT: Final[dict[Entity, tuple[str, ...]]] = {
    "invoice": ("document_no", "order_no", "company", "customer_name"),
    "creditmemo": ("document_no", "order_no", "company", "customer_name"),
    "customer": (
        *("document_no", "relation_code", "company", "customer_name"),
        *("firstname", "lastname", "email", "vat_number"),
    ),
}
_CONVERTED: Final[dict[str, Callable[[int], Any]]] = {
    **{name: codec.moment for name, kind in COLUMNS.items() if kind == "moment"},
    **{name: codec.money for name, kind in COLUMNS.items() if kind == "money"},
}
_NONE: Final[dict[str, int]] = {"waiting": 0, "failed": 0, "skipped": 0}
_NAMES: Final = ", ".join(COLUMNS)
_BY_ID: Final = " ".join(
    ("select", _NAMES, "from document where id in (select value from json_each(?))")
)
_NOTHING: Final[Mapping[str, int]] = MappingProxyType({})
_BATCH: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedFilter:
    """Which documents of a kind, and in which order. The default is all of them, newest first.

    Attributes:
        since: Issued at or after this aware moment; None means no bound. Customers are issued when
            the shop first showed them.
        until: Issued before this aware moment; None means no bound.
        states: In one of these in the books; empty means all, here and below.
        stores: Codes of store views.
        countries: ISO-2.
        q: Part of a number, company or name, for customers also of e-mail address, VAT number and
            relation code; as typed. Digits alone are looked for in the numbers of sales only.
        sort: One of `SORTED`, a colon, "asc" or "desc"; equal ones follow newest first.
    """

    entity: Entity
    since: datetime | None = None
    until: datetime | None = None
    states: tuple[DocumentState, ...] = ()
    stores: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    q: str = ""
    sort: str = "issued_at:desc"

    def __post_init__(self) -> None:
        column, _, direction = self.sort.partition(":")
        if column not in SORTED or direction not in {"asc", "desc"}:
            raise ValueError(f"sort {self.sort!r} is not a column and a direction")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How many documents match, and how many of them are in which state."""

    rows: int
    booked: int
    waiting: int
    failed: int
    skipped: int


def count(reader: Reader, asked: FetchedFilter) -> Standing:
    """How many documents match, by their state in the books.

    Raises:
        StoreError: The hub cannot be read.
    """
    conditions, bound = _where(asked)
    filters = " ".join(conditions)
    statement = " ".join(
        (
            *("select 'all' as state, count(*) as n from", _source(asked), filters),
            *("union all select state, count(*) from", _OPEN, filters, "group by state"),
        )
    )
    found = {row["state"]: row["n"] for row in reader.rows(statement, bound)}
    rows = found.pop("all")
    return Standing(rows=rows, booked=rows - sum(found.values()), **{**_NONE, **found})


def page(reader: Reader, asked: FetchedFilter, limit: int, offset: int = 0) -> pa.Table:
    """At most `limit` documents from `offset` on, in the filter's order, with `COLUMNS`.

    Raises:
        StoreError: The hub cannot be read.
    """
    # First the ids, for which the index is enough, then the rows of this page alone.
    more = f"order by {_order(asked)} limit {int(limit)} offset {int(offset)}"
    ids = [row["id"] for row in _rows(reader, "id", asked, more)]
    return of_ids(reader, ids)


def of_ids(reader: Reader, ids: Sequence[int]) -> pa.Table:
    """The documents of these rows of the hub, in their order; those that are gone are left out.

    Raises:
        StoreError: The hub cannot be read.
    """
    rows = {row["id"]: row for row in reader.rows(_BY_ID, (json.dumps(list(ids)),))}
    return _table([rows[number] for number in ids if number in rows])


def everything(reader: Reader, asked: FetchedFilter) -> Iterator[dict[str, Any]]:
    """Every document that matches, newest first whatever the sort says: `COLUMNS` by name.

    Raises:
        StoreError: The hub cannot be read.
    """
    more = f"order by issued_at desc, id desc limit {_BATCH}"
    last: tuple[int, int] | None = None
    while True:
        below = "" if last is None else "and (issued_at, id) < (:last_at, :last_id)"
        bound = {} if last is None else {"last_at": last[0], "last_id": last[1]}
        rows = _rows(reader, _NAMES, asked, f"{below} {more}", bound)
        if rows:
            last = rows[-1]["issued_at"], rows[-1]["id"]
            yield from (_decoded(row) for row in rows)
        if len(rows) < _BATCH:
            return


def keys(reader: Reader, asked: FetchedFilter) -> tuple[str, ...]:
    """The keys of every document that matches, in no order.

    Raises:
        StoreError: The hub cannot be read.
    """
    return tuple(row["key"] for row in _rows(reader, "key", asked))


def nearest(reader: Reader, asked: FetchedFilter) -> datetime | None:
    """The moment nearest to a filter's period at which the rest of the filter has a document.

    None when there is no such moment, or no period.

    Raises:
        StoreError: The hub cannot be read.
    """
    found: list[tuple[Any, datetime]] = []
    if asked.since is not None:
        at = _edge(reader, "max", replace(asked, since=None, until=asked.since))
        found += [] if at is None else [(asked.since - at, at)]
    if asked.until is not None:
        at = _edge(reader, "min", replace(asked, since=asked.until, until=None))
        found += [] if at is None else [(at - asked.until, at)]
    return min(found)[1] if found else None


def newest_id(reader: Reader) -> int:
    """The highest `id` of all documents; 0 while there is none.

    Raises:
        StoreError: The hub cannot be read.
    """
    return int(reader.rows("select coalesce(max(id), 0) as id from document")[0]["id"])


def offered(reader: Reader, entity: Entity) -> dict[str, list[str]]:
    """The store views and countries that documents of a kind have, sorted, without empty ones.

    Reads the kind's whole index: a tenth of a second per half a million documents.

    Raises:
        StoreError: The hub cannot be read.
    """
    rows = _rows(reader, "distinct store, country", FetchedFilter(entity=entity))
    return {name: sorted({row[name] for row in rows} - {""}) for name in ("store", "country")}


def _edge(reader: Reader, which: str, asked: FetchedFilter) -> datetime | None:
    [row] = _rows(reader, f"{which}(issued_at) as at", asked)
    return codec.optional(codec.moment, row["at"])


def _rows(
    reader: Reader,
    what: str,
    asked: FetchedFilter,
    more: str = "",
    bound: Mapping[str, int] = _NOTHING,
) -> Sequence[Any]:
    conditions, found = _where(asked)
    statement = " ".join(("select", what, "from", _source(asked), *conditions, more))
    return reader.rows(statement, {**found, **bound})


def _source(asked: FetchedFilter) -> str:
    """The index that holds all that a filter can be about."""
    return _OPEN if asked.states and "booked" not in asked.states else _INDEX[asked.entity]


def _where(asked: FetchedFilter) -> tuple[list[str], dict[str, Any]]:
    """The conditions of a filter beside its kind, and the values that they are bound to."""
    conditions: list[str] = []
    bound: dict[str, Any] = {"entity": asked.entity}
    for name, moment, sign in (("since", asked.since, ">="), ("until", asked.until, "<")):
        if moment is not None:
            conditions.append(f"and issued_at {sign} :{name}")
            bound[name] = codec.micros(moment)
    lists: dict[str, Sequence[str]] = {
        "state": asked.states,
        "store": asked.stores,
        "country": asked.countries,
    }
    for column, wanted in lists.items():
        if wanted:
            names = [f"{column}_{nth}" for nth in range(len(wanted))]
            conditions.append(f"and {column} in ({', '.join(f':{name}' for name in names)})")
            bound |= dict(zip(names, wanted, strict=True))
    if asked.q:
        parts = {f"q_{nth}": f"%{text}%" for nth, text in enumerate(_spellings(asked.q))}
        likes = (
            f"{column} like :{name} escape '\\'" for column in _columns(asked) for name in parts
        )
        conditions.append(f"and ({' or '.join(likes)})")
        bound |= parts
    return conditions, bound


def _columns(asked: FetchedFilter) -> tuple[str, ...]:
    """Where a text is looked for: digits alone only in numbers, which no name has to be read for.

    Of customers everything is read: their VAT numbers have digits, too.
    """
    columns = _TEXT[asked.entity]
    return columns[:2] if asked.q.isdecimal() and asked.entity != "customer" else columns


def _spellings(typed: str) -> list[str]:
    """What is looked for: SQLite takes only a to z and A to Z for the same letters."""
    text = unicodedata.normalize("NFC", codec.clean(typed))
    literal = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    if literal.isascii():
        return [literal]
    return list(dict.fromkeys((literal, literal.lower(), literal.upper(), literal.title())))


def _order(asked: FetchedFilter) -> str:
    column, _, direction = asked.sort.partition(":")
    if column == "issued_at":
        return f"issued_at {direction}, id {direction}"
    return f"{column} {direction} nulls last, issued_at desc, id desc"


def _decoded(row: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: row[name] for name in COLUMNS}
    for name, convert in _CONVERTED.items():
        if found[name] is not None:
            found[name] = convert(found[name])
    return found


def _table(rows: Sequence[Any]) -> pa.Table:
    if not rows:
        return SCHEMA.empty_table()
    arrays = []
    for kind, cells in zip(COLUMNS.values(), zip(*rows, strict=True), strict=True):
        values = [codec.optional(codec.money, cell) for cell in cells] if kind == "money" else cells
        arrays.append(pa.array(values, _TYPES[kind]))
    return pa.table(arrays, schema=SCHEMA)
