"""Stored English becomes the reader's language, and never loses what is not understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pages.ui.messages import shown


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
