"""`python -m sync resync`: choose failed documents, look, confirm, book them again."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from sync import engine
from sync.commands.filtering import Filtering, filter_options, now
from sync.commands.opening import chosen, opened, who
from sync.commands.previews import named
from sync.commands.run import dry_run_option, entity_option, json_lines_option, run_all
from sync.commands.safe import visible
from sync.domain.documents import Entity
from sync.domain.resync import MOST, Candidate, plan, sentence
from sync.engine.desk import ENTITIES
from sync.errors import ConfigurationError
from sync.settings import Settings
from sync.store import Document, Store, choosing
from sync.store.reader import open_reader


@dataclass(frozen=True, slots=True)
class Choice:
    """Documents that were asked for: those that may run, and why the others may not."""

    eligible: list[Document]
    refused: list[tuple[Document, str]]
    unknown: list[str]
    more: bool


@click.command()
@filter_options()
@entity_option
@click.option(
    "--document",
    "numbers",
    multiple=True,
    metavar="NUMBER",
    help="This one; may be given more than once.",
)
@click.option("--failed", is_flag=True, help="All that are failed now, of all days.")
@click.option("--yes", is_flag=True, help="Do not ask for a confirmation.")
@dry_run_option
@json_lines_option
@click.pass_obj
def command(
    home: Path,
    /,
    *,
    entity: Entity | None,
    numbers: tuple[str, ...],
    failed: bool,
    yes: bool,
    dry: bool,
    as_json: bool,
    **filters: Any,  # noqa: ANN401 - the options of `filter_options`, by the names of `Filtering`
) -> int:
    """Book documents again: by number, all that failed, or those a log's filters show.

    Shows which may be booked and why others may not, asks, and runs them in order. New attempts
    are recorded with your name; the old ones stay. At most 500 documents at a time.

    Exit status: as of 'run'; 2 also when none of the documents may be booked.
    """
    filtering = Filtering(**filters)
    if not (numbers or failed or filtering.narrows):
        raise click.UsageError("Say which: --document NUMBER, --failed, or a filter as of 'log'")
    entities = (entity,) if entity else ENTITIES
    with opened(home) as (settings, store):
        if numbers:
            choice = _named(settings, store, entities, numbers, filtering.names)
        else:
            wanted = replace(filtering, is_open=filtering.is_open or failed)
            choice = _filtered(settings, entities, wanted)
        _show(choice, quiet=as_json)
        if not choice.eligible:
            raise ConfigurationError("There is nothing that may be booked again")
        if not (yes or dry):
            _confirm(len(choice.eligible))
        if not dry:
            _audit(store, choice.eligible)
        return run_all(settings, store, _wishes(choice.eligible), as_json=as_json, dry=dry)


def _named(
    settings: Settings,
    store: Store,
    entities: Iterable[Entity],
    numbers: tuple[str, ...],
    names: tuple[str, ...],
) -> Choice:
    found = [
        document
        for connection in chosen(settings, names)
        for entity in entities
        for document in store.find(connection.name, entity, numbers)
        if document.entry.document_no in numbers
    ]
    known = {document.entry.document_no for document in found}
    keys = [document.key for document in found]
    return _sorted(settings, keys, [number for number in numbers if number not in known])


def _filtered(settings: Settings, entities: Iterable[Entity], wanted: Filtering) -> Choice:
    """The documents of the attempts that match."""
    allowed = tuple(connection.name for connection in chosen(settings, wanted.names))
    if wanted.span is None:
        wanted = replace(wanted, span="all")
    keys: list[str] = []
    with open_reader(settings.data_home, settings.timezone) as reader:
        for entity in entities:
            asked = wanted.log_filter(entity, settings.timezone, now())
            asked = replace(asked, connections=allowed)
            keys += choosing.named_by(reader, asked).keys
    return _sorted(settings, keys, [])


def _sorted(settings: Settings, keys: Iterable[str], unknown: list[str]) -> Choice:
    zone = ZoneInfo(settings.timezone)
    with open_reader(settings.data_home, settings.timezone) as reader:
        # A connection that is switched off may still be asked for by its name.
        found: list[Candidate[Document]] = choosing.candidates(reader, keys, settings.connections)
    made = plan(found, now())
    return Choice(
        eligible=[each.document for each in made.eligible],
        refused=[(each.document, sentence(why, zone)) for each, why in made.refused],
        unknown=unknown,
        more=bool(made.rest),
    )


def _show(choice: Choice, *, quiet: bool) -> None:
    """The preview; on standard error where standard output is JSON."""
    lines = [f"{_name(document)}: may be booked{_before(document)}" for document in choice.eligible]
    lines += [f"{_name(document)}: not eligible, {why}" for document, why in choice.refused]
    lines += [f"{visible(number)}: not eligible, was never fetched" for number in choice.unknown]
    if choice.more:
        lines.append(f"Only the first {MOST} are taken; ask again for the others afterwards")
    for line in lines:
        click.echo(line, err=quiet)


def _before(document: Document) -> str:
    return f" (was refused: {document.error_code})" if document.error_code else ""


def _name(document: Document) -> str:
    return f"{document.entry.connection}: {named(document.entry)}"


def _confirm(number: int) -> None:
    """Ask; whoever cannot be asked has to say --yes.

    Raises:
        click.Abort: The answer is no.
    """
    if not sys.stdin.isatty():
        raise click.UsageError("Nobody is there to confirm; add --yes, or --dry-run to look only")
    click.confirm(f"Book {number} document{'' if number == 1 else 's'} again?", abort=True)


def _wishes(documents: list[Document]) -> dict[str, engine.Wanted]:
    """What each connection's run is asked for."""
    found: dict[str, list[Document]] = {}
    for document in documents:
        found.setdefault(document.entry.connection, []).append(document)
    return {
        name: engine.Wanted(
            trigger="resync",
            actor=who(),
            numbers=[document.entry.document_no for document in group],
            keys={document.key for document in group},
            entities=[x for x in ENTITIES if any(d.entry.entity == x for d in group)],
        )
        for name, group in found.items()
    }


def _audit(store: Store, documents: list[Document]) -> None:
    for name, wanted in _wishes(documents).items():
        store.audit(wanted.actor, "resync", name, now(), keys=sorted(wanted.keys))
