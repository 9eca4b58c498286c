"""The dashboard at size, in Chromium: `python -m tests.bench.pages [--rows N] [--folder DIR]`.

From click or Enter until the last number, row and chart is on screen, medians, beside the goals.
`--rows 0` shows the sandbox's history of ninety days instead. Also, without a browser, how long the
server takes to make and send each page, and how busy it is while twenty people look at the
Overview, at rest and with a failure every five seconds; and its memory with ten sessions.
"""

import os
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click
from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench.client import Client, Ran
from tests.bench.filling import filled
from tests.bench.first_visit import visit as book_history
from tests.bench.store import arrivals
from tests.e2e.browser import launch
from tests.e2e.reading import GRID
from tests.e2e.server import dashboard

TEN_MILLION: Final = 10_000_000
REPEATS: Final = 7
SESSIONS: Final = 10
VIEWERS: Final = 20
LOOK_SECONDS: Final = 60.0
STAGGER: Final = 0.3
"""Seconds between two visitors' coming."""
SETTINGS: Final = """
[connection.webshop]
start_date = 2023-01-01
[connection.webshop.shop]
url = "https://shop.example"
"""
PAGES: Final = ("overview", "invoices", "creditmemos", "customers", "attempts", "patterns", "runs")
PARTS: Final = ("scripts", "browser", "sessions", "viewers")
CHART: Final = ".js-plotly-plot .main-svg"
_STILL: Final = (
    '[data-testid="stApp"][data-test-script-state="notRunning"]'
    '[data-test-connection-state="CONNECTED"]'
)
_DONE: Final = """
([still, part, before, text]) => {
    const found = document.querySelector(part);
    const parts = text ? [...document.querySelectorAll(text)] : [];
    const words = parts.map(x => x.textContent).join(' ');
    return document.querySelector(still) && found && found.getBoundingClientRect().width > 0
        && !document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]')
        && (before === null || words !== before) && (words || true);
}
"""
_COUNT: Final = '[data-testid="stText"]'
_ROWS: Final = f"{GRID} td"


def scripts(address: str, server: int, arrive: Callable[[], None]) -> None:
    """Each page as the server makes and sends it, at rest and after one more failure."""
    for name in PAGES:
        with closing(Client(address)) as client:
            run(client, server, arrive, name)


def run(
    client: Client,
    server: int,
    arrive: Callable[[], None],
    name: str,
    *,
    query: str = "",
    goal: float = 150,
) -> None:
    """Time the runs of one page; processor time is all of the server's."""
    client.visit("" if name == "overview" else name, query)
    figures = []
    for before in (_nothing, arrive):
        taken, used, sent = [], 0.0, Ran(0, 0, 0, 0)
        for _ in range(REPEATS):
            before()
            busy = _processor(server)
            sent = client.again(query)
            used += _processor(server) - busy
            taken.append(sent.seconds)
        figures.append((1000 * statistics.median(taken), 1000 * used / REPEATS, sent))
    (rest, cpu, sent), (moved, moved_cpu, again) = figures
    shown = f"{name}?{query}" if query else name
    scripts = max(sent.scripts, again.scripts)
    more = f"{scripts} run, {sent.elements} elements, {sent.kilobytes:.0f} kB"
    _line(shown, rest, goal, "ms", f"processor {cpu:.0f}; {more}")
    _line("  after one more failure", moved, goal, "ms", f"processor {moved_cpu:.0f}")


def _nothing() -> None:
    """What happens before a run at rest."""


def in_browser(browser: Browser, address: str, server: int, times: float) -> None:
    """First visits, changes of page, filters, texts and page turns."""
    clock = Clock(server)
    for path, part, goal in (("invoices", GRID, 2.0), ("", CHART, 3.5), ("patterns", CHART, 3.5)):
        for _ in range(3):
            with visitor(browser) as page, clock:
                page.goto(f"{address}/{path}", wait_until="commit")
                _wait(page, part)
        clock.tell(f"first visit of /{path}", goal * times)
    with visitor(browser) as page:
        page.goto(f"{address}/invoices?range=all")
        _wait(page, GRID)
        for name, part in (("overview", CHART), ("patterns", CHART), ("invoices", GRID)):
            _changes(page, address, name, part, clock)
            clock.tell(f"change to {name}", 1.0 * times)
        _filters(page, clock)
        clock.tell("filter click", 0.4 * times)
        _texts(page, clock)
        clock.tell("last keystroke", 0.7 * times)
        _turns(page, clock)
        clock.tell("page turn", 0.3 * times)


class Clock:
    """Times something again and again, on the clock and in processor time."""

    def __init__(self, server: int) -> None:
        self._server = server
        self._taken: list[tuple[float, float, float]] = []
        self._begin = (0.0, 0.0, 0.0)

    def __enter__(self) -> None:
        self._begin = self._now()

    def __exit__(self, *_: object) -> None:
        now = self._now()
        seconds, browser, server = (x - y for x, y in zip(now, self._begin, strict=True))
        self._taken.append((seconds, browser, server))

    def _now(self) -> tuple[float, float, float]:
        mine = [each for each in _family(os.getpid()) if each != self._server]
        return time.perf_counter(), sum(map(_processor, mine)), _processor(self._server)

    def tell(self, name: str, goal: float) -> None:
        """Print the median of what was timed since the last time, and the mean processor times."""
        seconds, browser, server = zip(*self._taken, strict=True)
        more = f"processor of browser {statistics.mean(browser):.2f}"
        more += f", of server {statistics.mean(server):.2f}"
        _line(name, statistics.median(seconds), goal, "s", more)
        self._taken.clear()


def _changes(page: Page, address: str, name: str, part: str, clock: Clock) -> None:
    """Between the customers' log and a page, by the menu."""
    path = "" if name == "overview" else name
    for _ in range(REPEATS):
        _go(page, f"{address}/customers", "Klant")
        with clock:
            _click(page, f'[data-testid="stSidebarNav"] a[href$="/{path}"]')
            page.wait_for_function("p => location.pathname === p", arg=f"/{path}")
            _wait(page, part)


def _go(page: Page, address: str, words: str) -> None:
    path = address.rpartition("/")[2]
    _click(page, f'[data-testid="stSidebarNav"] a[href$="/{path}"]')
    page.locator("h1", has_text=words).wait_for()
    _wait(page, GRID)
    page.wait_for_timeout(300)


def _filters(page: Page, clock: Clock) -> None:
    """Between failed and all, until the count is another."""
    for label in ("Mislukt", "Alles") * 4:
        before = _wait(page, GRID, text=_COUNT)
        button = page.locator(".st-key-invoices_success button", has_text=label)
        with clock:
            button.click()
            _wait(page, GRID, before, _COUNT)
        page.wait_for_timeout(300)


def _texts(page: Page, clock: Clock) -> None:
    """A number typed digit by digit; from the last digit, the pause for more ones included."""
    box = page.locator(".st-key-invoices_q input")
    for text in ("00012", "00034", "00056", "00078"):
        box.fill("")
        page.wait_for_timeout(1500)
        before = _wait(page, GRID, text=_COUNT)
        box.press_sequentially(text[:-1], delay=20)
        with clock:
            box.press(text[-1])
            _wait(page, GRID, before, _COUNT)
    box.fill("")
    page.wait_for_timeout(1500)


def _turns(page: Page, clock: Clock) -> None:
    for number in range(2, 2 + REPEATS):
        before = _wait(page, GRID, text=_ROWS)
        button = page.get_by_test_id("stPagination").get_by_text(str(number), exact=True).first
        with clock:
            button.click()
            _wait(page, GRID, before, _ROWS)
        page.wait_for_timeout(300)


def _click(page: Page, selector: str) -> None:
    page.locator(selector).first.click()


def _wait(page: Page, part: str, before: str | None = None, text: str = "") -> str:
    """Wait until all is drawn and, where asked, some words are others; those words."""
    found = page.wait_for_function(_DONE, arg=[_STILL, part, before, text], timeout=60_000)
    return str(found.json_value())


@contextmanager
def visitor(browser: Browser) -> Iterator[Page]:
    """A Dutch visitor who was never here before."""
    context = browser.new_context(
        locale="nl-NL", timezone_id="Europe/Amsterdam", viewport={"width": 1280, "height": 900}
    )
    yield context.new_page()
    context.close()


def sessions(browser: Browser, address: str, server: int) -> None:
    """Ten sessions' memory, on five pages."""
    with visitor(browser) as first:
        for nth in range(SESSIONS):
            page = first if nth == 0 else first.context.new_page()
            path = ("invoices", "", "patterns", "customers", "attempts")[nth % 5]
            page.goto(f"{address}/{path}")
            _wait(page, CHART if path in {"", "patterns"} else GRID)
        _line(f"server's memory, {SESSIONS} sessions", _memory(server), 700, "MB")


def viewers(address: str, server: int, arrive: Callable[[], None]) -> None:
    """Twenty people's Overviews, whose parts are drawn anew as often as they ask for it."""
    for words, every in (("at rest", None), ("record moving", 5.0)):
        stop = threading.Event()
        looking = [
            threading.Thread(target=_look, args=(address, nth, stop)) for nth in range(VIEWERS)
        ]
        for each in looking:
            each.start()
        time.sleep(2 * VIEWERS * STAGGER)
        used, begin = _processor(server), time.perf_counter()
        while time.perf_counter() < begin + LOOK_SECONDS:
            if every:
                arrive()
            time.sleep(every or LOOK_SECONDS)
        cores = (_processor(server) - used) / (time.perf_counter() - begin)
        stop.set()
        for each in looking:
            each.join()
        _line(f"{VIEWERS} Overviews, {words}", cores, 1.0, "cores")


def _look(address: str, nth: int, stop: threading.Event) -> None:
    """One visitor of the Overview, come a moment after the one before."""
    time.sleep(nth * STAGGER)
    with closing(Client(address)) as client:
        client.visit("")
        now = time.perf_counter()
        due = {part: now + every for part, every in client.parts.items()}
        while not stop.wait(max(0.0, min(due.values()) - time.perf_counter())):
            part = min(due, key=due.__getitem__)
            client.refresh(part)
            due[part] = time.perf_counter() + client.parts[part]


def _processor(process: int) -> float:
    """Seconds of processor time that it has used; 0 once it has ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _family(process: int) -> list[int]:
    """A process and all that came of it."""
    found = [process]
    for each in found:
        for path in Path(f"/proc/{each}/task").glob("*/children"):
            found += map(int, path.read_text().split())
    return found


def _memory(process: int) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def serving(address: str) -> int:
    """The process behind an address."""
    mark = f"--server.port={address.rpartition(':')[2]}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        if mark in (folder / "cmdline").read_bytes().split(b"\0"):
            return int(folder.name)
    raise LookupError(f"nobody serves {address}")


def _line(name: str, figure: float, goal: float, unit: str, more: str = "") -> None:
    verdict = "" if figure <= goal else f"   {figure / goal:.1f} x the goal"
    click.echo(f"{name:34} {figure:8.2f} {unit:5} goal {goal:g}{verdict}   {more}".rstrip())


def prepared(folder: Path, rows: int) -> Path:
    """The home that the dashboard shows."""
    if rows:
        home = filled(folder, rows)
        (home / "boekwacht.toml").write_text(SETTINGS, encoding="utf-8")
        return home
    home = folder / "sandbox"
    if not home.exists():
        home.mkdir(parents=True)
        book_history(home, 90)
    return home


@click.command()
@click.option("--rows", default=1_000_000, help="Attempts in the store; 0 takes the sandbox's.")
@click.option("--folder", type=click.Path(path_type=Path), help="Keep what is filled here.")
@click.option("--part", "parts", type=click.Choice(PARTS), multiple=True)
def main(rows: int, folder: Path | None, parts: tuple[str, ...]) -> None:
    """Serve a filled store and print how long people wait."""
    wanted = parts or PARTS
    load = os.getloadavg()[0]
    click.echo(
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, load {load:.1f} at the start"
    )
    with tempfile.TemporaryDirectory(prefix="boekwacht-bench-") as temporary:
        home = prepared((folder or Path(temporary)).absolute(), rows)
        sandbox = home / "data" / "sandbox"
        record = sandbox if sandbox.exists() else home
        with sync_playwright() as playwright, dashboard(home) as address:
            server, arrive = serving(address), arrivals(record)
            if "scripts" in wanted:
                scripts(address, server, arrive)
            if "viewers" in wanted:
                viewers(address, server, arrive)
            browser = launch(playwright)
            if "browser" in wanted:
                in_browser(browser, address, server, 2.0 if rows >= TEN_MILLION else 1.0)
            if "sessions" in wanted:
                sessions(browser, address, server)
            browser.close()


if __name__ == "__main__":
    main()
