"""The rules agree with people about hundreds of messages, Dutch and English."""

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
def test_messages_have_the_category_that_people_gave_them(name: str) -> None:
    rows = labelled(name)
    right = sum(row.category == classify(row.message).category for row in rows)
    assert right / len(rows) >= 0.97


def test_the_labels_are_causes_that_exist() -> None:
    """A misspelt label would make the two measures above meaningless."""
    wrong = {row for row in every_message() if CATEGORY.get(row.group) != row.category}
    assert wrong == set()


def test_the_strict_measure_punishes_one_stray_message_in_both_groups() -> None:
    assert grouping_accuracy([("a", 1), ("a", 1), ("b", 2)]) == 1.0
    assert grouping_accuracy([("a", 1), ("a", 2), ("b", 2), ("c", 3)]) == 0.25
