"""What a look-up may cost, who may spend the last ones, and how old an answer may be."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync import engine
from sync.domain import codes
from sync.domain.lookup import MONTHLY, RESERVE, next_month
from sync.domain.mutations import Mutation, MutationLine
from sync.eboekhouden import Books
from sync.engine import lookups, reading
from sync.engine.desk import administration, books_access
from sync.engine.lookups import Lookups
from sync.sandbox.books import seeding
from sync.sandbox.fault_rules import Rule
from sync.store import Document, Store
from tests.engine.trading import CARELESS, Trading, trading_world
from tests.engine.world import World

NUMBER = "000000004"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
BY_HAND = engine.Wanted(trigger="resync", actor="jan", numbers=[NUMBER])
NOBODY = engine.Wanted(numbers=["none"])


def lose_the_answer(world: World) -> None:
    """The document is booked, and its answer lost; it has settled since."""
    world.faults.add(
        Rule(kind="drop", service="books", match=("AddMutatie", NUMBER), count=1, after=True)
    )
    world.run()
    assert world.row(NUMBER)["outcome"] == "unknown"
    world.later(minutes=10)


def spend(world: World, calls: int) -> None:
    """So many look-ups went out this month."""
    month = f"{world.clock.now().astimezone(AMSTERDAM):%Y-%m}"
    with world.store() as store:
        store.spend_lookups(administration(world.keys), month, calls)


def the_document(world: World) -> Document:
    """As the hub remembers it."""
    with world.store() as store:
        found = store.find("webshop", "invoice", [NUMBER])
    return next(x for x in found if x.entry.document_no == NUMBER)


def test_the_last_look_ups_of_a_month_are_kept_for_people(world: World) -> None:
    """The schedule says so once and waits for the next month; a person is served at once."""
    lose_the_answer(world)
    spend(world, MONTHLY - RESERVE)
    asked = world.books.state.calls_this_month()
    world.run()
    row, document = world.row(NUMBER), the_document(world)
    assert (row["outcome"], row["error_code"]) == ("failed", codes.LOOKUP_BUDGET)
    assert row["message"].startswith("API error: this month's look-ups")
    assert document.due_at is not None
    local = document.due_at.astimezone(AMSTERDAM)
    assert (document.state, local.day, local.hour, local.minute) == ("waiting", 1, 0, 0)
    world.run()
    assert world.row(NUMBER)["id"] == row["id"], "one row, not one each run"
    assert world.books.state.calls_this_month() == asked
    world.run(BY_HAND)
    assert world.row(NUMBER)["outcome"] == "linked"
    assert len(world.booked(NUMBER)) == 1


def test_each_look_up_is_counted_for_its_administration(world: World) -> None:
    """As the books count them, in their month."""
    lose_the_answer(world)
    world.run()
    asked = world.books.state.calls_this_month()
    assert asked >= 2
    with world.store() as store:
        assert store.lookups(administration(world.keys), f"{world.clock.now():%Y-%m}") == asked


def test_one_call_less_and_the_schedule_may_still_ask(world: World) -> None:
    """The reserve begins above 4,500, not before."""
    lose_the_answer(world)
    spend(world, MONTHLY - RESERVE - 1)
    world.run()
    assert world.row(NUMBER)["outcome"] == "linked"


def test_a_new_month_brings_new_look_ups(world: World) -> None:
    """Nobody has to do anything."""
    lose_the_answer(world)
    spend(world, MONTHLY)
    world.run()
    until = the_document(world).due_at
    assert until is not None
    world.clock.set(until)
    world.run()
    assert world.row(NUMBER)["outcome"] == "linked"
    assert len(world.booked(NUMBER)) == 1


def test_the_books_own_refusal_counts_for_everybody(world: World) -> None:
    """E003.1 came earlier than our count says: the schedule asks no more until next month."""
    lose_the_answer(world)
    month = f"{world.books.state.today():%Y-%m}"
    world.books.state.calls[month] = 5_000
    world.run()
    assert world.row(NUMBER)["error_code"] == codes.LOOKUP_BUDGET
    with world.store() as store:
        assert store.lookups(administration(world.keys), month) == MONTHLY
    world.run(BY_HAND)
    row = world.row(NUMBER)
    assert (row["error_code"], row["trigger"]) == (codes.LOOKUP_BUDGET, "resync")
    assert len(world.booked(NUMBER)) == 1


def test_what_has_to_settle_waits_for_a_person_too_and_says_until_when(world: World) -> None:
    """Asking does not make it safe: the booking may still be under way."""
    world.faults.add(
        Rule(kind="drop", service="books", match=("AddMutatie", NUMBER), count=1, after=True)
    )
    world.run()
    until = the_document(world).due_at
    assert until is not None
    report = world.run(BY_HAND)
    assert report.settling == {NUMBER: until}
    assert report.done == 0
    world.clock.set(until)
    report = world.run(BY_HAND)
    assert (report.settling, report.outcomes) == ({}, {"linked": 1})


@given(st.timedeltas(timedelta(0), timedelta(days=3_650)))
def test_the_next_month_begins_in_the_books_own_zone(later: timedelta) -> None:
    """Midnight in Amsterdam, never later than 31 days and an hour from now."""
    now = datetime(2020, 1, 1, tzinfo=UTC) + later
    begins = next_month(now)
    local = begins.astimezone(AMSTERDAM)
    assert (local.day, local.hour, local.minute) == (1, 0, 0)
    assert now < begins <= now + timedelta(days=31, hours=1)
    assert (local - timedelta(seconds=1)).month == now.astimezone(AMSTERDAM).month


class Asked:
    """Look-ups of a run whose documents all have to be looked up, by date."""

    def __init__(self, world: Trading, store: Store) -> None:
        self.world = world
        self.books = Books(books_access(world.connection, world.keys), world.clock)
        self.lookups = Lookups(
            store,
            world.clock,
            connection="webshop",
            administration="a",
            run=1,
            by_person=False,
        )

    def numbers(self, number: str, settled: datetime, day: date | None = None) -> list[int]:
        """Mutations under that number."""
        line = MutationLine(ledger="8000", vat_code="GEEN", net=Decimal(1), vat=Decimal(0))
        mutation = Mutation(
            booked_on=day or self.world.sold[number].day,
            debtor_ledger="1300",
            relation="R",
            invoice_number=number,
            voucher="v",
            description="d",
            term=14,
            reference="",
            lines=(line,),
        )
        return [x.number for x in self.lookups.find(self.books, mutation, settled)]


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Asked]:
    """Fifty documents that have to be looked up."""
    world = trading_world(tmp_path, orders=50, books=CARELESS)
    world.run(NOBODY)
    with world.store() as store:
        store.look_up_first("webshop", world.clock.now(), "", tried=True)
        one = Asked(world, store)
        yield one
        one.books.close()
    world.close()


def test_a_booking_that_came_after_the_reading_is_seen_by_what_settled_after_it(
    asked: Asked,
) -> None:
    """However fresh the reading is: it began before the document had settled."""
    world = asked.world
    first, *_, last = world.sold
    assert asked.numbers(first, world.clock.now()) == []
    world.formerly([last])
    world.later(seconds=2)
    assert asked.numbers(last, world.clock.now()) == [1]


def test_a_booking_that_came_after_the_reading_is_seen_a_minute_later(asked: Asked) -> None:
    """Whoever made it. A clock that was set back makes nothing fresh either."""
    world = asked.world
    settled = world.clock.now()
    first, second, *_, last = world.sold
    assert asked.numbers(first, settled) == []
    world.formerly([second])
    world.later(seconds=lookups.FRESH.total_seconds() + 1)
    assert asked.numbers(second, settled) == [1]
    world.formerly([last])
    world.later(hours=-1)
    assert asked.numbers(last, settled) == [2]


def test_a_fresh_reading_costs_nothing(asked: Asked) -> None:
    """One call for fifty documents."""
    settled = asked.world.clock.now()
    for number in asked.world.sold:
        assert asked.numbers(number, settled) == []
    assert asked.world.books.state.calls_this_month() == 1


def test_what_lies_before_the_reading_is_asked_for_by_its_number(asked: Asked) -> None:
    """An old document turns up: the reading says nothing about it."""
    settled = asked.world.clock.now()
    first, *_ = asked.world.sold
    old = asked.world.sold[first].day - timedelta(days=400)
    seeding.sale(asked.world.books.state, "old", "10001", Decimal(5), old)
    assert asked.numbers(first, settled) == []
    assert asked.numbers("old", settled, old) == [1]


def test_reading_that_costs_more_than_numbers_is_given_up(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The books are much larger than what is looked up: by number after all."""
    world = asked.world
    monkeypatch.setattr(reading, "MUTATIONS_LIMIT", 10)  # as small as the books are made here
    world.books.state.settings = replace(CARELESS, rows=10)
    first, second, *_ = world.sold
    due = len(world.sold)
    for number in range(10 * due):
        day = world.clock.now().date() - timedelta(days=number % 30)
        seeding.sale(world.books.state, f"B{number}", "10001", Decimal(1), day)
    world.formerly([second])
    assert asked.numbers(first, world.clock.now()) == []
    read = world.books.state.calls_this_month()
    assert due <= read <= due + 10
    assert len(asked.numbers(second, world.clock.now())) == 1
    assert world.books.state.calls_this_month() == read + 1


def test_only_what_is_due_and_has_to_be_looked_up_counts(tmp_path: Path) -> None:
    """Of all documents, or of those that a run is limited to."""
    world = trading_world(tmp_path, orders=30)
    try:
        world.run(NOBODY)
        now = world.clock.now()
        with world.store() as store:
            invoices = store.due("webshop", "invoice", now, 9)
            assert store.lookups_due("webshop", now) == (0, None)
            store.look_up_first("webshop", invoices[3].entry.issued_at, "", tried=False)
            assert store.lookups_due("webshop", now) == (3, invoices[0].entry.issued_at)
            assert store.lookups_due("webshop", now - timedelta(days=1)) == (0, None)
            assert store.lookups_due("other", now) == (0, None)
            named = [invoices[n].entry.document_no for n in (1, 3)]
            assert store.lookups_due("webshop", now, named)[0] == 1
    finally:
        world.close()


def test_what_was_tried_already_is_marked_only_when_it_may_be_there(tmp_path: Path) -> None:
    """Never what is booked, never what was issued later."""
    world = trading_world(tmp_path, orders=30)
    try:
        numbers = [x for x in world.sold if not x.startswith("C")]
        world.faults.add(
            Rule(kind="closed_period", service="books", match=("AddMutatie", numbers[1]), count=1)
        )
        world.run(engine.Wanted(numbers=numbers[:2]))
        with world.store() as store:

            def marked() -> set[str]:
                found = store.find("webshop", "invoice", numbers)
                return {x.entry.document_no for x in found if x.lookup_first}

            [last] = [
                x
                for x in store.find("webshop", "invoice", [numbers[-1]])
                if x.entry.document_no == numbers[-1]
            ]
            before = last.entry.issued_at
            store.look_up_first("webshop", before, "", tried=False)
            assert numbers[2] in marked()
            assert not marked() & {*numbers[:2], numbers[-1]}
            store.look_up_first("webshop", before, "", tried=True)
            assert marked() & {numbers[0], numbers[1], numbers[-1]} == {numbers[1]}
    finally:
        world.close()
