"""`python -m sync rebuild`: make a lost hub anew from the attempts."""

from pathlib import Path

import click

from sync.clock import SystemClock
from sync.commands.opening import configured, who
from sync.commands.safe import visible


@click.command()
@click.option("--force", is_flag=True, help="Also when the present hub is whole.")
@click.pass_obj
def command(home: Path, force: bool) -> int:
    """Make a lost or unreadable hub anew from the Parquet files.

    Stop the worker and every run first; with a recent backup 'restore' brings back more. The
    documents' states follow from their attempts; what can be read of the old hub (attempts not
    sealed yet, mapping, audit, runs) comes along, and the old hub is moved aside. The next run
    reads the shop again from the start date on, and before it posts what is not known to be booked
    it asks the books.
    """
    from sync.store.rebuild import rebuild  # noqa: PLC0415 - Arrow takes long to load

    settings = configured(home)
    made = rebuild(settings.data_home, SystemClock(), who(), force=force)
    for path, why in made.left_out.items():
        click.echo(f"Left out: {visible(path)} {visible(why)}", err=True)
    click.echo(
        f"{made.documents} documents from {made.attempts} attempts: {made.files} files, and "
        f"{made.unsealed} that were not sealed yet."
    )
    came = ", ".join(f"{rows} of {table}" for table, rows in made.carried.items())
    click.echo(f"Came along from the old hub: {came or 'nothing'}.")
    if made.aside:
        click.echo(f"The old hub lies in {visible(str(made.aside))}.")
    if "mapping" not in made.carried:
        click.echo("VAT codes and ledgers are lost: set them again with 'python -m sync map'.")
    return 0
