"""What the books would refuse is found before anything is written there.

The books tell of a closed period only when they refuse a booking (CMUT020), so beforehand it is
known by a setting alone; and of a ledger's category only by their refusal (CMUT012).
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from sync import engine
from sync.domain import codes
from sync.domain.mutations import Mutation, MutationLine
from sync.eboekhouden import Books
from sync.engine.chart import Chart
from sync.engine.desk import books_access
from sync.errors import UnbookableError
from sync.sandbox.fault_rules import Rule
from tests.engine.provoking import (
    NUMBER,
    Provoke,
    answered,
    booking,
    invoice,
    mapping,
    moved,
    order,
    stand_in,
)
from tests.engine.world import World

GERMAN, EXPORT, SERVICE = "000000006", "000000007", "000000008"
GERMAN_ORDER, EXPORT_ORDER = 5, 6
SERVICE_INVOICE = 8
ONE = engine.Wanted(trigger="cli", numbers=[NUMBER], entities=["invoice"])
VAT = '"vat": {"NL-21": "HOOG_VERK_21", "NL-9": "LAAG_VERK_9"}'


@pytest.mark.parametrize(
    ("provoke", "number", "code", "says"),
    [
        pytest.param(
            order(customer_email="", billing={"email": ""}),
            NUMBER,
            codes.EMAIL_MISSING,
            "Customer email required: the order has no e-mail address; add it",
            id="no e-mail",
        ),
        pytest.param(
            order(customer_email="jan", billing={"email": ""}),
            NUMBER,
            codes.EMAIL_MISSING,
            "Customer email required: ",
            id="no e-mail address",
        ),
        pytest.param(
            order(billing={"country_id": ""}),
            NUMBER,
            codes.COUNTRY_MISSING,
            "Validation error: the billing address has no country; complete",
            id="no country",
        ),
        pytest.param(
            moved(EXPORT_ORDER, "BE", "BE0428759498"),
            EXPORT,
            codes.VAT_NUMBER_INVALID,
            "Validation error: VAT number is not valid for a sale without VAT to BE; correct",
            id="wrong VAT number where the case needs a right one",
        ),
        pytest.param(
            moved(EXPORT_ORDER, "BE", ""),
            EXPORT,
            codes.NO_VAT_TO_CONSUMER,
            "Validation error: No VAT charged to a consumer in BE",
            id="no VAT to a consumer",
        ),
        pytest.param(
            moved(GERMAN_ORDER, "DE", "DE136695976"),
            GERMAN,
            codes.FOREIGN_VAT,
            "Invalid tax code: DE VAT (DE-19) charged on a sale to DE, VAT number given",
            id="foreign VAT on a business",
        ),
        pytest.param(
            mapping('{"vat": {"NL-9": "LAAG_VERK_9"}, "ledger": [{"ledger": "8000"}]}'),
            NUMBER,
            codes.TAX_UNMAPPED,
            "Invalid tax code: NL-21 has no VAT code; map it with 'python -m sync map set vat",
            id="unmapped tax rate",
        ),
        pytest.param(
            mapping(f'{{{VAT}, "ledger": [{{"ledger": "8000", "kind": "product"}}]}}'),
            NUMBER,
            codes.LEDGER_UNMAPPED,
            "Validation error: no ledger for shipping lines; set one with 'python -m sync map",
            id="no ledger",
        ),
        pytest.param(
            mapping(f'{{{VAT}, "ledger": [{{"ledger": "8000"}}]}}'),
            GERMAN,
            codes.LEDGER_UNMAPPED,
            "Validation error: no OSS ledger for DE; set it with 'python -m sync map set oss",
            id="no OSS ledger",
        ),
        pytest.param(
            mapping(f'{{{VAT}, "ledger": [{{"ledger": "8999"}}]}}'),
            NUMBER,
            codes.LEDGER_UNKNOWN,
            "Validation error: ledger 8999 does not exist in the books; make it there",
            id="ledger that the books do not have",
        ),
        pytest.param(
            booking('debtor_ledger = "1399"'),
            NUMBER,
            codes.LEDGER_UNKNOWN,
            "Validation error: ledger 1399 does not exist in the books; make it there",
            id="debtor ledger that the books do not have",
        ),
        pytest.param(
            mapping(f'{{{VAT}, "ledger": [{{"ledger": "8000", "cost_centre": 77}}]}}'),
            NUMBER,
            codes.COST_CENTRE_UNKNOWN,
            "Validation error: cost centre 77 does not exist in the books; make it there",
            id="cost centre that the books do not have",
        ),
        pytest.param(
            booking("closed_until = 2099-12-31"),
            NUMBER,
            codes.PERIOD_CLOSED,
            "Validation error: the date 2026-",
            id="closed period",
        ),
        pytest.param(
            invoice(base_currency_code="USD"),
            NUMBER,
            codes.CURRENCY,
            "Validation error: the shop's base currency is USD, only EUR can be booked",
            id="another currency",
        ),
        pytest.param(
            invoice(created_at="2049-12-31 23:30:00"),
            NUMBER,
            codes.DATE_REFUSED,
            "Validation error: the date 2050-01-01 cannot be booked, the books take the years",
            id="date",
        ),
        pytest.param(
            booking(f'invoice_prefix = "{"X" * 42}"'),
            NUMBER,
            codes.FIELD_TOO_LONG,
            "Validation error: the number XXXX",
            id="number too long",
        ),
        pytest.param(
            invoice(base_grand_total=Decimal("360.00")),
            NUMBER,
            codes.TOTALS_DIFFER,
            "Validation error: Lines and total differ by € 2.87",
            id="totals",
        ),
    ],
)
def test_what_the_books_would_refuse_is_never_sent(
    world: World, provoke: Provoke, number: str, code: str, says: str
) -> None:
    """One failed row that says what to fix; no customer is made for a document that cannot be."""
    books = stand_in(world)
    provoke(world)
    wanted = engine.Wanted(trigger="cli", numbers=[number], entities=["invoice"])
    assert world.run(wanted).outcomes == {"failed": 1}
    row = world.row(number)
    assert (row["outcome"], row["error_code"]) == ("failed", code)
    assert row["message"].startswith(says), row["message"]
    assert world.rows("customer") == []
    assert not {"AddMutatie", "AddRelatie", "UpdateRelatie"} & set(books.asked)


def test_what_is_in_the_books_already_is_linked_in_a_closed_period_too(world: World) -> None:
    """The look-up comes first: only what would be sent has to lie in an open one."""
    world.faults.add(
        Rule(kind="drop", service="books", match=("AddMutatie", NUMBER), count=1, after=True)
    )
    assert world.run(ONE).outcomes == {"unknown": 1}
    booking("closed_until = 2099-12-31")(world)
    world.later(minutes=10)
    assert world.run(ONE).outcomes == {"linked": 1}


def test_a_ledger_that_is_made_meanwhile_is_found(world: World) -> None:
    """And books that may not be asked for their ledgers decide by themselves."""
    clock, mutation = (
        world.clock,
        Mutation(
            booked_on=date(2026, 11, 1),
            debtor_ledger="1300",
            relation="10001",
            invoice_number="1",
            voucher="1",
            description="x",
            term=30,
            reference="1",
            lines=(MutationLine(ledger="8999", vat_code="GEEN", net=Decimal(1), vat=Decimal(0)),),
        ),
    )
    chart = Chart(clock)
    with Books(books_access(world.connection, world.keys), clock) as books:
        for _ in range(2):
            with pytest.raises(UnbookableError, match="ledger 8999"):
                chart.require(books, mutation)
        ledger = world.books.state.ledgers[0] | {"ID": 999, "Code": "8999"}
        world.books.state.put("cGrootboekrekening", ledger)
        world.later(minutes=2)
        chart.require(books, mutation)
    answered("E002.5", "GetGrootboekrekeningen")(world)
    with Books(books_access(world.connection, world.keys), clock) as books:
        Chart(clock).require(books, replace(mutation, debtor_ledger="none"))


def test_vat_that_is_not_the_rate_is_never_sent(world: World) -> None:
    """The books' own sum check would refuse it, and a split would hide a mistake."""
    books = stand_in(world)
    items = world.change("invoices", SERVICE_INVOICE)["items"]
    items[0] |= {"base_tax_amount": Decimal("5.00")}
    totals = {"base_tax_amount": Decimal("5.00"), "base_grand_total": Decimal("54.00")}
    world.change("invoices", SERVICE_INVOICE, items=items, **totals)
    world.run(engine.Wanted(trigger="cli", numbers=[SERVICE], entities=["invoice"]))
    row = world.row(SERVICE)
    assert row["error_code"] == codes.VAT_AMOUNT_DIFFERS
    assert row["message"] == "Invalid tax code: VAT of € 5.00 on € 49.00 is not 21 %"
    assert "AddMutatie" not in books.asked


def test_what_is_older_than_the_start_date_is_never_fetched(world: World) -> None:
    """A closed year is kept out by it: no row, no failure."""
    file = world.home / "boekwacht.toml"
    text = file.read_text("utf-8")
    assert "start_date = 2026-01-01" in text
    file.write_text(text.replace("2026-01-01", "2026-11-24"), "utf-8")
    report = world.run()
    assert not [row for row in world.rows() if row["document_no"] == NUMBER]
    assert report.outcomes["created"] == 0
