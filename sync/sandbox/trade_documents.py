"""Invoices and credit memos in the shape of Magento's REST API."""

from typing import Any

from sync.sandbox.trade_items import currencies, document_item, shipping_compensation
from sync.sandbox.trade_orders import OPEN, Document, Order, Taken
from sync.sandbox.trade_plan import stamp


def document_entity(order: Order, document: Document) -> dict[str, Any]:
    """As `GET /V1/invoices/{id}` or `GET /V1/creditmemo/{id}` gives it."""
    entity: dict[str, Any] = {
        "billing_address_id": order.id * 2,
        "created_at": stamp(document.created_at),
        "entity_id": document.id,
        "increment_id": document.number,
        "order_id": order.id,
        "state": document.state,
        "store_id": order.store.id,
        "updated_at": stamp(document.updated_at),
        **currencies(order),
    }
    if not order.virtual:
        entity["shipping_address_id"] = order.id * 2 - 1
    if order.coupon and document.taken[0].totals.discount:
        entity["discount_description"] = order.coupon.description
    for prefix, taken in zip(("base_", ""), document.taken, strict=True):
        _add_totals(entity, prefix, taken)
        if document.kind == "creditmemo":
            _add_refunded_shipping(entity, prefix, taken)
            _add_adjustment(entity, prefix, taken)
        elif document.shipping:
            _add_invoiced_shipping(entity, prefix, taken)
    if document.kind == "invoice":
        _add_invoice_facts(entity, order, document)
    elif document.invoice_id is not None:
        entity["invoice_id"] = document.invoice_id
    entity["items"] = [
        document_item(order, document, number, place)
        for number, place in enumerate(document.pieces, start=1)
    ]
    entity["comments"] = []
    return entity


def _add_invoice_facts(entity: dict[str, Any], order: Order, document: Document) -> None:
    entity["total_qty"] = sum(
        qty for place, qty in document.pieces.items() if order.lines[place].parent is None
    )
    if document.state != OPEN:
        entity["can_void_flag"] = 0


def _add_totals(entity: dict[str, Any], prefix: str, taken: Taken) -> None:
    totals = taken.totals
    entity[f"{prefix}discount_amount"] = totals.discount
    entity[f"{prefix}discount_tax_compensation_amount"] = totals.compensation
    entity[f"{prefix}grand_total"] = totals.grand_total
    entity[f"{prefix}subtotal"] = totals.subtotal
    entity[f"{prefix}subtotal_incl_tax"] = totals.subtotal_incl
    entity[f"{prefix}tax_amount"] = totals.tax


def _add_shipping(entity: dict[str, Any], prefix: str, taken: Taken) -> None:
    entity[f"{prefix}shipping_amount"] = taken.shipping.total
    entity[f"{prefix}shipping_incl_tax"] = taken.shipping.total_incl
    entity[f"{prefix}shipping_tax_amount"] = taken.shipping.tax


def _add_invoiced_shipping(entity: dict[str, Any], prefix: str, taken: Taken) -> None:
    _add_shipping(entity, prefix, taken)
    entity[shipping_compensation(prefix)] = taken.shipping.compensation


def _add_refunded_shipping(entity: dict[str, Any], prefix: str, taken: Taken) -> None:
    _add_shipping(entity, prefix, taken)
    if taken.shipping.compensation:
        entity[shipping_compensation(prefix)] = taken.shipping.compensation


def _add_adjustment(entity: dict[str, Any], prefix: str, taken: Taken) -> None:
    plus, minus = taken.adjustment
    entity[f"{prefix}adjustment"] = plus - minus
    if plus:
        entity[f"{prefix}adjustment_positive"] = plus
    if minus:
        entity[f"{prefix}adjustment_negative"] = minus
