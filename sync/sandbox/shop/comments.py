"""Comments on orders, invoices and credit memos: the only thing a connector writes to the shop."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from sync.clock import Clock
from sync.sandbox.shop.binding import Shape, argument, bind, to_integer
from sync.sandbox.shop.errors import ShopError, entity_not_found, required
from sync.sandbox.shop.php import Json
from sync.sandbox.shop.state import ShopState

_COMMENT: Shape = {
    "comment": "string",
    "created_at": "string",
    "entity_id": "int",
    "is_customer_notified": "int",
    "is_visible_on_front": "int",
    "parent_id": "int",
    "extension_attributes": "any",
}
_HISTORY: Shape = {**_COMMENT, "entity_name": "string", "status": "string"}
_STATUSES = {  # state -> its statuses in a shop that nobody has set up differently
    "new": {"pending"},
    "pending_payment": {"pending_payment"},
    "processing": {"processing", "fraud"},
    "payment_review": {"payment_review", "fraud"},
}
_MOMENT = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """An order's new status."""

    at: datetime
    entity: Mapping[str, Any]
    table: str = "orders"
    action: str = "put"


class Comments:
    """Takes comments and puts them where Magento shows them."""

    def __init__(self, state: ShopState, clock: Clock) -> None:
        self._state = state
        self._clock = clock

    def add(self, table: str, path: Mapping[str, str], body: Mapping[str, Any]) -> Json:
        """Add the comment in `body`; True for an order, the comment for another document.

        Raises:
            ShopError: 400 for a malformed body, a status outside the order's state or an unknown
                invoice or credit memo, 404 for an unknown order.
        """
        if table == "orders":
            order_id = to_integer(unquote(path["id"]))
            given = argument(body, "statusHistory")
            if given is None:
                raise required("statusHistory")
            return self._add_history(order_id, bind(given, _HISTORY))
        given = argument(body, "entity")
        if given is None:
            raise required("entity")
        return self._add_comment(table, bind(given, _COMMENT))

    def order(self, order_id: int) -> dict[str, Any]:
        """The order.

        Raises:
            ShopError: 404, there is none with this id; 400, the id is 0.
        """
        if order_id == 0:
            raise ShopError(400, "An ID is needed. Set the ID and try again.")
        text = self._state.get("orders", order_id)
        if text is None:
            raise entity_not_found()
        order: dict[str, Any] = json.loads(text)
        return order

    def _add_history(self, order_id: int, history: Mapping[str, Any]) -> bool:
        order = self.order(order_id)
        status = history.get("status") or order.get("status")
        state = str(order.get("state") or "")
        if status != order.get("status") and status not in _STATUSES.get(state, {state}):
            text = (
                'Unable to add comment: The status "%1" is not part of the order\n'
                "                 status history."
            )
            raise ShopError(400, text, [status])
        now = self._clock.now()
        if status != order.get("status"):
            changed = {**order, "status": status, "updated_at": now.strftime(_MOMENT)}
            self._state.apply(_Change(at=now, entity=changed))
        note = {
            **_defaults(history),
            "created_at": now.strftime(_MOMENT),
            "parent_id": order_id,
            "status": status,
        }
        self._state.add_note("orders", order_id, note)
        return True

    def _add_comment(self, table: str, comment: Mapping[str, Any]) -> dict[str, Any]:
        parent = comment.get("parent_id")
        if not parent or not comment.get("comment") or self._state.get(table, parent) is None:
            name = "invoice" if table == "invoices" else "creditmemo"
            raise ShopError(400, f"Could not save the {name} comment.")
        note = {
            **_defaults(comment),
            "created_at": self._clock.now().strftime(_MOMENT),
            "parent_id": parent,
        }
        kept = self._state.add_note(table, parent, note)
        shown = {**kept, "is_customer_notified": comment.get("is_customer_notified")}
        del shown["created_at"]  # Magento sends back what was sent, not what the database added
        return {name: value for name, value in shown.items() if value is not None}


def _defaults(comment: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "comment": comment.get("comment"),
        "is_customer_notified": comment.get("is_customer_notified"),
        "is_visible_on_front": comment.get("is_visible_on_front") or 0,
    }
