"""A store of any size, filled through the store's own writers. No engine runs.

Three years of quarter-hourly runs: new documents, failures that are tried again some days later,
and some that stay open. DuckDB invents the rows. Each month's attempts become one file per kind at
once, written and listed as an import does it: that is the form in which sealing and compaction
leave a month that is over. Those of the last five weeks, and of the rest of the month in which they
begin, go into the hub and are sealed as the worker does it, at 5,000 rows or once a day; the last
ones stay in the hub.
`python -m sync seal --verify` finds nothing wrong with what comes out.
"""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import click
import duckdb

from sync.clock import SystemClock
from sync.domain.patterns import RULES_VERSION, classify
from sync.store import Store, codec, open_store, parquet
from sync.store.database import hub_path, moved
from sync.store.maintenance import new_path
from sync.store.sealing import SEAL_ROWS
from sync.store.snapshot import Segment
from tests.store.builders import HandClock

DAYS: Final = 3 * 365
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_RECENT_DAYS: Final = 35
_CHUNK: Final = 10_000
_SECOND: Final = timedelta(seconds=1)
_FAILURES: Final = 0.117
"""Of first tries; as each of them is tried again, 10.5 % of all attempts."""
_OPEN_LATELY, _OPEN_EARLIER = 0.1, 0.001
"""How many of the failures of the last five weeks, and of those before, nobody has solved yet."""
_CAUSES: Final = (  # message, code, weight
    ("API error: could not connect to the books, request {n}", "", 20),
    ("Invalid tax code: no VAT code for tax NL-13 on order {n}", "TAX_UNMAPPED", 12),
    ("Validation error: customer {n} has no e-mail address", "EMAIL_MISSING", 9),
    ("Invoice number already exists: mutation {n} of another relation", "NUMBER_TAKEN", 7),
    ("Invoice not found: {n} is not in the books yet", "INVOICE_NOT_FOUND", 14),
    ("API error: HTTP 503 after {n} ms", "HTTP_503", 11),
    ("API error: no answer from soap.e-boekhouden.nl within 90 s, request {n}", "", 9),
    ("API error: E002.1 the session {n} has expired", "E002.1", 6),
    ("Validation error: ledger {n} does not exist in the books", "CMUT001", 5),
    ("Validation error: the booking date of order {n} lies in a closed period", "CMUT020", 3),
    ("Validation error: the lines of order {n} differ from its total", "CMUT010", 2),
    ("API error: 429 Too Many Requests, request {n}", "HTTP_429", 1),
    ("Validation error: the VAT number of customer {n} is not valid", "", 1),
)
_FIRST_NAMES: Final = ("Jan", "Piet", "Johanna", "Maria", "Willem", "Sanne", "Fleur", "Daan")
_LAST_NAMES: Final = ("de Vries", "van der Berg", "Jansen", "Bakker", "Smit", "Mulder")

_DRAW: Final = """
create or replace temp table fresh as
with drawn as (
    select range as n, hash(range, 1) % 100 as kind, hash(range, 2) % 100000 / 100000 as luck,
        (hash(range, 3) // 4)::bigint as h, hash(range, 4) % 100000 / 100000 as fate,
        (hash(range, 5) % $weights)::integer as weight
    from range($from, $from + $new)
), named as (
    select *, case when kind < 68 then 'invoice' when kind < 78 then 'creditmemo' else 'customer'
        end as entity
    from drawn
), counted as (
    select *, row_number() over (partition by entity order by n)
        + case entity when 'invoice' then $invoices when 'creditmemo' then $creditmemos
            else $customers end as number
    from named
)
select
    'webshop:' || left(entity, 3) || ':1:' || lpad(number::varchar, 9, '0') as key,
    entity, number, lpad(number::varchar, 9, '0') as no, h,
    case when entity <> 'customer' then number + 1000 end as order_id,
    case when entity = 'customer' then '' else lpad((number + 1000)::varchar, 9, '0') end
        as order_no,
    number // 3 + 1 as customer_id,
    case when entity <> 'customer' then 500 + h % 29500 end as cents,
    $first_names[1 + h % len($first_names)] as firstname,
    $last_names[1 + h // 64 % len($last_names)] as lastname,
    h // 1024 % 5 = 0 as business,
    if(luck < $failures, 1 + list_count(list_filter($upto, lambda x: x <= weight)), 0)::integer
        as cause,
    luck < $failures and fate < $stays as stays,
    1 as attempt_no
from counted
"""
_TRIES: Final = """
create or replace temp table tries as
with everything as (
    select *, 0 as retried from fresh
    union all by name
    select * replace (0 as cause, false as stays, 2 as attempt_no), 1 as retried from again
)
select *, row_number() over (order by hash(key, attempt_no)) + $last_id as id
from everything
"""
_TIMED: Final = """
create or replace temp table timed as
select *, $start + (id - $last_id - 1) * $span // $rows as begun, 300 + h % 3700 as took
from tries
"""
_ATTEMPTS: Final = """
select
    id, 'webshop' as connection, entity, number as document_id, no as document_no, order_id,
    order_no, 'default' as store, 'e-Boekhouden.nl' as platform, begun as started_at,
    begun + took * 1000 as finished_at, if(cause > 0, 'failed', 'created') as outcome,
    if(cause > 0, 0, 1) as success,
    case when cause > 0 then replace($messages[cause], '{n}', (h // 4096 % 1000000)::varchar)
        when entity = 'customer' then 'Customer created'
        when h % 7 = 0 then 'Success: customer created' else 'Success' end as message,
    if(cause > 0, $codes[cause], '') as error_code,
    if(cause > 0, $categories[cause], '') as category,
    if(cause > 0, $patterns[cause], '') as pattern,
    if(cause > 0, $rules, 0) as rules_version, 'schedule' as trigger, '' as actor,
    1 + (begun - $epoch) // 900000000 as run, attempt_no, took as duration_ms,
    case entity when 'creditmemo' then -cents else cents end as amount, 'EUR' as currency,
    customer_id::varchar as customer,
    if(cause > 0, '', 'KWEBS' || upper(left(md5(customer_id::varchar), 10))) as relation_code,
    if(cause > 0 or entity = 'customer', null, 1000000 + id) as mutation_no, key,
    case when cause > 0 or entity = 'customer' then '{}' else
        '{"number":"' || no || '","date":"' || strftime(make_timestamp(begun), '%Y-%m-%d')
        || '","relation":"KWEBS' || upper(left(md5(customer_id::varchar), 10)) || '","total":"'
        || (cents / 100)::decimal(12, 2) || '","lines":[["8000","HOOG_VERK_21","'
        || (cents / 121)::decimal(12, 2) || '","' || (cents / 576)::decimal(12, 2)
        || '"]],"mutation":' || (1000000 + id) || '}' end as detail
from timed order by id
"""
_DOCUMENTS: Final = """
select
    key, 'webshop' as connection, entity, left(md5(key), 24) as fingerprint,
    number as document_id, no as document_no, order_id, order_no, 1 as store_id,
    'default' as store, if(entity = 'creditmemo', number, null) as invoice_id,
    if(business, lastname || ' Handelsonderneming B.V.', '') as company,
    firstname || ' ' || lastname as customer_name, firstname, '' as middlename, lastname,
    '' as suffix, lower(replace(firstname || '.' || lastname, ' ', '')) || customer_id % 9999
        || '@klant.example' as email,
    if(business, 'NL123456789B01', '') as vat_number, 'NL' as country, cents as grand_total,
    cents * 21 // 121 as tax, if(entity = 'customer', null, 2) as shop_state,
    begun - 1200000000 as issued_at, begun - 1200000000 as created_at,
    begun - 600000000 as updated_at,
    customer_id, 'EUR' as currency, 'EUR' as base_currency, '1.0000' as base_rate,
    'EUR' as global_currency, '1.0000' as global_rate,
    if(cause > 0, 'failed', 'booked') as state, begun + took * 1000 as since,
    1 as attempts, id as latest_attempt, begun as first_try_at, begun as last_try_at,
    if(cause > 0 or entity = 'customer', null, 1000000 + id) as mutation_no,
    if(cause > 0, '', 'KWEBS' || upper(left(md5(customer_id::varchar), 10))) as relation_code,
    if(cause > 0, $codes[cause], '') as error_code
from timed where retried = 0 order by id
"""
_RETRIED: Final = """
select begun + took * 1000, id, begun, if(entity = 'customer', null, 1000000 + id),
    'KWEBS' || upper(left(md5(customer_id::varchar), 10)), key
from timed where retried = 1
"""
_SOLVE: Final = """
update document set state = 'booked', since = ?, attempts = 2, latest_attempt = ?,
    last_try_at = ?, mutation_no = ?, relation_code = ?, error_code = ''
where key = ?
"""
_RELATIONS: Final = """
select distinct 'webshop', md5(customer_id::varchar),
    'KWEBS' || upper(left(md5(customer_id::varchar), 10)), left(md5(key), 24), customer_id::varchar
from timed where entity = 'customer' and cause = 0
"""
_RELATION: Final = "insert or ignore into relation values (?, ?, ?, ?, ?)"
_RUN: Final = """
insert into run (connection, trigger, actor, mapping_version, started_at, finished_at, state,
    counts, holder)
values (?, 'schedule', '', 1, ?, ?, 'done', '{"created":9,"failed":1}', '')
"""
_AS: Final[dict[codec.Kind, str]] = {
    "id": "NAME::bigint",
    "int": "NAME::bigint",
    "text": "NAME::varchar",
    "moment": "make_timestamptz(NAME)",
    "money": "(NAME * 0.01)::decimal(12, 2)",
    "flag": "NAME = 1",
}
_TYPED: Final = " ".join(
    (
        "select",
        ", ".join(
            f"{_AS[kind].replace('NAME', name)} as {name}" for name, kind in codec.ATTEMPT.items()
        ),
        "from ({})",
    )
)
_SEGMENTS: Final = """
select
    entity, strftime(min(started_at), '%Y-%m') as month, count(*) as rows,
    count(*) filter (success) as succeeded, count(*) filter (not success) as failed,
    min(id) as id_from, max(id) as id_to,
    epoch_us(min(started_at)) as started_from, epoch_us(max(started_at)) as started_to
from month group by entity order by entity
"""
_AGAIN: Final = """
create or replace temp table again as
select * exclude (id, begun, took, retried) from timed where cause > 0 and not stays
"""


def filled(folder: Path, rows: int) -> Path:
    """The home of a store with that many attempts, filled now unless the folder has it.

    Args:
        folder: Holds one home per size.
        rows: Attempts.
    """
    home = folder / f"attempts-{rows}"
    if (home / "filled").exists():
        open_store(home, SystemClock()).close()  # brought up to date where the schema has moved
        return home
    if hub_path(home).exists():
        raise click.ClickException(f"{home} was filled in part only: remove it and ask again")
    fill(home, rows)
    (home / "filled").touch()
    return home


def fill(home: Path, rows: int) -> None:
    """Fill a new store with so many attempts over the three years that end today."""
    last_day = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    clock = HandClock(last_day - timedelta(days=DAYS))
    bar = click.progressbar(_chunks(rows, clock.at), length=rows, label=f"{rows:,} attempts")
    with duckdb.connect(":memory:", config={"threads": 1}) as duck, open_store(home, clock) as hub:
        maker = _Maker(duck, hub, codec.micros(clock.at))
        with bar as chunks:
            for chunk in chunks:
                clock.at = chunk.at + chunk.span
                maker.make(chunk)
                bar.update(chunk.rows - 1)


class Chunk(NamedTuple):
    """A stretch of time and how many attempts it has; several make a month, or one day."""

    at: datetime
    span: timedelta
    rows: int
    is_recent: bool
    ends_month: bool
    is_last: bool


def _chunks(rows: int, first: datetime) -> Iterator[Chunk]:
    whole, a_day = timedelta(days=DAYS), max(1, rows // DAYS)
    last = first + whole - timedelta(days=_RECENT_DAYS)
    early = last.replace(day=1) - first  # a month is either written whole or sealed bit by bit
    large = timedelta(days=max(1, min(31, _CHUNK // a_day)))
    small = timedelta(days=1) / max(1, -(-a_day // (SEAL_ROWS - 200)))
    elapsed, done = timedelta(0), 0
    while elapsed < whole:
        at = first + elapsed
        is_recent = elapsed >= early
        until_month = _month_after(at) - at
        span = min(small, whole - elapsed) if is_recent else min(large, until_month)
        elapsed += span
        wanted = rows * (elapsed // _SECOND) // (whole // _SECOND) - done
        done += wanted
        if wanted:
            yield Chunk(at, span, wanted, is_recent, span == until_month, elapsed >= whole)


def _month_after(at: datetime) -> datetime:
    year, number = divmod(at.year * 12 + at.month, 12)
    return datetime(year, number + 1, 1, tzinfo=UTC)


class _Maker:
    """Invents what comes next, and puts it into the store."""

    def __init__(self, duck: duckdb.DuckDBPyConnection, store: Store, epoch: int) -> None:
        self._duck = duck
        self._store = store
        self._numbers = {"invoice": 0, "creditmemo": 0, "customer": 0}
        self._drawn = self._last_id = 0
        labels = [classify(text.format(n=123456), code=code) for text, code, _ in _CAUSES]
        weights = [weight for _, _, weight in _CAUSES]
        self._causes = {
            "messages": [text for text, _, _ in _CAUSES],
            "codes": [code for _, code, _ in _CAUSES],
            "categories": [each.category for each in labels],
            "patterns": [each.pattern for each in labels],
            "rules": RULES_VERSION,
            "epoch": epoch,
        }
        self._draw = {
            "weights": sum(weights),
            "upto": [sum(weights[:each]) for each in range(1, len(weights))],
            "first_names": list(_FIRST_NAMES),
            "last_names": list(_LAST_NAMES),
            "failures": _FAILURES,
        }
        duck.execute("set TimeZone = 'UTC'")
        duck.execute(_DRAW, self._of(0, 0.0))
        duck.execute("create temp table tries as select *, 0 as retried, 0 as id from fresh")
        duck.execute(_TIMED, {"start": 0, "span": 0, "rows": 1, "last_id": 0})
        duck.execute(_AGAIN)
        duck.execute(f"create temp table month as {_TYPED.format(_ATTEMPTS)}", self._causes)
        with store.write() as hub:
            hub.execute("insert or ignore into platform values ('e-Boekhouden.nl')")

    def make(self, chunk: Chunk) -> None:
        """Add a chunk, and make segments where it is time."""
        self._invent(chunk)
        with self._store.write() as hub:
            if chunk.is_recent:
                self._insert(hub, "attempt", _ATTEMPTS, self._causes)
            else:
                self._duck.execute(f"insert into month {_TYPED.format(_ATTEMPTS)}", self._causes)
            self._insert(hub, "document", _DOCUMENTS, {"codes": self._causes["codes"]})
            hub.executemany(_SOLVE, self._duck.sql(_RETRIED).fetchall())
            hub.executemany(_RELATION, self._duck.sql(_RELATIONS).fetchall())
            hub.executemany(_RUN, _runs(chunk))
            moved(hub, "attempts")
            moved(hub, "documents")
        self._duck.execute(_AGAIN)
        if chunk.is_recent and not chunk.is_last:
            self._store.seal(force=True, grace=timedelta(0))
        elif chunk.ends_month and not chunk.is_recent:
            self._seal_month()

    def _invent(self, chunk: Chunk) -> None:
        duck = self._duck
        fresh = max(chunk.rows - self._count("again"), 0)
        duck.execute(_DRAW, self._of(fresh, _OPEN_LATELY if chunk.is_recent else _OPEN_EARLIER))
        self._drawn += fresh
        tops = duck.sql("select entity, max(number) from fresh group by 1").fetchall()
        self._numbers |= dict(tops)
        duck.execute(_TRIES, {"last_id": self._last_id})
        values = {"start": codec.micros(chunk.at), "span": codec.micros(_EPOCH + chunk.span)}
        duck.execute(_TIMED, values | {"rows": chunk.rows, "last_id": self._last_id})
        self._last_id += self._count("timed")

    def _seal_month(self) -> None:
        with self._store.duty() as work:
            assert work is not None
            for row in self._duck.sql(_SEGMENTS).to_arrow_table().to_pylist():
                segment = Segment(path=new_path(row["entity"], row["month"]), **row)
                work.bring_in([(segment, partial(self._write, row["entity"]))], lambda _: None)
        self._duck.execute("delete from month")

    def _write(self, entity: str, target: Path) -> int:
        self._duck.execute(
            f"create or replace temp view one as from month where entity = '{entity}'"
        )
        return parquet.copy(self._duck, target, "one")

    def _of(self, fresh: int, stays: float) -> dict[str, Any]:
        numbers = {f"{entity}s": number for entity, number in self._numbers.items()}
        return self._draw | numbers | {"from": self._drawn, "new": fresh, "stays": stays}

    def _insert(
        self, hub: sqlite3.Connection, table: str, question: str, values: dict[str, Any]
    ) -> None:
        found = self._duck.execute(question, values)
        names = [column[0] for column in found.description]
        marks = ", ".join("?" * len(names))
        into = " ".join(("insert into", table, "(", ", ".join(names), ") values (", marks, ")"))
        hub.executemany(into, found.fetchall())

    def _count(self, table: str) -> int:
        return int(self._duck.sql(f"select count(*) from {table}").fetchall()[0][0])


def _runs(chunk: Chunk) -> list[tuple[str, int, int]]:
    quarter = timedelta(minutes=15)
    begins = [chunk.at + quarter * number for number in range(chunk.span // quarter)]
    return [("webshop", codec.micros(x), codec.micros(x + timedelta(seconds=20))) for x in begins]
