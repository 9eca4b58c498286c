"""searchCriteria: from the query string to filters, orders and a page, and back as an echo."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync.sandbox.shop.binding import Shape, argument, bind
from sync.sandbox.shop.errors import ShopError, required

_SHAPE: Shape = {
    "filter_groups": (
        {"filters": ({"field": "string", "value": "string", "condition_type": "string"},)},
    ),
    "sort_orders": ({"field": "string", "direction": "string"},),
    "page_size": "int",
    "current_page": "int",
}
_DEFAULT_LIMIT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One condition.

    Attributes:
        field: A column's name; None when the client left it out.
        value: As sent; None when left out.
        condition: As sent, "eq" when left out.
    """

    field: str | None
    value: str | None
    condition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """One order. `direction` is "ASC", "DESC", or None, which sorts descending."""

    field: str
    direction: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """What a list call asks for.

    Attributes:
        groups: Joined with AND; the filters of one group are joined with OR.
        sorts: The most important first; empty means in no promised order.
        page_size: None and 0 mean everything.
        current_page: From 1; None, 0 and negative numbers count as 1.
    """

    groups: tuple[tuple[Filter, ...], ...] = ()
    sorts: tuple[Sort, ...] = ()
    page_size: int | None = None
    current_page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The shop's limits on pages (`webapi/validation`); off by default.

    Attributes:
        enabled: Whether there are any.
        maximum_page_size: None means 300.
        default_page_size: For calls that name none; None means 300.
    """

    enabled: bool = False
    maximum_page_size: int | None = None
    default_page_size: int | None = None


def parse_criteria(query: Mapping[str, Any], limits: Limits) -> Criteria:
    """Read the `searchCriteria` argument of a parsed query string.

    Raises:
        ShopError: 400, it is missing, has unknown fields, wrong types or a too large page.
    """
    given = argument(query, "searchCriteria")
    if given is None:
        raise required("searchCriteria")
    bound = bind(given, _SHAPE)
    return Criteria(
        groups=tuple(_group(group) for group in bound.get("filter_groups") or ()),
        sorts=tuple(_sort(order) for order in bound.get("sort_orders") or () if "field" in order),
        page_size=_page_size(bound.get("page_size"), limits),
        current_page=bound.get("current_page"),
    )


def echo(criteria: Criteria) -> dict[str, Any]:
    """`search_criteria` of the answer: what was understood, in snake_case."""
    shown: dict[str, Any] = {"filter_groups": [_echo_group(group) for group in criteria.groups]}
    if criteria.sorts:
        shown["sort_orders"] = [
            {"field": order.field, "direction": order.direction} for order in criteria.sorts
        ]
    if criteria.page_size is not None:
        shown["page_size"] = criteria.page_size
    if criteria.current_page is not None:
        shown["current_page"] = criteria.current_page
    return shown


def _group(group: Mapping[str, Any]) -> tuple[Filter, ...]:
    return tuple(_filter(item) for item in group.get("filters") or ())


def _filter(item: Mapping[str, Any]) -> Filter:
    condition = item.get("condition_type") or "eq"
    value = item.get("value")
    if condition == "fulltext":  # Magento rewrites it before it echoes
        value = f"%{value or ''}%"
    return Filter(field=item.get("field"), value=value, condition=condition)


def _sort(order: Mapping[str, Any]) -> Sort:
    field, direction = order["field"] or "", order.get("direction")
    if not field.isascii() or not field.replace("_", "a").isalnum():
        raise ShopError(400, "Sort order field %1 contains restricted symbols", [field])
    if direction is not None and direction.upper() not in {"ASC", "DESC"}:
        text = (
            "The sort order has to be specified as %1 for ascending order "
            "or %2 for descending order."
        )
        raise ShopError(400, text, ["ASC", "DESC"])
    return Sort(field=field, direction=direction and direction.upper())


def _page_size(asked: int | None, limits: Limits) -> int | None:
    if not limits.enabled:
        return asked
    if asked is None:
        return limits.default_page_size or _DEFAULT_LIMIT
    maximum = limits.maximum_page_size or _DEFAULT_LIMIT
    if asked > maximum:
        raise ShopError(400, "Maximum SearchCriteria pageSize is %max", {"max": maximum})
    return asked


def _echo_group(group: tuple[Filter, ...]) -> dict[str, Any]:
    return {
        "filters": [
            {"field": f.field, "value": f.value, "condition_type": f.condition} for f in group
        ]
    }
