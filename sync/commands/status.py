"""`python -m sync status`: what is booked, waiting and failed."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from sync.commands.opening import opened


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def command(home: Path, as_json: bool) -> int:
    """Tell per connection what is booked, waiting and failed, and how the last run ended.

    Exit status: 0 nothing is failed, 1 some documents are.
    """
    with opened(home) as (settings, store):
        states = store.states()
        runs = {run.connection: run for run in reversed(store.runs(100))}
    lines: dict[str, dict[str, Mapping[Any, object]]] = {}
    for name in settings.connections:
        run = runs.get(name)
        ended = run.finished_at.isoformat() if run and run.finished_at else ""
        last = {"state": run.state, "ended": ended, "message": run.message} if run else {}
        lines[name] = {"documents": states.get(name, {}), "last_run": last}
    if as_json:
        click.echo(json.dumps({"sandbox": settings.sandbox, "connections": lines}, indent=1))
    else:
        if settings.sandbox:
            click.echo("This is the sandbox.")
        _print(lines)
    return int(any(line["documents"].get("failed") for line in lines.values()))


def _print(lines: Mapping[str, Mapping[str, Mapping[Any, object]]]) -> None:
    table = Table("Connection", "Booked", "Waiting", "Failed", "Skipped", "Last run")
    for name, line in lines.items():
        documents, last = line["documents"], line["last_run"]
        counts = [str(documents.get(x, 0)) for x in ("booked", "waiting", "failed", "skipped")]
        text = " ".join(str(last[x]) for x in ("state", "ended", "message") if last.get(x))
        table.add_row(name, *counts, text or "none yet")
    Console().print(table)
