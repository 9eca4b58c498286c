"""What stands behind the placeholders of a pattern, over many of its messages. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping

from sync.domain.patterns.classify import classify

Message = tuple[str, str, Mapping[str, str]]
"""A message, its error code, and the attempt's own values by name."""


def placeholder_values(messages: Iterable[Message]) -> dict[str, Counter[str]]:
    """For each type of placeholder, in how many messages each value stood there."""
    found: dict[str, Counter[str]] = {}
    for message, code, known in messages:
        for name, values in classify(message, code=code, known=known).values.items():
            found.setdefault(name, Counter()).update(set(values))
    return found
