"""`python -m sync retain`: clean up old attempts, exported first."""

import sys
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from sync.commands.filtering import now
from sync.commands.opening import opened, who
from sync.domain.retention import LEGAL_YEARS, refusal, within_legal_period
from sync.settings import Settings
from sync.store import Store, cleanups
from sync.store.cleanups import Form, Wanted
from sync.store.months import Month, months
from sync.store.reader import open_reader
from sync.store.retention import CleanupReport, clean_up, give_up


@click.command()
@click.option(
    "--before", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="First day that stays."
)
@click.option(
    "--to",
    "into",
    type=click.Path(file_okay=False, path_type=Path),
    help="The export gets a folder of its own in this one. Default: exports, in the data folder.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["parquet", "csv"]),
    default="parquet",
    show_default=True,
    help="Of the export's files.",
)
@click.option("--dry-run", "dry", is_flag=True, help="Show what would go, and stop.")
@click.option("--yes", is_flag=True, help="Do not ask for a confirmation.")
@click.option("--give-up", "gives_up", is_flag=True, help="End a cleanup that was cut short.")
@click.pass_obj
def command(
    home: Path,
    /,
    *,
    before: datetime | None,
    into: Path | None,
    form: Form,
    dry: bool,
    yes: bool,
    gives_up: bool,
) -> int:
    """Remove the attempts of before DATE, after exporting them and proving the export.

    Attempts are kept for ever unless somebody asks for this. Always kept: the latest 90 days,
    attempts of documents that are not booked or skipped, the audit, and the memory of what is
    booked, so nothing is booked again. A cleanup that was cut short goes on where it was when it
    is asked for again with the same DATE.

    Bookkeeping records have a legal keeping period (7 years in the Netherlands): keep the export.
    """
    with opened(home) as (settings, store):
        if gives_up:
            return _give_up(store)
        if before is None:
            raise click.UsageError("Say from which day on attempts stay: --before DATE")
        day = before.date()
        if why := refusal(day, now().astimezone(ZoneInfo(settings.timezone)).date()):
            raise click.BadParameter(why, param_hint="--before")
        going = _preview(settings, day)
        cut_short = cleanups.under_way(store)
        if cut_short is not None:
            click.echo(f"A cleanup into {cut_short.folder} was cut short and is to be finished.")
        if dry or not (going or cut_short):
            return 0
        if not yes:
            _confirm(day, going)
        moment = datetime.combine(day, time(), ZoneInfo(settings.timezone))
        folder = (into or settings.data_home / "data" / cleanups.EXPORTS).absolute()
        wanted = Wanted(before=moment, into=folder, form=form, actor=who())
        report = clean_up(store, wanted, tell=_tell)
    click.echo(summary(report))
    return 0


def _give_up(store: Store) -> int:
    report = give_up(store, who())
    click.echo("No cleanup was cut short." if report is None else f"Given up. {summary(report)}")
    return 0


def _preview(settings: Settings, day: date) -> int:
    """Show what would go; how many attempts that are."""
    zone = ZoneInfo(settings.timezone)
    moment = datetime.combine(day, time(), zone)
    with open_reader(settings.data_home, settings.timezone) as reader:
        found = [month for month in months(reader, moment) if month.month <= f"{day:%Y-%m}"]
    going = sum(month.going for month in found)
    for line in _lines(found):
        click.echo(line)
    if not going:
        click.echo(f"There is nothing of before {day} to clean up.")
    elif within_legal_period(day, now().astimezone(zone).date()):
        click.echo(
            f"Bookkeeping records must be kept for {LEGAL_YEARS} years by law: keep the export."
        )
    return going


def _lines(found: Sequence[Month]) -> list[str]:
    """The preview as a table, with its totals."""
    total = Month(
        month="total",
        rows=sum(month.rows for month in found),
        bytes=sum(month.bytes for month in found),
        going=sum(month.going for month in found),
    )
    heads = ("month", "attempts", "size", "would go", "size", "stay")
    rows = [
        (
            month.month,
            f"{month.rows:,}",
            size(month.bytes),
            f"{month.going:,}",
            size(share),
            f"{month.rows - month.going:,}",
        )
        for month, share in [
            *((month, month.going_bytes) for month in found),
            (total, sum(month.going_bytes for month in found)),
        ]
    ]
    widths = [max(len(row[column]) for row in (heads, *rows)) for column in range(len(heads))]
    return ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
            for row in (heads, *rows)]  # fmt: skip


def size(count: int) -> str:
    """A number of bytes for people, e.g. "1.2 MB"; a dash for none."""
    if not count:
        return "–"
    if count < 1_000_000:
        return f"{count / 1000:.1f} kB"
    return f"{count / 1_000_000:.1f} MB"


def _confirm(day: date, going: int) -> None:
    """Have the date typed; whoever cannot be asked has to say --yes.

    Raises:
        click.Abort: Something else was typed.
    """
    if not sys.stdin.isatty():
        raise click.UsageError("Nobody is there to confirm; add --yes, or --dry-run to look only")
    typed = click.prompt(f"Type {day} to export and then remove {going:,} attempts")
    if typed.strip() != str(day):
        click.echo("That is another date: nothing was removed.", err=True)
        raise click.Abort


def _tell(what: str, done: int, parts: int) -> None:
    if done == parts:
        click.echo(f"{what}: {parts} {'file' if parts == 1 else 'files'} done", err=True)
    elif sys.stderr.isatty():
        click.echo(f"\r{what}: {done} of {parts}", err=True, nl=False)


def summary(report: CleanupReport) -> str:
    """What a cleanup did, in one line."""
    if report.folder is None:
        return "Nothing was removed."
    more = (
        f" {report.exported - report.removed:,} stay, because their documents were taken up again."
        if report.removed < report.exported
        else ""
    )
    return (
        f"{report.exported:,} attempts exported to {report.folder} ({report.files} files, "
        f"{size(report.bytes)}), {report.removed:,} removed.{more}"
    )
