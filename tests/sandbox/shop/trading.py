"""Changes in a shop, made by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sync.sandbox.shop import Shop
from tests.golden.recordings import RECORDED_AT


@dataclass(frozen=True)
class Trade:
    """A happening."""

    table: str
    entity: Mapping[str, Any]
    action: str = "put"
    at: datetime = RECORDED_AT


def put(shop: Shop, table: str, entity: Mapping[str, Any], at: datetime = RECORDED_AT) -> None:
    """Put an entity into the shop."""
    shop.state.apply(Trade(table, entity, at=at))


def delete(shop: Shop, table: str, number: int) -> None:
    """Delete an entity."""
    shop.state.apply(Trade(table, {"id": number}, "delete"))
