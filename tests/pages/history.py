"""A month of a shop as a bookkeeper would find it: mostly booked, some failed, some odd."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from tests.pages.seed import Invoice, Try

DAYS: Final = 40
PER_DAY: Final = 12
HOSTILE: Final = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "**bold** [link](https://evil.example) ![i](https://evil.example/x.png) :red[red] $x^2$",
    '=HYPERLINK("https://evil.example","klik")',
    "right\N{RIGHT-TO-LEFT OVERRIDE}txt.exe\N{POP DIRECTIONAL FORMATTING}",
    "lang " + "x" * 10_000,
    "emoji \N{PILE OF POO} :material/home: :smile:",
    "nul\x00byte\ttab\nline",
    "-5; drop table attempts; --",
)
"""Messages nobody should be able to do anything with."""

_FAILURES: Final = (
    Try(
        outcome="failed",
        state="failed",
        message="Customer email required: the order has no e-mail address; add it to the customer "
        "or the order, then book again",
        code="EMAIL_MISSING",
        category="customer_data",
        pattern="a1f09c33",
        detail=json.dumps({"email": "missing"}),
    ),
    Try(
        outcome="failed",
        state="failed",
        message="Invalid tax code: DE-19 has no VAT code; map it with 'python -m sync map set "
        "webshop vat DE-19 CODE'",
        code="TAX_UNMAPPED",
        category="tax_code",
        pattern="77be2d01",
        detail=json.dumps({"tax": "DE-19"}),
    ),
    Try(
        outcome="failed",
        state="failed",
        message="Invoice number already exists: Factuurnummer bestaat al bij mutatie 48213 van "
        "02-03-2026",
        code="CMUT019",
        category="duplicate",
        pattern="c0ffee19",
    ),
)
_AGAIN: Final = Try(
    outcome="failed",
    state="waiting",
    message="API error: 503 Service Unavailable",
    code="HTTP_503",
    category="server_error",
    pattern="50350350",
    took=timedelta(seconds=31, milliseconds=40),
)
_LOST: Final = Try(
    outcome="unknown",
    state="waiting",
    message="Outcome unknown: no answer within 90 s; to be looked up in the books",
    code="OUTCOME_UNKNOWN",
    category="network",
    pattern="0dd0dd00",
    took=timedelta(seconds=90),
)
_LINKED: Final = Try(outcome="linked", message="Success: was in the books already")
_SKIPPED: Final = Try(
    outcome="skipped",
    state="skipped",
    message="Skipped: total is zero",
    code="ZERO_TOTAL",
    took=timedelta(milliseconds=12),
)
_EARLY: Final = Try(
    outcome="failed",
    state="waiting",
    message="Invoice not found: the credit memo's invoice is not in the books yet",
    code="INVOICE_NOT_FOUND",
    category="not_found",
    pattern="1ace0000",
)
_MADE: Final = Try(message="Customer created")
_DOUBLE: Final = Try(outcome="linked", message="Duplicate found: linked to relation K1")
_TWICE: Final = Try(
    outcome="failed",
    state="failed",
    message="Validation error: several relations are this customer: K1, K2",
    code="RELATION_AMBIGUOUS",
    category="validation",
    pattern="2e1a2e1a",
)
_NEW_CUSTOMER: Final = Try(message="Success: customer created", took=timedelta(milliseconds=1310))


def month(now: datetime) -> Iterator[Invoice]:
    """Invoices of the forty days before `now`; the last of them is being booked at `now`."""
    number = 0
    for back in range(DAYS, -1, -1):
        for nth in range(PER_DAY):
            number += 1
            at = now - timedelta(days=back, minutes=37 * (PER_DAY - nth), seconds=7 * number % 60)
            last = back == 0 and nth == PER_DAY - 1
            yield Invoice(
                number=number,
                at=at,
                tries=(Try(outcome=None),) if last else _fate(number),
                total=Decimal(number * 7919 % 90_000 + 995) / 100,
            )


def others(now: datetime) -> Iterator[Invoice]:
    """Credit memos, two of which wait or failed, and customers, one found twice in the books."""
    for nth in range(1, 21):
        invoice = nth * 9
        yield Invoice(
            number=nth,
            entity="creditmemo",
            invoice_id=invoice,
            at=now - timedelta(days=20 - nth, hours=2),
            tries=(_EARLY,) if nth == 18 else (_FAILURES[1],) if nth == 7 else (Try(),),
            total=Decimal(nth * 1177) / 100,
        )
    for nth in range(1, 31):
        yield Invoice(
            number=nth,
            entity="customer",
            at=now - timedelta(days=30 - nth, hours=3),
            tries=(_TWICE,) if nth == 13 else (_DOUBLE,) if nth % 5 == 0 else (_MADE,),
            name=HOSTILE[0] if nth == 30 else f"Klant {nth}",
            email=f"klant{nth}@winkel.example",
        )


def hostile(now: datetime) -> Iterator[Invoice]:
    """One failed invoice per hostile message, with a hostile order number."""
    for nth, message in enumerate(HOSTILE):
        yield Invoice(
            number=900_000 + nth,
            at=now - timedelta(minutes=10 + nth),
            order_no=f"<b>{nth}</b> [x](y) ?&#%",
            tries=(
                Try(
                    outcome="failed",
                    state="failed",
                    message=message,
                    category="other",
                    pattern="deadbeef",
                    detail=json.dumps({"answer": message[:200]}),
                ),
            ),
        )


def _fate(number: int) -> tuple[Try, ...]:
    if number % 41 == 0:
        return (_AGAIN, _AGAIN, Try())
    if number % 23 == 0:
        return (_FAILURES[number % 3],)
    if number % 37 == 0:
        return (_FAILURES[number % 3], Try(trigger="resync", actor="Marieke"))
    if number % 97 == 0:
        return (_LOST, _LINKED)
    if number % 61 == 0:
        return (_SKIPPED,)
    return (_NEW_CUSTOMER,) if number % 7 == 0 else (Try(),)
