"""Invoices and credit memos in the shape of Magento's REST API."""

from typing import Any

from sync.sandbox.trade_items import BASE, SHOWN, Names, currencies, document_item
from sync.sandbox.trade_orders import OPEN, Document, Order, Taken


def document_entity(order: Order, document: Document) -> dict[str, Any]:
    """As `GET /V1/invoices/{id}` or `GET /V1/creditmemo/{id}` gives it."""
    entity: dict[str, Any] = {
        "billing_address_id": order.id * 2,
        "created_at": document.created_at,
        "entity_id": document.id,
        "increment_id": document.number,
        "order_id": order.id,
        "state": document.state,
        "store_id": order.store.id,
        "updated_at": document.updated_at,
        **currencies(order),
    }
    if not order.virtual:
        entity["shipping_address_id"] = order.id * 2 - 1
    if order.coupon and document.taken[0].totals.discount:
        entity["discount_description"] = order.coupon.description
    for name, taken in zip((BASE, SHOWN), document.taken, strict=True):
        _add_totals(entity, name, taken)
        if document.kind == "creditmemo":
            _add_refunded_shipping(entity, name, taken)
            _add_adjustment(entity, name, taken)
        elif document.shipping:
            _add_invoiced_shipping(entity, name, taken)
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


def _add_totals(entity: dict[str, Any], name: Names, taken: Taken) -> None:
    totals = taken.totals
    entity[name["discount_amount"]] = totals.discount
    entity[name["discount_tax_compensation_amount"]] = totals.compensation
    entity[name["grand_total"]] = totals.grand_total
    entity[name["subtotal"]] = totals.subtotal
    entity[name["subtotal_incl_tax"]] = totals.subtotal_incl
    entity[name["tax_amount"]] = totals.tax


def _add_shipping(entity: dict[str, Any], name: Names, taken: Taken) -> None:
    entity[name["shipping_amount"]] = taken.shipping.total
    entity[name["shipping_incl_tax"]] = taken.shipping.total_incl
    entity[name["shipping_tax_amount"]] = taken.shipping.tax


def _add_invoiced_shipping(entity: dict[str, Any], name: Names, taken: Taken) -> None:
    _add_shipping(entity, name, taken)
    entity[name.shipping_compensation] = taken.shipping.compensation


def _add_refunded_shipping(entity: dict[str, Any], name: Names, taken: Taken) -> None:
    _add_shipping(entity, name, taken)
    if taken.shipping.compensation:
        entity[name.shipping_compensation] = taken.shipping.compensation


def _add_adjustment(entity: dict[str, Any], name: Names, taken: Taken) -> None:
    plus, minus = taken.adjustment
    entity[name["adjustment"]] = plus - minus
    if plus:
        entity[name["adjustment_positive"]] = plus
    if minus:
        entity[name["adjustment_negative"]] = minus
