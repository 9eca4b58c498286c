"""Filters, orders and pages: on the recorded documents, and against plain evaluation."""

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.sandbox.clock import SimulatedClock
from sync.sandbox.shop import Shop
from sync.sandbox.shop.columns import columns_of, new_table
from sync.sandbox.shop.conditions import group_predicate
from sync.sandbox.shop.criteria import Criteria, Filter, Limits, Sort
from sync.sandbox.shop.table import Row, Table
from tests.golden.recordings import SETTINGS
from tests.sandbox.shop.client import Client, Condition, criteria
from tests.sandbox.shop.trading import put

BY_ID = [("entity_id", "ASC")]


def found(
    client: Client, *groups: list[Condition] | Condition, what: str = "invoices"
) -> list[int]:
    """Ids of what a list call finds."""
    reply = client.get(f"/rest/V1/invoices?{criteria(*groups, sort=BY_ID)}")
    assert reply.status == 200, reply.body
    assert reply.body["total_count"] == len(reply.body["items"])
    return [item["entity_id"] for item in reply.body["items"]]


@pytest.fixture
def client(clock: SimulatedClock) -> Client:
    """Five invoices; the fifth has no discount description."""
    shop = Shop(SETTINGS, clock)
    for number, (total, text) in enumerate(
        [(10, "TIEN"), (20, "tien procent"), (20.5, "a,b"), (30, "50%_off"), (-1, None)], 1
    ):
        entity = {
            "entity_id": number,
            "increment_id": f"{number:09d}",
            "order_id": number // 2,
            "grand_total": total,
            "created_at": f"2026-01-0{number} 12:00:00",
            "updated_at": "2026-02-01 00:00:00" if number < 4 else "2026-02-01 00:00:01",
        }
        put(shop, "invoices", {**entity, **({"discount_description": text} if text else {})})
    return Client(shop, clock)


@pytest.mark.parametrize(
    ("field", "condition", "value", "ids"),
    [
        ("grand_total", "eq", "20", [2]),
        ("grand_total", "eq", "20abc", [2]),
        ("grand_total", "neq", "20", [1, 3, 4, 5]),
        ("grand_total", "gt", "20", [3, 4]),
        ("grand_total", "gteq", "20.5", [3, 4]),
        ("grand_total", "moreq", "20.5", [3, 4]),
        ("grand_total", "lt", "abc", [5]),
        ("grand_total", "lteq", "10", [1, 5]),
        ("grand_total", "in", "10,30", [1, 4]),
        ("grand_total", "nin", "10,30", [2, 3, 5]),
        ("grand_total", "like", "20.%", [2, 3]),
        ("entity_id", "in", "9,2, 1", [1, 2]),
        ("increment_id", "eq", "2", []),
        ("increment_id", "eq", "000000002", [2]),
        ("increment_id", "in", "000000002,000000004", [2, 4]),
        ("increment_id", "gt", "000000003", [4, 5]),
        ("order_id", "in", "1,2", [2, 3, 4, 5]),
        ("order_id", "eq", "2x", [4, 5]),
        ("discount_description", "eq", "tien", [1]),
        ("discount_description", "eq", "TIEN  ", [1]),
        ("discount_description", "neq", "tien", [2, 3, 4]),
        ("discount_description", "like", "tien%", [1, 2]),
        ("discount_description", "like", "%en_p%c%", [2]),
        ("discount_description", "like", r"50\%\_%", [4]),
        ("discount_description", "nlike", "tien%", [3, 4]),
        ("discount_description", "finset", "B", [3]),
        ("discount_description", "nfinset", "b", [1, 2, 4]),
        ("discount_description", "regexp", "^t.*n$", [1]),
        ("discount_description", "fulltext", "roc", [2]),
        ("discount_description", "null", "", [5]),
        ("discount_description", "notnull", "x", [1, 2, 3, 4]),
        ("discount_description", "is", "null", [5]),
        ("discount_description", "seq", "", [5]),
        ("discount_description", "seq", "a,b", [3]),
        ("discount_description", "sneq", "", [1, 2, 3, 4]),
        ("discount_description", "sneq", "a,b", [1, 2, 4]),
        ("discount_description", "whatever", "a,b", [3]),
        ("created_at", "from", "2026-01-03", [3, 4, 5]),
        ("created_at", "to", "2026-1-3 12:00", [1, 2, 3]),
        ("created_at", "gteq", "2026-01-04T12:00:00Z", [4, 5]),
        ("created_at", "gteq", "2026-01-04 12:00:00+05:00", [4, 5]),
        ("created_at", "gteq", "soon", [1, 2, 3, 4, 5]),
        ("created_at", "gteq", "2026-13-41", [1, 2, 3, 4, 5]),
        ("created_at", "eq", "2026-01-02 12:00:00", [2]),
        ("updated_at", "gt", "2026-02-01 00:00:00", [4, 5]),
        ("updated_at", "lt", "2026-02-01 00:00:01", [1, 2, 3]),
        ("updated_at", "lteq", "2026-02-01 00:00:00", [1, 2, 3]),
    ],
)
def test_each_condition_selects_as_mariadb_does(
    client: Client, field: str, condition: str, value: str, ids: list[int]
) -> None:
    assert found(client, (field, condition, value)) == ids


def test_filters_in_a_group_are_alternatives_and_groups_restrict(client: Client) -> None:
    either: list[Condition] = [("entity_id", "eq", "1"), ("grand_total", "gteq", "20")]
    assert found(client, either) == [1, 2, 3, 4]
    assert found(client, either, ("updated_at", "gt", "2026-02-01 00:00:00")) == [4]


def test_a_range_stands_in_one_group_or_in_two(client: Client) -> None:
    start, end = ("grand_total", "from", "10"), ("grand_total", "to", "20")
    assert found(client, start, end) == found(client, [start, end]) == [1, 2]
    assert found(client, [start, end, ("entity_id", "eq", "4")]) == [1, 2, 4]


def test_a_tie_cursor_goes_on_within_a_second(client: Client) -> None:
    """The keyset of an incremental sync: after invoice 2 of three in the same second."""
    moment = "2026-02-01 00:00:00"
    rest = found(
        client,
        ("updated_at", "gteq", moment),
        [("updated_at", "gt", moment), ("entity_id", "gt", "2")],
    )
    assert rest == [3, 4, 5]


@pytest.mark.parametrize(
    "wrong",
    [
        ("nope", "eq", "1"),
        ("items", "eq", "1"),
        ("discount_description", "is", "x"),
        ("increment_id", "regexp", "("),
        ("increment_id", "regexp", "(0+)+$"),
        ("increment_id", "regexp", "0*0*0*0*x"),
        ("increment_id", "regexp", "[[:digit:]]"),
    ],
)
def test_what_the_database_refuses_is_an_internal_error(client: Client, wrong: Condition) -> None:
    reply = client.get(f"/rest/V1/invoices?{criteria(wrong)}")
    assert reply.status == 500
    assert "Report ID: webapi-" in reply.body["message"]


@pytest.mark.parametrize(
    ("sort", "ids"),
    [
        ([("grand_total", "ASC")], [5, 1, 2, 3, 4]),
        ([("grand_total", "desc")], [4, 3, 2, 1, 5]),
        ([("discount_description", "ASC")], [5, 4, 3, 1, 2]),
        ([("discount_description", "DESC")], [2, 1, 3, 4, 5]),
        ([("updated_at", "DESC"), ("entity_id", "ASC")], [4, 5, 1, 2, 3]),
        ([("updated_at", "DESC"), ("entity_id", "DESC")], [5, 4, 3, 2, 1]),
        ([("order_id", "DESC"), ("grand_total", "ASC")], [5, 4, 2, 3, 1]),
    ],
)
def test_rows_are_sorted_as_asked_with_null_first(
    client: Client, sort: Sequence[tuple[str, str]], ids: list[int]
) -> None:
    reply = client.get(f"/rest/V1/invoices?{criteria(sort=sort)}")
    assert [item["entity_id"] for item in reply.body["items"]] == ids


def test_past_the_end_is_empty_or_in_an_old_shop_the_last_page_again(client: Client) -> None:
    path = f"/rest/V1/invoices?{criteria(sort=BY_ID, size=2, page=9)}"
    assert client.get(path).body["items"] == []
    client.shop.settings = replace(SETTINGS, repeat_last_page=True)
    assert [item["entity_id"] for item in client.get(path).body["items"]] == [5]


def test_without_an_order_a_shop_may_shuffle(client: Client) -> None:
    client.shop.settings = replace(SETTINGS, shuffle_unsorted=True)
    items = client.get(f"/rest/V1/invoices?{criteria()}").body["items"]
    ids = [item["entity_id"] for item in items]
    assert sorted(ids) == [1, 2, 3, 4, 5] != ids


def test_limits_default_to_three_hundred(client: Client) -> None:
    client.shop.settings = replace(SETTINGS, limits=Limits(enabled=True))
    echoed = client.get("/rest/V1/invoices?searchCriteria=").body["search_criteria"]
    assert echoed == {"filter_groups": [], "page_size": 300}
    reply = client.get(f"/rest/V1/invoices?{criteria(size=301)}")
    assert reply.body["parameters"] == {"max": 300}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            "searchCriteria[pageSize][]=1",
            'Error occurred during "pageSize" processing. The "Array"',
        ),
        ("searchCriteria[page_size]=x", 'Error occurred during "page_size" processing. The "x"'),
        (
            "searchCriteria[filterGroups][0][filters][0][field][]=x",
            'Error occurred during "filterGroups" processing. '
            'Error occurred during "filters" processing. Error occurred during "field"',
        ),
        ("searchCriteria[filter_groups][0][nope]=x", '"%fieldName" is not supported.'),
        ("searchCriteria[sortOrders][0][field]=a-b", "Sort order field %1 contains restricted"),
        ("searchCriteria[sortOrders][0][field]=é", "Sort order field %1 contains restricted"),
    ],
)
def test_malformed_criteria_are_explained(client: Client, query: str, message: str) -> None:
    reply = client.get(f"/rest/V1/invoices?{query}", Authorization=f"Bearer {'t' * 32}")
    assert reply.status == 400
    assert reply.body["message"].startswith(message)


COLUMNS = {
    "updated_at": st.sampled_from(
        ["2026-01-01 00:00:00", "2026-01-01 00:00:01", "2026-03-01 00:00:00"]
    ),
    "order_id": st.integers(0, 3),
    "increment_id": st.sampled_from(["000000001", "000000002", "A1", "a2"]),
}
FILTERS = st.one_of(
    [
        st.builds(
            Filter,
            field=st.just(field),
            value=values.map(str),
            condition=st.sampled_from(
                ["eq", "in", "gt", "gteq", "lt", "lteq", "from", "to", "neq"]
            ),
        )
        for field, values in {**COLUMNS, "entity_id": st.integers(0, 8)}.items()
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.fixed_dictionaries({}, optional=COLUMNS), max_size=7),
    groups=st.lists(st.lists(FILTERS, min_size=1, max_size=2).map(tuple), max_size=3),
    field=st.sampled_from(["updated_at", "entity_id", "order_id", "increment_id"]),
    direction=st.sampled_from(["ASC", "DESC", None]),
)
def test_the_indexes_find_what_plain_evaluation_finds(
    rows: list[dict[str, object]],
    groups: list[tuple[Filter, ...]],
    field: str,
    direction: str | None,
) -> None:
    """And every row is on exactly one page, whatever the order."""
    table = table_of(rows)
    sorts = (Sort(field=field, direction=direction), Sort(field="entity_id", direction="ASC"))
    wanted = Criteria(groups=tuple(groups), sorts=sorts)
    predicates = [group_predicate(group, table.kinds) for group in groups]
    plain = {n for n, row in table.rows.items() if all(p(row.columns) for p in predicates)}
    selected, total = table.select(wanted)
    assert total == len(selected)
    assert {row.id for row in selected} == plain
    pages = [
        row.id
        for page in range(1, 6)
        for row in table.select(replace(wanted, page_size=2, current_page=page))[0]
    ]
    assert pages == [row.id for row in selected]
    values = [str(row.columns.get(field) or "").lower() for row in selected]
    assert values == sorted(values, reverse=direction != "ASC")


def table_of(rows: Sequence[dict[str, object]]) -> Table:
    """Invoices numbered from 1; each is put twice, as a change of an entity is."""
    table = new_table("invoices")
    for number, row in enumerate(rows, 1):
        table.put(Row(number, {"entity_id": number, "updated_at": "2020-01-01 00:00:00"}, ""))
        table.put(
            Row(number, columns_of("invoices", {"entity_id": number, **row}, table.kinds), "")
        )
    return table


def test_a_page_of_fifty_thousand_invoices_takes_milliseconds(clock: SimulatedClock) -> None:
    """By `updated_at`, sorted, 100 a page: under 30 ms (measured: 1)."""
    shop = Shop(SETTINGS, clock)
    for number in range(1, 50_001):
        moment = f"2026-01-{number // 2000 + 1:02d} {number % 24:02d}:00:00"
        put(shop, "invoices", {"entity_id": number, "updated_at": moment, "created_at": moment})
    order = [("updated_at", "ASC"), ("entity_id", "ASC")]
    query = criteria(("updated_at", "gteq", "2026-01-02 00:00:00"), sort=order, page=50)
    client = Client(shop, clock)
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        reply = client.get(f"/rest/V1/invoices?{query}")
        taken.append(time.perf_counter() - start)
    assert (len(reply.body["items"]), reply.body["total_count"]) == (100, 48_001)
    assert min(taken) < 0.030
