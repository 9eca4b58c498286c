"""One kind of entity in memory: its JSON, its columns, and the indexes that make lists fast."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sync.sandbox.shop.conditions import (
    Columns,
    Kind,
    comparable,
    convert,
    group_predicate,
    members,
)
from sync.sandbox.shop.criteria import Criteria, Filter, Sort

_LOWER_BOUNDS = {"gt", "gteq", "moreq", "from"}
_UPPER_BOUNDS = {"lt", "lteq", "to"}
_INFINITE = float("inf")


@dataclass(frozen=True, slots=True)
class Row:
    """One entity.

    Attributes:
        id: Its number in the database.
        columns: What a filter can see, by the database's names.
        text: The entity as the API answers it, encoded.
    """

    id: int
    columns: Columns
    text: str


class UnknownColumnError(Exception):
    """A filter or sort order names a column that the table does not have."""

    def __init__(self, column: str | None) -> None:
        super().__init__(column or "")
        self.column = column


class Table:
    """Rows by id, sorted by (updated_at, id), and by the values of some columns.

    Not safe for use by several threads at once; the state around it is.
    """

    def __init__(self, key: str, kinds: Mapping[str, Kind], indexed: Sequence[str] = ()) -> None:
        """`key` is the id's column, `kinds` all columns, `indexed` the ones with a look-up."""
        self.key = key
        self.kinds = kinds
        self.rows: dict[int, Row] = {}
        self._ids: list[int] = []
        self._updates: list[tuple[str, int]] = []
        self._values: dict[str, dict[Any, set[int]]] = {column: {} for column in indexed}

    def put(self, row: Row) -> None:
        """Add the row, in place of one with its id."""
        self.remove(row.id)
        self.rows[row.id] = row
        insort(self._ids, row.id)
        insort(self._updates, _update(row))
        for column, index in self._values.items():
            index.setdefault(self._value(row, column), set()).add(row.id)

    def remove(self, row_id: int) -> None:
        """Forget the row with this id, if there is one."""
        row = self.rows.pop(row_id, None)
        if row is None:
            return
        del self._ids[bisect_left(self._ids, row_id)]
        del self._updates[bisect_left(self._updates, _update(row))]
        for column, index in self._values.items():
            index[self._value(row, column)].discard(row_id)

    def select(self, criteria: Criteria, *, repeat_last: bool = False) -> tuple[list[Row], int]:
        """The rows of the page asked for, and how many there are on all pages.

        Without a sort order the rows come by id, which no client may rely on.

        Args:
            criteria: Filters, orders and page.
            repeat_last: Past the end repeat the last page, as Magento 2.3 did.

        Raises:
            UnknownColumnError: A filter or order on a column that does not exist.
            BrokenFilterError: A condition that no database would accept.
        """
        self._check(criteria)
        ids, by_update, groups = self._candidates(criteria)
        for predicate in [group_predicate(group, self.kinds) for group in groups]:
            rows = self.rows
            ids = [one for one in ids if predicate(rows[one].columns)]
        ids = self._sorted(ids, criteria.sorts, by_update=by_update)
        return [self.rows[one] for one in _page(ids, criteria, repeat_last)], len(ids)

    def _check(self, criteria: Criteria) -> None:
        filtered = [one.field for group in criteria.groups for one in group]
        for field in [*filtered, *(order.field for order in criteria.sorts)]:
            if field not in self.kinds:
                raise UnknownColumnError(field)

    def _candidates(self, criteria: Criteria) -> tuple[list[int], bool, list[tuple[Filter, ...]]]:
        """Ids that an index gives, whether by update, and the groups that are still to be tested.

        An index serves the groups that have a single filter; its order is kept.
        """
        groups = [group for group in criteria.groups if group]
        single = [group[0] for group in groups if len(group) == 1]
        for one in single:
            found = self._look_up(one)
            if found is not None:
                return found, False, [group for group in groups if group != (one,)]
        bounds = [one for one in single if one.field == "updated_at" and _is_bound(one)]
        if bounds:
            rest = [group for group in groups if group[0] not in bounds or len(group) > 1]
            return self._between(bounds), True, rest
        after = [one for one in single if one.field == self.key and _is_bound(one)]
        rest = [group for group in groups if group[0] not in after or len(group) > 1]
        return self._id_range(after), False, rest

    def _look_up(self, one: Filter) -> list[int] | None:
        if one.condition not in {"eq", "in"} or one.value is None:
            return None
        kind = self.kinds[one.field or ""]
        wanted = members(one.value, kind) if one.condition == "in" else {convert(one.value, kind)}
        if one.field == self.key:
            return sorted(int(value) for value in wanted if value in self.rows)
        index = self._values.get(one.field or "")
        if index is None:
            return None
        return sorted({row_id for value in wanted for row_id in index.get(value, ())})

    def _between(self, bounds: Iterable[Filter]) -> list[int]:
        start, end = bisect_right(self._updates, ("", _INFINITE)), len(self._updates)  # no NULL
        for one in bounds:
            moment = convert(one.value, "date")
            low = bisect_left(self._updates, (moment, -_INFINITE))
            high = bisect_right(self._updates, (moment, _INFINITE))
            if one.condition in _LOWER_BOUNDS:
                start = max(start, high if one.condition == "gt" else low)
            else:
                end = min(end, low if one.condition == "lt" else high)
        return [row_id for _, row_id in self._updates[start:end]]

    def _id_range(self, bounds: Iterable[Filter]) -> list[int]:
        start, end = 0, len(self._ids)
        for one in bounds:
            number = convert(one.value, "number")
            low, high = bisect_left(self._ids, number), bisect_right(self._ids, number)
            if one.condition in _LOWER_BOUNDS:
                start = max(start, high if one.condition == "gt" else low)
            else:
                end = min(end, low if one.condition == "lt" else high)
        return self._ids[start:end]

    def _sorted(self, ids: list[int], sorts: Sequence[Sort], *, by_update: bool) -> list[int]:
        orders = [(order.field, order.direction != "ASC") for order in sorts]
        natural = [("updated_at", False), (self.key, False)] if by_update else [(self.key, False)]
        if orders and orders == natural[: len(orders)]:
            return ids
        if orders == [(field, True) for field, _ in natural]:
            return ids[::-1]
        ids = sorted(ids)
        for field, descending in reversed(orders):
            ids.sort(key=lambda one: self._order(one, field), reverse=descending)
        return ids

    def _order(self, row_id: int, field: str) -> tuple[bool, Any]:
        """NULL sorts before everything, as in MySQL."""
        value = self.rows[row_id].columns.get(field)
        return (False, 0) if value is None else (True, comparable(value, self.kinds[field]))

    def _value(self, row: Row, column: str) -> Any:  # noqa: ANN401
        value = row.columns.get(column)
        return value if value is None else comparable(value, self.kinds[column])


def _update(row: Row) -> tuple[str, int]:
    return str(row.columns.get("updated_at") or ""), row.id


def _is_bound(one: Filter) -> bool:
    return one.value is not None and one.condition in _LOWER_BOUNDS | _UPPER_BOUNDS


def _page(ids: list[int], criteria: Criteria, repeat_last: bool) -> list[int]:
    size = criteria.page_size
    if not size:
        return ids
    size = max(size, 1)
    page = max(criteria.current_page or 1, 1)
    if repeat_last:
        page = min(page, max(-(-len(ids) // size), 1))
    return ids[(page - 1) * size : page * size]
