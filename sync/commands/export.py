"""`python -m sync export`: everything, or what a filter shows, as one file."""

from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import click

from sync.commands.filtering import Filtering, document_key, filter_options, now
from sync.commands.opening import opened
from sync.domain.documents import Entity
from sync.store.csv_export import Language
from sync.store.export import FORMS, export
from sync.store.reader import open_reader


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--entity", type=click.Choice(get_args(Entity)), help="Only attempts at this kind.")
@filter_options("all")
@click.option(
    "--document", metavar="NUMBER", help="Only attempts at this one, of --entity: number or key."
)
@click.option(
    "--language",
    type=click.Choice(["nl", "en"]),
    default="en",
    show_default=True,
    help="Of a CSV: commas and decimal points (en), or semicolons and decimal commas (nl).",
)
@click.option("--overwrite", is_flag=True, help="Also when FILE is there already.")
@click.pass_obj
def command(
    home: Path,
    /,
    *,
    file: Path,
    entity: Entity | None,
    document: str | None,
    language: Language,
    overwrite: bool,
    **filters: Any,  # noqa: ANN401 - the options of `filter_options`, by the names of `Filtering`
) -> None:
    """Write all attempts, or those that a log's filters show, to FILE.

    Its ending says the form: .parquet holds exactly what the record holds and can be imported into
    an empty store; .csv and .xlsx are for spreadsheets. Without a filter everything of all days is
    written, all columns of it. The columns are explained in data/README.md.
    """
    filtering = Filtering(**filters)
    if filtering.span is None:
        filtering = replace(filtering, span="all")
    if file.suffix.lower() not in FORMS:
        raise click.BadParameter(f"its name must end with {', '.join(FORMS)}", param_hint="FILE")
    if file.exists() and not overwrite:
        raise click.BadParameter(
            f"{file} is there already; add --overwrite, or take another name", param_hint="FILE"
        )
    with opened(home) as (settings, store):
        key = ""
        if document:
            if entity is None and ":" not in document:
                raise click.UsageError("Say of which kind the document is: --entity")
            key = document_key(settings, store, entity or "invoice", document, filtering.names)
        asked = filtering.log_filter(entity, settings.timezone, now(), key=key)
        with open_reader(settings.data_home, settings.timezone) as reader:
            rows = export(reader, asked, file, language)
    click.echo(f"{rows:,} attempts written to {file}")
