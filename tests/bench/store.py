"""The record at size: `python -m tests.bench.store --rows 1000000`. No timed test.

Fills a store day by day as years of quarter-hourly runs fill it, sealing as the worker does, then
times appends with three readers busy and every question that a page asks, and prints sizes, file
counts and a reader's memory. `--home` keeps the filled store for another run.
"""

import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import click

from sync.domain.attempts import document_key
from sync.domain.documents import Entity
from sync.domain.inbox import InboxEntry
from sync.store import Store, codec, documents, open_store
from sync.store.csv_export import export_csv
from sync.store.database import hub_path, insert, moved, segments_path
from sync.store.filters import LogFilter
from sync.store.queries import count, newest, story
from sync.store.reader import Reader, open_reader
from tests.store.builders import HandClock, booked, entry, receive, start

ROOT: Final = Path(__file__).resolve().parents[2]
DAYS: Final = 3 * 365
LAST_DAY: Final = datetime(2026, 11, 22, tzinfo=UTC)
KINDS: Final[tuple[Entity, ...]] = ("invoice", "creditmemo", "customer")
SHARES: Final = (68, 10, 22)
FAILURES: Final = 0.105
STILL_OPEN: Final = 0.002
TEMPLATES: Final = (
    ("API error: could not connect to the books, request {n}", "network"),
    ("Invalid tax code: no VAT code for tax NL-13 on order {n}", "tax_code"),
    ("Validation error: customer {n} has no e-mail address", "customer_data"),
    ("Invoice number already exists: mutation {n} of another relation", "duplicate"),
    ("Invoice not found: {n} is not in the books yet", "not_found"),
    ("API error: HTTP 503 after {n} ms", "server_error"),
)
FIRST_NAMES: Final = ("Jan", "Piet", "Johanna", "Maria", "Willem", "Sanne", "Fleur", "Daan")
LAST_NAMES: Final = ("de Vries", "van der Berg", "Jansen", "Bakker", "Smit", "Mulder")
GRID: Final = (
    *("id", "order_no", "document_no", "message", "started_at", "platform", "success", "pattern"),
    *("category", "attempt_no", "duration_ms", "trigger", "run", "amount", "mutation_no", "actor"),
)
REPEATS: Final = 15


def fill(home: Path, rows: int) -> None:
    """Fill a store with `rows` attempts over three years, sealed as the worker seals."""
    draw = random.Random(1)
    clock = HandClock(LAST_DAY - timedelta(days=DAYS))
    numbers = dict.fromkeys(KINDS, 0)
    done = 0
    with open_store(home, clock) as store:
        for day in range(DAYS):
            clock.at = LAST_DAY - timedelta(days=DAYS - day - 1)
            wanted = rows * (day + 1) // DAYS - done
            _fill_day(store, draw, clock.at, numbers, wanted)
            done += wanted
            store.seal(force=True, grace=timedelta(0))
            if day % 60 == 0:
                click.echo(f"  {done:,} rows", err=True)


def _fill_day(
    store: Store, draw: random.Random, day: datetime, numbers: dict[Entity, int], rows: int
) -> None:
    with store.write() as hub:
        for position in range(rows):
            at = day + timedelta(seconds=86_400 * position // rows)
            kind = draw.choices(KINDS, SHARES)[0]
            numbers[kind] += 1
            fetched = _entry(draw, kind, numbers[kind], at)
            row = _attempt(draw, fetched, at)
            attempt = insert(hub, "attempt", row)
            is_open = row["success"] is False and draw.random() < STILL_OPEN / FAILURES
            insert(hub, "document", _document(fetched, row, attempt, is_open))
        hub.execute("insert or ignore into platform values ('e-Boekhouden.nl')")
        moved(hub, "attempts")


def _entry(draw: random.Random, kind: Entity, number: int, at: datetime) -> InboxEntry:
    first, last = draw.choice(FIRST_NAMES), draw.choice(LAST_NAMES)
    company = f"{last} Handelsonderneming B.V." if draw.random() < 0.2 else ""
    return entry(
        number,
        kind,
        key=document_key("webshop", kind, 1, f"{number:09d}"),
        fingerprint=f"{draw.getrandbits(96):024x}",
        order_no="" if kind == "customer" else f"{number:09d}",
        company=company,
        customer_name=f"{first} {last}",
        firstname=first,
        lastname=last,
        email=f"{first}.{last}{number % 9999}@klant.example".replace(" ", "").lower(),
        vat_number="NL123456789B01" if company else "",
        grand_total=Decimal(draw.randrange(500, 30_000)).scaleb(-2),
        issued_at=at - timedelta(minutes=20),
        created_at=at - timedelta(minutes=20),
        updated_at=at - timedelta(minutes=10),
        customer_id=number // 3,
        global_currency="EUR",
        global_rate=Decimal("1.0000"),
    )


def _attempt(draw: random.Random, fetched: InboxEntry, at: datetime) -> dict[str, Any]:
    failed = draw.random() < FAILURES
    message, category = draw.choice(TEMPLATES) if failed else ("Success", "")
    begin = start(fetched, at, run=int(at.timestamp()) // 900 % 100_000, customer="7")
    row = {name: getattr(begin, name) for name in begin.__slots__}
    row |= {
        "started_at": codec.micros(at),
        "finished_at": codec.micros(at + timedelta(milliseconds=draw.randrange(200, 4000))),
        "amount": codec.optional(codec.cents, begin.amount),
        "outcome": "failed" if failed else "created",
        "success": not failed,
        "message": message.format(n=draw.randrange(10**6)),
        "error_code": category.upper(),
        "category": category,
        "pattern": category and f"{hash(message) & 0xFFFFFF:06x}",
        "rules_version": int(failed),
        "duration_ms": draw.randrange(200, 4000),
        "attempt_no": 1,
        "relation_code": "" if failed else f"WEB{draw.getrandbits(40):010X}",
        "mutation_no": None if failed else draw.randrange(10**7),
        "detail": f'{{"lines":{draw.randrange(1, 9)},"answer":"{draw.getrandbits(32)}"}}',
    }
    return row


def _document(
    fetched: InboxEntry, row: dict[str, Any], attempt: int, is_open: bool
) -> dict[str, Any]:
    return {
        **documents.encode(fetched),
        "state": "failed" if is_open else "booked",
        "since": row["finished_at"],
        "attempts": 1,
        "latest_attempt": attempt,
        "first_try_at": row["started_at"],
        "last_try_at": row["started_at"],
        "mutation_no": row["mutation_no"],
        "relation_code": row["relation_code"],
    }


QUESTIONS: Final[dict[str, Callable[[Reader], object]]] = {
    "newest 100, no filter": lambda r: newest(r, LogFilter(entity="invoice"), 100),
    "newest 100, failed": lambda r: newest(r, LogFilter(entity="invoice", success="no"), 100),
    "newest 100, still open": lambda r: newest(r, LogFilter(entity="invoice", state="open"), 100),
    "newest 100, rare category, 30 days": lambda r: newest(
        r,
        LogFilter(entity="invoice", since=LAST_DAY - timedelta(days=30), categories=("duplicate",)),
        100,
    ),
    "page 1,000": lambda r: newest(r, LogFilter(entity="invoice"), 100, 99_900),
    "longest 100": lambda r: newest(r, LogFilter(entity="invoice", sort="duration_ms:desc"), 100),
    "count, no filter": lambda r: count(r, LogFilter(entity="invoice")),
    "count, failed": lambda r: count(r, LogFilter(entity="invoice", success="no")),
    "count, still open": lambda r: count(r, LogFilter(entity="invoice", state="open")),
    "count, 30 days": lambda r: count(
        r, LogFilter(entity="invoice", since=LAST_DAY - timedelta(days=30))
    ),
    "count, category, all years": lambda r: count(
        r, LogFilter(entity="invoice", categories=("duplicate",))
    ),
    "text, present, all years: page": lambda r: newest(
        r, LogFilter(entity="invoice", q="mutation 123"), 100
    ),
    "text, present, all years: count": lambda r: count(
        r, LogFilter(entity="invoice", q="mutation 123")
    ),
    "text, absent, all years: page": lambda r: newest(
        r, LogFilter(entity="invoice", q="zebra"), 100
    ),
    "text, absent, all years: count": lambda r: count(r, LogFilter(entity="invoice", q="zebra")),
    "text, 30 days: count": lambda r: count(
        r, LogFilter(entity="invoice", q="503", since=LAST_DAY - timedelta(days=30))
    ),
    "one document's story": lambda r: story(r, "webshop:inv:1:000001234"),
}


def timed(action: Callable[[], object], repeats: int = REPEATS) -> list[float]:
    """Milliseconds of each of `repeats` calls, after one that warms up."""
    action()
    taken = []
    for _ in range(repeats):
        begin = time.perf_counter()
        action()
        taken.append((time.perf_counter() - begin) * 1000)
    return taken


def appends(home: Path, tries: int) -> tuple[list[float], list[float]]:
    """Milliseconds of claiming and of finishing, one document after the other."""
    claims, ends = [], []
    now = LAST_DAY + timedelta(days=1)
    first = 10**8 + time.time_ns() // 10**5 % 10**9  # numbers that no earlier round has used
    with open_store(home, HandClock(now)) as store, store.holder() as me:
        for number in range(first, first + tries):
            one = entry(number)
            receive(store, one, at=now)
            begin = time.perf_counter()
            claim = store.claim(start(one, now), me)
            claims.append((time.perf_counter() - begin) * 1000)
            assert claim is not None
            begin = time.perf_counter()
            assert store.finish(claim, booked(now))
            ends.append((time.perf_counter() - begin) * 1000)
    return claims, ends


@contextmanager
def busy_readers(home: Path, number: int) -> Iterator[None]:
    """Other processes that ask without pause."""
    command = [sys.executable, "-m", "tests.bench.store", "--home", str(home), "--ask"]
    started = [subprocess.Popen(command, cwd=ROOT) for _ in range(number)]
    time.sleep(3)
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


def memory(home: Path) -> tuple[float, float]:
    """Megabytes of a reader above its bare imports: at rest after a question, and at its peak."""
    before = _resident()
    with open_reader(home) as reader:
        newest(reader, LogFilter(entity="invoice"), 100)
        rest = _resident() - before
        for ask in QUESTIONS.values():
            ask(reader)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
    return rest, peak


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def report(home: Path) -> None:
    """Print every figure of a filled store."""
    with open_reader(home) as reader:
        total = count(reader, LogFilter()).rows
        _sizes(home, total)
        for name, ask in QUESTIONS.items():
            _line(name, timed(lambda ask=ask: ask(reader)))  # type: ignore[misc]
        _csv(reader, "the grid's columns", GRID)
        _csv(reader, "all columns", tuple(codec.ATTEMPT))
    _appended(home, "alone")
    with busy_readers(home, 3):
        _appended(home, "three readers busy")
    said = subprocess.run(
        [sys.executable, "-m", "tests.bench.store", "--home", str(home), "--memory"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    click.echo(said.stdout.strip())


def _csv(reader: Reader, name: str, columns: tuple[str, ...]) -> None:
    with tempfile.TemporaryFile() as target:
        begin = time.perf_counter()
        headings = dict.fromkeys(columns, "x")
        rows = export_csv(reader, LogFilter(), "nl", target, headings)
        taken = time.perf_counter() - begin
        click.echo(f"CSV of {rows:,} rows, {name}: {taken:.1f} s, {_mb(target.tell())}")


def _appended(home: Path, beside: str) -> None:
    claims, ends = appends(home, 1000)
    _line(f"append, {beside}: claim", claims)
    _line(f"append, {beside}: finish", ends)


def _line(name: str, taken: list[float]) -> None:
    ninety_nine = statistics.quantiles(taken, n=100)[98] if len(taken) >= 100 else max(taken)
    click.echo(f"{name:40} p50 {statistics.median(taken):8.1f} ms   p99 {ninety_nine:8.1f} ms")


def _sizes(home: Path, rows: int) -> None:
    files = list(segments_path(home).rglob("*.parquet"))
    sealed = sum(path.stat().st_size for path in files)
    hub = hub_path(home).stat().st_size
    click.echo(f"{rows:,} attempts in {len(files)} files")
    click.echo(f"segments: {_mb(sealed)}, {_mb(sealed / rows * 1e6)} per million attempts")
    click.echo(f"hub: {_mb(hub)}, {_mb(hub / rows * 1e6)} per million documents")


def _mb(size: float) -> str:
    return f"{size / 1e6:.0f} MB"


@click.command()
@click.option("--rows", default=1_000_000, help="Attempts to fill the store with.")
@click.option("--home", type=click.Path(path_type=Path), help="Keep the store here.")
@click.option("--ask", is_flag=True, hidden=True)
@click.option("--memory", "weigh", is_flag=True, hidden=True)
def main(rows: int, home: Path | None, ask: bool, weigh: bool) -> None:
    """Fill a store and print how fast and how large it is."""
    if home and ask:
        with open_reader(home) as reader:
            while True:
                for question in QUESTIONS.values():
                    question(reader)
    if home and weigh:
        rest, peak = memory(home)
        click.echo(f"a reader above its imports: {rest:.0f} MB at rest, {peak:.0f} MB at its peak")
        return
    with tempfile.TemporaryDirectory(prefix="boekwacht-bench-") as folder:
        place = home or Path(folder)
        if not hub_path(place).exists():
            begin = time.perf_counter()
            fill(place, rows)
            click.echo(f"filled in {time.perf_counter() - begin:.0f} s")
        report(place)


if __name__ == "__main__":
    main()
