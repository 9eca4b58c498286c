"""The addresses of the API: what each needs to be allowed and who answers it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sync.sandbox.shop.errors import PageError, ShopError


@dataclass(frozen=True, slots=True)
class Route:
    """One address.

    Attributes:
        method: GET or POST.
        path: Below `/V1`; `:name` stands for one segment.
        resource: The ACL resource it needs; None means that anyone may call it.
        endpoint: Name of the method of `Endpoints` that answers.
    """

    method: str
    path: str
    resource: str | None
    endpoint: str


_INVOICE, _MEMO = "Magento_Sales::sales_invoice", "Magento_Sales::sales_creditmemo"
_ORDER, _COMMENT = "Magento_Sales::actions_view", "Magento_Sales::comment"
_CUSTOMER, _GROUP = "Magento_Customer::customer", "Magento_Customer::group"
_TAX, _STORE = "Magento_Tax::manage_tax", "Magento_Backend::store"

ROUTES = (
    Route("GET", "invoices", _INVOICE, "invoices"),
    Route("GET", "invoices/:id", _INVOICE, "invoice"),
    Route("GET", "invoices/:id/comments", _INVOICE, "invoice_comments"),
    Route("POST", "invoices/comments", _INVOICE, "add_invoice_comment"),
    Route("GET", "creditmemos", _MEMO, "creditmemos"),
    Route("GET", "creditmemo/:id", _MEMO, "creditmemo"),
    Route("GET", "creditmemo/:id/comments", _MEMO, "creditmemo_comments"),
    Route("POST", "creditmemo/:id/comments", _MEMO, "add_creditmemo_comment"),
    Route("GET", "orders", _ORDER, "orders"),
    Route("GET", "orders/items", _ORDER, "order_items"),
    Route("GET", "orders/items/:id", _ORDER, "order_item"),
    Route("GET", "orders/:id", _ORDER, "order"),
    Route("GET", "orders/:id/comments", _ORDER, "order_comments"),
    Route("POST", "orders/:id/comments", _COMMENT, "add_order_comment"),
    Route("GET", "orders/:id/statuses", _ORDER, "order_status"),
    Route("GET", "customers/search", _CUSTOMER, "customers"),
    Route("GET", "customers/:customerId", _CUSTOMER, "customer"),
    Route("GET", "customerGroups/search", _GROUP, "customer_groups"),
    Route("GET", "store/storeViews", _STORE, "store_views"),
    Route("GET", "store/storeGroups", _STORE, "store_groups"),
    Route("GET", "store/websites", _STORE, "websites"),
    Route("GET", "store/storeConfigs", _STORE, "store_configs"),
    Route("GET", "taxRates/search", _TAX, "tax_rates"),
    Route("GET", "taxRates/:rateId", _TAX, "tax_rate"),
    Route("GET", "taxRules/search", _TAX, "tax_rules"),
    Route("GET", "taxRules/:ruleId", _TAX, "tax_rule"),
    Route("GET", "taxClasses/search", _TAX, "tax_classes"),
    Route("POST", "integration/admin/token", None, "admin_token"),
)

_BY_SHAPE: dict[tuple[str, int], list[tuple[Route, list[str]]]] = {}
"""Routes and the parts of their paths, by method and number of parts."""
for _route in ROUTES:
    _parts = ["V1", *_route.path.split("/")]
    _BY_SHAPE.setdefault((_route.method, len(_parts)), []).append((_route, _parts))

_METHODS = {"GET", "POST", "PUT", "DELETE"}


def api_path(path: str, store_codes: set[str]) -> str:
    """The part of a request's path behind `/rest` and the store code, e.g. "V1/invoices/1".

    Raises:
        PageError: 404, the path does not belong to the API.
        ShopError: 400, no such store code.
    """
    parts = path.strip("/").split("/")
    if parts[0] == "index.php":
        parts = parts[1:]
    if parts[:1] != ["rest"]:
        raise PageError(404, "404 Not Found")
    inner = "/".join(parts[1:]).lstrip("/")
    code, _, rest = inner.partition("/")
    if code in store_codes | {"all"}:
        inner = rest
    if not (inner[:1] == "V" and inner[1:2].isdigit()) and not inner.startswith("schema"):
        raise ShopError(400, "Specified request cannot be processed.")
    return inner


def find_route(method: str, path: str) -> tuple[Route, Mapping[str, str]]:
    """The route of an API path and the values of its variables, not decoded.

    Fixed segments win over variables.

    Raises:
        ShopError: 405 for a verb the API does not know, 404 when nothing matches.
    """
    check_method(method)
    segments = path.split("/")
    matches = [
        (route, values)
        for route, parts in _BY_SHAPE.get((method, len(segments)), ())
        if (values := _match(parts, segments)) is not None
    ]
    if not matches:
        raise ShopError(404, "Request does not match any route.")
    return min(matches, key=lambda match: len(match[1]))


def check_method(method: str) -> None:
    """Return when the API knows this verb.

    Raises:
        ShopError: 405.
    """
    if method not in _METHODS:
        raise ShopError(405, f"The {method} HTTP method is not supported.")


def _match(parts: list[str], segments: list[str]) -> dict[str, str] | None:
    values: dict[str, str] = {}
    for part, segment in zip(parts, segments, strict=True):
        if part.startswith(":") and segment:
            values[part[1:]] = segment
        elif part != segment:
            return None
    return values
