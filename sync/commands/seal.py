"""`python -m sync seal`: move finished attempts into Parquet now, or prove the whole record."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from sync.commands.opening import opened
from sync.commands.safe import visible
from sync.store import SealReport

if TYPE_CHECKING:
    from sync.store.proof import Proof

WRONG: Final = 2


@click.command()
@click.option(
    "--verify", is_flag=True, help="Prove the whole record instead: every file, every count."
)
@click.pass_obj
def command(home: Path, verify: bool) -> int:
    """Move finished attempts into Parquet files, and merge small files.

    The worker does this by itself at 5,000 attempts and once a day. It disturbs nobody: runs and
    pages go on meanwhile.

    With --verify it reads every file, holds checksums, counts and the documents' states against
    the attempts, and names each difference. A damaged file is set apart, and everything else stays
    readable; one that was put back is taken back.

    Exit status: 0 all is right, 2 something is not.
    """
    with opened(home) as (_, store):
        if verify:
            return _tell(store.verify())
        report = store.seal(force=True)
    click.echo(summary(report))
    for path in report.unknown:
        click.echo(f"Not ours, left alone: {path}", err=True)
    for path in report.damaged:
        click.echo(f"Damaged and set apart: {path}; see 'python -m sync check'", err=True)
    return WRONG if report.damaged else 0


def _tell(proof: "Proof") -> int:
    if proof.busy:
        click.echo("Another process is at work on the files at this moment; try again.", err=True)
        return WRONG
    for problem in proof.problems:
        click.echo(visible(problem), err=True)
    click.echo(
        f"{proof.files} files with {proof.attempts} attempts (unsealed ones included) and "
        f"{proof.documents} documents proven: "
        + (f"{len(proof.problems)} differences." if proof.problems else "all is right.")
    )
    return WRONG if proof.problems else 0


def summary(report: SealReport) -> str:
    """What one round did, in one line."""
    if report.busy:
        return "Another process is sealing at this moment; nothing to do."
    return (
        f"{report.rows} attempts sealed into {report.segments} files; "
        f"{report.compacted} files merged, {report.removed} old ones removed."
    )
