"""The same questions on the same rows, asked of what a user would have otherwise.

A pandas frame loaded from CSV, and a plain SQLite table with indexes on all that is filtered by.
Each answer is compared with the store's before any time is told.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

import pandas as pd

from sync.store import codec, overview, patterns
from sync.store.filters import LogFilter
from sync.store.parquet import literal
from sync.store.queries import count, freshness, newest, story
from sync.store.reader import Reader, open_reader
from tests.bench.questions import ABSENT, PAGE, PRESENT

_INDEXES: Final = (
    *("entity, id", "entity, success, id", "entity, category, id", "pattern, id"),
    *("key", "run", "started_at", "entity, started_at"),
)
_TEXT: Final = "(message like $q or order_no like $q or document_no like $q)"
_NEWEST: Final = (
    "select id from attempts where entity = 'invoice' and {} order by id desc limit 100"
)
_COUNT: Final = "select count(*) from attempts where entity = 'invoice' and {}"
_OPEN: Final = """
select entity, count(*) from
    (select entity, success, max(id) from attempts where success is not null group by key)
where success = 0 group by entity
"""
_PATTERNS: Final = """
select pattern, count(*), count(distinct key), min(started_at), max(started_at), max(id)
from attempts where success = 0 group by pattern
"""
_RECENT: Final = """
select pattern, started_at / 86400000000 as day, count(*) from attempts
where success = 0 and started_at >= $since group by 1, 2
"""
_DAYS: Final = """
select started_at / 86400000000 as day, entity, count(*), sum(success), sum(success = 0)
from attempts group by 1, 2
"""


_MOMENT: Final = datetime(2000, 1, 1, tzinfo=UTC)


class Same(NamedTuple):
    """One question in four forms, and what of the answers must agree."""

    group: str
    name: str
    store: Callable[[Reader], Any]
    pandas: Callable[[pd.DataFrame], Any]
    sqlite: Callable[[sqlite3.Connection], Any]


def export(home: Path) -> Path:
    """All attempts as one CSV file beside the home, made once."""
    target = home.with_suffix(".csv")
    if not target.exists():
        made = target.with_suffix(".tmp")
        with open_reader(home) as reader, reader.cursor(reader.snapshot(), deadline=1800) as cursor:
            cursor.execute(
                f"copy (from attempts) to {literal(made)} (format csv, header)"
            ).fetchall()
        made.rename(target)
    return target


def load(source: Path) -> pd.DataFrame:
    """The frame that most people would make of it."""
    texts = dict.fromkeys(("document_no", "order_no", "customer", "error_code"), "str")
    numbers = ("success", "amount", "order_id", "mutation_no")
    empty = {name: [""] for name in numbers}
    rows = pd.read_csv(source, dtype=texts, keep_default_na=False, na_values=empty)
    for name in ("started_at", "finished_at"):
        rows[name] = pd.to_datetime(rows[name], format="ISO8601", utc=True)
    return rows


def table(home: Path) -> sqlite3.Connection:
    """The plain table beside the home, made once."""
    target = home.with_suffix(".sqlite")
    if not target.exists():
        made = target.with_suffix(".new")
        made.unlink(missing_ok=True)
        with closing(sqlite3.connect(made)) as hub, open_reader(home) as reader:
            _copy(reader, hub)
        made.rename(target)
    return sqlite3.connect(target)


def _copy(reader: Reader, hub: sqlite3.Connection) -> None:
    hub.execute("pragma journal_mode = off")
    hub.execute(f"create table attempts ({', '.join(codec.ATTEMPT)}, primary key (id))")
    marks = ", ".join("?" * len(codec.ATTEMPT))
    texts = [
        {"moment": f"epoch_us({name})", "money": f"(100 * {name})::bigint"}.get(kind, name)
        for name, kind in codec.ATTEMPT.items()
    ]
    question = f"select {', '.join(texts)} from attempts order by id"
    with reader.cursor(reader.snapshot(), deadline=1800) as cursor:
        found = cursor.execute(question)
        while rows := found.fetchmany(50_000):
            hub.executemany(f"insert into attempts values ({marks})", rows)
    for nth, columns in enumerate(_INDEXES):
        hub.execute(f"create index attempts_{nth} on attempts ({columns})")
    hub.execute("analyze")
    hub.commit()


def questions(reader: Reader) -> list[Same]:
    """Those that all of them can answer."""
    fresh = freshness(reader)
    assert fresh.newest is not None
    now = fresh.newest
    key = newest(reader, LogFilter(entity="invoice", until=now - timedelta(days=547)), 1)["key"]
    found = key[0].as_py()
    return [
        _page("no filter", LogFilter(entity="invoice"), lambda f: f.entity == "invoice", "true"),
        _page("failed", LogFilter(entity="invoice", success="no"), _failed, "success = 0"),
        _counted("failed", LogFilter(entity="invoice", success="no"), _failed, "success = 0"),
        _counted(
            "category",
            LogFilter(entity="invoice", categories=("duplicate",)),
            lambda f: (f.entity == "invoice") & (f.category == "duplicate"),
            "category = 'duplicate'",
        ),
        _text("present", PRESENT),
        _text("absent", ABSENT),
        Same(
            "story",
            "a booked invoice",
            lambda r: story(r, found)["id"].to_pylist(),
            lambda f: f[f.key == found].sort_values("id", ascending=False).id.to_list(),
            lambda s: [
                row[0]
                for row in s.execute(
                    "select id, * from attempts where key = ? order by id desc", (found,)
                )
            ],
        ),
        Same(
            "days",
            "3 years, by kind",
            lambda r: sum(x.failed for x in overview.days(r, LogFilter())),
            lambda f: int(f.groupby([f.started_at.dt.date, "entity"]).success.agg(_no).sum()),
            lambda s: sum(row[4] for row in s.execute(_DAYS)),
        ),
        Same(
            "patterns",
            "all years",
            lambda r: sorted(x.attempts for x in patterns.patterns(r, LogFilter(), now)),
            lambda f: _grouped(f, pd.Timestamp(now) - pd.Timedelta(days=30)),
            lambda s: _grouped_in(s, codec.micros(now - timedelta(days=30))),
        ),
        Same(
            "headline",
            "open failures",
            lambda r: sorted(x.failed for x in overview.pending(r, now).values() if x.failed),
            lambda f: sorted(_open(f)),
            lambda s: sorted(row[1] for row in s.execute(_OPEN)),
        ),
    ]


def _page(name: str, asked: LogFilter, mask: Callable[[pd.DataFrame], Any], condition: str) -> Same:
    statement = _NEWEST.format(condition).replace("select id", "select id, *")
    return Same(
        "page",
        name,
        lambda r: newest(r, asked, PAGE)["id"].to_pylist(),
        lambda f: f[mask(f)].nlargest(PAGE, "id").id.to_list(),
        lambda s: [row[0] for row in s.execute(statement)],
    )


def _counted(
    name: str, asked: LogFilter, mask: Callable[[pd.DataFrame], Any], condition: str
) -> Same:
    return Same(
        "count",
        name,
        lambda r: count(r, asked).rows,
        lambda f: int(mask(f).sum()),
        lambda s: s.execute(_COUNT.format(condition)).fetchone()[0],
    )


def _text(name: str, typed: str) -> Same:
    asked = LogFilter(entity="invoice", q=typed)

    def ours(reader: Reader) -> tuple[list[int], int]:
        # A reader keeps the matches of the last text: it is given another one after each answer.
        rows = count(reader, asked).rows
        ids = newest(reader, asked, PAGE)["id"].to_pylist()
        count(reader, replace(asked, q=typed, since=_MOMENT, until=_MOMENT))
        return ids, rows

    def frame(rows: pd.DataFrame) -> tuple[list[int], int]:
        columns = (rows.message, rows.order_no, rows.document_no)
        hit = rows.entity == "invoice"
        found = [each.str.contains(typed, case=False, regex=False) for each in columns]
        chosen = rows[hit & (found[0] | found[1] | found[2])]
        return chosen.nlargest(PAGE, "id").id.to_list(), len(chosen)

    def plain(hub: sqlite3.Connection) -> tuple[list[int], int]:
        values = {"q": f"%{typed}%"}
        ids = [row[0] for row in hub.execute(_NEWEST.format(_TEXT), values)]
        return ids, hub.execute(_COUNT.format(_TEXT), values).fetchone()[0]

    return Same(
        "text",
        f"{name}, one log",
        ours,
        frame,
        plain,
    )


def _failed(rows: pd.DataFrame) -> Any:
    return (rows.entity == "invoice") & (rows.success == False)  # noqa: E712 - a column


def _no(column: Any) -> Any:
    return (column == False).sum()  # noqa: E712 - a column


def _grouped(rows: pd.DataFrame, since: pd.Timestamp) -> list[int]:
    failed = rows[rows.success == False]  # noqa: E712 - a column
    made = failed.groupby("pattern").agg(
        attempts=("id", "size"), documents=("key", "nunique"), first=("started_at", "min"),
        last=("started_at", "max"),
    )  # fmt: skip
    lately = failed[failed.started_at >= since]
    lately.groupby(["pattern", lately.started_at.dt.date]).size()
    return sorted(made.attempts.to_list())


def _grouped_in(hub: sqlite3.Connection, since: int) -> list[int]:
    made = hub.execute(_PATTERNS).fetchall()
    hub.execute(_RECENT, {"since": since}).fetchall()
    return sorted(row[1] for row in made)


def _open(rows: pd.DataFrame) -> list[int]:
    latest = rows.sort_values("id").drop_duplicates("key", keep="last")
    counts = latest[latest.success == False].entity.value_counts()  # noqa: E712 - a column
    return [int(each) for each in counts]
