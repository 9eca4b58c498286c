"""The tables behind the rules have no dead or double entries."""

import re
from typing import get_args

import pytest

from sync.domain.patterns import circumstances, grid, masks, transport, vocabulary
from sync.domain.patterns.causes import (
    CATEGORIES,
    CATEGORY,
    CATEGORY_NAME,
    LANGUAGES,
    SENTENCE,
)
from sync.domain.patterns.reasons import WORDS, Rule
from sync.domain.patterns.unwrap import readable
from sync.domain.patterns.words import entries, plain

PHRASES = [(cause, phrase) for cause, phrases in transport.PHRASES for phrase in phrases]


@pytest.mark.parametrize(("cause", "phrase"), PHRASES)
def test_a_phrase_survives_masking(cause: str, phrase: str) -> None:
    """One that does not could never be found; placeholders are written as the masks write them."""
    assert phrase in plain(masks.mask(readable(phrase), {})) or "<" in phrase
    assert cause in CATEGORY


def test_every_cause_of_the_tables_exists() -> None:
    rules = circumstances.BEFORE + circumstances.AFTER
    causes = {*grid.CELLS.values(), *(rule.cause for rule in rules)} - {""}
    assert causes <= set(CATEGORY)


def test_no_word_is_listed_twice_in_one_layer() -> None:
    listed = [(layer, entry) for layer, _, entry in entries()]
    assert len(listed) == len(set(listed))


def test_words_are_written_as_they_are_looked_up() -> None:
    """Lower case, without accents and hyphens: anything else would never match."""
    assert [entry for _, _, entry in entries() if plain(entry) != entry or "-" in entry] == []


def test_every_negated_and_affirmed_predicate_is_in_the_list() -> None:
    predicates = {concept for layer, concept, _ in entries() if layer == 1}
    assert set(vocabulary.NEGATED) | set(vocabulary.AFFIRMED) <= predicates
    meant = {*vocabulary.NEGATED.values(), *vocabulary.AFFIRMED.values()}
    assert meant <= set(vocabulary.PRIORITY)


def test_every_concept_of_the_list_is_asked_for() -> None:
    """Those of the rules and the grid; the rest of the first layers is grammar."""
    rules = circumstances.BEFORE + circumstances.AFTER
    asked = {concept for rule in rules for part in rule[1:] for concept in part}
    circumstantial = {concept for layer, concept, _ in entries() if layer == 3}
    assert circumstantial - asked <= {"filler"}


def test_every_sentence_names_its_placeholders() -> None:
    assert {re.sub(r"\{[a-z]+\}", "", said).count("{") for said in SENTENCE["en"].values()} == {0}


def test_every_cause_has_a_sentence_of_its_own_in_every_language() -> None:
    for language in LANGUAGES:
        assert set(SENTENCE[language]) == set(CATEGORY)
        assert len(set(SENTENCE[language].values())) == len(CATEGORY)
        assert set(CATEGORY_NAME[language]) == set(CATEGORIES)
    assert set(SENTENCE["nl"].values()).isdisjoint(SENTENCE["en"].values())


@pytest.mark.parametrize("cause", sorted(CATEGORY))
def test_a_sentence_has_the_same_placeholders_in_every_language(cause: str) -> None:
    one, other = (re.findall(r"\{[a-z]+\}", SENTENCE[language][cause]) for language in LANGUAGES)
    assert sorted(one) == sorted(other)


def test_every_rule_has_words_in_every_language() -> None:
    assert all(set(WORDS[language]) == set(get_args(Rule)) for language in LANGUAGES)
