"""Whole documents out of the recordings of a real Magento, by what they are."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sync.sandbox.totals import DocumentKind
from tests.golden.recordings import FOLDER

COUPON_PERCENT = {"TIEN": Decimal(10), "VIJFTIEN": Decimal(15), "GRATIS": Decimal(100)}
FIRST_INCLUSIVE_ORDER = 13
"""Orders from this one on were made with prices including tax."""


def body(name: str) -> Any:
    """What one recording answers, amounts as Decimal or int."""
    text = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    return json.loads(text, parse_float=Decimal)["response"]["body"]


def scenarios() -> Iterator[tuple[str, DocumentKind, dict[str, Any]]]:
    """Name, kind and document of every scenario."""
    for path in sorted(FOLDER.glob("scenario_*.json")):
        document = body(path.stem)
        if "increment_id" not in document:
            continue
        if "payment" in document:
            yield path.stem, "order", document
        elif "adjustment" in document:
            yield path.stem, "creditmemo", document
        else:
            yield path.stem, "invoice", document


def customers() -> Iterator[dict[str, Any]]:
    """The customers recorded whole."""
    for number in (1, 2, 3, 4):
        yield body(f"customers_get_{number}")


def composite_items() -> list[dict[str, Any]]:
    """The items of an order with configurable products and both kinds of bundle."""
    items: list[dict[str, Any]] = body("orders_items_list")["items"]
    return items
