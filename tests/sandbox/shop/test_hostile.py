"""Whatever is sent, the answer is one that Magento could give."""

import json
import time
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.sandbox.shop.body import MAX_BYTES
from tests.golden.recordings import INTEGRATION
from tests.sandbox.shop.client import Client, criteria

COMMENT = "/rest/V1/orders/1/comments"
BEARER = f"Bearer {INTEGRATION.token}"
STATUSES = {200, 400, 401, 404, 405, 413, 414, 500}

quick = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
KEYS = (
    "searchCriteria search_criteria filter_groups filters field value condition_type sortOrders "
    "direction pageSize currentPage fields x 0 1"
)
words = st.sampled_from(KEYS.split())
names = st.builds(
    lambda first, rest: first + "".join(f"[{part}]" for part in rest),
    words,
    st.lists(words | st.text(max_size=3), max_size=5),
)
values = st.text(max_size=12) | st.sampled_from(
    ["entity_id", "updated_at", "in", "like", "regexp", "ASC", "-1", "9" * 30, "1e99", "%", "["]
)


@quick
@given(st.lists(st.tuples(names, values), max_size=8))
def test_any_query_gets_an_answer(client: Client, pairs: list[tuple[str, str]]) -> None:
    query = "&".join(f"{quote(name)}={quote(value)}" for name, value in pairs)
    for path in ("invoices", "customers/search", "orders/items", "invoices/1", "store/websites"):
        reply = client.get(f"/rest/V1/{path}?{query}", Authorization=BEARER)
        assert reply.status in STATUSES


@quick
@given(st.text(), st.text(), st.sampled_from(["GET", "POST", "PUT", "PATCH", ""]))
def test_any_address_gets_an_answer(client: Client, path: str, query: str, method: str) -> None:
    for address in (path, f"/rest/{path}", f"/rest/V1/invoices/{path}"):
        reply = client.send(method, f"{address}?{query}", b"", {"Authorization": BEARER})
        assert reply.status in STATUSES


@quick
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["comment", "status", "parent_id", "x"]), inner, max_size=3
            )
        ),
    )
)
def test_any_body_gets_an_answer(client: Client, body: object) -> None:
    for name, path in (("statusHistory", COMMENT), ("entity", "/rest/V1/invoices/comments")):
        for sent in (body, {name: body}):
            content = json.dumps(sent).encode()
            assert client.post(path, content, Authorization=BEARER).status in STATUSES


@quick
@given(st.binary(max_size=40))
def test_any_bytes_are_json_or_a_decoding_error(client: Client, content: bytes) -> None:
    reply = client.post(COMMENT, content, Authorization=BEARER)
    assert reply.status == 400


@quick
@given(st.text(st.characters(max_codepoint=255), max_size=60), st.text(max_size=20))
def test_any_headers_get_an_answer(client: Client, header: str, accept: str) -> None:
    for sent in (header, f"OAuth {header}", f"Bearer {header}", f'OAuth oauth_token="{header}"'):
        reply = client.get("/rest/V1/invoices/1", Authorization=sent or "x", Accept=accept)
        assert reply.status in {400, 401, 500}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[" * 200_000,
        b'{"a":' * 600 + b"1" + b"}" * 600,
        b'{"statusHistory":{"comment":"\\ud800"}}',
        b'{"statusHistory":{"comment":NaN}}',
        b"\xff\xfe{}",
        b'{"statusHistory":{"comment":1' + b"0" * 5000 + b"}}",
        b"{'statusHistory':{}}",
    ],
)
def test_broken_json_is_a_decoding_error(client: Client, body: bytes) -> None:
    reply = client.post(COMMENT, body)
    assert (reply.status, reply.body) == (400, {"message": "Decoding error."})


@pytest.mark.parametrize(
    ("content_type", "message"),
    [
        ("", "Content-Type header is empty."),
        ("json, please", "Content-Type header is invalid."),
        ("application/json; charset=latin1", "UTF-8 is the only supported charset."),
        ("text/csv", "Server cannot understand Content-Type HTTP header media type text/csv"),
    ],
)
def test_a_body_needs_the_right_content_type(
    client: Client, content_type: str, message: str
) -> None:
    reply = client.send("POST", COMMENT, b"{}", {"Content-Type": content_type})
    assert (reply.status, reply.body["message"]) == (400, message)


def test_a_huge_body_is_refused_with_a_page(client: Client) -> None:
    reply = client.post(COMMENT, b" " * (MAX_BYTES + 1))
    assert (reply.status, reply.text[:9]) == (413, "<!doctype")


def test_a_long_address_is_refused_with_a_page(client: Client) -> None:
    """An `in` with thousands of ids does not fit: the web server stops at 8 KB."""
    ids = ",".join(str(number) for number in range(3000))
    reply = client.get(f"/rest/V1/orders?{criteria(('entity_id', 'in', ids))}")
    assert (reply.status, reply.text[:9]) == (414, "<!doctype")


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ("like", "%a" * 500 + "b"),
        ("like", "%_" * 500),
        ("regexp", "0*" * 60 + "x"),
        ("regexp", "(0|00)*x"),
        ("regexp", "0?" * 60),
        ("in", "," * 400),
    ],
)
def test_no_pattern_takes_long(client: Client, condition: str, value: str) -> None:
    start = time.perf_counter()
    reply = client.get(
        f"/rest/V1/invoices?{criteria(('increment_id', condition, value), size=1)}",
        Authorization=BEARER,
    )
    assert reply.status in {200, 500}
    assert time.perf_counter() - start < 2
