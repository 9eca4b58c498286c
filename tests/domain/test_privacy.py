"""Attempts are kept for ever, so nothing personal may enter them."""

import json

from hypothesis import given
from hypothesis import strategies as st

from sync.domain.privacy import MAX_DETAIL, MAX_MESSAGE, detail_json, mask_email, scrub
from tests.builders import BUYER


def test_e_mail_addresses_are_masked_wherever_they_stand() -> None:
    """Enough stays to understand."""
    assert scrub("Unknown: <Jan.de-Vries@mail.shop.nl>, x") == "Unknown: <J…@….nl>, x"
    assert mask_email("jan@klant.example") == "j…@….example"


def test_what_tells_who_it_is_disappears_from_a_services_text() -> None:
    """Name, street, postcode, telephone; also in other letters."""
    text = scrub("Relatie JAN JANSEN, Dorpsstraat 1, 1234 AB Ons Dorp, 0612345678", BUYER)
    for word in ("jansen", "dorpsstraat", "1234 ab", "0612345678"):
        assert word not in text.lower()


@given(st.text(max_size=3000))
def test_any_text_can_be_scrubbed(text: str) -> None:
    """Short enough for the record, and no address left."""
    clean = scrub(text, BUYER)
    assert len(clean) <= MAX_MESSAGE
    assert BUYER.email not in clean


values = st.text(max_size=4000) | st.lists(st.text(max_size=50), max_size=300) | st.integers()


@given(st.dictionaries(st.text(max_size=20), values, max_size=8))
def test_details_fit_their_column_and_stay_json(facts: dict[str, object]) -> None:
    """The longest entries give way; the rest stays."""
    text = detail_json(facts)
    assert len(text.encode()) <= MAX_DETAIL
    json.loads(text)


def test_hostile_text_is_scrubbed_fast() -> None:
    """Nothing super-linear on ten thousand characters."""
    for hostile in ("a" * 10_000, "a@" * 5_000, "a." * 5_000, "a@a." * 2_500):
        scrub(hostile, BUYER)
