"""Stored English becomes the reader's language, and never loses what is not understood."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pages.ui.messages import shown
from sync.domain.booked import BookedMutation
from sync.domain.lookup import conflict
from sync.domain.mutations import SENT_INVOICE, Mutation


@pytest.mark.parametrize(
    ("message", "code", "detail", "dutch"),
    [
        ("Success", "", "{}", "Gelukt"),
        ("Success: customer created", "", "{}", "Gelukt: klant aangemaakt"),
        (
            "Invalid tax code: DE-19 has no VAT code; map it with …",
            "TAX_UNMAPPED",
            '{"tax": "DE-19"}',
            "Btw-tarief DE-19 van de winkel heeft nog geen btw-code",
        ),
        (
            "Invoice number already exists: Factuurnummer bestaat al",
            "CMUT019",
            "{}",
            "Factuurnummer bestaat al: Factuurnummer bestaat al",
        ),
        (
            "Success: booked elsewhere as mutation 7 on relation M 1",
            "",
            "{}",
            "Gelukt: elders geboekt als mutatie 7 op relatie M 1",
        ),
        (
            "Invoice number already exists: the books have mutation 60 of 2026-09-02 on relation "
            "10001 for € 1052.45; mutation 61 of 2026-09-03 on relation A; B for € -1.00; to be "
            "booked was 000000049 of 2026-09-02 on relation KSAND for € 42.45",
            "DUPLICATE_CONFLICT",
            '{"mutations": "60,61"}',
            "Dit nummer staat al in de boekhouding: mutatie 60 van 02-09-2026 op relatie 10001 "
            "voor € 1.052,45; mutatie 61 van 03-09-2026 op relatie A; B voor € -1,00; te boeken "
            "was 000000049 van 02-09-2026 op relatie KSAND voor € 42,45",
        ),
        (
            "Invoice number already exists: booked before as mutation 7",
            "DUPLICATE_CONFLICT",
            '{"mutation": "7"}',
            "Dit nummer is eerder al geboekt als mutatie 7",
        ),
        (
            "Validation error: Lines and total differ by € 0.07",
            "TOTALS_DIFFER",
            '{"difference": "0.07", "total": "1210.00"}',
            "Regels en totaal verschillen € 0,07",
        ),
        (
            "Validation error: no ledger for shipping lines; set one with …",
            "LEDGER_UNMAPPED",
            '{"kind": "shipping", "tax": "NL-21"}',
            "Geen grootboekrekening ingesteld voor verzending",
        ),
        (
            "Validation error: ledger 8011 does not exist in the books; make it there, or …",
            "LEDGER_UNKNOWN",
            '{"missing": "ledger 8011"}',
            "Grootboekrekening 8011 bestaat niet in de boekhouding",
        ),
        (
            "Validation error: it was decided about mutation 7, which the books do not have; "
            "look its number up there",
            "",
            "{}",
            "Gegevens kloppen niet: mutatie 7 staat niet in de boekhouding; zoek het nummer daar "
            "op",
        ),
        ("Iets heel anders", "", "{}", "Iets heel anders"),
    ],
)
def test_a_dutch_reader_sees_dutch(message: str, code: str, detail: str, dutch: str) -> None:
    assert shown(message, code, detail, "nl") == dutch
    assert shown(message, code, detail, "en") == message


@pytest.mark.parametrize("detail", ["", "no json", "[]", "null", "{}", '{"tax": 1'])
def test_without_its_facts_a_code_falls_back_to_the_stored_words(detail: str) -> None:
    stored = "Invalid tax code: DE-19 has no VAT code"
    assert shown(stored, "TAX_UNMAPPED", detail, "nl") == "Btw-code ongeldig: DE-19 has no VAT code"


@given(some.text(), some.text(max_size=20), some.text())
def test_any_text_at_all_is_shown_as_some_text(message: str, code: str, detail: str) -> None:
    assert isinstance(shown(message, code, detail, "nl"), str)
    assert shown(message, code, detail, "en") == message


def test_the_engines_own_conflict_is_told_whole() -> None:
    """Its words are put together elsewhere; what the steps say to compare must be in sight."""
    on = date(2026, 9, 2)
    booked = BookedMutation(number=60, kind=SENT_INVOICE, booked_on=on, relation="10001")
    wanted = Mutation(
        booked_on=on,
        debtor_ledger="1300",
        relation="KSAND",
        invoice_number="000000049",
        voucher="",
        description="",
        term=14,
        reference="",
        lines=(),
    )
    error = conflict(wanted, [booked])
    assert shown(error.message, error.code, "{}", "nl") == (
        "Dit nummer staat al in de boekhouding: mutatie 60 van 02-09-2026 op relatie 10001 voor "
        "€ 0,00; te boeken was 000000049 van 02-09-2026 op relatie KSAND voor € 0,00"
    )
