"""PHP's ways that a client of Magento can notice: query strings, natural order, numbers, JSON."""

import json
import re
from decimal import Decimal
from functools import cmp_to_key, lru_cache
from typing import Any
from urllib.parse import unquote_plus

Json = Any
"""What JSON can hold: dict, list, str, int, float (or Decimal), bool, None."""

_INT_MAX = 2**63 - 1
_MAX_VARIABLES = 1000
_MAX_DEPTH = 64
_NUMERIC = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?\s*", re.ASCII)
_NUMBER_PREFIX = re.compile(r"\s*[+-]?(\d{1,300}(\.\d{0,300})?|\.\d{1,300})", re.ASCII)


def parse_query(query: str) -> dict[str, Any]:
    """Read a query string as PHP's `parse_str` does: brackets nest, `+` is a space.

    Later values replace earlier ones. As in PHP's defaults at most 1,000 variables, 64 deep.
    """
    result: dict[str, Any] = {}
    pairs = [pair for pair in query.split("&") if pair]
    for pair in pairs[:_MAX_VARIABLES]:
        name, _, value = pair.partition("=")
        _assign(result, _path(name), unquote_plus(value))
    return result


@lru_cache(maxsize=2048)  # the names of a client's parameters are the same in every call
def _path(name: str) -> tuple[str, ...]:
    """The keys that a name stands for, from the outermost inward."""
    name = unquote_plus(name, errors="replace").lstrip(" ").split("\0", 1)[0]
    base, bracket, rest = name.partition("[")
    path = [base.replace(".", "_").replace(" ", "_")]
    while bracket and len(path) <= _MAX_DEPTH:
        key, closed, rest = rest.partition("]")
        if not closed:
            if len(path) == 1:
                path[0] += "_" + key
            break
        path.append(key)
        bracket = rest[:1] if rest[:1] == "[" else ""
        rest = rest[1:]
    return tuple(path)


def _assign(target: dict[str, Any], path: tuple[str, ...], value: str) -> None:
    if not path[0] or len(path) > _MAX_DEPTH:
        return
    for part in path[:-1]:
        key = part or _next_index(target)
        if not isinstance(target.get(key), dict):
            target[key] = {}
        target = target[key]
    target[path[-1] or _next_index(target)] = value


def _next_index(target: dict[str, Any]) -> str:
    indexes = [int(key) for key in target if key.isdecimal() and len(key) < 10]
    return str(max(indexes, default=-1) + 1)


def is_numeric(value: object) -> bool:
    """Whether PHP's `is_numeric` says yes: numbers, and strings that are one from end to end."""
    if isinstance(value, str):
        return len(value) < 400 and _NUMERIC.fullmatch(value) is not None
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def to_int(value: object) -> int:
    """What `settype(…, 'int')` makes of a value for which `is_numeric` holds; kept to 64 bits."""
    number = int(Decimal(str(value).strip()))
    return max(-_INT_MAX - 1, min(_INT_MAX, number))


def leading_number(text: str) -> float:
    """The number a text begins with, 0 without one: how MySQL compares texts to numbers."""
    match = _NUMBER_PREFIX.match(text)
    return float(match.group()) if match else 0.0


def dumps(value: Json) -> str:
    r"""Encode as `json_encode` does: compact, `\/` and `\uXXXX`, no trailing zeros.

    Decimals and integral floats become the shortest JSON number; an empty object is `[]`,
    because PHP has only arrays.
    """
    text = _encode(value)
    if text.endswith(".0") or any(mark in text for mark in _UNLIKE_PHP):  # or within a string
        text = _encode(_php(value))
    return text.replace("/", "\\/")


def _number(value: object) -> float:
    """What the encoder does not know: a Decimal."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} is not JSON")
    if not value:  # half of a document's amounts
        return 0
    number = float(value)
    return int(number) if number.is_integer() else number


_UNLIKE_PHP = ("{}", ".0,", ".0}", ".0]")
_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False, default=_number).encode


def _php(value: Json) -> Json:
    """`value` with PHP's numbers and arrays in place of Python's."""
    if isinstance(value, dict):
        return {key: _php(item) for key, item in value.items()} if value else []
    if isinstance(value, list | tuple):
        return [_php(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


@lru_cache(maxsize=2048)  # the names of a client's parameters are the same in every call
def natural_compare(left: str, right: str) -> int:
    """PHP's `strnatcmp`: runs of digits compare as numbers, everything else by character.

    Returns:
        Negative, zero or positive, as `left` sorts before, with or after `right`.
    """
    if not left or not right:
        return (len(left) > len(right)) - (len(left) < len(right))
    i, j = _skip_zeros(left), _skip_zeros(right)
    while True:
        if left[i].isdigit() and right[j].isdigit():
            order, i, j = _compare_digits(left, i, right, j)
            if order:
                return order
        elif left[i] != right[j]:
            return -1 if left[i] < right[j] else 1
        else:
            i, j = i + 1, j + 1
        if i >= len(left) or j >= len(right):
            return (i < len(left)) - (j < len(right))


natural_key = cmp_to_key(natural_compare)


def _skip_zeros(text: str) -> int:
    start = 0
    while text[start] == "0" and start + 1 < len(text) and text[start + 1].isdigit():
        start += 1
    return start


def _compare_digits(left: str, i: int, right: str, j: int) -> tuple[int, int, int]:
    """Compare the runs of digits at `i` and `j`; a leading zero makes them fractions."""
    a, b = _digits(left, i), _digits(right, j)
    if "0" in (a[0], b[0]):
        order = (a > b) - (a < b)
    elif len(a) != len(b):
        order = 1 if len(a) > len(b) else -1
    else:
        order = (a > b) - (a < b)
    return order, i + len(a), j + len(b)


def _digits(text: str, start: int) -> str:
    end = start
    while end < len(text) and text[end].isdigit():
        end += 1
    return text[start:end]
