"""What is asked of the record, in groups: each group has one goal, which its slowest must reach."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from sync.domain.documents import Entity
from sync.store import overview, patterns
from sync.store.filters import LogFilter
from sync.store.queries import count, freshness, last_run, newest, story
from sync.store.reader import Reader

PAGE: Final = 100
PRESENT, ABSENT = "mutation 1234", "zebra"
"""Texts that are searched: in a few messages, and nowhere."""


class Goal(NamedTuple):
    """Milliseconds that a group may take at the median, over one and over ten million attempts."""

    name: str
    million: float
    ten_million: float


GOALS: Final = {
    "page": Goal("newest 100 rows of a log, any filter but text", 30, 100),
    "count": Goal("count of the same", 30, 100),
    "text": Goal("text search, all years: page and count", 120, 400),
    "story": Goal("one document's whole story", 15, 30),
    "days": Goal("daily success rates of 3 years", 40, 120),
    "patterns": Goal("pattern table with sparklines", 40, 120),
    "headline": Goal("open failures, all headline numbers of the Overview", 15, 30),
}


class Question(NamedTuple):
    """One thing that a page asks."""

    group: str
    name: str
    ask: Callable[[Reader], object]


def questions(reader: Reader) -> list[Question]:
    """All of them, about the rows that this store has."""
    fresh = freshness(reader)
    assert fresh.newest is not None
    now = fresh.newest
    middle, quarter = _middle(reader, now), midnight(now, reader.zone, 89)
    return [
        *_logs(middle, now, reader.zone),
        *_texts(),
        Question("story", "a booked invoice", lambda r: story(r, middle["key"])),
        Question("days", "3 years, by kind", lambda r: overview.days(r, LogFilter())),
        Question("patterns", "all years", lambda r: patterns.patterns(r, LogFilter(), now)),
        Question(
            "patterns",
            "90 days",
            lambda r: patterns.patterns(r, LogFilter(since=quarter), now),
        ),
        Question("headline", "open failures", lambda r: overview.pending(r, now)),
        Question("headline", "all headline numbers", lambda r: headline(r, now)),
    ]


def filters(middle: dict[str, Any], now: datetime, zone: str) -> dict[str, LogFilter]:
    """Each filter that a log offers, text aside, and some together."""
    lately = midnight(now, zone, 29)

    def log(**asked: Any) -> LogFilter:
        return LogFilter(entity="invoice", **asked)

    return {
        "no filter": log(),
        "all kinds": LogFilter(),
        "failed": log(success="no"),
        "booked": log(success="yes"),
        "running or skipped": log(success="none"),
        "still open": log(state="open"),
        "category": log(categories=("duplicate",)),
        "rare pattern": log(pattern=middle["rare"]),
        "platform": log(platforms=("e-Boekhouden.nl",)),
        "connection": log(connections=("webshop",)),
        "trigger that none has": log(triggers=("resync",)),
        "outcome": log(outcomes=("failed", "unknown")),
        "one run, years ago": log(run=middle["run"]),
        "took over 3.9 s": log(min_duration_ms=3_900),
        "30 days": log(since=lately),
        "a month two years ago": log(
            since=midnight(now, zone, 730), until=midnight(now, zone, 700)
        ),
        "30 days, failed, category": log(since=lately, success="no", categories=("network",)),
        "failed of one category, customers": LogFilter(
            entity="customer", success="no", categories=("not_found",)
        ),
    }


def midnight(now: datetime, zone: str, back: int) -> datetime:
    """The moment at which a day began, so many days ago: the pages' periods begin there."""
    day = now.astimezone(ZoneInfo(zone)).date() - timedelta(days=back)
    return datetime.combine(day, time(), ZoneInfo(zone))


def headline(reader: Reader, now: datetime) -> tuple[object, ...]:
    """Every number of the Overview's upper half, and of the menu's badges."""
    month = midnight(now, reader.zone, 29)
    return (
        overview.pending(reader, now),
        overview.pending_by_day(reader, month),
        overview.oldest(reader),
        overview.late(reader, now, 3),
        overview.next_try(reader),
        overview.last_runs(reader, ("webshop",)),
        overview.last_runs(reader, ("webshop",), ended=True),
        overview.days(reader, LogFilter(since=month)),
        freshness(reader),
        last_run(reader),
        patterns.count_open(reader, now),
    )


def _logs(middle: dict[str, Any], now: datetime, zone: str) -> Iterator[Question]:
    asked = filters(middle, now, zone)
    for name, each in asked.items():
        yield Question("page", name, _page(each))
    whole = asked["no filter"]
    yield Question("page", "no filter, page 1,000", _page(whole, 999 * PAGE))
    for name, each in asked.items():
        anew = partial(_anew, each)
        yield Question("count", name, lambda r, anew=anew: count(r, anew()))  # type: ignore[misc]


def _page(asked: LogFilter, first: int = 0) -> Callable[[Reader], object]:
    """A page that begins elsewhere each time, where a reader would have the rows of the last."""
    turn = itertools.cycle(range(PAGE))
    return lambda reader: newest(reader, asked, PAGE, first + next(turn))


_OTHERS: Final = itertools.count()


def _anew(asked: LogFilter) -> LogFilter:
    """A little different each time, where a reader would have the answer of the last time."""
    if asked.is_kept:
        return asked
    nth = next(_OTHERS)
    if asked.run is not None:
        return replace(asked, run=asked.run + nth)
    return replace(asked, min_duration_ms=(asked.min_duration_ms or 0) + nth)


def _texts() -> Iterator[Question]:
    """Another text each time: a reader keeps the matches of the last one."""
    texts: dict[str, Callable[[int], str]] = {
        "present": lambda nth: f"mutation {1000 + nth % 9000}",
        "absent": lambda nth: f"zebra {nth}",
        "number": lambda nth: f"{10_000 + nth:08d}",
    }
    for name, text in texts.items():
        yield Question("text", f"{name}, one log", partial(_search, "invoice", text))
    yield Question("text", "absent, all kinds", partial(_search, None, texts["absent"]))


def _search(entity: Entity | None, text: Callable[[int], str], reader: Reader) -> object:
    asked = LogFilter(entity=entity, q=text(next(_OTHERS)))
    return count(reader, asked), newest(reader, asked, PAGE)


def _middle(reader: Reader, now: datetime) -> dict[str, Any]:
    """A booked invoice from the middle of the record, its run, and the rarest pattern."""
    asked = LogFilter(entity="invoice", success="yes", until=now - timedelta(days=547))
    found: dict[str, Any] = newest(reader, asked, 1).to_pylist()[0]
    least = min(patterns.patterns(reader, LogFilter(), now), key=lambda each: each.attempts)
    return {**found, "rare": least.pattern}
