"""Runs, relations, mappings, audit, requests and look-up counts are kept as they were given."""

from decimal import Decimal

import pytest

from sync.domain.taxes import ShopTaxes, TaxRate, TaxRule
from sync.errors import StoreError
from sync.store import Holder, Relation, Store
from sync.store.mappings import mapping_of, reopened, taxes_of
from sync.store.reader import Reader
from sync.store.taxes import TaxesRead, keep_taxes
from tests.store.builders import MINUTE, NOW, SHOP, booked, entry, failed, try_once


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


def test_a_mapping_made_from_an_older_one_is_refused(store: Store) -> None:
    """Two people at once: the second is told, and nothing of the first is lost."""
    store.set_mapping(SHOP, '{"vat":{}}', "els", NOW, instead_of=0)
    with pytest.raises(StoreError, match="changed the mapping meanwhile"):
        store.set_mapping(SHOP, "{}", "jan", NOW, instead_of=0)
    assert store.mapping(SHOP) == (1, '{"vat":{}}')
    assert store.set_mapping(SHOP, "{}", "jan", NOW, instead_of=1, change="all gone") == 2
    assert store.audit_rows(1)[0].facts["change"] == "all gone"


def test_what_a_mapping_makes_due_stays_known_with_its_failed_attempts(
    store: Store, holder: Holder, reader: Reader
) -> None:
    refused = failed(error_code="TAX_UNMAPPED")
    first = try_once(store, holder, entry(1), refused).attempt
    try_once(store, holder, entry(2), failed(error_code="TOTALS_DIFFER"))
    try_once(store, holder, entry(3), booked())
    second = try_once(store, holder, entry(4), refused).attempt
    version = store.set_mapping(SHOP, "{}", "els", NOW, reopens={"TAX_UNMAPPED"})
    assert reopened(reader, SHOP, version) == (first, second)
    assert reopened(reader, "other", version) == ()
    assert mapping_of(reader, SHOP) == (1, "{}")
    assert mapping_of(reader, "other") == (0, "")
    again = store.set_mapping(SHOP, "{ }", "els", NOW, reopens={"TAX_UNMAPPED"})
    assert reopened(reader, SHOP, again) == ()


def test_the_shops_taxes_are_kept_as_they_were_last_read(store: Store, reader: Reader) -> None:
    rate = TaxRate(id=3, code="NL-21 <b>é", country="NL", percent=Decimal("21.0000"))
    rule = TaxRule(
        id=1, name="High", rates=("NL-21 <b>é",), customer_classes=("Retail",), product_classes=()
    )
    assert taxes_of(reader, SHOP) is None
    keep_taxes(store, SHOP, ShopTaxes(rates=[rate]), NOW)
    assert taxes_of(reader, SHOP) == TaxesRead(ShopTaxes(rates=[rate]), NOW)
    keep_taxes(store, SHOP, ShopTaxes(rates=[rate], rules=[rule]), NOW + MINUTE)
    assert taxes_of(reader, SHOP) == TaxesRead(ShopTaxes(rates=[rate], rules=[rule]), NOW + MINUTE)
    assert taxes_of(reader, "other") is None


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
