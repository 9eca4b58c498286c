"""Keys go out over https only, or to this machine; each way of logging in works."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sync.errors import ConfigurationError, PermanentError, UnreadableError
from sync.magento import Shop, ShopAccess
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.http import Server
from tests.golden.recordings import RECORDED_AT, SETTINGS, recorded_shop
from tests.magento.recorded import access, serving
from tests.magento.scripted import answer, scripted

_ADMIN = {"auth": "admin", "username": "admin", "password": "correct horse 1"}


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example",
        "http://127.0.0.1.shop.example",
        "http://localhost.shop.example",
        "http://10.0.0.1",
        "http://127.1",
        "http://[::2]",
        "ftp://127.0.0.1",
        "shop.example",
        "",
        "https://",
        "https://[",
        "https://shop.example:port",
        "https://user:secret@shop.example",
        "https://shop.example/?key=secret",
        "https://shop.example/#rest",
    ],
)
def test_other_addresses_are_refused_in_one_sentence(url: str) -> None:
    """It names the setting and gives an example, and repeats no password."""
    with pytest.raises(
        ConfigurationError, match=r"^Setting shop.url .*https://www.shop.example"
    ) as it:
        Shop(access(url), SimulatedClock(RECORDED_AT))
    assert "secret" not in it.value.message


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example",
        "https://shop.example/nl/",
        "http://127.0.0.1:8080",
        "http://127.8.9.1",
        "http://[::1]:80",
        "http://localhost:8080/",
        "http://LOCALHOST",
    ],
)
def test_https_and_this_machine_are_fine(url: str) -> None:
    """Nothing is sent yet."""
    Shop(access(url), SimulatedClock(RECORDED_AT)).close()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"token_secret": "", "token": ""}, "lack token, token_secret"),
        ({"auth": "bearer", "token": ""}, "lack token"),
        ({"auth": "admin"}, "lack username, password"),
        ({"auth": "basic"}, "shop.auth"),
        ({"page_size": 0}, "shop.page_size"),
        ({"page_size": 301}, "shop.page_size"),
        ({"deadline": 0.0}, "shop.deadline"),
        ({"deadline": float("nan")}, "shop.deadline"),
    ],
)
def test_missing_keys_and_odd_settings_are_named(changes: dict[str, Any], words: str) -> None:
    """Before anything is sent."""
    with pytest.raises(ConfigurationError, match=words):
        Shop(access("https://shop.example", **changes), SimulatedClock(RECORDED_AT))


def test_no_key_is_shown() -> None:
    """Settings end up in tracebacks."""
    shown = repr(access("https://shop.example", username="admin", password="horse"))
    for key in (*access("https://shop.example").secrets, "horse", "admin"):
        assert key not in shown


def test_an_address_with_a_path_and_a_slash_works() -> None:
    """As people copy it from the browser."""
    with scripted(answer(body=[])) as (transport, script):
        transport.get("store/storeViews")
        address = f"http://{script.requests[0].headers['Host']}/nl/"
        with_path = Shop(access(address), SimulatedClock(RECORDED_AT))
        with with_path:
            assert with_path.stores() == {}
        assert script.requests[-1].path == "/nl/rest/V1/store/websites"


def test_an_integrations_token_alone_is_enough_where_the_shop_allows_it() -> None:
    """And where it does not, the message says what the shop says."""
    keys = {"auth": "bearer", "consumer_key": "", "consumer_secret": "", "token_secret": ""}
    with serving(**keys) as (shop, _, _):
        assert shop.stores()
    closed = recorded_shop(
        SimulatedClock(RECORDED_AT), replace(SETTINGS, bearer_integrations=False)
    )
    with (
        serving(closed, **keys) as (shop, _, _),
        pytest.raises(ConfigurationError, match=r"^Invalid credentials: .*Magento_Backend::store"),
    ):
        shop.stores()


def test_a_clock_that_is_far_ahead_is_refused_by_the_shop() -> None:
    """Signatures are dated by the given clock."""
    theirs = SimulatedClock(RECORDED_AT)
    with Server(recorded_shop(theirs), clock=theirs) as server:
        ours = SimulatedClock(RECORDED_AT + timedelta(hours=2))
        with (
            Shop(access(server.url), ours) as shop,
            pytest.raises(ConfigurationError, match=r"this machine's clock"),
        ):
            shop.stores()


def test_an_administrators_token_is_fetched_once_and_renewed_in_time() -> None:
    """It lives 60 minutes; 50 after the login a new one is asked for."""
    token = answer(body="first.token"), answer(body=[])
    with scripted(
        *token, answer(body=[]), answer(body="second.token"), answer(body=[]), **_ADMIN
    ) as (
        transport,
        script,
    ):
        transport.get("a")
        script.clock.sleep(49 * 60)
        transport.get("b")
        script.clock.sleep(60)
        transport.get("c")
        assert [request.method for request in script.requests] == [
            "POST",
            "GET",
            "GET",
            "POST",
            "GET",
        ]
        assert script.requests[2].headers["Authorization"] == "Bearer first.token"
        assert script.requests[4].headers["Authorization"] == "Bearer second.token"
        assert b'"username": "admin"' in script.requests[0].body


def test_a_token_from_the_future_is_not_trusted() -> None:
    """A clock that was set back says nothing about the token's age."""
    answers = [answer(body="one"), answer(body=[]), answer(body="two"), answer(body=[])]
    with scripted(*answers, **_ADMIN) as (transport, script):
        transport.get("a")
        script.clock.set(RECORDED_AT - timedelta(days=1))
        transport.get("b")
        assert script.requests[-1].headers["Authorization"] == "Bearer two"


def test_an_administrator_reads_the_recorded_shop_for_hours() -> None:
    """Through a real login each time the token grows old."""
    clock = SimulatedClock(RECORDED_AT)
    with (
        Server(recorded_shop(clock), clock=clock) as server,
        Shop(access(server.url, **_ADMIN), clock) as shop,
    ):
        for _ in range(4):
            assert len(shop.stores()) == 3
            clock.sleep(1801)


def test_a_token_that_ended_early_is_renewed_once() -> None:
    """A shop may give it a shorter life; a second refusal is final."""
    with scripted(
        answer(body="one"),
        answer(401, {"message": "No."}),
        answer(body="two"),
        answer(body=[]),
        **_ADMIN,
    ) as (transport, script):
        assert transport.get("a") == []
        assert len(script.requests) == 4
    refused = answer(401, {"message": "No."})
    with scripted(answer(body="one"), refused, answer(body="two"), refused, **_ADMIN) as (
        transport,
        script,
    ):
        with pytest.raises(ConfigurationError, match=r"^Invalid credentials: "):
            transport.get("a")
        assert len(script.requests) == 4


def test_a_wrong_password_is_tried_once() -> None:
    """Six failures lock the account."""
    with scripted(answer(401, {"message": "Wrong."}), **_ADMIN) as (transport, script):
        with pytest.raises(ConfigurationError, match=r"^Invalid credentials: .*Wrong[.]"):
            transport.get("a")
        assert len(script.requests) == 1


def test_two_factor_login_is_explained() -> None:
    """On by default: the way out is an integration."""
    shop = recorded_shop(SimulatedClock(RECORDED_AT), replace(SETTINGS, two_factor="unconfigured"))
    with (
        serving(shop, **_ADMIN) as (client, _, _),
        pytest.raises(ConfigurationError, match=r"2FA.*use an integration's OAuth keys"),
    ):
        client.stores()


@pytest.mark.parametrize("token", [{"token": "x"}, "", "a b", "a\r\nX-Evil: 1", "é", None, 7])
def test_a_token_that_is_none_never_becomes_a_header(token: object) -> None:
    """What the shop answers is data."""
    with scripted(answer(body=token), **_ADMIN) as (transport, script):
        with pytest.raises(UnreadableError, match=r"a login without a token"):
            transport.get("a")
        assert len(script.requests) == 1


def test_a_password_never_stands_in_a_message() -> None:
    """Even if the shop repeats it."""
    echo = answer(400, {"message": "password correct horse 1 is wrong"})
    with (
        scripted(echo, **_ADMIN) as (transport, _),
        pytest.raises(ConfigurationError) as caught,
    ):
        transport.get("a")
    assert "horse" not in caught.value.message
    assert isinstance(caught.value.__cause__, Exception)
    assert "horse" not in str(caught.value.__cause__)


def test_a_fetched_token_never_stands_in_a_message() -> None:
    """It opens the shop as well as a password does."""
    echo = answer(404, {"message": "Bearer first.token does not help"})
    with (
        scripted(answer(body="first.token"), echo, **_ADMIN) as (transport, _),
        pytest.raises(PermanentError, match=r"Bearer \*\*\* does not help"),
    ):
        transport.get("a")


@pytest.mark.parametrize("stray", ["\nX-Evil: 1", " ", "é", "\0"])
def test_a_key_with_stray_characters_is_named_and_not_shown(stray: str) -> None:
    """A line break in it would become a header of its own."""
    with pytest.raises(ConfigurationError, match=r"secret token .*visible") as caught:
        Shop(
            access("https://a.example", auth="bearer", token=f"0123{stray}"),
            SimulatedClock(RECORDED_AT),
        )
    assert "0123" not in caught.value.message


def test_access_can_be_compared_and_not_changed() -> None:
    """One shop, one access."""
    assert ShopAccess(url="https://a.example") == ShopAccess(url="https://a.example")
