"""Booking again in a real browser: a real worker, both services on loopback, clicks and reloads."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sync.clock import SystemClock
from sync.sandbox.fault_rules import Rule
from tests.e2e.reading import corner, named, still, visit
from tests.e2e.server import dashboard, worker
from tests.engine.world import World, recorded_world

PATIENCE = 40_000
ALL_OPEN = "/resync?entity=invoice&range=all&state=open"
SLOW = Rule(kind="latency", service="books", match=("AddMutatie",), seconds=1.0)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A shop whose fifteen invoices were refused; the books are slow, so that one can watch."""
    made = recorded_world(tmp_path)
    made.clock.switch_to(SystemClock())
    made.faults.add(Rule(kind="closed_period", service="books"))
    made.run()
    made.faults.clear()
    made.faults.add(SLOW)
    yield made
    made.close()


@pytest.fixture
def site(world: World) -> Iterator[str]:
    """The dashboard over it."""
    with dashboard(world.home) as address:
        yield address


def confirm(page: Page) -> int:
    """Press the button; how many documents it named."""
    button = page.get_by_role("button", name=re.compile("Boek [0-9]+ documenten opnieuw"))
    expect(button).to_be_enabled()
    number = int(re.findall("[0-9]+", button.inner_text())[0])
    button.click()
    page.wait_for_url("**request=**")
    return number


def test_from_preview_to_result_with_a_reload_in_the_middle(
    site: str, world: World, page: Page
) -> None:
    """No worker runs: one is started from the page, outlives it, and books each document once."""
    visit(page, site + ALL_OPEN)
    named(page)
    asked = confirm(page)
    assert asked >= 10
    expect(page.get_by_text("Wacht tot de worker vrij is").first).to_be_visible()
    page.get_by_role("button", name="Start nu een worker").click()
    bar = page.get_by_text(re.compile(f"[1-9][0-9]* van {asked}")).first
    expect(bar).to_be_visible(timeout=PATIENCE)
    before = int(bar.inner_text().partition(" van")[0].split()[-1])
    page.reload()
    still(page)
    later = page.get_by_text(re.compile(f"[0-9]+ van {asked}")).first
    expect(later).to_be_visible()
    assert int(later.inner_text().partition(" van")[0].split()[-1]) >= before
    world.faults.clear()  # seen enough
    expect(page.get_by_role("heading", name="Resultaat")).to_be_visible(timeout=PATIENCE)
    booked = page.get_by_role("link", name=re.compile("geboekt")).first
    number = int(re.findall("[0-9]+", booked.inner_text())[0])
    booked.click()
    page.wait_for_url("**/invoices?**run=**")
    still(page)
    expect(page.get_by_text(f"{number} rijen").first).to_be_visible()
    with world.store() as store:
        [request] = store.requests(5)
        counts = request.result["counts"]
        actions = [(row.actor, row.action) for row in store.audit_rows(9)]
    assert isinstance(counts, dict)
    assert counts["created"] == number
    assert sum(counts.values()) == asked
    assert ("Marieke", "resync") in actions
    assert ("Marieke", "resync ended") in actions
    assert ("Marieke", "worker started") in actions
    for row in world.rows(outcomes=("created",)):
        assert len(world.booked(row["document_no"])) == 1


def test_two_people_at_once_get_one_request_and_it_can_be_stopped(
    site: str, world: World, page: Page
) -> None:
    """The second one is shown the first one's; what was not reached stays as it was."""
    other = page.context.new_page()
    for each, name in ((page, "Marieke"), (other, "Jan")):
        visit(each, site + ALL_OPEN)
        named(each, name)
        expect(each.get_by_role("button", name=re.compile("documenten opnieuw"))).to_be_enabled()
    asked = confirm(page)
    confirm(other)
    expect(other.get_by_text("Dit was al gevraagd")).to_be_visible()
    assert other.url.partition("request=")[2] == page.url.partition("request=")[2]
    with worker(world.home, "--queue"):  # ends where nothing is asked for yet
        expect(page.get_by_text(re.compile(f"[2-9] van {asked}")).first).to_be_visible(
            timeout=PATIENCE
        )
        other.get_by_role("button", name="Stop").click()
        for each in (page, other):
            expect(each.get_by_text("gestopt").first).to_be_visible(timeout=PATIENCE)
    rest = page.get_by_role("link", name=re.compile("Boek de overige [0-9]+ opnieuw"))
    left = int(re.findall("[0-9]+", rest.inner_text())[0])
    with world.store() as store:
        [request] = store.requests(5)
        counts = request.result["counts"]
        assert isinstance(counts, dict)
        assert counts["left"] == left
        states = store.states()["webshop"]
        stops = [(row.actor, row.facts) for row in store.audit_rows(9, "stop")]
    assert states["failed"] >= left
    assert "waiting" not in states or states["waiting"] < left
    assert stops == [("Jan", {"request": request.id})]
    rest.click()
    still(page)
    expect(page.get_by_role("button", name=f"Boek {left} documenten opnieuw")).to_be_visible()
    other.close()


def test_a_credit_memo_takes_its_invoice_along(site: str, world: World, page: Page) -> None:
    """The story's first button chooses both; they are booked in that order."""
    memo = next(row for row in world.rows("creditmemo") if row["error_code"] == "INVOICE_NOT_FOUND")
    visit(page, f"{site}/creditmemos?range=all&doc={memo['key']}")
    page.get_by_role("link", name="Boek eerst de factuur, dan deze creditnota").click()
    page.wait_for_url("**/resync?**")
    still(page)
    named(page)
    assert confirm(page) == 2
    with worker(world.home, "--queue"):
        expect(page.get_by_role("heading", name="Resultaat")).to_be_visible(timeout=PATIENCE)
    assert world.row(memo["document_no"], "creditmemo")["outcome"] == "created"
    numbers = [x["MutatieNr"] for x in world.books.state.mutations]
    assert numbers == sorted(numbers)


def test_a_worker_that_answers_hangs_was_killed_or_runs_twice_is_told_apart(
    site: str, world: World, page: Page
) -> None:
    """And with two of them nothing is done twice."""
    visit(page, f"{site}/runs")
    notice = page.get_by_test_id("stMain")
    expect(notice.get_by_text("Er draait geen worker")).to_be_visible()
    world.faults.clear()
    with worker(world.home) as one:
        expect(notice.get_by_text(f"De worker draait (proces {one.pid})")).to_be_visible(
            timeout=PATIENCE
        )
        one.send_signal(signal.SIGSTOP)
        expect(notice.get_by_text(f"(proces {one.pid}) antwoordt niet meer")).to_be_visible(
            timeout=PATIENCE
        )
        one.send_signal(signal.SIGCONT)
        expect(notice.get_by_text(f"De worker draait (proces {one.pid})")).to_be_visible(
            timeout=PATIENCE
        )
        with worker(world.home):
            expect(notice.get_by_text("Er draaien meerdere workers")).to_be_visible(
                timeout=PATIENCE
            )
            named(page)
            page.get_by_role("button", name="Draai nu").click()
            expect(page.get_by_role("link", name=re.compile("Toon het resultaat"))).to_be_visible(
                timeout=PATIENCE
            )
        one.kill()
        expect(notice.get_by_text("is onverwacht gestopt")).to_be_visible(timeout=PATIENCE)
    with world.store() as store:
        assert len([run for run in store.runs(99) if run.trigger == "manual"]) == 1


def test_a_selection_is_booked_again(site: str, world: World, page: Page) -> None:
    """Rows are chosen one by one; their documents go along, not their positions."""
    visit(page, f"{site}/invoices?range=all&success=no")
    page.get_by_text("Kies meer rijen").click()
    still(page)
    expect(page.get_by_text("Boek 0 gekozen opnieuw")).to_be_visible()
    left, top = corner(page)
    for count, row in enumerate((0, 2), 1):
        page.mouse.click(left + 16, top + 50 + 33 * row)
        link = page.get_by_role("link", name=f"Boek {count} gekozen opnieuw")
        expect(link).to_be_visible()
        assert corner(page) == (left, top)  # the grid does not move under the reader
    link.click()
    page.wait_for_url("**/resync?**doc=**")
    expect(page.get_by_role("button", name="Boek 2 documenten opnieuw")).to_be_visible()
    expected = {row["key"] for row in world.rows()[:3:2]}
    assert {part.partition("&")[0].replace("%3A", ":") for part in page.url.split("doc=")[1:]} == (
        expected
    )
