"""Views are kept by name, shared, and every change of them leaves an audit row."""

from dataclasses import replace

from sync.store import Store
from sync.store.reader import Reader
from sync.store.views import SavedView, delete_view, save_view, saved_views
from tests.store.builders import MINUTE, NOW

VIEW = SavedView(page="invoices", name="Mijn €", address="range=7d&q=é", actor="Els", at=NOW)


def test_a_view_is_read_back_as_it_was_kept(store: Store, reader: Reader) -> None:
    save_view(store, VIEW)
    save_view(store, replace(VIEW, name="Ander"))
    save_view(store, replace(VIEW, page="customers"))
    assert saved_views(reader, "invoices") == [replace(VIEW, name="Ander"), VIEW]


def test_the_same_name_replaces(store: Store, reader: Reader) -> None:
    save_view(store, VIEW)
    changed = replace(VIEW, address="range=all", actor="Piet", at=NOW + MINUTE)
    save_view(store, changed)
    assert saved_views(reader, "invoices") == [changed]


def test_deleting_takes_one_and_is_audited_once(store: Store, reader: Reader) -> None:
    save_view(store, VIEW)
    save_view(store, replace(VIEW, page="customers"))
    delete_view(store, VIEW, "Piet", NOW + MINUTE)
    delete_view(store, VIEW, "Piet", NOW + MINUTE)
    assert saved_views(reader, "invoices") == []
    assert len(saved_views(reader, "customers")) == 1
    deleted, *saved = store.audit_rows(9)
    assert (deleted.actor, deleted.action, deleted.what) == ("Piet", "view deleted", "invoices")
    assert deleted.facts == {"name": "Mijn €", "address": "range=7d&q=é"}
    assert [row.action for row in saved] == ["view saved", "view saved"]
