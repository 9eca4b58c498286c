"""A list is read whole while it changes, and a shop that does not play along is found out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.domain.documents import SalesDocument
from sync.errors import ConfigurationError, UnreadableError
from sync.magento import Page, Shop
from sync.sandbox import shop as simulated
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.http import Server
from sync.sandbox.shop.criteria import Limits
from tests.golden.recordings import RECORDED_AT, SETTINGS, recorded_shop
from tests.magento.recorded import access
from tests.magento.scripted import Script, answer

_START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class _Change:
    """A row as it is from `at` on."""

    entity: dict[str, Any]
    at: datetime
    table: str = "invoices"
    action: str = "put"


def _row(number: int, seconds: int) -> _Change:
    at = _START + timedelta(seconds=seconds)
    text = at.strftime("%Y-%m-%d %H:%M:%S")
    return _Change({"entity_id": number, "updated_at": text, "created_at": text}, at)


def _empty_shop(clock: SimulatedClock) -> simulated.Shop:
    shop = recorded_shop(clock)
    for number in range(1, 100):
        shop.state.apply(_Change({"entity_id": number}, RECORDED_AT, action="delete"))
    return shop


def _versions(page: Page[SalesDocument]) -> set[tuple[int, datetime]]:
    """What was seen of which row; these rows have too little to become documents."""
    assert page.documents == ()
    return {(row.id, row.updated_at) for row in page.unreadable if row.updated_at}


@settings(max_examples=15, deadline=None)
@given(
    seconds=st.lists(st.integers(0, 3), min_size=1, max_size=14),
    page_size=st.integers(1, 5),
    moves=st.lists(st.tuples(st.integers(0, 4), st.integers(1, 14)), max_size=8),
)
def test_rows_that_change_while_they_are_read_are_not_lost(
    seconds: Sequence[int], page_size: int, moves: Sequence[tuple[int, int]]
) -> None:
    """Many in one second, some moving to the end between two pages.

    A change in the very second in which reading ended may hide behind the last row; reading again
    from the last watermark finds it, which is why every run begins before the last one's end.
    """
    clock = SimulatedClock(RECORDED_AT)
    app = _empty_shop(clock)
    rows = {number: _row(number, second) for number, second in enumerate(seconds, 1)}
    for row in rows.values():
        app.state.apply(row)
    seen: set[tuple[int, datetime]] = set()
    watermark = _START
    with (
        Server(app, clock=clock) as server,
        Shop(access(server.url, page_size=page_size), clock) as shop,
    ):
        for count, page in enumerate(shop.invoices_since(_START)):
            assert len(page.unreadable) <= page_size
            seen |= _versions(page)
            watermark = page.watermark
            for _, number in (move for move in moves if move[0] == count):
                if number in rows:
                    rows[number] = _row(number, 3 + count)
                    app.state.apply(rows[number])
        for page in shop.invoices_since(watermark):
            seen |= _versions(page)
    assert {(number, row.at) for number, row in rows.items()} <= seen


@pytest.mark.parametrize("page_size", [1, 2, 3, 7])
def test_more_rows_in_one_second_than_fit_a_page_are_all_read_once(page_size: int) -> None:
    """The id breaks the tie."""
    clock = SimulatedClock(RECORDED_AT)
    app = _empty_shop(clock)
    for number in range(1, 8):
        app.state.apply(_row(number, 0))
    with (
        Server(app, clock=clock) as server,
        Shop(access(server.url, page_size=page_size), clock) as shop,
    ):
        found = [row.id for page in shop.invoices_since(None) for row in page.unreadable]
    assert found == [1, 2, 3, 4, 5, 6, 7]


def test_the_number_of_calls_is_what_the_pages_need() -> None:
    """One per page and one to see that there is no more; none for orders nobody can name."""
    clock = SimulatedClock(RECORDED_AT)
    rows = {"items": [_row(1, 0).entity, _row(2, 1).entity]}
    script = Script(clock, answer(body=rows), answer(body={"items": None}))
    with (
        Server(script, clock=clock) as server,
        Shop(access(server.url, page_size=2), clock) as shop,
    ):
        assert len(list(shop.invoices_since(None))) == 1
    assert [request.path for request in script.requests] == ["/rest/V1/invoices"] * 2


@pytest.mark.parametrize(
    "second",
    [
        pytest.param([_row(1, 0), _row(2, 1)], id="the same page again"),
        pytest.param([_row(2, 1), _row(3, 2)], id="the last row again"),
        pytest.param([_row(4, 3), _row(3, 2)], id="out of order"),
        pytest.param([_row(3, 0), _row(4, 1)], id="older than asked for"),
    ],
)
def test_a_shop_that_ignores_filter_or_order_is_found_out(second: list[_Change]) -> None:
    """A cache or a rewriting proxy: going on would lose documents or never end."""
    clock = SimulatedClock(RECORDED_AT)
    pages = [[_row(1, 0), _row(2, 1)], second]
    script = Script(
        clock, *(answer(body={"items": [row.entity for row in rows]}) for rows in pages)
    )
    with (
        Server(script, clock=clock) as server,
        Shop(access(server.url, page_size=2), clock) as shop,
    ):
        reading = shop.invoices_since(None)
        next(reading)
        with pytest.raises(UnreadableError, match=r"not sorted and filtered"):
            next(reading)


def test_a_shop_with_a_lower_limit_says_which_setting_to_change() -> None:
    """A limit on page sizes is off by default, and then 300."""
    clock = SimulatedClock(RECORDED_AT)
    app = recorded_shop(clock, replace(SETTINGS, limits=Limits(enabled=True, maximum_page_size=20)))
    with (
        Server(app, clock=clock) as server,
        Shop(access(server.url), clock) as shop,
        pytest.raises(ConfigurationError, match=r"shop.page_size .*Maximum .* pageSize is 20"),
    ):
        list(shop.invoices_since(None))


def test_an_old_shop_that_repeats_its_last_page_is_read_once() -> None:
    """Version 2.3 does; every call here asks for a first page."""
    clock = SimulatedClock(RECORDED_AT)
    app = _empty_shop(clock)
    app.settings = simulated.ShopSettings(integrations=SETTINGS.integrations, repeat_last_page=True)
    for number in range(1, 5):
        app.state.apply(_row(number, number))
    with (
        Server(app, clock=clock) as server,
        Shop(access(server.url, page_size=2), clock) as shop,
    ):
        found = [row.id for page in shop.invoices_since(None) for row in page.unreadable]
    assert found == [1, 2, 3, 4]
