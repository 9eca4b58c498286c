"""The record at size: `python -m tests.bench [--rows 10000000] [--folder DIR]`. No timed test.

Fills a store once, then prints each figure beside its goal, and what pandas and SQLite need for
the same. Figures are medians; beside them the slowest (or the 99th percentile) and the processor
time on all cores, which tells how much of a figure other programs on the machine have cost.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import click
import duckdb

from sync.store.reader import open_reader
from tests.bench import rivals
from tests.bench.filling import filled
from tests.bench.questions import GOALS, questions
from tests.bench.store import (
    ROOT,
    Times,
    appends,
    ask_for_ever,
    busy_readers,
    copied,
    csv_of_a_million,
    memory,
    resident,
    sizes,
    timed,
)

_TEN_MILLION: Final = 10_000_000
PARTS: Final = ("sizes", "questions", "append", "csv", "memory", "rivals")


def report(home: Path, rows: int, parts: Sequence[str], only: Sequence[str]) -> None:
    """Print what was asked for of a filled store."""
    measures: dict[str, Callable[[], None]] = {
        "sizes": lambda: _sizes(home),
        "questions": lambda: _questions(home, rows, only),
        "append": lambda: _appends(home),
        "csv": lambda: _csv(home),
        "memory": lambda: _memory(home, rows),
        "rivals": lambda: _rivals(home),
    }
    click.echo(
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, DuckDB {duckdb.__version__}, "
        f"load {os.getloadavg()[0]:.1f} at the start"
    )
    for part in parts:
        measures[part]()


def _sizes(home: Path) -> None:
    found = sizes(home)
    click.echo(f"{found.attempts:,} attempts at {found.documents:,} documents, {found.files} files")
    _goal("segments per million attempts", found.segments / found.attempts, 80, "MB")
    _goal("hub per million documents", found.hub / found.documents, 150, "MB")


def _questions(home: Path, rows: int, only: Sequence[str]) -> None:
    with open_reader(home) as reader:
        asked = questions(reader)
        for group, goal in GOALS.items():
            if only and group not in only:
                continue
            taken = {x.name: timed(partial(x.ask, reader)) for x in asked if x.group == group}
            limit = goal.ten_million if rows >= _TEN_MILLION else goal.million
            _goal(goal.name, max(each.p50 for each in taken.values()), limit, "ms")
            for name, each in taken.items():
                _line(name, each)


def _appends(home: Path) -> None:
    with copied(home) as copy:
        for name, each in appends(copy).items():
            _line(f"{name}, alone", each)
        with busy_readers(copy):
            found = appends(copy)
    _goal("append, durable, 3 readers busy, p50", max(x.p50 for x in found.values()), 1, "ms")
    _goal("append, durable, 3 readers busy, p99", max(x.p99 for x in found.values()), 10, "ms")
    for name, each in found.items():
        _line(f"{name}, 3 readers busy", each)


def _csv(home: Path) -> None:
    rows, seconds, extra, size = _child("csv", home)
    _goal(f"CSV of {rows:,} filtered rows, {size / 1e6:.0f} MB", seconds, 3, "s")
    _goal("its extra memory", extra, 300, "MB")


def _memory(home: Path, rows: int) -> None:
    rest, peak = _child("memory", home)
    large = rows >= _TEN_MILLION
    _goal("a reader's memory above its imports, at rest", rest, 100 if large else 50, "MB")
    _goal("the same at its peak", peak, 500 if large else 250, "MB")


def _rivals(home: Path) -> None:
    """Each in a process of its own, so that none has another's memory to care for."""
    rivals.export(home)
    rivals.table(home).close()
    found = {name: _child(name, home) for name in ("store", "pandas", "sqlite")}
    answers = [found[name]["answers"] for name in found]
    assert answers[0] == answers[1] == answers[2], "they do not agree"
    click.echo("the same questions, median ms; how many times as long as Boekwacht")
    for nth, (label, ours_ms) in enumerate(found["store"]["times"]):
        others = [(name, found[name]["times"][nth][1]) for name in ("pandas", "sqlite")]
        told = "   ".join(f"{name} {each:8.1f} ({each / ours_ms:6.1f} x)" for name, each in others)
        click.echo(f"  {label:34} {ours_ms:8.1f}   {told}")
    frame, ours = found["pandas"], found["store"]
    click.echo(
        f"  loading: pandas {frame['loaded']:.0f} s and {frame['memory']:.0f} MB in each process; "
        f"Boekwacht {ours['loaded']:.2f} s and {ours['memory']:.0f} MB; "
        f"SQLite's file {_size(home):.0f} MB"
    )


def _size(home: Path) -> float:
    return home.with_suffix(".sqlite").stat().st_size / 1e6


def _compete(name: str, home: Path) -> dict[str, Any]:
    before, begin = resident(), time.perf_counter()
    with open_reader(home) as reader:
        asked = rivals.questions(reader)
        if name != "store":
            before, begin = resident(), time.perf_counter()
        subject: Any = reader
        if name == "pandas":
            subject = rivals.load(rivals.export(home))
        if name == "sqlite":
            subject = rivals.table(home)
        loaded = time.perf_counter() - begin
        asks = [getattr(each, name) for each in asked]
        answers = [ask(subject) for ask in asks]
        used = [timed(partial(ask, subject), 7).p50 for ask in asks]
        labels = [f"{each.group}: {each.name}" for each in asked]
        return {
            "loaded": loaded,
            "memory": resident() - before,
            "answers": json.loads(json.dumps(answers)),
            "times": list(zip(labels, used, strict=True)),
        }


def _child(what: str, home: Path) -> Any:
    """What another process has measured, so that its memory is its own."""
    said = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--child", what, str(home)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(said.stdout)


def _be_child(what: str, home: Path) -> None:
    if what == "ask":
        ask_for_ever(home)
    measures: dict[str, Callable[[], Any]] = {
        "csv": lambda: csv_of_a_million(home),
        "memory": lambda: memory(home),
    }
    measured = measures[what]() if what in measures else _compete(what, home)
    sys.stdout.write(json.dumps(measured))


def _goal(name: str, figure: float, goal: float, unit: str) -> None:
    verdict = "" if figure <= goal else f"   {figure / goal:.1f} x the goal"
    click.echo(f"{name:52} {figure:8.1f} {unit:3} goal {goal:g}{verdict}")


def _line(name: str, each: Times) -> None:
    click.echo(
        f"    {name:40} p50 {each.p50:7.1f}   p99 {each.p99:7.1f}   fastest {each.fastest:7.1f}"
        f"   processor {each.cpu:7.1f}"
    )


@click.command()
@click.option("--rows", default=1_000_000, help="Attempts in the store.")
@click.option("--folder", type=click.Path(path_type=Path), help="Keep what is filled here.")
@click.option("--part", "parts", type=click.Choice(PARTS), multiple=True, help="Only these parts.")
@click.option("--group", "only", type=click.Choice(tuple(GOALS)), multiple=True)
@click.option("--child", nargs=2, hidden=True)
def main(
    rows: int,
    folder: Path | None,
    parts: tuple[str, ...],
    only: tuple[str, ...],
    child: tuple[str, str] | None,
) -> None:
    """Fill a store and print how fast and how large it is."""
    if child:
        _be_child(child[0], Path(child[1]))
        return
    with tempfile.TemporaryDirectory(prefix="boekwacht-bench-") as temporary:
        place = (folder or Path(temporary)).absolute()
        place.mkdir(parents=True, exist_ok=True)
        report(filled(place, rows), rows, parts or PARTS, only)


if __name__ == "__main__":
    main()
