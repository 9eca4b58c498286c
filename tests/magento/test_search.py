"""Queries are written so that the shop and an OAuth library agree on their signature."""

from datetime import UTC, datetime, timedelta, timezone
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.magento.search import Filter, number_list, query, timestamp

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


def test_a_query_says_what_the_shop_understands() -> None:
    """Groups are joined with "and", filters in a group with "or"."""
    text = query(
        [[Filter("updated_at", "gt", "2026-11-23 04:14:11"), Filter("entity_id", "gt", "5")]],
        sort=["updated_at", "entity_id"],
        page_size=100,
        fields="items[entity_id],total_count",
    )
    first = "searchCriteria[filter_groups][0][filters]"
    assert parse_qsl(text) == [
        (f"{first}[0][field]", "updated_at"),
        (f"{first}[0][value]", "2026-11-23 04:14:11"),
        (f"{first}[0][condition_type]", "gt"),
        (f"{first}[1][field]", "entity_id"),
        (f"{first}[1][value]", "5"),
        (f"{first}[1][condition_type]", "gt"),
        ("searchCriteria[sortOrders][0][field]", "updated_at"),
        ("searchCriteria[sortOrders][0][direction]", "ASC"),
        ("searchCriteria[sortOrders][1][field]", "entity_id"),
        ("searchCriteria[sortOrders][1][direction]", "ASC"),
        ("searchCriteria[pageSize]", "100"),
        ("searchCriteria[currentPage]", "1"),
        ("fields", "items[entity_id],total_count"),
    ]
    assert "2026-11-23%2004%3A14%3A11" in text


@given(value=_TEXT)
def test_a_value_arrives_as_it_is_and_never_as_a_plus(value: str) -> None:
    """One equals sign per pair, everything else escaped."""
    text = query([[Filter("sku", "eq", value)]], page_size=1)
    pairs = [pair.split("=") for pair in text.split("&")]
    assert all(len(pair) == 2 for pair in pairs)
    assert "+" not in text
    assert ("searchCriteria[filter_groups][0][filters][0][value]", value) in parse_qsl(
        text, keep_blank_values=True
    )


@pytest.mark.parametrize("groups", [[[]] * 11, [[Filter("a", "eq", "1")] * 11]])
def test_an_index_of_ten_is_refused(groups: list[list[Filter]]) -> None:
    """The shop sorts it after 1 and the library before 2: every signature would fail."""
    with pytest.raises(ValueError, match="signatures"):
        query(groups, page_size=1)


def test_moments_are_sent_in_utc_without_a_zone() -> None:
    """The shop silently ignores an offset."""
    summer = datetime(2026, 7, 1, 1, 30, 59, 999_999, tzinfo=timezone(timedelta(hours=2)))
    assert timestamp(summer) == "2026-06-30 23:30:59"
    assert timestamp(datetime(2026, 1, 1, tzinfo=UTC)) == "2026-01-01 00:00:00"


def test_numbers_are_joined_by_commas() -> None:
    """As an `in` filter wants them."""
    assert number_list([3, 1]) == "3,1"
