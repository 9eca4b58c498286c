"""What people map is read strictly, written back equal, and the most particular rule wins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.mutations import SALES_CODES
from sync.domain.rules import (
    LINE_KINDS,
    LedgerRule,
    MappingError,
    VatMap,
    code_hint,
    mapping_from_json,
    mapping_to_json,
    read_mapping,
    wrong_codes,
)
from tests.builders import MAPPING

words = st.text(min_size=1, max_size=3).map(str.upper)  # which may make three letters of one
rules = st.builds(
    LedgerRule,
    ledger=words,
    kind=st.sampled_from(["", *LINE_KINDS]),
    tax=st.just("") | words,
    country=st.just("") | words,
    cost_centre=st.integers(0, 99),
)
mappings = st.builds(
    VatMap,
    vat=st.dictionaries(words, st.sampled_from(sorted(SALES_CODES))),
    ledgers=st.lists(rules, max_size=5).map(tuple),
    oss=st.dictionaries(words, words),
)


@given(mappings)
def test_a_mapping_survives_the_hub(mapping: VatMap) -> None:
    """Written and read back it is equal; empty text is the empty mapping."""
    assert mapping_from_json(mapping_to_json(mapping)) == mapping
    assert mapping_from_json("") == VatMap()


@pytest.mark.parametrize(
    ("kind", "tax", "country", "ledger"),
    [
        ("product", "NL-21", "NL", "8000"),
        ("product", "NL-9", "NL", "8010"),
        ("shipping", "NL-9", "NL", "8100"),
        ("rounding", "", "", "8990"),
    ],
)
def test_the_rule_that_says_most_wins(kind: str, tax: str, country: str, ledger: str) -> None:
    """Kind before tax before country; a rule of blanks is the standard ledger."""
    found = MAPPING.ledger(kind, tax, country)  # type: ignore[arg-type]
    assert found is not None
    assert found.ledger == ledger


def test_no_rule_is_no_ledger() -> None:
    """Nothing is guessed."""
    assert VatMap().ledger("product", "NL-21", "NL") is None


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"btw": {}}, "unknown table 'btw'"),
        ({"vat": {"NL-21": "BUITEN_EU_VERK"}}, "did you mean BU_EU_VERK"),
        ({"vat": {"NL-21": "HOOG_VERK"}}, "did you mean HOOG_VERK_21"),
        ({"vat": {"NL-21": "HOOG_INK_21"}}, "no sales code"),
        ({"vat": ["NL-21"]}, "must be a table"),
        ({"ledger": {"kind": "product"}}, "list of rules"),
        ({"ledger": [{"ledger": "8000", "kind": "goods"}]}, "kind 'goods'"),
        ({"ledger": [{"kind": "product"}]}, "1 to 10 characters"),
        ({"ledger": [{"ledger": "80000000000"}]}, "1 to 10 characters"),
        ({"ledger": [{"ledger": "8000", "cost_centre": "x"}]}, "whole number"),
        ({"oss": {"DE": ""}}, "table of texts"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(table: dict[str, object], says: str) -> None:
    """Naming the entry, and the right word where it is known."""
    with pytest.raises(MappingError, match=says):
        read_mapping(table)


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("BUITEN_EU_VERK", "did you mean BU_EU_VERK?"),
        ("HOOG_VERK", "did you mean HOOG_VERK_21?"),
        ("hoog_verk_21", "did you mean HOOG_VERK_21?"),
        ("LAAG_VERK9", "did you mean LAAG_VERK_9?"),
        ("HOOG_INK_21", "it is a purchase code; known are HOOG_VERK_21"),
        ("21%", "known are HOOG_VERK_21"),
    ],
)
def test_a_wrong_code_comes_with_the_right_one(code: str, hint: str) -> None:
    """Guides and older extensions call them otherwise."""
    assert code_hint(code).startswith(hint)


def test_all_wrong_codes_of_a_kept_mapping_are_named() -> None:
    """Not only the first, at which reading it ends."""
    kept = '{"vat": {"NL-21": "HOOG_VERK", "NL-9": "LAAG_VERK_9", "x": 3}, "ledger": []}'
    assert wrong_codes(kept) == {"NL-21": "HOOG_VERK", "x": "3"}
    assert wrong_codes("") == wrong_codes("{}") == {}
