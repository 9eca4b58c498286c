"""The page of error patterns at size: `python -m tests.bench.pattern_page`. No timed test.

Goals over a million attempts with a hundred thousand failures: the page's script run under 200 ms,
opening a pattern under 150 ms. Each run is timed twice: with what the store answered kept, and
after one more attempt has failed. `--folder` keeps what was filled.
"""

import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import click

from sync.clock import SystemClock
from sync.store import patterns
from sync.store.filters import LogFilter
from sync.store.reader import open_reader
from tests.bench.client import Client
from tests.bench.pages import prepared, run, serving
from tests.bench.store import arrivals, timed
from tests.e2e.server import dashboard


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
    with tempfile.TemporaryDirectory(prefix="boekwacht-bench-") as temporary:
        place = prepared((folder or Path(temporary)).absolute(), rows)
        most = questions(place)
        with dashboard(place) as address, closing(Client(address)) as client:
            server, arrive = serving(address), arrivals(place)
            for asked, goal in (("", 200), (f"&pattern={most}", 150)):
                for period in ("90d", "all"):
                    query = f"range={period}{asked}"
                    run(client, server, arrive, "patterns", query=query, goal=goal)


if __name__ == "__main__":
    main()
