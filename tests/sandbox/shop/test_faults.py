"""Each kind of fault once, against the simulated shop behind its admin pages, over real HTTP."""

import http.client
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from sync.sandbox.admin import AdminPages
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.fault_rules import KINDS, rule_from_json
from sync.sandbox.http import Server
from tests.golden.recordings import INTEGRATION, recorded_shop
from tests.sandbox.shop.signing import authorization

ORDERS = "/rest/V1/orders/1"
COMMENT = "/rest/V1/orders/1/comments"
LOGIN = "/rest/V1/integration/admin/token"
ADMIN_PAGE = "/admin/sales/order/view/order_id/1"
SHORT = 0.1
ELSEWHERE = {"soap_fault", "closed_period"}
"""Kinds that only the books can play."""


class World:
    """A shop behind a server, and what an integration and an administrator are answered."""

    def __init__(self, server: Server, clock: SimulatedClock) -> None:
        self.clock, self.faults = clock, server.faults
        self.host = urlsplit(server.url).netloc
        self.url = server.url

    def add(self, kind: str, **changes: object) -> None:
        """Put a rule in force for the shop; waits are short."""
        self.faults.add(rule_from_json({"kind": kind, "service": "shop", "hold": SHORT} | changes))

    def ask(
        self, path: str = ORDERS, *, bearer: str = "", body: object = None, method: str = ""
    ) -> tuple[int, bytes]:
        """Status and body of one call, signed unless `bearer` is given."""
        method = method or ("GET" if body is None else "POST")
        signed = authorization(method, self.url + path, INTEGRATION, self.clock.now())
        headers = {"Authorization": f"Bearer {bearer}" if bearer else signed}
        if body is not None:
            headers["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection(self.host, timeout=10)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, path, sent, headers)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def log_in(self) -> tuple[int, Any]:
        """Status and decoded body of an administrator's login."""
        status, body = self.ask(LOGIN, body={"username": "admin", "password": "correct horse 1"})
        return status, json.loads(body)

    def comments(self) -> int:
        """How many comments the first order has."""
        status, body = self.ask(COMMENT)
        assert status == 200
        return len(json.loads(body)["items"])

    def comment(self) -> tuple[int, bytes]:
        """Post a comment to the first order: the one thing that a client changes in a shop."""
        note = {"comment": "booked", "is_customer_notified": 0, "is_visible_on_front": 0}
        return self.ask(COMMENT, body={"statusHistory": note})


@pytest.fixture
def world(clock: SimulatedClock) -> Iterator[World]:
    shop = recorded_shop(clock)
    with Server(AdminPages(shop), clock=clock, service="shop") as server:
        yield World(server, clock)


@pytest.mark.parametrize("kind", ["timeout", "drop", "late"])
def test_no_answer_comes(world: World, kind: str) -> None:
    world.add(kind, count=1)
    began = time.perf_counter()
    with pytest.raises(http.client.RemoteDisconnected):
        world.ask()
    assert (time.perf_counter() - began >= SHORT) == (kind != "drop")
    assert world.ask()[0] == 200


@pytest.mark.parametrize("after", [False, True])
def test_a_comment_is_made_before_the_answer_is_lost_or_not_at_all(
    world: World, *, after: bool
) -> None:
    before = world.comments()
    world.add("drop", count=1, after=after)
    with pytest.raises(http.client.RemoteDisconnected):
        world.comment()
    assert world.comments() - before == after


def test_a_late_comment_appears_later(world: World) -> None:
    before = world.comments()
    world.add("late", count=1, seconds=30)
    with pytest.raises(http.client.RemoteDisconnected):
        world.comment()
    assert world.comments() == before
    world.clock.sleep(30)
    assert world.comments() == before + 1


def test_the_answer_breaks_off_in_the_middle(world: World) -> None:
    world.add("cut", count=1)
    with pytest.raises(http.client.IncompleteRead) as caught:
        world.ask()
    assert caught.value.partial.startswith(b"{")


def test_the_answer_drips(world: World) -> None:
    world.add("drip", seconds=0.2, count=1)
    began = time.perf_counter()
    status, body = world.ask()
    assert time.perf_counter() - began >= 0.2
    assert (status, json.loads(body)["entity_id"]) == (200, 1)


def test_the_answer_comes_later_on_the_given_clock(world: World) -> None:
    now = world.clock.now()
    world.add("latency", seconds=300, count=1)
    assert world.ask()[0] == 200
    assert world.clock.now() == now + timedelta(seconds=300)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    ("kind", "status", "says"),
    [
        ("too_many", 429, b""),
        ("error", 500, b"<h1>Internal Server Error</h1>"),
        ("unavailable", 503, b"<h1>Service Unavailable</h1>"),
        ("empty", 202, b""),
        ("unreadable", 200, b'{"'),
    ],
)
def test_another_answer_comes_instead(
    world: World, kind: str, status: int, says: bytes, *, after: bool
) -> None:
    world.add(kind, count=1, after=after)
    got, body = world.ask()
    assert got == status
    assert says in body
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        json.loads(body)
    assert world.ask()[0] == 200


def test_an_integration_is_unknown_for_a_while(world: World) -> None:
    world.add("wrong_credentials", until=(world.clock.now() + timedelta(hours=1)).isoformat())
    status, body = world.ask()
    assert status == 401
    assert json.loads(body) == {"message": "A consumer having the specified key does not exist"}
    world.clock.sleep(3600)
    assert world.ask()[0] == 200


def test_an_integrations_bearer_token_is_unknown_too(world: World) -> None:
    world.add("wrong_credentials", count=1)
    status, body = world.ask(bearer=INTEGRATION.token)
    assert status == 401
    assert json.loads(body)["message"] == "The consumer isn't authorized to access %resources."
    assert world.ask(bearer=INTEGRATION.token)[0] == 200


def test_an_administrator_is_unknown_but_tokens_stay_valid(world: World) -> None:
    _, token = world.log_in()
    world.add("wrong_credentials")
    assert world.ask(bearer=token)[0] == 200
    status, answer = world.log_in()
    assert status == 401
    assert answer["message"].startswith("The account sign-in was incorrect")
    world.faults.clear()
    assert world.log_in()[0] == 200


def test_an_administrators_token_expires_in_the_middle(world: World) -> None:
    """It stays expired; a new login gives another one. Keys of an integration never expire."""
    _, token = world.log_in()
    world.add("expired_session", count=1)
    assert world.ask()[0] == 200
    status, body = world.ask(bearer=token)
    assert status == 401
    assert json.loads(body)["message"] == "The consumer isn't authorized to access %resources."
    assert world.faults.rules() == []
    assert world.ask(bearer=token)[0] == 401
    world.clock.sleep(1)
    assert world.ask(bearer=world.log_in()[1])[0] == 200


@pytest.mark.parametrize("kind", ["wrong_credentials", "expired_session", *sorted(ELSEWHERE)])
def test_a_page_of_the_admin_meets_no_fault_of_the_shops(world: World, kind: str) -> None:
    world.add(kind)
    assert world.ask(ADMIN_PAGE)[0] == 200
    assert world.faults.rules()


@pytest.mark.parametrize("kind", sorted(ELSEWHERE))
def test_what_only_books_can_play_spares_the_shop(world: World, kind: str) -> None:
    world.add(kind, count=1)
    assert world.ask()[0] == 200
    assert world.faults.rules(), "not used up"


def test_a_document_is_matched_in_path_and_search(world: World) -> None:
    world.add("error", match="orders/1")
    assert world.ask()[0] == 500
    assert world.ask("/rest/V1/orders/2")[0] == 200


def test_a_new_kind_of_fault_is_tried_on_the_shop_too() -> None:
    tried = {"timeout", "drop", "late", "cut", "drip", "latency", "too_many", "error"}
    tried |= {"unavailable", "empty", "unreadable", "wrong_credentials", "expired_session"}
    assert tried | ELSEWHERE == set(KINDS)
