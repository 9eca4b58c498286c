"""What a log or a data page shows, as its address says it. Pure: address <-> view -> filter.

The names are those of the URL, the same on every page. A value that makes no sense counts as not
given, so an old or mistyped link still opens a page.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal, TypeVar, get_args
from zoneinfo import ZoneInfo

Range = Literal["today", "7d", "30d", "90d", "all", "custom"]
Success = Literal["all", "yes", "no"]
State = Literal["all", "open"]
Params = Mapping[str, Sequence[str]]
_T = TypeVar("_T", bound=str)

RANGES: Final[tuple[Range, ...]] = get_args(Range)
SUCCESSES: Final[tuple[Success, ...]] = get_args(Success)
TRIGGERS: Final = ("schedule", "manual", "resync", "cli")
BOOKS: Final = ("booked", "waiting", "failed", "skipped")
"""Where a document can stand in the books."""
OUTCOMES: Final = ("created", "updated", "linked", "failed", "unknown", "skipped")
OPTIONAL: Final = (
    "invoice_no",
    "invoice_state",
    "customer",
    "relation_code",
    "outcome",
    "email",
    "pattern",
    "category",
    "attempt_no",
    "duration_ms",
    "trigger",
    "run",
    "amount",
    "mutation_no",
    "actor",
    "document_id",
    "order_id",
    "customer_id",
    "suffix",
    "middlename",
    "currency",
    "base_currency",
    "base_rate",
    "global_currency",
    "global_rate",
    "shop_state",
    "created_at",
    "attempts",
    "last_try_at",
)
"""Every column that some log or data page shows only where `cols` names it, in this order."""
SORTS: Final = (
    "id:desc",
    "id:asc",
    "document_no:asc",
    "document_no:desc",
    "message:asc",
    "duration_ms:desc",
    "amount:desc",
    "grand_total:desc",
    "grand_total:asc",
)
"""Every order that some log or data page offers."""
NEWEST: Final = SORTS[0]
MAX_TEXT: Final = 200
MAX_SLOW: Final = 3_600_000
_DAYS: Final[Mapping[Range, int]] = {"today": 1, "7d": 7, "30d": 30, "90d": 90}
_HOUR: Final = "%Y-%m-%dT%H"
MAPPING: Final = re.compile(r"[a-z0-9-]{1,16}:[0-9]{1,9}")
"""A connection and a version of its mapping."""
_EMAIL = re.compile(r"[^\s@]@[^\s@]")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What is asked of a log or a data page.

    Attributes:
        range: Days back from today, today included; "custom" takes `date`.
        date: First and last day, both included; None unless `range` is "custom".
        success: Which attempts, by how they ended.
        state: "open" leaves the attempts of documents that are failed now.
        q: Part of order number, document number or message; on a data page of a name.
        platform, cat, trigger, outcome: Any of these; empty means all, here and below.
        books: Documents in any of these states in the books.
        store, country: Documents of any of these store views, or with any of these countries.
        pattern: Id of an error pattern; empty means all.
        run: Id of a run; None means all.
        mapping: A connection and a version of its mapping, "webshop:4": the failed attempts whose
            documents that version made due again; empty means all.
        slow: Took at least so many milliseconds; 0 means all.
        hour: Began within the hour that begins at this moment, UTC; None means all.
        doc: Key of the document whose story is open; empty means none.
        page: From 1.
        sort: "column:asc" or "column:desc".
        cols: Optional columns that are shown.
    """

    range: Range = "30d"
    date: tuple[date, date] | None = None
    success: Success = "all"
    state: State = "all"
    q: str = ""
    platform: tuple[str, ...] = ()
    cat: tuple[str, ...] = ()
    trigger: tuple[str, ...] = ()
    outcome: tuple[str, ...] = ()
    books: tuple[str, ...] = ()
    store: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    pattern: str = ""
    run: int | None = None
    mapping: str = ""
    slow: int = 0
    hour: datetime | None = None
    doc: str = ""
    page: int = 1
    sort: str = NEWEST
    cols: tuple[str, ...] = ()


NAMES: Final = tuple(field.name for field in fields(View))
SHARED: Final = ("range", "date", "platform")
"""These travel from page to page; every other name is the page's own."""
FILTERS: Final = (
    "range",
    "date",
    "success",
    "state",
    "q",
    "platform",
    "cat",
    "trigger",
    "outcome",
    "books",
    "store",
    "country",
    "pattern",
    "run",
    "mapping",
    "slow",
    "hour",
)
"""What decides which rows match; the rest decides how they are shown."""


def parse(params: Params) -> View:
    """The view that an address asks for."""
    days = _dates(_first(params, "date"))
    wanted = _one_of(_first(params, "range"), RANGES, "30d")
    if wanted == "custom" and days is None:
        wanted = "30d"
    return View(
        range=wanted,
        date=days if wanted == "custom" else None,
        success=_one_of(_first(params, "success"), SUCCESSES, "all"),
        state=_one_of(_first(params, "state"), get_args(State), "all"),
        q=_first(params, "q")[:MAX_TEXT],
        platform=_many(params, "platform"),
        cat=_many(params, "cat"),
        trigger=tuple(x for x in _many(params, "trigger") if x in TRIGGERS),
        outcome=tuple(x for x in _many(params, "outcome") if x in OUTCOMES),
        books=tuple(x for x in _many(params, "books") if x in BOOKS),
        store=_many(params, "store"),
        country=_many(params, "country"),
        pattern=_first(params, "pattern")[:MAX_TEXT],
        run=_whole(_first(params, "run"), 0),
        mapping=_matching(_first(params, "mapping"), MAPPING),
        slow=min(_whole(_first(params, "slow"), 0) or 0, MAX_SLOW),
        hour=_hour(_first(params, "hour")),
        doc=_first(params, "doc")[:MAX_TEXT],
        page=_whole(_first(params, "page"), 1) or 1,
        sort=_one_of(_first(params, "sort"), SORTS, NEWEST),
        cols=tuple(x for x in OPTIONAL if x in _list(_first(params, "cols"))),
    )


def address(view: View) -> dict[str, list[str]]:
    """The parameters that `parse` reads back into `view`; what is at its default is left out.

    A search text that holds an e-mail address is left out too: addresses end up in histories and
    logs.
    """
    plain = View()
    texts: Mapping[str, list[str]] = {
        "range": [view.range],
        "date": [f"{d.isoformat()}" for d in view.date or ()],
        "success": [view.success],
        "state": [view.state],
        "q": [] if is_private(view.q) else [view.q],
        "platform": list(view.platform),
        "cat": list(view.cat),
        "trigger": list(view.trigger),
        "outcome": list(view.outcome),
        "books": list(view.books),
        "store": list(view.store),
        "country": list(view.country),
        "pattern": [view.pattern],
        "run": [str(view.run)],
        "mapping": [view.mapping],
        "slow": [str(view.slow)],
        "hour": [f"{view.hour:{_HOUR}}"] if view.hour else [],
        "doc": [view.doc],
        "page": [str(view.page)],
        "sort": [view.sort],
        "cols": [",".join(view.cols)],
    }
    kept = {name: texts[name] for name in NAMES if getattr(view, name) != getattr(plain, name)}
    if "date" in kept:
        kept["date"] = [",".join(kept["date"])]
    return {name: values for name, values in kept.items() if values}


def is_private(text: str) -> bool:
    """Whether a search text holds an e-mail address."""
    return _EMAIL.search(text) is not None


def days(view: View, today: date) -> tuple[date, date] | None:
    """First and last day of the view's period, both included; None means from the beginning."""
    if view.range == "all":
        return None
    if view.range == "custom" and view.date is not None:
        return view.date
    return today - timedelta(days=_DAYS.get(view.range, 30) - 1), today


def bounds(view: View, today: date, zone: str) -> tuple[datetime | None, datetime | None]:
    """The moments between which the view's attempts started: from, until (not included).

    Only a chosen last day ends the period: a row that a clock running ahead has dated tomorrow
    still belongs to "today". An hour narrows the period further.
    """
    since, until = _period(view, today, zone)
    if view.hour is None:
        return since, until
    ends = view.hour + timedelta(hours=1)
    return max(since or view.hour, view.hour), min(until or ends, ends)


def _period(view: View, today: date, zone: str) -> tuple[datetime | None, datetime | None]:
    period = days(view, today)
    if period is None:
        return None, None
    since = midnight(period[0], zone)
    if view.range != "custom":
        return since, None
    return since, midnight(period[1] + timedelta(days=1), zone)


def narrowed(view: View) -> tuple[str, ...]:
    """The names of the filters that are not at their default, in the order of the URL's names."""
    plain = View()
    return tuple(
        name for name in FILTERS if name != "date" and getattr(view, name) != getattr(plain, name)
    )


def cleared(view: View, *names: str) -> View:
    """`view` with these filters at their default (all filters when none is named), page 1."""
    plain = View()
    wanted = set(names or FILTERS) | ({"date"} if not names or "range" in names else set())
    return replace(view, page=1, **{name: getattr(plain, name) for name in wanted})


def without(view: View, names: Sequence[str]) -> View:
    """`view` with these filters at their default, and all else as it is."""
    plain = View()
    return replace(view, **{name: getattr(plain, name) for name in names})


def _first(params: Params, name: str) -> str:
    values = params.get(name) or ("",)
    return values[0].replace("\x00", "")


def _many(params: Params, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(x[:MAX_TEXT] for x in params.get(name, ()) if x))


def _list(text: str) -> list[str]:
    return text.split(",")


def _one_of(text: str, known: Sequence[_T], otherwise: _T) -> _T:
    return next((value for value in known if value == text), otherwise)


def _matching(text: str, form: re.Pattern[str]) -> str:
    return text if form.fullmatch(text) else ""


def _whole(text: str, lowest: int) -> int | None:
    if not re.fullmatch(r"[0-9]{1,15}", text):
        return None
    return max(int(text), lowest)


def _hour(text: str) -> datetime | None:
    try:
        found = datetime.strptime(text, _HOUR).replace(tzinfo=UTC)
    except ValueError:
        return None
    return found if 1970 <= found.year < 9999 else None


def _dates(text: str) -> tuple[date, date] | None:
    parts = text.split(",")
    try:
        first, last = (date.fromisoformat(part) for part in parts)
    except ValueError:
        return None
    return (first, last) if first <= last and last.year < 9999 and first.year >= 1970 else None


def midnight(day: date, zone: str) -> datetime:
    """The aware moment at which a day begins in `zone`."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone))
