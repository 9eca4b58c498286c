"""The address says what is shown: read back exactly, and never an error, whatever stands in it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from pages.ui import view
from pages.ui.view import View

TODAY = date(2026, 3, 30)
ZONE = "Europe/Amsterdam"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
words = some.text(some.characters(codec="utf-8", exclude_characters="\x00@"), max_size=40)
several = some.lists(words.filter(bool), unique=True, max_size=3).map(tuple)


@some.composite
def periods(draw: some.DrawFn) -> dict[str, Any]:
    chosen = draw(some.sampled_from(view.RANGES))
    if chosen != "custom":
        return {"range": chosen}
    first = draw(some.dates(date(1970, 1, 1), date(2099, 1, 1)))
    return {"range": chosen, "date": (first, first + timedelta(days=draw(some.integers(0, 900))))}


@some.composite
def views(draw: some.DrawFn) -> View:
    return View(
        **draw(periods()),
        success=draw(some.sampled_from(view.SUCCESSES)),
        state=draw(some.sampled_from(("all", "open"))),
        q=draw(words),
        platform=draw(several),
        cat=draw(several),
        trigger=tuple(draw(some.lists(some.sampled_from(view.TRIGGERS), unique=True))),
        pattern=draw(words),
        run=draw(some.none() | some.integers(0, 10**9)),
        mapping=draw(some.just("") | some.from_regex(view.MAPPING, fullmatch=True)),
        slow=draw(some.integers(0, view.MAX_SLOW)),
        hour=draw(some.sampled_from((None, *(_EPOCH + timedelta(hours=9**n) for n in range(6))))),
        doc=draw(words),
        page=draw(some.integers(1, 10**6)),
        sort=draw(some.sampled_from(view.SORTS)),
        cols=tuple(c for c in view.OPTIONAL if draw(some.booleans())),
    )


@given(views())
def test_an_address_is_read_back_as_the_view_that_wrote_it(chosen: View) -> None:
    assert view.parse(view.address(chosen)) == chosen


@given(some.dictionaries(some.sampled_from(view.NAMES), some.lists(some.text(), max_size=3)))
def test_any_address_opens_some_page(params: dict[str, list[str]]) -> None:
    chosen = view.parse(params)
    assert view.parse(view.address(chosen)) == replace(
        chosen, q="" if view.is_private(chosen.q) else chosen.q
    )
    view.bounds(chosen, TODAY, ZONE)


def test_the_plain_view_has_an_empty_address() -> None:
    assert view.address(View()) == {}


@pytest.mark.parametrize("text", ["jan@winkel.nl", "zoek jan@winkel.nl op", "JAN@WINKEL"])
def test_an_email_address_never_gets_into_the_address(text: str) -> None:
    assert view.address(View(q=text)) == {}


def test_a_period_is_whole_days_of_the_shop() -> None:
    """30 March 2026: summer time began the night before, so seven days are 167 hours."""
    since, until = view.bounds(View(range="7d"), TODAY, ZONE)
    assert since == datetime(2026, 3, 23, 23, tzinfo=UTC)
    assert until is None
    custom = View(range="custom", date=(date(2026, 3, 29), date(2026, 3, 29)))
    since, until = view.bounds(custom, TODAY, ZONE)
    assert since is not None
    assert until is not None
    assert until.astimezone(UTC) - since.astimezone(UTC) == timedelta(hours=23)


def test_everything_has_no_bounds() -> None:
    assert view.bounds(View(range="all"), TODAY, ZONE) == (None, None)


def test_clearing_one_filter_leaves_the_others_and_goes_to_page_one() -> None:
    chosen = View(q="42", success="no", range="today", page=3, cols=("run",))
    assert view.cleared(chosen, "q") == View(success="no", range="today", cols=("run",))
    assert view.cleared(chosen) == View(cols=("run",))
    assert view.narrowed(chosen) == ("range", "success", "q")


def test_an_hour_narrows_the_period() -> None:
    """It ends where the next one begins; outside of the period nothing is left."""
    hour = datetime(2026, 3, 29, 9, tzinfo=UTC)
    asked = view.parse({"range": ["all"], "hour": ["2026-03-29T09"]})
    assert asked.hour == hour
    assert view.bounds(asked, TODAY, ZONE) == (hour, hour + timedelta(hours=1))
    since, until = view.bounds(View(range="today", hour=hour), TODAY, ZONE)
    assert since is not None
    assert until is not None
    assert since > until
    for text in ("", "2026-03-29", "2026-13-01T00", "9999-12-31T23", "x" * 99):
        assert view.parse({"hour": [text]}).hour is None
