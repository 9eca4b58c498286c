"""Reading a page as a person would: once it stands still, by its words."""

from playwright.sync_api import Page, expect

_STILL = (
    '[data-testid="stApp"][data-test-script-state="notRunning"]'
    '[data-test-connection-state="CONNECTED"]'
)
_TABLE = """
selector => {
    const canvas = document.querySelector(selector);
    return canvas?.querySelectorAll('td').length && [...canvas.querySelectorAll('tr')].map(
        row => [...row.querySelectorAll('th, td')].map(cell => cell.textContent)
    );
}
"""
GRID = '[data-testid="stDataFrame"] canvas[data-testid="data-grid-canvas"]'


def still(page: Page) -> None:
    """Wait until the page's script has run, the title stands, and no part is still being loaded."""
    expect(page.locator("h1")).to_be_visible(timeout=60_000)
    page.wait_for_selector(_STILL, timeout=60_000)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


def visit(page: Page, address: str) -> None:
    """Open an address and wait until the page stands still."""
    page.goto(address)
    still(page)


def rows(page: Page) -> list[dict[str, str]]:
    """The rows that the first grid has on screen, read from its accessible table."""
    expect(page.locator(GRID).first).to_be_visible()
    # Found and read in one step: a grid that is drawn anew in between is empty for a moment.
    head, *body = page.wait_for_function(_TABLE, arg=GRID).json_value()
    return [dict(zip(head, cells, strict=True)) for cells in body if len(cells) == len(head)]


def corner(page: Page) -> tuple[float, float]:
    """The upper left corner of the first grid, once it is there; in pixels."""
    grid = page.locator(GRID).first
    expect(grid).to_be_visible()
    box = grid.bounding_box()
    assert box is not None
    return box["x"], box["y"]


def count(page: Page) -> str:
    """The line that states the result, e.g. "128 rijen · 7 open documenten · …"."""
    return page.get_by_test_id("stText").filter(has_text="·").first.inner_text()


def named(page: Page, name: str = "Marieke") -> None:
    """Say who acts."""
    box = page.get_by_role("textbox", name="Uw naam").first
    box.fill(name)
    box.press("Enter")
