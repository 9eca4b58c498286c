"""The table of patterns adds up to the failures, and keeps what people decided."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.domain.patterns.grouping import Rule, split_key
from sync.domain.patterns.lifecycle import Decision
from sync.errors import StoreError
from sync.store import Holder, Store, decisions, open_store, patterns
from sync.store.filters import UNGROUPED, LogFilter
from sync.store.queries import count
from sync.store.reader import Reader, open_reader
from tests.store.builders import NOW, HandClock, booked, entry, failed, try_once
from tests.store.oracle import matches
from tests.store.rows import MOMENTS, Planned, few, planned, record

ZONE = ZoneInfo("Europe/Amsterdam")
DAY = timedelta(days=1)
WHO = "Els"


def one(reader: Reader, pattern: str = "a1b2c3") -> patterns.Pattern:
    found = patterns.patterns(reader, LogFilter(), NOW)
    return next(each for each in found if each.pattern == pattern)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(planned(), max_size=14),
    st.booleans(),
    st.sampled_from(["all", "open"]),
    st.none() | MOMENTS,
    st.sampled_from(["", "p1", UNGROUPED]),
    st.sampled_from([None, 0, 3, 99]),
)
def test_rows_add_up_to_the_failures(  # noqa: PLR0917 - given by name of what is drawn
    tries: list[Planned], seal: bool, state: Any, since: Any, pattern: str, fresh: int | None
) -> None:
    """Sealed, settled and fresh: `fresh` rows stay so for a reader that looks after each try."""
    asked = LogFilter(since=since, state=state, pattern=pattern)
    with TemporaryDirectory() as folder:
        home = Path(folder)
        with (
            few(fresh or 0),
            open_store(home, HandClock()) as store,
            store.holder() as holder,
            open_reader(home) as reader,
        ):
            look = (lambda: None) if fresh is None else reader.snapshot
            rows = record(store, holder, tries, look)
            if seal:
                store.seal(force=True)
            found = patterns.patterns(reader, asked, NOW)
            days = patterns.days(reader, asked).to_pylist()
            hours = patterns.hours(reader, asked)
            documents = patterns.affected(reader, asked, 99)
            still_open = patterns.still_open(reader)
            counted = {
                each.pattern: count(
                    reader, replace(asked, success="no", pattern=each.pattern or UNGROUPED)
                )
                for each in found
            }
            all_failed = count(reader, replace(asked, success="no"))
    failures = [row for row in rows if row["success"] is False]
    wanted = [row for row in failures if matches(asked, row)]
    assert sum(each.attempts for each in found) == len(wanted) == all_failed.rows
    assert {each.pattern: each.attempts for each in found} == Counter(
        row["pattern"] for row in wanted
    )
    for each in found:
        mine = [row for row in wanted if row["pattern"] == each.pattern]
        assert each.documents == len({row["key"] for row in mine})
        assert each.open == len({row["key"] for row in mine if row["open"]})
        # What a row says is what the log shows that its numbers lead to.
        assert (each.attempts, each.open) == (
            counted[each.pattern].rows,
            counted[each.pattern].open,
        )
        ever = [row["started_at"] for row in failures if row["pattern"] == each.pattern]
        assert (each.first_seen, each.last_seen) == (min(ever), max(ever))
        latest = max(mine, key=lambda row: row["id"])
        assert (each.latest["message"], each.category) == (latest["message"], latest["category"])
    order = [(-each.open, -each.last_seen.timestamp()) for each in found]
    assert order == sorted(order)
    told: Counter[Any] = Counter()
    for each in days:
        told[each["pattern"], each["category"], each["day"]] += each["attempts"]
    assert told == Counter(
        (row["pattern"], row["category"], row["started_at"].astimezone(ZONE).date())
        for row in wanted
    )
    assert sum(hours.values()) == len(wanted)
    assert {each.key: (each.attempts, each.open) for each in documents} == {
        key: (n, any(row["open"] for row in wanted if row["key"] == key))
        for key, n in Counter(row["key"] for row in wanted).items()
    }
    assert still_open == {row["pattern"] for row in failures if row["open"] and row["pattern"]}


@pytest.mark.parametrize("seal", [False, True])
def test_hours_are_those_of_the_filter_and_not_of_its_first_day(
    store: Store, holder: Holder, reader: Reader, seal: bool
) -> None:
    """What lasts is kept from the beginning of a day on."""
    at = NOW.replace(hour=12, minute=20)
    for number in range(3):
        moment = at + number * timedelta(hours=1)
        try_once(store, holder, entry(number), failed(moment), at=moment)
    if seal:
        store.seal(force=True)
    asked = LogFilter(since=at + timedelta(minutes=1))
    hour = at.replace(minute=0, second=0, microsecond=0)
    wanted = {hour + nth * timedelta(hours=1): 1 for nth in (1, 2)}
    assert patterns.hours(reader, asked) == wanted


def test_the_course_is_that_of_the_pattern_whatever_the_filter(
    store: Store, holder: Holder, reader: Reader
) -> None:
    for number, back in enumerate((40, 8, 0, 0, 0, 0, 0)):
        at = NOW - back * DAY
        try_once(store, holder, entry(number + 1), failed(at), at)
    found = patterns.patterns(reader, LogFilter(since=NOW - DAY), NOW)[0]
    assert (found.attempts, found.status) == (5, "rising")
    assert found.first_seen == NOW - 40 * DAY
    assert sum(found.by_day.values()) == 6
    assert patterns.patterns(reader, LogFilter(entity="customer"), NOW) == []


def test_resolved_holds_until_the_next_failure(
    store: Store, holder: Holder, reader: Reader
) -> None:
    try_once(store, holder, entry(1), failed())
    decisions.resolve(store, "a1b2c3", WHO, NOW)
    assert one(reader).status == "resolved"
    assert one(reader).decision == Decision(resolved_after=1, resolved_at=NOW, resolved_by=WHO)
    try_once(store, holder, entry(2), booked())
    assert one(reader).status == "resolved"
    # Begun an hour earlier by its clock, and later all the same.
    try_once(store, holder, entry(3), failed(NOW - DAY), NOW - DAY)
    assert one(reader).status == "back"
    decisions.reopen(store, "a1b2c3", WHO, NOW)
    assert one(reader).status == "new"
    actions = [row.action for row in store.audit_rows(9)]
    assert actions == ["pattern reopened", "pattern resolved"]


def test_a_mute_ends_by_moment_or_by_count(store: Store, holder: Holder, reader: Reader) -> None:
    try_once(store, holder, entry(1), failed())
    decisions.mute_until(store, "a1b2c3", NOW + DAY, WHO, NOW)
    assert one(reader).status == "muted"
    assert patterns.patterns(reader, LogFilter(), NOW + DAY)[0].status == "new"
    decisions.mute_count(store, "a1b2c3", 2, WHO, NOW)
    for number, expected in ((2, "muted"), (3, "new")):
        try_once(store, holder, entry(number), failed())
        assert one(reader).status == expected
    decisions.mute_until(store, "a1b2c3", NOW + DAY, WHO, NOW)
    decisions.unmute(store, "a1b2c3", WHO, NOW)
    assert one(reader).decision == Decision()
    facts = [dict(row.facts) for row in store.audit_rows(9, "pattern muted")]
    assert facts[1] == {"count": 2}
    assert list(facts[0]) == ["until"]


def test_resolving_ends_a_mute_and_keeps_the_owner(
    store: Store, holder: Holder, reader: Reader
) -> None:
    try_once(store, holder, entry(1), failed())
    decisions.assign(store, "a1b2c3", "Jan", WHO, NOW)
    decisions.mute_count(store, "a1b2c3", 9, WHO, NOW)
    decisions.resolve(store, "a1b2c3", WHO, NOW)
    assert one(reader).status == "resolved"
    assert one(reader).decision.owner == "Jan"


def merge(source: str, target: str) -> Rule:
    return Rule(id=0, source=source, holds="", target=target, category="other")


def test_rules_are_kept_once_withdrawn_and_audited(store: Store, reader: Reader) -> None:
    part = Rule(id=0, source="a", holds="Xyz", target=split_key("a", "Xyz"))
    assert decisions.add_rule(store, merge("a", "b"), WHO, NOW) == 1
    assert decisions.add_rule(store, part, WHO, NOW) == 2
    assert [rule.id for rule in decisions.rules(store)] == [1, 2]
    assert decisions.made_rules(reader)[1] == decisions.MadeRule(
        rule=replace(part, id=2), actor=WHO, at=NOW
    )
    for wrong in (merge("b", "a"), merge("a", "a"), merge("a", "c")):
        with pytest.raises(StoreError):
            decisions.add_rule(store, wrong, WHO, NOW)
    decisions.withdraw_rule(store, 1, WHO, NOW)
    decisions.withdraw_rule(store, 1, WHO, NOW)
    assert decisions.rules(store) == (replace(part, id=2),)
    assert [row.action for row in store.audit_rows(9)] == [
        "pattern rule withdrawn",
        "pattern split",
        "pattern merged",
    ]
