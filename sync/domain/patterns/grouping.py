"""Merges and splits that people made: lasting rules on top of those of `classify`. Pure.

A rule is about a pattern's key and not about its id, so it outlives a version of the rules. It
holds for attempts to come; what was recorded before moves only when history is regrouped.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sync.domain.patterns.causes import CATEGORY, SENTENCE, Language
from sync.domain.patterns.classify import TEXT_KEY, Classified, pattern_id

SPLIT_KEY: Final = "split:"
"""How the key of a pattern that was split off begins."""
SHORTEST: Final = 3
"""Characters that a split's text has at least: a shorter one hits by chance."""
_PART: Final = "\x1f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One merge or split.

    Attributes:
        id: Ascending; of several splits that fit a message the oldest decides.
        source: Key of the pattern whose messages are meant.
        holds: A split takes only messages that hold this text, whatever its case; empty for a
            merge, which takes all.
        target: Key of the pattern that they belong to instead.
        category: The target's; empty keeps the message's own.
    """

    id: int
    source: str
    holds: str
    target: str
    category: str = ""

    @property
    def is_merge(self) -> bool:
        """Whether it takes all of a pattern's messages."""
        return not self.holds

    def takes(self, message: str) -> bool:
        """Whether it is about this message of its pattern."""
        return _folded(self.holds) in _folded(message)


@dataclass(frozen=True, slots=True)
class Group:
    """Where a message belongs, people's rules included."""

    key: str
    category: str

    @property
    def pattern(self) -> str:
        """The pattern's id under this version of the rules."""
        return pattern_id(self.key)


def grouped(found: Classified, message: str, rules: Sequence[Rule]) -> Group:
    """Follow people's rules from where `classify` put a message, until none applies.

    Each pattern is left at most once, so that no set of rules can go round for ever.
    """
    here = Group(found.key, found.category)
    seen: set[str] = set()
    while here.key not in seen:
        seen.add(here.key)
        rule = _next(here.key, message, rules)
        if rule is not None and rule.target not in seen:
            here = Group(rule.target, rule.category or here.category)
    return here


def own_fields(document_no: str, order_no: str, store: str) -> dict[str, str]:
    """An attempt's own values, for `classify`: they are never part of a cause."""
    fields = {"document_no": document_no, "order_no": order_no, "store": store}
    return {name: value for name, value in fields.items() if value}


def split_key(source: str, holds: str) -> str:
    """The key of the part of a pattern whose messages hold a text."""
    return f"{SPLIT_KEY}{source}{_PART}{_folded(holds)}"


def is_circular(rules: Iterable[Rule], source: str, target: str) -> bool:
    """Whether a rule from `source` to `target` would lead back to where it begins."""
    edges = [(rule.source, rule.target) for rule in rules]
    reached, ahead = set(), [target]
    while ahead:
        key = ahead.pop()
        if key not in reached:
            reached.add(key)
            ahead += [end for begin, end in edges if begin == key]
    return source in reached


def sentence_of(key: str, language: Language) -> str:
    """What stands for a pattern in a table: the cause's sentence, or its messages' own words."""
    if key.startswith(SPLIT_KEY):
        source, _, holds = key.removeprefix(SPLIT_KEY).rpartition(_PART)
        return f"{sentence_of(source, language)} · “{holds}”"
    return SENTENCE[language].get(key, key.removeprefix(TEXT_KEY))


def cause_of(key: str) -> str:
    """The named cause behind a key, that of the whole for a part; empty when there is none."""
    while key.startswith(SPLIT_KEY):
        key = key.removeprefix(SPLIT_KEY).rpartition(_PART)[0]
    return key if key in CATEGORY else ""


def known_key(pattern: str, rules: Iterable[Rule]) -> str:
    """The key of a recorded pattern's id where it can be told without a message of its own.

    Empty for one that is grouped by its own words, or of an older version of the rules: then it
    is what `classify` makes of its latest message.
    """
    made = {pattern_id(key): key for rule in rules for key in (rule.source, rule.target)}
    return _CAUSES.get(pattern) or made.get(pattern) or ""


def _next(key: str, message: str, rules: Sequence[Rule]) -> Rule | None:
    """The rule that applies; parts are taken out before the rest is merged."""
    fitting = [rule for rule in rules if rule.source == key and rule.takes(message)]
    return min(fitting, key=lambda rule: (rule.is_merge, rule.id), default=None)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


_CAUSES: Final = {pattern_id(cause): cause for cause in CATEGORY}
