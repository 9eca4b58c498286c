"""People log in with a real provider: who may what, and how a right ends."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from sync.clock import SystemClock
from sync.store import open_store
from tests.e2e.provider import CLIENT, SECRET, Claims, Provider, provider
from tests.e2e.reading import GRID, rows, still, visit
from tests.e2e.server import dashboard, free_port, proxy
from tests.e2e.test_access import serious
from tests.pages.history import others
from tests.pages.seed import SETTINGS, Invoice, fill, settings

PEOPLE: dict[str, Claims] = {
    "Vera Viewer": {"email": "vera@shop.example", "email_verified": True},
    "Otto Operator": {"email": "Otto@Shop.example", "email_verified": True},
    "Ada Admin": {"email": "ada@agency.example", "email_verified": False, "roles": ["boss"]},
    "Una Unverified": {"email": "otto@shop.example", "email_verified": False},
    "Noor Nobody": {"email": "noor@elsewhere.example", "email_verified": True},
}
PATIENCE = 20_000
CUSTOMER = "/customers?range=all&doc=webshop:cus:1:K13"


@dataclass(frozen=True)
class House:
    """A dashboard with a login, and whom it asks."""

    home: Path
    address: str
    provider: Provider

    def write(self, viewers: str = '"vera@shop.example"', issuer: str = "") -> None:
        """Write who may come in."""
        (self.home / "boekwacht.toml").write_text(
            f"""{SETTINGS}
[login]
issuer = "{issuer or self.provider.issuer}"
viewers = [{viewers}]
operators = ["otto@shop.example"]
claim = "roles"
claim_admin = "boss"
"""
        )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A fresh server that nobody has visited yet, behind a proxy that says whom it speaks for."""
    home = settings(tmp_path_factory.mktemp("house"))
    fill(home, [Invoice(number=42, at=datetime.now(UTC)), *others(datetime.now(UTC))])
    port = free_port()
    behind = proxy(f"http://127.0.0.1:{port}", header="X-Forwarded-For: 203.0.113.9")
    with provider(PEOPLE) as known, behind as address:
        (home / "secrets.toml").write_text(
            f"""
[auth]
redirect_uri = "{address}/oauth2callback"
cookie_secret = "{"0123456789abcdef" * 4}"
client_id = "{CLIENT}"
client_secret = "{SECRET}"
server_metadata_url = "{known.issuer}/.well-known/openid-configuration"
"""
        )
        found = House(home, address, known)
        found.write()
        with dashboard(home, port):
            yield found


@pytest.fixture(scope="module")
def somebody(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has the program's files at hand."""
    context = browser.new_context(locale="nl-NL", viewport={"width": 1280, "height": 900})
    yield context
    context.close()


@pytest.fixture
def stranger(somebody: BrowserContext, house: House) -> Iterator[BrowserContext]:
    """Somebody whom this house doesn't know; afterwards all is as it was."""
    somebody.clear_cookies()
    yield somebody
    for page in somebody.pages:
        page.close()
    house.write()
    house.provider.age = 0


def log_in(page: Page, name: str) -> None:
    page.get_by_role("button", name="Inloggen").click()
    page.get_by_role("link", name=name).click()


def open_as(page: Page, address: str, name: str) -> None:
    """Open an address for the first time, which takes a login, and arrive there."""
    page.goto(address)
    log_in(page, name)
    page.wait_for_url(address)
    still(page)


def nothing_is_shown(page: Page) -> None:
    """Once the page stands: what was there before goes when its script has ended."""
    for gone in (
        page.locator(GRID),
        page.get_by_test_id("stSidebarNavItems"),
        page.get_by_test_id("stTextInput"),
    ):
        expect(gone).to_have_count(0, timeout=PATIENCE)


def test_a_deep_link_first_shows_the_login_and_arrives_after_it(
    house: House, stranger: BrowserContext
) -> None:
    """Runs first: the server is fresh, and the page asked for is not its first one."""
    page = stranger.new_page()
    address = f"{house.address}/invoices?range=all&success=yes"
    visit(page, address)
    nothing_is_shown(page)
    assert serious(page) == []
    log_in(page, "Vera Viewer")
    page.wait_for_url(address)
    assert [row["Factuur-ID"] for row in rows(page)] == ["000000042"]
    who = page.locator(".st-key-identity")
    expect(who).to_contain_text("Vera Viewer")
    expect(who).to_contain_text("lezer")


def test_a_viewer_sees_no_action(house: House, stranger: BrowserContext) -> None:
    page = stranger.new_page()
    open_as(page, house.address + CUSTOMER, "Vera Viewer")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Klantgegevens")).to_be_visible()
    assert dialog.get_by_role("button", name="Toon", exact=True).count() == 0
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Weergaven").click()
    expect(page.get_by_text("Bewaarde weergaven")).to_be_visible()
    assert page.get_by_role("button", name="Bewaar deze weergave").count() == 0


def test_an_operator_acts_under_their_own_name_until_the_right_is_taken_away(
    house: House, stranger: BrowserContext
) -> None:
    """The button that was drawn before is refused after, and what stands open closes by itself."""
    before = audited(house)
    page = stranger.new_page()
    open_as(page, house.address + CUSTOMER, "Otto Operator")
    dialog = page.get_by_role("dialog")
    assert dialog.get_by_text("Uw naam").count() == 0
    dialog.get_by_role("button", name="Toon", exact=True).click()
    expect(dialog.get_by_text("klant13@winkel.example")).to_be_visible(timeout=PATIENCE)
    assert audited(house) == [("Otto@Shop.example", "show"), *before]

    open_as_again = stranger.new_page()
    visit(open_as_again, house.address + CUSTOMER)
    button = open_as_again.get_by_role("dialog").get_by_role("button", name="Toon", exact=True)
    expect(button).to_be_visible()
    house.write(viewers='"otto@shop.example", "vera@shop.example"')
    text = (house.home / "boekwacht.toml").read_text()
    (house.home / "boekwacht.toml").write_text(text.replace("operators", "#"))
    button.click()
    expect(open_as_again.get_by_role("dialog")).to_contain_text("bediener", timeout=PATIENCE)
    assert audited(house) == [("Otto@Shop.example", "show"), *before]

    house.write(viewers="")
    (house.home / "boekwacht.toml").write_text(text.replace("operators", "#").replace("otto", "x"))
    for window in (page, open_as_again):
        expect(window.get_by_test_id("stAlert")).to_contain_text("geen rechten", timeout=PATIENCE)
        nothing_is_shown(window)


def audited(house: House) -> list[tuple[str, str]]:
    with open_store(house.home, SystemClock()) as store:
        return [(row.actor, row.action) for row in store.audit_rows(9)]


def test_an_admin_by_claim_is_logged_out_once_it_has_aged(
    house: House, stranger: BrowserContext
) -> None:
    """Thirteen hours old: back to the login, and to the same page after a new one."""
    page = stranger.new_page()
    address = f"{house.address}/creditmemos?range=7d"
    open_as(page, address, "Ada Admin")
    expect(page.locator(".st-key-identity")).to_contain_text("beheerder")

    stranger.clear_cookies()
    house.provider.age = 13 * 3600
    late = stranger.new_page()
    late.goto(address)
    log_in(late, "Ada Admin")
    expect(late.get_by_role("button", name="Inloggen")).to_be_visible(timeout=PATIENCE)
    nothing_is_shown(late)
    house.provider.age = 0
    log_in(late, "Ada Admin")
    late.wait_for_url(address)
    still(late)
    expect(late.locator(".st-key-identity")).to_contain_text("Ada Admin")


@pytest.mark.parametrize("name", ["Una Unverified", "Noor Nobody"])
def test_an_unverified_address_and_a_stranger_get_one_clear_sentence(
    house: House, stranger: BrowserContext, name: str
) -> None:
    page = stranger.new_page()
    page.goto(house.address)
    log_in(page, name)
    alert = page.get_by_test_id("stAlert")
    expect(alert).to_contain_text(re.compile("ingelogd, maar .*geen rechten"), timeout=PATIENCE)
    nothing_is_shown(page)
    page.get_by_role("button", name="Uitloggen").click()
    expect(page.get_by_role("button", name="Inloggen")).to_be_visible(timeout=PATIENCE)


def test_another_issuer_is_not_believed_and_logging_out_ends_it_at_the_provider_too(
    house: House, stranger: BrowserContext
) -> None:
    page = stranger.new_page()
    open_as(page, f"{house.address}/invoices", "Otto Operator")
    house.write(issuer="https://other.example")
    page.reload()
    expect(page.get_by_test_id("stAlert")).to_contain_text("geen rechten", timeout=PATIENCE)
    house.write()
    page.reload()
    expect(page.locator(GRID)).to_be_visible(timeout=PATIENCE)
    ended = house.provider.ended
    page.get_by_role("button", name="Uitloggen").click()
    expect(page.get_by_role("button", name="Inloggen")).to_be_visible(timeout=PATIENCE)
    assert house.provider.ended == ended + 1
    visit(page, f"{house.address}/invoices")
    nothing_is_shown(page)


@pytest.mark.parametrize("file", ["boekwacht.toml", "secrets.toml"])
def test_half_a_login_shuts_the_door_instead_of_opening_it(
    house: House, stranger: BrowserContext, file: str
) -> None:
    page = stranger.new_page()
    text = (house.home / file).read_text()
    (house.home / file).write_text(text.replace("[login]", "[x]").replace("[auth]", "[x]"))
    try:
        visit(page, f"{house.address}/invoices")
        expect(page.get_by_test_id("stAlert")).to_be_visible()
        nothing_is_shown(page)
        assert page.get_by_role("button", name="Inloggen").count() == 0
    finally:
        (house.home / file).write_text(text)
