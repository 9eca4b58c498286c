"""What the books would refuse is found before anything is written there.

Two cases cannot be found that way yet, and are told by the books: a ledger that they do not have
(CMUT012) and a period that is closed (CMUT020); see the table of messages.
"""

from decimal import Decimal

import pytest

from sync import engine
from sync.domain import codes
from tests.engine.provoking import (
    NUMBER,
    Provoke,
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
