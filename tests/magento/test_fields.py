"""Fields are read strictly, equal amounts are written equally, and no message holds a value."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.magento.fields import MAX_TEXT, FieldError, Fields


def _fields(value: object) -> Fields:
    return Fields("invoice 12", {"x": value})


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("72", "72.00"),
        ("72.68", "72.68"),
        ("72.680000000000007", "72.68"),
        ("0.12345", "0.1235"),
        ("-0.00004", "0.00"),
        ("-6.25", "-6.25"),
        ("1E+2", "100.00"),
        ("999999999999.9999", "999999999999.9999"),
    ],
)
def test_amounts_have_two_decimals_or_the_shops_four(sent: str, read: str) -> None:
    """Also from a shop that writes floats with seventeen digits."""
    assert str(_fields(Decimal(sent)).amount("x")) == read


@given(cents=st.integers(-(10**11), 10**11), zeros=st.integers(0, 6))
def test_an_amount_is_read_to_the_cent_however_it_is_written(cents: int, zeros: int) -> None:
    """Trailing zeros mean nothing."""
    value = Decimal(cents).scaleb(-2)
    padded = value.quantize(Decimal(1).scaleb(-2 - zeros))
    assert _fields(padded).amount("x") == value
    assert str(_fields(padded).amount("x")) == str(_fields(value).amount("x"))


@pytest.mark.parametrize(
    "value",
    [
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        Decimal("-Infinity"),
        Decimal("1e400"),
        Decimal("1e12") + 1,
        Decimal("1e999999"),
        "12.00",
        True,
        [Decimal(1)],
        {},
        None,
    ],
)
def test_what_is_no_amount_is_refused(value: object) -> None:
    """Text is not turned into money, and nothing becomes zero by itself."""
    with pytest.raises(FieldError, match=r"^invoice 12(: x is | has no x)"):
        _fields(value).amount("x")


@pytest.mark.parametrize(
    "value",
    [
        Decimal("1.5"),
        Decimal(-1),
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("1e30"),
        Decimal("1e999999"),
        Decimal("1e-999999"),
        "12",
        True,
        None,
        [],
    ],
)
def test_an_id_is_a_whole_number(value: object) -> None:
    """Anything else could name another document."""
    with pytest.raises(FieldError):
        _fields(value).identifier("x")


@given(st.integers(0, 2**63 - 1))
def test_ids_come_back_as_they_are(number: int) -> None:
    """As int, also when written with a fraction of zero."""
    assert _fields(Decimal(number)).identifier("x") == number
    assert _fields(Decimal(f"{number}.0")).identifier_or_none("x") == number


@given(st.text(max_size=50))
def test_text_can_be_stored_anywhere(text: str) -> None:
    """No control characters, no halves of characters, no outer spaces."""
    read = _fields(text).text("x")
    assert read == read.strip()
    assert read.encode("utf-8").decode("utf-8") == read
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in read)


def test_halves_of_characters_and_control_characters_are_replaced() -> None:
    """JSON can write both; SQLite and XML can hold neither."""
    assert _fields(" A\ud800\0B\tC\r\n").text("x") == "A\ufffd B C"


@pytest.mark.parametrize(
    "value", ["2026-11-23T04:14:09Z", "2026-11-23", "0000-00-00 00:00:00", "gisteren", Decimal(0)]
)
def test_only_the_shops_own_form_is_a_moment(value: object) -> None:
    """Guessing a date would put a booking into another quarter."""
    with pytest.raises(FieldError):
        _fields(value).moment("x")
    assert _fields("2026-11-23 04:14:09").moment("x") == datetime(
        2026, 11, 23, 4, 14, 9, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("value", "is_set"),
    [
        (Decimal(1), True),
        (True, True),
        (Decimal(0), False),
        (None, False),
        ("1", False),
        ([], False),
    ],
)
def test_a_flag_is_one_or_true(value: object, is_set: bool) -> None:
    """The shop writes both."""
    assert _fields(value).flag("x") is is_set


@pytest.mark.parametrize("nothing", [None, []])
def test_null_and_an_empty_list_are_nothing(nothing: object) -> None:
    """That is how the shop sends an empty list and an object of which nothing was asked for."""
    fields = _fields(nothing)
    assert not fields.has("x")
    assert (fields.text("x"), fields.texts("x"), fields.children("x")) == ("", (), ())
    assert (fields.child("x").data, fields.identifier_or_none("x")) == ({}, None)
    assert str(fields.amount_or_zero("x")) == "0.00"


_READERS: list[Callable[[Fields], Any]] = [
    lambda fields: fields.amount("x"),
    lambda fields: fields.identifier("x"),
    lambda fields: fields.text("x"),
    lambda fields: fields.texts("x"),
    lambda fields: fields.moment("x"),
    lambda fields: fields.child("x"),
    lambda fields: fields.children("x"),
]


@given(
    value=st.recursive(
        st.sampled_from(["geheim@shop.example", "geheim" * 500, Decimal("NaN"), True, None]),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.just("geheim"), inner),
        max_leaves=5,
    ),
    reader=st.sampled_from(_READERS),
)
def test_a_message_says_what_kind_of_thing_is_there_and_never_what(
    value: object, reader: Callable[[Fields], Any]
) -> None:
    """Names and addresses do not belong in a record that is kept for ever."""
    message = "invoice 12"
    try:
        reader(_fields(value))
    except FieldError as error:
        message = str(error)
    assert message.startswith("invoice 12")
    assert "geheim" not in message


def test_text_longer_than_any_column_is_refused() -> None:
    """It cannot come from the shop's tables."""
    assert len(_fields("x" * MAX_TEXT).text("x")) == MAX_TEXT
    with pytest.raises(FieldError, match=r"longer than 1,000 characters"):
        _fields("x" * 10_000).text("x")


@pytest.mark.parametrize(("value", "code"), [(None, "FIELD_MISSING"), (True, "FIELD_INVALID")])
@pytest.mark.parametrize("reader", [_READERS[0], _READERS[1], _READERS[4]])
def test_what_is_left_out_and_what_is_wrong_are_told_apart(
    value: object, code: str, reader: Callable[[Fields], Any]
) -> None:
    """Neither is a trouble of the shop's server."""
    with pytest.raises(FieldError) as caught:
        reader(_fields(value))
    assert caught.value.code == code
