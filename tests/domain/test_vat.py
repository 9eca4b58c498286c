"""The decision table of VAT codes, row by row."""

from dataclasses import replace

import pytest

from sync.domain import codes
from sync.domain.documents import SalesDocument
from sync.domain.rules import BookingRules
from sync.domain.vat import compact_vat_number, decide
from sync.errors import UnbookableError
from tests.builders import BUYER, RULES, abroad, invoice, line

BE_COMPANY = "BE0428759497"
FREE = line("10.00", "0", "")
VIRTUAL = line("10.00", "0", "", virtual=True)


def code(document: SalesDocument, rules: BookingRules = RULES) -> str:
    """The code of the document's first line."""
    return decide(document.lines[0], document, rules).code


@pytest.mark.parametrize(
    ("document", "wanted"),
    [
        pytest.param(invoice(), "HOOG_VERK_21", id="home rate"),
        pytest.param(invoice(line("10.00", "0.90", "NL-9")), "LAAG_VERK_9", id="low home rate"),
        pytest.param(invoice(FREE), "GEEN", id="exempt at home"),
        pytest.param(invoice(FREE, **abroad("US")), "BU_EU_VERK", id="export"),
        pytest.param(invoice(FREE, **abroad("BE", BE_COMPANY)), "BI_EU_VERK", id="EU company"),
        pytest.param(invoice(FREE, **abroad("BE", "0428759497")), "BI_EU_VERK", id="no prefix"),
        pytest.param(invoice(FREE, **abroad("GR", "EL094259216")), "BI_EU_VERK", id="Greece"),
        pytest.param(
            invoice(FREE, **abroad("GB", "XI432525179")), "BI_EU_VERK", id="Northern Ireland"
        ),
        pytest.param(invoice(FREE, **abroad("GB", "GB980780684")), "BU_EU_VERK", id="Britain"),
        pytest.param(invoice(VIRTUAL, **abroad("BE", BE_COMPANY)), "BI_EU_VERK_D", id="EU service"),
        pytest.param(invoice(line("1.00", "0.19", "DE-19"), **abroad("DE")), "GEEN", id="OSS"),
    ],
)
def test_each_case_has_its_code(document: SalesDocument, wanted: str) -> None:
    """First hit decides."""
    assert code(document) == wanted


def test_shipping_at_zero_takes_the_code_of_the_goods() -> None:
    """A service sold abroad without VAT ships as a service, not as goods."""
    shipping = line("5.00", "0", "", kind="shipping")
    document = invoice(shipping, VIRTUAL, **abroad("BE", BE_COMPANY))
    assert code(document) == "BI_EU_VERK_D"


def test_a_home_company_without_vat_needs_a_reason() -> None:
    """By customer group: reverse charge or none; unset is refused."""
    buyer = replace(BUYER, vat_number="NL004495445B01", group=4)
    document = invoice(FREE, buyer=buyer)
    rules = replace(RULES, domestic_zero={4: "VERL_VERK"})
    assert code(document, rules) == "VERL_VERK"
    assert code(replace(document, order_vat=line().vat), rules) == "GEEN"
    with pytest.raises(UnbookableError) as caught:
        code(document)
    assert caught.value.code == codes.REVERSE_CHARGE_UNSET


@pytest.mark.parametrize(
    ("document", "error_code", "says"),
    [
        pytest.param(
            invoice(line("1.00", "0.13", "NL-13")), codes.TAX_UNMAPPED, "NL-13", id="unmapped"
        ),
        pytest.param(
            invoice(FREE, **abroad("BE")),
            codes.NO_VAT_TO_CONSUMER,
            "No VAT charged to a consumer in BE",
            id="consumer without VAT",
        ),
        pytest.param(
            invoice(FREE, **abroad("BE", "BE0428759498")),
            codes.VAT_NUMBER_INVALID,
            "not valid",
            id="wrong check digit",
        ),
        pytest.param(
            invoice(line("1.00", "0.21", "BE-21"), **abroad("BE", BE_COMPANY)),
            codes.FOREIGN_VAT,
            "foreign VAT",
            id="foreign VAT on a business",
        ),
        pytest.param(
            invoice(line("1.00", "0.20", "FR-20"), **abroad("FR")),
            codes.LEDGER_UNMAPPED,
            "OSS ledger for FR",
            id="OSS without ledger",
        ),
    ],
)
def test_what_cannot_be_right_is_refused_by_name(
    document: SalesDocument, error_code: str, says: str
) -> None:
    """Never a silent GEEN."""
    with pytest.raises(UnbookableError, match=says) as caught:
        code(document)
    assert caught.value.code == error_code


@pytest.mark.parametrize(
    ("number", "country", "compact"),
    [
        ("BE 0428.759.497", "BE", BE_COMPANY),
        ("0428759497", "BE", BE_COMPANY),
        ("094259216", "GR", "EL094259216"),
        ("BE0428759498", "BE", ""),
        ("x" * 10_000, "BE", ""),
        ("", "BE", ""),
    ],
)
def test_vat_numbers_are_read_as_people_type_them(number: str, country: str, compact: str) -> None:
    """With and without prefix, dots and spaces."""
    assert compact_vat_number(number, country) == compact
