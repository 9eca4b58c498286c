"""What the pages ask of the settings and the store; the only cache.

Answers that are only looked at are the same objects for everybody: `st.cache_data` would make each
run a copy of its own, which takes longer than drawing them.
"""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final, get_args
from zoneinfo import ZoneInfo

import pyarrow as pa
import streamlit as st

from pages.ui import view
from pages.ui.logs import Log
from pages.ui.naming import Named, key_of, named, own_of, title_of
from pages.ui.texts import Language
from pages.ui.view import View
from sync import config
from sync.domain.attempts import DocumentState
from sync.domain.documents import Entity
from sync.domain.patterns.values import placeholder_values
from sync.errors import StoreError
from sync.settings import Settings
from sync.store import decisions, fetched, mappings, overview, queries, status
from sync.store import patterns as store_patterns
from sync.store.database import hub_path, refuse_lost
from sync.store.fetched import FetchedFilter
from sync.store.filters import UNGROUPED, LogFilter
from sync.store.months import Month
from sync.store.months import months as by_month
from sync.store.overview import Day
from sync.store.patterns import Affected
from sync.store.reader import Reader, open_reader
from sync.store.status import Latency
from sync.store.workers import Watch, Worker

MESSAGES: Final = 200
"""So many of a pattern's latest messages are looked at for what stands behind its placeholders."""
HOURS: Final = timedelta(days=7)
"""So long before its latest failure a pattern is told hour by hour."""
DOCUMENTS: Final = 100
"""So many of the documents that a pattern hit are listed."""


def settings() -> Settings:
    """The settings, read again at each run of a page.

    Raises:
        ConfigurationError: They cannot be used.
    """
    return config.load(config.home_folder())


def has_store(found: Settings) -> bool:
    """Whether anything was ever recorded in the home that these settings name.

    Raises:
        StoreError: Nobody can tell: this user may not look into the folder. Or the hub is lost, and
            the attempts are there.
    """
    if _hub_file(found) is not None:
        return True
    refuse_lost(found.data_home)
    return False


def reader(found: Settings) -> Reader:
    """The process's reader of the store that these settings name.

    Raises:
        StoreError: There is no store, or it cannot be read.
    """
    return _reader(str(found.data_home), found.timezone, _hub_file(found) or 0)


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
def _reader(home: str, zone: str, hub: int) -> Reader:
    """A reader per file: a hub put back from a backup is another file under the same name."""
    del hub
    return open_reader(Path(home), zone)


def workers(found: Settings) -> list[Worker]:
    """The workers, as everybody who looks at this server sees them.

    Raises:
        StoreError: The store cannot be read.
    """
    hub = hub_path(found.data_home)
    return _watch(hub, hub.stat().st_ino).look(reader(found), seconds())


@st.cache_resource(show_spinner=False, max_entries=4)
def _watch(path: Path, hub: int) -> Watch:
    del path, hub
    return Watch()


def seconds() -> float:
    """The present moment by a clock that never jumps."""
    return time.monotonic()


def now() -> datetime:
    """The present moment, aware, UTC."""
    return datetime.now(UTC)


def local_now(zone: str) -> datetime:
    """The present moment in `zone`."""
    return now().astimezone(ZoneInfo(zone))


def today(zone: str) -> date:
    """The present day in `zone`."""
    return local_now(zone).date()


def days(found: Settings, asked: LogFilter) -> Sequence[Day]:
    """How each day's attempts ended, by kind; asked of the store once per state of the record."""
    return _days(_state(found), repr(asked), reader(found), asked)


@st.cache_resource(show_spinner=False, max_entries=64)
def _days(state: str, what: str, _reader: Reader, _asked: LogFilter) -> Sequence[Day]:
    del state, what
    return overview.days(_reader, _asked)


def patterns(found: Settings, asked: LogFilter) -> Sequence[Named]:
    """The error patterns of a filter; asked of the store once per state of the record and minute.

    A minute, because what is new, rising or muted also changes as time goes by.
    """
    return _patterns(_whole_state(found), repr(asked), reader(found), asked)


@st.cache_resource(show_spinner=False, max_entries=64, ttl=60)
def _patterns(state: str, what: str, _reader: Reader, _asked: LogFilter) -> Sequence[Named]:
    del state, what
    rules = [made.rule for made in decisions.made_rules(_reader)]
    return [named(each, rules) for each in store_patterns.patterns(_reader, _asked, now())]


def causes(found: Settings, tongue: Language) -> dict[str, str]:
    """Every error pattern that failures have, by its id in an address; a minute old at most.

    In the reader's words; those that no rule knows in their messages' own.
    """
    place = f"{hub_path(found.data_home)} {_hub_file(found)}"
    return {name: title_of(key, tongue) for name, key in _causes(place, reader(found)).items()}


@st.cache_data(show_spinner=False, max_entries=4, ttl=60)
def _causes(place: str, _reader: Reader) -> dict[str, str]:
    del place
    rules = [made.rule for made in decisions.made_rules(_reader)]
    return {
        name or UNGROUPED: key_of(name, latest, rules)
        for name, latest in store_patterns.known(_reader).items()
    }


def pattern_days(found: Settings, asked: LogFilter) -> pa.Table:
    """Failures per day, category and pattern; asked of the store once per state of the record."""
    return _pattern_days(_state(found), repr(asked), reader(found), asked)


@st.cache_resource(show_spinner=False, max_entries=64)
def _pattern_days(state: str, what: str, _reader: Reader, _asked: LogFilter) -> pa.Table:
    del state, what
    return store_patterns.days(_reader, _asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """What is told of one error pattern within a filter.

    Attributes:
        documents: Those that it hit, open ones first; the first of them when they are many.
        rows: What is told of its latest attempts, by name.
        values: What stands behind its placeholders in those attempts' messages, with counts.
        hours: Its attempts per hour, for `HOURS`; hours without any are left out.
    """

    documents: Sequence[Affected]
    rows: Sequence[Mapping[str, Any]]
    values: Mapping[str, Counter[str]]
    hours: Mapping[datetime, int]


def pattern_detail(found: Settings, asked: LogFilter) -> Detail:
    """One error pattern; asked of the store once per state of the record."""
    return _pattern_detail(_whole_state(found), repr(asked), reader(found), asked)


@st.cache_resource(show_spinner=False, max_entries=32)
def _pattern_detail(state: str, what: str, _reader: Reader, _asked: LogFilter) -> Detail:
    del state, what
    rows = store_patterns.newest(_reader, _asked, MESSAGES)
    week_ago = max((row["started_at"] for row in rows), default=now()) - HOURS
    since = max(filter(None, (_asked.since, week_ago)))
    return Detail(
        documents=store_patterns.affected(_reader, _asked, DOCUMENTS),
        rows=rows,
        values=placeholder_values((x["message"], x["error_code"], own_of(x)) for x in rows),
        hours=store_patterns.hours(_reader, replace(_asked, since=since)),
    )


def latencies(
    found: Settings, asked: LogFilter
) -> tuple[dict[tuple[datetime, str], Latency], dict[tuple[str, Entity], Latency]]:
    """How long a filter's tries took, by hour and by kind; once per state of the record."""
    return _latencies(_state(found), repr(asked), reader(found), asked)


@st.cache_data(show_spinner=False, max_entries=16)
def _latencies(
    state: str, what: str, _reader: Reader, _asked: LogFilter
) -> tuple[dict[tuple[datetime, str], Latency], dict[tuple[str, Entity], Latency]]:
    del state, what
    return status.latency_by_hour(_reader, _asked), status.latency_by_kind(_reader, _asked)


def open_patterns(found: Settings) -> int:
    """How many error patterns have a document that is failed now and are not muted.

    Raises:
        StoreError: The store cannot be read.
    """
    if not has_store(found):
        return 0
    return _open_patterns(_whole_state(found), reader(found))


@st.cache_data(show_spinner=False, max_entries=8, ttl=60)
def _open_patterns(state: str, _reader: Reader) -> int:
    del state
    return store_patterns.count_open(_reader, now())


def _whole_state(found: Settings) -> str:
    """As `_state`, moving also when documents do, or people decide something about a pattern."""
    asked = reader(found)
    return f"{_state(found)} {asked.snapshot().moves[1]} {decisions.version(asked)}"


def _state(found: Settings) -> str:
    """Which record it is, and how many times it has moved: what an answer is kept under."""
    asked = reader(found)
    return f"{_file(found)} {asked.zone} {asked.snapshot().moves[0]}"


def _file(found: Settings) -> str:
    hub = hub_path(found.data_home)
    return f"{hub} {hub.stat().st_ino}"


def months(found: Settings, before: datetime | None = None) -> list[Month]:
    """Rows and size per month, and what a cleanup would take; once per state of the record."""
    counters = reader(found).snapshot().moves
    return _months(f"{_state(found)} {counters} {before}", reader(found), before)


@st.cache_data(show_spinner=False, max_entries=16)
def _months(state: str, _reader: Reader, _before: datetime | None) -> list[Month]:
    del state
    return by_month(_reader, _before)


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
    """The store's filter for what a log page shows; all kinds when `entity` is None.

    Raises:
        StoreError: What a version of a mapping made due cannot be read.
    """
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
        outcomes=chosen.outcome,
        pattern=chosen.pattern,
        run=chosen.run,
        ids=_reopened(chosen.mapping) if chosen.mapping else (),
        min_duration_ms=chosen.slow or None,
        sort=chosen.sort,
    )


def fetched_filter(entity: Entity, chosen: View, zone: str) -> FetchedFilter:
    """The store's filter for what a data page shows. Newest and oldest are the shop's own dates."""
    since, until = view.bounds(chosen, today(zone), zone)
    column, _, direction = chosen.sort.partition(":")
    return FetchedFilter(
        entity=entity,
        since=since,
        until=until,
        states=tuple(state for state in get_args(DocumentState) if state in chosen.books),
        stores=chosen.store,
        countries=chosen.country,
        q=chosen.q,
        sort=f"{'issued_at' if column == 'id' else column}:{direction}",
    )


def offered(found: Settings, log: Log) -> dict[str, list[str]]:
    """The values that a page's filters offer.

    Raises:
        StoreError: The store cannot be read.
    """
    if log.per_document and log.entity:
        return _offered(f"{_file(found)}", log.entity, reader(found))
    return {"platform": queries.platforms(reader(found))}


@st.cache_data(show_spinner=False, max_entries=16, ttl=600)
def _offered(file: str, entity: Entity, _reader: Reader) -> dict[str, list[str]]:
    """Ten minutes old at most: a shop's store views and its customers' countries hardly change."""
    del file
    return fetched.offered(_reader, entity)


def _reopened(change: str) -> tuple[int, ...]:
    """Attempts that a version of a mapping made due; one that never was where there are none."""
    connection, _, version = change.partition(":")
    return mappings.reopened(reader(settings()), connection, int(version)) or (0,)
