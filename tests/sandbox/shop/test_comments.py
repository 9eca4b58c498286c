"""Comments: what is taken, what is refused, where they appear."""

import pytest

from sync.sandbox.clock import SimulatedClock
from sync.sandbox.shop.php import Json
from tests.sandbox.shop.client import Client
from tests.sandbox.shop.trading import put

BOOKED = {"comment": "Geboekt", "is_customer_notified": 0, "is_visible_on_front": 0}


def histories(client: Client, order: int) -> list[Json]:
    body = client.get(f"/rest/V1/orders/{order}?fields=updated_at,status_histories").body
    notes: list[Json] = body["status_histories"]
    return notes


def test_an_orders_comments_stand_newest_first_and_are_listed_oldest_first(
    client: Client, clock: SimulatedClock
) -> None:
    for text in ("één", "twee"):
        body = {"statusHistory": {**BOOKED, "comment": text}}
        assert client.post("/rest/V1/orders/1/comments", body).body is True
        clock.sleep(1)
    assert [note["comment"] for note in histories(client, 1)] == ["twee", "één"]
    listed = client.get("/rest/V1/orders/1/comments").body
    assert [note["comment"] for note in listed["items"]] == ["één", "twee"]
    assert listed["items"][0]["created_at"] == "2026-11-23 05:00:00"


@pytest.mark.parametrize(("path", "document"), [("invoices", "invoices/1"), ("creditmemo/1", "")])
def test_a_documents_comment_comes_back_with_its_number(
    client: Client, path: str, document: str
) -> None:
    """And leaves `updated_at` alone."""
    address = f"/rest/V1/{document or path}?fields=updated_at"
    before = client.get(address).body
    for number in (1, 2):
        body = {"entity": {**BOOKED, "parentId": 1}}
        reply = client.post(f"/rest/V1/{path}/comments", body)
        assert reply.body == {**BOOKED, "parent_id": 1, "entity_id": number}
    assert client.get(address).body == before
    assert client.get(f"/rest/V1/{document or path}/comments").body["total_count"] == 2


def test_a_comment_outlives_a_change_of_the_order(client: Client) -> None:
    client.post("/rest/V1/orders/2/comments", {"statusHistory": BOOKED})
    order = client.get("/rest/V1/orders/2").body
    put(client.shop, "orders", {**order, "status_histories": [], "state": "complete"})
    assert [note["comment"] for note in histories(client, 2)] == ["Geboekt"]


def test_a_comment_may_set_a_status_of_the_orders_state(
    client: Client, clock: SimulatedClock
) -> None:
    """Only then the order itself changes."""
    clock.sleep(60)
    client.post("/rest/V1/orders/1/comments", {"statusHistory": {**BOOKED, "status": "fraud"}})
    order = client.get("/rest/V1/orders/1?fields=status,updated_at").body
    assert order == {"status": "fraud", "updated_at": "2026-11-23 05:01:00"}


@pytest.mark.parametrize(
    ("path", "body", "status", "message"),
    [
        ("orders/0/comments", {"statusHistory": BOOKED}, 400, "An ID is needed."),
        ("orders/x/comments", {"statusHistory": BOOKED}, 400, 'The "x" value'),
        ("orders/1/comments", {"statusHistory": None}, 400, '"%fieldName" is required.'),
        ("orders/1/comments", [], 400, '"%fieldName" is required.'),
        ("orders/1/comments", {"status_history": {"isCustomer": 1}}, 400, '"%fieldName" is not'),
        (
            "orders/1/comments",
            {"statusHistory": {"is_customer_notified": "yes"}},
            400,
            'Error occurred during "is_customer_notified" processing.',
        ),
        (
            "orders/1/comments",
            {"statusHistory": {"parent_id": True}},
            400,
            'Error occurred during "parent_id" processing. The "1" value',
        ),
        (
            "orders/1/comments",
            {"statusHistory": {"comment": {"a": 1}}},
            400,
            'Error occurred during "comment" processing. The "Array"',
        ),
        ("invoices/comments", {"entity": {"parent_id": 1}}, 400, "Could not save the invoice"),
        ("invoices/comments", {"entity": "text"}, 400, "Could not save the invoice comment."),
        ("invoices/comments", {}, 400, '"%fieldName" is required.'),
        ("creditmemo/1/comments", {"entity": BOOKED}, 400, "Could not save the creditmemo"),
    ],
)
def test_what_is_wrong_with_a_comment_is_said(
    client: Client, path: str, body: Json, status: int, message: str
) -> None:
    reply = client.post(f"/rest/V1/{path}", body)
    assert reply.status == status
    assert reply.body["message"].startswith(message)


def test_true_is_said_in_xml_too(client: Client) -> None:
    reply = client.post(
        "/rest/V1/orders/1/comments", {"statusHistory": BOOKED}, Accept="application/xml"
    )
    assert "<item>true</item>" in reply.text


def test_comments_of_an_unknown_document_are_an_empty_list(client: Client) -> None:
    reply = client.get("/rest/V1/invoices/4711/comments")
    assert (reply.status, reply.body["items"], reply.body["total_count"]) == (200, [], 0)
