"""`python -m sync reverse`: take a booking back by its contrary."""

from pathlib import Path

import click

from sync.commands.deciding import Asked, decide, options
from sync.domain.documents import SalesEntity


@click.command()
@click.argument("number")
@options
@click.pass_obj
def command(
    home: Path,
    *,
    number: str,
    names: tuple[str, ...],
    entity: SalesEntity | None,
    reason: str,
    yes: bool,
    dry: bool,
) -> int:
    """Book document NUMBER back: the same lines negated, dated today, numbered with -X behind it.

    For an invoice that the shop cancelled after it was booked, or one that should not be in the
    books: e-Boekhouden cannot delete a mutation. Relation, ledgers and VAT codes are those of the
    mutation as it stands in the books. It is posted once, whatever happens on the way. Your name
    and reason go into the audit trail.

    Exit status: as of 'run'; 2 also when the document is not in the books, or was booked back.
    """
    return decide(
        home,
        Asked(
            kind="reverse",
            number=number,
            mutation=None,
            names=names,
            entity=entity,
            reason=reason,
            yes=yes,
            dry=dry,
        ),
    )
