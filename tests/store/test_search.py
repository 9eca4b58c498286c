"""A document is found by whatever number a person has at hand, however it is typed."""

import pytest

from sync.store import Holder, Store, search
from sync.store.reader import Reader
from tests.store.builders import booked, entry, receive, try_once


@pytest.fixture
def filled(store: Store, holder: Holder, reader: Reader) -> Reader:
    """Invoice 42 on order 1042, booked as mutation 777; its credit memo 7; a customer."""
    try_once(store, holder, entry(42, email="Piet@Klant.example"), booked(mutation_no=777))
    receive(store, entry(7, "creditmemo", order_no="000001042", invoice_id=42))
    receive(store, entry(9, "customer", document_no="K9", order_no="", email="els@klant.example"))
    receive(store, entry(100, order_no="10_0%"))
    return reader


def numbers(found: search.Found) -> list[tuple[str, str]]:
    return [(each.entry.entity, each.entry.document_no) for each in found.documents]


@pytest.mark.parametrize("typed", ["42", "000000042", " #42 ", "0042", "#000000042", "4 2", "777"])
def test_a_document_or_mutation_number_finds_exactly_one(filled: Reader, typed: str) -> None:
    found = search.find(filled, typed)
    assert (numbers(found), found.exact) == ([("invoice", "000000042")], True)


@pytest.mark.parametrize("typed", ["1042", "000001042", "# 1042"])
def test_an_order_number_finds_all_of_its_documents(filled: Reader, typed: str) -> None:
    found = search.find(filled, typed)
    assert found.exact
    assert set(numbers(found)) == {("invoice", "000000042"), ("creditmemo", "000000007")}


def test_letters_are_found_in_either_case(filled: Reader) -> None:
    assert numbers(search.find(filled, "k9")) == [("customer", "K9")]


def test_an_address_is_found_without_regard_to_case(filled: Reader) -> None:
    found = search.find(filled, "piet@KLANT.example")
    assert (numbers(found), found.exact) == ([("invoice", "000000042")], True)
    parts = search.find(filled, "@klant.example")
    assert len(parts.documents) == 4
    assert not parts.exact


def test_a_part_of_a_number_finds_whatever_has_it(filled: Reader) -> None:
    found = search.find(filled, "104")
    assert not found.exact
    assert ("invoice", "000000042") in numbers(found)


@pytest.mark.parametrize("typed", ["", "   ", "#", "\x00", "%", "_", "nothing", "9" * 400])
def test_what_is_nowhere_finds_nothing(filled: Reader, typed: str) -> None:
    found = search.find(filled, typed)
    expected = [("invoice", "000000100")] if typed in {"%", "_"} else []
    assert numbers(found) == expected


def test_no_more_than_asked_for_are_given(filled: Reader) -> None:
    assert len(search.find(filled, "0", most=2).documents) == 2


def test_a_credit_memo_leads_to_its_invoice_and_nothing_else_does(filled: Reader) -> None:
    memo, invoice = entry(7, "creditmemo").key, entry(42).key
    assert {key: each.key for key, each in search.originals(filled, [memo, invoice]).items()} == {
        memo: invoice
    }


def test_documents_are_given_by_key(filled: Reader) -> None:
    found = search.of_keys(filled, [entry(42).key, "webshop:inv:1:nope"])
    assert list(found) == [entry(42).key]
    assert found[entry(42).key].mutation_no == 777
