"""`python -m sync restore`: put a backup back."""

from pathlib import Path

import click

from sync.clock import SystemClock
from sync.commands.opening import configured, who
from sync.commands.safe import visible


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def command(home: Path, folder: Path) -> int:
    """Put the backup in FOLDER back, in the place of the record that is there.

    Stop the worker and every run first. The present record is moved aside, not deleted. What was
    booked after the backup was made is not booked again: before a document is posted that the
    backup does not know as booked, the books are asked for it.
    """
    from sync.store.restore import restore  # noqa: PLC0415 - Arrow takes long to load

    settings = configured(home)
    done = restore(settings.data_home, folder, SystemClock(), who())
    click.echo(
        f"{done.backup.attempts} attempts restored as of {done.backup.taken_at:%Y-%m-%d %H:%M} UTC."
    )
    if done.aside:
        click.echo(f"What was there before lies in {visible(str(done.aside))}.")
    click.echo("The next run reads the shop from there on, and looks up before it posts.")
    return 0
