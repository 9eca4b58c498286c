"""The description that the shop gives of its own API (Swagger 2), to anyone who asks."""

from typing import Any

from sync.sandbox.shop.definitions import definitions
from sync.sandbox.shop.errors import ShopError
from sync.sandbox.shop.php import Json
from sync.sandbox.shop.urls import ROUTES

_SERVICES = {  # service -> first segments of its addresses, and the interface it is about
    "salesInvoiceRepositoryV1": ("invoices", "sales-data-invoice-interface"),
    "salesCreditmemoRepositoryV1": ("creditmemo", "sales-data-creditmemo-interface"),
    "salesOrderRepositoryV1": ("orders", "sales-data-order-interface"),
    "customerCustomerRepositoryV1": ("customers", "customer-data-customer-interface"),
    "taxTaxRateRepositoryV1": ("taxRates", "tax-data-tax-rate-interface"),
    "taxTaxRuleRepositoryV1": ("taxRules", "tax-data-tax-rule-interface"),
}


def describe(services: str, host: str, store: str) -> dict[str, Any]:
    """The Swagger document of the services named, separated by commas; "all" for every one.

    Raises:
        ShopError: 400, a service the shop does not have.
    """
    names = list(_SERVICES) if services in {"", "all"} else services.split(",")
    unknown = [name for name in names if name not in _SERVICES]
    if unknown:
        raise ShopError(400, "Incorrect format of request URI or Requested services are missing.")
    stems = [_SERVICES[name][0] for name in names]
    interfaces = {_SERVICES[name][1] for name in names}
    return {
        "swagger": "2.0",
        "info": {"version": "2.4", "title": "Magento Community"},
        "host": host,
        "basePath": f"/rest/{store}",
        "paths": _paths(stems),
        "definitions": {name: _model(name) for name in sorted(_closure(interfaces))},
    }


def _paths(stems: list[str]) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for route in ROUTES:
        segments = route.path.split("/")
        if any(segments[0].startswith(stem) for stem in stems):
            shown = [f"{{{part[1:]}}}" if part[0] == ":" else part for part in segments]
            operation = {"operationId": route.endpoint, "responses": {"200": {}, "401": {}}}
            paths.setdefault("/V1/" + "/".join(shown), {})[route.method.lower()] = operation
    return paths


def _model(interface: str) -> dict[str, Any]:
    fields = definitions()[interface]
    needed = [name for name, kind in fields.items() if not kind.endswith("?")]
    properties = {name: _property(kind.rstrip("?")) for name, kind in fields.items()}
    return {"type": "object", "properties": properties, **({"required": needed} if needed else {})}


def _property(kind: str) -> Json:
    if kind.endswith("[]"):
        return {"type": "array", "items": _property(kind[:-2])}
    if kind in {"string", "integer", "number", "boolean"}:
        return {"type": kind}
    return {"$ref": f"#/definitions/{kind}"}


def _closure(interfaces: set[str]) -> set[str]:
    """The interfaces and all that they refer to."""
    reached: set[str] = set()
    waiting = set(interfaces)
    while waiting:
        name = waiting.pop()
        reached.add(name)
        kinds = {kind.rstrip("?").removesuffix("[]") for kind in definitions()[name].values()}
        waiting |= (kinds & definitions().keys()) - reached
    return reached
