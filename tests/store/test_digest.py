"""What a reader keeps in memory says what the files and the hub say, and spares reading them."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sync.domain.attempts import Finish
from sync.store import Holder, Store, overview, patterns
from sync.store.database import segments_path
from sync.store.filters import LogFilter
from sync.store.queries import count, newest
from sync.store.reader import Reader, open_reader
from tests.store.builders import NOW, booked, entry, failed, try_once

DAY = timedelta(days=1)
NO = LogFilter(success="no")


@pytest.fixture(params=["Europe/Amsterdam", "Asia/Kathmandu"])
def local(request: pytest.FixtureRequest, store: Store, tmp_path: Path) -> Iterator[Reader]:
    """A reader where days begin at a whole hour of UTC, and one where they never do."""
    with open_reader(tmp_path, request.param) as reader:
        yield reader


def starts(reader: Reader, first: datetime, number: int) -> list[datetime]:
    """Moments around several midnights."""
    midnight = first.astimezone(ZoneInfo(reader.zone)).replace(hour=0, minute=0, second=0)
    return [
        midnight + nth * timedelta(hours=12) - timedelta(seconds=nth % 2) for nth in range(number)
    ]


def test_days_begin_where_the_zone_says(store: Store, holder: Holder, local: Reader) -> None:
    wanted: Counter[date] = Counter()
    for nth, at in enumerate(starts(local, NOW, 9)):
        try_once(store, holder, entry(nth), booked(at), at=at)
        wanted[at.astimezone(ZoneInfo(local.zone)).date()] += 1
        if nth == 5:
            store.seal(force=True)
    assert {each.day: each.booked for each in overview.days(local, LogFilter())} == wanted
    day = NOW.astimezone(ZoneInfo(local.zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    for since in (day + DAY, day + DAY + timedelta(minutes=1)):
        found = overview.days(local, LogFilter(since=since))
        assert sum(each.attempts for each in found) == count(local, LogFilter(since=since)).rows


def test_a_document_that_was_skipped_before_it_failed_is_open_in_both_of_its_attempts(
    store: Store, holder: Holder, reader: Reader
) -> None:
    """The first is no failure, so it is kept only because its document is open."""
    skip = Finish(finished_at=NOW, outcome="skipped", state="skipped", message="Skipped: zero")
    try_once(store, holder, entry(1), skip)
    store.seal(force=True)
    try_once(store, holder, entry(1, fingerprint="0b" * 12), failed())
    try_once(store, holder, entry(2))

    for sealed in (False, True):
        assert count(reader, LogFilter(success="none")).open == 1
        assert newest(reader, LogFilter(state="open"), 9)["id"].to_pylist() == [2, 1]
        found = count(reader, LogFilter(state="open"))
        assert (found.rows, found.succeeded, found.failed, found.open) == (2, 0, 1, 1)
        if not sealed:
            store.seal(force=True)


def test_what_was_compacted_or_sealed_since_is_counted_once(
    store: Store, holder: Holder, reader: Reader
) -> None:
    for number in range(1, 5):
        try_once(store, holder, entry(number), failed() if number % 2 else booked())
        assert count(reader, NO).rows == (number + 1) // 2
        assert sum(x.failed for x in overview.days(reader, LogFilter())) == (number + 1) // 2
        store.seal(force=True, grace=timedelta(0))
        assert count(reader, NO).rows == (number + 1) // 2
    found = patterns.patterns(reader, LogFilter(), NOW)
    assert [(x.attempts, x.documents, x.open) for x in found] == [(2, 2, 2)]


def test_questions_about_failures_open_no_file_a_second_time(
    store: Store, holder: Holder, reader: Reader, tmp_path: Path
) -> None:
    for number in range(1, 5):
        try_once(store, holder, entry(number), failed() if number % 2 else booked())
    store.seal(force=True)
    asked = (NO, LogFilter(state="open"), LogFilter(outcomes=("created",)))
    before = [count(reader, each) for each in asked], overview.days(reader, LogFilter())
    segments_path(tmp_path).rename(tmp_path / "elsewhere")
    assert ([count(reader, each) for each in asked], overview.days(reader, LogFilter())) == before
    assert patterns.count_open(reader, NOW) == 1


def test_a_text_is_found_once_in_messages_and_in_numbers_that_have_letters(
    store: Store, holder: Holder, reader: Reader
) -> None:
    """One file's numbers are digits, another's are not, and some rows lie in no file yet."""
    text = "API error: b-17 is closed"
    try_once(store, holder, entry(1), failed(message=text))
    store.seal(force=True)
    try_once(store, holder, entry(2, "creditmemo", order_no="B-17X"))
    try_once(store, holder, entry(3, "customer", order_no=""), failed(message=text))
    store.seal(force=True)
    try_once(store, holder, entry(4, order_no="b-178"), failed(message=text))
    for typed, wanted in (
        ("B-17", [4, 3, 2, 1]),
        ("is clo", [4, 3, 1]),
        ("17x", [2]),
        ("0003", [3]),
    ):
        found = newest(reader, LogFilter(q=typed), 9)["id"].to_pylist()
        assert found == wanted
        assert count(reader, LogFilter(q=typed)).rows == len(found)
        assert newest(reader, LogFilter(q=typed), 9)["id"].to_pylist() == found
