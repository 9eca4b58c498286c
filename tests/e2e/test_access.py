"""Usable by everybody: axe finds nothing serious, and a small screen is enough."""

import re
from contextlib import suppress
from itertools import product
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import TimeoutError as TooLate

from tests.e2e.reading import visit
from tests.e2e.screenshots import FOLDER, THEMES

VIEWS = {
    "resync": "/resync?range=all&state=open&entity=invoice",
    "runs": "/runs",
    "health": "/health",
    "audit": "/runs?tab=audit",
    "overview": "/",
    "search": "/search?q=00000009",
    "creditmemos": "/creditmemos?cols=invoice_no,invoice_state",
    "customers": "/customers?cols=email",
    "attempts": "/attempts?success=no&pattern=77be2d01&range=all",
    "patterns": "/patterns",
    "pattern-detail": "/patterns?pattern=77be2d01",
    "log": "/invoices",
    "empty": "/invoices?q=nothing-like-this",
    "story": "/invoices?doc=webshop:inv:1:000000041",
    "story-customer": "/customers?range=all&doc=webshop:cus:1:K13",
    "retention": "/retention",
    "vat": "/vat",
    "decide": "/resync?decide=link&doc=webshop:inv:1:000000483",
    "shop-invoices": "/shop-invoices?cols=currency,mutation_no",
    "shop-story": "/shop-invoices?range=all&doc=webshop:inv:1:000000041",
    "shop-creditmemos": "/shop-creditmemos",
    "shop-customers": "/shop-customers",
}
_IN_THEME = """
theme => getComputedStyle(document.querySelector('[data-testid="stApp"]')).colorScheme === theme
"""
_NOT_OURS = {"exclude": [["[data-testid=stSidebarNavItems]"]]}
"""Streamlit puts a box of its own between the menu's list and the items of a section."""


_TOO_WIDE = """
width => [...document.querySelectorAll('[data-testid="stMain"] *')].filter(element => {
    const box = element.getBoundingClientRect();
    const inGrid = element.closest('[data-testid="stDataFrame"]');
    return !inGrid && box.width > 0 && box.right > width + 1;
}).map(element => element.outerHTML.slice(0, 120))
"""


def sticking_out(page: Page, width: int) -> list[str]:
    """What is still wider than a screen of `width` once the page had time to draw itself anew."""
    with suppress(TooLate):
        page.wait_for_function(f"width => ({_TOO_WIDE})(width).length === 0", arg=width)
    found: list[str] = page.evaluate(_TOO_WIDE, width)
    return found[:5]


def serious(page: Page) -> list[str]:
    """What axe finds that matters, as rule and place."""
    found: dict[str, Any] = Axe().run(page, _NOT_OURS).response
    return [
        f"{each['id']}: {node['html'][:150]}"
        for each in found["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]


def test_axe_finds_nothing_serious(address: str, browser: Browser) -> None:
    """Each page, in both themes; a picture of each is kept for people to look at."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(locale="nl-NL", color_scheme="light")
    page = context.new_page()
    found = {}
    for name, view in VIEWS.items():
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            if theme == THEMES[0] or name == "log":  # a page that is open follows, most of it
                visit(page, address + view)
            page.wait_for_function(_IN_THEME, arg=theme)
            page.wait_for_timeout(300)
            found[name, theme] = serious(page)
            if name == "log":  # where the button of the first rank opens above the page
                page.get_by_role("button", name="Exporteren").click()
                page.get_by_test_id("stBaseButton-primary").wait_for()
                page.wait_for_timeout(500)  # until its colour has come
                found[name, theme] += serious(page)
            page.screenshot(path=FOLDER / f"suite-{name}-{theme}.png")
    context.close()
    assert found == {each: [] for each in product(VIEWS, THEMES)}


@pytest.mark.parametrize(
    "view",
    [
        "overview",
        "search",
        "attempts",
        "patterns",
        "pattern-detail",
        "empty",
        "story-customer",
        "shop-story",
        "health",
        "resync",
        "runs",
        "audit",
        "decide",
        "vat",
        "retention",
        "shop-invoices",
    ],
)
def test_a_small_screen_needs_no_sideways_scrolling(address: str, page: Page, view: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    visit(page, address + VIEWS[view])
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert sticking_out(page, width) == [], width


@pytest.mark.parametrize("log", ["invoices", "creditmemos", "customers", "attempts"])
def test_at_1280_pixels_a_log_shows_all_its_columns_whole(
    address: str, page: Page, log: str
) -> None:
    """Dutch has the longest word of a state, "Overgeslagen"; it stands in the last column."""
    visit(page, f"{address}/{log}")
    fits = "x => x.scrollWidth <= x.clientWidth"
    grid = page.wait_for_selector(".dvn-scroller")
    page.wait_for_function(fits, arg=grid)


_OVERLAPPING = """
() => {
    const chart = document.querySelector('.st-key-chart_days');
    const boxes = [...chart.querySelectorAll('.textpoint text, .x2tick text')]
        .filter(each => getComputedStyle(each).visibility !== 'hidden')
        .map(each => each.getBoundingClientRect());
    return boxes.filter((one, nth) => boxes.slice(nth + 1).some(other =>
        one.left < other.right && other.left < one.right &&
        one.top < other.bottom && other.top < one.bottom)).length;
}
"""


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_no_words_of_the_chart_stand_on_each_other(address: str, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    visit(page, address)
    chart = page.locator(".st-key-chart_days")
    expect(chart.locator(".x2tick").first).to_be_attached()
    if width == 1280:
        expect(chart.locator(".textpoint").first).to_be_visible()
    page.wait_for_function(f"() => ({_OVERLAPPING})() === 0")


_SMALL = """
() => [...document.querySelectorAll('[data-testid="stMain"], [role="dialog"]')]
    .flatMap(each => [...each.querySelectorAll('a, button, summary')])
    .map(each => [each.ariaLabel || each.innerText, each.getBoundingClientRect()])
    .filter(([name, box]) => box.width && (box.width < 24 || box.height < 24))
    .map(([name]) => name)
"""


@pytest.mark.parametrize("view", ["overview", "log", "story", "pattern-detail", "search"])
def test_what_is_clicked_is_24_pixels_large(address: str, page: Page, view: str) -> None:
    """Save the arrow of Streamlit's list of choices, which opens by its whole field too."""
    visit(page, address + VIEWS[view])
    if view == "story":
        page.get_by_role("dialog").locator("h3").wait_for()
    assert {*page.evaluate(_SMALL)} <= {"Open"}


def test_where_one_is_by_keyboard_can_be_seen(address: str, page: Page) -> None:
    """On links too: Streamlit's own mark of those is a shade."""
    visit(page, address)
    # What is drawn late would take the focus away.
    expect(page.get_by_role("textbox", name="Zoek een document")).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    for place in ("stSidebar", "verdict", "today"):
        inside = page.locator(f".st-key-{place}, [data-testid='{place}']").get_by_role("link")
        link = inside.first
        link.focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Shift+Tab")
        expect(link).to_be_focused()
        expect(link).to_have_css("outline-style", "solid")


def test_there_is_one_first_heading_and_no_level_is_left_out(address: str, page: Page) -> None:
    visit(page, address + VIEWS["story"])
    page.get_by_role("dialog").locator("h3").wait_for()
    levels = page.eval_on_selector_all(
        "h1, h2, h3, h4", "all => all.map(each => Number(each.tagName[1]))"
    )
    assert levels == [1, 2, 3]


def test_the_grid_has_a_name_of_its_own(address: str, page: Page) -> None:
    visit(page, address + VIEWS["log"])
    expect(page.get_by_test_id("stDataFrameResizable")).to_have_accessible_name(
        re.compile("Factuurlog, 100 van [0-9]+ rijen")
    )


def test_the_page_says_which_language_it_is_in(address: str, page: Page) -> None:
    """So that it is read out in that; Streamlit's own page says English for all."""
    visit(page, address + VIEWS["log"])
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    visit(page, f"{address}/customers?lang=en")
    expect(page.locator("html")).to_have_attribute("lang", "en")
