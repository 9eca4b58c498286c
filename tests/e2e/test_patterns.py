"""The page of error patterns by mouse: a figure in a chart, and a row, lead to exactly theirs."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

from pages.ui import data, view
from sync.store import queries
from sync.store.reader import open_reader
from tests.e2e.reading import count, rows, still, visit


def failures(home: Path, asked: view.View) -> queries.Counts:
    with open_reader(home) as reader:
        return queries.count(reader, data.log_filter(None, asked, "Europe/Amsterdam"))


def hit(page: Page, part: Locator) -> None:
    """Click the middle of a part of a chart."""
    part.scroll_into_view_if_needed()
    box = part.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def arrived(page: Page, home: Path) -> view.View:
    """What the log shows that opened: one day's failures, as many as the store has."""
    page.wait_for_url(re.compile(r"/attempts\?"))
    expect(page.locator("h1")).to_have_text("Alle pogingen")
    still(page)
    asked = view.parse(parse_qs(urlsplit(page.url).query))
    assert asked.success == "no"
    assert asked.range == "custom"
    want = failures(home, asked)
    assert re.match(f"{want.rows} rij", count(page))
    return asked


def test_a_part_of_a_bar_opens_that_days_failures_of_its_category(
    home: Path, address: str, page: Page
) -> None:
    visit(page, f"{address}/patterns?range=30d")
    parts = page.locator(".st-key-patterns_days .barlayer .trace").first.locator(".point path")
    expect(parts.first).to_be_attached()
    boxes = [(parts.nth(nth).bounding_box(), nth) for nth in range(parts.count())]
    nth = max((box["height"], nth) for box, nth in boxes if box)[1]
    hit(page, parts.nth(nth))
    asked = arrived(page, home)
    assert len(asked.cat) == 1
    assert failures(home, asked).rows


def test_a_square_of_the_map_opens_that_days_failures_of_its_pattern(
    home: Path, address: str, page: Page
) -> None:
    """The strongest colour: the hostile messages of today."""
    visit(page, f"{address}/patterns?range=7d&cat=other")
    squares = page.locator(".st-key-patterns_map .barlayer .trace .point path")
    expect(squares.first).to_be_attached()
    hit(page, squares.last)
    asked = arrived(page, home)
    assert asked.pattern == "deadbeef"
    assert asked.cat == ("other",)
    assert isinstance(asked.date, tuple)
    assert isinstance(asked.date[0], date)


def test_a_row_opens_its_pattern_and_the_way_back_closes_it(
    home: Path, address: str, page: Page
) -> None:
    visit(page, f"{address}/patterns?range=all")
    grid = page.get_by_test_id("stDataFrame").first
    # The charts' program, which is loaded beside the grid's, is large.
    expect(grid.locator("canvas").first).to_be_visible(timeout=60_000)
    first = rows(page)[0]
    grid.click(position={"x": 16, "y": 52})
    page.wait_for_url(re.compile("pattern="))
    still(page)
    expect(page.get_by_role("heading", name="Wat nu")).to_be_visible()
    asked = view.parse(parse_qs(urlsplit(page.url).query))
    want = failures(home, replace(asked, success="no"))
    assert str(want.rows) in first.values()
    page.get_by_role("button", name="Alle foutpatronen").click()
    page.wait_for_url(lambda url: "pattern=" not in url)
    still(page)
    assert rows(page)[0] == first
