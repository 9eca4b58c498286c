"""Measuring the record: times of questions and appends, sizes, memory, a large CSV file."""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from sync.clock import SystemClock
from sync.store import open_store
from sync.store.csv_export import export_csv
from sync.store.database import hub_path, segments_path
from sync.store.filters import LogFilter
from sync.store.queries import count, freshness, newest
from sync.store.reader import Reader, open_reader
from tests.bench.questions import questions
from tests.store.builders import HandClock, booked, entry, failed, receive, start, try_once

ROOT: Final = Path(__file__).resolve().parents[2]
REPEATS: Final = 15
APPENDS: Final = 1_000
READERS: Final = 3
MOST_SECONDS: Final = 3.0
"""So long one question is repeated at most, and five times at least."""
GRID: Final = (
    *("id", "order_no", "document_no", "message", "started_at", "platform", "success", "pattern"),
    *("category", "attempt_no", "duration_ms", "trigger", "run", "amount", "mutation_no", "actor"),
)
_FOLDER_ROWS: Final = 1_000_000


class Times(NamedTuple):
    """Milliseconds on the clock, and of processor time on all cores."""

    p50: float
    p99: float
    fastest: float
    cpu: float


class Sizes(NamedTuple):
    """What a store takes on disk, in bytes."""

    attempts: int
    documents: int
    files: int
    segments: int
    hub: int


def timed(
    action: Callable[[], object],
    repeats: int = REPEATS,
    *,
    before: Callable[[], object] = lambda: None,
) -> Times:
    """Times of up to `repeats` calls, after one that warms up; `before` each is not timed."""
    before()
    action()
    taken: list[float] = []
    used, began = 0.0, time.perf_counter()
    while len(taken) < repeats and (len(taken) < 5 or time.perf_counter() - began < MOST_SECONDS):
        before()
        begin, cpu = time.perf_counter(), time.process_time()
        action()
        taken.append(time.perf_counter() - begin)
        used += time.process_time() - cpu
    return times(taken, used)


def arrivals(home: Path) -> Callable[[], None]:
    """What lets one more invoice be tried, and fail as the latest failure did, each time."""
    with open_reader(home) as reader:
        last = newest(reader, LogFilter(success="no"), 1).to_pylist()[0]
    told = {name: last[name] for name in ("message", "error_code", "category", "pattern")}

    def arrive() -> None:
        now = SystemClock().now()
        number = 10**8 + time.time_ns() // 10**5 % 10**9
        dated: dict[str, Any] = {"issued_at": now, "created_at": now, "updated_at": now}
        one = entry(number, connection=last["connection"], **dated)
        with open_store(home, SystemClock()) as store, store.holder() as me:
            try_once(store, me, one, failed(now, **told), now)

    return arrive


def times(taken: list[float], cpu: float) -> Times:
    """The statistics of seconds that were measured; p99 of few is the slowest."""
    high = statistics.quantiles(taken, n=100)[98] if len(taken) >= 100 else max(taken)
    figures = (statistics.median(taken), high, min(taken), cpu / len(taken))
    return Times(*(1000 * each for each in figures))


def sizes(home: Path) -> Sizes:
    """Files and bytes of a store; the hub's without what SQLite keeps free for later."""
    files = list(segments_path(home).rglob("*.parquet"))
    with open_reader(home) as reader:
        attempts = count(reader, LogFilter()).rows
        documents = reader.rows("select count(*) as n from document")[0]["n"]
        pages = sum(reader.rows("pragma page_count")[0]) - sum(
            reader.rows("pragma freelist_count")[0]
        )
        page = reader.rows("pragma page_size")[0][0]
    return Sizes(
        attempts=attempts,
        documents=documents,
        files=len(files),
        segments=sum(path.stat().st_size for path in files),
        hub=pages * page,
    )


@contextmanager
def copied(home: Path) -> Iterator[Path]:
    """A store to write to: the hub's copy on the same disk, beside the very same segments."""
    folder = Path(tempfile.mkdtemp(prefix="copy-", dir=home.parent))
    try:
        hub_path(folder).parent.mkdir()
        shutil.copyfile(hub_path(home), hub_path(folder))
        segments_path(folder).symlink_to(segments_path(home))
        yield folder
    finally:
        shutil.rmtree(folder)


def appends(home: Path, tries: int = APPENDS) -> dict[str, Times]:
    """Times of beginning and of ending a try, one document after the other, each on the disk."""
    begun, ended, cpu = [], [], [0.0, 0.0]
    with open_reader(home) as reader:
        newest_start = freshness(reader).newest
    assert newest_start is not None
    now = newest_start + timedelta(minutes=1)
    first = 10**8 + time.time_ns() // 10**5 % 10**9  # numbers that no earlier round has used
    with open_store(home, HandClock(now)) as store, store.holder() as me:
        for number in range(first, first + tries):
            one = entry(number)
            receive(store, one, at=now)
            moments = [(time.perf_counter(), time.process_time())]
            claim = store.claim(start(one, now), me)
            moments.append((time.perf_counter(), time.process_time()))
            assert claim is not None
            assert store.finish(claim, booked(now))
            moments.append((time.perf_counter(), time.process_time()))
            begun.append(moments[1][0] - moments[0][0])
            ended.append(moments[2][0] - moments[1][0])
            cpu[0] += moments[1][1] - moments[0][1]
            cpu[1] += moments[2][1] - moments[1][1]
    return {"started row": times(begun, cpu[0]), "finished row": times(ended, cpu[1])}


@contextmanager
def busy_readers(home: Path, number: int = READERS) -> Iterator[None]:
    """Other processes that ask every question, one after the other without pause."""
    command = [sys.executable, "-m", "tests.bench", "--child", "ask", str(home)]
    started = [subprocess.Popen(command, cwd=ROOT) for _ in range(number)]
    time.sleep(5)
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


def ask_for_ever(home: Path) -> None:
    """What a busy reader does."""
    with open_reader(home) as reader:
        everything = questions(reader)
        while True:
            for question in everything:
                question.ask(reader)


def memory(home: Path) -> tuple[float, float]:
    """Megabytes of a reader above its bare imports: at rest after a page, and at its peak."""
    before = resident()
    with open_reader(home) as reader:
        newest(reader, LogFilter(entity="invoice"), 100)
        rest = resident() - before
        for question in questions(reader):
            question.ask(reader)
    return rest, _peak() - before


def csv_of_a_million(home: Path, columns: tuple[str, ...] = GRID) -> tuple[int, float, float, int]:
    """Rows, seconds, megabytes of extra memory at the peak, and bytes, of one filtered CSV file."""
    with open_reader(home) as reader, tempfile.TemporaryFile(dir=home.parent) as target:
        newest(reader, LogFilter(), 100)
        asked = _a_million(reader)
        before, begin = resident(), time.perf_counter()
        rows = export_csv(reader, asked, "nl", target, dict.fromkeys(columns, "x"))
        taken = time.perf_counter() - begin
        return rows, taken, max(_peak() - before, 0.0), target.tell()


def _a_million(reader: Reader) -> LogFilter:
    """A filter that leaves about a million rows, or all there are."""
    last = freshness(reader).newest
    rows = count(reader, LogFilter()).rows
    assert last is not None
    if rows <= _FOLDER_ROWS:
        return LogFilter(outcomes=("created", "failed"))
    since = last - timedelta(days=3 * 365 * _FOLDER_ROWS / rows)
    return LogFilter(outcomes=("created", "failed"), since=since)


def resident() -> float:
    """Megabytes that this process has in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
