"""The recorded documents, served over real HTTP to a client that signs with OAuth."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
import requests
from requests_oauthlib import OAuth1

from sync.sandbox.clock import SimulatedClock
from sync.sandbox.http import Server
from tests.golden.recordings import INTEGRATION, RECORDED_AT, recorded_shop, recordings

WHOLE = {1: 1, 2: 2, 3: 2, 4: 3, 6: 5, 7: 6, 8: 7, 9: 11, 13: 15, 15: 17, 17: 19, 60: 62}
"""The invoices that were recorded whole, and their orders."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    clock = SimulatedClock(RECORDED_AT)
    with Server(recorded_shop(clock, whole_only=True), clock=clock) as server:
        yield f"{server.url}/rest/V1"


def signer() -> OAuth1:
    return OAuth1(
        INTEGRATION.consumer_key,
        INTEGRATION.consumer_secret,
        INTEGRATION.token,
        INTEGRATION.token_secret,
        signature_method="HMAC-SHA256",
        timestamp=str(int(RECORDED_AT.timestamp())),
    )


def fetch(address: str, **params: str) -> requests.Response:
    return requests.get(address, params=params, auth=signer(), timeout=10)


def test_there_are_286_recordings() -> None:
    assert len(recordings()) == 286


@pytest.mark.parametrize(("invoice", "order"), WHOLE.items())
def test_a_whole_invoice_and_its_order_are_served_by_id(url: str, invoice: int, order: int) -> None:
    """The order value by value as it was recorded at some moment."""
    served = fetch(f"{url}/invoices/{invoice}").json(parse_float=Decimal)
    assert served["order_id"] == order
    assert sum(item["row_total"] for item in served["items"]) == served["subtotal"]
    recorded = [one.body for one in recordings() if one.path == f"orders/{order}"]
    assert fetch(f"{url}/orders/{order}").json() in recorded


def test_the_whole_invoices_and_their_orders_are_found_in_lists(url: str) -> None:
    """By time, as the connector's first run asks; then their orders by number."""
    found = fetch(
        f"{url}/invoices",
        **{
            "searchCriteria[filter_groups][0][filters][0][field]": "updated_at",
            "searchCriteria[filter_groups][0][filters][0][value]": "2026-01-01",
            "searchCriteria[filter_groups][0][filters][0][condition_type]": "gteq",
            "searchCriteria[sortOrders][0][field]": "updated_at",
            "searchCriteria[sortOrders][0][direction]": "ASC",
            "searchCriteria[pageSize]": "100",
        },
    ).json()
    assert {item["entity_id"]: item["order_id"] for item in found["items"]} == WHOLE
    orders = fetch(
        f"{url}/orders",
        **{
            "searchCriteria[filter_groups][0][filters][0][field]": "entity_id",
            "searchCriteria[filter_groups][0][filters][0][value]": ",".join(
                str(order) for order in WHOLE.values()
            ),
            "searchCriteria[filter_groups][0][filters][0][condition_type]": "in",
            "searchCriteria[pageSize]": "100",
        },
    ).json()
    assert {item["entity_id"] for item in orders["items"]} == set(WHOLE.values())
