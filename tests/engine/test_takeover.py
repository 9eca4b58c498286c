"""Books that others have used before: what is there is linked, what is not is posted, few calls."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync import config, engine
from sync.domain import codes
from sync.engine import lookups
from sync.sandbox.books import seeding
from sync.sandbox.fault_rules import Rule
from tests.engine.takeover import take_over
from tests.engine.trading import CARELESS, Trading, trading_world

MANY = 50


@pytest.fixture
def many(tmp_path: Path) -> Iterator[Trading]:
    """Some fifty documents, and books that take every number as often as it comes."""
    world = trading_world(tmp_path, orders=MANY, books=CARELESS)
    assert len(world.sold) > 2 * lookups.MANY
    yield world
    world.close()


def calls(world: Trading) -> int:
    """GetMutaties answered so far."""
    return sum(world.books.state.calls.values())


def sales(world: Trading) -> list[str]:
    """Numbers of the sales in the books."""
    return [x["Factuurnummer"] for x in world.books.state.mutations]


@pytest.mark.slow
def test_what_a_former_extension_booked_is_linked_with_few_calls(tmp_path: Path) -> None:
    """A share of the full size, which has a command of its own: 20,000 with 150 calls at most."""
    seen = take_over(tmp_path, 600, days=20, paid=0.5)
    assert seen.outcomes.keys() <= {"linked", "skipped"}  # nobody books an invoice over nothing
    assert seen.outcomes["linked"] == seen.documents
    assert seen.mutations[0] == seen.mutations[1]
    assert seen.calls <= 12


def test_empty_books_are_asked_once(many: Trading) -> None:
    """A connection's first run asks whether there are sales; there are none, so no more."""
    assert many.run().outcomes == {"created": len(many.sold)}
    assert calls(many) == 1
    many.judge()


def test_a_payment_in_the_books_is_no_sale(many: Trading) -> None:
    """Bookkeepers book other things: nothing has to be looked up for them."""
    number, sold = next(iter(many.sold.items()))
    seeding.purchase(many.books.state, number, "20001", sold.amount, sold.day)
    assert many.run().outcomes == {"created": len(many.sold)}
    assert calls(many) == 1


def test_another_shops_sales_cost_a_few_calls_and_keep_nothing_from_being_booked(
    many: Trading,
) -> None:
    """Other numbers in the same administration: everything is looked up by date, then posted."""
    for number in range(700):
        sold = next(iter(many.sold.values()))
        seeding.sale(many.books.state, f"B{number}", "30001", sold.amount, sold.day)
    assert many.run().outcomes == {"created": len(many.sold)}
    assert calls(many) < 20
    assert sorted(sales(many)[700:]) == sorted(many.sold)


def test_half_of_it_booked_by_somebody_else_is_linked_and_the_rest_posted(many: Trading) -> None:
    """No number comes into the books a second time, although they would take it."""
    half = list(many.sold)[::2]
    many.formerly(half)
    assert many.run().outcomes == {"linked": len(half), "created": len(many.sold) - len(half)}
    many.judge()


def test_a_first_run_that_could_book_nothing_forgets_no_look_up(many: Trading) -> None:
    """No mapping at first: all fail before anything is asked. With one, they are looked up."""
    many.formerly()
    with many.store() as store:
        _, mapping = store.mapping("webshop")
        store.set_mapping("webshop", "{}", "test", many.clock.now())
    assert many.run().outcomes["failed"] == len(many.sold)
    assert calls(many) == 0
    with many.store() as store:
        store.set_mapping(
            "webshop",
            mapping,
            "test",
            many.clock.now(),
            reopens=[codes.TAX_UNMAPPED, codes.LEDGER_UNMAPPED],
        )
    many.until_quiet()
    many.judge()
    assert calls(many) < 10, "all of them are marked, so they are read by date"
    assert len(sales(many)) == len(many.sold)


def test_an_earlier_start_date_brings_documents_that_are_looked_up_first(many: Trading) -> None:
    """They are older than the first run, so somebody else may have booked them."""
    path = many.home / config.SETTINGS_FILE
    text = path.read_text("utf-8")
    [line] = [x for x in text.splitlines() if x.startswith("start_date")]
    days = sorted({sold.day for sold in many.sold.values()})
    start = days[len(days) // 2]
    path.write_text(text.replace(line, f"start_date = {start}"), "utf-8")
    first = many.run().outcomes["created"]
    assert 0 < first < len(many.sold)
    # Not what waits for its invoice since: that is ours to book.
    many.formerly([x for x, sold in many.sold.items() if sold.day < start])
    path.write_text(text, "utf-8")
    many.run(engine.Wanted(since=days[0]))
    many.until_quiet()
    many.judge()
    assert len(sales(many)) == len(many.sold)


@pytest.mark.parametrize("sessions", [1, 4])
def test_many_lost_answers_are_looked_up_by_date(tmp_path: Path, sessions: int) -> None:
    """Half of them were booked. Fewer calls than documents, and no number twice."""
    world = trading_world(tmp_path, orders=MANY, books=CARELESS, sessions=sessions)
    try:
        world.faults.add(
            Rule(kind="error", service="books", match=("AddMutatie",), rate=0.5, after=True)
        )
        world.faults.add(Rule(kind="error", service="books", match=("AddMutatie",)))
        for _ in range(MANY // 3):  # a run stops after three in a row
            world.run()
        assert len(sales(world)) > 5
        world.faults.clear()
        world.later(minutes=10)
        before, unknown = calls(world), world.rows(limit=10_000)
        assert sum(row["outcome"] == "unknown" for row in unknown) > lookups.MANY
        world.until_quiet()
        assert calls(world) - before < 10
        world.judge()
    finally:
        world.close()


def seed_in_between(many: Trading, wait: float) -> tuple[Callable[[str], None], list[str]]:
    """A step hook: once a third is done, somebody books the rest, and that much time passes."""
    seeded: list[str] = []
    done = 0

    def step(name: str) -> None:
        nonlocal done
        done += name == "finished"
        if done == len(many.sold) // 3 and not seeded:
            seeded.extend(x for x in many.sold if x not in sales(many))
            many.formerly(seeded)
            many.later(seconds=wait)

    return step, seeded


def test_what_others_book_between_reading_and_posting_is_seen(many: Trading) -> None:
    """What was read is a minute old at most when something is posted because of it."""
    many.formerly(list(many.sold)[-2:])  # so that all is looked up, by date
    step, seeded = seed_in_between(many, lookups.FRESH.total_seconds() + 1)
    with many.store() as store:
        report = engine.run(many.connection, many.keys, store, many.clock, steps=step)
    assert len(seeded) > 10
    assert report.outcomes["linked"] >= len(seeded) - 1
    assert not [x for x in many.sold if len(many.booked(x)) > 1 and x not in seeded[:1]]
