"""The queue: in order, once, nobody's wish twice, and nothing lost when whoever had it dies."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from sync.store import Holder, Progress, Store, Wish, open_store
from sync.store.database import hub_path
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

NUMBERS = (1, 2, 3)


def seen(store: Store, *numbers: int) -> dict[str, int | None]:
    """What a person saw who looked just now."""
    found: dict[str, int | None] = {}
    for number in numbers:
        document = store.document(entry(number).key)
        assert document is not None
        found[document.key] = document.latest_attempt
    return found


@pytest.fixture
def refused(store: Store, holder: Holder) -> Store:
    """Three invoices that were refused."""
    for number in NUMBERS:
        try_once(store, holder, entry(number), failed())
    return store


def resync(store: Store, *numbers: int) -> Wish:
    """A wish for these invoices."""
    return Wish(kind="resync", documents=seen(store, *numbers), filter="entity=invoice")


def test_requests_are_worked_off_in_order_and_once(store: Store, holder: Holder) -> None:
    first = store.ask(Wish(kind="run", connection=SHOP, payload={"a": 1}), "els", NOW).request
    second = store.ask(Wish(kind="check"), "jan", NOW).request
    taken = store.next_request(holder, NOW + MINUTE)
    assert taken is not None
    assert (taken.id, taken.payload, taken.actor) == (first, {"a": 1}, "els")
    assert (taken.asked_at, taken.taken_at, taken.state) == (NOW, NOW + MINUTE, "taken")
    assert store.finish_request(taken, holder, {"state": "done", "n": 2}, NOW + 2 * MINUTE)
    assert not store.finish_request(taken, holder, {"state": "failed"}, NOW + 3 * MINUTE)
    other = store.next_request(holder, NOW)
    assert other is not None
    assert other.id == second
    assert store.next_request(holder, NOW) is None
    done = store.requests(9)[1]
    assert (done.result, done.finished_at) == ({"state": "done", "n": 2}, NOW + 2 * MINUTE)
    assert done.state == "done"
    assert [row.action for row in store.audit_rows(9)] == ["run ended", "check", "run"]


def test_the_same_wish_again_finds_the_request_that_has_it(store: Store, holder: Holder) -> None:
    first = store.ask(Wish(kind="run"), "els", NOW)
    again = store.ask(Wish(kind="run"), "jan", NOW)
    assert (first.is_new, again.is_new) == (True, False)
    assert first.request == again.request
    assert store.ask(Wish(kind="run", connection=SHOP), "jan", NOW).is_new
    request = store.next_request(holder, NOW)
    assert request is not None
    assert not store.ask(Wish(kind="run"), "jan", NOW).is_new
    store.finish_request(request, holder, {}, NOW)
    assert store.ask(Wish(kind="run"), "jan", NOW).is_new


def test_a_document_stands_in_one_open_request(refused: Store) -> None:
    """The second one takes what is left; a third finds nothing left and names who has it."""
    first = refused.ask(resync(refused, 1, 2), "els", NOW)
    assert (first.is_new, first.documents, first.left_out) == (True, 2, 0)
    second = refused.ask(resync(refused, 2, 3), "jan", NOW)
    assert (second.is_new, second.documents, second.left_out) == (True, 1, 1)
    third = refused.ask(resync(refused, 1, 2, 3), "jan", NOW)
    assert (third.is_new, third.documents, third.left_out) == (False, 0, 3)
    assert third.request == second.request
    facts = refused.audit_rows(2)[1].facts
    assert (facts["count"], facts["filter"]) == (2, "entity=invoice")


def test_what_was_tried_since_the_person_looked_is_left_out(refused: Store, holder: Holder) -> None:
    """Also when it failed again and the request that did it has ended."""
    stale = resync(refused, 1)
    asked = refused.ask(stale, "els", NOW)
    request = refused.next_request(holder, NOW)
    assert request is not None
    try_again(refused, holder, 1)
    refused.finish_request(request, holder, {"state": "partly"}, NOW)
    late = refused.ask(stale, "jan", NOW)
    assert (late.is_new, late.request) == (False, asked.request)
    assert refused.ask(resync(refused, 1), "jan", NOW).is_new


def try_again(store: Store, holder: Holder, number: int, *, well: bool = False) -> None:
    """Another try, as a run makes it."""
    assert store.request_again(entry(number).key, NOW)
    claim = claimed(store, holder, entry(number))
    assert store.finish(claim, booked() if well else failed())


def test_each_try_is_counted_in_the_transaction_that_ends_it(
    refused: Store, holder: Holder
) -> None:
    refused.ask(resync(refused, *NUMBERS), "els", NOW)
    request = refused.next_request(holder, NOW)
    assert request is not None
    try_again(refused, holder, 1, well=True)
    try_again(refused, holder, 2)
    refused.tell_progress(request, holder, Progress())
    told = refused.request(request.id)
    assert told is not None
    assert told.progress is not None
    assert (told.state, told.progress.done, told.progress.total) == ("running", 2, 3)
    assert told.progress.counts == {"created": 1, "failed": 1}
    assert refused.open_documents(request.id) == [entry(3).key]
    refused.finish_request(request, holder, {"state": "stopped"}, NOW)
    [ended, *_] = refused.audit_rows(1)
    assert ended.actor == "els"
    assert ended.facts["counts"] == {"created": 1, "failed": 1, "left": 1}


def test_a_request_goes_on_after_its_worker_died(refused: Store, tmp_path: Path) -> None:
    """With what was not tried; the dead one's end does not count any more."""
    refused.ask(resync(refused, *NUMBERS), "els", NOW)
    with refused.holder() as dead:
        request = refused.next_request(dead, NOW)
        assert request is not None
        try_again(refused, dead, 1, well=True)
        with closing(sqlite3.connect(hub_path(tmp_path))) as hub, hub:
            hub.execute("update holder set started = '1' where token = ?", (dead.token,))
        with open_store(tmp_path, HandClock()) as other, other.holder() as heir:
            assert other.next_request(heir, NOW) is None
            other.reopen_requests(heir, NOW)
            again = other.next_request(heir, NOW)
            assert again is not None
            assert again.id == request.id
            assert other.open_documents(again.id) == [entry(2).key, entry(3).key]
            assert not refused.finish_request(request, dead, {"state": "done"}, NOW)
            assert other.finish_request(again, heir, {"state": "done"}, NOW)


def test_stopping_is_a_wish_that_is_asked_once(refused: Store, holder: Holder) -> None:
    refused.ask(resync(refused, 1), "els", NOW)
    request = refused.next_request(holder, NOW)
    assert request is not None
    assert not refused.wants_stop(request.id)
    assert refused.ask_to_stop(request.id, "jan", NOW)
    assert not refused.ask_to_stop(request.id, "jan", NOW)
    assert refused.wants_stop(request.id)
    told = refused.request(request.id)
    assert told is not None
    assert told.state == "stopping"
    assert [row.actor for row in refused.audit_rows(1, "stop")] == ["jan"]


def test_what_nobody_took_up_ends_at_once_when_it_is_stopped(refused: Store) -> None:
    asked = refused.ask(resync(refused, 1), "els", NOW).request
    assert asked is not None
    assert refused.ask_to_stop(asked, "els", NOW)
    told = refused.request(asked)
    assert told is not None
    assert (told.state, told.result["state"]) == ("done", "stopped")
    assert told.result["counts"] == {"left": 1}
    assert refused.ask(resync(refused, 1), "jan", NOW).is_new


def test_what_was_never_fetched_is_not_asked_for(store: Store) -> None:
    unknown = Wish(kind="resync", documents={"webshop:inv:1:000000099": None})
    assert store.ask(unknown, "els", NOW).request is None
    assert store.ask(Wish(kind="resync", documents={}), "els", NOW).request is None
    receive(store, entry(1))
    assert store.ask(resync(store, 1), "els", NOW).is_new


def test_given_back_it_is_taken_up_by_the_next_one(store: Store, holder: Holder) -> None:
    store.ask(Wish(kind="run"), "els", NOW)
    first = store.next_request(holder, NOW)
    assert first is not None
    store.release_request(first, holder)
    again = store.next_request(holder, NOW + timedelta(seconds=1))
    assert again is not None
    assert again.id == first.id


def test_audit_rows_are_only_added(store: Store, tmp_path: Path) -> None:
    """Not even by whoever opens the file: the hub refuses it."""
    store.audit("els", "show", "x", NOW)
    with closing(sqlite3.connect(hub_path(tmp_path))) as hub:
        for statement in ("update audit set actor = 'jan'", "delete from audit"):
            with pytest.raises(sqlite3.IntegrityError, match="audit rows are never"):
                hub.execute(statement)
    assert [row.actor for row in store.audit_rows(1)] == ["els"]
