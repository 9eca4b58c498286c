"""`python -m sync sandbox fault`: let something go wrong in the sandbox that runs."""

from pathlib import Path

import click

from sync.sandbox.fault_rules import KINDS, rule_from_text, rule_to_text
from sync.sandbox.remote import NotRunningError, RefusedError, Remote

_UNREACHABLE = 3
_WIDTH = max(map(len, KINDS))
KINDS_TEXT = "\b\nKinds of faults ('sandbox fault add --help' says how to name one):\n" + "\n".join(
    f"  {kind:{_WIDTH}}  {line}" for kind, line in KINDS.items()
)
"""For help pages: every kind with its line."""
_OPTIONS_TEXT = """\b
What it befalls:
  service=shop|books  only this one; default both
  match=TEXT          only calls that say this word: an operation, a document number;
                      may come several times
  rate=0.3            only this share of them, drawn from a seed
  count=2             only the next two
  since=, until=      only between these moments, e.g. 2026-01-31T12:00:00Z
  after               carried out first, then the answer is lost
  seconds=5           see the kinds
  hold=10             seconds for which a call without an answer stays open
"""


class _Faults(click.Group):
    """Its commands need a sandbox that runs; without one they end with status 3."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; one clear sentence where no sandbox answers or it says no."""
        try:
            return super().invoke(ctx)
        except NotRunningError as error:
            click.echo(str(error), err=True)
            return _UNREACHABLE
        except RefusedError as error:
            raise click.ClickException(str(error)) from error


@click.group("fault", cls=_Faults, epilog=KINDS_TEXT)
def command() -> None:
    """Let something go wrong in the running sandbox, see what is set, end it.

    Exit status: 0 done, 2 wrong use, 3 no sandbox runs.
    """


@command.command("add", epilog=f"{_OPTIONS_TEXT}\n{KINDS_TEXT}")
@click.argument("rule")
@click.pass_obj
def add(home: Path, rule: str) -> None:
    """Put RULE in force: a kind, then what it befalls, with commas between.

    Example: sandbox fault add timeout,service=books,match=000000042,count=1,after
    """
    try:
        wanted = rule_from_text(rule)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    number = Remote(home / "data" / "sandbox").add(wanted)
    click.echo(f"Rule {number} is in force.")


@command.command("list")
@click.pass_obj
def list_(home: Path) -> None:
    """Print the rules in force, with their numbers and the calls left to them."""
    rules = Remote(home / "data" / "sandbox").rules()
    for number, rule in rules.items():
        click.echo(f"{number:>3}  {rule_to_text(rule)}")
    if not rules:
        click.echo("No rule is in force.")


@command.command("clear")
@click.argument("number", required=False, type=int)
@click.pass_obj
def clear(home: Path, number: int | None) -> None:
    """End rule NUMBER, or all."""
    Remote(home / "data" / "sandbox").clear(number)
    click.echo("All rules are ended." if number is None else f"Rule {number} is ended.")
