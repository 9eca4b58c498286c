"""Debian's Chromium, as the tests and the pictures start it."""

from typing import Final

from playwright.sync_api import Browser, Playwright

CHROMIUM: Final = "/usr/bin/chromium"
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def launch(playwright: Playwright) -> Browser:
    """Start it without a window; whoever starts it closes it."""
    return playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
