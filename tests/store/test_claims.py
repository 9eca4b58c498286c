"""One document, one holder, one row per try; what was left behind is finished by the next."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from sync.domain.attempts import Finish
from sync.store import Holder, Label, Store, open_store
from sync.store.database import hub_path
from sync.store.queries import story
from sync.store.reader import Reader
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
    start,
    try_once,
)

SETTLE = 5 * MINUTE


def test_a_try_shows_at_once_and_again_when_it_ends(
    store: Store, holder: Holder, reader: Reader
) -> None:
    receive(store, entry(1))
    claim = claimed(store, holder, entry(1))
    [running] = story(reader, claim.key).to_pylist()
    assert (running["id"], running["success"], running["outcome"]) == (claim.attempt, None, None)
    assert (running["message"], running["attempt_no"]) == ("", 1)

    end = failed(NOW + timedelta(milliseconds=1234), detail='{"sent":"AddMutatie"}')
    assert store.finish(claim, end)
    [ended] = story(reader, claim.key).to_pylist()
    expected = {
        "id": claim.attempt,
        "outcome": "failed",
        "success": False,
        "message": end.message,
        "error_code": end.error_code,
        "category": end.category,
        "pattern": end.pattern,
        "rules_version": 1,
        "detail": end.detail,
        "finished_at": end.finished_at,
        "duration_ms": 1234,
        "relation_code": "",
        "mutation_no": None,
    }
    assert {name: ended[name] for name in expected} == expected


def test_a_document_is_claimed_by_one(store: Store, holder: Holder, reader: Reader) -> None:
    receive(store, entry(1))
    claimed(store, holder, entry(1))
    with store.holder() as other:
        assert store.claim(start(entry(1)), other) is None
    assert story(reader, entry(1).key).num_rows == 1


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(booked(), id="booked"),
        pytest.param(failed(), id="failed: a person comes first"),
        pytest.param(failed(outcome="skipped", state="skipped"), id="skipped"),
        pytest.param(failed(state="waiting", due_at=NOW + 2 * MINUTE), id="a pause is running"),
        pytest.param(failed(state="waiting", due_at=None), id="waits for something else"),
    ],
)
def test_what_is_not_due_is_not_claimed(store: Store, holder: Holder, end: Finish) -> None:
    """Somebody else may have tried it since it was seen as due."""
    try_once(store, holder, entry(1), end)
    assert store.claim(start(entry(1), NOW + MINUTE), holder) is None


def test_an_unknown_document_is_not_claimed(store: Store, holder: Holder) -> None:
    assert store.claim(start(entry(1)), holder) is None


def test_the_document_knows_its_tries(store: Store, holder: Holder) -> None:
    soon = failed(state="waiting", due_at=NOW + MINUTE, temporary=True)
    first = try_once(store, holder, entry(1), soon)
    waiting = store.document(first.key)
    assert waiting is not None
    assert (waiting.tries, waiting.attempts, waiting.latest_attempt) == (1, 1, first.attempt)
    assert (waiting.state, waiting.due_at, waiting.since) == ("waiting", NOW + MINUTE, NOW)

    second = claimed(store, holder, entry(1), NOW + MINUTE)
    assert (second.attempt_no, second.document.tries) == (2, 1)
    assert second.attempt > first.attempt
    assert store.finish(second, booked(NOW + 2 * MINUTE))
    done = store.document(first.key)
    assert done is not None
    assert (done.state, done.tries, done.latest_attempt) == ("booked", 0, second.attempt)
    assert (done.mutation_no, done.relation_code, done.due_at) == (17, "W7", None)
    assert (done.first_try_at, done.last_try_at) == (NOW, NOW + MINUTE)
    assert done.since == NOW + 2 * MINUTE


def test_the_mark_is_kept_and_an_end_clears_it(store: Store, holder: Holder) -> None:
    receive(store, entry(1))
    claim = claimed(store, holder, entry(1))
    assert store.mark_sent(claim, NOW + MINUTE)
    unknown = failed(outcome="unknown", state="waiting", due_at=NOW + SETTLE)
    assert store.finish(claim, unknown)
    document = store.document(claim.key)
    assert document is not None
    assert (document.sent_at, document.lookup_first) == (NOW + MINUTE, True)

    again = claimed(store, holder, entry(1), NOW + SETTLE)
    assert again.document.lookup_first
    assert store.finish(again, booked(NOW + SETTLE, outcome="linked"))
    document = store.document(claim.key)
    assert document is not None
    assert (document.sent_at, document.lookup_first, document.state) == (None, False, "booked")


def test_a_look_up_that_failed_leaves_the_next_try_looking_first(
    store: Store, holder: Holder
) -> None:
    """What was sent long ago is still not known to have ended."""
    unknown = failed(outcome="unknown", state="waiting", due_at=NOW + SETTLE)
    try_once(store, holder, entry(1), unknown)
    again = claimed(store, holder, entry(1), NOW + SETTLE)
    assert store.finish(again, failed(NOW + SETTLE))
    document = store.document(entry(1).key)
    assert document is not None
    assert (document.state, document.lookup_first) == ("failed", True)


def test_a_refused_document_that_changed_meanwhile_is_due_at_once(
    store: Store, holder: Holder
) -> None:
    receive(store, entry(1))
    claim = claimed(store, holder, entry(1))
    receive(store, entry(1, fingerprint="0b" * 12))
    assert store.finish(claim, failed(NOW + MINUTE))
    document = store.document(claim.key)
    assert document is not None
    assert (document.state, document.due_at) == ("waiting", NOW + MINUTE)


def test_a_booked_document_that_changed_meanwhile_says_so(store: Store, holder: Holder) -> None:
    receive(store, entry(1))
    claim = claimed(store, holder, entry(1))
    receive(store, entry(1, fingerprint="0b" * 12))
    assert store.finish(claim, booked())
    document = store.document(claim.key)
    assert document is not None
    assert (document.state, document.changed) == ("booked", True)


def test_a_try_is_finished_once(store: Store, holder: Holder, reader: Reader) -> None:
    claim = try_once(store, holder, entry(1))
    assert not store.finish(claim, failed())
    assert story(reader, claim.key).to_pylist()[0]["outcome"] == "created"


def test_a_clock_that_jumps_back_spoils_nothing(
    store: Store, holder: Holder, reader: Reader
) -> None:
    """The row says what the clock said; no duration is negative; all tries stay in the story."""
    early = NOW - timedelta(days=40)
    receive(store, entry(1))
    claim = claimed(store, holder, entry(1))
    assert store.finish(claim, failed(early, state="waiting", due_at=early))
    again = claimed(store, holder, entry(1), early)
    assert store.finish(again, booked(early))
    rows = story(reader, claim.key).to_pylist()
    assert [row["id"] for row in rows] == [again.attempt, claim.attempt]
    assert [row["duration_ms"] for row in rows] == [0, 0]
    assert store.watermark(SHOP, "invoice") == NOW


def test_a_living_holder_keeps_its_lease(store: Store, holder: Holder, tmp_path: Path) -> None:
    receive(store, entry(1))
    claim = claimed(store, holder, entry(1))
    with open_store(tmp_path, HandClock()) as second, second.holder() as other:
        assert second.take_over(other, NOW, SETTLE) == []
    assert store.mark_sent(claim, NOW)


@pytest.mark.parametrize("marked", [False, True])
def test_a_try_whose_process_ended_is_taken_over(
    store: Store, holder: Holder, reader: Reader, marked: bool
) -> None:
    """Before the mark nothing was sent; after it nobody knows."""
    receive(store, entry(1))
    claim = claimed(store, holder, entry(1))
    if marked:
        assert store.mark_sent(claim, NOW)
    _end_process_of(store, holder)
    later = NOW + MINUTE
    with store.holder() as other:
        [left] = store.take_over(
            other, later, SETTLE, lambda _, code: Label("network", code.lower(), 3)
        )
        assert store.take_over(other, later, SETTLE) == []
    [row] = story(reader, claim.key).to_pylist()
    document = store.document(claim.key)
    assert document is not None
    assert (left.key, left.attempt, left.outcome) == (claim.key, claim.attempt, row["outcome"])
    assert (row["success"], row["finished_at"]) == (False, later)
    if marked:
        assert (row["outcome"], row["error_code"]) == ("unknown", "OUTCOME_UNKNOWN")
        assert (document.due_at, document.lookup_first) == (later + SETTLE, True)
    else:
        assert row["message"] == "Interrupted before anything was sent"
        assert (row["outcome"], row["error_code"]) == ("failed", "INTERRUPTED")
        assert (document.due_at, document.lookup_first) == (later, False)
    assert (row["category"], row["rules_version"]) == ("network", 3)
    assert row["pattern"] == row["error_code"].lower()
    assert document.state == "waiting"


def test_a_lost_lease_neither_sends_nor_finishes(
    store: Store, holder: Holder, reader: Reader
) -> None:
    receive(store, entry(1))
    claim = claimed(store, holder, entry(1))
    _end_process_of(store, holder)
    with store.holder() as other:
        store.take_over(other, NOW, SETTLE)
        second = claimed(store, other, entry(1))
        assert not store.mark_sent(claim, NOW)
        assert not store.finish(claim, booked())
        assert store.mark_sent(second, NOW)
        assert store.finish(second, booked())
    outcomes = [row["outcome"] for row in story(reader, claim.key).to_pylist()]
    assert outcomes == ["created", "failed"]


def test_a_claim_left_by_a_holder_that_let_go_is_taken_over(store: Store) -> None:
    """An error went through the block: the process lives on, its lease does not."""
    receive(store, entry(1))
    with store.holder() as first:
        claimed(store, first, entry(1))
    with store.holder() as second:
        assert [x.key for x in store.take_over(second, NOW, SETTLE)] == [entry(1).key]


def test_a_holder_taken_over_by_mistake_may_go_on_with_new_documents(store: Store) -> None:
    """A laptop that slept wakes up: what it held is gone, but it can work."""
    receive(store, entry(1), entry(2))
    with store.holder() as sleeper:
        lost = claimed(store, sleeper, entry(1))
        _end_process_of(store, sleeper)
        with store.holder() as other:
            store.take_over(other, NOW, SETTLE)
            kept = claimed(store, sleeper, entry(2))
            assert store.take_over(other, NOW, SETTLE) == []
        assert not store.mark_sent(lost, NOW)
        assert store.mark_sent(kept, NOW)


def _end_process_of(store: Store, holder: Holder) -> None:
    """Have the hub see the holder as a process that is gone: its id belongs to another start."""
    with sqlite3.connect(hub_path(store.home)) as hub:
        hub.execute("update holder set started = '1' where token = ?", (holder.token,))
    hub.close()
