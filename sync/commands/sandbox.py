"""`python -m sync sandbox`: a simulated shop and simulated books, with a history."""

from pathlib import Path

import click

from sync.commands import fault

DAYS = 90
ORDERS_PER_HOUR = 12


@click.group(invoke_without_command=True, epilog=fault.KINDS_TEXT)
@click.option(
    "--days",
    default=DAYS,
    show_default=True,
    envvar="BOEKWACHT_SANDBOX_DAYS",
    type=click.IntRange(1, 366),
    help="Length of the history, the first time; also $BOEKWACHT_SANDBOX_DAYS.",
)
@click.option(
    "--pace",
    default=ORDERS_PER_HOUR,
    show_default=True,
    type=click.IntRange(0, 3600),
    help="Orders per hour from now on, day and night.",
)
@click.option("--announce", is_flag=True, hidden=True, help="Say 'ready' on a line of its own.")
@click.option("--once", is_flag=True, help="Book the history, then stop.")
@click.pass_context
def command(ctx: click.Context, days: int, pace: int, announce: bool, once: bool) -> None:
    """Serve a simulated shop and simulated books on loopback, until stopped.

    The first time the last DAYS are booked by the real engine, with the failures that a real shop
    has; after a pause what was missed. Then trade goes on at its PACE. Prints the settings that
    connect to both services; faults are set by 'sandbox fault'.
    """
    if ctx.invoked_subcommand is not None:
        return
    # Faults are set without all this: the command line stays fast.
    from sync.sandbox.serving import serve  # noqa: PLC0415

    home: Path = ctx.obj
    serve(
        home / "data" / "sandbox",
        click.echo,
        days=days,
        per_hour=pace,
        announce=announce,
        once=once,
    )


command.add_command(fault.command)
