"""`python -m sync backup`: copy the whole record while everything runs."""

from pathlib import Path

import click

from sync.commands.opening import opened, who
from sync.commands.safe import visible


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def command(home: Path, folder: Path) -> int:
    """Copy the whole record into FOLDER, which is new or empty, and prove the copy.

    Runs, worker and pages go on meanwhile. The copy holds names and e-mail addresses; keep it where
    only you read it. Settings and secrets are not in it: keep boekwacht.toml and secrets.toml as
    well. 'restore' puts it back.
    """
    from sync.store.backup import back_up  # noqa: PLC0415 - Arrow takes long to load

    with opened(home) as (_, store):
        made = back_up(store, folder)
        store.audit(who(), "backup", str(folder), made.taken_at, attempts=made.attempts)
    for path in made.damaged:
        click.echo(f"Damaged, and so in the copy as well: {visible(path)}", err=True)
    size = (made.hub.size or 0) + sum(seal.size or 0 for seal in made.segments.values())
    click.echo(
        f"{made.attempts} attempts copied to {visible(str(folder))} and proven: the hub and "
        f"{len(made.segments)} files, {size / 2**20:.1f} MB."
    )
    return 0
