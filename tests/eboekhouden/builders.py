"""What the tests of the client send, and from when."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sync.domain.mutations import Mutation, MutationLine
from sync.domain.relations import Relation
from sync.eboekhouden import Books, BooksAccess
from sync.sandbox.clock import SimulatedClock
from tests.eboekhouden.raw import CODE1, CODE2, RawServer

START = datetime(2026, 3, 4, 12, tzinfo=UTC)

LINE = MutationLine(ledger="8000", vat_code="HOOG_VERK_21", net=Decimal(10), vat=Decimal("2.1"))
BOOKING = Mutation(
    booked_on=date(2026, 3, 4),
    debtor_ledger="1300",
    relation="M17",
    invoice_number="F000000042",
    voucher="webshop:inv:1:000000042",
    description="Order 000000041",
    term=14,
    reference="000000041",
    lines=(LINE,),
)
RELATION = Relation(
    code="M17",
    name="Jansen & Zn",
    contact="J. Jansen",
    address="Dorpsstraat 1",
    postcode="1234 AB",
    city="Ons Dorp",
    country="Nederland",
    telephone="0201234567",
    email="jansen@example.nl",
    vat_number="NL123456789B01",
    business=True,
)


def access(url: str, **changes: Any) -> BooksAccess:
    """Keys to the books at `url`."""
    return replace(BooksAccess(url=url, username="user", code1=CODE1, code2=CODE2), **changes)


def books(server: RawServer, clock: SimulatedClock | None = None, **changes: Any) -> Books:
    """The client of a raw server, under a clock that stands still."""
    return Books(access(server.url, **changes), clock or SimulatedClock(START))
