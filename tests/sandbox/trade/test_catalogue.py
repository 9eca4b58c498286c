"""The shop's settings have the shape of the recorded ones and refer to each other."""

from collections.abc import Callable
from typing import Any

import pytest

from sync.sandbox import catalogue
from tests.sandbox.trade import recorded
from tests.sandbox.trade.shape import shape_of

Rows = list[dict[str, Any]]


@pytest.mark.parametrize(
    ("rows", "recording"),
    [
        (catalogue.stores, "store_storeViews"),
        (catalogue.websites, "store_websites"),
        (catalogue.store_groups, "store_storeGroups"),
        (catalogue.store_configs, "store_storeConfigs"),
        (catalogue.tax_rates, "taxRates_search"),
        (catalogue.tax_rules, "taxRules_search"),
        (catalogue.tax_classes, "taxClasses_search"),
        (catalogue.customer_groups, "customerGroups_search"),
    ],
)
def test_settings_have_the_recorded_fields(rows: Callable[[], Rows], recording: str) -> None:
    body = recorded.body(recording)
    real = shape_of(body["items"] if isinstance(body, dict) else body)
    assert shape_of(rows()) == real


def test_ids_refer_to_something() -> None:
    websites = {one["id"] for one in catalogue.websites()}
    groups = {one["id"]: one for one in catalogue.store_groups()}
    assert {one["website_id"] for one in groups.values()} == websites
    for view in catalogue.stores():
        assert groups[view["store_group_id"]]["website_id"] == view["website_id"]
    rates = {one["id"] for one in catalogue.tax_rates()}
    classes = {one["class_id"]: one["class_type"] for one in catalogue.tax_classes()}
    for rule in catalogue.tax_rules():
        assert set(rule["tax_rate_ids"]) <= rates
        assert {classes[one] for one in rule["customer_tax_class_ids"]} == {"CUSTOMER"}
        assert {classes[one] for one in rule["product_tax_class_ids"]} == {"PRODUCT"}
    for group in catalogue.customer_groups():
        assert classes[group["tax_class_id"]] == "CUSTOMER"


def test_the_rules_give_the_rate_that_orders_are_charged_with() -> None:
    """Looked up the long way: country, product class, customer class, rule, rate."""
    percents = {one["id"]: one for one in catalogue.tax_rates()}
    groups = {one["id"]: one["tax_class_id"] for one in catalogue.customer_groups()}
    classes = {rule["code"]: rule for rule in catalogue.tax_rules()}
    names: dict[catalogue.TaxClass, str] = {"high": "High rate", "low": "Low rate"}
    for tax, name in names.items():
        for country in ("NL", "BE", "DE", "FR", "AT", "US"):
            for group_id, class_id in groups.items():
                rule = classes[name]
                found = [
                    percents[number]["code"]
                    for number in rule["tax_rate_ids"]
                    if percents[number]["tax_country_id"] == country
                    and class_id in rule["customer_tax_class_ids"]
                ]
                rate = catalogue.rate_for(country, tax, group_id)
                assert [rate.code] == (found or [""])


def test_bundles_and_configurable_products_are_made_of_products_that_exist() -> None:
    for product in catalogue.PRODUCTS:
        for part in product.parts:
            assert catalogue.PRODUCT[part.product_id].kind == "simple"
            assert part.qty >= 1
    assert len(catalogue.PRODUCT) == len(catalogue.PRODUCTS)
    assert len({product.sku for product in catalogue.PRODUCTS}) == len(catalogue.PRODUCTS)


def test_addresses_of_the_shop_are_where_it_says_it_is() -> None:
    for config in catalogue.store_configs("http://127.0.0.1:8080/"):
        urls = [value for name, value in config.items() if name.endswith("url")]
        assert len(urls) == 8
        assert all(url.startswith("http://127.0.0.1:8080/") for url in urls)
