"""What the pages ask of the settings and the store; the only cache."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import streamlit as st

from pages.ui import view
from pages.ui.logs import Log
from pages.ui.view import View
from sync import config
from sync.domain.documents import Entity
from sync.errors import StoreError
from sync.settings import Settings
from sync.store import overview
from sync.store.database import hub_path
from sync.store.filters import LogFilter
from sync.store.overview import Cause, Day
from sync.store.reader import Reader, open_reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What one run of a log page asks, and of whom.

    Attributes:
        log: Which log.
        view: What is to be shown.
        filter: The rows that the view's filters leave, in its order.
    """

    log: Log
    settings: Settings
    reader: Reader
    view: View
    filter: LogFilter

    @property
    def page(self) -> str:
        """The page's name in the texts and in the session."""
        return self.log.page

    @property
    def admins(self) -> dict[str, str]:
        """The address of the shop's admin per connection; empty where it is not set."""
        connections = self.settings.connections.items()
        return {name: connection.shop_admin_url for name, connection in connections}


def settings() -> Settings:
    """The settings, read again at each run of a page.

    Raises:
        ConfigurationError: They cannot be used.
    """
    return config.load(config.home_folder())


def has_store(found: Settings) -> bool:
    """Whether anything was ever recorded in the home that these settings name.

    Raises:
        StoreError: Nobody can tell: this user may not look into the folder.
    """
    return _hub_file(found) is not None


def reader(found: Settings) -> Reader:
    """The process's reader of the store that these settings name.

    Raises:
        StoreError: There is no store, or it cannot be read.
    """
    return _reader(found.data_home, found.timezone, _hub_file(found) or 0)


def _hub_file(found: Settings) -> int | None:
    """The number by which the system knows the hub's file; None when there is none."""
    path = hub_path(found.data_home)
    try:
        return path.stat().st_ino
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        reason = f"{path} cannot be read: {error.strerror}."
        raise StoreError(reason, code="STORE_UNREADABLE") from error


@st.cache_resource(show_spinner=False, max_entries=4, on_release=Reader.close)
def _reader(home: Path, zone: str, hub: int) -> Reader:
    """A reader per file: a hub put back from a backup is another file under the same name."""
    del hub
    return open_reader(home, zone)


def now() -> datetime:
    """The present moment, aware, UTC."""
    return datetime.now(UTC)


def local_now(zone: str) -> datetime:
    """The present moment in `zone`."""
    return now().astimezone(ZoneInfo(zone))


def today(zone: str) -> date:
    """The present day in `zone`."""
    return local_now(zone).date()


def days(found: Settings, asked: LogFilter) -> list[Day]:
    """How each day's attempts ended, by kind; asked of the store once per state of the record."""
    return _days(_state(found), repr(asked), reader(found), asked)


@st.cache_data(show_spinner=False, max_entries=64)
def _days(state: str, what: str, _reader: Reader, _asked: LogFilter) -> list[Day]:
    del state, what
    return overview.days(_reader, _asked)


def causes(found: Settings, asked: LogFilter, most: int) -> list[Cause]:
    """The most frequent error patterns; asked of the store once per state of the record and day."""
    key = f"{asked!r} {most} {today(found.timezone)}"
    return _causes(_state(found), key, reader(found), asked, most)


@st.cache_data(show_spinner=False, max_entries=64)
def _causes(state: str, what: str, _reader: Reader, _asked: LogFilter, _most: int) -> list[Cause]:
    del state, what
    return overview.causes(_reader, _asked, now(), _most)


def _state(found: Settings) -> str:
    """Which record it is, and how many times it has moved: what an answer is kept under."""
    hub = hub_path(found.data_home)
    asked = reader(found)
    return f"{hub} {hub.stat().st_ino} {asked.zone} {asked.snapshot().moves[0]}"


def open_failures(found: Settings) -> dict[Entity, int]:
    """How many documents of each kind are failed now; nothing when there is no store yet.

    Raises:
        StoreError: The store cannot be read.
    """
    if not has_store(found):
        return {}
    kinds = reader(found).snapshot().failed["entity"].to_pylist()
    return dict(Counter(kinds))


def log_filter(entity: Entity | None, chosen: View, zone: str) -> LogFilter:
    """The store's filter for what a log page shows; all kinds when `entity` is None."""
    since, until = view.bounds(chosen, today(zone), zone)
    return LogFilter(
        entity=entity,
        since=since,
        until=until,
        success=chosen.success,
        state=chosen.state,
        q=chosen.q,
        platforms=chosen.platform,
        categories=chosen.cat,
        triggers=chosen.trigger,
        pattern=chosen.pattern,
        run=chosen.run,
        min_duration_ms=chosen.slow or None,
        sort=chosen.sort,
    )
