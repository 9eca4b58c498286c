"""What a run reads of the shop: once what it was told just now, again what may have changed."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest

from sync import engine
from sync.domain.documents import Entity
from sync.engine import fetch
from sync.engine.desk import ReadingDesk
from sync.magento import Unreadable
from tests.engine.world import World

NOW = datetime(2026, 11, 1, tzinfo=UTC)
INVOICE, ITS_ID = "000000004", 4


def read(number: int) -> Unreadable:
    return Unreadable(
        id=number, number="", order_id=None, store_id=1, updated_at=NOW, message="", code=""
    )


def test_what_was_listed_just_now_is_not_asked_for_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def spy(desk: ReadingDesk, entity: Entity, ids: Sequence[int]) -> dict[int, fetch.Read]:
        asked.extend(ids)
        return fetch.by_id(desk, entity, ids)

    monkeypatch.setattr(import_module("sync.engine.run"), "by_id", spy)
    assert world.run().outcomes["created"] > 10
    assert asked == []


def test_what_was_listed_a_minute_ago_is_read_as_it_is_now(world: World) -> None:
    """It was cancelled while the rest was still being listed."""

    def meanwhile(step: str) -> None:
        if step == "stored":
            world.change("invoices", ITS_ID, state=3)
            world.later(seconds=61)

    with world.store() as store:
        wanted = engine.Wanted(entities=("invoice",))
        engine.run(world.connection, world.keys, store, world.clock, wanted, steps=meanwhile)
    assert world.row(INVOICE)["message"] == "Skipped: Cancelled in the shop"


def test_no_more_is_kept_than_one_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """The latest; and nothing for longer than a minute, also when the clock is set back."""
    monkeypatch.setattr(fetch, "KEPT", 3)
    recent = fetch.Recent()
    recent.add({x: read(x) for x in (1, 2)}, NOW)
    recent.add({x: read(x) for x in (2, 3, 4)}, NOW + timedelta(seconds=30))
    assert set(recent.still(range(9), NOW + timedelta(seconds=40))) == {2, 3, 4}
    assert set(recent.still([2, 9], NOW + timedelta(seconds=61))) == {2}
    assert recent.still(range(9), NOW + timedelta(seconds=91)) == {}
    assert recent.still(range(9), NOW) == {}


def known(world: World, number: str) -> bool:
    with world.store() as store:
        return bool(store.find("webshop", "invoice", [number]))


def test_a_row_dated_in_the_future_keeps_nothing_from_being_read(world: World) -> None:
    """A shop's clock that was wrong for one row: what changes after it has a lower moment."""
    world.change("invoices", ITS_ID, updated_at="2036-01-01 00:00:00")
    world.run()
    with world.store() as store:
        reached = store.watermark("webshop", "invoice")
    assert reached is not None
    assert reached <= world.clock.now()
    world.later(hours=1)
    world.change("invoices", ITS_ID, entity_id=904, increment_id="000000904")
    world.run()
    assert known(world, "000000904")


def test_a_watermark_from_the_future_is_not_believed(world: World) -> None:
    """Both clocks were wrong, and are right again: all is read once more, and then as usual."""
    future = world.clock.now() + timedelta(days=3650)
    with world.store() as store:
        store.receive("webshop", "invoice", [], future, future)
    world.run()
    assert known(world, INVOICE)
    with world.store() as store:
        reached = store.watermark("webshop", "invoice")
    assert reached is not None
    assert reached <= world.clock.now()
