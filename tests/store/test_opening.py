"""A store that cannot be used is refused in one sentence, and a reader creates nothing."""

import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from sync.errors import StoreError
from sync.store import Store, open_store, schema
from sync.store.database import hub_path
from sync.store.filters import LogFilter
from sync.store.queries import count
from sync.store.reader import open_reader
from tests.store.builders import HandClock, entry, receive, try_once

ROOT = Path(__file__).resolve().parents[2]


def test_what_is_stored_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    with open_store(tmp_path, HandClock()) as store:
        receive(store, entry(1))
    with open_store(tmp_path, HandClock()) as store:
        assert store.document(entry(1).key) is not None


def test_a_relative_home_is_the_one_of_the_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Going to another folder afterwards moves nothing."""
    monkeypatch.chdir(tmp_path)
    with (
        open_store(Path("home"), HandClock()) as store,
        store.holder() as me,
        open_reader(Path("home")) as reader,
    ):
        monkeypatch.chdir("/")
        try_once(store, me, entry(1))
        assert store.seal(force=True).rows == 1
        assert count(reader, LogFilter(q="Success")).rows == 1
    assert hub_path(tmp_path / "home").exists()


def test_only_the_owner_reads_it(store: Store, tmp_path: Path) -> None:
    receive(store, entry(1))
    for path in (tmp_path / "data").rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO), path


def test_every_commit_reaches_the_disk(store: Store) -> None:
    """Without this an acknowledged row is lost with the power."""
    with store.read() as hub:
        assert hub.execute("pragma synchronous").fetchone()[0] == 2
        assert hub.execute("pragma journal_mode").fetchone()[0] == "wal"
    with store.write() as hub:
        assert hub.execute("pragma synchronous").fetchone()[0] == 2


def test_only_the_transaction_that_says_so_may_wait_for_the_next_one(store: Store) -> None:
    with store.write(durable=False) as hub:
        assert hub.execute("pragma synchronous").fetchone()[0] == 1
    with store.write() as hub:
        assert hub.execute("pragma synchronous").fetchone()[0] == 2
    with suppress(ZeroDivisionError), store.write(durable=False):
        _ = 1 / 0
    with store.write() as hub:
        assert hub.execute("pragma synchronous").fetchone()[0] == 2


def test_a_newer_store_is_refused(store: Store, tmp_path: Path) -> None:
    with closing(sqlite3.connect(hub_path(tmp_path))) as hub:
        hub.execute("pragma user_version = 99")
    for opening in (lambda: open_store(tmp_path, HandClock()), lambda: open_reader(tmp_path)):
        with pytest.raises(StoreError, match=r"newer Boekwacht \(schema 99, .*: update this"):
            opening()


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with closing(sqlite3.connect(hub_path(tmp_path))) as hub:
        hub.execute("pragma user_version = 1")
    with pytest.raises(StoreError, match="another program's database"):
        open_store(tmp_path, HandClock())


@pytest.mark.parametrize("opens", [lambda home: open_store(home, HandClock()), open_reader])
def test_a_file_that_is_no_database_is_refused(
    tmp_path: Path, opens: Callable[[Path], object]
) -> None:
    (tmp_path / "data").mkdir()
    hub_path(tmp_path).write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreError, match="not a database"):
        opens(tmp_path)


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(StoreError, match="data cannot be created"):
        open_store(tmp_path, HandClock())


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="needs Linux's read-only /sys")
def test_a_folder_that_cannot_be_written_is_refused() -> None:
    with pytest.raises(StoreError, match="/sys/kernel/data cannot be created"):
        open_store(Path("/sys/kernel"), HandClock())


@pytest.mark.skipif(os.name == "nt" or os.getuid() == 0, reason="the superuser may write anywhere")
def test_a_read_only_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o500)
    with pytest.raises(StoreError, match="cannot be written to: give this user the right"):
        open_store(tmp_path, HandClock())


def test_a_reader_of_nothing_creates_nothing(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There is no record yet"):
        open_reader(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_reader_waits_for_the_older_store_to_be_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_store(tmp_path, HandClock()).close()
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    with pytest.raises(StoreError, match="older Boekwacht: the next run"):
        open_reader(tmp_path)


def test_a_reader_takes_a_store_in_the_making_for_none(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with closing(sqlite3.connect(hub_path(tmp_path))) as hub:
        hub.execute("create table early (x)")
    with pytest.raises(StoreError, match="no record yet"):
        open_reader(tmp_path)


def test_a_full_disk_is_told_in_one_sentence_and_undoes_the_transaction(store: Store) -> None:
    """SQLite's own limit on pages fails exactly as a full disk does."""
    receive(store, entry(1))
    with store.read() as hub:
        pages = hub.execute("pragma page_count").fetchone()[0]
        hub.execute(f"pragma max_page_count = {pages}")
    page = [entry(n, company="x" * 2000) for n in range(2, 300)]
    with pytest.raises(StoreError, match="disk is full"):
        store.receive("webshop", "invoice", page, entry(300).updated_at, entry(1).updated_at)
    assert store.document(entry(2).key) is None
    assert store.document(entry(1).key) is not None
