"""VAT codes in a real browser: refused as the very first address, then edited in place."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from sync.clock import SystemClock
from sync.domain.rules import mapping_from_json
from sync.store import open_store
from tests.e2e.reading import rows, still, visit
from tests.e2e.server import dashboard, proxy
from tests.e2e.test_access import serious, sticking_out
from tests.pages.seed import CONNECTION, Invoice, Try, fill, settings, tax

NOW = datetime.now(UTC)
REFUSED = Try(
    outcome="failed", state="failed", message="Invalid tax code: NL-9", code="TAX_UNMAPPED"
)


def test_a_code_is_set_right_by_keyboard_on_a_small_screen(tmp_path: Path, page: Page) -> None:
    """The first visitor of a fresh server comes from elsewhere and sees nothing of it."""
    home = settings(tmp_path)
    fill(home, [Invoice(number=n, at=NOW - timedelta(hours=n), tries=(REFUSED,)) for n in (1, 2)])
    tax(home)
    with dashboard(home) as site:
        with proxy(site, host="shop.example") as outside:
            visit(page, f"{outside}/vat")
            expect(page.get_by_test_id("stAlert")).to_contain_text("Inloggen is nodig")
            assert page.get_by_text("NL-9").count() == 0
        page.set_viewport_size({"width": 390, "height": 900})
        visit(page, f"{site}/vat")
        page.get_by_role("textbox", name="Uw naam").fill("Marieke")
        page.keyboard.press("Enter")
        box = page.get_by_role("combobox", name=re.compile("Btw-code van NL-9"))
        expect(box).to_be_visible()
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 900})
            assert sticking_out(page, width) == [], width
        assert serious(page) == []
        box.focus()
        page.keyboard.type("LAAG_VERK_9")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Bewaard als versie 2")).to_be_visible()
        page.get_by_role("link", name="2 documenten die hierop mislukten").click()
        expect(page).to_have_url(re.compile("/attempts"))
        still(page)
        assert {row["Document"] for row in rows(page)} == {"000000001", "000000002"}
    with open_store(home, SystemClock()) as store:
        assert mapping_from_json(store.mapping(CONNECTION)[1]).vat["NL-9"] == "LAAG_VERK_9"
