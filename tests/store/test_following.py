"""A reader that has looked before sees what one sees that has just come, whatever came between."""

import random
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sync.domain.documents import Entity
from sync.domain.patterns import classify, pattern_id
from sync.domain.patterns.grouping import Rule, split_key
from sync.errors import StoreError
from sync.store import Claim, Holder, Store, decisions, overview, patterns, regrouping
from sync.store.database import moved
from sync.store.filters import LogFilter
from sync.store.queries import count, newest
from sync.store.reader import Reader, open_reader
from tests.store.builders import NOW, booked, claimed, entry, failed, receive, start, try_once
from tests.store.rows import few
from tests.store.steps import clean_up

CAUSES = [
    (classify(text), text)
    for text in (
        "Invalid tax code: NL-13",
        "HTTPSConnectionPool(host='soap.e-boekhouden.nl'): Read timed out. (read timeout=60)",
        "Could not connect to the shop: Connection refused",
    )
]
TAX, NETWORK = CAUSES[0][0], CAUSES[1][0]
LONG_AGO = NOW - timedelta(days=200)
SINCE = NOW - timedelta(days=30)
MIDNIGHT = datetime(2026, 10, 24, tzinfo=ZoneInfo("Europe/Amsterdam"))
FILTERS = (
    LogFilter(),
    LogFilter(since=SINCE, categories=(TAX.category, NETWORK.category)),
    LogFilter(since=MIDNIGHT, entity="invoice"),
    LogFilter(state="open"),
    LogFilter(pattern=pattern_id(TAX.key), success="no"),
    LogFilter(state="open", entity="customer", since=MIDNIGHT),
)
TEXTS = (LogFilter(q="tax"), LogFilter(q="tax", state="open"), LogFilter(run=1, success="yes"))
WHOLE = """
select pattern, count(*), count(distinct key), max(id), min(started_at), max(started_at)
from attempts where not success group by pattern
"""
SELDOM = (
    *("merge", "split", "withdraw", "mute", "resolve", "regroup", "change"),
    *("seal", "clean_up", "seal", "regroup"),
)


def told(reader: Reader) -> dict[str, Any]:
    """Everything that is put together from what lasts and what is fresh."""
    unsealed = reader.snapshot().unsealed.sort_by("id")
    found: dict[str, Any] = {"unsealed": unsealed.to_pylist(), "known": patterns.known(reader)}
    for nth, asked in enumerate(FILTERS):
        days: Counter[Any] = Counter()
        for row in patterns.days(reader, asked).to_pylist():
            days[row["pattern"], row["category"], row["day"]] += row["attempts"]
        found[f"days {nth}"] = days
        found[f"patterns {nth}"] = patterns.patterns(reader, asked, NOW)
        found[f"hours {nth}"] = patterns.hours(reader, asked)
        found[f"affected {nth}"] = [patterns.affected(reader, asked, most) for most in (2, 99)]
        found[f"newest {nth}"] = patterns.newest(reader, asked, 5)
        found[f"overview {nth}"] = overview.days(reader, asked)
    for asked in (*FILTERS, *TEXTS):
        found[f"count {asked}"] = count(reader, asked)
        found[f"page {asked}"] = newest(reader, asked, 5, 1).to_pylist()
    found["oldest"] = newest(reader, LogFilter(sort="id:asc"), 5, 1).to_pylist()
    counted = patterns.count_open(reader, NOW)
    return found | {"open": patterns.still_open(reader), "badge": counted}


class Steps:
    """What may happen to a record, by dice."""

    def __init__(self, store: Store, holder: Holder, home: Path, seed: int) -> None:
        self.store, self.holder, self.home = store, holder, home
        self.dice = random.Random(seed)
        self.running: dict[str, Claim] = {}

    def begin(self) -> None:
        kinds: list[Entity] = ["invoice", "customer", "creditmemo"]
        one = entry(self.dice.randint(1, 3), self.dice.choice(kinds))
        at = NOW - timedelta(days=self.dice.choice([0, 0, 1, 28, 30, 40, 130]), hours=1)
        receive(self.store, one, at=LONG_AGO)
        self.store.request_again(one.key, LONG_AGO)
        if claim := self.store.claim(start(one, at), self.holder):
            self.running[one.key] = claim

    def end(self) -> None:
        if self.running:
            claim = self.running.pop(self.dice.choice([*self.running]))
            group, text = self.dice.choice(CAUSES)
            bad = failed(message=text, error_code="", category=group.category)
            bad = replace(bad, pattern=pattern_id(group.key))
            skip = replace(booked(), outcome="skipped", state="skipped")
            again = replace(bad, state="waiting", due_at=NOW)
            end = self.dice.choice([bad, bad, again, again, booked(), skip])
            assert self.store.finish(claim, end)

    def merge(self) -> None:
        rule = Rule(id=0, source=TAX.key, holds="", target=NETWORK.key, category="network")
        with suppress(StoreError):
            decisions.add_rule(self.store, rule, "Els", NOW)

    def split(self) -> None:
        target = split_key(NETWORK.key, "soap")
        rule = Rule(id=0, source=NETWORK.key, holds="soap", target=target)
        with suppress(StoreError):
            decisions.add_rule(self.store, rule, "Els", NOW)

    def withdraw(self) -> None:
        for rule in decisions.rules(self.store)[:1]:
            decisions.withdraw_rule(self.store, rule.id, "Els", NOW)

    def mute(self) -> None:
        decisions.mute_count(self.store, pattern_id(self.dice.choice(CAUSES)[0].key), 2, "Els", NOW)

    def resolve(self) -> None:
        decisions.resolve(self.store, pattern_id(self.dice.choice(CAUSES)[0].key), "Els", NOW)

    def regroup(self) -> None:
        regrouping.regroup(self.store, "Els", NOW)

    def change(self) -> None:
        with self.store.write() as hub:
            hub.execute("update attempt set pattern = 'other' where success = 0 and id % 2")
            moved(hub, "attempts")

    def seal(self) -> None:
        self.store.seal(force=True, grace=timedelta(0))

    def clean_up(self) -> None:
        clean_up(self.home, lambda _: None)


@pytest.mark.parametrize("number", [3, 250])
def test_following_tells_what_coming_anew_tells(
    store: Store, holder: Holder, reader: Reader, tmp_path: Path, number: int
) -> None:
    """Tries begin and end, again and again at the same documents; files come and go; people decide.

    Whoever comes anew has no fresh rows but the running ones, so DuckDB alone tells it all.
    """
    steps = Steps(store, holder, tmp_path, number)
    often = [steps.begin, steps.begin, steps.end]
    seldom = [getattr(steps, name) for name in SELDOM]
    with few(number):
        for also in steps.dice.sample(seldom, len(seldom)):
            for step in steps.dice.choices(often, k=steps.dice.randint(1, 20)):
                step()
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
