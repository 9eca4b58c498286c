"""What the shop holds survives a restart, a crash and a lot of changes."""

import json
import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from sync.sandbox.clock import SimulatedClock
from sync.sandbox.shop import Shop, ShopState
from sync.sandbox.shop.state import encoded
from tests.golden.recordings import RECORDED_AT, SETTINGS
from tests.sandbox.shop.client import Client, criteria
from tests.sandbox.shop.trading import Trade, delete, put

ORDER = {
    "entity_id": 7,
    "increment_id": "000000007",
    "grand_total": Decimal("72.6800"),
    "state": "processing",
    "status": "processing",
    "updated_at": "2026-11-23 04:00:00",
    "items": [{"item_id": 70, "order_id": 7, "sku": "A"}],
}


def opened(folder: Path | None) -> Client:
    clock = SimulatedClock(RECORDED_AT)
    return Client(Shop(SETTINGS, clock, folder), clock)


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    first = opened(tmp_path / "shop")
    put(first.shop, "orders", {**ORDER, "grand_total": Decimal(1)})
    put(first.shop, "orders", ORDER)
    put(first.shop, "customers", {"id": 1, "email": "a@shop.example"})
    put(first.shop, "customers", {"id": 2, "email": "b@shop.example"})
    delete(first.shop, "customers", 1)
    first.post("/rest/V1/orders/7/comments", {"statusHistory": {"comment": "Geboekt"}})
    put(first.shop, "orders", {**ORDER, "state": "complete"}, RECORDED_AT + timedelta(hours=1))
    paths = ["orders/7", "orders/items/70", "orders/7/comments", "customers/1", "customers/2"]
    before = [first.get(f"/rest/V1/{path}").text for path in paths]
    first.shop.close()

    second = opened(tmp_path / "shop")
    assert [second.get(f"/rest/V1/{path}").text for path in paths] == before
    assert second.get("/rest/V1/orders/7?fields=grand_total").body == {"grand_total": 72.68}
    assert second.shop.state.latest == RECORDED_AT + timedelta(hours=1)
    second.post("/rest/V1/orders/7/comments", {"statusHistory": {"comment": "Nog eens"}})
    notes = second.get("/rest/V1/orders/7/comments").body["items"]
    assert [note["entity_id"] for note in notes] == [1, 2]
    second.shop.close()


def test_a_line_cut_short_by_a_crash_is_dropped(tmp_path: Path) -> None:
    first = opened(tmp_path)
    put(first.shop, "orders", ORDER)
    first.shop.close()
    journal = tmp_path / "shop.jsonl"
    journal.write_bytes(journal.read_bytes() + journal.read_bytes()[:30])

    second = opened(tmp_path)
    put(second.shop, "orders", {**ORDER, "entity_id": 8})
    second.shop.close()
    third = opened(tmp_path)
    assert [third.get(f"/rest/V1/orders/{n}").status for n in (7, 8)] == [200, 200]
    third.shop.close()


def test_replaced_entities_do_not_fill_the_disk(tmp_path: Path) -> None:
    for _ in range(3):
        client = opened(tmp_path)
        for number in range(50):
            put(client.shop, "orders", {**ORDER, "total_due": number})
        assert client.get("/rest/V1/orders/7").body["total_due"] == 49
        client.shop.close()
    opened(tmp_path).shop.close()
    assert len((tmp_path / "shop.jsonl").read_text().splitlines()) == 1


def test_without_a_folder_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    put(opened(None).shop, "orders", ORDER)
    assert list(tmp_path.iterdir()) == []


def test_the_latest_moment_never_goes_back() -> None:
    state = ShopState()
    assert state.latest is None
    for day in (2, 3, 1):
        state.apply(Trade("orders", ORDER, at=datetime(2026, 1, day, tzinfo=UTC)))
    assert state.latest == datetime(2026, 1, 3, tzinfo=UTC)


def test_a_field_without_a_value_is_not_sent() -> None:
    client = opened(None)
    put(client.shop, "orders", {**ORDER, "customer_id": None})
    assert "customer_id" not in client.get("/rest/V1/orders/7").body


def test_many_happenings_leave_the_shop_as_one_after_the_other_would(tmp_path: Path) -> None:
    """With one line in the journal for each entity, in the order of the last moments."""
    moments = [datetime(2026, 1, day, tzinfo=UTC) for day in range(1, 7)]
    new, sent = {**ORDER, "state": "new"}, {**ORDER, "state": "complete"}
    happenings = [
        Trade("orders", new, at=moments[0]),
        Trade("invoices", {**new, "order_id": 7}, at=moments[1]),
        Trade("customers", {"id": 7, "email": "a@post.example"}, at=moments[2]),
        Trade("customers", {"id": 8, "email": "b@post.example"}, at=moments[3]),
        Trade("orders", sent, at=moments[4]),
        Trade("customers", {"id": 7}, "delete", at=moments[5]),
    ]
    single, many = ShopState(), ShopState(tmp_path)
    for happening in happenings:
        single.apply(happening)
    many.apply_all(encoded(happenings))
    many.close()
    journal = (tmp_path / "shop.jsonl").read_text().splitlines()
    told = [json.loads(line.partition("\t")[0]) for line in journal]
    assert [x["at"] for x in told] == [x.isoformat() for x in (moments[1], *moments[3:])]
    again = ShopState(tmp_path)
    again.close()
    for state in (many, again):
        assert state.latest == single.latest
        for table, number in (("orders", 7), ("invoices", 7), ("customers", 7), ("customers", 8)):
            assert state.get(table, number) == single.get(table, number), (table, number)


def test_an_entity_without_an_id_is_refused() -> None:
    with pytest.raises(KeyError, match="entity_id"):
        ShopState().apply(Trade("orders", {"state": "new"}))


def test_readers_and_a_writer_do_not_disturb_each_other() -> None:
    """Every page is whole while orders are put at the same time."""
    client = opened(None)
    failures: list[object] = []

    def read() -> None:
        for _ in range(30):
            order = [("updated_at", "ASC"), ("entity_id", "ASC")]
            body = client.get(f"/rest/V1/orders?{criteria(sort=order, size=None)}").body
            if len(body["items"]) != body["total_count"]:
                failures.append(body)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(300):
        put(client.shop, "orders", {**ORDER, "entity_id": number % 40 + 1, "items": []})
    for reader in readers:
        reader.join()
    assert failures == []
