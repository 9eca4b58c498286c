"""Customer accounts in the inbox: one debtor at a time, the newer word counts; and what is held."""

from datetime import timedelta

import pytest

from sync.domain.inbox import InboxEntry
from sync.store import Holder, Received, Relation, Store
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

LATER = NOW + timedelta(hours=1)


def account(number: int = 7, code: str = "K7", **changes: object) -> InboxEntry:
    """An account as the shop has it."""
    plain = {"order_id": None, "order_no": "", "customer_id": number, "key": f"{SHOP}:cus:0:{code}"}
    return entry(number, "customer", **(plain | changes))


def test_an_older_word_of_a_customer_changes_nothing(store: Store, holder: Holder) -> None:
    """An order has told something newer; the moment it became known stays the earliest."""
    told = account(updated_at=LATER, created_at=NOW)
    try_once(store, holder, told)
    older = account(updated_at=LATER - MINUTE, fingerprint="0b" * 12)
    assert store.receive(SHOP, "customer", [older], LATER, LATER) == Received(
        new=0, changed=0, same=1
    )
    newer = account(updated_at=LATER + MINUTE, created_at=LATER, fingerprint="0b" * 12)
    assert store.receive(SHOP, "customer", [newer], LATER, LATER).changed == 1
    found = store.document(told.key)
    assert found is not None
    assert (found.entry.created_at, found.entry.updated_at) == (NOW, LATER + MINUTE)
    assert found.changed


def test_a_change_that_the_relation_says_already_is_none(store: Store, holder: Holder) -> None:
    """It was read a moment before it was written, so the row is behind the relation."""
    one = account()
    receive(store, one)
    relation = Relation(
        connection=SHOP, identity="i", code="W7", fingerprint="0b" * 12, customer="7"
    )
    assert store.finish(claimed(store, holder, one), booked(mutation_no=None), relation)
    receive(store, account(fingerprint="0b" * 12, updated_at=LATER))
    store.settle_change(one.key, again=True, now=LATER)
    found = store.document(one.key)
    assert found is not None
    assert (found.state, found.changed) == ("booked", False)
    receive(store, account(fingerprint="0c" * 12, updated_at=LATER + MINUTE))
    store.settle_change(one.key, again=True, now=LATER)
    found = store.document(one.key)
    assert found is not None
    assert (found.state, found.due_at) == ("waiting", LATER)


@pytest.mark.parametrize("ended", ["failed", "skipped", "booked", "told", "running"])
def test_an_account_is_one_debtor_at_a_time(store: Store, holder: Holder, ended: str) -> None:
    """What it was before, and is not in the books, is due once more; nobody else's row is."""
    before, other = account(), account(8, "K8")
    if ended == "booked":
        try_once(store, holder, before)
    elif ended == "running":
        receive(store, before)
        claimed(store, holder, before)
    else:
        code = "CUSTOMER_CHANGED" if ended == "told" else "COUNTRY_MISSING"
        left_out = failed(outcome="skipped", state="skipped", error_code=code)
        try_once(store, holder, before, failed() if ended == "failed" else left_out)
    try_once(store, holder, other, failed())
    receive(store, account(code="K7B", updated_at=LATER), at=LATER)
    found = store.document(before.key)
    stays = store.document(other.key)
    assert found is not None
    assert stays is not None
    assert (found.due_at == LATER) is (ended in {"failed", "skipped"})
    assert stays.state == "failed"
    assert store.known_accounts(SHOP, [7, 8, 9]) == {7, 8}
    assert store.known_accounts("other", [7]) == set()


def test_a_guest_is_never_due_for_itself(store: Store) -> None:
    """The shop gives out no guests; they come with what is sold to them."""
    receive(store, account(), account(0, "G1", document_id=0, customer_id=None))
    assert [x.entry.document_id for x in store.due(SHOP, "customer", NOW, 9)] == [7]


def test_what_is_held_is_due_once_somebody_asks(store: Store, holder: Holder) -> None:
    """New and changed documents wait; one that was tried keeps its own moment."""
    one, tried = entry(1), entry(2)
    assert store.receive(SHOP, "invoice", [one], NOW, NOW, automatic=False).new == 1
    try_once(store, holder, tried, failed())
    changed = entry(2, fingerprint="0b" * 12)
    assert store.receive(SHOP, "invoice", [changed], NOW, NOW, automatic=False).changed == 1
    found = store.document(tried.key)
    assert found is not None
    assert (found.state, found.due_at) == ("failed", None)
    assert store.due(SHOP, "invoice", LATER, 9) == []
    assert store.request_again(one.key, NOW)
    assert [x.key for x in store.due(SHOP, "invoice", NOW, 9)] == [one.key]
    store.hold(SHOP, "invoice", NOW, automatic=False)
    assert store.due(SHOP, "invoice", LATER, 9) == []
    store.hold(SHOP, "creditmemo", NOW, automatic=True)
    assert store.due(SHOP, "invoice", LATER, 9) == []
    store.hold(SHOP, "invoice", NOW, automatic=True)
    assert [x.key for x in store.due(SHOP, "invoice", NOW, 9)] == [one.key]


def test_a_held_credit_memo_is_not_let_go_by_its_invoice(store: Store, holder: Holder) -> None:
    """One that was tried and waits for its invoice is."""
    invoice = entry(1)
    held = entry(2, "creditmemo", order_id=1001, order_no="000001001")
    asked = entry(3, "creditmemo", order_id=1001, order_no="000001001")
    store.receive(SHOP, "creditmemo", [held], NOW, NOW, automatic=False)
    try_once(
        store,
        holder,
        asked,
        failed(state="waiting", error_code="INVOICE_NOT_FOUND", due_at=None),
    )
    try_once(store, holder, invoice)
    assert [x.key for x in store.due(SHOP, "creditmemo", LATER, 9)] == [asked.key]
