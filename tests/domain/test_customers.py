"""Who a buyer is to the books: one debtor per customer, country and VAT number."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.customers import Debtors, needs_update, relation_fingerprint
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
