"""What the sandbox's shop is and sells: stores, tax, customer groups, products, coupons.

Coffee, books and garden things. The functions give Magento's REST shape, in the order in which
Magento lists it; the constants are what the generator of trade draws from.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, NamedTuple

TaxClass = Literal["high", "low", "zero", "old"]
ProductKind = Literal["simple", "virtual", "configurable", "bundle_fixed", "bundle_dynamic"]

HOME = "NL"
RETAIL_CLASS, REVERSE_CHARGE_CLASS = 3, 6
NOT_LOGGED_IN, GENERAL, WHOLESALE, EU_REVERSE_CHARGE, NL_REVERSE_CHARGE = 0, 1, 2, 4, 5
_PRODUCT_CLASSES: dict[TaxClass, int] = {"high": 2, "low": 4, "zero": 5, "old": 7}


class Rate(NamedTuple):
    """A tax rate. `code` is what an order names; `percent` of the net price."""

    id: int
    country: str
    tax: TaxClass
    percent: Decimal
    code: str


NO_RATE = Rate(0, "", "zero", Decimal(0), "")
RATES = (
    Rate(3, "NL", "high", Decimal(21), "NL-21"),
    Rate(4, "NL", "low", Decimal(9), "NL-9"),
    Rate(5, "NL", "zero", Decimal(0), "NL-0"),
    Rate(6, "DE", "high", Decimal(19), "DE-19"),
    Rate(7, "DE", "low", Decimal(7), "DE-7"),
    Rate(8, "BE", "high", Decimal(21), "BE-21"),
    Rate(9, "BE", "low", Decimal(6), "BE-6"),
    Rate(10, "FR", "high", Decimal(20), "FR-20"),
    Rate(11, "FR", "low", Decimal("5.5"), "FR-5.5"),
    Rate(12, "NL", "old", Decimal(13), "NL-13-oud"),
)
_RATE_OF = {(rate.country, rate.tax): rate for rate in RATES}


def rate_for(country: str, tax: TaxClass, group_id: int) -> Rate:
    """The rate that Magento finds; `NO_RATE` where none applies.

    Args:
        country: Where the goods go, or of the bill when nothing is sent.
        tax: The product's class.
        group_id: The customer's group; the reverse-charge groups pay none.
    """
    if group_id in (EU_REVERSE_CHARGE, NL_REVERSE_CHARGE):
        return NO_RATE
    return _RATE_OF.get((country, tax), NO_RATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A store view.

    Attributes:
        id: Of the view; from 2 on it leads the increment ids.
        website_id: Customers belong to this.
        name: Website, store and view, as orders carry it.
        view: The view's name, as customers carry it.
        inclusive: Whether prices are kept and shown including VAT.
        currency: What customers see and pay; the base currency is EUR everywhere.
    """

    id: int
    website_id: int
    name: str
    view: str
    inclusive: bool
    currency: str


DEFAULT_STORE = Store(
    id=1,
    website_id=1,
    name="Main Website\nMain Website Store\nDefault Store View",
    view="Default Store View",
    inclusive=True,
    currency="EUR",
)
US_STORE = Store(
    id=2,
    website_id=1,
    name="Main Website\nMain Website Store\nUS Store View",
    view="US Store View",
    inclusive=True,
    currency="USD",
)
B2B_STORE = Store(
    id=3,
    website_id=2,
    name="B2B Website\nB2B Store\nB2B NL",
    view="B2B NL",
    inclusive=False,
    currency="EUR",
)


class Part(NamedTuple):
    """A product inside a composite one. `option` is what the customer chose it by."""

    product_id: int
    qty: int
    option: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """Something for sale.

    Attributes:
        id: Magento's product id.
        sku: As printed; a configurable product's order lines carry the variant's.
        name: Dutch.
        kind: How its amounts are spread over parent and children.
        price: Euros including Dutch VAT; 0 where the parts make the price.
        tax: Decides the rate.
        weight: Kilograms; None for a bundle with a fixed price.
        parts: The variants of a configurable product, one of which is bought; or the content of
            a bundle.
        popularity: How often it is bought compared with others.
    """

    id: int
    sku: str
    name: str
    kind: ProductKind
    price: Decimal
    tax: TaxClass = "high"
    weight: Decimal | None = Decimal("0.5")
    parts: tuple[Part, ...] = ()
    popularity: int = 10


def _simple(
    number: int, sku: str, name: str, price: str, tax: TaxClass = "high", *, popularity: int = 10
) -> Product:
    return Product(
        id=number,
        sku=sku,
        name=name,
        kind="simple",
        price=Decimal(price),
        tax=tax,
        popularity=popularity,
    )


PRODUCTS = (
    _simple(1, "MOK-BLAUW", "Koffiemok blauw", "24.99", popularity=14),
    _simple(2, "BOEK-TUIN", "Boek: Tuinieren", "12.50", "low", popularity=14),
    _simple(3, "ZEGEL-1", "Postzegel", "1.01", "zero", popularity=3),
    _simple(4, "FILTER-80", "Koffiefilters, 80 stuks", "3.33", popularity=12),
    _simple(5, "SUIKER", "Suikersticks", "1.35", "low", popularity=6),
    Product(
        id=6,
        sku="WORKSHOP",
        name="Workshop koffie zetten",
        kind="virtual",
        price=Decimal("49.00"),
        popularity=4,
    ),
    _simple(7, "BONEN-1KG", "Koffiebonen Sumatra 1 kg", "21.95", "low", popularity=24),
    _simple(8, "SHIRT-S", "T-shirt S", "19.95", popularity=0),
    _simple(9, "SHIRT-L", "T-shirt L", "19.95", popularity=0),
    Product(
        id=10,
        sku="SHIRT",
        name="T-shirt",
        kind="configurable",
        price=Decimal("19.95"),
        weight=Decimal("0.2"),
        parts=(Part(8, 1, 4), Part(9, 1, 5)),
    ),
    Product(
        id=11,
        sku="BUN-DYN",
        name="Cadeaupakket samengesteld",
        kind="bundle_dynamic",
        price=Decimal(0),
        weight=Decimal("1.5"),
        parts=(Part(1, 1, 1), Part(2, 2, 2)),
        popularity=5,
    ),
    Product(
        id=12,
        sku="BUN-FIX",
        name="Cadeaupakket vaste prijs",
        kind="bundle_fixed",
        price=Decimal("45.00"),
        weight=None,
        parts=(Part(1, 1, 3), Part(4, 2, 4)),
        popularity=5,
    ),
    _simple(13, "MACHINE-ESP", "Espressomachine Piccolo", "349.00", popularity=3),
    _simple(14, "MOLEN", "Koffiemolen hand", "64.95", popularity=6),
    _simple(15, "THEE-ROOIBOS", "Rooibosthee, 100 gram", "6.75", "low", popularity=12),
    _simple(16, "BOEK-BARISTA", "Boek: Barista in één week", "22.99", "low", popularity=8),
    _simple(17, "PLANT-KOFFIE", "Koffieplant in pot", "14.95", "low", popularity=8),
    _simple(18, "GIETER", "Gieter zink 5 l", "39.90", popularity=6),
    _simple(19, "SNOEI", "Snoeischaar", "27.49", popularity=6),
    _simple(20, "OUD-ZAAD", "Restpartij zaaigoed", "8.95", "old", popularity=0),
    _simple(21, "KOPJES-6", 'Set van 6 kopjes "Delft" <wit>', "42.00", popularity=7),
)
PRODUCT = {product.id: product for product in PRODUCTS}
OLD_RATE_PRODUCT = PRODUCT[20]


class Coupon(NamedTuple):
    """A cart price rule with its code. `percent` and `fixed` as in `totals.Discount`."""

    rule_id: str
    code: str
    description: str
    percent: Decimal = Decimal(0)
    fixed: Decimal = Decimal(0)
    on_shipping: bool = False


COUPONS = (
    Coupon("1", "TIEN", "10% korting", percent=Decimal(10)),
    Coupon("2", "VIJFTIEN", "15% korting", percent=Decimal(15), on_shipping=True),
    Coupon("3", "EURO10", "10 euro", fixed=Decimal(10)),
)
FREE_COUPON = Coupon("4", "GRATIS", "Alles gratis", percent=Decimal(100))

# Euros including Dutch VAT; nothing is asked above the limit, except outside the EU.
SHIPPING = {"NL": Decimal("4.95"), "BE": Decimal("6.95"), "DE": Decimal("8.95")}
SHIPPING_ELSEWHERE = Decimal("17.50")
FREE_SHIPPING_FROM = Decimal(75)


def websites() -> list[dict[str, Any]]:
    """The websites, the admin's own included."""
    return [
        {"id": 0, "code": "admin", "name": "Admin", "default_group_id": 0},
        {"id": 1, "code": "base", "name": "Main Website", "default_group_id": 1},
        {"id": 2, "code": "b2b", "name": "B2B Website", "default_group_id": 2},
    ]


def store_groups() -> list[dict[str, Any]]:
    """The stores between website and view, the admin's own included."""
    rows = (
        (0, 0, 0, 0, "Default", "default"),
        (1, 1, 2, 1, "Main Website Store", "main_website_store"),
        (2, 2, 2, 3, "B2B Store", "b2b_group"),
    )
    names = ("id", "website_id", "root_category_id", "default_store_id", "name", "code")
    return [dict(zip(names, row, strict=True)) for row in rows]


def stores() -> list[dict[str, Any]]:
    """The store views, the admin's own included."""
    rows = (
        (1, "default", DEFAULT_STORE.view, 1, 1, 1),
        (0, "admin", "Admin", 0, 0, 1),
        (2, "us", US_STORE.view, 1, 1, 1),
        (3, "b2b_nl", B2B_STORE.view, 2, 2, 1),
    )
    names = ("id", "code", "name", "website_id", "store_group_id", "is_active")
    return [dict(zip(names, row, strict=True)) for row in rows]


def store_configs(base_url: str = "http://shop.example/") -> list[dict[str, Any]]:
    """Each view's settings, without the admin's.

    Args:
        base_url: Where the shop says it is; ends in a slash.
    """
    urls = {
        f"{secure}base_{kind}url": base_url + path
        for secure in ("", "secure_")
        for kind, path in (("", ""), ("link_", ""), ("static_", "static/"), ("media_", "media/"))
    }
    views = (
        (1, "default", 1, "nl_NL", "EUR"),
        (2, "us", 1, "en_US", "USD"),
        (3, "b2b_nl", 2, "nl_NL", "EUR"),
    )
    return [
        {
            "id": number,
            "code": code,
            "website_id": website_id,
            "locale": locale,
            "base_currency_code": "EUR",
            "default_display_currency_code": currency,
            "timezone": "Europe/Amsterdam",
            "weight_unit": "kgs",
            **urls,
        }
        for number, code, website_id, locale, currency in views
    ]


def tax_rates() -> list[dict[str, Any]]:
    """Every rate; the two American ones come with Magento and are in no rule."""
    american = ((1, 12, "CA", "8.25"), (2, 43, "NY", "8.375"))
    return [
        {
            "id": number,
            "tax_country_id": "US",
            "tax_region_id": region_id,
            "region_name": region,
            "tax_postcode": "*",
            "rate": Decimal(percent),
            "code": f"US-{region}-*-Rate 1",
            "titles": [],
        }
        for number, region_id, region, percent in american
    ] + [
        {
            "id": rate.id,
            "tax_country_id": rate.country,
            "tax_region_id": 0,
            "tax_postcode": "*",
            "rate": rate.percent,
            "code": rate.code,
            "titles": [],
        }
        for rate in RATES
    ]


def tax_rules() -> list[dict[str, Any]]:
    """Which rates hold for which class of product, for customers who pay VAT."""
    names: dict[TaxClass, str] = {
        "high": "High rate",
        "low": "Low rate",
        "zero": "NL zero",
        "old": "Oud tarief",
    }
    return [
        {
            "id": number,
            "code": name,
            "priority": 0,
            "position": 0,
            "customer_tax_class_ids": [RETAIL_CLASS],
            "product_tax_class_ids": [_PRODUCT_CLASSES[tax]],
            "tax_rate_ids": [rate.id for rate in RATES if rate.tax == tax],
            "calculate_subtotal": False,
        }
        for number, (tax, name) in enumerate(names.items(), start=1)
    ]


def tax_classes() -> list[dict[str, Any]]:
    """The classes of products and customers."""
    rows = (
        (2, "Taxable Goods", "PRODUCT"),
        (RETAIL_CLASS, "Retail Customer", "CUSTOMER"),
        (4, "NL laag 9%", "PRODUCT"),
        (5, "Zero rated", "PRODUCT"),
        (REVERSE_CHARGE_CLASS, "B2B reverse charge", "CUSTOMER"),
        (7, "Oud tarief 13%", "PRODUCT"),
    )
    names = ("class_id", "class_name", "class_type")
    return [dict(zip(names, row, strict=True)) for row in rows]


def customer_groups() -> list[dict[str, Any]]:
    """The groups; 0 is for guests."""
    retail = (RETAIL_CLASS, "Retail Customer")
    reverse_charge = (REVERSE_CHARGE_CLASS, "B2B reverse charge")
    rows = (
        (NOT_LOGGED_IN, "NOT LOGGED IN", *retail),
        (GENERAL, "General", *retail),
        (WHOLESALE, "Wholesale", *retail),
        (3, "Retailer", *retail),
        (EU_REVERSE_CHARGE, "EU B2B reverse charge", *reverse_charge),
        (NL_REVERSE_CHARGE, "NL B2B verlegd", *reverse_charge),
    )
    names = ("id", "code", "tax_class_id", "tax_class_name")
    return [dict(zip(names, row, strict=True)) for row in rows]
