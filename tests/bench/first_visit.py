"""How long a first visit takes: `python -m tests.bench.first_visit [DAYS]`.

The real command on an empty home: services, trade, mishaps, and the real engine. Ninety days are
to be booked in under 60 s on two cores that have nothing else to do.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from sync.store.filters import LogFilter
from sync.store.queries import newest
from sync.store.reader import open_reader

LIMIT_S = 60.0


def visit(home: Path, days: int) -> float:
    """Book a history of so many days in an empty home; returns the seconds it took."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "sync", "--home", home, "sandbox", "--once", "--days", str(days)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - began


def rows(home: Path) -> list[dict[str, Any]]:
    """Every attempt of the home's sandbox."""
    with open_reader(home / "data" / "sandbox") as reader:
        found: list[dict[str, Any]] = newest(reader, LogFilter(), limit=1_000_000).to_pylist()
    return found


def main() -> int:
    """Print seconds and counts; tell by the exit status if it was in time."""
    days = int(sys.argv[1]) if len(sys.argv) > 1 else 90
    with tempfile.TemporaryDirectory() as folder:
        seconds = visit(Path(folder), days)
        attempts = rows(Path(folder))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    work = used.ru_utime + used.ru_stime
    counts = Counter((x["entity"], x["outcome"], x["error_code"]) for x in attempts)
    sys.stdout.write(
        f"{days} days in {seconds:.1f} s (goal {LIMIT_S:.0f}; {work:.1f} s of work on all cores): "
        f"{len(attempts):,} attempts\n"
    )
    for (entity, outcome, code), count in sorted(counts.items()):
        sys.stdout.write(f"{count:6,}  {entity:10} {outcome:8} {code}\n")
    return int(seconds > LIMIT_S)


if __name__ == "__main__":
    sys.exit(main())
