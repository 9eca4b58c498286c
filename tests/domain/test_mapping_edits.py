"""One change at a time: exactly what was meant changes, and what cannot be is refused."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sync.domain import mapping_edits
from sync.domain.mapping_edits import differ, place_of
from sync.domain.mutations import SALES_CODES
from sync.domain.rules import LedgerRule, MappingError, mapping_from_json, mapping_to_json
from tests.domain.test_rules import mappings, rules, words


@given(mappings, words, some.sampled_from(sorted(SALES_CODES)))
def test_a_rate_is_mapped_and_forgotten_again(mapping: object, tax: str, code: str) -> None:
    text = mapping_to_json(mapping)  # type: ignore[arg-type]
    old, new = mapping_from_json(text), mapping_from_json(mapping_edits.set_vat(text, tax, code))
    assert new == replace(old, vat={**old.vat, tax: code})
    gone = mapping_from_json(mapping_edits.remove_vat(mapping_edits.set_vat(text, tax, code), tax))
    assert gone.vat == {key: value for key, value in old.vat.items() if key != tax}


@given(mappings, rules)
def test_a_ledger_rule_takes_the_place_of_the_one_for_the_same(
    mapping: object, rule: LedgerRule
) -> None:
    text = mapping_to_json(mapping)  # type: ignore[arg-type]
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


def test_the_same_said_otherwise_is_no_difference() -> None:
    assert not differ("", '{"vat": {}}')
    assert differ("", '{"vat": {"NL-21": "GEEN"}}')
