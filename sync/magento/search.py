"""Writes the query string of a list call (`searchCriteria`).

Everything is percent-escaped, spaces as `%20`: the shop checks an OAuth signature against the raw
query, where a plus sign is a plus sign. Indexes stay below ten, because it sorts the parameters
for that signature naturally (`[10]` after `[2]`) and every OAuth library sorts them by bytes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

_INDEXES = 10


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition, e.g. `Filter("entity_id", "gt", "5")`."""

    field: str
    condition: str
    value: str


Group = Sequence[Filter]
"""Filters of which one must hold; groups must hold all together."""


def query(
    groups: Sequence[Group] = (),
    *,
    sort: Sequence[str] = (),
    page_size: int,
    page: int = 1,
    fields: str = "",
) -> str:
    """The query string of a list call.

    Args:
        groups: At most ten, each of at most ten filters.
        sort: Fields, ascending; without any the shop's order is undefined.
        page_size: Rows per page, 1 or more.
        page: Counted from 1.
        fields: What to send of each row; empty for everything.
    """
    if len(groups) > _INDEXES or any(len(group) > _INDEXES for group in groups):
        raise ValueError(f"more than {_INDEXES} groups or filters break the shop's signatures")
    pairs = [*_filters(groups), *_sorting(sort)]
    pairs += [("pageSize", str(page_size)), ("currentPage", str(page))]
    texts = [_pair(f"searchCriteria[{name}", value) for name, value in map(_closed, pairs)]
    return "&".join([*texts, _pair("fields", fields)] if fields else texts)


def timestamp(moment: datetime) -> str:
    """A moment as the shop compares it: UTC, whole seconds rounded down, no zone."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def number_list(numbers: Sequence[int]) -> str:
    """The value of an `in` filter."""
    return ",".join(str(number) for number in numbers)


def _filters(groups: Sequence[Group]) -> Iterator[tuple[str, str]]:
    for group_no, group in enumerate(groups):
        for filter_no, each in enumerate(group):
            name = f"filter_groups][{group_no}][filters][{filter_no}"
            yield f"{name}][field", each.field
            yield f"{name}][value", each.value
            yield f"{name}][condition_type", each.condition


def _sorting(fields: Sequence[str]) -> Iterator[tuple[str, str]]:
    for index, field in enumerate(fields):
        yield f"sortOrders][{index}][field", field
        yield f"sortOrders][{index}][direction", "ASC"


def _closed(pair: tuple[str, str]) -> tuple[str, str]:
    return f"{pair[0]}]", pair[1]


def _pair(name: str, value: str) -> str:
    return f"{quote(name, safe='')}={quote(value, safe='')}"
