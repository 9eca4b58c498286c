"""A simulated shop that holds what the recorded Magento held.

`tests/golden/magento/` has one JSON file per request that a real Magento 2.4.7 answered. Whole
documents are served whole; of the others as much as the recorded lists show.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sync.clock import Clock
from sync.sandbox.shop import Integration, Shop, ShopSettings

FOLDER = Path(__file__).with_name("magento")

INTEGRATION = Integration(
    consumer_id=1,
    consumer_key="k" * 32,
    consumer_secret="s" * 32,
    token="t" * 32,
    token_secret="u" * 32,
)
"""The client that may use everything."""

INVOICE_READER = Integration(
    consumer_id=2,
    consumer_key="l" * 32,
    consumer_secret="v" * 32,
    token="w" * 32,
    token_secret="x" * 32,
    resources=frozenset({"Magento_Sales::sales_invoice"}),
)
"""The client that may read invoices and nothing else."""

SETTINGS = ShopSettings(
    integrations=(INTEGRATION, INVOICE_READER),
    admins={"admin": "correct horse 1"},
    bearer_integrations=True,
    two_factor="off",
)

RECORDED_AT = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
"""Some minutes after the last recording."""

_TABLES = {"orders": "orders", "invoices": "invoices", "creditmemos": "creditmemos"}
_TABLES |= {"creditmemo": "creditmemos", "customers": "customers"}
_LISTS = {
    "websites": "store_websites",
    "store_groups": "store_storeGroups",
    "store_views": "store_storeViews",
    "store_configs": "store_storeConfigs",
    "tax_rates": "taxRates_search",
    "tax_rules": "taxRules_search",
    "tax_classes": "taxClasses_search",
    "customer_groups": "customerGroups_search",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One request and its answer.

    Attributes:
        name: The file's name without ending.
        request: `method`, `path` (with query), `auth` in words, perhaps `headers`, `body`,
            `raw_body`.
        status: Of the answer.
        body: Decoded JSON, or text (HTML, shortened, or XML).
        content_type: Of the answer.
    """

    name: str
    request: Mapping[str, Any]
    status: int
    body: Any
    content_type: str

    @property
    def path(self) -> str:
        """What is asked for, behind `/V1/` and without the query; empty outside the API."""
        address = str(self.request["path"]).partition("?")[0]
        return address.partition("/V1/")[2].strip("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Put:
    at: datetime
    table: str
    entity: Mapping[str, Any]
    action: str = "put"


@cache
def recordings() -> tuple[Recording, ...]:
    """Every recording, by name."""
    files = sorted(FOLDER.glob("[!_]*.json"))
    return tuple(_read(file) for file in files)


def recorded_shop(
    clock: Clock,
    settings: ShopSettings = SETTINGS,
    *,
    prefer: str | None = None,
    early: bool = False,
    whole_only: bool = False,
) -> Shop:
    """A shop that holds the recorded customers, orders, invoices, credit memos, stores and taxes.

    Twelve invoices and their orders are whole; the rest have the fields of the recorded lists.

    Args:
        clock: The shop's time.
        settings: Who may come in; by default `INTEGRATION` and `INVOICE_READER`.
        prefer: Name of a recording whose documents win where an entity was recorded twice.
        early: Leave out the last three orders and invoices, which were made after most lists
            had been recorded.
        whole_only: Leave out the documents that are known in part.
    """
    shop = Shop(settings, clock)
    describe(shop)
    for (table, number), entity in sorted(_entities(prefer).items(), key=lambda one: one[0]):
        late = early and number > _EARLY.get(table, number)
        if late or (whole_only and table != "customers" and "base_currency_code" not in entity):
            continue
        shop.state.apply(_Put(at=_moment(entity), table=table, entity=entity))
    return shop


def describe(shop: Shop) -> None:
    """Give the shop the recorded websites, stores, taxes and customer groups."""
    for what, name in _LISTS.items():
        body = _read(FOLDER / f"{name}.json").body
        shop.state.describe(what, body["items"] if isinstance(body, dict) else body)


_EARLY = {"orders": 61, "invoices": 59}  # the highest ids then


def _entities(prefer: str | None) -> dict[tuple[str, int], dict[str, Any]]:
    """The most complete form of every entity, and the one in the preferred recording."""
    found = {key: dict(entity) for key, entity in _all_entities().items()}
    for recording in recordings():
        if recording.name == prefer:
            _collect(recording, found)
    return found


@cache
def _all_entities() -> dict[tuple[str, int], dict[str, Any]]:
    """Pieces from cut lists, then whole documents over them."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for recording in sorted(recordings(), key=_is_whole):
        _collect(recording, found)
    return found


def _collect(recording: Recording, found: dict[tuple[str, int], dict[str, Any]]) -> None:
    table = _TABLES.get(recording.path.split("/")[0])
    if table is None or recording.status != 200:
        return
    for entity in _documents(recording):
        known = found.setdefault((table, _id(entity)), {})
        if _is_whole(recording):
            known.clear()
        known.update(entity)


def _documents(recording: Recording) -> Iterable[dict[str, Any]]:
    """The entities in a recorded answer; comments are left out, tests post their own."""
    parts, body = recording.path.split("/"), recording.body
    if recording.name == "orders_items_list":
        return [{"entity_id": body["items"][0]["order_id"], "items": body["items"]}]
    if not isinstance(body, dict) or recording.name.startswith("comment_") or "items" in parts:
        return []
    items = body.get("items") if parts[-1] in {*_TABLES, "search"} else [body]
    return [item for item in items or () if isinstance(item, dict) and _id(item)]


def _is_whole(recording: Recording) -> bool:
    return "fields=" not in recording.request["path"] and recording.name != "orders_items_list"


def _id(entity: Mapping[str, Any]) -> int:
    return int(entity.get("entity_id") or entity.get("id") or 0)


def _moment(entity: Mapping[str, Any]) -> datetime:
    text = entity.get("updated_at")
    if text is None:
        return RECORDED_AT
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)


def _read(file: Path) -> Recording:
    content = json.loads(file.read_text("utf-8"))
    response = content["response"]
    return Recording(
        name=file.stem,
        request=content["request"],
        status=response["status"],
        body=response["body"],
        content_type=response["headers"]["Content-Type"],
    )
