"""One reader serves many threads, keeps what has not moved, and breaks off what takes too long."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from sync.errors import StoreError
from sync.store import Holder, Store
from sync.store.filters import LogFilter
from sync.store.queries import count, freshness, last_run, nearest_day, newest, platforms, story
from sync.store.reader import Reader, open_reader
from tests.store.builders import (
    MINUTE,
    NOW,
    SHOP,
    booked,
    claimed,
    entry,
    failed,
    receive,
    start,
    try_once,
)


def test_many_threads_ask_one_reader_while_rows_arrive_and_move(
    store: Store, holder: Holder, reader: Reader
) -> None:
    """Each answer is one state of the record: numbers never go down, and none is there twice."""
    stop = threading.Event()

    def ask() -> int:
        seen = asked = 0
        while not stop.is_set():
            ids = newest(reader, LogFilter(), 10_000)["id"].to_pylist()
            assert ids == list(range(len(ids), 0, -1))
            assert len(ids) >= seen
            seen = len(ids)
            asked += 1
        return asked

    with ThreadPoolExecutor(4) as threads:
        answers = [threads.submit(ask) for _ in range(4)]
        for number in range(60):
            try_once(store, holder, entry(number))
            if number % 20 == 19:
                store.seal(force=True, grace=timedelta(0))
        stop.set()
        assert all(answer.result() > 0 for answer in answers)
    assert count(reader, LogFilter()).rows == 60


def test_what_has_not_moved_is_not_read_again(store: Store, holder: Holder, reader: Reader) -> None:
    """A heartbeat, a fetched page or a look-up count changes nothing that a log shows."""
    try_once(store, holder, entry(1))
    before = reader.snapshot()
    store.receive(SHOP, "invoice", [entry(2)], NOW, NOW)
    store.note_lookup("books", "2026-11")
    store.audit("els", "show", "x", NOW)
    assert reader.snapshot() is before
    claimed(store, holder, entry(2))
    assert reader.snapshot() is not before


def test_a_question_that_takes_too_long_is_broken_off(reader: Reader) -> None:
    with pytest.raises(StoreError, match=r"longer than 0\.2 seconds"):
        reader.ask(
            "select count(*) from range(1000000000000) as t(x) where x % 7 = 3", deadline=0.2
        )
    assert reader.ask("select 1 as one")["one"].to_pylist() == [1]


def test_days_are_the_readers(store: Store, holder: Holder, tmp_path: Path) -> None:
    """An attempt just before midnight UTC is of the next day in Amsterdam."""
    late = NOW.replace(hour=23, minute=30)
    try_once(store, holder, entry(1), booked(late), at=late)
    past = LogFilter(since=NOW - timedelta(days=9), until=NOW - timedelta(days=8))
    for zone, day in (("Europe/Amsterdam", 24), ("UTC", 23), ("America/New_York", 23)):
        with open_reader(tmp_path, zone) as other:
            found = nearest_day(other, past)
            assert found is not None
            assert found.day == day
            question = "select extract(day from started_at) as day from attempts"
            assert other.ask(question)["day"].to_pylist() == [day]


def test_the_nearest_day_keeps_the_rest_of_the_filter(
    store: Store, holder: Holder, reader: Reader
) -> None:
    moments = [NOW - timedelta(days=days) for days in (30, 12, 2)]
    for number, at in enumerate(moments):
        end = failed(at) if number == 0 else booked(at)
        try_once(store, holder, entry(number), end, at=at)
    store.seal(force=True)
    period = LogFilter(since=NOW - timedelta(days=9), until=NOW - timedelta(days=4))
    assert nearest_day(reader, period) == moments[2].date()
    earlier = LogFilter(since=NOW - timedelta(days=11), until=NOW - timedelta(days=4))
    assert nearest_day(reader, earlier) == moments[1].date()
    only_failed = LogFilter(since=period.since, until=period.until, success="no")
    assert nearest_day(reader, only_failed) == moments[0].date()
    assert nearest_day(reader, LogFilter(q="nothing", since=NOW)) is None
    assert nearest_day(reader, LogFilter(q="nothing")) is None


def test_a_story_is_whole_and_of_one_document(store: Store, holder: Holder, reader: Reader) -> None:
    """Tries months apart, one of them running, beside another document with the same number."""
    try_once(store, holder, entry(1, "creditmemo"))
    end = failed(state="waiting", due_at=NOW)
    first = try_once(store, holder, entry(1), end)
    store.seal(force=True)
    late = NOW + timedelta(days=100)
    second = claimed(store, holder, entry(1), late)
    rows = story(reader, entry(1).key)
    assert rows["id"].to_pylist() == [second.attempt, first.attempt]
    assert rows["success"].to_pylist() == [None, False]
    assert story(reader, "webshop:inv:1:000000099").num_rows == 0


def test_how_fresh_the_record_is(store: Store, holder: Holder, reader: Reader) -> None:
    assert (freshness(reader).run_ended, freshness(reader).newest) == (None, None)
    assert last_run(reader) is None
    run = store.start_run(SHOP, "schedule", "", 0, NOW)
    try_once(store, holder, entry(1), booked(NOW), at=NOW)
    assert freshness(reader).newest == NOW
    store.seal(force=True)
    store.finish_run(run, "done", {}, "", "", NOW + MINUTE)
    later = store.start_run(SHOP, "schedule", "", 0, NOW + 2 * MINUTE)
    assert (freshness(reader).run_ended, freshness(reader).newest) == (NOW + MINUTE, NOW)
    running = last_run(reader)
    assert running is not None
    assert (running.id, running.state) == (later, "running")


def test_platforms_are_those_of_the_attempts(store: Store, holder: Holder, reader: Reader) -> None:
    receive(store, entry(1), entry(2))
    for number, platform in ((1, "Snelstart"), (2, "e-Boekhouden.nl")):
        assert store.claim(start(entry(number), platform=platform), holder)
    assert platforms(reader) == ["Snelstart", "e-Boekhouden.nl"]
