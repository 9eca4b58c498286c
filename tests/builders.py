"""Documents and rules for tests: everything ordinary, until a test says otherwise."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sync.domain.documents import Address, Buyer, DocumentLine, SalesDocument, State
from sync.domain.rules import BookingRules, LedgerRule, VatMap

MAPPING = VatMap(
    vat={"NL-21": "HOOG_VERK_21", "NL-9": "LAAG_VERK_9", "NL-AFW": "AFW_VERK"},
    ledgers=(
        LedgerRule(ledger="8000"),
        LedgerRule(kind="product", tax="NL-9", ledger="8010"),
        LedgerRule(kind="shipping", ledger="8100"),
        LedgerRule(kind="adjustment", ledger="8200"),
        LedgerRule(kind="rounding", ledger="8990"),
    ),
    oss={"DE": "1641", "BE": "1640"},
)
RULES = BookingRules(
    connection="webshop",
    mapping=MAPPING,
    rate_countries={"NL-21": "NL", "NL-9": "NL", "NL-13": "NL", "DE-19": "DE", "BE-21": "BE"},
)
BUYER = Buyer(
    number=7,
    email="jan@klant.example",
    firstname="Jan",
    lastname="Jansen",
    telephone="0612345678",
    address=Address(street="Dorpsstraat 1", postcode="1234 AB", city="Ons Dorp", country="NL"),
)


def euros(text: str) -> Decimal:
    """An amount."""
    return Decimal(text)


def line(net: str = "10.00", vat: str = "2.10", tax: str = "NL-21", **changes: Any) -> DocumentLine:
    """A product line at 21 %."""
    values: dict[str, Any] = {"kind": "product", "net": euros(net), "vat": euros(vat), "tax": tax}
    return DocumentLine(**(values | changes))


def invoice(*lines: DocumentLine, **changes: Any) -> SalesDocument:
    """A paid Dutch invoice whose total is what its lines add up to."""
    lines = lines or (line(),)
    vat = sum((x.vat for x in lines), Decimal(0))
    values: dict[str, Any] = {
        "entity": "invoice",
        "id": 42,
        "number": "000000042",
        "order_id": 17,
        "order_no": "000000017",
        "store_id": 1,
        "store": "default",
        "zone": "Europe/Amsterdam",
        "state": State.PAID,
        "issued_at": datetime(2026, 3, 14, 8, 42, tzinfo=UTC),
        "updated_at": datetime(2026, 3, 14, 8, 42, tzinfo=UTC),
        "buyer": BUYER,
        "ship_to": "NL",
        "lines": lines,
        "total": sum((x.gross for x in lines), Decimal(0)),
        "vat": vat,
        "order_vat": vat,
        "currency": "EUR",
        "shown_currency": "EUR",
        "rate": Decimal(1),
    }
    return SalesDocument(**values | changes)


def credit_memo(*lines: DocumentLine, **changes: Any) -> SalesDocument:
    """A refund of one Dutch product; its amounts are positive, as the shop has them."""
    return invoice(*lines, **({"entity": "creditmemo"} | changes))


def abroad(country: str, vat_number: str = "") -> dict[str, Any]:
    """Changes that make a document go to another country."""
    address = replace(BUYER.address, country=country)
    return {"ship_to": country, "buyer": replace(BUYER, address=address, vat_number=vat_number)}
