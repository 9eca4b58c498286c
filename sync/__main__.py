"""The command line: `python -m sync`. Each command is a module of `sync.commands`, loaded late."""

import importlib
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from sync import config
from sync.errors import BoekwachtError

COMMANDS = {
    "backup": "Copy the whole record, while everything runs.",
    "check": "Prove settings, credentials, ledgers and tax mapping.",
    "explain": "Say what an error message means and what to do.",
    "export": "Write all attempts, or a filter's, to Parquet, CSV or XLSX.",
    "forget": "Blank a customer's names and e-mail addresses.",
    "import": "Put exported Parquet files into an empty store.",
    "link": "Say which mutation in the books is a document's.",
    "log": "Show attempts, with the filters of the log pages.",
    "map": "Show and change VAT codes and ledgers.",
    "rebuild": "Make a lost hub anew from the attempts.",
    "restore": "Put a backup back.",
    "regroup": "Group recorded failures again after the rules changed.",
    "resync": "Book failed documents again: choose, look, confirm.",
    "retain": "Clean up old attempts, after exporting them.",
    "reverse": "Book a mutation back, by the same lines negated.",
    "run": "Fetch from the shop and book what is due, once.",
    "sandbox": "Serve a simulated shop and simulated books.",
    "seal": "Move finished attempts into Parquet, or prove the record.",
    "status": "Tell what is booked, waiting and failed.",
    "work": "Run on schedule, and work off what people asked for.",
}


WRONG_USE = 2
INTERRUPTED = 130


class _Commands(click.Group):
    """Imports a command's module when the command is used: `--help` starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, without importing anything."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now; None when there is no such name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"sync.commands.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Names and summaries, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.command(cls=_Commands)
@click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    help=f"Folder of settings and data; also ${config.HOME_VARIABLE}. Default: the project.",
)
@click.option("--debug", is_flag=True, help="Log every step to standard error.")
@click.pass_context
def main(ctx: click.Context, home: Path | None, debug: bool) -> None:
    """Books a Magento 2 shop into e-Boekhouden.nl and keeps a record of every attempt.

    Without a connection in boekwacht.toml every command works on the sandbox's home.

    Exit status: 0 all fine, 1 some documents failed, 2 wrong use or configuration, 3 a service
    could not be reached; where several apply, 3 before 2 before 1.
    """
    logging.basicConfig(level=logging.INFO if debug else logging.WARNING, stream=sys.stderr)
    ctx.obj = config.home_folder(home)


def entry(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; errors of ours become one sentence and exit status 2.

    Args:
        arguments: What was typed behind `python -m sync`; None takes the process's own.
    """
    status = _status(arguments)
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read us has seen enough, e.g. `head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


def _status(arguments: Sequence[str] | None) -> int:
    try:
        status = main.main(arguments, "python -m sync", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return WRONG_USE
    except click.Abort:
        return INTERRUPTED
    except BoekwachtError as error:
        click.echo(error.message, err=True)
        return WRONG_USE
    return status if isinstance(status, int) else 0


if __name__ == "__main__":
    sys.exit(entry())
