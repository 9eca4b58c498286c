"""`python -m sync run`: one pass, by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from sync import config, engine
from sync.commands.opening import chosen, connection_option, opened, who
from sync.commands.telling import Teller, teller
from sync.domain.documents import Entity
from sync.engine.desk import ENTITIES
from sync.errors import ConfigurationError
from sync.settings import Connection, Settings
from sync.stopping import Stop
from sync.store import Store

entity_option = click.option(
    "--entity",
    type=click.Choice(ENTITIES),
    help="Only this kind; a customer's number is that of the account, and an invoice and a credit "
    "memo may have the same number.",
)
dry_run_option = click.option(
    "--dry-run",
    "dry",
    is_flag=True,
    help="Book and record nothing; say what would happen to each document.",
)
json_lines_option = click.option(
    "--json-lines", "as_json", is_flag=True, help="Print a JSON object per document and per run."
)


@click.command()
@connection_option
@entity_option
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Read the shop again from this day on, e.g. 2026-01-31; documents known as they are "
    "stay as they are.",
)
@click.option(
    "--document",
    "numbers",
    multiple=True,
    metavar="NUMBER",
    help="Only this one, due or not; may be given more than once.",
)
@dry_run_option
@json_lines_option
@click.pass_obj
def command(
    home: Path,
    *,
    names: tuple[str, ...],
    entity: Entity | None,
    since: datetime | None,
    numbers: tuple[str, ...],
    dry: bool,
    as_json: bool,
) -> int:
    """Fetch what is new in the shop and book what is due, once.

    Ctrl+C stops it: no new document is begun, the one in hand is finished.

    Exit status: 0 all fine, 1 some documents failed, 2 wrong settings, 3 a service unreachable.
    """
    wanted = engine.Wanted(
        trigger="cli",
        actor=who(),
        numbers=numbers,
        entities=(entity,) if entity else ENTITIES,
        since=since.date() if since else None,
    )
    with opened(home) as (settings, store):
        connections = chosen(settings, names)
        if not connections:
            click.echo("No connection is switched on: set enabled = true, or name one", err=True)
        by_name = {x.name: wanted for x in connections}
        return run_all(settings, store, by_name, as_json=as_json, dry=dry)


def run_all(
    settings: Settings,
    store: Store,
    wanted: Mapping[str, engine.Wanted],
    *,
    as_json: bool,
    dry: bool,
) -> int:
    """Run connections, by name, one after the other and say what happens; the exit status.

    Args:
        settings: Of the home.
        store: Its store.
        wanted: What is asked of each connection.
        as_json: Say it in JSON lines.
        dry: Only look what would happen.
    """
    stop = Stop()

    def due(connection: str) -> int:
        """How many documents of a connection a run would begin with."""
        standing = store.standing(stop.now()).get(connection)
        return standing.ready if standing else 0

    reports: list[engine.RunReport] = []
    each = all(one.numbers for one in wanted.values())
    with stop.on_signals(), teller(stop, due, as_json=as_json, each=each) as tell:
        for name, one in wanted.items():
            if stop.asked():
                break
            connection = settings.connections[name]
            report = _run(settings, connection, store, one, _Ways(tell, stop, dry))
            tell.run(report)
            reports.append(report)
    return engine.exit_status(reports)


def _run(
    settings: Settings,
    connection: Connection,
    store: Store,
    wanted: engine.Wanted,
    ways: "_Ways",
) -> engine.RunReport:
    name = connection.name
    try:
        config.refuse_conflict(settings, name)
        keys = config.secrets(settings, connection)
    except ConfigurationError as error:  # the other connections still run
        return engine.RunReport(connection=name, message=error.message, misconfigured=True)
    stop, tell = ways.stop, ways.tell
    if ways.dry:
        return engine.dry_run(
            connection, keys, store, stop, wanted, tell=tell.preview, stopping=stop.asked
        )
    return engine.run(
        connection, keys, store, stop, wanted, progress=tell.document, stopping=stop.asked
    )


@dataclass(frozen=True, slots=True)
class _Ways:
    """How runs are told and stopped, and whether they only look."""

    tell: Teller
    stop: Stop
    dry: bool
