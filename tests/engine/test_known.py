"""What hardly ever changes is asked for once a day, by whichever run needs it first."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sync import engine
from sync.engine.chart import KEPT
from tests.engine.provoking import answered
from tests.engine.world import World

STORES = ("storeConfigs", "storeViews", "websites")
BY_HAND = engine.Wanted(trigger="manual", actor="els")


@contextmanager
def asked(world: World) -> Iterator[list[str]]:
    """What both services are asked for of stores and ledgers while the block runs."""
    seen: list[str] = []
    services: tuple[Any, ...] = (world.shop, world.books)
    before = [service.handle for service in services]
    for service in services:
        _listen(service, seen)
    yield seen
    for service, answer in zip(services, before, strict=True):
        service.handle = answer


def _listen(service: Any, seen: list[str]) -> None:
    answer = service.handle

    def handle(request: Any) -> Any:
        operation = request.headers.get("SOAPAction", "").strip('"').rpartition("/")[2]
        name = operation or request.path.rpartition("/")[2]
        if name in {*STORES, "GetGrootboekrekeningen"}:
            seen.append(name)
        return answer(request)

    service.handle = handle


def _run(world: World, known: engine.Known, wanted: engine.Wanted | None = None) -> None:
    """A run a quarter of an hour later."""
    world.later(minutes=15)
    with world.store() as store:
        engine.run(
            world.connection,
            world.keys,
            store,
            world.clock,
            wanted or engine.Wanted(),
            known=known,
        )


def _new_invoice(world: World, number: int) -> None:
    world.change("invoices", 4, entity_id=900 + number, increment_id=f"90000000{number}")


def test_ledgers_and_store_views_are_asked_for_by_the_first_run_of_a_day(world: World) -> None:
    known = engine.Known(world.clock)
    with asked(world) as seen:
        _run(world, known)
        first = [*seen]
        _new_invoice(world, 1)
        _run(world, known)
        assert seen == first == [*STORES, "GetGrootboekrekeningen"]
        assert world.row("900000001")["outcome"] == "created"
        world.later(seconds=KEPT.total_seconds())
        _new_invoice(world, 2)
        _run(world, known)
        assert seen == 2 * first


def test_whoever_runs_by_hand_has_them_asked_for_anew(world: World) -> None:
    """They may have changed what they run for; and a run alone knows nothing from before."""
    known = engine.Known(world.clock)
    with asked(world) as seen:
        _run(world, known)
        first = [*seen]
        _new_invoice(world, 1)
        _run(world, known, BY_HAND)
        assert seen == 2 * first
        _new_invoice(world, 2)
        world.run()
        assert seen == 3 * first


def test_books_that_told_nothing_are_asked_again_soon(world: World) -> None:
    """Somebody may have given the account the right to read ledgers meanwhile."""
    known = engine.Known(world.clock)
    answered("E002.5", "GetGrootboekrekeningen", times=1)(world)
    with asked(world) as seen:
        for number in (1, 2, 3):
            _new_invoice(world, number)
            _run(world, known)
    assert seen.count("GetGrootboekrekeningen") == 1, "the second, as the first was refused"


def test_a_store_view_that_is_new_is_asked_for_at_once(world: World) -> None:
    known = engine.Known(world.clock)
    with asked(world) as seen:
        _run(world, known)
        first = [*seen]
        world.change("invoices", 4, entity_id=901, increment_id="900000001", store_id=77)
        _run(world, known)
        assert seen[len(first) :] == [*STORES]
        assert "store view" in world.row("900000001")["message"]
