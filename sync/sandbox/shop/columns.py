"""What a filter can see of an entity: the database's columns, which differ a little from the API.

Sales documents are filtered by the columns of their table, customers by attributes and by the
parts of their default addresses, taxes and groups by columns with other names than in the JSON.
"""

from collections.abc import Mapping
from typing import Any

from sync.sandbox.shop.conditions import Kind
from sync.sandbox.shop.definitions import scalars
from sync.sandbox.shop.php import Json
from sync.sandbox.shop.table import Table

SALES = ("orders", "invoices", "creditmemos")
"""Tables of sales documents; each has an order's or a document's number to look it up by."""

LISTS = ("websites", "store_groups", "store_views", "store_configs")
"""What the shop consists of: plain lists, without search criteria."""

_INTERFACES = {
    "orders": "sales-data-order-interface",
    "invoices": "sales-data-invoice-interface",
    "creditmemos": "sales-data-creditmemo-interface",
    "items": "sales-data-order-item-interface",
    "customers": "customer-data-customer-interface",
    "tax_rates": "tax-data-tax-rate-interface",
    "tax_rules": "tax-data-tax-rule-interface",
    "tax_classes": "tax-data-tax-class-interface",
    "customer_groups": "customer-data-group-interface",
}
_KEYS = {
    "items": "item_id",
    "tax_rates": "tax_calculation_rate_id",
    "tax_rules": "tax_calculation_rule_id",
    "tax_classes": "class_id",
    "customer_groups": "customer_group_id",
}
_RENAMED = {  # table -> field of the JSON -> column
    "customers": {"id": "entity_id"},
    "tax_rates": {"id": "tax_calculation_rate_id"},
    "tax_rules": {"id": "tax_calculation_rule_id"},
    "customer_groups": {"id": "customer_group_id", "code": "customer_group_code"},
}
_ALIASES = {"customer_groups": {"id": "customer_group_id", "code": "customer_group_code"}}
_INDEXED = {
    "orders": ("increment_id",),
    "invoices": ("increment_id", "order_id"),
    "creditmemos": ("increment_id", "order_id"),
    "items": ("order_id",),
    "customers": ("email",),
}
_ADDRESS_PARTS = scalars("customer-data-address-interface").keys() - {
    "id",
    "customer_id",
    "default_billing",
    "default_shipping",
}


def new_table(name: str) -> Table:
    """An empty table of that name with its columns and indexes."""
    renamed = _RENAMED.get(name, {})
    kinds = {renamed.get(field, field): kind for field, kind in scalars(_INTERFACES[name]).items()}
    if name == "customers":
        kinds |= _address_kinds()
    kinds |= {alias: kinds[real] for alias, real in _ALIASES.get(name, {}).items()}
    return Table(_KEYS.get(name, "entity_id"), kinds, _INDEXED.get(name, ()))


def columns_of(table: str, entity: Mapping[str, Json], kinds: Mapping[str, Kind]) -> dict[str, Any]:
    """The entity's columns, amounts as floats; a missing one is NULL."""
    renamed = _RENAMED.get(table, {})
    columns: dict[str, Any] = {
        name: value if isinstance(value, str | int) else float(value)
        for field, value in entity.items()
        if value is not None and (name := renamed.get(field, field)) in kinds
    }
    if table == "customers":
        columns |= _address_columns(entity)
    for alias, real in _ALIASES.get(table, {}).items():
        columns[alias] = columns.get(real)
    return columns


def _address_kinds() -> dict[str, Kind]:
    return {f"{use}_{part}": "text" for use in ("billing", "shipping") for part in _ADDRESS_PARTS}


def _address_columns(customer: Mapping[str, Json]) -> dict[str, Any]:
    return {
        f"{use}_{part}": str(value)
        for address in customer.get("addresses") or ()
        for use in ("billing", "shipping")
        if address.get(f"default_{use}")
        for part, value in address.items()
        if part in _ADDRESS_PARTS
    }
