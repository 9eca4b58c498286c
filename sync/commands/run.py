"""`python -m sync run`: one pass, by hand."""

import getpass
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from sync import config, engine
from sync.clock import SystemClock
from sync.commands.opening import chosen, opened
from sync.domain.documents import SalesEntity
from sync.engine.desk import ENTITIES
from sync.errors import ConfigurationError
from sync.settings import Connection, Settings
from sync.store import Store


@click.command()
@click.option("--connection", "names", multiple=True, metavar="NAME", help="Only this one.")
@click.option(
    "--entity",
    type=click.Choice(ENTITIES),
    help="Only this kind; an invoice and a credit memo may have the same number.",
)
@click.option(
    "--document", "numbers", multiple=True, metavar="NUMBER", help="Only this one, due or not."
)
@click.pass_obj
def command(
    home: Path, names: tuple[str, ...], entity: SalesEntity | None, numbers: tuple[str, ...]
) -> int:
    """Fetch what is new in the shop and book what is due, once.

    Exit status: 0 all fine, 1 some documents failed, 2 wrong settings, 3 a service unreachable.
    """
    with opened(home) as (settings, store):
        wanted = engine.Wanted(
            trigger="cli",
            actor=_who(),
            numbers=numbers,
            entities=(entity,) if entity else ENTITIES,
        )
        reports = [
            _run(settings, connection, store, wanted) for connection in chosen(settings, names)
        ]
    return engine.exit_status(reports)


def _run(
    settings: Settings, connection: Connection, store: Store, wanted: engine.Wanted
) -> engine.RunReport:
    try:
        keys = config.secrets(settings, connection)
    except ConfigurationError as error:  # the other connections still run
        click.echo(error.message, err=True)
        return engine.RunReport(
            connection=connection.name, message=error.message, misconfigured=True
        )
    with _bar() as bar:
        task = bar.add_task(connection.name, total=None)

        def show(report: engine.RunReport, _tried: engine.Tried) -> None:
            bar.update(task, completed=report.done, total=report.due)

        report = engine.run(connection, keys, store, SystemClock(), wanted, progress=show)
    click.echo(summary(report))
    if report.message:
        click.echo(report.message, err=True)
    return report


def summary(report: engine.RunReport) -> str:
    """A run in one line, for people and log files."""
    counts = ", ".join(f"{n} {outcome}" for outcome, n in sorted(report.outcomes.items()))
    return (
        f"{report.connection}: run {report.run} {report.state}; "
        f"{report.fetched} new or changed, {counts or 'nothing due'}"
    )


def _bar() -> Progress:
    """A progress bar on a terminal, nothing in a log file."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty(),
    )


def _who() -> str:
    """The login of whoever typed the command; empty where the system has no name for them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""
