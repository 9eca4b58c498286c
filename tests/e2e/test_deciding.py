"""A person decides where the engine rightly does not guess: a real browser, worker and services."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from sync import engine
from sync.clock import SystemClock
from sync.domain import codes
from sync.sandbox.books import seeding
from sync.sandbox.fault_rules import Rule
from tests.e2e.reading import named, rows, still, visit
from tests.e2e.server import dashboard, worker
from tests.engine.world import World, recorded_world

NUMBER, INVOICE = "000000004", 4
KEY = f"webshop:inv:1:{NUMBER}"
ONLY = engine.Wanted(numbers=[NUMBER], entities=["invoice"])
STORY = f"/invoices?range=all&doc={KEY}"
PATIENCE = 40_000


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A shop and its books."""
    made = recorded_world(tmp_path)
    yield made
    made.close()


@pytest.fixture
def doubtful(world: World) -> World:
    """An answer was lost; meanwhile somebody booked the same number for another amount."""
    world.faults.add(Rule(kind="drop", service="books", match=("AddMutatie", NUMBER), count=1))
    world.run(ONLY)
    assert world.row(NUMBER)["outcome"] == "unknown"
    seeding.relation(world.books.state, "10001", "Klant van vroeger")
    seeding.sale(world.books.state, NUMBER, "10001", Decimal("12.34"), world.clock.now().date())
    return world


@pytest.fixture
def site(world: World) -> Iterator[str]:
    """The dashboard over it."""
    with dashboard(world.home) as address:
        yield address


def dialog(page: Page, address: str) -> Locator:
    """The story of the invoice."""
    visit(page, address + STORY)
    found = page.get_by_role("dialog")
    expect(found.get_by_role("heading", name=f"Factuur {NUMBER}")).to_be_visible()
    return found


def look(page: Page, world: World) -> None:
    """Have the worker look in the books, and wait for what it saw."""
    page.get_by_role("button", name="Kijk in de boekhouding").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    with worker(world.home, "--queue"):
        expect(page.get_by_role("button", name="Kijk in de boekhouding")).to_be_visible(
            timeout=PATIENCE
        )
    still(page)


def confirm(page: Page, world: World, label: str) -> None:
    """Give the reason, press the button, let the worker act; the page then shows the result."""
    button = page.get_by_role("button", name=label)
    expect(button).to_be_disabled()
    reason = page.get_by_role("textbox", name="Waarom")
    reason.fill("gebeld met de boekhouder")
    reason.press("Enter")
    expect(button).to_be_enabled()
    button.click()
    page.wait_for_url("**request=**")
    page.reload()  # it goes on without the window
    with worker(world.home, "--queue"):
        expect(page.get_by_role("heading", name="Resultaat")).to_be_visible(timeout=PATIENCE)
    still(page)


def decisions(world: World, kind: str) -> list[tuple[str, Any]]:
    """Who decided so, and why."""
    with world.store() as store:
        return [(row.actor, row.facts.get("reason")) for row in store.audit_rows(9, kind)]


def test_a_doubtful_booking_is_linked_to_the_mutation_that_it_is(
    doubtful: World, site: str, page: Page
) -> None:
    """From an answer that was lost to a decision: what differs is seen first, nothing is booked."""
    unknown = dialog(page, site)
    expect(unknown.get_by_text("Eerst wordt opgezocht of de boeking er al staat")).to_be_visible()
    expect(unknown.get_by_role("link", name="Koppelen aan mutatie")).to_have_count(0)
    doubtful.later(seconds=10)
    doubtful.run(ONLY)
    assert doubtful.row(NUMBER)["error_code"] == codes.DUPLICATE_CONFLICT
    [theirs] = doubtful.booked(NUMBER)
    mutation = theirs["MutatieNr"]
    doubtful.clock.switch_to(SystemClock())

    story = dialog(page, site)
    expect(story.get_by_text(f"python -m sync link {NUMBER} {mutation}")).to_be_visible()
    story.get_by_role("link", name="Koppelen aan mutatie").click()
    page.wait_for_url("**/resync?**decide=link**")
    still(page)
    named(page)
    number = page.get_by_role("spinbutton", name="Mutatienummer in e-Boekhouden")
    expect(number).to_have_value(str(mutation))
    number.fill("999999")
    number.press("Enter")
    look(page, doubtful)
    expect(page.get_by_text("mutatie 999999 staat niet in de boekhouding")).to_be_visible()
    expect(page.get_by_role("button", name="Ja, mutatie")).to_have_count(0)
    number.fill(str(mutation))
    number.press("Enter")
    look(page, doubtful)
    expect(page.get_by_role("heading", name=f"Mutatie {mutation} in de boek")).to_be_visible()
    differs = {row["Wat"]: row["In de boekhouding"] for row in rows(page)}
    assert differs["Bedrag"] == "€\N{NO-BREAK SPACE}12,34"
    assert differs["Relatie"] == "10001"
    confirm(page, doubtful, f"Ja, mutatie {mutation} is van dit document")

    row = doubtful.row(NUMBER)
    assert (row["outcome"], row["mutation_no"], row["actor"]) == ("linked", mutation, "Marieke")
    assert doubtful.booked(NUMBER) == [theirs]
    assert decisions(doubtful, "link") == [("Marieke", "gebeld met de boekhouder")]
    after = dialog(page, site)
    expect(after.get_by_text(f"Stond al in de boekhouding als mutatie {mutation}")).to_be_visible()
    expect(after.get_by_role("heading", name="Alle pogingen (3)")).to_be_visible()


def test_a_cancelled_document_is_booked_back_once(world: World, site: str, page: Page) -> None:
    """The lines of the contrary booking are seen first; a second look says that it is done."""
    world.run(ONLY)
    world.later(hours=1)
    world.change("invoices", INVOICE, state=3)
    world.run(ONLY)
    assert world.row(NUMBER)["error_code"] == codes.CANCELLED
    [original] = world.booked(NUMBER)
    mutation = original["MutatieNr"]
    world.clock.switch_to(SystemClock())

    dialog(page, site).get_by_role("link", name="Tegenboeken").click()
    page.wait_for_url("**/resync?**decide=reverse**")
    still(page)
    named(page)
    look(page, world)
    expect(page.get_by_text(f"Wordt tegengeboekt als {NUMBER}-X")).to_be_visible()
    lines = rows(page)
    assert lines
    assert all(re.match("€\N{NO-BREAK SPACE}-", row["Netto"]) for row in lines)
    confirm(page, world, f"Boek mutatie {mutation} tegen")

    [back] = world.booked(f"{NUMBER}-X")
    assert world.booked(NUMBER) == [original]
    assert decisions(world, "reverse") == [("Marieke", "gebeld met de boekhouder")]
    story = dialog(page, site)
    expect(story.get_by_role("link", name="Tegenboeken")).to_have_count(0)
    expect(story.get_by_text(str(back["MutatieNr"])).first).to_be_visible()
    visit(page, f"{site}/resync?decide=reverse&doc={KEY}")
    expect(page.get_by_text("Het document is al tegengeboekt.")).to_be_visible()
