"""`python -m sync regroup`: group recorded failures again after the rules changed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from sync.commands.opening import opened, who
from sync.commands.safe import visible
from sync.domain.patterns.grouping import sentence_of
from sync.store import regrouping
from sync.store.regrouping import Looked, Plan


@click.command()
@click.option("--dry-run", is_flag=True, help="Only show what would move.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def command(home: Path, dry_run: bool, yes: bool) -> int:
    """Group recorded failures again after the rules changed.

    New rules, merges and splits hold for attempts to come; what was recorded before moves only by
    this. It first shows how many attempts would move from which pattern to which, and asks. Nothing
    but pattern, category and rules version of failed attempts changes; every other column is proven
    equal before a file takes the old one's place. Who did it stands in the audit trail. Stopped
    half-way, it is simply begun again.
    """
    with opened(home) as (_, store):
        with _looking() as looked:
            found = regrouping.plan(store, looked)
        if not found.moves:
            click.echo("Every failed attempt is where the rules put it; nothing to do.")
            return 0
        _show(found)
        if dry_run:
            return 0
        if not yes:
            _confirm(found.attempts)
        with _looking() as looked:
            done = regrouping.regroup(
                store, who(), store.clock.now(), stamp=found.stamp, looked=looked
            )
    click.echo(f"{done.attempts} attempts moved.")
    return 0


def _confirm(attempts: int) -> None:
    if not sys.stdin.isatty():
        raise click.UsageError("Nobody is there to confirm; add --yes")
    click.confirm(f"Move {attempts} attempts?", abort=True)


@contextmanager
def _looking() -> Iterator[Looked]:
    """A bar while failures are looked at, where the output is a terminal."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Looking at failed attempts", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _show(found: Plan) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("Attempts", "From", "To"):
        table.add_column(heading, justify="right" if heading == "Attempts" else "left")
    for move in found.moves:
        source = _called(move.source or "(none)", move.source_key)
        table.add_row(str(move.attempts), source, _called(move.target, move.target_key))
    Console().print(table)


def _called(pattern: str, key: str) -> Text:
    """An id and what stands for it. Holds text from outside."""
    return Text(visible(f"{pattern} {sentence_of(key, 'en')}"))
