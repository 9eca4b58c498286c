"""Who a buyer is to the books: one debtor per customer, country and VAT number, or address too."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.customers import (
    CustomerLogic,
    Debtors,
    needs_update,
    relation_fingerprint,
)
from sync.domain.documents import Address, Buyer
from sync.domain.relations import MAX_CODE
from tests.builders import BUYER

SHOP = Debtors("webshop")
BY_ADDRESS = Debtors("webshop", "address")
GUEST = replace(BUYER, number=None)
BELGIAN = replace(BUYER, address=replace(BUYER.address, country="BE"))
buyers = st.builds(
    Buyer,
    number=st.none() | st.integers(1, 10**9),
    email=st.emails(),
    vat_number=st.text(max_size=20),
    address=st.builds(Address, country=st.sampled_from(["NL", "BE", "GR", "US", ""])),
)


@given(buyers, st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=16))
def test_any_buyer_has_a_code_the_books_take(buyer: Buyer, connection: str) -> None:
    """At most 15 letters and digits, equal at every try."""
    code = Debtors(connection).code(buyer)
    assert len(code) == MAX_CODE or len(connection.replace("-", "")) < 4
    assert len(code) <= MAX_CODE
    assert code.isalnum()
    assert code == Debtors(connection).code(replace(buyer, telephone="1", company="X"))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(BUYER, number=8), id="another customer"),
        pytest.param(BELGIAN, id="another country"),
        pytest.param(replace(BUYER, vat_number="NL004495445B01"), id="a VAT number"),
        pytest.param(GUEST, id="as a guest"),
    ],
)
def test_what_changes_the_tax_makes_another_debtor(other: Buyer) -> None:
    """Country and VAT number change the tax treatment."""
    assert SHOP.identity(other) != SHOP.identity(BUYER)
    assert SHOP.code(other) != SHOP.code(BUYER)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(replace(BUYER, lastname="Pietersen"), id="name"),
        pytest.param(replace(BUYER, email="other@klant.example"), id="e-mail of an account"),
    ],
)
def test_what_does_not_change_it_keeps_the_debtor(other: Buyer) -> None:
    """A renamed customer is the same customer."""
    assert SHOP.identity(other) == SHOP.identity(BUYER)


def test_a_guest_is_known_by_e_mail_whatever_its_case() -> None:
    """Guests have no number."""
    assert SHOP.identity(GUEST) == SHOP.identity(replace(GUEST, email=" JAN@klant.example"))
    assert SHOP.identity(GUEST) != SHOP.identity(replace(GUEST, email="piet@klant.example"))


def test_by_address_an_accounts_billing_address_is_part_of_it() -> None:
    """A guest is known by e-mail, country and VAT number either way."""
    moved = replace(BUYER, address=replace(BUYER.address, city="Elders"))
    assert SHOP.identity(moved) == SHOP.identity(BUYER)
    assert BY_ADDRESS.identity(moved) != BY_ADDRESS.identity(BUYER)
    assert BY_ADDRESS.identity(BUYER) != SHOP.identity(BUYER)
    there = replace(moved, number=None)
    assert BY_ADDRESS.identity(there) == BY_ADDRESS.identity(GUEST) == SHOP.identity(GUEST)


@given(
    parts=st.lists(st.text(min_size=1, max_size=12), min_size=3, max_size=3),
    marks=st.lists(st.sampled_from([" ", "  ", ",", "-", ". ", "_"]), min_size=3, max_size=3),
)
def test_an_address_counts_however_it_is_spelled(parts: list[str], marks: list[str]) -> None:
    """Capitals, spaces and punctuation make no other place."""
    plain = Address(street=parts[0], postcode=parts[1], city=parts[2], country="NL")
    shown = [f"{mark}{part.swapcase()}{mark}" for part, mark in zip(parts, marks, strict=True)]
    # Some letters have no way back, e.g. the dotless i; then it is another spelling.
    if any(part.swapcase().casefold() != part.casefold() for part in parts):
        return
    other = Address(street=shown[0], postcode=shown[1], city=shown[2], country="NL")
    one, two = replace(BUYER, address=plain), replace(BUYER, address=other)
    assert BY_ADDRESS.code(one) == BY_ADDRESS.code(two)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Dorpsstraat 12-A", "dorpsstraat 12a", True),
        ("Dorpsstraat 12 - 14", "Dorpsstraat 12-14", True),
        ("Straße 5", "STRASSE 5", True),
        ("Straat 1 12", "Straat 11 2", False),
        ("Dorpsstraat 12", "Dorpsstraat 21", False),
        ("Dorpsstraat 12", "", False),
    ],
)
def test_two_streets(one: str, other: str, is_same: bool) -> None:
    """Numbers stay apart."""
    buyers = [
        replace(BUYER, address=replace(BUYER.address, street=street)) for street in (one, other)
    ]
    assert (BY_ADDRESS.code(buyers[0]) == BY_ADDRESS.code(buyers[1])) is is_same


@given(st.lists(buyers, min_size=2, max_size=2), st.sampled_from(["customer", "address"]))
def test_two_buyers_are_one_debtor_exactly_when_all_parts_agree(
    two: list[Buyer], logic: CustomerLogic
) -> None:
    """Whatever else differs between them."""
    one, other = two
    shared = replace(
        other,
        number=one.number,
        email=one.email if one.number is None else other.email,
        vat_number=one.vat_number,
        address=one.address,
    )
    debtors = Debtors("webshop", logic)
    assert debtors.identity(shared) == debtors.identity(one)
    assert debtors.identity(replace(shared, number=10**9 + 1)) != debtors.identity(one)
    abroad = replace(one, address=replace(one.address, country="SE"))
    assert debtors.code(abroad) != debtors.code(one)


def test_by_address_a_relation_found_by_e_mail_must_be_there_too() -> None:
    """Else the second address of a customer would be booked on the first one's relation."""
    found = replace(BY_ADDRESS.relation(BUYER), code="10001", address="KERKSTRAAT 1")
    moved = replace(BUYER, address=replace(BUYER.address, street="Kerkstraat 1"))
    assert BY_ADDRESS.is_same(found, moved)
    elsewhere = replace(moved, address=replace(moved.address, street="Kerkstraat 2"))
    assert not BY_ADDRESS.is_same(found, elsewhere)
    assert SHOP.is_same(found, elsewhere)
    assert BY_ADDRESS.is_same(found, replace(elsewhere, number=None)), "guests have none"


def test_a_company_has_its_person_as_contact_and_a_person_has_none() -> None:
    """The books want a name always, a contact only at companies."""
    firm = SHOP.relation(replace(BUYER, company="Jansen BV"))
    assert (firm.business, firm.name, firm.contact) == (True, "Jansen BV", "Jan Jansen")
    person = SHOP.relation(BUYER)
    assert (person.business, person.name, person.contact) == (False, "Jan Jansen", "")


def test_a_relation_found_by_e_mail_counts_only_when_all_agree() -> None:
    """E-mail without case, country and VAT number after normalising."""
    wanted = SHOP.relation(BUYER)
    assert SHOP.is_same(replace(wanted, email="JAN@KLANT.example", code="10001"), BUYER)
    assert not SHOP.is_same(replace(wanted, country="BE"), BUYER)
    assert not SHOP.is_same(replace(wanted, vat_number="BE0428759497"), BUYER)


def test_an_update_is_due_only_when_something_differs() -> None:
    """What the shop leaves empty is no reason to delete the bookkeeper's."""
    booked = replace(SHOP.relation(BUYER), id=9, other={"Notitie": "belt altijd"})
    assert needs_update(booked, SHOP.relation(replace(BUYER, telephone=""))) is None
    moved = SHOP.relation(replace(BUYER, address=replace(BUYER.address, city="Elders")))
    update = needs_update(booked, moved)
    assert update is not None
    assert (update.city, update.other, update.id) == ("Elders", {"Notitie": "belt altijd"}, 9)
    assert relation_fingerprint(moved) != relation_fingerprint(booked)
