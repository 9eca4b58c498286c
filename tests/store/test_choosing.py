"""What a filter names, and what is around a document that somebody would have booked again."""

from datetime import timedelta

from sync.domain.resync import plan
from sync.store import Holder, Store, Wish
from sync.store.choosing import candidates, named_by
from sync.store.filters import LogFilter
from sync.store.reader import Reader
from tests.store.builders import NOW, SHOP, claimed, entry, failed, receive, try_once


def test_a_filter_names_what_is_not_booked_and_counts_the_rest(
    store: Store, holder: Holder, reader: Reader
) -> None:
    assert named_by(reader, LogFilter()).keys == ()
    try_once(store, holder, entry(1))
    assert (named_by(reader, LogFilter()).keys, named_by(reader, LogFilter()).booked) == ((), 1)
    for number in (2, 3):
        try_once(store, holder, entry(number), failed(pattern=f"p{number}"))
    receive(store, entry(4))
    store.seal()
    found = named_by(reader, LogFilter(entity="invoice"))
    assert sorted(found.keys) == [entry(2).key, entry(3).key]
    assert found.booked == 1
    assert named_by(reader, LogFilter(state="open", pattern="p3")).keys == (entry(3).key,)
    assert named_by(reader, LogFilter(entity="creditmemo")).keys == ()
    assert named_by(reader, LogFilter(until=NOW - timedelta(days=1))).booked == 0


def test_what_is_around_a_document_decides(store: Store, holder: Holder, reader: Reader) -> None:
    """Being tried, asked for, of a connection that is off; a credit memo knows its invoices."""
    for number in (1, 2):
        try_once(store, holder, entry(number), failed())
    receive(store, entry(3))
    claimed(store, holder, entry(3))
    memo = entry(9, "creditmemo", order_id=1001, order_no=entry(1).order_no, invoice_id=1)
    receive(store, memo)
    document = store.document(entry(2).key)
    assert document is not None
    wish = Wish(kind="resync", documents={document.key: document.latest_attempt})
    asked = store.ask(wish, "els", NOW).request
    keys = [entry(number).key for number in (1, 2, 3)] + [memo.key, "webshop:inv:1:unknown"]
    found = {each.document.key: each for each in candidates(reader, keys, {SHOP})}
    assert len(found) == 4
    assert found[entry(3).key].running
    assert found[entry(2).key].request == asked
    assert found[memo.key].invoices == ((entry(1).key, "failed"),)
    assert found[entry(1).key].invoices is None
    assert [each.document.key for each in plan(found.values(), NOW).eligible] == [
        entry(1).key,
        memo.key,
    ]
    assert all(each.off for each in candidates(reader, keys, ()))


def test_a_customer_stands_for_what_was_sold_to_it(
    store: Store, holder: Holder, reader: Reader
) -> None:
    """By account, or by the guest's address; an account without relation stands for itself, too."""
    known = entry(7, "customer", customer_id=7)
    guest = entry(8, "customer", customer_id=None, email="Gast@klant.example")
    other = entry(9, "customer", customer_id=9)
    idle = entry(10, "customer", customer_id=None, email="ander@klant.example")
    for one in (known, guest, other, idle):
        try_once(store, holder, one, failed())
    try_once(store, holder, entry(1, customer_id=7), failed())
    try_once(store, holder, entry(2, customer_id=7))
    try_once(store, holder, entry(3, customer_id=None, email="gast@klant.example"), failed())
    receive(store, entry(4, customer_id=9))
    found = candidates(reader, [known.key, guest.key, other.key, idle.key], {SHOP})
    sold = {entry(1).key, entry(3).key}
    assert {each.document.key for each in found} == {*sold, known.key, other.key, idle.key}
    made = plan(found, NOW)
    first = [each.document.key for each in made.eligible[:2]]
    assert first == [known.key, other.key], "customers come before what is sold to them"
    assert [(each.document.key, why.reason) for each, why in made.refused] == [
        (idle.key, "customer")
    ]


def test_a_booked_account_stands_aside_for_what_is_open(
    store: Store, holder: Holder, reader: Reader
) -> None:
    """It has its relation; what was sold to it has no booking."""
    known = entry(7, "customer", customer_id=7)
    try_once(store, holder, known)
    try_once(store, holder, entry(1, customer_id=7), failed())
    found = candidates(reader, [known.key], {SHOP})
    assert [each.document.key for each in found] == [entry(1).key]
