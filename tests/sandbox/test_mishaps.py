"""The calendar of what goes wrong: complete, at hours at which something runs, waiting for none."""

from itertools import product

from sync.sandbox import mishaps
from sync.sandbox.fault_rules import Rule
from sync.sandbox.history import RUN_HOURS

CALENDAR = {
    (day, hour): found
    for day, hour in product(range(mishaps.CYCLE), range(24))
    if (found := mishaps.at(day, hour))
}
MISHAPS = [one for found in CALENDAR.values() for one in found]


def test_everything_happens_at_an_hour_at_which_something_runs() -> None:
    assert {hour for _day, hour in CALENDAR} <= set(RUN_HOURS)


def test_what_the_first_visit_must_show_is_there() -> None:
    """Hours of wrong credentials, time-outs on either side of the booking, pages of HTML."""
    rules = {(x.kind, x.service, x.after) for x in MISHAPS if isinstance(x, Rule)}
    assert {("wrong_credentials", "books", False), ("wrong_credentials", "shop", False)} <= rules
    assert {("timeout", "books", False), ("timeout", "books", True)} <= rules
    assert {("unavailable", "shop", False), ("late", "books", False)} <= rules
    assert {x.same for x in MISHAPS if isinstance(x, mishaps.ForeignSale)} == {True, False}
    assert any(isinstance(x, mishaps.MapRate) for x in MISHAPS)


def test_nobody_waits_for_real() -> None:
    """Neither for a connection that is held, nor for an answer that drips."""
    for one in MISHAPS:
        if isinstance(one, Rule):
            assert one.kind != "drip"
            assert one.hold == 0 or one.kind not in {"timeout", "late"}


def test_a_closed_period_is_opened_a_day_later_and_what_it_refused_is_tried_again() -> None:
    closed = next(key for key, found in CALENDAR.items() if mishaps.CloseBooks() in found)
    opened = next(key for key, found in CALENDAR.items() if mishaps.OpenBooks() in found)
    assert opened[0] == closed[0] + 1
    assert mishaps.Resync("CMUT020") in CALENDAR[opened]


def test_the_calendar_begins_anew() -> None:
    assert mishaps.at(1, 13) == mishaps.at(1 + mishaps.CYCLE, 13) != ()
