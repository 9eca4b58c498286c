"""What `link` and `reverse` share: find the document, show what the books hold, ask, keep, do."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from sync import engine
from sync.clock import SystemClock
from sync.commands.opening import chosen, connection_option, opened, who
from sync.commands.previews import mutation_lines, named
from sync.commands.run import entity_option, run_all
from sync.commands.safe import visible
from sync.domain.documents import SalesEntity, State
from sync.domain.rulings import BARS, Bar, Kind, bar
from sync.engine.desk import ENTITIES
from sync.errors import ConfigurationError, TemporaryError
from sync.settings import Settings
from sync.store import Document, Store

UNREACHABLE = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was typed.

    Attributes:
        number: The document's own number.
        mutation: The mutation's; None takes the one that the document was booked as.
    """

    kind: Kind
    number: str
    mutation: int | None
    names: tuple[str, ...]
    entity: SalesEntity | None
    reason: str
    yes: bool
    dry: bool


def options(command: Callable[..., int]) -> Callable[..., int]:
    """The options of both commands."""
    for option in (
        click.option("--yes", is_flag=True, help="Do not ask for a confirmation."),
        click.option("--dry-run", "dry", is_flag=True, help="Only look in the books and show it."),
        click.option(
            "--reason",
            default="",
            metavar="TEXT",
            help="Why, for the audit trail; asked for when it is left out.",
        ),
        entity_option,
        connection_option,
    ):
        command = option(command)
    return command


def decide(home: Path, asked: Asked) -> int:
    """Look, show, ask, keep the decision, and carry it out; the exit status.

    Raises:
        ConfigurationError: There is no such document, or nothing to decide about it.
        PermanentError: The books say otherwise.
    """
    with opened(home) as (settings, store):
        document = _document(settings, store, asked)
        mutation = asked.mutation or document.mutation_no
        assert mutation is not None  # noqa: S101 - without one there is nothing to book back
        try:
            sight = engine.look(
                settings, store, SystemClock(), document, kind=asked.kind, mutation=mutation
            )
        except TemporaryError as error:
            click.echo(error.message, err=True)
            return UNREACHABLE
        for line in _lines(document, sight):
            click.echo(line)
        if asked.dry:
            return 0
        reason = _confirmed(asked)
        ruling = sight.ruling(who(), "cli")
        facts = {"mutation": mutation, "amount": f"{ruling.amount:.2f}", "reason": reason}
        _refuse(document, store.rule(document.key, ruling, SystemClock().now(), facts))
        return run_all(settings, store, _wish(document), as_json=False, dry=False)


def _document(settings: Settings, store: Store, asked: Asked) -> Document:
    found = [
        document
        for connection in chosen(settings, asked.names)
        for entity in ((asked.entity,) if asked.entity else ENTITIES)
        for document in store.find(connection.name, entity, [asked.number])
        if document.entry.document_no == asked.number
    ]
    if not found:
        raise ConfigurationError(f"There is no document {visible(asked.number)}")
    if len(found) > 1:
        which = ", ".join(f"{x.entry.connection}: {named(x.entry)}" for x in found)
        raise ConfigurationError(
            f"Several documents have this number ({which}): add --entity or --connection"
        )
    _refuse(found[0], bar(asked.kind, found[0].entry.entity, found[0]))
    return found[0]


def _refuse(document: Document, found: Bar | None) -> None:
    if found is not None:
        raise ConfigurationError(f"{named(document.entry)} {BARS[found]}")


def _lines(document: Document, sight: engine.Sight) -> Iterator[str]:
    """The preview."""
    found = sight.found
    yield f"{document.entry.connection}: {named(document.entry)}"
    yield (
        f"the books have mutation {found.number}: {visible(found.invoice_number)} of "
        f"{found.booked_on} on relation {visible(found.relation)}, € {found.total:.2f}"
    )
    if found.description:
        yield f"    {visible(found.description)}"
    for each in sight.differs:
        yield (
            f"    other {each.field}: {visible(each.books)} in the books, "
            f"{visible(each.shop)} in the shop"
        )
    if sight.contrary is None:
        yield "it would be recorded as this document's booking; nothing is posted"
        return
    if document.entry.shop_state != State.CANCELLED:
        yield (
            "the shop has not cancelled this document: afterwards nothing of it is in the books, "
            "and what is right has to be booked by hand"
        )
    if sight.refunds:
        yield (
            f"credit memo {', '.join(map(visible, sight.refunds))} refunds it and stays in the "
            "books: decide about it too"
        )
    back = sight.contrary
    yield (
        f"it would be booked back as {visible(back.invoice_number)} on {back.booked_on}, "
        f"€ {back.total:.2f}"
    )
    yield from mutation_lines(back)


def _confirmed(asked: Asked) -> str:
    """The reason, once it is agreed to.

    Raises:
        click.Abort: The answer is no.
    """
    there = sys.stdin.isatty()
    if not there and not (asked.yes and asked.reason.strip()):
        raise click.UsageError(
            "Nobody is there to confirm; add --yes and --reason, or --dry-run to look only"
        )
    reason = asked.reason.strip() or str(click.prompt("Why (for the audit trail)")).strip()
    if not asked.yes:
        question = {"link": "Is this the document's booking?", "reverse": "Book it back?"}
        click.confirm(question[asked.kind], abort=True)
    return reason


def _wish(document: Document) -> dict[str, engine.Wanted]:
    entry = document.entry
    assert entry.entity != "customer"  # noqa: S101 - nothing is decided about one
    return {
        entry.connection: engine.Wanted(
            trigger="cli",
            actor=who(),
            numbers=[entry.document_no],
            keys={document.key},
            entities=[entry.entity],
        )
    }
