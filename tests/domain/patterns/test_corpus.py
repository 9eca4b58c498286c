"""The rules agree with people about a thousand messages, Dutch and English.

How well unseen messages do stands at the head of each file of `messages/`: what the rules made of
it before they were improved on it.
"""

import pytest

from sync.domain.patterns import classify
from sync.domain.patterns.causes import CATEGORY
from tests.domain.patterns.corpus import FOLDER, every_message, grouping_accuracy, labelled

NAMES = sorted(file.stem for file in FOLDER.glob("*.txt"))


@pytest.mark.parametrize("name", NAMES)
def test_messages_of_one_cause_share_a_pattern(name: str) -> None:
    rows = labelled(name)
    pairs = [(row.group, classify(row.message).pattern) for row in rows]
    assert grouping_accuracy(pairs) >= 0.95


@pytest.mark.parametrize("name", NAMES)
def test_messages_have_the_cause_and_category_that_people_gave_them(name: str) -> None:
    rows = labelled(name)
    found = [classify(row.message) for row in rows]
    causes = sum(row.group == one.cause for row, one in zip(rows, found, strict=True))
    categories = sum(row.category == one.category for row, one in zip(rows, found, strict=True))
    assert causes / len(rows) >= 0.98
    assert categories / len(rows) >= 0.98


def test_the_labels_are_causes_that_exist() -> None:
    """A misspelt label would make the measures above meaningless."""
    wrong = {row for row in every_message() if CATEGORY.get(row.group) != row.category}
    assert wrong == set()


def test_every_cause_has_messages_of_its_own() -> None:
    """But a mistake of our own program: only its code tells it."""
    tried = {row.group for row in every_message()}
    assert set(CATEGORY) - tried == {"program-error"}


def test_the_strict_measure_punishes_one_stray_message_in_both_groups() -> None:
    assert grouping_accuracy([("a", 1), ("a", 1), ("b", 2)]) == 1.0
    assert grouping_accuracy([("a", 1), ("a", 2), ("b", 2), ("c", 3)]) == 0.25
