"""The shop's small lists: store views, tax rates and rules, customer groups."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sync.domain.taxes import TaxRate, TaxRule
from sync.magento.fields import FieldError, Fields
from sync.magento.paging import by_id, objects, unreadable
from sync.magento.results import CustomerGroup, StoreView

_T = TypeVar("_T")


def read(make: Callable[[Fields], _T], rows: Sequence[Fields]) -> list[_T]:
    """Every row through `make`.

    Raises:
        UnreadableError: One of them cannot be read.
    """
    try:
        return [make(row) for row in rows]
    except FieldError as error:
        raise unreadable(str(error)) from None


def store_views(configs: object, views: object, sites: object) -> Mapping[int, StoreView]:
    """Store views by id from the answers of store/storeConfigs, storeViews and websites.

    Raises:
        UnreadableError: One of them cannot be read, or has a time zone that nobody knows.
    """
    named = by_id(objects(views, "store view"), "id")
    websites = by_id(objects(sites, "website"), "id")

    def make(config: Fields) -> StoreView:
        """A store view from its own settings."""
        number, website = config.identifier("id"), config.identifier("website_id")
        return StoreView(
            id=number,
            code=config.text_needed("code"),
            name=named[number].text("name") if number in named else "",
            website_id=website,
            website=websites[website].text("code") if website in websites else "",
            zone=_zone(config),
            base_currency=config.text("base_currency_code"),
            base_url=config.text("base_url"),
        )

    return {view.id: view for view in read(make, objects(configs, "store configuration"))}


def tax_rate(row: Fields) -> TaxRate:
    """One row of taxRates/search."""
    return TaxRate(
        id=row.identifier("id"),
        code=row.text_needed("code"),
        country=row.text("tax_country_id"),
        percent=row.amount("rate"),
    )


def tax_rules(
    rows: Sequence[Fields], classes: Sequence[Fields], rates: Sequence[TaxRate]
) -> list[TaxRule]:
    """The rows of taxRules/search, with what they name by id: tax classes and rates.

    A class or rate that the shop does not list any more is left out.

    Raises:
        UnreadableError: One of them cannot be read.
    """
    named = dict(read(lambda row: (row.identifier("class_id"), row.text("class_name")), classes))
    codes = {rate.id: rate.code for rate in rates}

    def make(row: Fields) -> TaxRule:
        """A rule with the names of what it joins."""
        return TaxRule(
            id=row.identifier("id"),
            name=row.text("code"),
            rates=_known(row, "tax_rate_ids", codes),
            customer_classes=_known(row, "customer_tax_class_ids", named),
            product_classes=_known(row, "product_tax_class_ids", named),
        )

    return read(make, rows)


def _known(row: Fields, name: str, words: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(words[number] for number in row.identifiers(name) if number in words)


def customer_group(row: Fields) -> CustomerGroup:
    """One row of customerGroups/search."""
    return CustomerGroup(
        id=row.identifier("id"), name=row.text("code"), tax_class=row.text("tax_class_name")
    )


def _zone(config: Fields) -> str:
    name = config.text_needed("timezone")
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise FieldError(f"{config.where}: timezone is none that is known here") from None
