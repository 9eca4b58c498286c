"""OAuth as Magento checks it: the right order of parameters, nonces, addresses."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from requests_oauthlib import OAuth1

from sync.sandbox.clock import SimulatedClock
from sync.sandbox.http import Server
from sync.sandbox.shop import Shop
from tests.golden.recordings import INTEGRATION, INVOICE_READER, RECORDED_AT
from tests.sandbox.shop.client import HOST, Client, criteria
from tests.sandbox.shop.signing import authorization, by_byte

PATH = "/rest/V1/invoices/1?fields=entity_id"
URL = f"http://{HOST}{PATH}"


def test_a_common_library_gets_in(shop: Shop, clock: SimulatedClock) -> None:
    """Over real HTTP, with a list call whose indexes stay below 10."""
    library = OAuth1(
        INTEGRATION.consumer_key,
        INTEGRATION.consumer_secret,
        INTEGRATION.token,
        INTEGRATION.token_secret,
        signature_method="HMAC-SHA256",
        timestamp=str(int(clock.now().timestamp())),
    )
    query = criteria(("updated_at", "gteq", "2026-11-23 04:14:11"), size=2)
    with Server(shop, clock=clock) as server:
        answer = requests.get(f"{server.url}/rest/V1/invoices?{query}", auth=library, timeout=10)
    assert (answer.status_code, answer.json()["total_count"]) == (200, 56)


def test_ten_groups_may_be_sorted_by_byte_and_eleven_may_not(client: Client) -> None:
    """`[10]` sorts before `[2]` by byte and after it in Magento's natural order."""
    for groups, expected in ((10, 200), (11, 401)):
        query = criteria(*[("entity_id", "gt", str(n)) for n in range(groups)])
        path = f"/rest/V1/invoices?{query}&fields=total_count"
        header = authorization(
            "GET", f"http://{HOST}{path}", INTEGRATION, client.clock.now(), order=by_byte
        )
        assert client.get(path, Authorization=header).status == expected
        assert client.get(path).status == 200


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.dictionaries(st.text("aéz[]&=+% ", min_size=1), st.text(max_size=8), max_size=5))
def test_whatever_is_signed_and_escaped_gets_in(client: Client, query: Mapping[str, str]) -> None:
    escaped = "".join(f"&{quote(k, safe='')}={quote(v, safe='')}" for k, v in query.items())
    assert client.get(f"{PATH}{escaped}").status == 200


def test_a_nonce_is_spent_even_by_a_wrong_signature(client: Client) -> None:
    """So a retry must always be signed anew."""
    now = client.clock.now()
    wrong = {"oauth_nonce": "once", "oauth_signature": "d3Jvbmc="}
    bad = authorization("GET", URL, INTEGRATION, now, changes=wrong)
    good = authorization("GET", URL, INTEGRATION, now, changes={"oauth_nonce": "once"})
    assert client.get(PATH, Authorization=bad).body == {
        "message": "The signature is invalid. Verify and try again."
    }
    assert client.get(PATH, Authorization=good).body["message"].startswith("The nonce is already")


def test_nonces_of_two_clients_do_not_meet(client: Client) -> None:
    now, same = client.clock.now(), {"oauth_nonce": "both"}
    for who in (INTEGRATION, INVOICE_READER):
        header = authorization("GET", URL, who, now, changes=same)
        assert client.get(PATH, Authorization=header).status == 200


@pytest.mark.parametrize(("seconds", "status"), [(600, 200), (601, 401), (-(10**8), 200)])
def test_a_timestamp_may_be_ten_minutes_ahead(client: Client, seconds: int, status: int) -> None:
    """By the shop's clock; old ones are accepted."""
    header = authorization("GET", URL, INTEGRATION, RECORDED_AT + timedelta(seconds=seconds))
    assert client.get(PATH, Authorization=header).status == status


@pytest.mark.parametrize(
    ("changes", "status", "message"),
    [
        ({"oauth_version": "2.0"}, 400, 'The "%1" Oauth version isn\'t supported.'),
        ({"oauth_token": INVOICE_READER.token}, 401, "Token is not associated with"),
        ({"oauth_timestamp": "soon"}, 401, "An error occurred validating the nonce"),
        ({"oauth_token": None, "oauth_nonce": None}, 400, "One or more input exceptions have"),
    ],
)
def test_what_is_wrong_is_said_in_magentos_words(
    client: Client, changes: Mapping[str, str | None], status: int, message: str
) -> None:
    header = authorization("GET", URL, INTEGRATION, client.clock.now(), changes=changes)
    reply = client.get(PATH, Authorization=header)
    assert reply.status == status
    assert reply.body["message"].startswith(message)


def test_several_missing_parameters_are_listed(client: Client) -> None:
    reply = client.get(PATH, Authorization='OAuth oauth_nonce="x", oauth_timestamp="1"')
    names = [error["parameters"]["fieldName"] for error in reply.body["errors"]]
    expected = ["oauth_consumer_key", "oauth_signature", "oauth_signature_method", "oauth_token"]
    assert names == expected


def test_a_proxy_that_hides_the_address_breaks_every_signature(client: Client) -> None:
    """The shop rebuilds the address from what it sees."""
    shop = client.shop
    shop.settings = replace(shop.settings, seen_host="backend:8080")
    assert client.get(PATH).status == 401
    shop.settings = replace(shop.settings, seen_host=f"{HOST}:80")
    assert client.get(PATH).status == 200
    shop.settings = replace(shop.settings, seen_scheme="https")
    assert client.get(PATH).status == 401


def test_a_form_is_signed_and_then_not_understood(client: Client) -> None:
    """Only form-encoded bodies are part of the signature, and the API reads none of them."""
    path, form = "/rest/V1/orders/1/comments", {"Content-Type": "application/x-www-form-urlencoded"}
    for signed, status in (([("a", "b c")], 400), ([], 401)):
        header = authorization(
            "POST", f"http://{HOST}{path}", INTEGRATION, client.clock.now(), signed=signed
        )
        reply = client.send("POST", path, b"a=b+c", {**form, "Authorization": header})
        assert reply.status == status
