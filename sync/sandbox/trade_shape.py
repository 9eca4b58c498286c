"""Customers and orders in the shape of Magento's REST API.

Which fields there are depends on what happened so far, as in the recordings of a real shop: an
order has `…_invoiced` from its first invoice on, `…_refunded` from its first credit memo on.
"""

from decimal import Decimal
from typing import Any

from sync.sandbox.catalogue import NOT_LOGGED_IN
from sync.sandbox.totals import ZERO
from sync.sandbox.trade_items import Names, both, currencies, order_items
from sync.sandbox.trade_orders import PAID, Customer, Fixed, Order, Side


def customer_entity(customer: Customer) -> dict[str, Any]:
    """As `GET /V1/customers/{id}` gives it."""
    person = customer.person
    name, code, region_id = person.region or (None, None, 0)
    address: dict[str, Any] = {
        "id": customer.id,
        "customer_id": customer.id,
        "region": {"region_code": code, "region": name, "region_id": region_id},
        "region_id": region_id,
        "country_id": person.country,
        "street": list(person.street),
        "telephone": person.telephone,
        "postcode": person.postcode,
        "city": person.city,
        "firstname": person.firstname,
        "lastname": person.lastname,
        "default_shipping": True,
        "default_billing": True,
    }
    entity: dict[str, Any] = {
        "id": customer.id,
        "group_id": customer.group_id,
        "default_billing": str(customer.id),
        "default_shipping": str(customer.id),
        "created_at": customer.created_at,
        "updated_at": customer.updated_at,
        "created_in": customer.store.view,
        "email": person.email,
        "firstname": person.firstname,
        "lastname": person.lastname,
        "store_id": customer.store.id,
        "website_id": customer.store.website_id,
        "addresses": [address],
        "disable_auto_group_change": 0,
        "extension_attributes": {"is_subscribed": False},
    }
    if person.company:
        address["company"] = person.company
    if person.vat_number:
        entity["taxvat"] = address["vat_id"] = person.vat_number
    return entity


def order_entity(order: Order) -> dict[str, Any]:
    """As `GET /V1/orders/{id}` gives it."""
    fixed = order.fixed
    if fixed is None:
        fixed = order.fixed = Fixed(
            order=_fixed(order),
            amounts=_shipping_amounts(order),
            shipping=_shipping(order),
            payment=_payment(order),
            attributes={"payment_additional_info": _additional_info(order), **order.taxes},
        )
    entity = fixed.order.copy()
    amounts = fixed.amounts.copy()
    payment = fixed.payment.copy()
    for name, side in both(order):
        _add_progress(entity, name, side, order)
        _add_shipping_progress(amounts, name, side, order)
        _add_payment_progress(payment, name, side, order)
    entity.update(amounts)
    entity["state"] = order.state
    entity["status"] = order.status
    entity["updated_at"] = order.updated_at
    if order.customer is not None and not order.customer.deleted:
        entity["customer_id"] = order.customer.id
    if order.invoices:
        entity["base_total_invoiced_cost"] = ZERO
    items = order_items(order)
    entity["items"] = items
    entity["payment"] = payment
    entity["status_histories"] = _histories(order)
    assignment = {"shipping": {**fixed.shipping, "total": amounts}, "items": items}
    entity["extension_attributes"] = {"shipping_assignments": [assignment], **fixed.attributes}
    return entity


def _fixed(order: Order) -> dict[str, Any]:
    """What never changes about an order."""
    fixed: dict[str, Any] = {
        "billing_address_id": order.id * 2,
        "created_at": order.created_at,
        "customer_group_id": order.group_id,
        "customer_is_guest": int(order.group_id == NOT_LOGGED_IN),
        "customer_note_notify": 1,
        "entity_id": order.id,
        "increment_id": order.number,
        "is_virtual": int(order.virtual),
        "protect_code": order.token,
        "quote_id": order.id,
        "remote_ip": order.address_ip,
        "store_id": order.store.id,
        "store_name": order.store.name,
        "total_item_count": sum(line.parent is None for line in order.lines),
        "total_qty_ordered": sum(line.qty for line in order.lines if line.parent is None),
        "weight": _weight(order),
        "billing_address": _address(order, "billing"),
        **currencies(order),
        **_buyer(order),
    }
    for name, side in both(order):
        totals = side.totals
        fixed[name["discount_amount"]] = totals.discount
        fixed[name["grand_total"]] = totals.grand_total
        fixed[name["discount_tax_compensation_amount"]] = totals.compensation
        fixed[name["subtotal"]] = totals.subtotal
        fixed[name["subtotal_incl_tax"]] = totals.subtotal_incl
        fixed[name["tax_amount"]] = totals.tax
    if order.coupon:
        fixed["applied_rule_ids"] = order.coupon.rule_id
        fixed["coupon_code"] = order.coupon.code
        fixed["discount_description"] = order.coupon.description
    if not order.virtual:
        fixed["shipping_description"] = _shipping_method(order)[1]
    return fixed


def _shipping_amounts(order: Order) -> dict[str, Any]:
    """What sending it costs."""
    fixed: dict[str, Any] = {}
    for name, side in both(order):
        fixed[name["shipping_amount"]] = side.shipping.total
        fixed[name["shipping_discount_amount"]] = side.shipping.discount
        fixed[name.shipping_compensation] = side.shipping.compensation
        fixed[name["shipping_incl_tax"]] = side.shipping.total_incl
        fixed[name["shipping_tax_amount"]] = side.shipping.tax
    return fixed


def _weight(order: Order) -> Decimal:
    return sum(
        (
            line.product.weight * line.qty
            for line in order.lines
            if line.parent is None and line.product.weight and line.product.kind != "virtual"
        ),
        ZERO,
    )


def _buyer(order: Order) -> dict[str, Any]:
    buyer: dict[str, Any] = {}
    if order.email is not None:
        buyer["customer_email"] = order.email
    if order.named:
        buyer["customer_firstname"] = order.person.firstname
        buyer["customer_lastname"] = order.person.lastname
    if order.customer is not None and order.person.vat_number:
        buyer["customer_taxvat"] = order.person.vat_number
    return buyer


def _add_progress(entity: dict[str, Any], name: Names, side: Side, order: Order) -> None:
    totals = side.totals
    entity[name["total_due"]] = totals.grand_total - side.paid
    if order.invoices:
        done = side.total_invoiced
        entity[name["discount_invoiced"]] = done.discount
        entity[name["discount_tax_compensation_invoiced"]] = done.compensation
        entity[name["subtotal_invoiced"]] = done.subtotal
        entity[name["tax_invoiced"]] = done.tax
        entity[name["total_invoiced"]] = done.grand_total
        if order.invoices[0].state == PAID:
            entity[name["total_paid"]] = side.paid
    if order.refunds:
        back = side.total_refunded
        plus, minus = side.adjustment
        entity[name["adjustment_positive"]] = plus
        entity[name["adjustment_negative"]] = minus
        entity[name["discount_refunded"]] = back.discount
        entity[name["discount_tax_compensation_refunded"]] = back.compensation
        entity[name["subtotal_refunded"]] = back.subtotal
        entity[name["tax_refunded"]] = back.tax
        entity[name["total_offline_refunded"]] = back.grand_total
        entity[name["total_refunded"]] = back.grand_total
    if order.state == "canceled":
        entity[name["discount_canceled"]] = abs(totals.discount)
        entity[name["subtotal_canceled"]] = totals.subtotal
        entity[name["tax_canceled"]] = totals.tax
        entity[name["total_canceled"]] = totals.grand_total


def _add_shipping_progress(entity: dict[str, Any], name: Names, side: Side, order: Order) -> None:
    sent = side.shipping
    if order.invoices:
        entity[name["shipping_invoiced"]] = sent.total
    if order.refunds:
        entity[name["shipping_refunded"]] = side.shipping_refunded.total
        entity[name["shipping_tax_refunded"]] = side.shipping_refunded.tax
    if order.state == "canceled":
        entity[name["shipping_canceled"]] = sent.total


def _shipping_method(order: Order) -> tuple[str, str]:
    if order.base.shipping.total_incl:
        return "flatrate_flatrate", "PostNL - Standaard"
    return "freeshipping_freeshipping", "Gratis verzending - PostNL"


def _shipping(order: Order) -> dict[str, Any]:
    """Where it is sent, and how."""
    if order.virtual:
        return {}
    method, _ = _shipping_method(order)
    return {"address": _address(order, "shipping"), "method": method}


def _address(order: Order, kind: str) -> dict[str, Any]:
    person = order.person
    address: dict[str, Any] = {
        "address_type": kind,
        "city": person.city,
        "country_id": person.country,
        "entity_id": order.id * 2 - (kind == "shipping"),
        "firstname": person.firstname,
        "lastname": person.lastname,
        "parent_id": order.id,
        "postcode": person.postcode,
        "street": list(person.street),
        "telephone": person.telephone,
    }
    if order.email is not None:
        address["email"] = order.email
    if person.company:
        address["company"] = person.company
    if person.vat_number:
        address["vat_id"] = person.vat_number
    if person.region:
        address["region"], address["region_code"], address["region_id"] = person.region
    elif order.customer is not None:
        address["region_id"] = 0
    return address


def _payment(order: Order) -> dict[str, Any]:
    code, title = order.method
    payment: dict[str, Any] = {
        "account_status": None,
        "additional_information": [title, None] if code == "banktransfer" else [title],
        "cc_last4": None,
        "entity_id": order.id,
        "method": code,
        "parent_id": order.id,
    }
    for name, side in both(order):
        payment[name["amount_ordered"]] = side.totals.grand_total
        payment[name["shipping_amount"]] = side.shipping.total
    return payment


def _add_payment_progress(payment: dict[str, Any], name: Names, side: Side, order: Order) -> None:
    if order.invoices and order.invoices[0].state == PAID:
        payment[name["amount_paid"]] = side.paid
        payment[name["shipping_captured"]] = side.shipping.total
    if order.refunds:
        payment[name["amount_refunded"]] = side.total_refunded.grand_total
        payment[name["shipping_refunded"]] = side.shipping_refunded.total


def _additional_info(order: Order) -> list[dict[str, str]]:
    code, title = order.method
    info = [{"key": "method_title", "value": title}]
    if code == "banktransfer":
        info.append({"key": "instructions", "value": "null"})
    return info


def _histories(order: Order) -> list[dict[str, Any]]:
    """One comment per credit memo, newest first."""
    return [
        {
            "comment": f"We refunded €{refund.taken[0].totals.grand_total} offline.",
            "created_at": refund.created_at,
            "entity_id": refund.id,
            "entity_name": "creditmemo",
            "is_customer_notified": 1,
            "is_visible_on_front": 0,
            "parent_id": order.id,
            "status": order.status if refund is order.refunds[-1] else "processing",
        }
        for refund in reversed(order.refunds)
    ]
