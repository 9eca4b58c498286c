"""One change at a time: exactly what was meant changes, and what cannot be is refused."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from sync.domain import mapping_edits
from sync.domain.mapping_edits import changes, place_of
from sync.domain.mutations import SALES_CODES
from sync.domain.rules import (
    LedgerRule,
    MappingError,
    VatMap,
    mapping_from_json,
    mapping_to_json,
)
from tests.domain.test_rules import mappings, rules, words


@settings(max_examples=40)
@given(mappings, words, some.sampled_from(sorted(SALES_CODES)))
def test_a_rate_is_mapped_and_forgotten_again(mapping: VatMap, tax: str, code: str) -> None:
    text = mapping_to_json(mapping)
    old, new = mapping_from_json(text), mapping_from_json(mapping_edits.set_vat(text, tax, code))
    assert new == replace(old, vat={**old.vat, tax: code})
    gone = mapping_from_json(mapping_edits.remove_vat(mapping_edits.set_vat(text, tax, code), tax))
    assert gone.vat == {key: value for key, value in old.vat.items() if key != tax}


@settings(max_examples=40)
@given(mappings, rules)
def test_a_ledger_rule_takes_the_place_of_the_one_for_the_same(
    mapping: VatMap, rule: LedgerRule
) -> None:
    text = mapping_to_json(mapping)
    rule = replace(rule, country=rule.country.upper())
    new = mapping_from_json(mapping_edits.set_ledger(text, rule)).ledgers
    place = place_of(rule)
    assert [x for x in new if place_of(x) == place][-1] == rule
    others = [x for x in mapping_from_json(text).ledgers if place_of(x) != place]
    assert [x for x in new if place_of(x) != place] == others
    left = mapping_edits.remove_ledger(mapping_edits.set_ledger(text, rule), place)
    assert list(mapping_from_json(left).ledgers) == others


def test_a_wrong_code_elsewhere_stays_as_it_is() -> None:
    """Setting one right must not forget the other."""
    text = json.dumps({"vat": {"NL-21": "HOOG_VERK", "NL-9": "LAAG_VERK_6"}})
    new = json.loads(mapping_edits.set_vat(text, "NL-21", "HOOG_VERK_21"))
    assert new["vat"] == {"NL-21": "HOOG_VERK_21", "NL-9": "LAAG_VERK_6"}


def test_countries_are_written_in_capitals() -> None:
    assert mapping_from_json(mapping_edits.set_oss("", "de", "1640")).oss == {"DE": "1640"}
    assert mapping_from_json(mapping_edits.remove_oss('{"oss": {"DE": "1"}}', "DE")).oss == {}


@pytest.mark.parametrize(
    "change",
    [
        lambda: mapping_edits.set_vat("", "NL-21", "HOOG_VERK"),
        lambda: mapping_edits.set_vat("", "NL-21", ""),
        lambda: mapping_edits.set_vat("", "", "GEEN"),
        lambda: mapping_edits.set_oss("", "Germany", "1640"),
        lambda: mapping_edits.set_oss("", "DE", "12345678901"),
        lambda: mapping_edits.set_ledger("", LedgerRule(ledger="")),
        lambda: mapping_edits.set_ledger("", LedgerRule(ledger="8000", kind="gift")),
        lambda: mapping_edits.set_ledger("", LedgerRule(ledger="8000", cost_centre=-1)),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(change: object) -> None:
    with pytest.raises(MappingError):
        change()  # type: ignore[operator]


def test_a_change_is_told_entry_by_entry() -> None:
    """However the rest is written."""
    old = '{"vat": {"NL-21": "HOOG_VERK", "NL-9": "LAAG_VERK_9"}, "ledger": [{"ledger": "8000"}]}'
    new = mapping_edits.set_vat(old, "NL-21", "HOOG_VERK_21")
    new = mapping_edits.set_oss(mapping_edits.remove_vat(new, "NL-9"), "DE", "1641")
    new = mapping_edits.set_ledger(new, LedgerRule(ledger="8100", cost_centre=3))
    new = mapping_edits.set_ledger(new, LedgerRule(ledger="8200", kind="shipping", country="BE"))
    assert changes(old, new) == (
        "ledger any, any, any: 8000 → 8100, cost centre 3",
        "ledger shipping, any, BE: – → 8200",
        "oss DE: – → 1641",
        "vat NL-21: HOOG_VERK → HOOG_VERK_21",
        "vat NL-9: LAAG_VERK_9 → –",
    )
    assert changes("", '{"vat": {}}') == ()


@settings(max_examples=40)
@given(mappings, mappings)
def test_only_equal_mappings_have_no_changes(one: VatMap, other: VatMap) -> None:
    once = {place_of(rule): rule for rule in reversed(one.ledgers)}
    again = {place_of(rule): rule for rule in reversed(other.ledgers)}
    is_equal = (one.vat, one.oss, once) == (other.vat, other.oss, again)
    assert (changes(mapping_to_json(one), mapping_to_json(other)) == ()) is is_equal
