"""What is invented can be booked, and what is wrong on purpose is refused for that very reason.

The connector's own reader and rules judge; nothing of them is replaced.
"""

import json
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sync.domain import codes
from sync.domain.booking import book
from sync.domain.documents import SalesDocument
from sync.domain.preflight import check, skip
from sync.domain.rules import BookingRules, LedgerRule, VatMap
from sync.errors import UnbookableError
from sync.magento.documents import DocumentKind, sales_document
from sync.magento.fields import Fields
from sync.magento.results import StoreView
from sync.sandbox import catalogue
from sync.sandbox.trade import NO_FAILURES, Failures, Mix, Plan, trade

RULES = BookingRules(
    connection="webshop",
    mapping=VatMap(
        vat={"NL-21": "HOOG_VERK_21", "NL-9": "LAAG_VERK_9"},
        ledgers=(LedgerRule(ledger="8000"),),
        oss={"BE": "1640", "DE": "1641", "FR": "1642"},
    ),
    rate_countries={rate["code"]: rate["tax_country_id"] for rate in catalogue.tax_rates()},
    domestic_zero={catalogue.NL_REVERSE_CHARGE: "VERL_VERK"},
)
KINDS: dict[str, DocumentKind] = {"invoices": "invoice", "creditmemos": "creditmemo"}


def documents(plan: Plan) -> list[SalesDocument]:
    """Every state of every invoice and credit memo, as the connector reads it."""
    found, orders = [], {}
    for happening in trade(plan):
        entity = happening.entity
        if happening.table == "orders":
            orders[entity["entity_id"]] = entity
        elif happening.table in KINDS:
            kind = KINDS[happening.table]
            order = _read("order", orders[entity["order_id"]])
            view = _view(entity["store_id"])
            found.append(sales_document(kind, _read(kind, entity), order, view))
    return found


def _view(number: int) -> StoreView:
    config = next(one for one in catalogue.store_configs() if one["id"] == number)
    return StoreView(
        id=number,
        code=config["code"],
        name=config["code"],
        website_id=config["website_id"],
        zone=config["timezone"],
        base_currency=config["base_currency_code"],
        base_url=config["base_url"],
    )


def _read(where: str, entity: dict[str, Any]) -> Fields:
    text = json.dumps(entity, default=float)
    return Fields(where, json.loads(text, parse_float=Decimal, parse_int=Decimal))


def verdict(document: SalesDocument) -> str:
    """The code of the refusal; empty for a booking whose lines add up to the total."""
    if skip(document, RULES):
        return ""
    try:
        check(document)
        mutation = book(document, "K1", "voucher", RULES)
    except UnbookableError as error:
        return error.code
    sign = -1 if document.entity == "creditmemo" else 1
    assert sum(line.net + line.vat for line in mutation.lines) == sign * document.total
    return ""


@pytest.mark.parametrize(
    "mix",
    [
        pytest.param(Mix(), id="ordinary"),
        pytest.param(Mix(us_store=1), id="dollars"),
        pytest.param(Mix(us_store=0, b2b_store=1, domestic_reverse=0.3, coupon=0.5), id="b2b"),
        pytest.param(Mix(abroad=0.7, export=0.3, b2b_store=0, coupon=0.5), id="abroad"),
        pytest.param(Mix(zero_total=0.3, refund=1, second_refund=1, in_parts=0.5), id="refunds"),
        pytest.param(
            Mix(b2b_store=1, us_store=0, open_invoice=1, cancelled_invoice=0.5), id="open"
        ),
    ],
)
def test_everything_can_be_booked_when_nothing_is_wrong(mix: Mix) -> None:
    plan = Plan(
        seed=11,
        first_day=date(2026, 1, 1),
        days=40,
        orders_per_day=(4, 4),
        mix=mix,
        failures=NO_FAILURES,
    )
    verdicts = Counter(verdict(document) for document in documents(plan))
    assert set(verdicts) == {""}
    assert verdicts[""] > 100


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("no_email", codes.EMAIL_MISSING),
        ("unmapped_rate", codes.TAX_UNMAPPED),
        ("untaxed_consumer", codes.NO_VAT_TO_CONSUMER),
        ("wrong_vat_number", codes.VAT_NUMBER_INVALID),
    ],
)
def test_what_is_wrong_is_refused_for_that_reason(name: str, code: str) -> None:
    """Only a refund of nothing but money, or of other goods, can be booked all the same."""
    failures = Failures(**{**_shares(NO_FAILURES), name: 1.0})
    plan = Plan(
        seed=12, first_day=date(2026, 1, 1), days=10, orders_per_day=(5, 5), failures=failures
    )
    invoices = [one for one in documents(plan) if one.entity == "invoice" and one.total]
    assert len(invoices) > 20
    assert {verdict(document) for document in invoices if _touched(document, name)} == {code}


def _touched(document: SalesDocument, name: str) -> bool:
    return name != "unmapped_rate" or any(line.tax == "NL-13-oud" for line in document.lines)


def _shares(failures: Failures) -> dict[str, float]:
    return {name: getattr(failures, name) for name in failures.__slots__}


def test_every_case_of_vat_occurs() -> None:
    """In weeks of a shop with many companies; the Dutch return needs each of them."""
    plan = Plan(
        seed=13,
        first_day=date(2026, 1, 1),
        days=40,
        orders_per_day=(10, 10),
        mix=Mix(b2b_store=0.3, eu_company=0.6),
        failures=NO_FAILURES,
    )
    seen = Counter(
        line.vat_code
        for document in documents(plan)
        if not skip(document, RULES)
        for line in book(document, "K1", "voucher", RULES).lines
    )
    wanted = {"HOOG_VERK_21", "LAAG_VERK_9", "BI_EU_VERK", "BI_EU_VERK_D", "BU_EU_VERK", "GEEN"}
    assert wanted <= set(seen)
