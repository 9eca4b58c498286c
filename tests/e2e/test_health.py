"""Settings & status in a real browser: a real worker tests connections, keys right and wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sync.clock import SystemClock
from tests.e2e.reading import named, still, visit
from tests.e2e.server import dashboard, worker
from tests.engine.world import CODE1, World, recorded_world

PATIENCE = 40_000


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The recorded shop and empty books; only we may read the secrets."""
    made = recorded_world(tmp_path)
    made.clock.switch_to(SystemClock())
    (made.home / "secrets.toml").chmod(0o600)
    yield made
    made.close()


def test_a_connection_is_tested_with_a_wrong_key_and_with_the_right_one(
    world: World, page: Page
) -> None:
    """The page says what was looked at and what to do, and never shows a key."""
    secrets = world.home / "secrets.toml"
    right = secrets.read_text("utf-8")
    wrong = CODE1[::-1]
    secrets.write_text(right.replace(CODE1, wrong), "utf-8")
    with dashboard(world.home) as site, worker(world.home):
        visit(page, f"{site}/health")
        expect(page.get_by_text("Er is nog niets gecontroleerd")).to_be_visible()
        named(page)
        books = page.locator(".st-key-side_webshop_books")
        shop = page.locator(".st-key-side_webshop_shop")
        page.get_by_role("button", name="Test verbinding met de boekhouding").click()
        expect(books.get_by_text("fout: 1")).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_test_id("stAlert").first).to_contain_text("Inloggegevens ongeldig")
        expect(page.get_by_text("Neem gebruikersnaam en beide beveiligingscodes")).to_be_visible()
        secrets.write_text(right, "utf-8")
        page.get_by_role("button", name="Controleer alles").click()
        expect(books.get_by_text("in orde")).to_be_visible(timeout=PATIENCE)
        expect(shop.get_by_text("in orde")).to_be_visible()
        books.get_by_text("Wat bekeken is").click()
        expect(books.get_by_text("grootboekrekeningen gelezen")).to_be_visible()
        still(page)
        html = page.content()
    log = (world.home / "server.log").read_text("utf-8")
    keys = world.keys
    for value in (keys.consumer_secret, keys.token_secret, keys.token, CODE1, wrong, keys.code2):
        assert value not in html
        assert value not in log
    assert keys.administration not in html
    with world.store() as store:
        done = [(row.actor, row.action) for row in store.audit_rows(9)]
    assert done.count(("Marieke", "check")) == done.count(("Marieke", "check ended")) == 2
