"""What a run says while it goes on: a bar on a terminal, lines in a log file, or JSON lines."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, Protocol

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from sync import engine
from sync.commands.previews import named, preview_facts, preview_lines
from sync.commands.safe import visible
from sync.stopping import Stop

EVERY: Final = 10.0
"""Seconds between two lines about how far a run is."""

COUNTED: Final = 2.0
"""Seconds after which it is counted again what is due: a run makes and fetches work itself."""


class Teller(Protocol):
    """Is told what happens."""

    def document(self, report: engine.RunReport, tried: engine.Tried) -> None:
        """A document was tried."""

    def preview(self, preview: engine.Preview) -> None:
        """A dry run looked at a document."""

    def run(self, report: engine.RunReport) -> None:
        """A run ended, or was refused before it began."""


class _Ahead:
    """How much work lies ahead, counted every now and then."""

    def __init__(self, due: Callable[[str], int]) -> None:
        self._due = due
        self._counted = -COUNTED
        self._left = 0

    def total(self, report: engine.RunReport) -> int:
        """Documents of the run, done and to come."""
        if time.monotonic() - self._counted >= COUNTED:
            self._counted = time.monotonic()
            self._left = self._due(report.connection) + report.done
        return max(self._left, report.done)


class Lines:
    """Plain lines: one per run, and while it lasts one about every ten seconds."""

    def __init__(self, due: Callable[[str], int], *, each: bool = False) -> None:
        """`due` counts what a connection has to do now; `each` tells of every document."""
        self._ahead = _Ahead(due)
        self._each = each
        self._began = self._told = time.monotonic()
        self._said: set[str] = set()

    def document(self, report: engine.RunReport, tried: engine.Tried) -> None:
        """Say how it ended, or how far the run is, when it is time to."""
        if self._each:
            finish = tried.finish
            click.echo(
                f"{named(tried.document.entry)}: {finish.outcome}: {visible(finish.message)}"
            )
            return
        now = time.monotonic()
        if now - self._told < EVERY:
            return
        self._told = now
        total = self._ahead.total(report)
        left = (total - report.done) * (now - self._began) / max(report.done, 1)
        click.echo(
            f"{report.connection}: {report.done} of {total}, {report.failures} failed, "
            f"about {_span(left)} left"
        )

    def preview(self, preview: engine.Preview) -> None:
        """Say what would happen, with every line of the booking."""
        for line in preview_lines(preview):
            click.echo(line)

    def run(self, report: engine.RunReport) -> None:
        """Say how it ended."""
        self._began = time.monotonic()
        for number, until in report.settling.items():
            moment = until.astimezone()
            click.echo(f"{number} may have been sent: it is looked up from {moment:%H:%M} on")
        if report.run or not report.misconfigured:
            click.echo(summary(report))
        if report.message and report.message not in self._said:  # two may be refused for one cause
            self._said.add(report.message)
            click.echo(visible(report.message), err=True)


class Bar(Lines):
    """A bar with counts and the time that is left, and a line per run."""

    def __init__(self, due: Callable[[str], int], progress: Progress) -> None:
        super().__init__(due)
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def document(self, report: engine.RunReport, tried: engine.Tried) -> None:
        """Move the bar."""
        name = report.connection
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=None)
        total = self._ahead.total(report)
        self._progress.update(self._tasks[name], completed=report.done, total=total)


class JsonLines:
    """One JSON object per document, and one per run."""

    def __init__(self, stop: Stop) -> None:
        """When nobody reads the lines any more, the run is asked to stop."""
        self._stop = stop

    def document(self, report: engine.RunReport, tried: engine.Tried) -> None:
        """Say how one ended."""
        seen, finish = tried.document.entry, tried.finish
        self.write(
            {
                "type": "document",
                "connection": report.connection,
                "run": report.run,
                "entity": seen.entity,
                "document_no": seen.document_no,
                "order_no": seen.order_no,
                "key": seen.key,
                "finished_at": finish.finished_at.isoformat(),
                "outcome": finish.outcome,
                "success": finish.success,
                "message": finish.message,
                "error_code": finish.error_code,
                "relation_code": finish.relation_code,
                "mutation_no": finish.mutation_no,
            }
        )

    def preview(self, preview: engine.Preview) -> None:
        """Say what would happen to one."""
        self.write(preview_facts(preview))

    def run(self, report: engine.RunReport) -> None:
        """Say how it ended; a dry run has no id."""
        self.write(
            {
                "type": "run",
                "connection": report.connection,
                "run": report.run or None,
                "state": report.state,
                "fetched": report.fetched,
                "outcomes": dict(report.outcomes),
                "message": report.message,
                "code": report.code,
            }
        )

    def write(self, facts: Mapping[str, object]) -> None:
        """One line, at once."""
        try:
            click.echo(json.dumps(facts))
        except BrokenPipeError:
            self._stop.ask()


@contextmanager
def teller(stop: Stop, due: Callable[[str], int], *, as_json: bool, each: bool) -> Iterator[Teller]:
    """The way of telling that fits: JSON when asked for, a bar on a terminal, else lines.

    Args:
        stop: Is asked for when nobody reads any more.
        due: Counts what a connection has to do now.
        as_json: JSON was asked for.
        each: Somebody asked for certain documents and wants to know of each.
    """
    if as_json:
        yield JsonLines(stop)
    elif sys.stderr.isatty() and not each:
        with _progress() as progress:
            yield Bar(due, progress)
    else:
        yield Lines(due, each=each)


def summary(report: engine.RunReport) -> str:
    """A run in one line, for people and log files."""
    counts = ", ".join(f"{n} {outcome}" for outcome, n in sorted(report.outcomes.items()))
    name = f"run {report.run} {report.state}" if report.run else "dry run, nothing was booked"
    return (
        f"{report.connection}: {name}; {report.fetched} new or changed, {counts or 'nothing due'}"
    )


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def _span(seconds: float) -> str:
    """A length of time in the words of a log file."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
