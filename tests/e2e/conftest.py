"""One browser per test process, and one dashboard over a month of history."""

from collections.abc import Generator, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from tests.e2e.browser import launch
from tests.e2e.server import dashboard
from tests.pages.history import hostile, month, others
from tests.pages.seed import fill, settings, tax

expect.set_options(timeout=30_000)  # a page draws itself beside whatever else the machine does


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser; a test that fails is tried once more."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put what a failed test had on its screen behind what it says."""
    report = yield
    if call.when == "call" and report.failed:
        for page in getattr(item, "funcargs", {}).values():
            if isinstance(page, Page):
                report.sections.append((f"page {page.url}", _screen(page)))
    return report


def _screen(page: Page) -> str:
    """What stands on a page and in its fields."""
    with suppress(Error):
        typed = [box.input_value() for box in page.get_by_role("textbox").all()]
        return f"typed: {typed}\n{page.locator('body').aria_snapshot(timeout=5_000)}"
    return "closed"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose store holds forty days of documents, eight of them hostile."""
    home = settings(tmp_path_factory.mktemp("home"))
    now = datetime.now(UTC)
    fill(home, [*month(now), *others(now), *hostile(now)])
    tax(home)
    return home


@pytest.fixture(scope="session")
def address(home: Path) -> Iterator[str]:
    """The dashboard over `home`."""
    with dashboard(home) as address:
        yield address


@pytest.fixture(scope="session")
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """Somebody with a Dutch browser, who was here before: the program's files are at hand."""
    context = browser.new_context(
        locale="nl-NL",
        timezone_id="Europe/Amsterdam",
        viewport={"width": 1280, "height": 900},
        accept_downloads=True,
    )
    yield context
    context.close()


@pytest.fixture
def page(visitor: BrowserContext) -> Iterator[Page]:
    """A new window of theirs, which is a session of its own."""
    page = visitor.new_page()
    yield page
    page.close()
