"""Bearer tokens, administrators and the ACL."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sync.sandbox.clock import SimulatedClock
from sync.sandbox.shop.auth import Authenticator
from sync.sandbox.shop.urls import ROUTES, Route
from tests.golden.recordings import INTEGRATION, INVOICE_READER, RECORDED_AT, SETTINGS
from tests.sandbox.shop.client import Client

TOKEN = "/rest/V1/integration/admin/token"
RIGHT = {"username": "admin", "password": SETTINGS.admins["admin"]}
WRONG = {"username": "admin", "password": "guess"}


def test_an_admin_token_is_valid_for_an_hour(client: Client, clock: SimulatedClock) -> None:
    token = client.post(TOKEN, RIGHT, Authorization="").body
    bearer = f"Bearer {token}"
    clock.sleep(3599)
    assert client.get("/rest/V1/store/websites", Authorization=bearer).status == 200
    clock.sleep(1)
    assert client.get("/rest/V1/store/websites", Authorization=bearer).status == 401


def test_a_changed_admin_token_is_worthless(client: Client) -> None:
    head, claims, signature = client.post(TOKEN, RIGHT).body.split(".")
    for forged in (f"{head}.{claims}.", f"{head}.{claims}x.{signature}", f"{head}..{signature}"):
        assert client.get("/rest/V1/orders/1", Authorization=f"Bearer {forged}").status == 401


def test_six_failures_lock_an_account_for_half_an_hour(
    client: Client, clock: SimulatedClock
) -> None:
    """The right password gets the same answer as a wrong one meanwhile."""
    answers = {client.post(TOKEN, WRONG).text for _ in range(6)}
    locked = client.post(TOKEN, RIGHT)
    assert (locked.status, {locked.text}) == (401, answers)
    clock.sleep(1800)
    assert client.post(TOKEN, RIGHT).status == 200


def test_a_success_forgives_failures(client: Client) -> None:
    for _ in range(3):
        for _ in range(5):
            client.post(TOKEN, WRONG)
        assert client.post(TOKEN, RIGHT).status == 200


def test_a_second_factor_stands_before_the_token(client: Client) -> None:
    """Only after the password: a wrong one is still 401."""
    client.shop.settings = replace(SETTINGS, two_factor="provider")
    assert client.post(TOKEN, RIGHT).body == {
        "message": "Please use the 2fa provider-specific endpoints to obtain a token."
    }
    assert client.post(TOKEN, WRONG).status == 401


def test_both_missing_fields_are_named(client: Client) -> None:
    errors = client.post(TOKEN, {}).body["errors"]
    assert [error["parameters"]["fieldName"] for error in errors] == ["username", "password"]


@pytest.mark.parametrize("route", [r for r in ROUTES if r.resource], ids=lambda r: r.endpoint)
def test_every_route_asks_for_its_resource(client: Client, route: Route) -> None:
    """Without the right 401 names the resource; the body and the id are not even looked at."""
    path = f"/rest/V1/{route.path}".replace(":id", "1")
    reply = client.send(route.method, path, b"", {"Authorization": ""})
    assert reply.status == 401
    assert reply.body["parameters"] == {"resources": route.resource}


def test_an_integration_has_only_its_own_rights(client: Client) -> None:
    reader = replace(client, integration=INVOICE_READER)
    assert reader.get("/rest/V1/invoices/1?fields=entity_id").status == 200
    assert reader.get("/rest/V1/orders/1").status == 401


def test_bearer_access_tokens_are_a_switch(client: Client) -> None:
    bearer = f"Bearer {INTEGRATION.token}"
    assert client.get("/rest/V1/store/websites", Authorization=bearer).status == 200
    client.shop.settings = replace(SETTINGS, bearer_integrations=False)
    assert client.get("/rest/V1/store/websites", Authorization=bearer).status == 401


def test_another_shop_does_not_know_the_token() -> None:
    clock = SimulatedClock(RECORDED_AT)
    clock.set(RECORDED_AT + timedelta(days=1))
    one, other = Authenticator(clock, b"a" * 32), Authenticator(clock, b"b" * 32)
    token = one.admin_token("admin", SETTINGS.admins["admin"], SETTINGS)
    assert token.count(".") == 2
    assert token != other.admin_token("admin", SETTINGS.admins["admin"], SETTINGS)
