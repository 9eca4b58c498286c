"""The API's endpoints: each gets a call and gives the answer as JSON text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import unquote
from zlib import crc32

from sync.clock import Clock
from sync.sandbox.shop.binding import to_integer
from sync.sandbox.shop.columns import LISTS
from sync.sandbox.shop.comments import Comments
from sync.sandbox.shop.conditions import BrokenFilterError
from sync.sandbox.shop.criteria import Criteria, echo, parse_criteria
from sync.sandbox.shop.errors import (
    InternalError,
    ShopError,
    entity_not_found,
    no_such_entity,
)
from sync.sandbox.shop.php import dumps
from sync.sandbox.shop.settings import ShopSettings
from sync.sandbox.shop.state import ShopState
from sync.sandbox.shop.table import Row, UnknownColumnError


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of an endpoint.

    Attributes:
        path: Values of the route's variables, not decoded.
        query: The parsed query string.
        body: The decoded body; empty for GET.
        settings: The shop's settings at this moment.
    """

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    settings: ShopSettings

    def number(self) -> int:
        """The path's only variable as an integer.

        Raises:
            ShopError: 400, it is none.
        """
        (value,) = self.path.values()
        return to_integer(unquote(value))


class Endpoints:
    """Answers calls from the shop's state. Method names are the routes' endpoint names."""

    def __init__(self, state: ShopState, clock: Clock) -> None:
        self._state = state
        self._clock = clock
        self._comments = Comments(state, clock)
        self._handlers: dict[str, Callable[[Call], str]] = {
            **{what: partial(self._plain_list, what) for what in LISTS},
            **{name: partial(self._list, table) for name, table in _LISTED.items()},
            **{name: partial(self._sales_document, table) for name, table in _SALES.items()},
            **{name: partial(self._named, *where) for name, where in _NAMED.items()},
            **{name: partial(self._notes, table) for name, table in _NOTED.items()},
            **{name: partial(self._add_note, table) for name, table in _NOTABLE.items()},
            "order_item": self._order_item,
            "order_status": self._order_status,
        }

    def answer(self, endpoint: str, call: Call) -> str:
        """The JSON of the answer.

        Raises:
            ShopError: What the endpoint refuses.
        """
        return self._handlers[endpoint](call)

    def _plain_list(self, what: str, call: Call) -> str:
        found = self._state.listing(what)
        codes = call.query.get("storeCodes") or call.query.get("store_codes")
        if what == "store_configs" and isinstance(codes, dict):
            found = [one for one in found if one["code"] in codes.values()]
        return dumps(found)

    def _list(self, table: str, call: Call) -> str:
        criteria = parse_criteria(call.query, call.settings.limits)
        try:
            rows, total = self._state.select(
                table, criteria, repeat_last=call.settings.repeat_last_page
            )
        except UnknownColumnError as error:
            if table == "customers":
                text = 'The "%1" attribute name is invalid. Reset the name and try again.'
                raise ShopError(400, text, [error.column or ""]) from None
            raise InternalError(self._clock.now()) from None
        except BrokenFilterError:
            raise InternalError(self._clock.now()) from None
        if call.settings.shuffle_unsorted and not criteria.sorts:
            rows = sorted(rows, key=_disorder)
        return _listing([row.text for row in rows], criteria, total)

    def _sales_document(self, table: str, call: Call) -> str:
        number = call.number()
        if number == 0:
            raise ShopError(400, "An ID is needed. Set the ID and try again.")
        text = self._state.get(table, number)
        if text is None:
            raise entity_not_found()
        return text

    def _named(self, table: str, name: str, call: Call) -> str:
        number = call.number()
        text = self._state.get(table, number)
        if text is None:
            raise no_such_entity(name, number)
        return text

    def _notes(self, table: str, call: Call) -> str:
        number = call.number()
        notes = self._state.notes(table, number)
        criteria = parse_criteria(
            {"searchCriteria": {"filter_groups": [{"filters": [_parent(number)]}]}},
            ShopSettings().limits,
        )
        return _listing([dumps(note) for note in notes], criteria, len(notes))

    def _add_note(self, table: str, call: Call) -> str:
        return dumps(self._comments.add(table, call.path, call.body))

    def _order_item(self, call: Call) -> str:
        item = self._state.item(call.number())
        if item is None:
            raise entity_not_found()
        return dumps(item)

    def _order_status(self, call: Call) -> str:
        return dumps(self._comments.order(call.number()).get("status"))


_LISTED = {
    "invoices": "invoices",
    "creditmemos": "creditmemos",
    "orders": "orders",
    "order_items": "items",
    "customers": "customers",
    "customer_groups": "customer_groups",
    "tax_rates": "tax_rates",
    "tax_rules": "tax_rules",
    "tax_classes": "tax_classes",
}
_SALES = {"invoice": "invoices", "creditmemo": "creditmemos", "order": "orders"}
_NAMED = {
    "customer": ("customers", "customerId"),
    "tax_rate": ("tax_rates", "taxRateId"),
    "tax_rule": ("tax_rules", "taxRuleId"),
}
_NOTED = {f"{one}_comments": table for one, table in _SALES.items()}
_NOTABLE = {f"add_{one}_comment": table for one, table in _SALES.items()}


def _listing(items: list[str], criteria: Criteria, total: int) -> str:
    """A list answer around items that are encoded already."""
    shown = dumps(echo(criteria))
    return f'{{"items":[{",".join(items)}],"search_criteria":{shown},"total_count":{total}}}'


def _parent(number: int) -> dict[str, str]:
    return {"field": "parent_id", "value": str(number), "condition_type": "eq"}


def _disorder(row: Row) -> int:
    return crc32(str(row.id).encode())
