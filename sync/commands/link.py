"""`python -m sync link`: say which mutation in the books is a document's."""

from pathlib import Path

import click

from sync.commands.deciding import Asked, decide, options
from sync.domain.documents import SalesEntity


@click.command()
@click.argument("number")
@click.argument("mutation", type=click.IntRange(min=1))
@options
@click.pass_obj
def command(
    home: Path,
    *,
    number: str,
    mutation: int,
    names: tuple[str, ...],
    entity: SalesEntity | None,
    reason: str,
    yes: bool,
    dry: bool,
) -> int:
    """Say that MUTATION in the books is the booking of document NUMBER.

    For a document that failed because its number is in the books already, for something that is
    not exactly it. The mutation is looked up, what differs is shown, and after your confirmation
    the document counts as booked; nothing is posted. Your name and reason go into the audit trail.

    Exit status: as of 'run'; 2 also when the books have no such sale or it is another document's.
    """
    return decide(
        home,
        Asked(
            kind="link",
            number=number,
            mutation=mutation,
            names=names,
            entity=entity,
            reason=reason,
            yes=yes,
            dry=dry,
        ),
    )
