"""The Invoice log in a real browser: filter, read, download, compare with the store."""

import csv
import io
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pages.ui.export import FIELDS, headings
from pages.ui.logs import LOGS
from pages.ui.texts import Language
from sync.store import queries
from sync.store.filters import LogFilter
from sync.store.reader import open_reader
from tests.e2e.reading import GRID, corner, count, rows, still, visit
from tests.pages.history import HOSTILE

EVERYTHING = 1_000_000


def stored(home: Path, asked: LogFilter) -> list[dict[str, Any]]:
    """What the store itself holds for a filter, newest first."""
    with open_reader(home) as reader:
        found: list[dict[str, Any]] = queries.newest(reader, asked, EVERYTHING).to_pylist()
    return found


def download(page: Page, menu: str, choice: str) -> tuple[str, str]:
    """Click the CSV menu's choice; gives the file's name and its text."""
    page.get_by_role("button", name=menu, exact=True).click()
    with page.expect_download() as arriving:
        page.get_by_role("button", name=choice, exact=True).click()
    path = Path(arriving.value.path())
    return arriving.value.suggested_filename, path.read_bytes().decode("utf-8-sig")


def parsed(text: str, language: Language) -> list[dict[str, str]]:
    """The file's rows by the names of the attempts' columns."""
    delimiter = ";" if language == "nl" else ","
    head, *body = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    assert head == list(headings(LOGS["invoices"], language).values())
    return [dict(zip(FIELDS, cells, strict=True)) for cells in body]


def test_failed_invoices_are_filtered_read_downloaded_and_equal_to_the_store(
    home: Path, address: str, page: Page
) -> None:
    visit(page, f"{address}/invoices?range=all")
    page.get_by_role("radio", name="Mislukt").click()
    page.wait_for_url("**success=no**")
    still(page)
    expected = stored(home, LogFilter(entity="invoice", success="no"))

    shown = rows(page)
    assert count(page).startswith(f"{len(expected)} rijen")
    assert [int(row["ID"]) for row in shown] == [row["id"] for row in expected[: len(shown)]]
    assert {row["Gelukt"] for row in shown} == {"✗ Nee"}

    name, text = download(page, "Exporteren", "CSV, Nederlandse notatie")
    assert name.startswith("facturen_alles_")
    assert name.endswith(".csv")
    found = parsed(text, "nl")
    assert [int(row["id"]) for row in found] == [row["id"] for row in expected]
    for csv_row, row in zip(found, expected, strict=True):
        assert csv_row["document_no"] == row["document_no"]
        assert csv_row["message"].removeprefix("'") == row["message"].replace("\x00", "")
        assert Decimal(csv_row["amount"].replace(",", ".")) == row["amount"]


def test_both_notations_hold_the_same_rows(home: Path, address: str, page: Page) -> None:
    visit(page, f"{address}/invoices?range=all&q=503&lang=en")
    _, english = download(page, "Export", "CSV, English notation")
    page.keyboard.press("Escape")
    _, dutch = download(page, "Export", "CSV, Dutch notation")
    expected = stored(home, LogFilter(entity="invoice", q="503"))
    ids = [str(row["id"]) for row in expected]
    assert [row["id"] for row in parsed(english, "en")] == ids
    assert [row["id"] for row in parsed(dutch, "nl")] == ids


def test_typing_searches_by_itself_and_back_undoes_it(address: str, page: Page) -> None:
    visit(page, f"{address}/invoices?range=all")
    before = count(page)
    box = page.get_by_role("searchbox")
    box.press_sequentially("503")
    page.wait_for_url("**q=503**")
    still(page)
    assert count(page) != before
    page.go_back()
    expect(box).to_have_value("")
    expect(page.get_by_text(before)).to_be_visible()


def test_typing_fast_loses_no_letter(address: str, page: Page) -> None:
    visit(page, f"{address}/invoices?range=all")
    box = page.get_by_role("searchbox")
    for letter in "service unavailable":
        box.press(letter)
        page.wait_for_timeout(70)
    page.wait_for_url("**q=service+unavailable**")
    still(page)
    expect(box).to_have_value("service unavailable")
    assert {row["Melding"] for row in rows(page)} == {"API-fout: 503 Service Unavailable"}


def test_an_email_address_stays_out_of_the_address(address: str, page: Page) -> None:
    visit(page, f"{address}/invoices")
    page.get_by_role("searchbox").fill("jan@winkel.nl")
    expect(page.get_by_role("heading", name="Geen rijen voor dit filter")).to_be_visible()
    assert "winkel" not in page.url


def test_the_language_switch_changes_every_word_and_stays(address: str, page: Page) -> None:
    visit(page, f"{address}/invoices?success=no")
    page.get_by_role("radio", name="EN", exact=True).click()
    expect(page.locator("h1")).to_have_text("Invoice log")
    page.wait_for_url("**lang=en**")
    still(page)
    expect(page.locator(GRID).first.locator("th", has_text="Success")).to_be_attached()
    assert {row["Success"] for row in rows(page)} == {"✗ No"}
    page.reload()
    still(page)
    expect(page.locator("h1")).to_have_text("Invoice log")
    page.get_by_role("radio", name="NL", exact=True).click()
    expect(page.locator("h1")).to_have_text("Factuurlog")


def test_the_language_goes_to_and_fro_with_one_click_each(address: str, page: Page) -> None:
    visit(page, f"{address}/invoices")
    for language, title in (("EN", "Invoice log"), ("NL", "Factuurlog"), ("EN", "Invoice log")):
        page.get_by_role("radio", name=language, exact=True).click()
        expect(page.locator("h1")).to_have_text(title)
        page.wait_for_url(f"**lang={language.lower()}**")
        still(page)


def test_a_view_closes_the_menu_that_it_was_chosen_from(address: str, page: Page) -> None:
    """It would cover the rows that it brought."""
    visit(page, f"{address}/invoices")
    for name, part in (("Vandaag", "range=today"), ("Nu mislukt", "state=open")):
        page.get_by_role("button", name="Weergaven").click()
        page.get_by_role("button", name=name, exact=True).click()
        page.wait_for_url(f"**{part}**")
        expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
        still(page)


@pytest.mark.parametrize("off", ["the chip", "the way back"])
@pytest.mark.parametrize(
    ("name", "option"),
    [
        ("Foutpatroon", "De klant heeft geen e-mailadres"),
        ("Categorie", "klantgegevens"),
        ("Duur", "1,0\N{NO-BREAK SPACE}s of langer"),
    ],
)
def test_a_filter_from_behind_the_button_stays_off(
    address: str, page: Page, name: str, option: str, off: str
) -> None:
    """The browser doesn't hear of it, as its widget is not on screen, and would send it again."""
    visit(page, f"{address}/invoices?range=all")
    whole = count(page)
    page.get_by_role("button", name="Filters", exact=False).first.click()
    page.get_by_role("combobox", name=name).click()
    page.get_by_role("option", name=option).click()
    expect(page.get_by_test_id("stText").filter(has_text=whole)).to_have_count(0)
    still(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    chip = page.get_by_role("button", name=f"{name}:").first
    expect(chip).to_be_visible()
    if off == "the chip":
        chip.click()
    else:
        page.go_back()
    expect(page.get_by_text(whole)).to_be_visible()
    page.get_by_role("button", name="Next page").click()
    page.wait_for_url("**page=2**")
    still(page)
    assert count(page) == whole


def test_a_row_opens_its_story_and_the_link_opens_it_again(address: str, page: Page) -> None:
    visit(page, f"{address}/invoices?range=all&q=000000041")
    left, top = corner(page)
    page.mouse.click(left + 16, top + 50)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("als mutatie 50041")).to_be_visible()
    expect(dialog.get_by_role("heading", name="Alle pogingen (3)")).to_be_visible()
    page.wait_for_url("**doc=webshop**")
    link = page.url
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.wait_for_function("!location.search.includes('doc=')")
    visit(page, link)
    expect(page.get_by_role("dialog").get_by_text("als mutatie 50041")).to_be_visible()


def test_hostile_texts_are_only_text(address: str, page: Page) -> None:
    """In the grid and in a story: nothing runs, nothing is fetched, nothing is formatted."""
    alarms: list[str] = []
    page.on("dialog", lambda alarm: alarms.append(alarm.message))
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    visit(page, f"{address}/invoices?range=all&cat=other&doc=webshop:inv:1:000900001")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_test_id("stText").filter(has_text="**bold** [link](")).to_be_visible()
    assert dialog.locator("b, em, strong, img, script, .katex, a[href*=evil]").count() == 0
    page.keyboard.press("Escape")
    messages = [row["Melding"] for row in rows(page)]
    assert messages[:3] == list(HOSTILE[:3])
    assert len(messages) == len(HOSTILE)
    visit(page, f"{address}/invoices?doc=webshop:inv:1:000900000")
    expect(dialog.get_by_test_id("stText").filter(has_text="<script>alert(1)")).to_be_visible()
    assert alarms == []
    assert [url for url in fetched if not url.startswith((address, "data:", "blob:"))] == []


def test_a_hostile_search_text_is_only_text(address: str, page: Page) -> None:
    typed = "<img src=x onerror=alert(1)> **b** :red[x] [l](https://e.example) :material/home:"
    visit(page, f"{address}/invoices")
    page.get_by_role("searchbox").fill(typed)
    chip = page.locator(".st-key-invoices_chip_q")
    expect(chip).to_contain_text("<img src=x onerror=alert(1)> **b** :")
    assert chip.locator("img, strong, a, span[style*=color]").count() == 0


def test_a_grid_has_no_download_of_its_own(address: str, page: Page) -> None:
    """Streamlit's would hold the hundred rows on screen, and formulas as they came."""
    for view in ("/invoices", "/patterns"):
        visit(page, address + view)
        page.get_by_test_id("stDataFrame").first.hover()
        expect(page.get_by_role("button", name=re.compile("^Fullscreen")).first).to_be_visible()
        expect(page.get_by_role("button", name=re.compile("^Download as CSV"))).to_have_count(0)
