"""Reads the shop's taxes and leaves them in the store, where the dashboard finds them."""

import logging

from sync.clock import Clock
from sync.domain.taxes import ShopTaxes
from sync.errors import BoekwachtError
from sync.magento import Shop
from sync.store import Store
from sync.store.taxes import keep_taxes

_log = logging.getLogger(__name__)


def read_taxes(shop: Shop, store: Store, connection: str, clock: Clock) -> ShopTaxes:
    """The shop's taxes as they are now, kept in the store too.

    Booking needs the rates. The rules only explain them, so a shop that does not tell them stops
    nothing.

    Raises:
        BoekwachtError: The shop does not tell its rates; nothing was kept.
    """
    rates = shop.tax_rates()
    rules = None
    try:
        rules = shop.tax_rules(rates)
    except BoekwachtError as error:
        _log.warning("%s: the shop's tax rules cannot be read: %s", connection, error.message)
    taxes = ShopTaxes(rates=rates, rules=rules)
    keep_taxes(store, connection, taxes, clock.now())
    return taxes
