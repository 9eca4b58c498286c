"""Every fetched document is known before the watermark passes it, and due when it should be."""

from datetime import timedelta
from decimal import Decimal

import pytest

from sync.domain.attempts import Finish
from sync.store import Holder, Received, Store, inbox
from tests.store.builders import (
    MINUTE,
    NOW,
    SHOP,
    booked,
    claimed,
    entry,
    failed,
    receive,
    try_once,
)

LATER = NOW + 10 * MINUTE


def test_a_page_is_counted_and_moves_the_watermark(store: Store) -> None:
    first = store.receive(SHOP, "invoice", [entry(1), entry(2)], NOW, NOW)
    again = [entry(1), entry(2, fingerprint="0b" * 12), entry(3)]
    assert first == Received(new=2, changed=0, same=0)
    assert store.receive(SHOP, "invoice", again, LATER, NOW) == Received(new=1, changed=1, same=1)
    assert store.watermark(SHOP, "invoice") == LATER


def test_the_watermark_never_moves_back(store: Store) -> None:
    assert store.watermark(SHOP, "invoice") is None
    store.receive(SHOP, "invoice", [], LATER, NOW)
    store.receive(SHOP, "invoice", [], NOW, NOW)
    assert store.watermark(SHOP, "invoice") == LATER
    assert store.watermark(SHOP, "creditmemo") is None
    assert store.watermark("other", "invoice") is None


def test_a_document_comes_back_as_it_was_fetched(store: Store) -> None:
    fetched = entry(
        7,
        "creditmemo",
        invoice_id=12,
        grand_total=Decimal("-0.01"),
        tax=Decimal("9999999999.99"),
        base_rate=Decimal("0.8134560"),
        global_rate=None,
        company="Café ’t Hœkje & ⟨zoon⟩",
        customer_id=None,
    )
    receive(store, fetched)
    found = store.document(fetched.key)
    assert found is not None
    assert found.entry == fetched
    assert str(found.entry.base_rate) == "0.8134560"
    assert (found.state, found.due_at, found.attempts) == ("waiting", NOW, 0)


def test_an_amount_of_half_a_cent_is_refused_and_nothing_is_taken_in(store: Store) -> None:
    """A page goes in whole or not at all: the watermark must not pass a lost document."""
    page = [entry(1), entry(2, grand_total=Decimal("0.005"))]
    with pytest.raises(ValueError, match=r"0\.005"):
        store.receive(SHOP, "invoice", page, LATER, NOW)
    assert store.document(entry(1).key) is None
    assert store.watermark(SHOP, "invoice") is None


def test_due_documents_come_oldest_first_and_only_when_their_time_has_come(store: Store) -> None:
    receive(store, entry(3), entry(1), at=NOW)
    receive(store, entry(2), at=LATER)
    tie = entry(4, issued_at=entry(1).issued_at)
    receive(store, tie)

    def numbers(at: timedelta, limit: int = 9) -> list[int]:
        return [x.entry.document_id for x in store.due(SHOP, "invoice", NOW + at, limit)]

    assert numbers(-MINUTE) == []
    assert numbers(0 * MINUTE) == [1, 4, 3]
    assert numbers(10 * MINUTE) == [1, 4, 2, 3]
    assert numbers(10 * MINUTE, limit=2) == [1, 4]
    assert store.due(SHOP, "creditmemo", LATER, 9) == []
    assert store.due("other", "invoice", LATER, 9) == []


def test_what_somebody_is_trying_is_not_due(store: Store, holder: Holder) -> None:
    receive(store, entry(1), entry(2))
    claimed(store, holder, entry(1))
    assert [x.key for x in store.due(SHOP, "invoice", NOW, 9)] == [entry(2).key]


def test_a_changed_document_that_failed_is_due_at_once(store: Store, holder: Holder) -> None:
    try_once(store, holder, entry(1), failed())
    store.receive(SHOP, "invoice", [entry(1)], LATER, LATER)
    assert store.due(SHOP, "invoice", LATER, 9) == []
    mended = entry(1, fingerprint="0b" * 12, country="BE")
    store.receive(SHOP, "invoice", [mended], LATER, LATER)
    [due] = store.due(SHOP, "invoice", LATER, 9)
    assert (due.entry, due.state, due.since, due.due_at) == (mended, "waiting", LATER, LATER)


def test_a_changed_document_that_is_booked_stays_booked_and_says_so(
    store: Store, holder: Holder
) -> None:
    try_once(store, holder, entry(1))
    changed = entry(1, fingerprint="0b" * 12, grand_total=Decimal("99.00"))
    store.receive(SHOP, "invoice", [changed], LATER, LATER)
    found = store.document(entry(1).key)
    assert found is not None
    assert (found.state, found.changed, found.entry) == ("booked", True, changed)
    assert store.due(SHOP, "invoice", LATER, 9) == []


def test_a_document_with_the_same_fingerprint_follows_the_shop_and_keeps_its_state(
    store: Store, holder: Holder
) -> None:
    try_once(store, holder, entry(1))
    moved = entry(1, updated_at=entry(1).updated_at + MINUTE, email="nieuw@klant.example")
    assert store.receive(SHOP, "invoice", [moved], LATER, LATER).same == 1
    found = store.document(entry(1).key)
    assert found is not None
    assert (found.entry, found.state, found.changed) == (moved, "booked", False)


def test_an_unknown_outcome_is_not_tried_sooner_because_the_document_changed(
    store: Store, holder: Holder
) -> None:
    """A booking may still be under way; only the settle time makes it safe to look."""
    end = booked(outcome="unknown", state="waiting", due_at=LATER, mutation_no=None)
    try_once(store, holder, entry(1), end)
    store.receive(SHOP, "invoice", [entry(1, fingerprint="0b" * 12)], NOW, NOW + MINUTE)
    assert store.due(SHOP, "invoice", LATER - MINUTE, 9) == []
    [due] = store.due(SHOP, "invoice", LATER, 9)
    assert due.lookup_first


@pytest.mark.parametrize(
    ("end", "asked"),
    [
        pytest.param(failed(), True, id="failed"),
        pytest.param(failed(outcome="skipped", state="skipped"), True, id="skipped"),
        pytest.param(failed(state="waiting", due_at=LATER), True, id="paused"),
        pytest.param(failed(state="waiting", due_at=None), True, id="waits for its invoice"),
        pytest.param(booked(), False, id="booked"),
        pytest.param(booked(outcome="unknown", state="waiting", due_at=LATER), False, id="unknown"),
    ],
)
def test_asking_again_makes_due_what_may_be_tried(
    store: Store, holder: Holder, end: Finish, asked: bool
) -> None:
    try_once(store, holder, entry(1), end)
    assert store.request_again(entry(1).key, NOW + MINUTE) is asked
    assert len(store.due(SHOP, "invoice", NOW + MINUTE, 9)) == asked


def test_asking_again_leaves_a_running_try_and_a_stranger_alone(
    store: Store, holder: Holder
) -> None:
    receive(store, entry(1))
    claimed(store, holder, entry(1))
    assert not store.request_again(entry(1).key, NOW)
    assert not store.request_again("webshop:inv:1:000000099", NOW)


def test_a_document_is_found_by_its_number_and_by_its_orders(store: Store) -> None:
    receive(store, entry(1), entry(2), entry(3), entry(1, "creditmemo"))
    found = store.find(SHOP, "invoice", ["000000002", "000001001", "nothing", "%"])
    assert [x.entry.document_id for x in found] == [1, 2]
    assert [x.entry.entity for x in store.find(SHOP, "creditmemo", ["000000001"])] == ["creditmemo"]
    assert store.find(SHOP, "invoice", [""]) == []
    assert store.find("other", "invoice", ["000000001"]) == []


def test_what_is_due_is_found_without_reading_every_document(store: Store) -> None:
    """Of a credit memo whose invoice may be in hand only what is in hand is looked at."""
    with store.read() as hub:
        steps = hub.execute(f"explain query plan {inbox._DUE}", (SHOP, "creditmemo", 1, 9))
        found = [row["detail"] for row in steps]
    assert "SCAN lease" in found
    assert not [step for step in found if step.startswith(("SCAN invoice", "SCAN document"))]
