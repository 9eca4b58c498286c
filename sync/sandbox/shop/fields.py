"""The `fields` parameter: which parts of an answer are sent, with its quirks.

An empty list becomes null, a malformed filter gives an empty answer, unknown names vanish.
"""

import re
from typing import Any

from sync.sandbox.shop.php import Json

_FORBIDDEN = re.compile(r"[^\w\[\],]", re.ASCII)
_TOKENS = re.compile(r"[\[\],]|\w+", re.ASCII)

Wanted = dict[str, Any]
"""Field name -> True, or what is wanted of the objects below it."""


class ScalarError(Exception):
    """A filter asks for parts of something that has none; PHP stops with a type error."""


def parse_fields(text: str) -> Wanted | None:
    """Read `items[sku,qty],total_count`; None when it is malformed."""
    if not text or _FORBIDDEN.search(text):
        return None
    current: Wanted = {}
    above: list[tuple[Wanted, str]] = []
    last = ""
    for part in _TOKENS.findall(text):
        if part == "[":
            above.append((current, last))
            current = {}
        elif part == "]":
            inner, (current, name) = current, above.pop() if above else ({}, "")
            current[name] = inner
        elif part != ",":
            current[part] = True
            last = part
    return None if above else current


def choose(answer: Json, wanted: Wanted) -> Json:
    """The wanted parts of a list (of each of its items) or of an object.

    Raises:
        ScalarError: An item of a list is no object.
    """
    if isinstance(answer, dict):
        return _choose_keys(answer, wanted)
    return [_choose_keys(item, wanted) for item in answer] or None


def _choose_keys(item: Json, wanted: Wanted) -> Json:
    if not isinstance(item, dict):
        raise ScalarError
    return {key: _inner(value, wanted[key]) for key, value in item.items() if key in wanted}


def _inner(value: Json, wanted: Json) -> Json:
    if isinstance(value, dict | list) and wanted is not True:
        return choose(value, wanted)
    return value
