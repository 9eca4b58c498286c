"""Customer accounts: read page by page like documents, by website, and by id."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from sync.domain import codes
from sync.domain.documents import Address, Buyer
from sync.magento.customers import customer
from sync.magento.fields import FieldError, Fields
from sync.sandbox.clock import SimulatedClock
from tests.golden.recordings import RECORDED_AT, recorded_shop
from tests.magento.recorded import body, ids, order_of, parsed, serving, whole_names

ALL = [1, 2, 3, 4]


@dataclass(frozen=True, slots=True)
class Put:
    """An account as the shop has it now."""

    entity: Mapping[str, Any]
    at: datetime = RECORDED_AT
    table: str = "customers"
    action: str = "put"


def recorded(number: int, **changes: Any) -> Fields:
    """A recorded account."""
    return Fields(f"customer {number}", body(f"customers_get_{number}") | changes)


def test_an_account_is_its_default_billing_address() -> None:
    """Company, VAT number and names from it; what it leaves open from the account."""
    made = customer(recorded(2), {1: "base"})
    assert made.buyer == Buyer(
        number=2,
        email="inkoop@bedrijf.example.test",
        company="Bedrijf & Zonen B.V.",
        firstname="Petra",
        lastname="Jansen",
        telephone="0000000000",
        address=Address(
            street="Voorbeeldstraat 12 2e etage", postcode="3011AA", city="Rotterdam", country="NL"
        ),
        vat_number="NL001234567B01",
        group=1,
    )
    assert (made.website_id, made.website) == (1, "base")
    assert made.created_at == datetime(2026, 11, 23, 4, 12, 24, tzinfo=UTC)


def test_among_several_addresses_the_default_one_counts() -> None:
    """Named by its id as text, or marked itself; none where neither is."""
    [first] = body("customers_get_1")["addresses"]
    other = {**first, "id": first["id"] + 6, "city": "Elders"}
    for address in (first, other):
        address.pop("default_billing", None)
    named = recorded(1, addresses=[first, other], default_billing="7")
    assert customer(named, {}).buyer.address.city == "Elders"
    marked = recorded(1, addresses=[first, other | {"default_billing": True}], default_billing=None)
    assert customer(marked, {}).buyer.address.city == "Elders"
    neither = customer(recorded(1, addresses=[first, other], default_billing=None), {})
    assert neither.buyer.address == Address()
    assert neither.buyer.name == "Jan de Vries", "the account's own"


def test_an_order_and_its_account_are_read_alike() -> None:
    """So that the same facts make the same relation, and nothing is sent back and forth."""
    found = 0
    for name in whole_names("invoice"):
        buyer = parsed("invoice", body(name), order_of(name)).buyer
        if buyer.number in {1, 2, 3, 4}:
            found += 1
            account = customer(recorded(buyer.number), {}).buyer
            there = replace(account.address, street=buyer.address.street)  # they had moved
            assert replace(account, address=there) == buyer, name
    assert found > 2


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"created_at": None}, "no created_at"),
        ({"updated_at": "now"}, "updated_at is no date"),
        ({"addresses": "none"}, "addresses is text"),
        ({"email": 5}, "email is"),
    ],
)
def test_what_cannot_be_used_is_named(changes: dict[str, Any], what: str) -> None:
    """Which field, never its value."""
    with pytest.raises(FieldError, match=what):
        customer(recorded(1, **changes), {})


def test_accounts_are_read_page_by_page_whatever_changes_meanwhile() -> None:
    """A page holds two; one that changes while it is read comes again, none is left out."""
    with serving(page_size=2) as (shop, _, _):
        pages = list(shop.customers_since(None))
        assert [ids(page) for page in pages[:2]] == [[1, 2], [3, 4]]
        assert [x.website for page in pages for x in page.documents] == ["base"] * 4
        assert ids(next(iter(shop.customers_since(pages[0].watermark)))) == [1, 2]
        assert list(shop.customers_since(RECORDED_AT)) == []


def test_only_the_websites_that_are_wanted_are_read() -> None:
    """Customers belong to websites, not to store views."""
    with serving() as (shop, _, _):
        assert [ids(page) for page in shop.customers_since(None, [1])] == [ALL]
        assert list(shop.customers_since(None, [2])) == []
        assert list(shop.customers_since(None, [])) == []
        views = shop.stores().values()
        assert {(view.website_id, view.website) for view in views} == {(1, "base"), (2, "b2b")}


def test_accounts_by_id() -> None:
    """In the order asked for; those that are gone are named."""
    with serving() as (shop, _, _):
        found = shop.customers_by_id([3, 1, 99, 3])
    assert [x.id for x in found.documents] == [3, 1]
    assert found.missing == (99,)
    assert found.unreadable == ()


def test_one_bad_account_does_not_stop_its_page() -> None:
    """It is told as unreadable, by its number."""
    kept = recorded_shop(SimulatedClock(RECORDED_AT))
    kept.state.apply(Put(body("customers_get_3") | {"created_at": "yesterday"}))
    with serving(kept) as (shop, _, _):
        [page] = list(shop.customers_since(None))
    assert ids(page) == ALL
    [bad] = page.unreadable
    assert (bad.id, bad.number, bad.code) == (3, "3", codes.FIELD_INVALID)
    assert "created_at is no date" in bad.message
