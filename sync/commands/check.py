"""`python -m sync check`: is everything set up right?"""

import json
from collections.abc import Mapping
from pathlib import Path

import click

from sync.clock import SystemClock
from sync.commands.opening import chosen, connection_option, opened
from sync.commands.safe import visible
from sync.domain.findings import Finding
from sync.engine.check import check, check_machine


@click.command()
@connection_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def command(home: Path, names: tuple[str, ...], as_json: bool) -> int:
    """Prove settings, both services, ledgers, tax mapping, clocks, record, disk and secrets file.

    Also that no two connections get in each other's way.

    Exit status: 0 ready to book, 2 something has to be corrected, 3 a service is unreachable.
    """
    clock = SystemClock()
    with opened(home) as (settings, store):
        general = list(check_machine(settings, store, clock).findings)
        found = {
            connection.name: [
                finding
                for look in check(settings, connection, store, clock)
                for finding in look.findings
            ]
            for connection in chosen(settings, names)
        }
    if as_json:
        click.echo(json.dumps(_facts(general, found), indent=1))
    else:
        for name, findings in {"this machine": general, **found}.items():
            click.echo(name)
            for finding in findings:
                click.echo(_line(finding))
    everything = [*general, *(x for findings in found.values() for x in findings)]
    return max((finding.status for finding in everything), default=0)


def _facts(general: list[Finding], found: Mapping[str, list[Finding]]) -> dict[str, object]:
    return {
        "general": [_fact(finding) for finding in general],
        "connections": {
            name: [_fact(finding) for finding in findings] for name, findings in found.items()
        },
    }


def _fact(finding: Finding) -> dict[str, object]:
    return {
        "what": finding.what(),
        "problem": finding.problem(),
        "warning": finding.warning,
        "unreachable": finding.unreachable,
    }


def _line(finding: Finding) -> str:
    mark = "ok" if not finding.wrong else "warning" if finding.warning else "WRONG"
    said = f": {visible(finding.problem())}" if finding.wrong else ""
    return f"  {mark:8}{visible(finding.what())}{said}"
