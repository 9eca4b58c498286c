"""The books read by date: everything is found, whatever an answer leaves out, with few calls."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sync.domain.booked import BookedLine, BookedMutation
from sync.engine.reading import Range, Reading

FIRST, TODAY = date(2026, 1, 1), date(2026, 6, 30)
NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
ROWS = 500

Choose = Callable[[list[BookedMutation]], list[BookedMutation]]


def by_number(found: list[BookedMutation]) -> list[BookedMutation]:
    """Shows the newest: those that were booked last."""
    return sorted(found, key=lambda x: x.number)[-ROWS:]


def by_date(found: list[BookedMutation]) -> list[BookedMutation]:
    """Shows the newest: those with the latest date."""
    return sorted(found, key=lambda x: (x.booked_on, -x.number))[-ROWS:]


def oldest(found: list[BookedMutation]) -> list[BookedMutation]:
    """Shows the oldest, whatever anybody says."""
    return sorted(found, key=lambda x: x.number)[:ROWS]


def anyhow(found: list[BookedMutation]) -> list[BookedMutation]:
    """Shows some."""
    return random.Random(len(found)).sample(found, min(ROWS, len(found)))


class Ledger:
    """Books that hold these, and count the calls."""

    def __init__(self, choose: Choose) -> None:
        self.held: list[BookedMutation] = []
        self.calls = 0
        self._choose = choose

    def book(self, day: date, kind: str = "FactuurVerstuurd") -> None:
        """One more, numbered in the order of booking."""
        number = len(self.held) + 1
        line = BookedLine(
            ledger="8000",
            vat_code="GEEN",
            percent=Decimal(0),
            net=Decimal(number),
            vat=Decimal(0),
            gross=Decimal(number),
        )
        self.held.append(
            BookedMutation(
                number=number,
                kind=kind,
                booked_on=day,
                invoice_number=f" N{number}",
                lines=(line, line),
            )
        )

    def ask(self, wanted: Range) -> Sequence[BookedMutation]:
        """One GetMutaties."""
        self.calls += 1
        return self._choose(
            [
                x
                for x in self.held
                if wanted.since <= x.booked_on <= wanted.until
                and x.number >= wanted.from_no
                and (not wanted.to_no or x.number <= wanted.to_no)
            ]
        )

    def missed_by(self, reading: Reading) -> list[int]:
        """Sales that the reading does not show as they are."""
        sales = [x for x in self.held if x.kind == "FactuurVerstuurd"]
        return [
            x.number
            for x in sales
            if x.booked_on >= reading.since
            and [(y.number, y.total) for y in reading.sales(f"N{x.number}")]
            != [(x.number, x.total)]
        ]


@pytest.mark.parametrize("choose", [by_number, by_date, oldest, anyhow])
@example(days=[(120, 1_500)], meanwhile=[235, 1, 120])
@given(
    days=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 900)), max_size=6),
    meanwhile=st.lists(st.integers(0, 400), max_size=20),
)
@settings(max_examples=25, deadline=None)
def test_every_sale_is_found_whatever_is_booked_meanwhile(
    choose: Choose, days: list[tuple[int, int]], meanwhile: list[int]
) -> None:
    """Busy days, days in the future, and bookings of any date between two calls."""
    ledger = Ledger(choose)
    for day, how_many in days:
        for _ in range(how_many):
            ledger.book(FIRST + timedelta(days=day))
    reading = Reading(FIRST, TODAY, NOW)
    late = list(meanwhile)
    while not reading.done:
        reading.step(ledger.ask)
        if late:
            ledger.book(FIRST + timedelta(days=late.pop()))
    for day in late:
        ledger.book(FIRST + timedelta(days=day))
    reading.catch_up(ledger.ask, NOW)
    assert not ledger.missed_by(reading)


@pytest.mark.parametrize(
    ("choose", "most"), [(by_number, 25), (by_date, 70), (oldest, 70), (anyhow, 70)]
)
def test_a_day_that_is_more_than_an_answer_is_read_in_parts(choose: Choose, most: int) -> None:
    """Whatever an answer leaves out, the parts get small fast."""
    ledger = Ledger(choose)
    for _ in range(5_000):
        ledger.book(FIRST)
    reading = Reading(FIRST, FIRST, NOW)
    while not reading.done:
        reading.step(ledger.ask)
    assert not ledger.missed_by(reading)
    assert ledger.calls <= most


def test_payments_and_purchases_are_no_sales() -> None:
    """They carry the same numbers."""
    ledger = Ledger(by_number)
    for kind in ("FactuurbetalingOntvangen", "FactuurOntvangen", "Memoriaal"):
        ledger.book(FIRST, kind)
    reading = Reading(FIRST, TODAY, NOW)
    reading.step(ledger.ask)
    assert reading.done
    assert [reading.sales(f"N{number}") for number in (1, 2, 3)] == [[], [], []]


@pytest.mark.parametrize(
    ("mutations", "most"), [(0, 1), (499, 1), (500, 4), (5_000, 30), (20_000, 75)]
)
def test_few_calls_are_needed(mutations: int, most: int) -> None:
    """Answers are mostly full, and few are thrown away for having been cut."""
    ledger = Ledger(by_number)
    for number in range(mutations):
        ledger.book(FIRST + timedelta(days=number * 180 // max(mutations, 1)))
    reading = Reading(FIRST, TODAY, NOW)
    while not reading.done:
        reading.step(ledger.ask)
    assert not ledger.missed_by(reading)
    assert ledger.calls <= most


def test_an_error_in_between_costs_only_its_own_call() -> None:
    """Reading goes on where it was broken off."""
    ledger = Ledger(by_number)
    for number in range(3_000):
        ledger.book(FIRST + timedelta(days=number // 20))
    reading = Reading(FIRST, TODAY, NOW)
    failures = 0

    def stuttering(wanted: Range) -> Sequence[BookedMutation]:
        nonlocal failures
        if ledger.calls % 3 == 2 and failures <= ledger.calls // 3:
            failures += 1
            raise TimeoutError
        return ledger.ask(wanted)

    while not reading.done:
        try:
            reading.step(stuttering)
        except TimeoutError:
            continue
    assert failures > 2
    assert not ledger.missed_by(reading)
    assert ledger.calls < 20


def test_what_was_read_is_brought_up_to_date_with_one_call() -> None:
    """Two that were booked at once may appear in either order, so some are read again."""
    ledger = Ledger(by_number)
    for _ in range(300):
        ledger.book(TODAY)
    overtaken = ledger.held.pop(-5)
    reading = Reading(FIRST, TODAY, NOW)
    reading.step(ledger.ask)
    reading.catch_up(ledger.ask, NOW)
    ledger.held.append(overtaken)
    before = ledger.calls
    reading.catch_up(ledger.ask, NOW + timedelta(minutes=1))
    assert ledger.calls == before + 1
    assert reading.as_of == NOW + timedelta(minutes=1)
    assert not ledger.missed_by(reading)
