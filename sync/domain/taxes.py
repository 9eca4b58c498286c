"""The shop's taxes as it has them now: rates, and the rules that say when a rate is charged."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRate:
    """One of the shop's tax rates; documents name it by `code`. `percent` is e.g. 21."""

    id: int
    code: str
    country: str
    percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRule:
    """What makes the shop charge its rates: both classes meet, and the country is the rate's.

    Attributes:
        id: The shop's number of it.
        name: What the shop's people call it, e.g. "High rate".
        rates: Codes of its rates, e.g. "NL-21".
        customer_classes, product_classes: Names of the tax classes it is for.
    """

    id: int
    name: str
    rates: tuple[str, ...]
    customer_classes: tuple[str, ...] = ()
    product_classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopTaxes:
    """Everything about taxes that the shop told.

    Attributes:
        rates: By id.
        rules: By id; None when the shop would not tell them.
    """

    rates: Sequence[TaxRate]
    rules: Sequence[TaxRule] | None = None
