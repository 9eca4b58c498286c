"""A shop's store views as it told them last."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sync.magento.results import StoreView

KEPT: Final = timedelta(days=1)
"""How long they are taken as they were read, as long as documents name no other one. What would
matter of them, time zone and currency, hardly ever changes in a shop that trades."""


class StoreViews:
    """What one shop told of its store views, for every `Shop` that asks it."""

    def __init__(self) -> None:
        self._found: Mapping[int, StoreView] = {}
        self._at: datetime | None = None

    def keep(self, found: Mapping[int, StoreView], now: datetime) -> None:
        """Take what the shop told just now, by id, in place of what it told before."""
        self._found, self._at = found, now

    def known(self, now: datetime) -> Mapping[int, StoreView]:
        """The store views by id; empty when nobody asked for them in the last day."""
        fresh = self._at is not None and timedelta(0) <= now - self._at <= KEPT
        return self._found if fresh else {}
