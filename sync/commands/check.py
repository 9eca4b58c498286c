"""`python -m sync check`: is everything set up right?"""

import json
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Final

import click

from sync import config, login
from sync.clock import SystemClock
from sync.commands.opening import chosen, connection_option, opened
from sync.commands.safe import visible
from sync.engine.check import Finding, check
from sync.errors import ConfigurationError, StoreError
from sync.settings import Settings
from sync.store import Store
from sync.store.health import ailments

MEGABYTE: Final = 2**20
LITTLE, TOO_LITTLE = 1024 * MEGABYTE, 100 * MEGABYTE
"""Bytes of free disk below which it is pointed out, and below which it is wrong: ten million
attempts take about a gigabyte."""


@click.command()
@connection_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def command(home: Path, names: tuple[str, ...], as_json: bool) -> int:
    """Prove settings, both services, ledgers, tax mapping, clocks, record, disk and secrets file.

    Also that no two connections get in each other's way.

    Exit status: 0 ready to book, 2 something has to be corrected, 3 a service is unreachable.
    """
    with opened(home) as (settings, store):
        general = list(_general(settings, store))
        found = {
            connection.name: check(settings, connection, store, SystemClock())
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


def _general(settings: Settings, store: Store) -> Iterator[Finding]:
    with suppress(StoreError):  # a hub that cannot be used is told by what comes next
        store.notice(thorough=True)
    for problem in ailments(settings.data_home) or [""]:
        yield Finding(what="record", problem=problem)
    free = shutil.disk_usage(settings.data_home).free
    left = f"only {free // MEGABYTE} MB are free in {settings.data_home}; make room"
    yield Finding(what="disk", problem=left if free < LITTLE else "", warning=free >= TOO_LITTLE)
    try:
        login.read(settings.home)
    except ConfigurationError as error:
        yield Finding(what="login", problem=error.message)
    path = settings.data_home / config.SECRETS_FILE
    if path.exists():
        wide = stat.S_IMODE(path.stat().st_mode) & 0o077
        problem = f"others may read {path}; run: chmod 600 {path}" if wide else ""
        yield Finding(what="secrets file", problem=problem, warning=True)


def _facts(general: list[Finding], found: Mapping[str, list[Finding]]) -> dict[str, object]:
    return {
        "general": [asdict(finding) for finding in general],
        "connections": {
            name: [asdict(finding) for finding in findings] for name, findings in found.items()
        },
    }


def _line(finding: Finding) -> str:
    mark = "ok" if not finding.problem else "warning" if finding.warning else "WRONG"
    said = f": {visible(finding.problem)}" if finding.problem else ""
    return f"  {mark:8}{visible(finding.what)}{said}"
