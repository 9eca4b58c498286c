"""What a filter selects: MySQL's comparisons with their conversions and their NULL.

A predicate gets a row's columns. NULL (an absent column) satisfies only `null` and its kin,
also not the negative conditions: that is SQL's three-valued logic.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Literal

from sync.sandbox.shop.criteria import Filter
from sync.sandbox.shop.php import Json, leading_number

Kind = Literal["number", "amount", "text", "date"]
"""Of a column: whole numbers, amounts with four decimals, texts, moments."""
Columns = Mapping[str, Any]
Predicate = Callable[[Columns], bool]

ZERO_DATE = "0000-00-00 00:00:00"
"""What MySQL makes of a date it cannot read: before every moment."""

_TURNED: dict[str, Callable[[Any, Any], Any]] = {  # what holds of (value, column), not the reverse
    "eq": operator.eq,
    "neq": operator.ne,
    "gt": operator.lt,
    "lt": operator.gt,
    "gteq": operator.le,
    "moreq": operator.le,
    "from": operator.le,
    "lteq": operator.ge,
    "to": operator.ge,
}
_TEXT_TESTS = {"like", "nlike", "fulltext", "finset", "nfinset", "regexp"}
_DATE = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?)?")
_MAX_PATTERN = 200
_REPEATED_GROUP = re.compile(r"\)[*+{?]")
_QUANTIFIER = re.compile(r"[*+{?]")
_MAX_QUANTIFIERS = 3
_FOREIGN = re.compile(r"\[\[|--|&&|~~|\|\|")


class BrokenFilterError(Exception):
    """The database would refuse this condition; Magento answers with an internal error."""


def group_predicate(filters: Sequence[Filter], kinds: Mapping[str, Kind]) -> Predicate:
    """Whether a row satisfies one of the filters.

    A `from` and a `to` on the same field form one range.

    Raises:
        BrokenFilterError: A condition that no database would accept.
    """
    ranges = _ranges(filters)
    ranged = {id(one) for pair in ranges for one in pair}
    predicates = [_range(pair, kinds) for pair in ranges]
    predicates += [_predicate(one, kinds) for one in filters if id(one) not in ranged]
    if len(predicates) == 1:
        return predicates[0]
    if len(predicates) == 2:
        first, second = predicates
        return lambda row: first(row) or second(row)
    return lambda row: any(predicate(row) for predicate in predicates)


def convert(value: str | None, kind: Kind) -> Json:
    """A filter's value as its column's kind: a float, a lower-case text or a full date."""
    if kind in {"number", "amount"}:
        return leading_number(value or "")
    if kind == "date":
        return _date(value or "")
    return (value or "").rstrip(" ").lower()


def members(value: str | None, kind: Kind) -> set[Any]:
    """The values of a comma list (`in`); there is no way to escape a comma."""
    return {convert(part, kind) for part in (value or "").split(",")}


def comparable(value: Json, kind: Kind) -> Json:
    """A column's value in the form of `convert`."""
    return str(value).rstrip(" ").lower() if kind == "text" else value


def _ranges(filters: Sequence[Filter]) -> list[tuple[Filter, Filter]]:
    return [
        (start, end)
        for start in filters
        for end in filters
        if start.condition == "from" and end.condition == "to" and start.field == end.field
    ]


def _range(pair: tuple[Filter, Filter], kinds: Mapping[str, Kind]) -> Predicate:
    start, end = (_predicate(one, kinds) for one in pair)
    return lambda row: start(row) and end(row)


def _predicate(one: Filter, kinds: Mapping[str, Kind]) -> Predicate:
    field = one.field or ""
    kind = kinds[field]
    test = _null_test(one)
    if test is not None:
        wants_null = test
        return lambda row: (row.get(field) is None) == wants_null
    check = _value_test(one, kind)

    def predicate(row: Columns) -> bool:
        """Whether a row has the column, with a value that fits."""
        column = row.get(field)
        return column is not None and check(column)

    return predicate


def _null_test(one: Filter) -> bool | None:
    """True for "is null", False for "is not null", None for any other condition."""
    empty = not one.value
    if one.condition == "null" or (one.condition == "seq" and empty):
        return True
    if one.condition == "notnull" or (one.condition == "sneq" and empty):
        return False
    if one.condition == "is":
        if empty or (one.value or "").lower() == "null":
            return True
        raise BrokenFilterError("IS takes nothing but NULL")
    return None


def _value_test(one: Filter, kind: Kind) -> Callable[[Any], bool]:
    value, condition = one.value, one.condition
    if condition in {"in", "nin"}:
        values, wanted = members(value, kind), condition == "in"
        return lambda column: (comparable(column, kind) in values) == wanted
    if condition in _TEXT_TESTS:
        return _text_test(condition, value or "", kind)
    if value is None:
        return lambda column: False
    same = {"sneq": "neq"}.get(condition, condition)  # an unknown condition compares for equality
    check: Callable[[Any], bool] = partial(_TURNED.get(same, operator.eq), convert(value, kind))
    if kind == "text":
        return lambda column: check(comparable(column, kind))
    return check


def _text_test(condition: str, value: str, kind: Kind) -> Callable[[Any], bool]:
    if condition in {"like", "nlike", "fulltext"}:
        like, wanted = _like(value), condition != "nlike"
        return lambda column: (like.fullmatch(_text(column, kind)) is not None) == wanted
    if condition in {"finset", "nfinset"}:
        member, wanted = value.lower(), condition == "finset"
        return lambda column: (member in _text(column, kind).lower().split(",")) == wanted
    pattern = _regexp(value)
    return lambda column: pattern.search(_text(column, kind)) is not None


def _text(column: Json, kind: Kind) -> str:
    """A column as MySQL writes it."""
    return f"{column:.4f}" if kind == "amount" else str(column)


def _like(pattern: str) -> re.Pattern[str]:
    r"""A LIKE pattern, compiled so that it never backtracks: `%`, `_`, and `\` before either."""
    pieces = [""]
    for mark in re.findall(r"\\.|.", pattern, re.DOTALL):
        if mark == "%":
            pieces.append("")
        else:
            pieces[-1] += "." if mark == "_" else re.escape(mark[-1])
    if len(pieces) == 1:
        return re.compile(pieces[0], re.IGNORECASE | re.DOTALL)
    middle = "".join(f"(?>.*?{piece})" for piece in pieces[1:-1] if piece)
    return re.compile(f"{pieces[0]}{middle}.*{pieces[-1]}", re.IGNORECASE | re.DOTALL)


def _regexp(pattern: str) -> re.Pattern[str]:
    """A REGEXP pattern; what could run for ever or means something else here is refused."""
    costly = _REPEATED_GROUP.search(pattern) or len(pattern) > _MAX_PATTERN
    if costly or len(_QUANTIFIER.findall(pattern)) > _MAX_QUANTIFIERS or _FOREIGN.search(pattern):
        raise BrokenFilterError("not simulated")
    try:
        return re.compile(pattern, re.IGNORECASE)
    except (re.error, OverflowError) as error:
        raise BrokenFilterError(str(error)) from error


def _date(text: str) -> str:
    """The moment a text begins with; `T`, `Z` and offsets are read over."""
    match = _DATE.match(text)
    if not match:
        return ZERO_DATE
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return ZERO_DATE
    return moment.strftime("%Y-%m-%d %H:%M:%S")
