"""What the Overview asks: what needs doing, and how each day went."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, get_args
from zoneinfo import ZoneInfo

from sync.domain.documents import Entity
from sync.store import codec
from sync.store.filters import LogFilter, where
from sync.store.fresh import fresh
from sync.store.kept import days_clause, scope_of
from sync.store.reader import Reader
from sync.store.records import run_of
from sync.store.rows import Run
from sync.store.snapshot import Snapshot

LATE: Final = timedelta(hours=24)
"""Whoever has waited longer than this counts as failed; not what waits until somebody asks."""
_HOUR: Final = 3_600_000_000
_STATES: Final = ("failed", "waiting")
_PENDING: Final = """
select
    entity,
    count(*) as documents,
    sum(since < :late and (due_at is not null or attempts > 0)) as late,
    sum(abs(coalesce(grand_total, 0))) as amount,
    min(issued_at) as oldest
from document where state = 'STATE' group by entity
"""
_PENDING_HOURS: Final = """
select
    issued_at / :hour as hour,
    count(*) as documents,
    sum(iif(entity = 'invoice', abs(coalesce(grand_total, 0)), 0)) as amount
from document
where state = 'STATE' and entity <> 'customer' and issued_at >= :since
group by hour
"""
_OLDEST: Final = """
select key, issued_at from document
where state = 'STATE' and entity <> 'customer' order by issued_at, id limit 1
"""
_LATE: Final = """
select key from document
where state = 'waiting' and entity <> 'customer' and since < ?
    and (due_at is not null or attempts > 0)
order by since, id limit ?
"""
_NEXT: Final = """
select min(due_at) as at from document where state = 'waiting' and entity <> 'customer'
"""
_LAST_RUN: Final = "select * from run where connection = ? and STATE order by id desc limit 1"
_DAYS: Final = """
select
    DAY as day,
    entity,
    sum(N)::bigint as attempts,
    coalesce(sum(N) filter (success), 0)::bigint as booked,
    coalesce(sum(N) filter (not success), 0)::bigint as failed,
    coalesce(sum(N) filter (outcome = 'skipped'), 0)::bigint as skipped
from {} where {}
group by all order by day, entity
"""
_OF_TALLIES: Final = _DAYS.replace("DAY", "day").replace("N)", "attempts)")
_OF_ROWS: Final = _DAYS.replace("DAY", "cast(started_at as date)").replace("N)", "1)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Documents of one kind that are not in the books.

    Attributes:
        failed: They need a person.
        waiting: They will be tried again, or for the first time.
        late: Those of the waiting that have waited for over a day.
        failed_amount, waiting_amount: Euros including VAT, refunds counted as positive.
        oldest: When the oldest of them all was issued; None when there is none.
    """

    failed: int = 0
    waiting: int = 0
    late: int = 0
    failed_amount: Decimal = Decimal(0)
    waiting_amount: Decimal = Decimal(0)
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """How one day's attempts at one kind of document ended.

    Attributes:
        day: In the reader's zone.
        booked, failed: Attempts that count as success, as failure.
        skipped: Left out on purpose. What is left of `attempts` is still running.
    """

    day: date
    entity: Entity
    attempts: int
    booked: int
    failed: int
    skipped: int


def pending(reader: Reader, now: datetime) -> dict[Entity, Pending]:
    """What is not in the books, by kind; from the documents' states, not from the log."""
    values = {"late": codec.micros(now - LATE)}
    found: dict[Entity, Pending] = {entity: Pending() for entity in get_args(Entity)}
    for state in _STATES:
        for row in reader.rows(_PENDING.replace("STATE", state), values):
            entity: Entity = row["entity"]
            before = found[entity]
            oldest = codec.moment(row["oldest"])
            found[entity] = replace(
                before,
                **{state: row["documents"], f"{state}_amount": codec.money(row["amount"])},
                late=row["late"] if state == "waiting" else before.late,
                oldest=min(filter(None, (before.oldest, oldest))),
            )
    return found


def pending_by_day(reader: Reader, since: datetime) -> dict[date, tuple[int, Decimal]]:
    """Invoices and credit memos that are not in the books by the day they were issued on.

    Args:
        reader: Of the store; days are those of its zone.
        since: Older ones are left out.

    Returns:
        For each day that has some: how many, and the euros of the invoices among them.
    """
    zone = ZoneInfo(reader.zone)
    found: dict[date, tuple[int, Decimal]] = {}
    values = {"hour": _HOUR, "since": codec.micros(since)}
    for state in _STATES:
        for row in reader.rows(_PENDING_HOURS.replace("STATE", state), values):
            day = codec.moment(row["hour"] * _HOUR).astimezone(zone).date()
            documents, amount = found.get(day, (0, Decimal(0)))
            found[day] = documents + row["documents"], amount + codec.money(row["amount"])
    return found


def oldest(reader: Reader) -> str:
    """The key of the oldest invoice or credit memo that is not in the books; empty for none."""
    rows = [row for state in _STATES for row in reader.rows(_OLDEST.replace("STATE", state))]
    return min(((row["issued_at"], row["key"]) for row in rows), default=(0, ""))[1]


def late(reader: Reader, now: datetime, most: int) -> list[str]:
    """Keys of the invoices and credit memos that have waited for over a day, longest first."""
    return [row["key"] for row in reader.rows(_LATE, (codec.micros(now - LATE), most))]


def next_try(reader: Reader) -> datetime | None:
    """When the first waiting document is due; None when none waits for a moment."""
    return codec.optional(codec.moment, reader.rows(_NEXT)[0]["at"])


def last_runs(reader: Reader, connections: Sequence[str], *, ended: bool = False) -> list[Run]:
    """The latest run of each connection that had one; only those that ended, where asked."""
    statement = _LAST_RUN.replace("STATE", "finished_at is not null" if ended else "true")
    found = [reader.rows(statement, (name,)) for name in dict.fromkeys(connections)]
    return sorted((run_of(row) for rows in found for row in rows), key=lambda run: run.id)


def days(reader: Reader, asked: LogFilter) -> list[Day]:
    """How each day's attempts ended, by kind; oldest first. Days without attempts are left out."""
    return reader.look(lambda state: _days(reader, state, asked))


def _days(reader: Reader, state: Snapshot, asked: LogFilter) -> list[Day]:
    clause = where(asked)
    of_rows = _OF_ROWS.format("attempts", clause.sql)
    tallied = days_clause(asked, reader.zone)
    if tallied is None:
        table = reader.ask(of_rows, clause.values, scope_of(asked), state=state)
        return [Day(**row) for row in table.to_pylist()]

    def ask(part: Snapshot) -> dict[tuple[date, Entity], Day]:
        """Each day of what lasts, by kind."""
        question = _OF_TALLIES.format("tallies", tallied.sql)
        table = reader.recall("tallies", question, tallied.values, scope_of(asked), state=part)
        return {(row["day"], row["entity"]): Day(**row) for row in table.to_pylist()}

    found = dict(reader.lasting(state, ("days", asked), ask))
    for new in _fresh_days(reader, state, asked):
        of = new.day, new.entity
        found[of] = _joint(found[of], new) if of in found else new
    return [found[of] for of in sorted(found)]


def _fresh_days(reader: Reader, state: Snapshot, asked: LogFilter) -> Iterator[Day]:
    """One by one what the fresh rows add."""
    zone = ZoneInfo(reader.zone)
    rows = fresh(reader, state, asked).select(["started_at", "entity", "success", "outcome"])
    for row in rows.to_pylist():
        yield Day(
            day=row["started_at"].astimezone(zone).date(),
            entity=row["entity"],
            attempts=1,
            booked=row["success"] is True,
            failed=row["success"] is False,
            skipped=row["outcome"] == "skipped",
        )


def _joint(one: Day, other: Day) -> Day:
    """The sums of two parts of a day."""
    return Day(
        day=one.day,
        entity=one.entity,
        attempts=one.attempts + other.attempts,
        booked=one.booked + other.booked,
        failed=one.failed + other.failed,
        skipped=one.skipped + other.skipped,
    )
