"""People's merges and splits: lasting, without circles, and the same in whatever order they fit."""

from hypothesis import given
from hypothesis import strategies as st

from sync.domain.patterns import classify, pattern_id
from sync.domain.patterns.grouping import (
    Group,
    Rule,
    cause_of,
    grouped,
    is_circular,
    known_key,
    own_fields,
    sentence_of,
    split_key,
)
from sync.domain.patterns.values import placeholder_values

TIMEOUT = "Connection timed out: soap.e-boekhouden.nl did not answer within 90 s"
FOUND = classify(TIMEOUT, code="READ_TIMEOUT")
OTHER = classify("Something strange in the neighbourhood")


def merge(source: str, target: str, number: int = 1, category: str = "") -> Rule:
    return Rule(id=number, source=source, holds="", target=target, category=category)


def split(source: str, holds: str, number: int = 1) -> Rule:
    return Rule(id=number, source=source, holds=holds, target=split_key(source, holds))


def test_without_rules_a_message_is_where_the_classifier_put_it() -> None:
    assert grouped(FOUND, TIMEOUT, ()) == Group(FOUND.key, FOUND.category)
    assert grouped(FOUND, TIMEOUT, ()).pattern == FOUND.pattern
    assert grouped(OTHER, "x", ()).pattern == OTHER.pattern


def test_a_merge_gives_the_other_pattern_and_its_category() -> None:
    group = grouped(OTHER, "x", [merge(OTHER.key, FOUND.key, category="timeout")])
    assert (group.pattern, group.category) == (FOUND.pattern, "timeout")


def test_a_split_takes_the_messages_that_hold_its_text_in_any_case() -> None:
    rules = [split(FOUND.key, "SOAP.e-Boekhouden")]
    part = grouped(FOUND, TIMEOUT, rules)
    assert part.key == split_key(FOUND.key, "soap.E-boekhouden")
    assert part.category == FOUND.category
    assert grouped(FOUND, "the shop did not answer", rules).key == FOUND.key


def test_parts_are_taken_out_before_the_rest_is_merged_and_the_oldest_part_wins() -> None:
    rules = [
        merge(FOUND.key, OTHER.key, 1),
        split(FOUND.key, "answer", 3),
        split(FOUND.key, "within", 2),
    ]
    assert grouped(FOUND, TIMEOUT, rules).key == split_key(FOUND.key, "within")
    assert grouped(FOUND, "else", rules).key == OTHER.key
    assert grouped(FOUND, TIMEOUT, rules[::-1]).key == split_key(FOUND.key, "within")


def test_a_part_can_be_merged_and_split_again() -> None:
    part = split_key(FOUND.key, "within")
    chain = [split(FOUND.key, "within", 1), merge(part, OTHER.key, 2, "validation")]
    assert grouped(FOUND, TIMEOUT, chain) == Group(OTHER.key, "validation")
    deeper = [split(FOUND.key, "within", 1), split(part, "90 s", 2)]
    key = grouped(FOUND, TIMEOUT, deeper).key
    assert key == split_key(part, "90 s")
    assert cause_of(key) == FOUND.cause
    assert sentence_of(key, "en") == f"{sentence_of(FOUND.key, 'en')} · “within” · “90 s”"


def test_a_circle_is_seen_before_it_is_made() -> None:
    rules = [merge("a", "b"), merge("b", "c", 2)]
    assert is_circular(rules, "c", "a")
    assert is_circular((), "a", "a")
    assert not is_circular(rules, "c", "d")
    assert not is_circular(rules, "d", "a")


def test_the_key_behind_an_id_is_found_without_a_message_of_its_own() -> None:
    """Merged patterns show another one's latest message; parts have no words of their own."""
    part = split(FOUND.key, "within")
    text = merge(OTHER.key, FOUND.key)
    assert known_key(FOUND.pattern, ()) == FOUND.key
    assert known_key(pattern_id(part.target), [part]) == part.target
    assert known_key(OTHER.pattern, [text]) == OTHER.key
    assert known_key(OTHER.pattern, ()) == ""
    assert known_key("of another version", ()) == ""


def test_sentences_and_causes_of_keys() -> None:
    assert sentence_of(OTHER.key, "nl") == OTHER.template
    assert cause_of(OTHER.key) == ""
    assert sentence_of("email-missing", "nl") == "De klant heeft geen e-mailadres"


KEYS = st.sampled_from(["read-timeout", "rate-limited", "email-missing", OTHER.key])
TEXTS = st.sampled_from(["within", "90", "no such text"])


@st.composite
def rule_sets(draw: st.DrawFn) -> list[Rule]:
    """Merges and splits as `add_rule` lets them in."""
    kept: list[Rule] = []
    for number in range(draw(st.integers(0, 8))):
        source = draw(KEYS | st.sampled_from([rule.target for rule in kept] or ["rate-limited"]))
        rule = draw(
            st.one_of(
                TEXTS.map(lambda text, s=source, n=number: split(s, text, n)),  # type: ignore[misc]
                KEYS.map(lambda end, s=source, n=number: merge(s, end, n)),  # type: ignore[misc]
            )
        )
        if not is_circular(kept, rule.source, rule.target):
            kept.append(rule)
    return kept


@given(rule_sets(), st.randoms(use_true_random=False))
def test_rules_end_where_none_applies_whatever_their_order(rules: list[Rule], draw: object) -> None:
    group = grouped(FOUND, TIMEOUT, rules)
    assert not [rule for rule in rules if rule.source == group.key and rule.takes(TIMEOUT)]
    mixed = [*rules]
    draw.shuffle(mixed)  # type: ignore[attr-defined]
    assert grouped(FOUND, TIMEOUT, mixed) == group
    settled = classify(TIMEOUT, code="READ_TIMEOUT")
    assert grouped(settled, TIMEOUT, rules) == group


def test_placeholders_count_messages_and_not_mentions() -> None:
    own = own_fields("000000042", "", "default")
    assert own == {"document_no": "000000042", "store": "default"}
    found = placeholder_values(
        [
            ("no answer from soap.e-boekhouden.nl, I mean soap.e-boekhouden.nl", "", {}),
            ("no answer from shop.example for 000000042", "", own),
        ]
    )
    assert found["host"] == {"soap.e-boekhouden.nl": 1, "shop.example": 1}
    assert found["document_no"] == {"000000042": 1}
