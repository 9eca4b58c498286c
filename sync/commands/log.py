"""`python -m sync log`: the record of attempts, as the log pages show it."""

import json
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from math import ceil
from pathlib import Path
from typing import Any, Final, Literal, get_args
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sync.commands.filtering import Filtering, document_key, filter_options, now
from sync.commands.opening import opened
from sync.commands.safe import visible
from sync.domain.documents import Entity
from sync.store import queries
from sync.store.codec import ATTEMPT
from sync.store.csv_export import months
from sync.store.filters import LogFilter
from sync.store.reader import Reader, open_reader

ROWS: Final = 50
"""Rows of a table's page."""

WIDE: Final = 200
"""Characters of a line where no terminal says how many it has."""

_ALL: Final = 2**31
_HEADS: Final[dict[Entity, str]] = {
    "invoice": "Invoice ID",
    "creditmemo": "Creditmemo ID",
    "customer": "Customer",
}
_SUCCESS: Final = {True: ("yes", "green"), False: ("no", "red"), None: ("–", "")}


@click.command()
@click.argument("entity", type=click.Choice(get_args(Entity)))
@filter_options()
@click.option(
    "--document", metavar="NUMBER", help="Only attempts at this one: its number, or its key."
)
@click.option("--sort", default="id:desc", show_default=True, metavar="COLUMN:asc|desc")
@click.option("--page", default=1, type=click.IntRange(1), help="Of a table.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    metavar="ROWS",
    help=f"At most so many; default {ROWS} for a table, all otherwise.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "jsonl"]),
    default="table",
    show_default=True,
    help="A table to look at, a spreadsheet's file, or JSON lines.",
)
@click.option(
    "--language",
    type=click.Choice(["nl", "en"]),
    default="en",
    show_default=True,
    help="Of the csv: commas and decimal points (en), or semicolons and decimal commas (nl).",
)
@click.pass_obj
def command(
    home: Path,
    /,
    *,
    entity: Entity,
    document: str | None,
    sort: str,
    page: int,
    limit: int | None,
    form: Literal["table", "csv", "jsonl"],
    language: Literal["nl", "en"],
    **filters: Any,  # noqa: ANN401 - the options of `filter_options`, by the names of `Filtering`
) -> None:
    """Show the attempts at ENTITY (invoice, creditmemo or customer), newest first.

    The filters are those of the log pages. csv and jsonl hold every attempt that matches, with all
    columns, and are written as they are read.
    """
    filtering = Filtering(**filters)
    with opened(home) as (settings, store):
        names = filtering.names
        key = document_key(settings, store, entity, document, names) if document else ""
        asked = filtering.log_filter(entity, settings.timezone, now(), key=key)
        asked = _sorted(asked, sort)
        with (
            suppress(BrokenPipeError),
            open_reader(settings.data_home, settings.timezone) as reader,
        ):
            if form == "table":
                _table(reader, asked, (page - 1) * (limit or ROWS), limit or ROWS)
            elif form == "csv":
                chosen = _first(reader, asked, limit) if limit else asked
                names_of = {name: name for name in ATTEMPT}
                queries.export_csv(reader, chosen, language, sys.stdout.buffer, names_of)
            else:
                for row in _rows(reader, asked, limit):
                    click.echo(json.dumps(row, default=_plain))


def _sorted(asked: LogFilter, sort: str) -> LogFilter:
    try:
        return replace(asked, sort=sort)
    except ValueError as error:
        raise click.BadParameter(
            f"{sort!r} is not a column and a direction, e.g. duration_ms:desc; columns are "
            f"{', '.join(ATTEMPT)}",
            param_hint="--sort",
        ) from error


def _first(reader: Reader, asked: LogFilter, limit: int) -> LogFilter:
    """The same filter for its first rows only."""
    found = queries.newest(reader, asked, limit)
    return replace(asked, ids=tuple(found["id"].to_pylist()) or (0,))


def _rows(reader: Reader, asked: LogFilter, limit: int | None) -> Iterator[dict[str, Any]]:
    """Attempts by column, `detail` as the object that it is; month by month where all are asked."""
    whole = limit is None and asked.sort == "id:desc"
    spans = months(reader.snapshot(), asked) if whole else [(None, None)]
    for since, until in spans:
        table = queries.newest(reader, asked.between(since, until), limit or _ALL)
        for batch in table.to_batches(max_chunksize=1000):
            for row in batch.to_pylist():
                yield row | {"detail": json.loads(row["detail"] or "{}")}


def _plain(value: object) -> str:
    """What JSON has no form of: moments with their zone, amounts to the cent."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _table(reader: Reader, asked: LogFilter, offset: int, limit: int) -> None:
    counts = queries.count(reader, asked)
    rows = queries.newest(reader, asked, limit, offset).to_pylist()
    several = len({row["connection"] for row in rows}) > 1
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold")
    for head in _heads(asked.entity, several=several):
        table.add_column(head, overflow="fold", no_wrap=head not in {"Message"})
    zone = ZoneInfo(reader.zone)
    for row in rows:
        table.add_row(*_cells(row, zone, several=several))
    console = Console(width=None if sys.stdout.isatty() else WIDE)
    if rows:
        console.print(table)
    pages = max(ceil(counts.rows / limit), 1)
    click.echo(f"{summary(counts)}; page {offset // limit + 1} of {pages}")


def _heads(entity: Entity | None, *, several: bool) -> list[str]:
    order = [] if entity == "customer" else ["Order"]
    connection = ["Connection"] if several else []
    document = _HEADS[entity or "invoice"]
    return ["ID", *connection, *order, document, "Message", "Date Created", "Platform", "Success"]


def _cells(row: dict[str, Any], zone: ZoneInfo, *, several: bool) -> list[Text]:
    word, colour = _SUCCESS[row["success"]]
    if row["outcome"] is None:
        word = "running"
    moment = row["started_at"].astimezone(zone)
    cells = [str(row["id"])]
    cells += [row["connection"]] if several else []
    cells += [] if row["entity"] == "customer" else [row["order_no"]]
    cells += [row["document_no"], row["message"], f"{moment:%Y-%m-%d %H:%M:%S}", row["platform"]]
    return [*(Text(visible(cell)) for cell in cells), Text(word, style=colour)]


def summary(counts: queries.Counts) -> str:
    """How many and how they ended, e.g. "9 attempts, 1 open document, 87.5% succeeded (7 of 8)"."""
    ended = counts.succeeded + counts.failed
    rate = (
        f", {counts.succeeded / ended:.1%} succeeded ({counts.succeeded} of {ended})"
        if ended
        else ""
    )
    attempts = "attempt" if counts.rows == 1 else "attempts"
    documents = "document" if counts.open == 1 else "documents"
    return f"{counts.rows} {attempts}, {counts.open} open {documents}{rate}"
