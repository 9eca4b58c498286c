"""Addresses, media types, `fields`, the schema: what an answer looks like."""

from dataclasses import replace

import pytest

from sync.sandbox.shop.definitions import definitions
from sync.sandbox.shop.php import Json
from tests.golden.recordings import FOLDER
from tests.sandbox.shop.client import Client, criteria
from tests.sandbox.shop.trading import delete, put

ONE = "/rest/V1/invoices/1?fields="


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ("entity_id,items[sku]", {"entity_id": 1, "items": [{"sku": "P21"}, {"sku": "P9"}]}),
        ("items[sku],items[qty]", {"items": [{"qty": 2}, {"qty": 1}]}),
        ("comments,entity_id", {"entity_id": 1, "comments": []}),
        ("comments[comment]", {"comments": None}),
        ("entity_id[x]", {"entity_id": 1}),
        ("nope", []),
        ("items[nope]", {"items": [[], []]}),
        ("items[sku", []),
        ("items]sku", []),
        ("entity id", []),
        ("é", []),
    ],
)
def test_fields_cut_an_answer_with_magentos_quirks(
    client: Client, fields: str, answer: Json
) -> None:
    reply = client.get(ONE + fields.replace(" ", "%20").replace("é", "%C3%A9"))
    assert (reply.status, reply.body) == (200, answer)


@pytest.mark.parametrize("fields", ["", "0"])
def test_fields_that_php_holds_for_false_cut_nothing(client: Client, fields: str) -> None:
    assert client.get(ONE + fields).body["increment_id"] == "000000001"


def test_parts_of_a_plain_value_are_a_type_error(client: Client) -> None:
    """A street's lines are texts; asking for parts of them stops PHP."""
    reply = client.get("/rest/V1/customers/1?fields=addresses[street[x]]")
    assert reply.status == 500
    assert "Report ID" in reply.body["message"]


def test_several_fields_parameters_are_no_filter_at_all(client: Client) -> None:
    bearer = f"Bearer {'t' * 32}"
    assert client.get("/rest/V1/invoices/1?fields[]=x", Authorization=bearer).body == []


def test_an_empty_list_stays_a_list_without_fields(client: Client) -> None:
    query = criteria(("entity_id", "eq", "99"), size=1)
    assert client.get(f"/rest/V1/invoices?{query}").body["items"] == []
    assert client.get(f"/rest/V1/invoices?{query}&fields=items[sku]").body == {"items": None}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/rest/V1/invoices/1/", 200),
        ("/rest//V1/invoices/1", 200),
        ("/index.php/rest/us/V1/invoices/1", 200),
        ("/rest/all/V1/invoices/1", 200),
        ("/rest/admin/V1/invoices/1", 400),
        ("/rest/V1//invoices/1", 404),
        ("/rest/V1", 404),
        ("/rest/V1/invoices/%31", 200),
        ("/rest/V1/invoices/1%2F2", 400),
        ("/rest/", 400),
        ("/", 404),
        ("//", 404),
        ("/restful/V1/invoices/1", 404),
        ("/rest/async/V1/invoices", 400),
    ],
)
def test_addresses_are_read_as_magento_reads_them(client: Client, path: str, status: int) -> None:
    assert client.get(path).status == status


@pytest.mark.parametrize("method", ["PATCH", "HEAD", "OPTIONS", "BREW"])
def test_other_verbs_are_refused_by_name(client: Client, method: str) -> None:
    reply = client.send(method, "/rest/V1/invoices/1", None, {})
    assert reply.status == 405
    assert reply.body == {"message": f"The {method} HTTP method is not supported."}


def test_an_unknown_route_is_told_before_a_missing_login(client: Client) -> None:
    assert client.get("/rest/V1/nothere", Authorization="").status == 404
    assert client.send("DELETE", "/rest/V1/invoices/1", None, {"Authorization": ""}).status == 404


@pytest.mark.parametrize(
    ("accept", "start"),
    [
        ("application/json", '{"entity_id"'),
        ("text/json;q=0.5, text/html", '{"entity_id"'),
        ("text/*", '{"entity_id"'),
        ("application/xml;q=0.9, application/json;q=0.8", "<?xml"),
        ("text/xml", "<?xml"),
        ("(rubbish)", '{"entity_id"'),
        ("text/html", "<!doctype html>"),
        ("image/png", "<!doctype html>"),
        ("", '{"entity_id"'),
    ],
)
def test_the_accept_header_chooses_the_form(client: Client, accept: str, start: str) -> None:
    reply = client.get(ONE + "entity_id", Accept=accept)
    assert reply.text.startswith(start)
    assert (reply.status == 500) == start.startswith("<!")


def test_xml_escapes_and_names_items(client: Client) -> None:
    put(client.shop, "orders", {"entity_id": 900, "status": "a<b>&\x07", "items": [], "x_1": None})
    reply = client.get("/rest/V1/orders/900", Accept="application/xml")
    assert "<status>a&lt;b&gt;&amp;</status>" in reply.text
    assert "<items/>" in reply.text
    status = client.get("/rest/V1/orders/900/statuses", Accept="application/xml").text
    assert "<item>a&lt;b&gt;&amp;</item>" in status
    error = client.get("/rest/V1/orders/0", Accept="application/xml")
    assert (error.status, "<message>An ID is needed" in error.text) == (400, True)


def test_maintenance_answers_everything_with_a_page(client: Client) -> None:
    client.shop.settings = replace(client.shop.settings, maintenance=True)
    for path in ("/rest/V1/invoices/1", "/rest/V1/nothere", "/"):
        reply = client.get(path)
        assert (reply.status, "Error 503" in reply.text) == (503, True)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("customers/99", {"fieldName": "customerId", "fieldValue": 99}),
        ("taxRates/99", {"fieldName": "taxRateId", "fieldValue": 99}),
        ("taxRules/99", {"fieldName": "taxRuleId", "fieldValue": 99}),
    ],
)
def test_a_missing_entity_is_named_by_field_and_value(
    client: Client, path: str, body: Json
) -> None:
    reply = client.get(f"/rest/V1/{path}")
    assert (reply.status, reply.body["parameters"]) == (404, body)


@pytest.mark.parametrize("path", ["orders/items/99999", "orders/99999/statuses", "invoices/99999"])
def test_a_missing_document_is_not_found(client: Client, path: str) -> None:
    reply = client.get(f"/rest/V1/{path}")
    assert reply.status == 404
    assert reply.body["message"].startswith("The entity that was requested doesn't exist.")


def test_customers_are_found_by_their_addresses_and_vanish_when_deleted(client: Client) -> None:
    by_city = criteria(("shipping_city", "eq", "Rotterdam"))
    found = client.get(f"/rest/V1/customers/search?{by_city}").body
    assert [one["id"] for one in found["items"]] == [2]
    delete(client.shop, "customers", 2)
    assert client.get("/rest/V1/customers/2").status == 404
    assert client.get(f"/rest/V1/customers/search?{by_city}").body["total_count"] == 0


def test_groups_and_taxes_are_filtered_by_their_columns(client: Client) -> None:
    for path, condition in (
        ("customerGroups/search", ("code", "eq", "general")),
        ("customerGroups/search", ("customer_group_id", "eq", "1")),
        ("taxRates/search", ("tax_calculation_rate_id", "eq", "3")),
        ("taxRules/search", ("code", "like", "Low%")),
        ("taxClasses/search", ("class_type", "neq", "PRODUCT")),
    ):
        total = client.get(f"/rest/V1/{path}?{criteria(condition)}").body["total_count"]
        assert total == (2 if "Classes" in path else 1), path


def test_items_can_be_listed_over_all_orders(client: Client) -> None:
    query = criteria(("sku", "eq", "P21"), ("qty_ordered", "gteq", "2"), size=5)
    reply = client.get(f"/rest/V1/orders/items?{query}")
    assert {item["sku"] for item in reply.body["items"]} == {"P21"}


def test_the_schema_describes_fields_to_anyone(client: Client) -> None:
    path = "/rest/all/schema?services=salesInvoiceRepositoryV1,customerCustomerRepositoryV1"
    reply = client.get(path, Authorization="")
    model = reply.body["definitions"]["sales-data-invoice-interface"]
    assert model["properties"]["grand_total"] == {"type": "number"}
    assert "order_id" in model["required"]
    assert "/V1/customers/{customerId}" in reply.body["paths"]
    assert client.get("/rest/default/schema").body["basePath"] == "/rest/default"
    assert client.get("/rest/schema?services=nope").status == 400


def test_the_definitions_are_the_recorded_ones() -> None:
    """The product's copy is what the real shop said of itself."""
    recorded = (FOLDER / "_schema_fields.json").read_text("utf-8")
    product = FOLDER.parents[2] / "sync" / "sandbox" / "shop" / "definitions.json"
    assert product.read_text("utf-8") == recorded
    assert definitions()["sales-data-invoice-interface"]["grand_total"] == "number?"
