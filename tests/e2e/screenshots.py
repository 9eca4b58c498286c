"""Pictures of every page and state, to be looked at by people.

`python -m tests.e2e.screenshots` makes all of them in `tests/screenshots/`: both themes, both
languages, wide and narrow. `--readme PATH` makes the one picture of the README instead, by
default over the sandbox's data in the project's own home.
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.browser import launch
from tests.e2e.reading import visit
from tests.e2e.server import ROOT, dashboard
from tests.pages.history import hostile, month, others
from tests.pages.seed import fill, settings, tax

Theme = Literal["light", "dark"]
_DRAWN: Final = """() => !document.querySelector('[data-testid="stSkeleton"]')"""
FOLDER: Final = ROOT / "tests" / "screenshots"
THEMES: Final[tuple[Theme, ...]] = ("light", "dark")
LOCALES: Final = ("nl-NL", "en-GB")
SIZES: Final = ((1280, 900), (390, 844))
VIEWS: Final = {
    "overview": ("month", "/"),
    "overview-sandbox": ("sandbox", "/?range=7d"),
    "setup": ("nothing", "/"),
    "search": ("month", "/search?q=00000009"),
    "creditmemos": ("month", "/creditmemos?cols=invoice_no,invoice_state"),
    "customers": ("month", "/customers?cols=customer,outcome,email"),
    "attempts": ("month", "/attempts?success=no"),
    "pattern": ("month", "/attempts?range=all&success=no&pattern=77be2d01"),
    "patterns": ("month", "/patterns"),
    "pattern-detail": ("month", "/patterns?pattern=77be2d01"),
    "pattern-hostile": ("month", "/patterns?range=all&pattern=deadbeef"),
    "story-creditmemo": ("month", "/creditmemos?range=all&doc=webshop:cre:1:000000018"),
    "story-customer": ("month", "/customers?range=all&doc=webshop:cus:1:K13"),
    "log": ("month", "/invoices"),
    "failed": ("month", "/invoices?success=no&state=open&q=00&cols=category,trigger,amount"),
    "custom": ("month", "/invoices?range=custom&date=2026-01-02,2026-12-31&platform=Other"),
    "story": ("month", "/invoices?range=all&doc=webshop:inv:1:000000041"),
    "story-failed": ("month", "/invoices?doc=webshop:inv:1:000000483"),
    "retention": ("month", "/retention"),
    "health": ("month", "/health"),
    "resync": ("month", "/resync?range=all&state=open&entity=invoice"),
    "runs": ("month", "/runs"),
    "audit": ("month", "/runs?tab=audit"),
    "vat": ("month", "/vat"),
    "vat-rules": ("month", "/vat?tab=rules"),
    "vat-ledgers": ("month", "/vat?tab=ledgers"),
    "shop-invoices": ("month", "/shop-invoices?books=waiting&books=failed"),
    "shop-creditmemos": ("month", "/shop-creditmemos"),
    "shop-customers": ("month", "/shop-customers"),
    "shop-story": ("month", "/shop-invoices?range=all&doc=webshop:inv:1:000000483"),
    "sandbox": ("sandbox", "/invoices"),
    "nothing-yet": ("nothing", "/invoices"),
    "damaged": ("damaged", "/invoices"),
    "login": ("shut", "/invoices"),
}
"""Name of a picture: the home over which, and the address at which it is taken."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Take the pictures that the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.screenshots", description=__doc__)
    parser.add_argument("--readme", type=Path, help="take only the README's picture, to this path")
    parser.add_argument("--home", type=Path, default=ROOT, help="the home of the README's picture")
    asked = parser.parse_args(arguments)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        if asked.readme:
            readme(browser, asked.home, asked.readme)
        else:
            everything(browser, FOLDER)
        browser.close()


def readme(browser: Browser, home: Path, path: Path) -> None:
    """The log over a home, as a visitor with an English browser sees it first."""
    with dashboard(home) as address, visitor(browser, "light", "en-GB", (1280, 860)) as page:
        picture(page, f"{address}/invoices", path)


def everything(browser: Browser, folder: Path) -> None:
    """All views in both themes, both languages and both widths."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        base = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        addresses = {
            name: stack.enter_context(dashboard(home)) for name, home in homes(base).items()
        }
        for theme, locale, size in product(THEMES, LOCALES, SIZES):
            with visitor(browser, theme, locale, size) as page:
                for name, (home, path) in VIEWS.items():
                    target = folder / f"{name}-{size[0]}-{locale[:2]}-{theme}.png"
                    picture(page, addresses[home] + path, target)


def homes(base: Path) -> dict[str, Path]:
    """Homes in every state that a page can find."""
    now = datetime.now(UTC)
    found = {name: base / name for name in ("month", "sandbox", "nothing", "damaged", "shut")}
    for name in ("month", "nothing", "damaged", "shut"):
        settings(found[name])
    with_login(found["shut"])
    fill(found["month"], [*month(now), *others(now), *hostile(now)])
    tax(found["month"])
    sandbox = found["sandbox"] / "data" / "sandbox"
    sandbox.mkdir(parents=True)
    fill(sandbox, month(now))
    (found["damaged"] / "data").mkdir()
    (found["damaged"] / "data" / "boekwacht.sqlite").write_bytes(b"no database " * 500)
    return found


def with_login(home: Path) -> None:
    """Set up a login with a provider that is asked nothing before somebody logs in."""
    with (home / "boekwacht.toml").open("a") as file:
        file.write('[login]\nissuer = "https://login.example"\nadmins = ["els@shop.example"]\n')
    (home / "secrets.toml").write_text(
        '[auth]\nredirect_uri = "http://127.0.0.1/oauth2callback"\n'
        f'cookie_secret = "{"x" * 64}"\nclient_id = "boekwacht"\nclient_secret = "x"\n'
        'server_metadata_url = "https://login.example/.well-known/openid-configuration"\n'
    )


@contextmanager
def visitor(browser: Browser, theme: Theme, locale: str, size: tuple[int, int]) -> Iterator[Page]:
    """A fresh visitor with a taste, a language and a screen."""
    context = browser.new_context(
        color_scheme=theme,
        locale=locale,
        timezone_id="Europe/Amsterdam",
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=1,
    )
    yield context.new_page()
    context.close()


def picture(page: Page, address: str, target: Path) -> None:
    """Open an address, let everything be drawn, and keep what is on screen."""
    visit(page, address)
    page.wait_for_load_state("networkidle")
    page.wait_for_function(_DRAWN)
    page.wait_for_timeout(900)
    page.screenshot(path=target)


if __name__ == "__main__":
    main()
