"""Walks a list that changes while it is read, and says so when the shop does not play along.

A row that changes moves to the end of the list, so page numbers would skip rows. Instead every
call asks for the first page behind the last row that was seen: changed later, or in the same
second with a higher id.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from sync.domain import codes
from sync.errors import UnreadableError
from sync.magento.fields import FieldError, Fields
from sync.magento.search import Filter, Group, number_list, timestamp

SORT = ("updated_at", "entity_id")
_Key = tuple[datetime, int]


class Keyset:
    """Where in the list we are.

    Args:
        since: Aware; rows that changed before are left out. None for all rows.
        within: Ids of the store views or websites to read, None for all.
        column: What a row calls that id.
        key: What a row calls its own; to filters and sorting it is always `entity_id`.
    """

    def __init__(
        self,
        since: datetime | None,
        within: Collection[int] | None,
        column: str = "store_id",
        key: str = "entity_id",
    ) -> None:
        self._last: _Key | None = (since.replace(microsecond=0), -1) if since else None
        self._within = within
        self._column = column
        self._key = key

    def groups(self) -> list[Group]:
        """What the next page must match; three groups at most."""
        groups: list[Group] = []
        if self._last:
            moment, number = timestamp(self._last[0]), self._last[1]
            groups.append([Filter("updated_at", "gteq", moment)])
            if number >= 0:
                later = Filter("updated_at", "gt", moment)
                groups.append([later, Filter("entity_id", "gt", str(number))])
        if self._within is not None:
            groups.append([Filter(self._column, "in", number_list(sorted(self._within)))])
        return groups

    def advance(self, rows: Sequence[Fields]) -> datetime:
        """Step behind these rows, a page as it came; returns when the last of them changed.

        Raises:
            UnreadableError: They are not what was asked for: out of order, seen before, or none
                of them has a date. Going on would lose documents or never end.
        """
        keys = list(_keys(rows, self._key))
        seen = [self._last, *keys] if self._last else keys
        if not keys:
            raise unreadable(f"no row of a list says when it changed, the first is {rows[0].where}")
        if any(one >= other for one, other in pairwise(seen)):
            raise unreadable("a list is not sorted and filtered by its date of change as asked")
        self._last = keys[-1]
        return keys[-1][0]


def rows(answer: object, name: str) -> list[Fields]:
    """The rows of a list answer; `name` says in messages what one row is.

    Raises:
        UnreadableError: The answer is no list of objects.
    """
    if not isinstance(answer, dict) or "items" not in answer:
        raise unreadable(f"the shop's answer is no list of {name}s")
    found = answer["items"]
    return objects([] if found is None else found, name)  # null with `fields=` and nothing found


def objects(answer: object, name: str) -> list[Fields]:
    """As `rows`, for the few answers that are a bare list."""
    if not isinstance(answer, list) or not all(isinstance(each, dict) for each in answer):
        raise unreadable(f"the shop's answer is no list of {name}s")
    return [Fields(f"{name} {_named(each)}", each) for each in answer]


def by_id(found: Sequence[Fields], name: str = "entity_id") -> dict[int, Fields]:
    """Rows by their internal id.

    Raises:
        UnreadableError: One of them has none.
    """
    try:
        return {row.identifier(name): row for row in found}
    except FieldError as error:
        raise unreadable(str(error)) from None


def unreadable(problem: str) -> UnreadableError:
    """The error for an answer as a whole that is not what the shop should say."""
    return UnreadableError(f"API error: {problem}", code=codes.UNREADABLE)


def _keys(found: Sequence[Fields], name: str) -> Iterator[_Key]:
    """A row whose date cannot be read has no place in the order; the others lead past it."""
    for number, row in by_id(found, name).items():
        try:
            yield row.moment("updated_at"), number
        except FieldError:
            continue


def _named(row: Mapping[str, object]) -> str:
    number = row.get("entity_id", row.get("id", "without id"))
    return str(number)[:20]
