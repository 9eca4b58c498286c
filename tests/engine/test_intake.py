"""With several sessions the shop is read beside the booking; with one, before it."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from sync import engine
from sync.sandbox.fault_rules import Rule
from tests.engine.test_faults import BOOKED, once_each
from tests.engine.world import World

PATIENCE = 20.0  # seconds


@pytest.fixture
def four(world: World) -> World:
    """A world of four sessions whose shop tells two documents a page."""
    return _set_up(world, sessions=4)


def _set_up(world: World, sessions: int) -> World:
    path: Path = world.home / "boekwacht.toml"
    text = path.read_text("utf-8").replace("settle = 2", f"settle = 2\nsessions = {sessions}")
    path.write_text(text.replace("deadline = 5", "deadline = 5\npage_size = 2"), "utf-8")
    return world


def _run(world: World, steps: Callable[[str], None]) -> engine.RunReport:
    with world.store() as store:
        return engine.run(world.connection, world.keys, store, world.clock, steps=steps)


def _known(world: World) -> int:
    """How many invoices the record knows, in whatever state."""
    with world.store() as store:
        return sum(store.states()["webshop"].values())


def test_booking_begins_while_the_shop_is_still_being_read(four: World) -> None:
    """The second page is held back until the first booking was sent."""
    pages, sent = 0, threading.Event()

    def step(name: str) -> None:
        nonlocal pages
        if name == "sent":
            sent.set()
        if name == "fetched":
            pages += 1
            if pages > 1:
                assert sent.wait(PATIENCE), "nobody books meanwhile"

    report = _run(four, step)
    assert (report.outcomes["created"], report.fetched) == (BOOKED, _known(four))
    assert pages > 3
    assert once_each(four)


def test_one_session_reads_everything_first(world: World) -> None:
    """In one thread, so that the same shop gives the same record each time."""
    seen: list[str] = []

    def step(name: str) -> None:
        assert threading.current_thread() is threading.main_thread()
        seen.append(name)

    _run(_set_up(world, sessions=1), step)
    assert max(n for n, x in enumerate(seen) if x == "stored") < seen.index("claimed")


def test_what_was_read_before_the_shop_failed_is_booked_and_the_run_says_why(four: World) -> None:
    pages = 0

    def step(name: str) -> None:
        nonlocal pages
        if name == "fetched":
            pages += 1
            if pages == 2:
                four.faults.add(Rule(kind="error", service="shop"))

    report = _run(four, step)
    assert report.unreachable
    assert report.message
    assert 0 < report.fetched <= 4
    assert report.outcomes["created"] <= 4
    four.faults.clear()
    four.later(hours=1)
    rest = four.run()
    assert report.outcomes["created"] + rest.outcomes["created"] == BOOKED
    assert once_each(four)


def test_all_of_it_is_read_also_when_the_books_refuse_every_session(four: World) -> None:
    """So the pages show what waits."""
    four.faults.add(Rule(kind="wrong_credentials", service="books", match=("OpenSession",)))
    report = four.run()
    assert report.misconfigured
    assert report.fetched == _known(four) >= BOOKED


def test_a_mistake_of_ours_in_reading_ends_the_run_by_name(four: World) -> None:
    class MistakeError(Exception):
        pass

    def step(name: str) -> None:
        if name == "stored":
            raise MistakeError

    with pytest.raises(MistakeError):
        _run(four, step)
