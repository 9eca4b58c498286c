"""A reader that has looked before sees what one sees that has just come, whatever came between."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sync.store import Claim, Holder, Store, overview, patterns
from sync.store.database import moved
from sync.store.filters import LogFilter
from sync.store.queries import count
from sync.store.reader import Reader, open_reader
from tests.store.builders import NOW, booked, claimed, entry, failed, receive, start, try_once

LONG_AGO = NOW - timedelta(days=90)
SINCE = NOW - timedelta(days=30)
FILTERS = (LogFilter(), LogFilter(since=SINCE, categories=("network",)), LogFilter(state="open"))
WHOLE = """
select pattern, count(*), count(distinct key), max(id), min(started_at), max(started_at)
from attempts where not success group by pattern
"""
NAMES = ("network", "tax_code")


def told(reader: Reader) -> dict[str, Any]:
    """Everything that is put together from sealed and unsealed rows."""
    unsealed = reader.snapshot().unsealed.sort_by("id")
    found: dict[str, Any] = {"unsealed": unsealed.to_pylist(), "known": patterns.known(reader)}
    for nth, asked in enumerate(FILTERS):
        days: Counter[Any] = Counter()
        for row in patterns.days(reader, asked).to_pylist():
            days[row["pattern"], row["category"], row["day"]] += row["attempts"]
        found[f"days {nth}"] = days
        found[f"patterns {nth}"] = patterns.patterns(reader, asked, NOW)
    everything = FILTERS[0]
    found["affected"] = sorted(map(str, patterns.affected(reader, everything, 99)))
    found["newest"] = patterns.newest(reader, everything, 5)
    found["overview"] = overview.days(reader, everything)
    found["count"] = count(reader, everything)
    return found | {"open": patterns.still_open(reader)}


def test_following_tells_what_coming_anew_tells(
    store: Store, holder: Holder, reader: Reader, tmp_path: Path
) -> None:
    """Tries begin and end, again and again at the same documents; files come; rules change rows."""
    dice = random.Random(5)
    running: dict[str, Claim] = {}

    def begin() -> None:
        one = entry(dice.randint(1, 2), dice.choice(["invoice", "customer"]))
        at = NOW - timedelta(days=dice.choice([0, 1, 40]))
        receive(store, one, at=LONG_AGO)
        store.request_again(one.key, LONG_AGO)
        if claim := store.claim(start(one, at), holder):
            running[one.key] = claim

    def end() -> None:
        if running:
            claim = running.pop(dice.choice([*running]))
            name = dice.choice(NAMES)
            bad = failed(message=f"{name} {dice.random()}", category=name, pattern=name)
            assert store.finish(claim, dice.choice([bad, bad, booked()]))

    def regroup() -> None:
        with store.write() as hub:
            hub.execute("update attempt set pattern = 'other' where success = 0 and id % 2")
            moved(hub, "attempts")

    def seal() -> None:
        store.seal(force=True, grace=timedelta(0))

    steps: list[Callable[[], None]] = [begin, begin, end]
    for also in (None, seal, None, regroup, seal, None, regroup):
        for step in dice.choices(steps, k=6):
            step()
        if also:
            also()
        with open_reader(tmp_path) as other:
            assert told(reader) == told(other)
            found = patterns.patterns(reader, LogFilter(), NOW)
            assert {
                (x.pattern, x.attempts, x.documents, x.latest["id"], x.first_seen, x.last_seen)
                for x in found
            } == {tuple(row.values()) for row in other.ask(WHOLE).to_pylist()}


def test_tries_that_come_and_go_leave_the_other_rows_unread(
    store: Store, holder: Holder, reader: Reader
) -> None:
    """A row that was changed behind the counter's back stays as it was: so nobody read it."""
    try_once(store, holder, entry(1))
    receive(store, entry(2), entry(4))
    claim = claimed(store, holder, entry(2))
    reader.snapshot()
    with store.write() as hub:
        hub.execute("update attempt set message = 'changed' where id = 1")
    assert store.finish(claim, failed())
    try_once(store, holder, entry(3))
    claimed(store, holder, entry(4))
    rows = reader.snapshot().unsealed.select(["id", "outcome"]).to_pylist()
    assert [(x["id"], x["outcome"]) for x in rows] == [
        (1, "created"), (2, "failed"), (3, "created"), (4, None)
    ]  # fmt: skip
    assert "changed" not in reader.snapshot().unsealed["message"].to_pylist()
    with store.write() as hub:
        moved(hub, "attempts")
    assert "changed" in reader.snapshot().unsealed["message"].to_pylist()
