"""`python -m sync status`: what is booked, waiting and failed, and who is at work."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from sync import config
from sync.commands.opening import opened
from sync.commands.safe import visible
from sync.domain.attempts import DocumentState
from sync.domain.lookup import MONTHLY, month_of
from sync.errors import ConfigurationError
from sync.settings import Connection, Settings
from sync.store import Holder, Run, Standing, Store

STATES: tuple[DocumentState, ...] = ("booked", "waiting", "failed", "skipped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """How one connection stands.

    Attributes:
        enabled: Whether it is synced.
        standing: Its documents.
        lookups: GetMutaties used this month in its administration; None when its secrets are
            missing, so that nobody knows which one that is.
        last_run: The one that started last; None before the first.
    """

    enabled: bool
    standing: Standing
    lookups: int | None
    last_run: Run | None


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def command(home: Path, as_json: bool) -> int:
    """Tell per connection what is booked, waiting and failed, what is next, how the last run went.

    A document that waits for over 24 hours counts as failed.

    Exit status: 0 nothing is failed, 1 some documents are.
    """
    now = datetime.now(UTC)
    with opened(home) as (settings, store):
        standings, workers = store.standing(now), store.workers()
        lines = {
            name: Line(
                enabled=connection.enabled,
                standing=standings.get(name, Standing()),
                lookups=_lookups(settings, connection, store, now),
                last_run=store.last_run(name),
            )
            for name, connection in settings.connections.items()
        }
    if as_json:
        click.echo(json.dumps(_facts(settings, lines, workers), indent=1))
    else:
        _print(settings, lines, workers)
    return int(any(line.standing.failures for line in lines.values()))


def _lookups(settings: Settings, connection: Connection, store: Store, now: datetime) -> int | None:
    try:
        keys = config.secrets(settings, connection)
    except ConfigurationError:
        return None
    return store.lookups(keys.administration, month_of(now))


def _facts(
    settings: Settings, lines: dict[str, Line], workers: Sequence[Holder]
) -> dict[str, object]:
    return {
        "sandbox": settings.sandbox,
        "workers": [{"pid": worker.pid, "host": _host(worker)} for worker in workers],
        "connections": {name: _line_facts(line) for name, line in lines.items()},
    }


def _line_facts(line: Line) -> dict[str, object]:
    standing, run = line.standing, line.last_run
    return {
        "enabled": line.enabled,
        "documents": dict(standing.documents),
        "overdue": standing.overdue,
        "next_due": _iso(standing.next_due),
        "failed_since": _iso(standing.failed_since),
        "lookups": {"used": line.lookups, "of": MONTHLY},
        "last_run": run
        and {
            "run": run.id,
            "state": run.state,
            "trigger": run.trigger,
            "started": _iso(run.started_at),
            "ended": _iso(run.finished_at),
            "counts": dict(run.counts),
            "message": run.message,
        },
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _print(settings: Settings, lines: dict[str, Line], workers: Sequence[Holder]) -> None:
    zone = ZoneInfo(settings.timezone)
    if settings.sandbox:
        click.echo("This is the sandbox.")
    known = ", ".join(f"process {worker.pid} on {_host(worker)}" for worker in workers)
    click.echo(f"Worker: {known or 'none is running'}")
    for name, line in lines.items():
        click.echo(name if line.enabled else f"{name} (switched off)")
        for what, text in _told(line, zone):
            click.echo(f"  {what:<11}{text}")


def _told(line: Line, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    standing = line.standing
    yield "documents", ", ".join(f"{standing.documents.get(state, 0)} {state}" for state in STATES)
    if standing.overdue:
        yield "overdue", f"{standing.overdue} wait for over 24 hours"
    if standing.documents.get("waiting"):
        due = standing.next_due
        yield "next try", _local(due, zone) if due else "when what they wait for is booked"
    if standing.failed_since:
        yield "failed", f"the oldest since {_local(standing.failed_since, zone)}"
    yield "last run", _run(line.last_run, zone)
    used = "unknown, a secret is missing" if line.lookups is None else str(line.lookups)
    yield "look-ups", f"{used} of {MONTHLY} this month"


def _run(run: Run | None, zone: ZoneInfo) -> str:
    if run is None:
        return "none yet"
    moment = _local(run.finished_at or run.started_at, zone)
    return " ".join(filter(None, (run.state, moment, visible(run.message))))


def _local(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _host(worker: Holder) -> str:
    """The machine's name; what follows it tells boots and process spaces apart."""
    return worker.host.partition("/")[0]
