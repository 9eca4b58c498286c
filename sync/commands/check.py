"""`python -m sync check`: is everything set up right?"""

import json
from dataclasses import asdict
from pathlib import Path

import click

from sync.clock import SystemClock
from sync.commands.opening import chosen, opened
from sync.engine.check import Finding, check


@click.command()
@click.option("--connection", "names", multiple=True, metavar="NAME", help="Only this one.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def command(home: Path, names: tuple[str, ...], as_json: bool) -> int:
    """Prove settings, both services, ledgers, tax mapping, clocks and the secrets file.

    Exit status: 0 ready to book, 2 something has to be corrected, 3 a service is unreachable.
    """
    with opened(home) as (settings, store):
        found = {
            connection.name: check(settings, connection, store, SystemClock())
            for connection in chosen(settings, names)
        }
    if as_json:
        click.echo(json.dumps({n: [asdict(x) for x in f] for n, f in found.items()}, indent=1))
    else:
        for name, findings in found.items():
            click.echo(name)
            for finding in findings:
                click.echo(_line(finding))
    return max((x.status for findings in found.values() for x in findings), default=0)


def _line(finding: Finding) -> str:
    mark = "ok" if not finding.problem else "warning" if finding.warning else "WRONG"
    return f"  {mark:8}{finding.what}{': ' if finding.problem else ''}{finding.problem}"
