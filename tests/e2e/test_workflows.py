"""The four workflows, walked from the Overview by mouse within their clicks, or by keyboard."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from pages.ui import data
from pages.ui.view import View
from sync.domain.documents import Entity
from sync.store import queries
from sync.store.reader import open_reader
from tests.e2e.reading import count, rows, still, visit

FAILED_INVOICE = "000000483"


class Clicks:
    """Clicks like a person and counts them; Enter counts, typing does not."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.number = 0

    def on(self, what: Locator, x: float | None = None, y: float | None = None) -> None:
        """Click, in the middle or at a place of it."""
        self.number += 1
        if x is None or y is None:
            what.click()
        else:
            what.click(position={"x": x, "y": y})

    def enter(self) -> None:
        """Press Enter where the cursor stands."""
        self.number += 1
        self.page.keyboard.press("Enter")


@pytest.fixture
def overview(address: str, page: Page) -> Page:
    """The Overview of a fresh visitor."""
    visit(page, f"{address}/")
    expect(page.locator(".st-key-tile_euros")).to_be_visible()
    return page


def arrived(page: Page, path: str) -> None:
    expect(page).to_have_url(re.compile(re.escape(path)))
    still(page)


def expected(home: Path, view: View) -> queries.Counts:
    with open_reader(home) as reader:
        kind: Entity | None = "invoice" if view.state == "open" else None
        return queries.count(reader, data.log_filter(kind, view, "Europe/Amsterdam"))


def test_find_failed_syncs_takes_one_click_and_the_advice_one_more(
    home: Path, overview: Page
) -> None:
    clicks = Clicks(overview)
    tile = overview.locator(".st-key-tile_invoice")
    number = tile.get_by_test_id("stMetricValue").inner_text()
    clicks.on(tile, 120, 60)
    arrived(overview, "/invoices?range=all&state=open")
    want = expected(home, View(range="all", state="open"))
    assert count(overview).startswith(f"{want.rows} rijen · {want.open} open documenten")
    assert int(number) == want.open
    grid = overview.get_by_test_id("stDataFrame").first
    clicks.on(grid, 16, 50)
    expect(overview.get_by_role("dialog").get_by_text("Wat nu")).to_be_visible()
    assert clicks.number == 2


def test_investigate_an_invoice_takes_one_enter(overview: Page) -> None:
    clicks = Clicks(overview)
    overview.get_by_role("textbox", name="Zoek een document").fill(" #200000483 ")
    clicks.enter()
    dialog = overview.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name=f"Factuur {FAILED_INVOICE}")).to_be_visible()
    expect(dialog.get_by_role("heading", name="Alle pogingen (1)")).to_be_visible()
    assert clicks.number == 1


def test_monitor_today_takes_none_and_its_failures_one(home: Path, overview: Page) -> None:
    clicks = Clicks(overview)
    for place in (".st-key-verdict", ".st-key-today", ".st-key-tile_rate"):
        expect(overview.locator(place)).to_be_visible()
    failed = overview.locator(".st-key-today").get_by_role("link", name="Mislukt")
    number = int(re.sub("[^0-9]", "", failed.inner_text()))
    clicks.on(failed)
    arrived(overview, "/attempts?range=today&success=no")
    want = expected(home, View(range="today", success="no"))
    assert number == want.rows
    shown = count(overview) if want.rows != 1 else "1 rijen"
    assert shown.startswith(f"{want.rows} rijen")
    assert clicks.number == 1


def test_debug_api_issues_takes_one_click_to_cause_steps_and_documents(
    home: Path, overview: Page
) -> None:
    clicks = Clicks(overview)
    cause = overview.locator('[class*="st-key-cause_"]').first
    attempts = re.search(r"([0-9]+) pogingen, ([0-9]+) documenten", cause.inner_text())
    assert attempts
    clicks.on(cause.get_by_role("link"))
    arrived(overview, "/patterns?")
    expect(overview.get_by_role("heading", name="Wat nu")).to_be_visible()
    main = overview.get_by_test_id("stMain")
    expect(main.locator("ol li").first).to_be_visible()
    expect(main.get_by_role("heading", name="Getroffen documenten")).to_contain_text(
        f"({attempts.group(2)})"
    )
    assert rows(overview)
    expect(main.get_by_role("link", name=f"{attempts.group(1)} mislukte pogingen")).to_be_visible()
    assert clicks.number == 1


def test_from_a_pattern_its_open_documents_are_booked_again_with_one_more(overview: Page) -> None:
    clicks = Clicks(overview)
    cause = overview.locator('[class*="st-key-cause_"]').filter(has_text="btw-code").first
    clicks.on(cause.get_by_role("link"))
    arrived(overview, "/patterns?")
    again = overview.get_by_role("link", name="Boek alle open documenten opnieuw")
    number = re.search(r"\(([0-9]+)\)", again.inner_text())
    assert number
    clicks.on(again)
    arrived(overview, "/resync?")
    expect(overview.locator("h1")).to_have_text("Opnieuw boeken")
    expect(overview.get_by_test_id("stMain")).to_contain_text(number.group(1))
    assert clicks.number == 2


def test_a_tile_is_reached_and_opened_by_keyboard(overview: Page) -> None:
    link = overview.locator(".st-key-tile_invoice a")
    link.focus()
    overview.keyboard.press("Enter")
    arrived(overview, "/invoices?range=all&state=open")


def test_a_click_on_a_day_opens_that_days_failures(home: Path, overview: Page) -> None:
    """On the red part of a bar; its day and number are those of the log that opens."""
    overview.locator(".st-key-chart_days").scroll_into_view_if_needed()
    parts = overview.locator(".st-key-chart_days .barlayer .trace").nth(2).locator("path")
    expect(parts.first).to_be_attached()
    boxes = [parts.nth(nth).bounding_box() for nth in range(parts.count())]
    red = max((box for box in boxes if box), key=lambda box: box["height"])
    overview.mouse.click(red["x"] + red["width"] / 2, red["y"] + red["height"] / 2)
    arrived(overview, "/attempts?range=custom")
    expect(overview.locator("h1")).to_have_text("Alle pogingen")
    found = re.search(r"date=([0-9-]{10})%2C([0-9-]{10})&success=no", overview.url)
    assert found
    assert found.group(1) == found.group(2)
    day = datetime.strptime(found.group(1), "%Y-%m-%d").replace(tzinfo=UTC).date()
    want = expected(home, View(range="custom", date=(day, day), success="no"))
    assert re.match(f"{want.rows} rij", count(overview))


def test_a_search_for_several_lists_them_and_an_address_stays_out_of_the_url(
    overview: Page,
) -> None:
    field = overview.get_by_role("textbox", name="Zoek een document")
    field.fill("klant4@winkel.example")
    field.press("Enter")
    expect(overview.get_by_role("dialog")).to_be_visible()
    overview.keyboard.press("Escape")
    field.fill("jan@klant.example")
    field.press("Enter")
    expect(overview.locator("h1")).to_have_text("Zoekresultaat")
    expect(overview.get_by_role("heading", name="Facturen")).to_be_visible()
    assert "klant" not in overview.url
    assert "j…@….example" in overview.get_by_test_id("stMain").inner_text()


def test_the_menu_keeps_the_period_and_drops_the_search(address: str, page: Page) -> None:
    visit(page, f"{address}/invoices?q=503&range=7d")
    page.get_by_test_id("stSidebarNav").locator("a[href*='/creditmemos']").click()
    expect(page.locator("h1")).to_have_text("Creditnotalog")
    arrived(page, "/creditmemos?range=7d")
    assert "q=" not in page.url
    page.get_by_test_id("stSidebarNav").locator("a[href*='/invoices']").click()
    expect(page.locator("h1")).to_have_text("Factuurlog")
    arrived(page, "q=503")
