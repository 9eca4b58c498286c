"""Runs, relations, mappings, audit, requests and look-up counts are kept as they were given."""

import pytest

from sync.store import Relation, Store
from tests.store.builders import MINUTE, NOW, SHOP


def test_a_run_is_seen_running_and_then_as_it_ended(store: Store) -> None:
    first = store.start_run(SHOP, "schedule", "", 3, NOW)
    second = store.start_run(SHOP, "manual", "els", 3, NOW + MINUTE)
    store.finish_run(first, "partly", {"booked": 4, "failed": 1}, "Één fout", "X", NOW + MINUTE)
    newest, oldest = store.runs(9)
    assert (newest.id, newest.state, newest.finished_at) == (second, "running", None)
    assert (newest.trigger, newest.actor, newest.mapping_version) == ("manual", "els", 3)
    assert (oldest.id, oldest.state, oldest.counts) == (first, "partly", {"booked": 4, "failed": 1})
    assert (oldest.message, oldest.code) == ("Één fout", "X")
    assert (oldest.started_at, oldest.finished_at) == (NOW, NOW + MINUTE)
    assert store.runs(1) == [newest]


def test_a_relation_is_remembered_per_identity_and_replaced(store: Store) -> None:
    known = Relation(connection=SHOP, identity="ab12", code="W1", fingerprint="f", customer="7")
    changed = Relation(connection=SHOP, identity="ab12", code="W1", fingerprint="g", customer="7")
    assert store.relation(SHOP, "ab12") is None
    store.keep_relation(known)
    store.keep_relation(changed)
    assert store.relation(SHOP, "ab12") == changed
    assert store.relation("other", "ab12") is None


def test_each_mapping_is_a_version_of_its_connection_with_an_audit_row(store: Store) -> None:
    assert store.mapping(SHOP) == (0, "")
    assert store.set_mapping(SHOP, '{"vat":{}}', "els", NOW) == 1
    assert store.set_mapping("other", "{}", "els", NOW) == 1
    assert store.set_mapping(SHOP, '{"vat":{"é":1}}', "jan", NOW) == 2
    assert store.mapping(SHOP) == (2, '{"vat":{"é":1}}')
    rows = store.audit_rows(9)
    assert [(row.actor, row.what, row.facts) for row in rows] == [
        ("jan", SHOP, {"version": 2, "reopened": 0}),
        ("els", "other", {"version": 1, "reopened": 0}),
        ("els", SHOP, {"version": 1, "reopened": 0}),
    ]


def test_the_audit_says_who_did_what_to_what_and_when(store: Store) -> None:
    store.audit("els", "show", "webshop:cus:1:7", NOW, fields=["email"], count=1)
    store.audit("jan", "mute", "a1b2", NOW + MINUTE)
    assert [row.action for row in store.audit_rows(1)] == ["mute"]
    [shown] = store.audit_rows(9, action="show")
    assert (shown.actor, shown.what, shown.at) == ("els", "webshop:cus:1:7", NOW)
    assert shown.facts == {"fields": ["email"], "count": 1}


def test_look_ups_are_counted_per_administration_and_month(store: Store) -> None:
    assert store.lookups("books", "2026-11") == 0
    assert [store.note_lookup("books", "2026-11") for _ in range(3)] == [1, 2, 3]
    assert store.note_lookup("books", "2026-12") == 1
    assert store.lookups("books", "2026-11") == 3
    assert store.lookups("other", "2026-11") == 0


def test_a_moment_without_a_zone_is_refused(store: Store) -> None:
    """Nobody could say when it was."""
    with pytest.raises(ValueError, match="no time zone"):
        store.start_run(SHOP, "schedule", "", 0, NOW.replace(tzinfo=None))
    assert store.runs(9) == []
