"""While the sync runs: numbers follow by themselves, and no row moves under a click."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.reading import GRID, corner, rows, visit
from tests.e2e.server import dashboard
from tests.pages.seed import Invoice, Try, fill, settings

PATIENCE = 20_000
FAILED = Try(outcome="failed", state="failed", message="Invalid tax code: DE-19", pattern="p")


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A dashboard over a record that grows during the test, and its home."""
    home = settings(tmp_path_factory.mktemp("live"))
    fill(home, some(1, 2))
    with dashboard(home) as address:
        yield address, home


def some(*numbers: int) -> list[Invoice]:
    """Failed invoices, the higher the number the newer."""
    start = datetime.now(UTC) - timedelta(minutes=5)
    return [
        Invoice(number=each, at=start + timedelta(seconds=each), tries=(FAILED,))
        for each in numbers
    ]


def test_a_selection_means_the_row_that_was_seen_while_others_arrive(
    live: tuple[str, Path], page: Page
) -> None:
    address, home = live
    visit(page, f"{address}/invoices")
    before = [row["Factuur-ID"] for row in rows(page)]
    fill(home, some(3, 4, 5))
    news = page.get_by_role("button", name="3 nieuwe rijen, tonen")
    expect(news).to_be_visible(timeout=PATIENCE)
    assert [row["Factuur-ID"] for row in rows(page)] == before
    left, top = corner(page)
    page.mouse.click(left + 16, top + 50)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name=f"Factuur {before[0]}")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert [row["Factuur-ID"] for row in rows(page)] == before
    news.click()
    newest = page.locator(GRID).first.locator("td", has_text="000000005")
    expect(newest).to_be_attached(timeout=PATIENCE)
    arrived = ["000000005", "000000004", "000000003"]
    assert [row["Factuur-ID"] for row in rows(page)] == [*arrived, *before]


def test_the_overview_and_the_menu_follow_by_themselves(live: tuple[str, Path], page: Page) -> None:
    address, home = live
    visit(page, f"{address}/")
    value = page.locator(".st-key-tile_invoice").get_by_test_id("stMetricValue")
    now = int(value.inner_text())
    menu = page.get_by_test_id("stSidebarNav").locator("a[href*='/invoices']")
    expect(menu).to_contain_text(str(now))
    fill(home, some(now + 100))
    expect(value).to_have_text(str(now + 1), timeout=PATIENCE)
    expect(menu).to_contain_text(str(now + 1), timeout=PATIENCE)
