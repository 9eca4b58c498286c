"""Attempts move into few, immutable files, and every reader sees each of them exactly once."""

import hashlib
import os
import sqlite3
import stat
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from sync.domain.documents import Entity
from sync.errors import StoreError
from sync.store import Holder, SealReport, Store, open_store, sealing
from sync.store.database import hub_path, segments_path
from sync.store.filters import LogFilter
from sync.store.queries import Counts, count, freshness, newest, story
from sync.store.reader import Reader, open_reader
from sync.store.snapshot import Snapshot
from tests.store.builders import (
    MINUTE,
    NOW,
    HandClock,
    booked,
    claimed,
    entry,
    failed,
    receive,
    try_once,
)

DAY = timedelta(days=1)
EVERYTHING = LogFilter()
KINDS: tuple[Entity, ...] = ("invoice", "customer")


def files(home: Path) -> list[Path]:
    """All files below the segments' folder."""
    return sorted(path for path in segments_path(home).rglob("*") if path.is_file())


def fill(store: Store, holder: Holder, numbers: range) -> None:
    """Book documents with these numbers, one second apart."""
    for n in numbers:
        moment = NOW + n * timedelta(seconds=1)
        try_once(store, holder, entry(n), booked(moment), at=moment)


def test_sealing_changes_nothing_that_a_reader_sees(
    store: Store, holder: Holder, reader: Reader, tmp_path: Path
) -> None:
    fill(store, holder, range(5))
    receive(store, entry(9))
    running = claimed(store, holder, entry(9))
    before = newest(reader, EVERYTHING, 99), count(reader, EVERYTHING), freshness(reader)
    assert store.seal(force=True) == SealReport(rows=5, segments=1)
    assert (newest(reader, EVERYTHING, 99), count(reader, EVERYTHING), freshness(reader)) == before
    [path] = files(tmp_path)
    assert path.parent == segments_path(tmp_path) / "entity=invoice" / "month=2026-11"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert store.finish(running, booked())
    assert story(reader, running.key)["outcome"].to_pylist() == ["created"]


def test_it_is_time_at_a_number_of_rows_or_after_a_day(
    store: Store, holder: Holder, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "SEAL_ROWS", 3)
    fill(store, holder, range(2))
    assert store.seal() == SealReport()
    fill(store, holder, range(2, 3))
    assert store.seal().rows == 3
    fill(store, holder, range(3, 4))
    clock.at = NOW + DAY
    assert store.seal().rows == 0
    clock.at = NOW + DAY + MINUTE
    assert store.seal().rows == 1


def test_ids_are_never_given_twice(store: Store, holder: Holder) -> None:
    """An empty hub goes on where the sealed rows ended."""
    first = try_once(store, holder, entry(1))
    store.seal(force=True)
    second = try_once(store, holder, entry(2))
    assert second.attempt == first.attempt + 1


def test_each_kind_and_month_has_its_file(
    store: Store, holder: Holder, tmp_path: Path, reader: Reader
) -> None:
    """Months are UTC, by the start."""
    new_year = NOW.replace(month=12, day=31, hour=23, minute=59, second=59, microsecond=999999)
    for n, at in enumerate((new_year, new_year + timedelta(microseconds=1))):
        for kind in KINDS:
            try_once(store, holder, entry(n, kind), booked(at), at=at)
    assert store.seal(force=True).segments == 4
    months = [path.parent.name for path in files(tmp_path)]
    assert months == ["month=2026-12", "month=2027-01"] * 2
    december = LogFilter(entity="invoice", until=new_year + timedelta(microseconds=1))
    assert newest(reader, december, 9)["document_id"].to_pylist() == [0]
    assert count(reader, december) == Counts(rows=1, open=0, succeeded=1, failed=0)


def test_a_month_keeps_three_files_and_one_when_it_is_over(
    store: Store, holder: Holder, reader: Reader, clock: HandClock, tmp_path: Path
) -> None:
    for n in range(3):
        fill(store, holder, range(n, n + 1))
        assert store.seal(force=True).compacted == 0
    assert len(files(tmp_path)) == 3
    fill(store, holder, range(3, 4))
    assert store.seal(force=True, grace=timedelta(0)) == SealReport(
        rows=1, segments=1, compacted=4, removed=4
    )
    assert len(files(tmp_path)) == 1
    fill(store, holder, range(4, 5))
    store.seal(force=True)
    clock.at = NOW + 30 * DAY
    assert store.compact(grace=timedelta(0)) == SealReport(compacted=2, removed=2)
    assert newest(reader, EVERYTHING, 99)["document_id"].to_pylist() == [4, 3, 2, 1, 0]
    assert store.compact() == SealReport()


def test_a_replaced_file_stays_for_readers_of_the_older_list(
    store: Store, holder: Holder, clock: HandClock, tmp_path: Path
) -> None:
    for n in range(2):
        fill(store, holder, range(n, n + 1))
        store.seal(force=True)
    clock.at = NOW + 30 * DAY
    assert store.compact() == SealReport(compacted=2)
    assert len(files(tmp_path)) == 3
    assert store.compact(grace=timedelta(0)).removed == 2
    assert len(files(tmp_path)) == 1


def test_a_reader_that_meets_a_missing_file_takes_the_list_again(
    store: Store, holder: Holder, reader: Reader, clock: HandClock
) -> None:
    fill(store, holder, range(1))
    store.seal(force=True)
    fill(store, holder, range(1, 2))
    store.seal(force=True)
    state = reader.snapshot()
    asked: list[int] = []

    def ask(given: Snapshot) -> int:
        asked.append(id(given))
        if len(asked) == 1:
            clock.at = NOW + 30 * DAY
            assert store.compact(grace=timedelta(0)).removed == 2
        found = reader.ask("select id from attempts", state=given)
        return int(found.num_rows)

    assert reader.look(ask) == 2
    assert asked[0] == id(state)
    assert len(asked) == 2


def test_a_strange_file_is_reported_and_left(store: Store, holder: Holder, tmp_path: Path) -> None:
    fill(store, holder, range(1))
    stranger = segments_path(tmp_path) / "entity=invoice" / "copy.parquet"
    stranger.parent.mkdir()
    stranger.write_bytes(b"somebody's own")
    assert store.seal(force=True).unknown == ("entity=invoice/copy.parquet",)
    assert store.compact(grace=timedelta(0)).unknown == ("entity=invoice/copy.parquet",)
    assert stranger.read_bytes() == b"somebody's own"


def test_one_process_seals_at_a_time(store: Store, holder: Holder, tmp_path: Path) -> None:
    fill(store, holder, range(2))
    reports: list[SealReport] = []
    with open_store(tmp_path, HandClock()) as second:

        def meet(step: str) -> None:
            if step == "written":
                reports.append(second.seal(force=True))

        assert store.seal(force=True, steps=meet).rows == 2
        assert reports == [SealReport(busy=True)]
        fill(store, holder, range(2, 3))
        assert second.seal(force=True).rows == 1


@pytest.mark.parametrize(
    "step", ["noted", "written", "flushed", "renamed", "named", "listing", "replaced"]
)
def test_a_seal_that_breaks_off_changes_nothing_and_leaves_no_file(
    store: Store, holder: Holder, reader: Reader, tmp_path: Path, step: str
) -> None:
    """Before the list names the file, every row is still in the hub."""
    fill(store, holder, range(3))

    def break_off(name: str) -> None:
        if name == step:
            raise OSError(28, os.strerror(28))

    with pytest.raises((OSError, StoreError), match="No space left"):
        store.seal(force=True, steps=break_off)
    assert count(reader, EVERYTHING).rows == 3
    left = files(tmp_path)
    assert store.seal(force=True).rows == 3
    assert not set(left) & set(files(tmp_path))
    assert count(reader, EVERYTHING).rows == 3
    assert len(files(tmp_path)) == 1


@pytest.mark.parametrize("step", ["written", "flushed", "renamed", "named", "replaced"])
def test_a_file_that_is_tidied_away_while_it_is_made_takes_no_row_with_it(
    store: Store, holder: Holder, reader: Reader, tmp_path: Path, step: str
) -> None:
    """Some machines clean up what looks temporary."""
    fill(store, holder, range(3))

    def tidy(name: str) -> None:
        if name == step:
            for path in files(tmp_path):
                path.unlink()

    with pytest.raises(StoreError, match=r"No such file|is missing"):
        store.seal(force=True, steps=tidy)
    assert count(reader, EVERYTHING).rows == 3
    assert store.seal(force=True).rows == 3
    assert count(reader, EVERYTHING).rows == 3


def test_the_list_says_what_each_file_was(store: Store, holder: Holder, tmp_path: Path) -> None:
    """Its size and its checksum, as `sha256sum` prints it."""
    fill(store, holder, range(3))
    store.seal(force=True)
    [path] = files(tmp_path)
    with store.read() as hub:
        [row] = hub.execute("select size, checksum from segment").fetchall()
    assert tuple(row) == (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())


def test_a_row_that_vanished_meanwhile_undoes_the_seal(
    store: Store, holder: Holder, reader: Reader, tmp_path: Path
) -> None:
    """The file's rows and the deleted rows must be the same number."""
    fill(store, holder, range(3))

    def meddle(step: str) -> None:
        if step == "written":
            with closing(sqlite3.connect(hub_path(tmp_path))) as hub, hub:
                hub.execute("delete from attempt where id = 2")

    with pytest.raises(StoreError, match="holds 3 rows, 2 of 3"):
        store.seal(force=True, steps=meddle)
    assert files(tmp_path) == []
    assert count(reader, EVERYTHING).rows == 3 - 1


def test_a_slow_writer_that_was_swept_cannot_list_its_file(
    store: Store, holder: Holder, reader: Reader, tmp_path: Path
) -> None:
    """Taken for dead, it wakes up: its file is gone, so its rows must stay in the hub."""
    fill(store, holder, range(3))

    def swept(step: str) -> None:
        if step == "named":
            with closing(sqlite3.connect(hub_path(tmp_path))) as hub, hub:
                hub.execute("delete from holder")
            with open_store(tmp_path, HandClock()) as other:
                assert other.compact().removed == 1

    with pytest.raises(StoreError, match="nothing was changed"):
        store.seal(force=True, steps=swept)
    assert count(reader, EVERYTHING).rows == 3
    assert store.seal(force=True).rows == 3
    assert count(reader, EVERYTHING).rows == 3


def test_the_newest_rows_are_right_wherever_they_lie(
    store: Store, holder: Holder, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the first look holds; ids and starts need not go together, clocks jump."""
    monkeypatch.setattr("sync.store.paging._FIRST_LOOK", 1)
    jumps = [0, -40, 3, -70, 1, 0, -40, 5, -1, -100]
    for n, days in enumerate(jumps):
        at = NOW + days * DAY
        end = failed(at) if n % 3 == 0 else booked(at)
        try_once(store, holder, entry(n), end, at=at)
        if n % 2:
            store.seal(force=True)
    for limit in (1, 2, 3, 10, 11):
        for offset in (0, 1, 5, 10):
            page = range(10)[offset : offset + limit]
            down = newest(reader, LogFilter(), limit, offset)["document_id"].to_pylist()
            up = newest(reader, LogFilter(sort="id:asc"), limit, offset)["document_id"].to_pylist()
            assert up == list(page)
            assert down == [9 - n for n in page]
    found = newest(reader, LogFilter(success="no"), 2)["document_id"].to_pylist()
    assert found == [9, 6]


def test_strange_names_of_the_home_folder_are_no_patterns(
    tmp_path: Path,
) -> None:
    home = tmp_path / "it's a [home] *of* ours?"
    with open_store(home, HandClock()) as store, store.holder() as holder:
        fill(store, holder, range(2))
        store.seal(force=True)
        with open_reader(home) as reader:
            assert count(reader, LogFilter(q="Success")).rows == 2
