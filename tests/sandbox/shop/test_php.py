"""PHP's own ways, as far as a client of Magento meets them."""

import json
from decimal import Decimal
from functools import cmp_to_key

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.sandbox.shop.php import (
    Json,
    dumps,
    is_numeric,
    leading_number,
    natural_compare,
    parse_query,
    to_int,
)

MAX = 2**63 - 1


@pytest.mark.parametrize(
    ("query", "parsed"),
    [
        ("a=1&b=2", {"a": "1", "b": "2"}),
        ("a=1&a=2", {"a": "2"}),
        ("a", {"a": ""}),
        ("a=b=c", {"a": "b=c"}),
        ("a=x+y&b=x%2By", {"a": "x y", "b": "x+y"}),
        ("a[b][0][c]=1", {"a": {"b": {"0": {"c": "1"}}}}),
        ("a[]=1&a[]=2&a[7]=3&a[]=4", {"a": {"0": "1", "1": "2", "7": "3", "8": "4"}}),
        ("a%5Bb%5D=1", {"a": {"b": "1"}}),
        ("a[b=1", {"a_b": "1"}),
        ("a[b]c=1", {"a": {"b": "1"}}),
        ("a=1&a[b]=2", {"a": {"b": "2"}}),
        ("a.b c=1", {"a_b_c": "1"}),
        ("=1&&[x]=2", {}),
        ("a=%FF", {"a": "\ufffd"}),
    ],
)
def test_a_query_string_is_read_as_php_reads_it(query: str, parsed: Json) -> None:
    assert parse_query(query) == parsed


def test_a_query_string_has_limits() -> None:
    """PHP stops at 1,000 variables and at 64 levels."""
    assert len(parse_query("&".join(f"v{n}=1" for n in range(3000)))) == 1000
    assert parse_query("a" + "[x]" * 100_000 + "=1") == {}


@pytest.mark.parametrize(
    "ordered",
    [
        ["a", "a2", "a10", "b"],
        ["%5B2%5D", "%5B10%5D"],
        ["img02", "img1", "img2", "img12"],  # 02 is a fraction
        ["1.001", "1.002", "1.010", "1.02", "1.1"],
        ["", "0", "1"],
        ["A", "a"],
    ],
)
def test_natural_order_is_strnatcmp(ordered: list[str]) -> None:
    backwards = ordered[::-1]
    assert sorted(backwards, key=cmp_to_key(natural_compare)) == ordered


@settings(deadline=None)
@given(st.text("ab019%.", max_size=8), st.text("ab019%.", max_size=8))
def test_natural_order_is_the_same_from_both_sides(left: str, right: str) -> None:
    assert natural_compare(left, right) == -natural_compare(right, left)
    assert natural_compare(left, left) == 0


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("12", 12),
        (" 12 ", 12),
        ("1.9", 1),
        ("1e3", 1000),
        ("-1", -1),
        (5, 5),
        ("9" * 99, 2**63 - 1),
    ],
)
def test_numeric_strings_become_integers(value: object, number: int) -> None:
    assert is_numeric(value)
    assert to_int(value) == number


@pytest.mark.parametrize("value", ["", "abc", "1abc", "0x1A", "1 2", None, True, [], "9" * 500])
def test_other_values_are_not_numeric(value: object) -> None:
    assert not is_numeric(value)


@pytest.mark.parametrize(
    ("text", "number"), [("12abc", 12), ("abc", 0), ("", 0), (" -1.5x", -1.5), (".5", 0.5)]
)
def test_texts_compare_by_the_number_they_begin_with(text: str, number: float) -> None:
    assert leading_number(text) == number


def test_json_is_written_as_php_writes_it() -> None:
    value = {
        "a": Decimal("72.6800"),
        "b": Decimal("72.0000"),
        "c": 1.0,
        "d": "é/",
        "e": {},
        "f": None,
    }
    assert dumps(value) == '{"a":72.68,"b":72,"c":1,"d":"\\u00e9\\/","e":[],"f":null}'


@pytest.mark.parametrize(
    ("value", "text"),
    [(5.0, "5"), ([1.0, 2.50], "[1,2.5]"), ({"a": "5.0,"}, '{"a":"5.0,"}'), ("{}", '"{}"')],
)
def test_integral_floats_lose_their_zero_and_texts_keep_it(value: Json, text: str) -> None:
    assert dumps(value) == text


def test_what_is_not_json_is_refused() -> None:
    with pytest.raises(TypeError, match="set is not JSON"):
        dumps({"a": set()})


@settings(deadline=None)
@given(st.decimals(min_value=-(10**8), max_value=10**8, places=4))
def test_amounts_survive_as_json_to_the_fourth_decimal(amount: Decimal) -> None:
    assert json.loads(dumps(amount), parse_float=Decimal, parse_int=Decimal) == amount
