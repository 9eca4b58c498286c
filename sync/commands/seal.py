"""`python -m sync seal`: move finished attempts into Parquet now."""

from pathlib import Path

import click

from sync.commands.opening import opened
from sync.store import SealReport


@click.command()
@click.pass_obj
def command(home: Path) -> int:
    """Move finished attempts into Parquet files, and merge small files.

    The worker does this by itself at 5,000 attempts and once a day. It disturbs nobody: runs and
    pages go on meanwhile.
    """
    with opened(home) as (_, store):
        report = store.seal(force=True)
    click.echo(summary(report))
    for path in report.unknown:
        click.echo(f"Not ours, left alone: {path}", err=True)
    return 0


def summary(report: SealReport) -> str:
    """What one round did, in one line."""
    if report.busy:
        return "Another process is sealing at this moment; nothing to do."
    return (
        f"{report.rows} attempts sealed into {report.segments} files; "
        f"{report.compacted} files merged, {report.removed} old ones removed."
    )
