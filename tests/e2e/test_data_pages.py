"""The data pages in a real browser: rows are read, chosen and led to the push."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.reading import corner, rows, still, visit


def test_chosen_rows_go_to_the_push(address: str, page: Page) -> None:
    """Their documents go along, not their positions; what is booked already is refused there."""
    visit(page, f"{address}/shop-creditmemos?range=all&cols=currency")
    expect(page.get_by_text(re.compile("20 rijen · 18 geboekt"))).to_be_visible()
    shown = rows(page)
    assert shown[2]["In de boeken"].endswith("Wacht")
    page.get_by_text("Kies meer rijen").click()
    still(page)
    expect(page.get_by_text("Push 0 gekozen naar e-Boekhouden")).to_be_visible()
    left, top = corner(page)
    for count, row in enumerate((0, 2), 1):
        page.mouse.click(left + 16, top + 50 + 33 * row)
        link = page.get_by_role("link", name=f"Push {count} gekozen naar e-Boekhouden")
        expect(link).to_be_visible()
    link.click()
    page.wait_for_url("**/resync?**doc=**")
    still(page)
    expect(page.get_by_role("button", name="Boek 1 document opnieuw")).to_be_visible()
    assert [row["Nummer"] for row in rows(page)] == [shown[2]["Creditnota"]]
