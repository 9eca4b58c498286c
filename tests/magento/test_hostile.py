"""Whatever stands in a document, it becomes a document or is told by name: nothing else."""

import copy
import json
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import pytest

from sync.domain.documents import SalesDocument
from sync.errors import UnreadableError
from sync.magento import Shop
from sync.magento.fields import FieldError
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.http import Response, Server
from tests.golden.recordings import FOLDER, RECORDED_AT
from tests.magento.recorded import access, body, ids, order_of, parsed
from tests.magento.scripted import Script, answer

_NAMES = ["scenario_b2b_nl_invoice1", "scenario_customer_partial_creditmemo1"]
_HOSTILE: list[Any] = [
    None,
    "",
    "x" * 10_000,
    "\ud800\0<script>=1+1",
    Decimal("NaN"),
    Decimal("-Infinity"),
    Decimal("1e999999"),
    Decimal("-0.001"),
    Decimal(2) ** 70,
    True,
    [],
    [[]],
    {},
    {"a": {"b": []}},
]
_PERSONAL = ("Petra", "Jansen", "Zonen", "bedrijf.example", "Teststraat", "Rotterdam", "3011AA")


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    inner = enumerate(value) if isinstance(value, list) else ()
    for key, each in value.items() if isinstance(value, dict) else inner:
        yield from _paths(each, (*path, key))


def _replaced(value: Any, path: Sequence[Any], by: Any) -> Any:
    changed = copy.copy(value)
    changed[path[0]] = _replaced(value[path[0]], path[1:], by) if len(path) > 1 else by
    return changed


@pytest.mark.parametrize("name", _NAMES)
@pytest.mark.parametrize("which", ["row", "order"])
def test_any_field_may_hold_anything(name: str, which: str) -> None:
    """Every field in turn, fourteen odd values each."""
    row, order = body(name), order_of(name)
    for unread in ("payment", "status_histories"):
        order.pop(unread, None)
    order["extension_attributes"]["shipping_assignments"][0].pop("items")
    kind: Any = name.rpartition("_")[2].rstrip("1")
    messages = []
    for path in _paths(row if which == "row" else order):
        for value in _HOSTILE:
            pair = {"row": row, "order": order}
            pair[which] = _replaced(pair[which], path, value)
            try:
                _is_sound(parsed(kind, pair["row"], pair["order"]))
            except FieldError as error:
                messages.append(str(error))
    assert len(messages) > 100
    assert not any(word in message for word in _PERSONAL for message in messages)


def _is_sound(document: SalesDocument) -> None:
    for line in document.lines:
        assert (line.net + line.vat + line.percent).is_finite()
    assert (document.total + document.vat + document.rate).is_finite()
    repr(document).encode("utf-8")


def _shop_answers(rows: bytes) -> list[Response]:
    stores = [
        answer(body=json.loads((FOLDER / f"store_{name}.json").read_text())["response"]["body"])
        for name in ("storeConfigs", "storeViews", "websites")
    ]
    orders = [
        json.loads((FOLDER / f"scenario_{name}_order.json").read_text())["response"]["body"]
        for name in ("guest_full_excl", "customer_partial")
    ]
    return [answer(200, rows), *stores, answer(body={"items": orders})]


def _invoice(name: str, **changes: Any) -> Any:
    recorded = json.loads((FOLDER / f"scenario_{name}.json").read_text())["response"]["body"]
    return recorded | changes


@pytest.mark.parametrize(
    "change",
    [
        {"base_grand_total": float("nan")},
        {"base_grand_total": float("inf")},
        {"base_grand_total": "72.68"},
        {"increment_id": "x" * 10_000},
        {"increment_id": None},
        {"state": 4},
        {"items": "none"},
        {"order_id": 1.5},
        {"store_id": 77},
        {"store_id": None},
        {"created_at": "yesterday"},
        {"updated_at": "yesterday"},
    ],
    ids=str,
)
def test_one_bad_document_does_not_stop_its_page(change: dict[str, Any]) -> None:
    """It is told with what can be read of it, and its neighbours are whole."""
    rows = [
        _invoice("guest_full_excl_invoice1", **change),
        _invoice("customer_partial_invoice1"),
        _invoice("customer_partial_invoice2"),
    ]
    clock = SimulatedClock(RECORDED_AT)
    script = Script(clock, *_shop_answers(json.dumps({"items": rows}).encode()))
    with Server(script, clock=clock) as server, Shop(access(server.url), clock) as shop:
        (page,) = shop.invoices_since(None)
    assert [document.id for document in page.documents] == [2, 3]
    (bad,) = page.unreadable
    assert bad.id == 1
    assert bad.message.startswith("Validation error: invoice 1")
    assert len(bad.message) < 200
    assert ids(page) == [1, 2, 3]
    assert "fields=items%5Bentity_id" in script.requests[-1].query


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"{}",
        b"null",
        b'"items"',
        b'{"items": {}}',
        b'{"items": ""}',
        b'{"items": {"a": 1}}',
        b'{"items": [1]}',
        b'{"items": [[]]}',
        b'{"items": [{}]}',
        b'{"items": [{"entity_id": "1"}]}',
        b'{"items": [{"entity_id": 1e999999999999}]}',
        b'{"items": [{"entity_id": 1}]}',
        b'{"items": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)
def test_an_answer_that_is_no_list_of_documents_is_refused_whole(content: bytes) -> None:
    """Nobody can say which documents it leaves out, so the watermark must not move."""
    clock = SimulatedClock(RECORDED_AT)
    script = Script(clock, answer(200, content))
    with (
        Server(script, clock=clock) as server,
        Shop(access(server.url), clock) as shop,
        pytest.raises(UnreadableError, match=r"^API error: "),
    ):
        list(shop.invoices_since(None))


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../../etc/passwd", "x" * 10_000, None, 7])
def test_a_time_zone_that_nobody_knows_is_told(zone: object) -> None:
    """It decides the booking date, so there is no way around it."""
    config = {"id": 1, "code": "default", "website_id": 1, "timezone": zone}
    clock = SimulatedClock(RECORDED_AT)
    script = Script(clock, answer(body=[config]), answer(body=[]))
    with (
        Server(script, clock=clock) as server,
        Shop(access(server.url), clock) as shop,
        pytest.raises(UnreadableError, match=r"^API error: store configuration 1"),
    ):
        shop.stores()
