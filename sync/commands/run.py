"""`python -m sync run`: one pass, by hand."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click

from sync import config, engine
from sync.commands.opening import chosen, connection_option, opened, who
from sync.commands.telling import Teller, teller
from sync.domain.documents import SalesEntity
from sync.engine.desk import ENTITIES
from sync.errors import ConfigurationError
from sync.settings import Connection, Settings
from sync.stopping import Stop
from sync.store import Store

entity_option = click.option(
    "--entity",
    type=click.Choice(ENTITIES),
    help="Only this kind; an invoice and a credit memo may have the same number.",
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
@json_lines_option
@click.pass_obj
def command(
    home: Path,
    *,
    names: tuple[str, ...],
    entity: SalesEntity | None,
    since: datetime | None,
    numbers: tuple[str, ...],
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
        return run_all(settings, store, {x.name: wanted for x in connections}, as_json=as_json)


def run_all(
    settings: Settings, store: Store, wanted: Mapping[str, engine.Wanted], *, as_json: bool
) -> int:
    """Run connections, by name, one after the other and say what happens; the exit status."""
    stop = Stop()
    stop.on_signals()

    def due(connection: str) -> int:
        standing = store.standing(stop.now()).get(connection)
        return standing.ready if standing else 0

    reports: list[engine.RunReport] = []
    with teller(stop, due, as_json=as_json) as tell:
        for name, one in wanted.items():
            if stop.asked():
                break
            connection = settings.connections[name]
            report = _run(settings, connection, store, wanted=one, tell=tell, stop=stop)
            tell.run(report)
            reports.append(report)
    return engine.exit_status(reports)


def _run(
    settings: Settings,
    connection: Connection,
    store: Store,
    *,
    wanted: engine.Wanted,
    tell: Teller,
    stop: Stop,
) -> engine.RunReport:
    name = connection.name
    try:
        config.refuse_conflict(settings, name)
        keys = config.secrets(settings, connection)
    except ConfigurationError as error:  # the other connections still run
        return engine.RunReport(connection=name, message=error.message, misconfigured=True)
    return engine.run(
        connection, keys, store, stop, wanted, progress=tell.document, stopping=stop.asked
    )
