"""`python -m sync import`: attempts from Parquet files into an empty store."""

from collections.abc import Sequence
from pathlib import Path

import click

from sync.commands.opening import opened, who
from sync.errors import StoreError
from sync.store.importing import bring_in


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.pass_obj
def command(home: Path, files: tuple[Path, ...]) -> None:
    """Put the attempts of Parquet FILEs into an empty store, row for row, under the same ids.

    A FILE is what 'export' wrote, or a folder: the export of a cleanup, or a copy of data/attempts.
    Documents and their states follow from the attempts; what is not known to be booked is looked
    up in the books before it is posted. A store that has attempts or documents already is refused.
    """
    found = _files(files)
    with opened(home) as (_, store):
        done = bring_in(store, found, who())
    click.echo(
        f"{done.attempts:,} attempts at {done.documents:,} documents imported into {done.files} "
        "files."
    )


def _files(given: Sequence[Path]) -> list[Path]:
    """Each file once; of a folder all Parquet files in it.

    Raises:
        StoreError: There is none.
    """
    found: dict[Path, None] = {}
    for path in given:
        inside = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
        if not inside:
            raise StoreError(f"{path} holds no Parquet file.")
        found |= dict.fromkeys(each.resolve() for each in inside)
    return list(found)
