"""A page is left just as a part of it that refreshes itself asks for its next look."""

import re

from playwright.sync_api import Page, WebSocketRoute, expect
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.e2e.reading import visit


class Late:
    """Stands between browser and server, and repeats a page's refresh while a click is answered.

    Attributes:
        refresh: What the page last asked by itself; None before it did.
        armed: Whether the next other message is the click.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.refresh: str | bytes | None = None
        self.armed = False

    def route(self, browser: WebSocketRoute) -> None:
        """Let everything pass."""
        server = browser.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            server.send(message)
            assert isinstance(message, bytes)
            if BackMsg.FromString(message).rerun_script.is_auto_rerun:
                self.refresh = message
            elif self.armed and self.refresh is not None:
                self.armed = False
                for _ in range(60):  # one of them arrives between the click and the page's end
                    self.page.wait_for_timeout(10)
                    server.send(self.refresh)

        browser.on_message(pass_on)


def test_a_refresh_of_the_page_that_was_left_is_not_answered(page: Page, address: str) -> None:
    """It would empty the page that was opened, and put nothing in its place."""
    late = Late(page)
    page.route_web_socket(re.compile("_stcore/stream"), late.route)
    visit(page, address)
    while late.refresh is None:  # the test's own time limit ends it
        page.wait_for_timeout(100)
    box = page.get_by_role("textbox", name="Zoek een document")
    box.fill("#200000483")
    late.armed = True
    box.press("Enter")
    expect(page).to_have_url(re.compile("/invoices"))
    title = page.locator("h1")
    expect(title).to_have_text("Factuurlog")
    page.wait_for_timeout(1000)  # long enough for a late refresh to have been answered
    expect(title).to_have_text("Factuurlog", timeout=1000)
    assert not late.armed
