"""The client reads the recorded shop over real HTTP, signed as a real Magento wants it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from sync.errors import ConfigurationError
from sync.magento import Shop
from sync.sandbox.clock import SimulatedClock
from tests.golden.recordings import (
    INVOICE_READER,
    RECORDED_AT,
    SETTINGS,
    recorded_shop,
)
from tests.magento.recorded import ids, serving, whole_names


def test_all_recorded_invoices_are_read_and_the_cut_ones_told_by_name() -> None:
    """59 were recorded, 12 of them whole; each is there once, in the order of its change."""
    with serving(page_size=7) as (shop, _, _):
        pages = list(shop.invoices_since(None))
    documents = [each for page in pages for each in page.documents]
    unreadable = [each for page in pages for each in page.unreadable]
    numbers = [number for page in pages for number in ids(page)]
    assert len(documents) == len(whole_names("invoice")) == 12
    assert len(numbers) == len(set(numbers)) > 50
    assert len(pages) == -(-len(numbers) // 7)
    assert all(each.message.startswith("Validation error: ") for each in unreadable)
    assert all(page.watermark >= each.updated_at for page in pages for each in page.documents)
    moments = [each.updated_at for each in documents]
    assert moments == sorted(moments)


def test_recorded_invoices_add_up_when_they_come_over_http() -> None:
    """The same to the cent as straight from the file."""
    with serving() as (shop, _, _):
        for page in shop.invoices_since(None):
            for document in page.documents:
                assert sum(line.gross for line in document.lines) == document.total


def test_recorded_credit_memos_are_read() -> None:
    """Those that are recorded whole, with the invoice they refund where the shop says so."""
    with serving() as (shop, _, _):
        found = {
            each.number: each for page in shop.credit_memos_since(None) for each in page.documents
        }
    assert found.keys() == {"000000001", "000000002", "000000004", "000000006"}
    assert found["000000001"].invoice_id is None
    assert found["000000006"].invoice_id == 15


def test_reading_goes_on_where_it_stopped() -> None:
    """From any page's watermark on, everything that comes after it comes again."""
    with serving(page_size=3) as (shop, _, _):
        pages = list(shop.invoices_since(None))
        for index, page in enumerate(pages):
            again = {each for later in shop.invoices_since(page.watermark) for each in ids(later)}
            assert again >= {each for later in pages[index + 1 :] for each in ids(later)}


def test_since_is_inclusive_and_cut_to_the_second() -> None:
    """The shop knows whole seconds only."""
    with serving() as (shop, _, _):
        moment = datetime(2026, 11, 23, 4, 14, 9, 900_000, tzinfo=UTC)
        first = next(shop.invoices_since(moment))
    assert first.documents[0].number == "000000004"


def test_nothing_new_is_no_page() -> None:
    """And costs one call."""
    with serving() as (shop, _, _):
        assert list(shop.invoices_since(RECORDED_AT)) == []


def test_store_views_are_filtered_by_the_shop() -> None:
    """None means all; an empty choice means none."""
    with serving() as (shop, _, _):
        everything = [
            row for page in shop.invoices_since(None, {1, 2, 3}) for row in page.documents
        ]
        second = [row for page in shop.invoices_since(None, {2}) for row in page.documents]
        assert list(shop.invoices_since(None, ())) == []
    assert len(everything) == 12
    assert {row.store_id for row in second} <= {2}


def test_documents_by_id_come_in_the_order_asked_for_and_missing_ones_are_told() -> None:
    """Also when there are more than fit one call, and when one is asked for twice."""
    with serving(page_size=2) as (shop, _, _):
        found = shop.invoices_by_id([4, 99_999, 1, 2, 4, 3])
        memos = shop.credit_memos_by_id([6, 77])
        nothing = shop.invoices_by_id([])
    assert [each.id for each in found.documents] == [4, 1, 2, 3]
    assert found.missing == (99_999,)
    assert ([each.id for each in memos.documents], memos.missing) == ([6], (77,))
    assert (nothing.documents, nothing.unreadable, nothing.missing) == ((), (), ())


def test_an_order_that_the_shop_does_not_give_out_makes_its_invoice_unreadable() -> None:
    """Only that one; its ids are told so that somebody can look."""
    clock = SimulatedClock(RECORDED_AT)
    app = recorded_shop(clock)
    app.state.apply(_Gone(at=RECORDED_AT, table="orders", entity={"entity_id": 3}, action="delete"))
    with serving(app) as (shop, _, _):
        found = shop.invoices_by_id([3, 4])
    assert [each.id for each in found.documents] == [3]
    (lost,) = found.unreadable
    assert (lost.id, lost.number, lost.order_id, lost.store_id) == (4, "000000004", 3, 1)
    assert lost.message.endswith("the shop does not give out its order 3")


def test_store_views_have_their_zone_and_the_admin_is_none_of_them() -> None:
    """The zone decides the booking date."""
    with serving() as (shop, _, _):
        stores = shop.stores()
    assert {number: store.code for number, store in stores.items()} == {
        1: "default",
        2: "us",
        3: "b2b_nl",
    }
    assert stores[2].zone == "Europe/Amsterdam"
    assert (stores[3].name, stores[3].website_id, stores[3].base_currency) == ("B2B NL", 2, "EUR")


def test_tax_rates_and_customer_groups_are_read_whole() -> None:
    """Over several pages; a shop of version 2.3 repeats its last page and is not read for ever."""
    old = recorded_shop(SimulatedClock(RECORDED_AT), replace(SETTINGS, repeat_last_page=True))
    for app in (None, old):
        with serving(app, page_size=4) as (shop, _, _):
            rates, groups = shop.tax_rates(), shop.customer_groups()
        assert [rate.code for rate in rates[2:5]] == ["NL-21", "NL-9", "NL-0"]
        assert len(rates) == 8
        assert (rates[2].country, rates[2].percent) == ("NL", Decimal(21))
        assert [group.id for group in groups] == [0, 1, 2, 3, 4]
        assert groups[4].tax_class == "B2B reverse charge"


def test_tax_rules_name_their_rates_and_classes() -> None:
    """One that names what the shop does not list any more leaves that out."""
    with serving(page_size=2) as (shop, _, _):
        rates = shop.tax_rates()
        high, low, zero = shop.tax_rules(rates)
        without = shop.tax_rules(rates[:3])
    assert (high.id, high.name, high.rates) == (1, "High rate", ("NL-21", "DE-19", "BE-21"))
    assert (high.customer_classes, high.product_classes) == (
        ("Retail Customer",),
        ("Taxable Goods",),
    )
    assert low.product_classes == ("NL laag 9%",)
    assert zero.rates == ("NL-0",)
    assert [rule.rates for rule in without] == [("NL-21",), (), ()]


def test_the_servers_clock_is_told() -> None:
    """Before any answer it is ours."""
    with serving() as (shop, _, clock):
        assert shop.server_time == RECORDED_AT
        clock.sleep(90)
        shop.stores()
        clock.sleep(90)
        assert shop.server_time == RECORDED_AT + timedelta(seconds=90)


def test_check_names_each_right_that_is_missing() -> None:
    """An integration that may read invoices only."""
    keys = {
        "consumer_key": INVOICE_READER.consumer_key,
        "consumer_secret": INVOICE_READER.consumer_secret,
        "token": INVOICE_READER.token,
        "token_secret": INVOICE_READER.token_secret,
    }
    with serving(**keys) as (shop, _, _):
        rights = {right.resource: right.problem for right in shop.check()}
    assert rights.pop("Magento_Sales::sales_invoice") == ""
    assert len(rights) == 6
    for resource, problem in rights.items():
        assert problem.startswith("Invalid credentials: ")
        assert resource in problem


def test_check_finds_nothing_with_all_rights() -> None:
    """All seven; one fewer where accounts are not to be read."""
    with serving() as (shop, _, _):
        assert [right.problem for right in shop.check()] == [""] * 7
        assert [right.problem for right in shop.check(customers=False)] == [""] * 6


def test_wrong_keys_stop_the_run() -> None:
    """One word for all reasons, because the shop has only one."""
    with (
        serving(token_secret="z" * 32) as (shop, _, _),
        pytest.raises(ConfigurationError, match=r"^Invalid credentials: .*signature") as caught,
    ):
        shop.stores()
    assert caught.value.code == "CREDENTIALS"


class _Gone:
    """A happening for the simulated shop's state."""

    def __init__(self, *, at: datetime, table: str, entity: dict[str, int], action: str) -> None:
        self.at, self.table, self.entity, self.action = at, table, entity, action


def test_a_closed_shop_can_be_opened_again() -> None:
    """`with` closes the connection, not more."""
    with serving() as (shop, _, _):
        shop.close()
        assert isinstance(shop, Shop)
        assert shop.stores()
