"""The page of error patterns at size: `python -m tests.bench.pattern_page`. No timed test.

Goals over a million attempts with a hundred thousand failures: the page's script run under 200 ms,
opening a pattern under 150 ms. Each run is timed twice: with what the store answered kept, and
after one more attempt has failed. `--folder` keeps what was filled.
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import click
from streamlit.testing.v1 import AppTest

from pages.ui import local
from sync.clock import SystemClock
from sync.store import patterns
from sync.store.filters import LogFilter
from sync.store.reader import open_reader
from tests.bench.filling import filled
from tests.bench.store import ROOT, arrivals, timed

SETTINGS: Final = """
[connection.webshop]
start_date = 2023-01-01
[connection.webshop.shop]
url = "https://shop.example"
"""
REPEATS: Final = 15


def script_runs(home: Path, name: str, **params: str) -> None:
    """Time the runs of the page's script at one address."""
    page = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
    page.context = {"locale": "nl-NL"}
    page.switch_page("pages/patterns.py")
    for each, value in params.items():
        page.query_params[each] = value
    kept = timed(page.run, REPEATS)
    assert not page.exception
    assert not page.error
    anew = timed(page.run, REPEATS, before=arrivals(home))
    click.echo(
        f"{name:26} p50 {kept.p50:5.0f} ms (processor {kept.cpu:.0f}) kept, "
        f"{anew.p50:5.0f} ms ({anew.cpu:.0f}) after the record moved"
    )


def questions(home: Path) -> str:
    """Time the store's answers; the pattern with the most attempts."""
    now = SystemClock().now()
    with open_reader(home) as reader:
        everything = LogFilter()
        asked: dict[str, Callable[[], object]] = {
            "patterns": lambda: patterns.patterns(reader, everything, now),
            "days": lambda: patterns.days(reader, everything),
            "badge": lambda: patterns.count_open(reader, now),
        }
        for name, answer in asked.items():
            taken = timed(answer)
            click.echo(f"{name}, all years: p50 {taken.p50:.0f} ms (processor {taken.cpu:.0f})")
        found = patterns.patterns(reader, LogFilter(), now)
    click.echo(f"{sum(x.attempts for x in found):,} failures in {len(found)} patterns")
    return max(found, key=lambda each: each.attempts).pattern


@click.command()
@click.option("--rows", default=1_000_000, help="Attempts in the store.")
@click.option("--folder", type=click.Path(path_type=Path), help="Keep what is filled here.")
def main(rows: int, folder: Path | None) -> None:
    """Fill a store and print how fast the page of error patterns is over it."""
    local.is_local = lambda headers: True
    with tempfile.TemporaryDirectory(prefix="boekwacht-bench-") as temporary:
        place = filled((folder or Path(temporary)).absolute(), rows)
        (place / "boekwacht.toml").write_text(SETTINGS, encoding="utf-8")
        os.environ["BOEKWACHT_HOME"] = str(place)
        most = questions(place)
        script_runs(place, "all patterns, 90 days", range="90d")
        script_runs(place, "all patterns, all years", range="all")
        script_runs(place, "one pattern, 90 days", range="90d", pattern=most)
        script_runs(place, "one pattern, all years", range="all", pattern=most)


if __name__ == "__main__":
    main()
