"""What an error pattern is called: its cause's sentence, or its messages' own words. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pages.ui.texts import Language, text
from sync.domain.cures import Cure, cure
from sync.domain.patterns import Classified, classify
from sync.domain.patterns.grouping import Rule, cause_of, known_key, own_fields, sentence_of
from sync.store.filters import UNGROUPED
from sync.store.patterns import Pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """An error pattern of a filter, and what it is known by.

    Attributes:
        row: Its figures.
        key: What its id is made of; empty for the failures that have no pattern.
    """

    row: Pattern
    key: str

    @property
    def id(self) -> str:
        """What stands for it in an address; the failures without a pattern have a word there."""
        return self.row.pattern or UNGROUPED

    def title(self, tongue: Language) -> str:
        """One line. Holds text from outside where no rule knows the messages."""
        return title_of(self.key, tongue)

    def cure(self, tongue: Language) -> Cure:
        """What to do about it: the cure of its cause, else of its category."""
        return cure(cause_of(self.key) or self.row.category, tongue)

    def classified(self) -> Classified:
        """What the rules make of its latest message."""
        return classified(self.row.latest)


def named(row: Pattern, rules: Sequence[Rule]) -> Named:
    """What a pattern is known by, people's merges and splits included."""
    return Named(row=row, key=key_of(row.pattern, row.latest, rules))


def key_of(pattern: str, latest: Mapping[str, Any], rules: Sequence[Rule]) -> str:
    """What a pattern's id is made of; empty for the failures that have none."""
    return pattern and (known_key(pattern, rules) or classified(latest).key)


def title_of(key: str, tongue: Language) -> str:
    """A pattern in one line. Holds text from outside where no rule knows the messages."""
    return sentence_of(key, tongue) if key else text("patterns.ungrouped", tongue)


def classified(row: Mapping[str, Any]) -> Classified:
    """What the rules make of an attempt's message, its own values known."""
    return classify(row["message"], code=row["error_code"], known=own_of(row))


def own_of(row: Mapping[str, Any]) -> dict[str, str]:
    """An attempt's own values, which are never part of a cause."""
    return own_fields(row["document_no"], row["order_no"], row["store"])
