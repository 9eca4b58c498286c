"""Texts from outside are text, on every page: nothing runs, is fetched, or is formatted."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.reading import visit

PAGES = {
    "overview": "/?range=today",
    "attempts": "/attempts?range=all&cat=other",
    "pattern": "/attempts?range=all&success=no&pattern=deadbeef",
    "patterns": "/patterns?range=all&cat=other",
    "pattern-detail": "/patterns?range=all&pattern=deadbeef",
    "search": "/search?q=<img src=x onerror=alert(1)> **b** :red[x]",
    "customer": "/customers?range=all&doc=webshop:cus:1:K30",
    "creditmemos": "/creditmemos?q=<script>alert(1)</script>&platform=<b>x</b>",
}
_FORBIDDEN = "img[src=x], a[href*=evil], .katex, [onerror]"
_OURS = re.compile(r'document\.documentElement\.lang = "(nl|en)";')
"""The only script of a page, which says in which language it is."""


def test_hostile_texts_are_only_text_on_every_page(address: str, page: Page) -> None:
    alarms: list[str] = []
    page.on("dialog", lambda alarm: alarms.append(alarm.message))
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    for name, path in PAGES.items():
        visit(page, address + path)
        page.wait_for_timeout(300)
        main = page.get_by_test_id("stMain")
        assert main.locator(_FORBIDDEN).count() == 0, name
        scripts = main.locator("script:not([src])").evaluate_all("all => all.map(x => x.text)")
        assert [x for x in scripts if not _OURS.fullmatch(x)] == [], name
        assert main.locator("b, em, strong").count() == 0, name
    assert alarms == []
    assert [url for url in fetched if not url.startswith((address, "data:", "blob:"))] == []


def test_a_shown_name_is_only_text(address: str, page: Page) -> None:
    visit(page, f"{address}/customers?range=all&doc=webshop:cus:1:K30")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Uw naam").fill("<b>Els</b>")
    dialog.get_by_role("textbox", name="Uw naam").press("Enter")
    dialog.get_by_role("button", name="Toon", exact=True).click()
    expect(dialog.get_by_test_id("stText").filter(has_text="<script>alert(1)")).to_be_visible()
    assert dialog.locator("b, img, script").count() == 0
