"""What is asked of the record, in groups: each group has one goal, which its slowest must reach."""

from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from sync.store import overview, patterns
from sync.store.filters import LogFilter
from sync.store.queries import count, freshness, last_run, newest, story
from sync.store.reader import Reader

PAGE: Final = 100
PRESENT, ABSENT, NUMBER = "mutation 1234", "zebra", "00012345"
"""Texts that are searched: in a few messages, nowhere, in order and document numbers."""


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
    middle = _middle(reader, now)
    return [
        *_logs(middle, now, reader.zone),
        *_texts(),
        Question("story", "a booked invoice", lambda r: story(r, middle["key"])),
        Question("days", "3 years, by kind", lambda r: overview.days(r, LogFilter())),
        Question("patterns", "all years", lambda r: patterns.patterns(r, LogFilter(), now)),
        Question(
            "patterns",
            "90 days",
            lambda r: patterns.patterns(r, LogFilter(since=now - timedelta(days=90)), now),
        ),
        Question("headline", "open failures", lambda r: overview.pending(r, now)),
        Question("headline", "all headline numbers", lambda r: headline(r, now)),
    ]


def filters(middle: dict[str, Any], now: datetime, zone: str) -> dict[str, LogFilter]:
    """Each filter that a log offers, text aside, and some together."""
    today = now.astimezone(ZoneInfo(zone)).date()

    def midnight(back: int) -> datetime:
        day = datetime.combine(today - back * DAY, time())
        return day.replace(tzinfo=ZoneInfo(zone))

    lately = midnight(29)

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
        "a month two years ago": log(since=midnight(730), until=midnight(700)),
        "30 days, failed, category": log(since=lately, success="no", categories=("network",)),
        "failed of one category, customers": LogFilter(
            entity="customer", success="no", categories=("not_found",)
        ),
    }


DAY: Final = timedelta(days=1)


def headline(reader: Reader, now: datetime) -> tuple[object, ...]:
    """Every number of the Overview's upper half, and of the menu's badges."""
    return (
        overview.pending(reader, now),
        overview.pending_by_day(reader, now - timedelta(days=30)),
        overview.oldest(reader),
        overview.late(reader, now, 3),
        overview.next_try(reader),
        overview.last_runs(reader, ("webshop",)),
        overview.last_runs(reader, ("webshop",), ended=True),
        overview.days(reader, LogFilter(since=now - timedelta(days=37))),
        freshness(reader),
        last_run(reader),
        patterns.count_open(reader, now),
    )


def _logs(middle: dict[str, Any], now: datetime, zone: str) -> Iterator[Question]:
    asked = filters(middle, now, zone)
    for name, each in asked.items():
        yield Question("page", name, lambda r, each=each: newest(r, each, PAGE))  # type: ignore[misc]
    whole = asked["no filter"]
    yield Question("page", "no filter, page 1,000", lambda r: newest(r, whole, PAGE, 999 * PAGE))
    for name, each in asked.items():
        yield Question("count", name, lambda r, each=each: count(r, each))  # type: ignore[misc]


def _texts() -> Iterator[Question]:
    for name, text in (("present", PRESENT), ("absent", ABSENT), ("number", NUMBER)):
        asked = LogFilter(entity="invoice", q=text)
        yield Question(
            "text",
            f"{name}, one log",
            lambda r, asked=asked: (newest(r, asked, PAGE), count(r, asked)),  # type: ignore[misc]
        )
    asked = LogFilter(q=ABSENT)
    yield Question("text", "absent, all kinds", lambda r: (newest(r, asked, PAGE), count(r, asked)))


def _middle(reader: Reader, now: datetime) -> dict[str, Any]:
    """A booked invoice from the middle of the record, its run, and the rarest pattern."""
    asked = LogFilter(entity="invoice", success="yes", until=now - timedelta(days=547))
    found: dict[str, Any] = newest(reader, asked, 1).to_pylist()[0]
    least = min(patterns.patterns(reader, LogFilter(), now), key=lambda each: each.attempts)
    return {**found, "rare": least.pattern}
