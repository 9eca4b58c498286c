"""Turns the shop's invoice or credit memo and its order into a document of ours. Pure.

The document has the amounts; the order knows the buyer, the country of delivery, the order's
number and which tax each line was charged with. The shop's names stop here.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Literal

from sync.domain import codes
from sync.domain.documents import Buyer, DocumentLine, SalesDocument, State
from sync.magento.customers import buyer
from sync.magento.fields import FieldError, Fields
from sync.magento.results import StoreView

DocumentKind = Literal["invoice", "creditmemo"]
_Tax = tuple[str, Decimal, Decimal]  # code, percent, amount on the whole order

ORDER_FIELDS = (
    "entity_id,increment_id,created_at,is_virtual,base_tax_amount,customer_id,customer_is_guest,"
    "customer_email,customer_firstname,customer_middlename,customer_lastname,customer_suffix,"
    "customer_group_id,customer_taxvat,billing_address,"
    "items[item_id,is_virtual,tax_percent,extension_attributes[itemized_taxes["
    "tax_code,tax_percent,base_amount]]],"
    "extension_attributes[shipping_assignments[shipping[address[country_id]]],"
    "item_applied_taxes[type,item_id,applied_taxes[code,percent,base_amount]]]"
)
"""What is read of an order, for `fields=`; a whole order is three times as long."""


def sales_document(
    kind: DocumentKind, row: Fields, order: Fields, store: StoreView
) -> SalesDocument:
    """Join a document with its order.

    Args:
        kind: Which of the two `row` is.
        row: The invoice or credit memo.
        order: The order it belongs to, with at least `ORDER_FIELDS`.
        store: The store view it was issued in.

    Raises:
        FieldError: Something that is needed is missing or of the wrong type, or a line
            carries several taxes.
    """
    currency = row.text_needed("base_currency_code")
    shown = row.text("order_currency_code") or currency
    return SalesDocument(
        entity=kind,
        id=row.identifier("entity_id"),
        number=row.text_needed("increment_id"),
        order_id=row.identifier("order_id"),
        order_no=order.text_needed("increment_id"),
        invoice_id=row.identifier_or_none("invoice_id"),
        store_id=store.id,
        store=store.code,
        website_id=store.website_id,
        website=store.website,
        zone=store.zone,
        state=_state(row),
        issued_at=row.moment("created_at"),
        updated_at=row.moment("updated_at"),
        ordered_at=order.moment("created_at") if order.has("created_at") else None,
        buyer=_buyer(order),
        ship_to=_ship_to(order),
        lines=tuple(_lines(row, order)),
        total=row.amount("base_grand_total"),
        vat=row.amount_or_zero("base_tax_amount"),
        order_vat=order.amount("base_tax_amount"),
        currency=currency,
        shown_currency=shown,
        rate=_rate(row, "base_to_order_rate", same=shown == currency),
        global_currency=row.text("global_currency_code"),
        global_rate=_rate(row, "base_to_global_rate", same=True),
    )


def _state(row: Fields) -> State:
    try:
        return State(row.identifier("state"))
    except ValueError:
        raise FieldError(f"{row.where}: state is none of 1, 2 and 3") from None


def _rate(row: Fields, name: str, *, same: bool) -> Decimal:
    if same and not row.has(name):
        return Decimal(1)
    return row.amount(name)


def _buyer(order: Fields) -> Buyer:
    """The billing address leads; the account fills in what it leaves open.

    A deleted customer's orders keep "no guest" and lose the number, so the number decides.
    """
    billing = order.child("billing_address")
    guest = order.flag("customer_is_guest")
    return buyer(
        billing,
        order,
        "customer_",
        number=None if guest else order.identifier_or_none("customer_id") or None,
        email=order.text("customer_email") or billing.text("email"),
    )


def _ship_to(order: Fields) -> str:
    """The country of delivery; of the billing address where nothing is delivered."""
    if order.flag("is_virtual"):
        return order.child("billing_address").text("country_id")
    assignments = order.child("extension_attributes").children("shipping_assignments")
    addresses = [each.child("shipping").child("address") for each in assignments]
    countries = {address.text("country_id") for address in addresses} - {""}
    if len(countries) != 1:
        found = "several countries" if countries else "no country"
        raise FieldError(f"{order.where} has {found} of delivery", codes.COUNTRY_MISSING)
    return countries.pop()


def _lines(row: Fields, order: Fields) -> Iterator[DocumentLine]:
    ordered = {item.identifier("item_id"): item for item in order.children("items")}
    applied = order.child("extension_attributes").children("item_applied_taxes")
    # A bundle's parent repeats its children's amounts and a configurable product's child has
    # none of its own: whichever of them counts is the one with a row total.
    items = [
        item
        for item in row.children("items")
        if item.has("base_row_total") or item.has("row_total")
    ]
    for item in items:
        yield _product_line(item, ordered, applied)
    discount = sum((item.amount_or_zero("base_discount_amount") for item in items), Decimal(0))
    shipping = _shipping_line(row, discount, applied)
    if shipping.net or shipping.vat:
        yield shipping
    adjustment = row.amount_or_zero("base_adjustment")
    if adjustment:
        yield DocumentLine(kind="adjustment", net=adjustment, vat=Decimal(0))


def _product_line(
    item: Fields, ordered: dict[int, Fields], applied: Iterable[Fields]
) -> DocumentLine:
    number = item.identifier("order_item_id")
    source = ordered.get(number)
    if source is None:
        raise FieldError(f"{item.where}: order item {number} is not on the order")
    taxes = [
        tax
        for entry in applied
        if entry.has("item_id") and entry.identifier("item_id") == number
        for tax in _applied(entry)
    ]
    code, percent = _tax(taxes or _itemized(source), item.where)
    return DocumentLine(
        kind="product",
        net=item.amount("base_row_total")
        - item.amount_or_zero("base_discount_amount")
        + item.amount_or_zero("base_discount_tax_compensation_amount"),
        vat=item.amount_or_zero("base_tax_amount"),
        tax=code,
        percent=percent if code else source.amount_or_zero("tax_percent"),
        virtual=source.flag("is_virtual"),
    )


def _shipping_line(row: Fields, items_discount: Decimal, applied: Iterable[Fields]) -> DocumentLine:
    """Shipping's own discount has no field: it is what the items leave of the whole discount.

    The shop has the whole discount as a negative amount and the items' as positive ones.
    """
    discount = -row.amount_or_zero("base_discount_amount") - items_discount
    taxes = [
        tax for entry in applied if entry.text("type") == "shipping" for tax in _applied(entry)
    ]
    vat = row.amount_or_zero("base_shipping_tax_amount")
    code, percent = _tax(taxes, f"{row.where}, shipping")
    return DocumentLine(
        kind="shipping",
        net=row.amount_or_zero("base_shipping_amount")
        - discount
        + row.amount_or_zero("base_shipping_discount_tax_compensation_amnt"),
        vat=vat,
        tax=code,
        percent=percent,
    )


def _applied(entry: Fields) -> Iterator[_Tax]:
    for tax in entry.children("applied_taxes"):
        yield tax.text("code"), tax.amount_or_zero("percent"), tax.amount_or_zero("base_amount")


def _itemized(item: Fields) -> Iterator[_Tax]:
    """The same facts on the order item, for a shop that leaves them out of the order's list."""
    for tax in item.child("extension_attributes").children("itemized_taxes"):
        percent, amount = tax.amount_or_zero("tax_percent"), tax.amount_or_zero("base_amount")
        yield tax.text("tax_code"), percent, amount


def _tax(taxes: Iterable[_Tax], where: str) -> tuple[str, Decimal]:
    """The one tax of a line; ("", 0) without any.

    A tax that came to nothing steps back behind one that did not. Two that both charged
    something cannot share one VAT code, and nobody can tell how to split the line's amount.
    """
    found = [tax for tax in taxes if tax[0]]
    charged = [tax for tax in found if tax[2]] or found
    rates = {code: percent for code, percent, _ in charged}
    if len(rates) > 1:
        raise FieldError(f"{where} carries several taxes: {', '.join(rates)}", codes.TAX_UNMAPPED)
    return next(iter(rates.items()), ("", Decimal(0)))
