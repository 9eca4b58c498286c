"""What a log shows: one filter, each of its parts a clause with its values beside it.

The values are always bound. Text is compared without regard to case, character by character, as
composed Unicode; `%` and `_` in it mean themselves.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Literal, Self

from sync.domain.documents import Entity
from sync.store.codec import ATTEMPT, DOC, clean

Success = Literal["all", "yes", "no", "none"]

UNGROUPED: Final = "none"
"""Asks for what has no pattern, or no category: attempts that no rule ever looked at."""

_SUCCESS: Final[dict[Success, str]] = {
    "yes": "success",
    "no": "not success",
    "none": "success is null",
}
_TEXT: Final = ("message", "order_no", "document_no")
_OPEN: Final = "key in (select key from failed)"
_KEPT_OPEN: Final = " ".join(("doc in (select", DOC, "from failed)"))


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition on `attempts` in SQL, and the values that its parameters are bound to."""

    sql: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """Which attempts, and in which order. The default is all of them, newest first.

    Attributes:
        entity: None means all kinds.
        since: Started at or after this aware moment; None means no bound.
        until: Started before this aware moment; None means no bound.
        success: "yes", "no", or "none": running and skipped ones, which count neither way.
        state: "open" leaves the attempts of documents that are failed now.
        q: Part of message, order number or document number, as typed; empty means all.
        connections, platforms, categories, triggers, outcomes: One of these; empty means all.
        pattern: Id of an error pattern; empty means all. Here and among the categories
            `UNGROUPED` means those without.
        run: Id of a run; None means all.
        key: A document's idempotency key; empty means all.
        ids: These attempts; empty means all.
        min_duration_ms: Took at least that long; None means all.
        sort: Column of an attempt, a colon, "asc" or "desc"; equal ones follow newest first.
    """

    entity: Entity | None = None
    since: datetime | None = None
    until: datetime | None = None
    success: Success = "all"
    state: Literal["all", "open"] = "all"
    q: str = ""
    connections: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    pattern: str = ""
    run: int | None = None
    key: str = ""
    ids: tuple[int, ...] = ()
    min_duration_ms: int | None = None
    sort: str = "id:desc"

    def __post_init__(self) -> None:
        if self.sort_column not in ATTEMPT or self.sort.partition(":")[2] not in {"asc", "desc"}:
            raise ValueError(f"sort {self.sort!r} is not a column and a direction")
        for bound in (self.since, self.until):
            if bound is not None and bound.tzinfo is None:
                raise ValueError(f"moment {bound} has no time zone")

    @property
    def sort_column(self) -> str:
        """The column that rows are sorted by."""
        return self.sort.partition(":")[0]

    @property
    def descending(self) -> bool:
        """Whether the largest comes first."""
        return self.sort.endswith(":desc")

    @property
    def is_plain(self) -> bool:
        """Whether it asks for nothing but a kind and a period."""
        return replace(self, sort="id:desc") == LogFilter(
            entity=self.entity, since=self.since, until=self.until
        )

    @property
    def is_kept(self) -> bool:
        """Whether it asks for nothing but what a reader keeps of attempts in memory."""
        return not (self.q or self.key or self.ids) and self.run is self.min_duration_ms is None

    @property
    def is_marked(self) -> bool:
        """Whether it leaves only attempts that failed, or have a category or pattern."""
        of_category = bool(self.categories) and not {"", UNGROUPED} & {*self.categories}
        return self.success == "no" or of_category or self.pattern not in {"", UNGROUPED}

    def between(self, since: datetime | None, until: datetime | None) -> Self:
        """The same filter for the part of its period that lies between two moments."""
        return replace(
            self,
            since=max(filter(None, (self.since, since)), default=None),
            until=min(filter(None, (self.until, until)), default=None),
        )


def clauses(asked: LogFilter, texts: Sequence[str] = _TEXT) -> list[Clause]:
    """The conditions of a filter, all of which must hold. None when it asks for everything.

    Args:
        asked: The filter.
        texts: The columns in which its text is searched.
    """
    found = [
        _equal("entity", asked.entity),
        _compare("started_at >= $since", "since", asked.since),
        _compare("started_at < $until", "until", asked.until),
        _pattern(asked.pattern),
        _equal("run", asked.run),
        _equal("key", clean(asked.key)),
        _compare("duration_ms >= $min_duration_ms", "min_duration_ms", asked.min_duration_ms),
        _one_of("connection", asked.connections),
        _one_of("platform", asked.platforms),
        _one_of("category", tuple("" if x == UNGROUPED else x for x in asked.categories)),
        _one_of("trigger", asked.triggers),
        _one_of("outcome", asked.outcomes),
        _one_of("id", asked.ids),
        _text(asked.q, texts),
    ]
    if asked.success != "all":
        found.append(Clause(_SUCCESS[asked.success], {}))
    if asked.state == "open":
        found.append(Clause(_OPEN, {}))
    return [clause for clause in found if clause is not None]


def where(asked: LogFilter, texts: Sequence[str] = _TEXT) -> Clause:
    """A filter's conditions as one, for use behind `where`."""
    found = clauses(asked, texts)
    values = {name: value for clause in found for name, value in clause.values.items()}
    return Clause(" and ".join(clause.sql for clause in found) or "true", values)


def where_message(asked: LogFilter) -> Clause:
    """The same where no order or document number can have the text that is searched."""
    return where(asked, _TEXT[:1])


def where_kept(asked: LogFilter) -> Clause:
    """The same on what a reader keeps of failures, which has no keys."""
    clause = where(asked)
    return Clause(clause.sql.replace(_OPEN, _KEPT_OPEN), clause.values)


def order(asked: LogFilter) -> str:
    """A filter's order, for use behind `order by`. It leaves no two rows without an order."""
    direction = "desc" if asked.descending else "asc"
    first = " ".join((asked.sort_column, direction, "nulls last"))
    return first if asked.sort_column == "id" else f"{first}, id desc"


def _equal(column: str, value: str | int | None) -> Clause | None:
    return None if value in {None, ""} else Clause(f"{column} = ${column}", {column: value})


def _pattern(pattern: str) -> Clause | None:
    return Clause("pattern = ''", {}) if pattern == UNGROUPED else _equal("pattern", pattern)


def _compare(sql: str, name: str, value: datetime | int | None) -> Clause | None:
    return None if value is None else Clause(sql, {name: value})


def _one_of(column: str, values: tuple[str, ...] | tuple[int, ...]) -> Clause | None:
    name = f"{column}_in"
    return Clause(f"{column} in ${name}", {name: list(values)}) if values else None


def _text(typed: str, columns: Sequence[str]) -> Clause | None:
    if not typed:
        return None
    text = unicodedata.normalize("NFC", clean(typed))
    if text.isascii() and text.lower() == text.upper():
        # Without letters there is no case to leave out, which costs a quarter of the time.
        sql = " or ".join(f"contains({column}, $q)" for column in columns)
        return Clause(f"({sql})", {"q": text})
    literal = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    escape = "" if literal == text else " escape '\\'"
    sql = " or ".join(f"{column} ilike $q{escape}" for column in columns)
    return Clause(f"({sql})", {"q": f"%{literal}%"})
