"""Invented people: valid in form, and nobody's."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.eu import vat

from sync.sandbox.people import misprinted, person

COUNTRIES = ["NL", "BE", "DE", "FR", "AT", "US", "GB", "CH"]


@given(st.integers(), st.sampled_from(["NL", "BE", "DE", "FR"]))
def test_companies_in_the_union_have_a_vat_number_with_right_check_digits(
    seed: int, country: str
) -> None:
    number = person(Random(seed), country, business=True).vat_number
    assert number is not None
    assert number.startswith(country)
    assert vat.is_valid(number)
    assert not vat.is_valid(misprinted(number))


@pytest.mark.parametrize("country", COUNTRIES)
def test_consumers_have_neither_company_nor_vat_number(country: str) -> None:
    someone = person(Random(1), country)
    assert (someone.company, someone.vat_number, someone.country) == (None, None, country)


@given(st.integers(), st.sampled_from(COUNTRIES), st.booleans())
def test_mail_goes_nowhere_and_addresses_are_complete(
    seed: int,
    country: str,
    business: bool,
) -> None:
    """E-mail in plain ASCII under .example; names keep their accents."""
    someone = person(Random(seed), country, business=business)
    assert someone.email.isascii()
    assert someone.email.count("@") == 1
    assert someone.email.endswith(".example")
    assert all((someone.firstname, someone.lastname, someone.city, someone.telephone))
    assert all(someone.street)
    assert not set(someone.postcode + someone.telephone) & set("#@")


def test_the_same_chance_gives_the_same_person() -> None:
    assert person(Random(3), "NL") == person(Random(3), "NL")
    assert person(Random(3), "NL") != person(Random(4), "NL")
