"""The proof recomputes what the hub keeps of attempts, and names each difference."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sync.store import Holder, Store
from sync.store.database import hub_path
from sync.store.retention import clean_up
from tests.store.builders import (
    MINUTE,
    NOW,
    booked,
    claimed,
    entry,
    failed,
    receive,
    start,
    try_once,
)
from tests.store.test_retention import fill, wanted


@pytest.fixture
def full(store: Store, holder: Holder) -> Store:
    """Every state there is, sealed and not."""
    try_once(store, holder, entry(1))
    try_once(store, holder, entry(2), failed())
    try_once(store, holder, entry(3), booked(outcome="skipped", state="skipped", mutation_no=None))
    try_once(store, holder, entry(4, "customer"), booked(mutation_no=None))
    store.seal(force=True)
    store.request_again(entry(2).key, NOW)
    claim = store.claim(start(entry(2), NOW + MINUTE), holder)
    assert claim
    assert store.finish(claim, failed(NOW + MINUTE, outcome="unknown", state="waiting", due_at=NOW))
    receive(store, entry(5), entry(6))
    claimed(store, holder, entry(6))
    return store


def test_a_store_in_full_work_is_right(full: Store) -> None:
    proof = full.verify()
    assert proof.problems == ()
    assert (proof.files, proof.attempts, proof.documents) == (2, 6, 6)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("update document set attempts = 7", "{}: attempts is 7 in the hub and 1 by its attempts"),
        ("update document set attempts = 7", "{5}: attempts is 7 in the hub and 0 by its attempts"),
        ("update document set latest_attempt = null", "{}: latest_attempt is empty in the hub and"),
        ("update document set mutation_no = 99", "{}: mutation_no is 99 in the hub and 17 by its"),
        ("update document set relation_code = ''", "{}: relation_code is empty in the hub and W7"),
        ("update document set error_code = 'X'", "{}: error_code is X in the hub and empty by its"),
        ("update document set first_try_at = 1", "{}: first_try_at is 1 in the hub and 1795"),
        ("update document set last_try_at = 1", "{}: last_try_at is 1 in the hub and 1795"),
        ("update document set state = 'failed'", "{} is failed in the hub, but its latest try "),
        ("update document set state = 'booked'", "{5} is booked in the hub, but its latest try n"),
        ("delete from document", "{} has 1 attempts, and the hub does not know it"),
        ("delete from platform", "platform e-Boekhouden.nl has attempts, and the hub does not li"),
        ("update sqlite_sequence set seq = 3", "attempt 6 has a number that will be given again"),
        ("update segment set rows = rows + 1", "holds other attempts (rows is 3, not 4)"),
    ],
)
def test_each_difference_is_named(full: Store, tmp_path: Path, change: str, named: str) -> None:
    with closing(sqlite3.connect(hub_path(tmp_path))) as hub, hub:
        hub.execute(change)
    problems = full.verify().problems
    wanted = named.replace("{}", entry(1).key).replace("{5}", entry(5).key)
    assert any(wanted in problem for problem in problems), problems


def test_an_attempt_that_is_there_twice_is_named(full: Store, tmp_path: Path) -> None:
    """In a file and in the hub: what sealing must never leave."""
    with closing(sqlite3.connect(hub_path(tmp_path))) as hub, hub:
        hub.execute("update attempt set id = 1 where key = ?", (entry(2).key,))
    assert "1 attempts are there twice" in full.verify().problems


def test_while_another_process_seals_nothing_is_proven(full: Store) -> None:
    """It would move what is looked at."""
    busy: list[bool] = []
    full.seal(force=True, steps=lambda _: busy.append(full.verify().busy) if not busy else None)
    assert busy == [True]


def test_what_was_cleaned_up_is_no_difference(store: Store, holder: Holder, tmp_path: Path) -> None:
    """The hub counts all tries there have been, and knows how many of them were taken out."""
    fill(store, holder)
    assert clean_up(store, wanted(tmp_path / "out")).removed == 5
    assert store.verify().problems == ()
    with closing(sqlite3.connect(hub_path(tmp_path))) as hub, hub:
        hub.execute("update document set attempts = attempts + 5")
    assert len(store.verify().problems) == 8
