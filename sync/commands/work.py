"""`python -m sync work`: the worker."""

import logging
from pathlib import Path

import click

from sync.clock import SystemClock
from sync.commands.opening import opened
from sync.worker import Worker


@click.command()
@click.option("--once", is_flag=True, help="One round over all connections, then stop.")
@click.pass_obj
def command(home: Path, once: bool) -> None:
    """Run on schedule, and work off what people asked for on the dashboard.

    Stops on SIGTERM and Ctrl+C: no new document is begun, the one in hand is finished.
    """
    logging.getLogger("sync").setLevel(logging.INFO)
    with opened(home) as (settings, store):
        worker = Worker(settings, store, SystemClock(), click.echo)
        worker.stop_on_signals()
        worker.work(once=once)
