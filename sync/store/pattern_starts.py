"""When failures began: per hour of a filter, and per pattern in the last thirty days.

Kept as sorted microseconds, so that what moves with the present moment is found by halving.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pyarrow as pa

from sync.domain.patterns.lifecycle import WINDOW, WINDOWS
from sync.store import codec
from sync.store.filters import LogFilter, where_kept
from sync.store.fresh import fresh
from sync.store.kept import scope_of
from sync.store.opened import opened
from sync.store.pattern_sums import FAILED
from sync.store.reader import Reader
from sync.store.snapshot import Snapshot

HISTORY: Final = timedelta(days=30)
_DAY: Final = timedelta(days=1)
_STARTS: Final = """
select pattern, epoch_us(started_at) as start from failures where {} order by start
"""


@dataclass(frozen=True, slots=True)
class Recent:
    """How a pattern went lately.

    Attributes:
        windows: Attempts in the last 24 hours and in each 24 hours before; `WINDOWS` + 1 figures.
            What a clock running ahead dated later than now counts as now.
        by_day: Attempts of `HISTORY` on each day of the reader's zone; days without any are left
            out.
    """

    windows: Sequence[int]
    by_day: Mapping[date, int]


NOT_LATELY: Final = Recent([0] * (WINDOWS + 1), {})


def hours(reader: Reader, state: Snapshot, asked: LogFilter) -> dict[datetime, int]:
    """A filter's failures per hour of the reader's zone, by the moment at which it begins, UTC."""
    zone = ZoneInfo(reader.zone)
    starts: list[Sequence[int]]
    if asked.state == "open":
        starts = [_micros(opened(reader, state, asked))]
    else:
        starts = [
            *_starts(reader, state, asked).values(),
            _micros(fresh(reader, state, asked)),
        ]
    since = None if asked.since is None else codec.micros(asked.since)
    steps: Counter[int] = Counter()
    for each in starts:
        first = 0 if since is None else bisect_left(each, since)
        steps.update(at // reader.step for at in each[first:])
    found: Counter[datetime] = Counter()
    for step, count in steps.items():
        local = codec.moment(step * reader.step).astimezone(zone)
        past = timedelta(minutes=local.minute, seconds=local.second)
        found[local.astimezone(UTC) - past] += count
    return dict(found)


def recent(reader: Reader, state: Snapshot, now: datetime) -> dict[str, Recent]:
    """How each pattern went in the last thirty days; those that did not are left out."""
    lately = replace(FAILED, since=now - HISTORY)
    starts = dict(_starts(reader, state, lately))
    new = fresh(reader, state, lately).select(["pattern", "started_at"])
    for row in new.to_pylist():
        name, at = row["pattern"], codec.micros(row["started_at"])
        starts[name] = array("q", sorted([*starts.get(name, ()), at]))
    return {name: course(each, now, ZoneInfo(reader.zone)) for name, each in starts.items()}


def course(starts: Sequence[int], now: datetime, zone: ZoneInfo) -> Recent:
    """How a pattern went lately, by the sorted microseconds at which its attempts began."""
    ends = [bisect_right(starts, codec.micros(now - nth * WINDOW)) for nth in range(WINDOWS + 2)]
    ends[0] = len(starts)
    by_day: dict[date, int] = {}
    first = bisect_left(starts, codec.micros(now - HISTORY))
    while first < len(starts):
        day = codec.moment(starts[first]).astimezone(zone).date()
        after = datetime.combine(day + _DAY, time(), zone)
        last = bisect_left(starts, codec.micros(after), first + 1)
        by_day[day] = last - first
        first = last
    return Recent([ends[nth] - ends[nth + 1] for nth in range(WINDOWS + 1)], by_day)


def _starts(reader: Reader, state: Snapshot, asked: LogFilter) -> Mapping[str, Sequence[int]]:
    """The starts of what lasts of a filter's failures, of each pattern in order; microseconds.

    From the beginning of the day in UTC on, so that they are the same all day.
    """
    since = asked.since
    if since is not None:
        since = datetime.combine(since.astimezone(UTC).date(), time(), UTC)
    asked = replace(asked, since=since)
    clause = where_kept(asked)

    def ask(part: Snapshot) -> "dict[str, array[int]]":
        """The starts of what lasts, by pattern."""
        question, scope = _STARTS.format(clause.sql), scope_of(asked)
        rows = reader.recall("failures", question, clause.values, scope, state=part)
        found: dict[str, array[int]] = {}
        for row in rows.to_pylist():
            found.setdefault(row["pattern"], array("q")).append(row["start"])
        return found

    return reader.lasting(state, ("starts", asked), ask)


def _micros(rows: pa.Table) -> list[int]:
    found: list[int] = rows["started_at"].cast(pa.int64()).to_pylist()
    return sorted(found)
