"""A backup is consistent and proven; put back, it books nothing twice and gives no number twice."""

import json
import os
import shutil
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from sync.errors import StoreError
from sync.store import Holder, Store, Wish, open_store
from sync.store.backup import back_up
from sync.store.database import hub_path, segments_path
from sync.store.filters import LogFilter
from sync.store.queries import count, newest
from sync.store.reader import open_reader
from sync.store.recovery import LEAP, MARGIN
from sync.store.restore import restore
from tests.store.builders import (
    MINUTE,
    NOW,
    SHOP,
    HandClock,
    claimed,
    entry,
    failed,
    receive,
    try_once,
)

CLOCK = HandClock()


@pytest.fixture
def full(store: Store, holder: Holder) -> Store:
    """Sealed, unsealed, failed, waiting and running."""
    try_once(store, holder, entry(1))
    try_once(store, holder, entry(2), failed())
    store.seal(force=True)
    try_once(store, holder, entry(3))
    receive(store, entry(4), entry(5))
    claimed(store, holder, entry(5))
    return store


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Where the backup goes."""
    return tmp_path / "elsewhere" / "backup"


def rows(home: Path) -> list[tuple[int, int]]:
    """Id and document of every attempt."""
    with open_reader(home) as reader:
        found = newest(reader, LogFilter(sort="id:asc"), 999).to_pylist()
    return [(row["id"], row["document_id"]) for row in found]


def lost(home: Path) -> None:
    """The disk is gone."""
    shutil.rmtree(home / "data")


def test_a_backup_is_all_there_is_and_says_what_it_is(full: Store, copy: Path) -> None:
    made = back_up(full, copy)
    assert (made.attempts, len(made.segments), made.damaged) == (4, 1, ())
    told = json.loads((copy / "backup.json").read_text("utf-8"))
    assert told["hub"]["size"] == (copy / "boekwacht.sqlite").stat().st_size
    files = {path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file()}
    assert files == {"backup.json", "boekwacht.sqlite", *(f"attempts/{x}" for x in made.segments)}
    for path in (copy, *copy.rglob("*")):
        assert path.name == "backup.json" or not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_a_full_folder_is_refused(full: Store, copy: Path) -> None:
    copy.mkdir(parents=True)
    (copy / "thesis.doc").write_text("years of work")
    with pytest.raises(StoreError, match="is not empty: choose a new or an empty folder"):
        back_up(full, copy)
    assert [path.name for path in copy.iterdir()] == ["thesis.doc"]


def test_a_folder_within_the_data_is_refused(full: Store, tmp_path: Path) -> None:
    """It would be taken for the record's own files."""
    with pytest.raises(StoreError, match="lies within the data folder"):
        back_up(full, tmp_path / "data" / "attempts" / "backup")


def test_a_backup_while_everything_runs_is_one_state(
    full: Store, holder: Holder, copy: Path, tmp_path: Path
) -> None:
    """Rows come and others would seal, merge and sweep between two of its steps."""
    with open_store(tmp_path, HandClock(NOW + timedelta(days=60))) as other:

        def meddle(step: str) -> None:
            number = 100 + len(list(copy.rglob("*")))
            try_once(full, holder, entry(number))
            assert other.seal(force=True, grace=timedelta(0)).busy, step

        made = back_up(full, copy, meddle)
    restored = tmp_path / "another"
    restore(restored, copy, CLOCK, "els")
    assert [number for _, number in rows(restored)] == [1, 2, 3, 5]
    assert made.attempts == 4
    assert full.seal(force=True).rows > 2


def test_a_backup_waits_for_whoever_seals(
    full: Store, copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.store.backup._WAIT_SECONDS", 0)
    refused = []
    with open_store(tmp_path, HandClock()) as other:

        def meet(step: str) -> None:
            if step == "written":
                with pytest.raises(StoreError, match="at work on the files: try again"):
                    back_up(other, copy)
                refused.append(step)

        full.seal(force=True, steps=meet)
    assert refused == ["written"]
    assert back_up(full, copy).attempts == 4


@pytest.mark.parametrize("names", [["boekwacht.sqlite"], ["attempts"]])
def test_a_backup_that_changed_is_refused_and_nothing_is_touched(
    full: Store, copy: Path, tmp_path: Path, names: list[str]
) -> None:
    made = back_up(full, copy)
    [path] = (
        [copy / "boekwacht.sqlite"]
        if names[0] != "attempts"
        else [copy / "attempts" / x for x in made.segments]
    )
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    full.close()
    before = rows(tmp_path)
    with pytest.raises(StoreError, match=r"its checksum differs.*cannot be restored"):
        restore(tmp_path / "new", copy, CLOCK, "els")
    assert not hub_path(tmp_path / "new").exists()
    assert rows(tmp_path) == before


def test_a_backup_that_was_cut_short_is_none(full: Store, copy: Path, tmp_path: Path) -> None:
    back_up(full, copy)
    (copy / "backup.json").unlink()
    with pytest.raises(StoreError, match="holds no backup, or one that was cut short"):
        restore(tmp_path / "new", copy, CLOCK, "els")
    with pytest.raises(StoreError, match="holds no backup"):
        restore(tmp_path / "new", tmp_path / "nothing", CLOCK, "els")


def test_what_comes_back_is_what_was_copied(full: Store, copy: Path, tmp_path: Path) -> None:
    """On another machine, where nothing is left of the old one."""
    back_up(full, copy)
    before = rows(tmp_path)
    home = tmp_path / "new"
    done = restore(home, copy, CLOCK, "els")
    assert done.aside is None
    assert rows(home) == before
    with open_store(home, CLOCK) as store, store.holder() as me:
        assert store.verify().problems == ()
        assert store.watermark(SHOP, "invoice") == NOW
        [(audit, who)] = [(x.action, x.actor) for x in store.audit_rows(1)]
        assert (audit, who) == ("restore", "els")
        assert [x.outcome for x in store.take_over(me, NOW, MINUTE)] == ["failed"]
        number = try_once(store, me, entry(9)).attempt
        assert number == 4 + LEAP + 1, "nobody knows which were given since"
    assert not (home / "data" / "renewing").exists()


def test_an_older_copy_goes_on_above_the_numbers_given_since(
    full: Store, holder: Holder, copy: Path, tmp_path: Path
) -> None:
    """And what was there is set aside, whole."""
    back_up(full, copy)
    since = try_once(full, holder, entry(6)).attempt
    full.seal(force=True)
    stop(full, holder)
    before = rows(tmp_path)
    done = restore(tmp_path, copy, CLOCK, "els")
    assert done.aside
    old = tmp_path / "old"
    old.mkdir()
    done.aside.rename(old / "data")
    assert rows(old) == before
    with open_store(tmp_path, CLOCK) as store, store.holder() as me:
        assert store.document(entry(6).key) is None
        assert try_once(store, me, entry(9)).attempt == since + 1


def test_what_may_have_been_booked_since_is_looked_up_first(
    full: Store, holder: Holder, copy: Path, tmp_path: Path
) -> None:
    """What is not booked in the copy, and what comes back from the shop; not what is newer."""
    full.ask(Wish(kind="run", connection=SHOP), "els", NOW)
    back_up(full, copy)
    stop(full, holder)
    lost(tmp_path)
    restore(tmp_path, copy, CLOCK, "els")
    with open_store(tmp_path, CLOCK) as store, store.holder() as me:
        late = entry(8, issued_at=NOW + MARGIN + 10 * MINUTE)
        receive(store, entry(1), entry(6), entry(7, "creditmemo"), late, entry(3, "customer"))
        first = {key: store.document(key) for key in map(_key, (1, 2, 4, 6))}
        assert {key: x and x.lookup_first for key, x in first.items()} == {
            _key(1): False,
            _key(2): True,
            _key(4): True,
            _key(6): True,
        }
        for one, wanted in ((entry(7, "creditmemo"), True), (late, False)):
            found = store.document(one.key)
            assert found
            assert found.lookup_first == wanted
        assert store.next_request(me, NOW) is None, "it may have been done since"


def test_a_restore_waits_until_nobody_works(full: Store, copy: Path, tmp_path: Path) -> None:
    """This very process holds leases."""
    back_up(full, copy)
    with pytest.raises(StoreError, match=rf"Process {os.getpid()} is at work on this record"):
        restore(tmp_path, copy, CLOCK, "els")


def test_pages_go_on_with_what_came_back(
    full: Store, holder: Holder, copy: Path, tmp_path: Path
) -> None:
    """A reader that was open all the time sees it."""
    back_up(full, copy)
    try_once(full, holder, entry(6))
    with open_reader(tmp_path) as reader:
        assert count(reader, LogFilter()).rows == 5
        stop(full, holder)
        restore(tmp_path, copy, CLOCK, "els")
        assert count(reader, LogFilter()).rows == 4


def test_a_hub_that_vanished_is_not_begun_anew(full: Store, tmp_path: Path) -> None:
    """It would look as if nothing had ever been booked."""
    home = tmp_path / "new"
    shutil.copytree(segments_path(tmp_path), segments_path(home))
    for path in (hub_path(home), hub_path(tmp_path / "other")):
        if path != hub_path(home):
            path.parent.mkdir(parents=True)
            (path.parent / "renewing").mkdir()
        with pytest.raises(StoreError, match=r"is missing, but not what belongs to it: restore"):
            open_store(path.parent.parent, CLOCK)
        assert not path.exists()


def stop(store: Store, holder: Holder) -> None:
    """End this process's work, as if it had been killed: claims stay."""
    with store.write() as hub:
        hub.execute("delete from holder where token = ?", (holder.token,))
    store.close()


def _key(number: int) -> str:
    return entry(number).key
