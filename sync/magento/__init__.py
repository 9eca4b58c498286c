"""Reads a Magento 2 shop over its REST API; hands out documents in our own words."""

from sync.magento.access import ShopAccess
from sync.magento.results import (
    CustomerGroup,
    Fetched,
    Page,
    Right,
    StoreView,
    Unreadable,
)
from sync.magento.shop import Shop
from sync.magento.views import StoreViews

__all__ = [
    "CustomerGroup",
    "Fetched",
    "Page",
    "Right",
    "Shop",
    "ShopAccess",
    "StoreView",
    "StoreViews",
    "Unreadable",
]
