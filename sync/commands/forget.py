"""`python -m sync forget`: blank a customer's names and e-mail addresses."""

import re
import sys
from pathlib import Path

import click

from sync.commands.filtering import now
from sync.commands.opening import opened, who
from sync.domain.privacy import mask_email
from sync.errors import ConfigurationError
from sync.store.forgetting import Forgotten, Person, find, forget


@click.command()
@click.argument("customer")
@click.option("--connection", default="", metavar="NAME", help="Whose customer the number is.")
@click.option("--yes", is_flag=True, help="Do not ask for a confirmation.")
@click.pass_obj
def command(home: Path, customer: str, connection: str, yes: bool) -> int:
    """Blank the names and e-mail addresses of CUSTOMER, a customer number or an e-mail address.

    The address leaves no trace in the store, its files, the exports and the log files of the home
    folder. What is booked stays booked, under the shop's numbers; what is not booked yet still can
    be, because a booking reads the order from the shop. Not touched are the shop, the books, and
    copies that you keep elsewhere, such as backups.

    Exit status 1: a file could not be cleaned; it is named.
    """
    with opened(home) as (settings, store):
        if connection and connection not in settings.connections:
            known = ", ".join(settings.connections)
            raise ConfigurationError(f"There is no connection {connection!r}; there is {known}")
        person = find(store, customer, connection)
        _check(customer, person)
        click.echo(_described(person))
        if not yes:
            _confirm()
        folders = (home, home / "logs", settings.data_home, settings.data_home / "data")
        done = forget(store, person, who(), now(), dict.fromkeys(folders))
    _tell(done)
    return 1 if done.left else 0


def _check(customer: str, person: Person) -> None:
    """An address may be looked for everywhere even if no document has it; a number may not.

    Raises:
        ConfigurationError: Nobody is meant, or several may be.
    """
    is_address = re.fullmatch(r"[^\s@]+@[^\s@]+", customer.strip()) is not None
    if not person.documents and not is_address:
        raise ConfigurationError(
            "No document has this customer number; e-mail addresses have an @, and guests have no "
            "number"
        )
    shops = {connection for connection, _ in person.accounts}
    if len(shops) > 1 and not is_address:
        raise ConfigurationError(
            f"Several shops have this customer number; say --connection: {', '.join(sorted(shops))}"
        )


def _described(person: Person) -> str:
    """What is about to be blanked, without telling who it is."""
    addresses = ", ".join(mask_email(email) for email in person.emails) or "no e-mail address"
    lines = [f"{len(person.documents)} documents, {addresses}"]
    lines += [f"account: {name} customer {number}" for name, number in person.accounts]
    if person.pending:
        lines.append(
            f"{person.pending} of the documents are not in the books yet; they still can be booked"
        )
    return "\n".join(lines)


def _confirm() -> None:
    """Ask; whoever cannot be asked has to say --yes.

    Raises:
        click.Abort: The answer is no.
    """
    if not sys.stdin.isatty():
        raise click.UsageError("Nobody is there to confirm; add --yes")
    click.confirm("Blank names and addresses? This cannot be undone.", abort=True)


def _tell(done: Forgotten) -> None:
    click.echo(f"Forgotten: {done.documents} documents; {len(done.files)} files written anew.")
    for file in done.left:
        click.echo(f"May still hold the address, look yourself: {file}", err=True)
    click.echo("Backups and other copies elsewhere still hold it, as do the shop and the books.")
