"""A lost hub is made anew from the attempts: each once, documents as they stood, numbers above."""

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from sync.errors import StoreError
from sync.store import Holder, Store, open_store
from sync.store.database import hub_path, segments_path
from sync.store.filters import LogFilter
from sync.store.queries import newest
from sync.store.reader import open_reader
from sync.store.rebuild import rebuild
from sync.store.recovery import LEAP
from tests.store.builders import (
    MINUTE,
    NOW,
    SHOP,
    HandClock,
    booked,
    claimed,
    entry,
    failed,
    receive,
    try_once,
)

CLOCK = HandClock()
LATER = NOW + timedelta(days=60)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A store in which everything that happens has happened, and nobody works."""
    with open_store(tmp_path, HandClock()) as store, store.holder() as me:
        store.set_mapping(SHOP, '{"vat":{}}', "els", NOW)
        run = store.start_run(SHOP, "schedule", "", 1, NOW)
        store.finish_run(run, "done", {}, "", "", NOW)
        try_once(store, me, entry(1))
        try_once(store, me, entry(2), failed())
        store.seal(force=True)
        try_once(store, me, entry(3), booked(outcome="skipped", state="skipped", mutation_no=None))
        try_once(store, me, entry(4), failed(outcome="unknown", state="waiting", due_at=NOW))
        try_once(store, me, entry(7, "customer"), booked(mutation_no=None, relation_code="10001"))
        store.seal(force=True)
        try_once(store, me, entry(5), booked(mutation_no=99))
        receive(store, entry(6))
        claim = claimed(store, me, entry(6))
        assert store.mark_sent(claim, NOW)
        receive(store, entry(8))
    return tmp_path


def ids(home: Path) -> list[int]:
    """Of all attempts."""
    with open_reader(home) as reader:
        found: list[int] = newest(reader, LogFilter(sort="id:asc"), 999)["id"].to_pylist()
    return found


def test_documents_stand_as_their_attempts_say(home: Path) -> None:
    """The hub's file is gone, and with it what was not sealed."""
    hub_path(home).unlink()
    made = rebuild(home, CLOCK, "els")
    assert (made.files, made.attempts, made.unsealed, made.documents) == (3, 5, 0, 5)
    assert (made.aside, made.left_out, made.carried) == (None, {}, {})
    assert ids(home) == [1, 2, 3, 4, 5]
    with open_store(home, CLOCK) as store, store.holder() as me:
        found = {n: store.document(entry(n).key) for n in range(1, 5)}
        assert [(x and (x.state, x.lookup_first)) for x in found.values()] == [
            ("booked", False),
            ("failed", True),
            ("skipped", True),
            ("waiting", True),
        ]
        first = found[1]
        assert first
        assert (first.mutation_no, first.relation_code, first.attempts) == (17, "W7", 1)
        assert (first.entry.grand_total, first.entry.order_no) == (
            entry(1).grand_total,
            entry(1).order_no,
        )
        customer = store.document(entry(7, "customer").key)
        assert customer
        assert (customer.state, customer.relation_code) == ("booked", "10001")
        assert store.verify().problems == ()
        assert store.watermark(SHOP, "invoice") is None, "the shop is read again"
        receive(store, entry(1), entry(2), entry(5), at=NOW + MINUTE)
        five = store.document(entry(5).key)
        assert five
        assert five.lookup_first, "it was booked, and nobody here knows"
        assert five.entry == entry(5)
        assert try_once(store, me, entry(9)).attempt == 5 + LEAP + 1
        assert store.start_run(SHOP, "schedule", "", 0, NOW) > LEAP


def test_what_can_be_read_of_the_old_hub_comes_along(home: Path) -> None:
    """Pages of one table are gone; attempts that were not sealed, mapping and audit are not."""
    before = ids(home)
    made = rebuild(home, CLOCK, "els", force=True)
    assert (made.attempts, made.unsealed) == (7, 2)
    assert made.carried.keys() >= {"mapping", "audit", "run"}
    assert ids(home) == before
    with open_store(home, CLOCK) as store, store.holder() as me:
        assert store.mapping(SHOP) == (1, '{"vat":{}}')
        [left] = store.take_over(me, NOW, MINUTE)
        assert (left.key, left.outcome) == (entry(6).key, "unknown")
        five = store.document(entry(5).key)
        assert five
        assert (five.state, five.mutation_no) == ("booked", 99)
        assert try_once(store, me, entry(9)).attempt == before[-1] + 1
        assert store.verify().problems == ()
    assert made.aside
    assert (made.aside / "boekwacht.sqlite").exists()


def test_a_hub_full_of_holes_is_replaced(home: Path) -> None:
    """Whatever can't be read is left; the attempts in the files are all there."""
    data = bytearray(hub_path(home).read_bytes())
    for start in range(4096, len(data), 8192):
        data[start : start + 4096] = os.urandom(4096)
    hub_path(home).write_bytes(bytes(data))
    made = rebuild(home, CLOCK, "els")
    assert made.attempts >= 5
    assert set(ids(home)) >= {1, 2, 3, 4, 5}
    with open_store(home, CLOCK) as store:
        assert store.verify().problems == ()


def test_a_file_that_is_no_database_is_replaced(home: Path) -> None:
    hub_path(home).write_bytes(b"")
    assert rebuild(home, CLOCK, "els").attempts == 5


def test_merged_files_and_what_they_replaced_are_taken_once(home: Path) -> None:
    """They lie side by side for ten minutes after a merge."""
    with open_store(home, HandClock(LATER)) as store:
        assert store.seal(force=True).compacted >= 2
    before = ids(home)
    hub_path(home).unlink()
    made = rebuild(home, CLOCK, "els")
    assert ids(home) == [x for x in before if x != 7]
    assert all("attempts that another file has" in why for why in made.left_out.values())
    assert len(made.left_out) == 3


def test_a_damaged_file_is_kept_in_the_list_where_that_can_be_read(home: Path) -> None:
    """So that it is taken back when somebody puts it back."""
    [path, *_] = sorted(segments_path(home).rglob("entity=invoice/**/*.parquet"))
    kept = path.read_bytes()
    path.write_bytes(kept[:100])
    made = rebuild(home, CLOCK, "els", force=True)
    assert len(made.left_out) == 1
    with open_store(home, CLOCK) as store:
        assert [x.path for x in store.damaged()] == list(made.left_out)
        path.write_bytes(kept)
        store.verify()
        assert store.damaged() == ()
    assert len(ids(home)) == 7


def test_a_stranger_is_left_out_and_named(home: Path) -> None:
    shutil.copy(
        next(segments_path(home).rglob("entity=customer/**/*.parquet")),
        segments_path(home) / "entity=invoice" / "copy.parquet",
    )
    hub_path(home).unlink()
    assert rebuild(home, CLOCK, "els").left_out == {
        "entity=invoice/copy.parquet": "is not one of ours"
    }


def test_a_whole_hub_is_not_rebuilt(home: Path) -> None:
    with pytest.raises(StoreError, match="is whole: there is nothing to rebuild"):
        rebuild(home, CLOCK, "els")


def test_from_nothing_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="There are no attempts in"):
        rebuild(tmp_path, CLOCK, "els")
    assert not hub_path(tmp_path).exists()


def test_at_work_is_not_the_time(home: Path, store: Store, holder: Holder) -> None:
    with pytest.raises(StoreError, match="is at work on this record"):
        rebuild(home, CLOCK, "els", force=True)
