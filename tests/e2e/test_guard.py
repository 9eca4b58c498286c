"""No page is reached past the guard: not by a deep link first, not under another name."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.reading import GRID, rows, visit
from tests.e2e.server import dashboard, proxy
from tests.pages.seed import Invoice, fill, settings


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[str]:
    """A server that nobody has visited yet, over one invoice."""
    fill(settings(tmp_path), [Invoice(number=42, at=datetime.now(UTC))])
    with dashboard(tmp_path) as address:
        yield address


def test_a_deep_link_into_a_fresh_server_arrives_through_the_navigation(
    fresh: str, page: Page
) -> None:
    visit(page, f"{fresh}/invoices?range=all&success=yes")
    assert [row["Factuur-ID"] for row in rows(page)] == ["000000042"]
    assert page.title() == "Facturen · Boekwacht"
    assert page.url == f"{fresh}/invoices?range=all&success=yes"


def refused(page: Page, address: str) -> None:
    visit(page, f"{address}/invoices")
    expect(page.get_by_test_id("stAlert")).to_contain_text("Inloggen is nodig")
    assert page.locator(GRID).count() == 0
    assert page.get_by_test_id("stTextInput").count() == 0


def test_a_foreign_request_gets_one_sentence_even_as_the_very_first(fresh: str, page: Page) -> None:
    """By another name, or passed on by a proxy in either of the two ways that proxies say so."""
    with proxy(fresh, host="shop.example") as outside:
        refused(page, outside)
    with proxy(fresh, header="X-Forwarded-For: 203.0.113.9") as outside:
        refused(page, outside)
    with proxy(fresh, header="Forwarded: for=203.0.113.9") as outside:
        refused(page, outside)
    visit(page, f"{fresh}/invoices")
    assert len(rows(page)) == 1


def test_the_bare_address_opens_the_overview(address: str, page: Page) -> None:
    visit(page, address)
    expect(page.locator("h1")).to_have_text("Overzicht")
    assert page.title() == "Overzicht · Boekwacht"
