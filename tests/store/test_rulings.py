"""What people decided about a document: a mutation belongs to one document for good."""

from sync.store import Holder, Store
from tests.store.builders import MINUTE, NOW, booked, claimed, entry, receive, try_once


def test_a_mutation_stays_its_documents_also_after_it_was_booked_back(
    store: Store, holder: Holder
) -> None:
    mine, other = entry(1), entry(2)
    try_once(store, holder, mine, booked(mutation_no=17))
    receive(store, other)
    assert store.booked_as("webshop", 17, but=other.key) == mine.document_no
    assert store.booked_as("webshop", 17, but=mine.key) is None
    later = NOW + MINUTE
    assert store.admit(mine, later)
    again = claimed(store, holder, mine, later)
    assert store.finish(again, booked(later, mutation_no=18, reverses=17))
    for number in (17, 18):
        assert store.booked_as("webshop", number, but=other.key) == mine.document_no
    assert store.booked_as("webshop", 19, but=other.key) is None
