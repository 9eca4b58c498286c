"""What goes wrong on the way is retried where that helps, ends in time, and is told in words."""

from decimal import Decimal
from typing import Any

import pytest

from sync.errors import (
    BoekwachtError,
    ConfigurationError,
    PermanentError,
    TemporaryError,
    UnreadableError,
)
from sync.magento import transport as module
from tests.golden.recordings import INTEGRATION, recordings
from tests.magento.scripted import answer, scripted

_PAGE = (
    b"<!doctype html><html><head><title>Error 503: Service Unavailable</title><style>b{}</style>"
)


def _code(error: pytest.ExceptionInfo[BoekwachtError]) -> tuple[type[BoekwachtError], str]:
    return type(error.value), error.value.code


def test_numbers_are_decimals() -> None:
    """No number ever becomes a float."""
    with scripted(answer(body={"a": 72.68, "b": 3})) as (transport, _):
        assert transport.get("x") == {"a": Decimal("72.68"), "b": Decimal(3)}


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_a_server_in_trouble_is_asked_four_times_with_growing_pauses(status: int) -> None:
    """Three pauses, then the error says that it may go well later."""
    with scripted(answer(status, _PAGE)) as (transport, script):
        with pytest.raises(TemporaryError, match=f"^API error: .* answered {status}: ") as caught:
            transport.get("invoices")
        assert script.pauses == [2, 6, 18]
    assert _code(caught) == (TemporaryError, f"HTTP_{status}")
    assert "Error 503: Service Unavailable" in caught.value.message
    assert "b{}" not in caught.value.message


def test_a_server_that_recovers_is_not_noticed() -> None:
    """The third try goes well."""
    with scripted(answer(503, _PAGE), answer(500, b""), answer(body=[])) as (transport, script):
        assert transport.get("invoices") == []
        assert len(script.requests) == 3


def test_every_try_is_signed_anew() -> None:
    """A nonce is good for one request."""
    with scripted(answer(503, _PAGE)) as (transport, script):
        with pytest.raises(TemporaryError):
            transport.get("invoices")
        headers = [request.headers["Authorization"] for request in script.requests]
    assert len(set(headers)) == 4


def test_the_shops_own_wish_is_the_pause() -> None:
    """When it is longer than ours and not too long."""
    busy = answer(429, {"message": "Too Many Requests"}, {"Retry-After": "9"})
    with scripted(busy, busy, answer(body=[])) as (transport, script):
        assert transport.get("invoices") == []
        assert script.pauses == [9, 9]


@pytest.mark.parametrize(
    ("wish", "seconds"),
    [
        ("3600", 3600.0),
        ("Mon, 23 Nov 2026 05:30:00 GMT", 1800.0),
        ("Mon, 23 Nov 2026 05:30:00", 1800.0),
    ],
)
def test_a_long_wish_is_handed_on_instead_of_waited_for(wish: str, seconds: float) -> None:
    """Seconds or a date, read against the server's own clock."""
    with scripted(answer(503, _PAGE, {"Retry-After": wish})) as (transport, script):
        with pytest.raises(TemporaryError) as caught:
            transport.get("invoices")
        assert len(script.requests) == 1
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize(
    "wish", ["soon", "-5", "1e99", "9" * 5000, "Sun, 06 Nov 1994 08:49:37 GMT"]
)
def test_a_wish_that_makes_no_sense_changes_nothing(wish: str) -> None:
    """Our own pauses then."""
    with scripted(answer(503, _PAGE, {"Retry-After": wish})) as (transport, script):
        with pytest.raises(TemporaryError):
            transport.get("invoices")
        assert script.pauses == [2, 6, 18]


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (400, PermanentError, "HTTP_400"),
        (401, ConfigurationError, "CREDENTIALS"),
        (403, ConfigurationError, "ACCESS_DENIED"),
        (404, PermanentError, "HTTP_404"),
        (405, PermanentError, "HTTP_405"),
        (202, UnreadableError, "UNREADABLE"),
    ],
)
def test_what_another_try_would_not_change_is_asked_once(
    status: int, kind: type[BoekwachtError], code: str
) -> None:
    """The type says what to do instead."""
    with scripted(answer(status, {"message": "No."})) as (transport, script):
        with pytest.raises(BoekwachtError, match=r"No[.]") as caught:
            transport.get("invoices")
        assert len(script.requests) == 1
    assert _code(caught) == (kind, code)


@pytest.mark.parametrize(
    "recording",
    [one for one in recordings() if one.status >= 400 and isinstance(one.body, dict)],
    ids=lambda one: one.name,
)
def test_every_recorded_refusal_is_told_in_the_shops_words(recording: Any) -> None:
    """With its placeholders filled in."""
    with (
        scripted(answer(recording.status, recording.body)) as (transport, _),
        pytest.raises(BoekwachtError) as caught,
    ):
        transport.get("x")
    text = caught.value.message
    assert text.startswith(("API error: ", "Invalid credentials: "))
    parameters = recording.body.get("parameters", [])
    values = parameters.values() if isinstance(parameters, dict) else parameters
    assert all(str(value) in text for value in values)
    assert not any(mark in text for mark in ("%field", "%resources", "%1", "%max"))


def test_several_errors_in_one_answer_are_all_told() -> None:
    """The second list has the same shape as the first."""
    body = {
        "message": "One or more input exceptions have occurred.",
        "errors": [
            {"message": '"%fieldName" is required.', "parameters": {"fieldName": "email"}},
            {"message": "%1 and %2 and %3", "parameters": ["a", 7]},
            "not an object",
        ],
    }
    with (
        scripted(answer(400, body)) as (transport, _),
        pytest.raises(PermanentError, match=r'occurred. "email" is required. a and 7 and %3'),
    ):
        transport.get("x")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><title>Just a moment...</title><script>x()</script>",
        b'{"items":[{"entity_id":1',
        b"[" * 200_000,
        b"\xff\xfe\x00",
        b'<?xml version="1.0"?><response/>',
        b"x" * 10_000,
    ],
    ids=["empty", "page", "truncated", "nested", "binary", "xml", "long"],
)
def test_what_is_not_the_shops_language_is_quoted_in_a_few_words(body: bytes) -> None:
    """With status 200 and yet no answer: not repeated, it would be the same."""
    with scripted(answer(200, body)) as (transport, script):
        with pytest.raises(
            UnreadableError, match=r"^API error: .* not a Magento answer: "
        ) as caught:
            transport.get("invoices")
        assert len(script.requests) == 1
    assert caught.value.code == "UNREADABLE"
    assert len(caught.value.message) < 400
    assert "<" not in caught.value.message
    assert "x()" not in caught.value.message


def test_a_byte_order_mark_does_no_harm() -> None:
    """PHP files saved with one put it before every answer."""
    with scripted(answer(200, b"\xef\xbb\xbf[]")) as (transport, _):
        assert transport.get("x") == []


def test_redirects_are_not_followed_and_name_the_address() -> None:
    """Without its query, which may hold anything."""
    away = answer(301, b"x" * 100, {"Location": "https://www.shop.example/rest/V1/x?key=secret"})
    with scripted(away) as (transport, script):
        with pytest.raises(
            ConfigurationError, match=r"https://www.shop.example/rest/V1/x;"
        ) as caught:
            transport.get("x")
        assert len(script.requests) == 1
    assert caught.value.code == "REDIRECT"
    assert "secret" not in caught.value.message


@pytest.mark.parametrize("location", [None, "http://[", "", "x" * 10_000])
def test_a_redirect_to_nowhere_is_an_error_like_any_other(location: str | None) -> None:
    """Such an address is not even looked at."""
    headers = {} if location is None else {"Location": location}
    with (
        scripted(answer(302, b"", headers)) as (transport, _),
        pytest.raises(ConfigurationError, match=r"redirects to another address"),
    ):
        transport.get("x")


def test_an_answer_that_never_ends_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Packed or not: what counts is what would be held in memory."""
    monkeypatch.setattr(module, "MAX_BODY", 1024**2)
    with scripted(answer(200, b" " * (1024**2 + 1))) as (transport, script):
        with pytest.raises(UnreadableError, match=r"larger than 1 MB"):
            transport.get("x")
        assert len(script.requests) == 1


def test_no_cookie_is_ever_sent_back() -> None:
    """A session would make the shop work off our calls one after the other."""
    first = answer(200, [], {"Set-Cookie": "PHPSESSID=abc; path=/"})
    with scripted(first) as (transport, script):
        transport.get("x")
        transport.get("x")
        assert all("Cookie" not in request.headers for request in script.requests)


def test_keys_are_blanked_when_the_shop_repeats_them() -> None:
    """An error page may show the request's headers."""
    echo = answer(400, {"message": f"token {INTEGRATION.token} secret {INTEGRATION.token_secret}"})
    with (
        scripted(echo) as (transport, _),
        pytest.raises(PermanentError) as caught,
    ):
        transport.get("x")
    assert "token *** secret ***" in str(caught.value)
    assert INTEGRATION.token not in repr(caught.value) + str(caught.value.args)


def test_nothing_that_is_logged_holds_a_key(caplog: pytest.LogCaptureFixture) -> None:
    """Not even at the chattiest level."""
    caplog.set_level("DEBUG")
    with (
        scripted(answer(503, _PAGE)) as (transport, _),
        pytest.raises(TemporaryError),
    ):
        transport.get("invoices")
    for key in (INTEGRATION.consumer_key, INTEGRATION.token, INTEGRATION.token_secret):
        assert key not in caplog.text
