"""The shop's taxes as they were last read, so that whoever must not ask the shop knows them."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sync.domain.taxes import ShopTaxes, TaxRate, TaxRule
from sync.store import codec
from sync.store.database import Database

KEPT: Final = "select * from shop_taxes where connection = ?"
_KEEP: Final = """
insert into shop_taxes (connection, content, read_at) values (:connection, :content, :read_at)
on conflict do update set content = excluded.content, read_at = excluded.read_at
"""


@dataclass(frozen=True, slots=True)
class TaxesRead:
    """A shop's taxes, and the aware moment at which the shop told them."""

    taxes: ShopTaxes
    at: datetime


def kept_taxes(store: Database, connection: str) -> TaxesRead | None:
    """What a connection's shop last told of its taxes; None as long as nobody asked it.

    Raises:
        StoreError: The hub cannot be read.
    """
    with store.read() as hub:
        row = hub.execute(KEPT, (connection,)).fetchone()
    return None if row is None else read(row)


def read(row: Mapping[str, Any] | sqlite3.Row) -> TaxesRead:
    """The taxes of a row that `KEPT` gives."""
    return TaxesRead(_decoded(row["content"]), codec.moment(row["read_at"]))


def keep_taxes(store: Database, connection: str, taxes: ShopTaxes, now: datetime) -> None:
    """Keep what a connection's shop told of its taxes, in place of what it told before.

    Raises:
        StoreError: It could not be kept.
    """
    row = {"connection": connection, "content": _encoded(taxes), "read_at": codec.micros(now)}
    with store.write() as hub:
        hub.execute(_KEEP, row)


def _encoded(taxes: ShopTaxes) -> str:
    rates = [
        {"id": rate.id, "code": rate.code, "country": rate.country, "percent": f"{rate.percent:f}"}
        for rate in taxes.rates
    ]
    rules = None
    if taxes.rules is not None:
        rules = [{name: getattr(rule, name) for name in TaxRule.__slots__} for rule in taxes.rules]
    return codec.clean(json.dumps({"rates": rates, "rules": rules}, ensure_ascii=False))


def _decoded(content: str) -> ShopTaxes:
    table: dict[str, Any] = json.loads(content)
    rates = [TaxRate(**{**rate, "percent": Decimal(rate["percent"])}) for rate in table["rates"]]
    if table["rules"] is None:
        return ShopTaxes(rates=rates)
    lists = ("rates", "customer_classes", "product_classes")
    rules = [
        TaxRule(**{**rule, **{name: tuple(rule[name]) for name in lists}})
        for rule in table["rules"]
    ]
    return ShopTaxes(rates=rates, rules=rules)
