"""Which connections may stand side by side."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.conflicts import Claimed, Conflict, conflicts

ONE = Claimed(
    connection="nl",
    shop="https://www.shop.example",
    store_views=("nl",),
    books="https://soap.e-boekhouden.nl/soap.asmx",
    administration="{5A4DB0C5-0000-4000-8000-000000000001}",
    invoice_prefix="",
    creditmemo_prefix="C",
)
OTHER = replace(
    ONE, connection="be", store_views=("be",), invoice_prefix="B", creditmemo_prefix="BC"
)


def only(*claims: Claimed) -> Conflict:
    """The one conflict of these."""
    [found] = conflicts(claims)
    return found


def test_store_views_with_prefixes_of_their_own_are_fine() -> None:
    """The requirement: several store views, each with its own prefix."""
    assert conflicts([ONE, OTHER]) == []


def test_administrations_of_their_own_need_no_prefixes() -> None:
    """The other requirement: each store view with its own credentials."""
    two = replace(OTHER, administration="{B}", invoice_prefix="", creditmemo_prefix="C")
    assert conflicts([ONE, two]) == []


@pytest.mark.parametrize(
    ("mine", "theirs", "named"),
    [
        (("nl",), ("nl",), "store view nl of"),
        (("nl", "de"), ("be", "nl"), "store view nl of"),
        ((), ("be",), "store view be of"),
        (("nl",), (), "store view nl of"),
        ((), (), "every store view of"),
    ],
)
@pytest.mark.parametrize(
    "address",
    ["https://www.shop.example", "https://WWW.shop.example:443/", "https://www.shop.example./"],
)
def test_one_store_view_has_one_connection(
    mine: tuple[str, ...], theirs: tuple[str, ...], named: str, address: str
) -> None:
    """Also when the addresses are spelt differently; both names are told, and what to do."""
    found = only(replace(ONE, store_views=mine), replace(OTHER, store_views=theirs, shop=address))
    assert found.connections == ("nl", "be")
    assert all(name in found.message for name in (named, "nl and be", "shop.store_views"))


@pytest.mark.parametrize(
    "address", ["https://other.example", "https://www.shop.example/b", "https://www.shop.example:8"]
)
def test_other_shops_may_have_store_views_of_the_same_name(address: str) -> None:
    """Every shop has one called "default", to begin with."""
    assert conflicts([ONE, replace(OTHER, store_views=("nl",), shop=address)]) == []


@pytest.mark.parametrize(
    ("prefixes", "shared"),
    [(("", "BC"), "''"), (("B", "C"), "'C'"), (("B", "c"), "'C'"), (("C", "X"), "'C'")],
)
def test_numbers_of_one_administration_are_kept_apart(
    prefixes: tuple[str, str], shared: str
) -> None:
    """An invoice's prefix against a credit memo's as well; another shop or not."""
    two = replace(OTHER, invoice_prefix=prefixes[0], creditmemo_prefix=prefixes[1])
    for shop in (two.shop, "https://other.example"):
        found = only(ONE, replace(two, shop=shop))
        assert found.connections == ("nl", "be")
        assert shared in found.message
    same = ONE.administration.strip("{}").lower()
    assert conflicts([ONE, replace(two, administration=same)])


def test_invoices_and_credit_memos_need_prefixes_of_their_own() -> None:
    """The shop counts both from 000000001."""
    found = only(replace(ONE, creditmemo_prefix=""))
    assert found.connections == ("nl",)
    assert "creditmemo_prefix" in found.message


def test_an_unknown_administration_is_nobody_elses() -> None:
    """Its own run says which secret is missing."""
    two = replace(OTHER, invoice_prefix="", administration="")
    assert conflicts([ONE, two, replace(two, connection="x", store_views=("x",))]) == []


def test_the_administration_never_shows() -> None:
    """Security code 2 is a secret."""
    assert ONE.administration not in repr(ONE)
    assert all(ONE.administration not in x.message for x in conflicts([ONE, ONE]))


CLAIMS = st.builds(
    Claimed,
    connection=st.sampled_from("abc"),
    shop=st.sampled_from(["https://a.example", "https://a.example/", "https://b.example"]),
    store_views=st.sets(st.sampled_from("xyz"), max_size=2).map(tuple),
    books=st.just("https://books.example"),
    administration=st.sampled_from(["", "1", "2"]),
    invoice_prefix=st.sampled_from(["", "A", "a", "B"]),
    creditmemo_prefix=st.sampled_from(["", "C", "A"]),
)


def test_an_address_that_is_none_meets_only_itself() -> None:
    """Whoever calls it says what is wrong with it."""
    two = replace(OTHER, store_views=("nl",))
    broken = [replace(x, shop="https://[") for x in (ONE, two)]
    assert conflicts([ONE, broken[1]]) == []
    assert conflicts(broken)
    assert conflicts([ONE, replace(two, shop="https://www.shop.example:x")]) == []


@given(CLAIMS, CLAIMS)
def test_the_order_of_connections_makes_no_difference(one: Claimed, two: Claimed) -> None:
    """Whoever is named first, the same pair is refused for the same reasons."""

    def number(*claims: Claimed) -> int:
        return len(conflicts(claims))

    assert number(one, two) == number(two, one)
    alone = number(one) + number(two)
    assert alone <= number(one, two) <= alone + 2
