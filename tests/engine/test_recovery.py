"""After a restore or a rebuild nothing is booked twice, against books that refuse no number."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from sync.domain.rules import mapping_to_json
from sync.sandbox.fault_rules import Rule
from sync.sandbox.home import MAPPING
from sync.store.backup import back_up
from sync.store.database import hub_path
from sync.store.rebuild import rebuild
from sync.store.restore import restore
from tests.engine.trading import CARELESS, Trading, trading_world

ORDERS = 60


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Trading]:
    """Half of the trade has happened and is booked, but for some whose answers were lost."""
    home = tmp_path / "home"
    home.mkdir()
    made = trading_world(home, orders=ORDERS, books=CARELESS, at_once=False)
    with made.store() as store:  # else all of it would be older than the first run
        run = store.start_run("webshop", "schedule", "", 0, made.clock.now() - timedelta(days=90))
        store.finish_run(run, "done", {}, "", "", made.clock.now() - timedelta(days=90))
    made.happen(len(made.coming) // 2)
    lose = Rule(kind="drop", service="books", match=("AddMutatie",), after=True, rate=0.1)
    made.faults.add(lose)
    made.run()
    made.faults.clear()
    yield made
    made.close()


def test_after_an_older_copy_is_restored_nothing_is_booked_twice(
    world: Trading, tmp_path: Path
) -> None:
    """What was booked since, also what the copy has never heard of, is found and linked."""
    with world.store() as store:
        back_up(store, tmp_path / "copy")
    world.later(hours=1)
    world.happen(len(world.coming) // 2)
    world.until_quiet()
    booked_since = world.judge()
    highest = max(row["id"] for row in world.all_rows("invoice"))
    restore(world.home, tmp_path / "copy", world.clock, "els")
    world.later(hours=1)
    world.happen(len(world.coming))
    world.until_quiet()
    outcomes = world.judge()
    assert outcomes["linked"] > booked_since["linked"]
    assert outcomes["linked"] >= 10
    new = [row["id"] for row in world.all_rows("invoice") if row["outcome"] == "linked"]
    assert max(new) > highest, "no number is given twice"
    with world.store() as store:
        assert store.verify().problems == ()


@pytest.mark.parametrize("sealed", [True, False])
def test_after_a_hub_was_lost_nothing_is_booked_twice(world: Trading, sealed: bool) -> None:
    """Whatever was sealed is known; the rest comes back from the shop and is looked up."""
    with world.store() as store:
        store.seal(force=True)
    world.happen(len(world.coming) // 2)
    world.later(hours=1)
    world.run()
    if sealed:
        with world.store() as store:
            store.seal(force=True)
    relations = len(world.books.state.relations)
    for path in hub_path(world.home).parent.glob("boekwacht.sqlite*"):
        path.unlink()
    made = rebuild(world.home, world.clock, "els")
    assert made.documents
    with world.store() as store:
        store.set_mapping("webshop", mapping_to_json(MAPPING), "test", world.clock.now())
    world.later(hours=1)
    world.run()
    assert len(world.books.state.relations) == relations, "no customer was made anew"
    world.happen(len(world.coming))
    world.later(hours=1)
    world.until_quiet()
    outcomes = world.judge()
    assert outcomes["linked"] >= (1 if sealed else 10)
    with world.store() as store:
        assert store.verify().problems == ()
