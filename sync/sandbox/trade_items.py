"""The lines of orders, invoices and credit memos in the shape of Magento's REST API.

Amounts come twice, in the customer's currency and with `base_` before the name in euros.
"""

from typing import Any

from sync.sandbox.totals import ZERO, Row
from sync.sandbox.trade_orders import Document, Order, OrderLine, Side

# Ids of items need to be unique, not dense: no document has more lines than this.
ITEMS_PER_DOCUMENT = 32


class Names(dict[str, str]):
    """The fields' names in one currency, by what they are called without its prefix.

    Each is put together once: a year of trade spells millions of amounts.

    Attributes:
        shipping_compensation: The field's name, cut off in the base currency.
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        end = "amnt" if prefix else "amount"
        self.shipping_compensation = f"{prefix}shipping_discount_tax_compensation_{end}"

    def __missing__(self, field: str) -> str:
        """The name of a field that was not asked for before."""
        self[field] = self._prefix + field
        return self[field]


BASE, SHOWN = Names("base_"), Names("")


def both(order: Order) -> tuple[tuple[Names, Side], tuple[Names, Side]]:
    """The order's amounts, each with their names."""
    return (BASE, order.base), (SHOWN, order.shown)


def currencies(order: Order) -> dict[str, Any]:
    """The codes and rates that orders, invoices and credit memos share."""
    return {
        "base_currency_code": "EUR",
        "global_currency_code": "EUR",
        "order_currency_code": order.store.currency,
        "store_currency_code": "EUR",
        "base_to_global_rate": 1,
        "base_to_order_rate": order.to_order_rate,
        "store_to_base_rate": 0,
        "store_to_order_rate": 0,
    }


def order_items(order: Order) -> list[dict[str, Any]]:
    """The items; a child holds its whole parent."""
    entities: dict[int, dict[str, Any]] = {}
    sides = both(order)
    for place, line in enumerate(order.lines):
        if not line.fixed:
            line.fixed = _fixed(order, line, place)
        entity = line.fixed.copy()
        entity["qty_canceled"] = line.cancelled
        entity["qty_invoiced"] = line.invoiced
        entity["qty_refunded"] = line.refunded
        entity["qty_shipped"] = line.shipped
        entity["updated_at"] = line.updated_at
        if line.carries and line.invoiced:
            entity["weee_tax_applied"] = "[]"
        for name, side in sides:
            _add_progress(entity, name, side, place, line)
        if line.parent is not None:
            entity["parent_item_id"] = line.parent.item_id
            entity["parent_item"] = entities[line.parent.item_id]
        entities[line.item_id] = entity
    return list(entities.values())


def document_item(order: Order, document: Document, number: int, place: int) -> dict[str, Any]:
    """One item of an invoice or credit memo.

    Args:
        order: What the document is about.
        document: It belongs to.
        number: Of the item in the document, from 1 on.
        place: Of the line in the order.
    """
    line = order.lines[place]
    item: dict[str, Any] = {
        "entity_id": document.id * ITEMS_PER_DOCUMENT + number,
        "name": line.name,
        "order_item_id": line.item_id,
        "parent_id": document.id,
        "product_id": line.product.id,
        "qty": document.pieces[place],
        "sku": line.sku,
    }
    for (name, side), taken in zip(both(order), document.taken, strict=True):
        item[name["price"]] = side.lines[place].price
        if line.carries:
            _add_row(item, name, taken.rows[place])
        if _has_price(line):
            item[name["price_incl_tax"]] = side.lines[place].price_incl
    if document.kind == "creditmemo":
        item["base_cost"] = None
        if line.carries:
            item["weee_tax_applied"] = "[]"
            item["weee_tax_applied_row_amount"] = ZERO
            item["weee_tax_row_disposition"] = item["base_weee_tax_row_disposition"] = ZERO
    return item


def _add_row(item: dict[str, Any], name: Names, row: Row) -> None:
    item[name["row_total"]] = row.total
    item[name["row_total_incl_tax"]] = row.total_incl
    item[name["tax_amount"]] = row.tax
    item[name["discount_tax_compensation_amount"]] = row.compensation
    if row.discount:
        item[name["discount_amount"]] = row.discount


def _has_price(line: OrderLine) -> bool:
    """Whether it has a price of its own: the content of a composite product has none."""
    return line.carries or line.product.kind == "bundle_dynamic"


def _fixed(order: Order, line: OrderLine, place: int) -> dict[str, Any]:
    """What never changes about an item: its amounts as ordered, and what it is."""
    fixed = _facts(order, line)
    for name, side in both(order):
        if line.carries:
            _add_amounts(fixed, name, side, place)
        else:
            _add_carrier_amounts(fixed, name, side, place, line)
    return fixed


def _facts(order: Order, line: OrderLine) -> dict[str, Any]:
    product = line.product
    facts: dict[str, Any] = {
        "created_at": order.created_at,
        "discount_percent": order.coupon.percent if order.coupon and line.carries else 0,
        "free_shipping": 0,
        "is_qty_decimal": 0,
        "is_virtual": int(product.kind == "virtual"),
        "item_id": line.item_id,
        "name": line.name,
        "no_discount": 0,
        "order_id": order.id,
        "product_id": product.id,
        "product_type": product.kind.partition("_")[0],
        "qty_ordered": line.qty,
        "quote_item_id": line.item_id,
        "row_weight": ZERO,
        "sku": line.sku,
        "store_id": order.store.id,
        "extension_attributes": {"itemized_taxes": line.taxes},
    }
    if product.weight is not None:
        facts["weight"] = product.weight
        if line.parent is None and product.kind != "virtual":
            facts["row_weight"] = product.weight * line.qty
    if product.kind != "bundle_dynamic":
        facts["tax_percent"] = line.rate.percent if line.carries else 0
    if line.discounted and order.coupon:
        facts["applied_rule_ids"] = order.coupon.rule_id
    if line.options is not None:
        facts["product_option"] = line.options
    return facts


def _add_amounts(entity: dict[str, Any], name: Names, side: Side, place: int) -> None:
    price, price_incl, row = side.lines[place]
    after = row.total - row.discount
    entity[name["original_price"]] = side.originals[place]
    entity[name["price"]] = price
    entity[name["price_incl_tax"]] = price_incl
    # Unlike on an invoice, REST gives these after discount.
    entity[name["row_total"]] = max(after, ZERO)
    entity[name["row_total_incl_tax"]] = after + row.tax + row.compensation
    entity[name["tax_amount"]] = row.tax
    entity[name["discount_amount"]] = row.discount
    entity[name["discount_tax_compensation_amount"]] = row.compensation


def _add_progress(
    entity: dict[str, Any], name: Names, side: Side, place: int, line: OrderLine
) -> None:
    done, back = side.invoiced[place], side.refunded[place]
    entity[name["amount_refunded"]] = back.total
    entity[name["row_invoiced"]] = done.total
    entity[name["tax_invoiced"]] = done.tax
    entity[name["discount_invoiced"]] = done.discount
    if line.invoiced:
        entity[name["discount_tax_compensation_invoiced"]] = done.compensation
    if line.refunded:
        entity[name["discount_refunded"]] = back.discount
        entity[name["discount_tax_compensation_refunded"]] = back.compensation
        entity[name["tax_refunded"]] = back.tax
    if line.cancelled and name is SHOWN:
        entity["discount_tax_compensation_canceled"] = side.lines[place].row.compensation
        entity["tax_canceled"] = side.lines[place].row.tax


def _add_carrier_amounts(
    entity: dict[str, Any], name: Names, side: Side, place: int, line: OrderLine
) -> None:
    """A line without amounts of its own; a dynamic bundle's parent shows its children's sum."""
    price, price_incl, row = side.lines[place]
    entity[name["discount_amount"]] = ZERO
    entity[name["price"]] = price
    entity[name["row_total"]] = row.total
    entity[name["row_total_incl_tax"]] = row.total + row.tax
    entity[name["tax_amount"]] = row.tax
    if _has_price(line):
        entity[name["original_price"]] = side.originals[place]
        entity[name["price_incl_tax"]] = price_incl
    elif name is SHOWN:
        entity["original_price"] = ZERO
