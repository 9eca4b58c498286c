"""`python -m sync work`: the worker."""

import logging
from pathlib import Path

import click

from sync.commands.opening import configured
from sync.commands.safe import visible
from sync.stopping import Stop
from sync.worker import Worker


@click.command()
@click.option("--once", is_flag=True, help="One round over all connections, then stop.")
@click.option(
    "--queue", is_flag=True, help="Only what people asked for on the dashboard, then stop."
)
@click.pass_obj
def command(home: Path, once: bool, queue: bool) -> int:
    """Run on schedule, and work off what people asked for on the dashboard.

    The settings are read anew before each round: a connection that is added, changed or switched
    off needs no restart. Stops on SIGTERM and Ctrl+C within ten seconds: no new document is begun,
    and a call that is still out after nine is broken off and looked up by the next run.

    Exit status of --once: as of 'run'.
    """
    logging.getLogger("sync").setLevel(logging.INFO)
    configured(home)
    stop = Stop()
    worker = Worker(home, stop, lambda line: click.echo(visible(line)))
    with stop.on_signals():
        if queue:
            worker.work_off()
            return 0
        if once:
            return worker.once()
        worker.work()
    return 0
