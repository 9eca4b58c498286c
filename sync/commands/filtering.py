"""The filters of the log pages, as options of a command."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Literal, TypeVar, get_args
from zoneinfo import ZoneInfo

import click

from sync.commands.opening import chosen, connection_option
from sync.domain.attempts import Trigger
from sync.domain.documents import Entity
from sync.domain.patterns import CATEGORIES
from sync.errors import ConfigurationError
from sync.settings import Settings
from sync.store import Store
from sync.store.filters import LogFilter

Range = Literal["today", "7d", "30d", "90d", "all"]

DAYS: Final[Mapping[Range, int]] = {"today": 1, "7d": 7, "30d": 30, "90d": 90}
_DAY = click.DateTime(["%Y-%m-%d"])
_Command = TypeVar("_Command", bound=Callable[..., Any])

RECENT: Final = "30d, or all for one document"
"""The period of a command that looks at what is new, for its help."""
_OPTIONS: Final = (
    click.option("--since", type=_DAY, metavar="DATE", help="First day; goes before --range."),
    click.option("--until", type=_DAY, metavar="DATE", help="Last day, included."),
    click.option(
        "--success",
        type=click.Choice(["all", "yes", "no", "none"]),
        default="all",
        help="How attempts ended; none are running and skipped ones.",
    ),
    click.option("--open", "is_open", is_flag=True, help="Only of documents that are failed now."),
    click.option("--q", default="", metavar="TEXT", help="In message, order or document number."),
    click.option("--platform", "platforms", multiple=True, metavar="NAME"),
    click.option("--category", "categories", multiple=True, type=click.Choice(CATEGORIES)),
    click.option("--pattern", default="", metavar="ID", help="Of an error pattern."),
    click.option("--trigger", "triggers", multiple=True, type=click.Choice(get_args(Trigger))),
    click.option("--run", type=click.IntRange(1), metavar="ID", help="Only of this run."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filtering:
    """The options as they were given; all at their default asks for everything of 30 days."""

    names: tuple[str, ...] = ()
    span: Range | None = None
    since: datetime | None = None
    until: datetime | None = None
    success: Literal["all", "yes", "no", "none"] = "all"
    is_open: bool = False
    q: str = ""
    platforms: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    pattern: str = ""
    triggers: tuple[str, ...] = ()
    run: int | None = None

    @property
    def narrows(self) -> bool:
        """Whether anything but connections was asked for."""
        return self != Filtering(names=self.names)

    def log_filter(
        self, entity: Entity | None, zone: str, now: datetime, *, key: str = ""
    ) -> LogFilter:
        """The filter of a log.

        Args:
            entity: None means all kinds.
            zone: In which days begin.
            now: The present moment.
            key: Of the only document that is asked for; then all its days count.
        """
        since, until = self._bounds(ZoneInfo(zone), now, "all" if key else "30d")
        return LogFilter(
            entity=entity,
            since=since,
            until=until,
            success=self.success,
            state="open" if self.is_open else "all",
            q=self.q,
            connections=self.names,
            platforms=self.platforms,
            categories=self.categories,
            pattern=self.pattern,
            triggers=self.triggers,
            run=self.run,
            key=key,
        )

    def _bounds(
        self, zone: ZoneInfo, now: datetime, usual: Range
    ) -> tuple[datetime | None, datetime | None]:
        """From which moment, and until which (not included); None for no bound."""
        if self.since and self.until and self.until < self.since:
            raise click.BadParameter("--until is before --since")
        since = self.since.date() if self.since else None
        days = DAYS.get(self.span or usual)
        if since is None and days and (self.span or not self.until):
            since = now.astimezone(zone).date() - timedelta(days=days - 1)
        until = self.until.date() + timedelta(days=1) if self.until else None
        return _midnight(since, zone), _midnight(until, zone)


def filter_options(usual: str = RECENT) -> Callable[[_Command], _Command]:
    """Give a command the filters' options; it gets them by the names of `Filtering`.

    Args:
        usual: The period without any of them, for the help.
    """
    span = click.option(
        "--range",
        "span",
        type=click.Choice(get_args(Range)),
        help=f"Days back from today, today included. Default: {usual}.",
    )

    def give(command: _Command) -> _Command:
        """The command with all options of a filter."""
        for option in reversed((connection_option, span, *_OPTIONS)):
            command = option(command)
        return command

    return give


def document_key(
    settings: Settings, store: Store, entity: Entity, asked: str, names: tuple[str, ...]
) -> str:
    """The key of the document that has this number, or this key.

    Raises:
        ConfigurationError: None has it, or several have; then their keys are told.
    """
    if ":" in asked:
        return asked
    found = [
        document.key
        for connection in chosen(settings, names or tuple(settings.connections))
        for document in store.find(connection.name, entity, [asked])
        if document.entry.document_no == asked
    ]
    if not found:
        raise ConfigurationError(f"No {entity} with the number {asked} was ever fetched")
    if len(found) > 1:
        raise ConfigurationError(
            f"Several have the number {asked}; ask for one by its key: {', '.join(found)}"
        )
    return found[0]


def now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


def _midnight(day: date | None, zone: ZoneInfo) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), zone)
