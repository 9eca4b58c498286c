"""What stands behind the placeholders of a pattern, over many of its messages. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from sync.domain.patterns.classify import classify

Message = tuple[str, str, Mapping[str, str]]
"""A message, its error code, and the attempt's own values by name."""


def placeholder_values(messages: Iterable[Message]) -> dict[str, Counter[str]]:
    """For each type of placeholder, in how many messages each value stood there."""
    found: dict[str, Counter[str]] = {}
    for message, code, known in messages:
        for name, values in _values(message, code, tuple(known.items())):
            found.setdefault(name, Counter()).update(values)
    return found


@lru_cache(maxsize=1_000)
def _values(
    message: str, code: str, known: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, frozenset[str]], ...]:
    """Of one message; kept, because the same ones are looked at again with each that is new."""
    values = classify(message, code=code, known=dict(known)).values
    return tuple((name, frozenset(each)) for name, each in values.items())
