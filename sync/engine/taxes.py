"""Reads the shop's taxes and leaves them in the store, where the dashboard finds them."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sync.clock import Clock
from sync.domain.taxes import ShopTaxes, TaxRate
from sync.errors import BoekwachtError
from sync.magento import Shop
from sync.store import Store
from sync.store.taxes import TaxesRead, keep_taxes, kept_taxes

_log = logging.getLogger(__name__)


EXPLAINED: Final = timedelta(days=1)
"""How long the rules are taken as they were read, while the rates stay the same."""


def read_taxes(
    shop: Shop, store: Store, connection: str, clock: Clock, *, anew: bool = False
) -> ShopTaxes:
    """The shop's taxes, kept in the store too.

    Booking needs the rates, so they are always asked for. The rules only explain them: they are
    read again when a rate changed, when a day has passed, or when somebody wants them `anew`; and
    a shop that does not tell them stops nothing.

    Raises:
        BoekwachtError: The shop does not tell its rates; nothing was kept.
    """
    rates = shop.tax_rates()
    kept = kept_taxes(store, connection)
    if kept and not anew and _holds(kept, rates, clock.now()):
        return kept.taxes
    rules = None
    try:
        rules = shop.tax_rules(rates)
    except BoekwachtError as error:
        _log.warning("%s: the shop's tax rules cannot be read: %s", connection, error.message)
    taxes = ShopTaxes(rates=rates, rules=rules)
    keep_taxes(store, connection, taxes, clock.now())
    return taxes


def _holds(kept: TaxesRead, rates: Sequence[TaxRate], now: datetime) -> bool:
    same = kept.taxes.rules is not None and list(kept.taxes.rates) == list(rates)
    return same and timedelta(0) <= now - kept.at < EXPLAINED
