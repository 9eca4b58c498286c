"""Each filter finds exactly the rows that it describes, sealed or not."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.domain.attempts import Trigger, document_key
from sync.domain.documents import Entity
from sync.store import Holder, Store, open_store
from sync.store.codec import ATTEMPT
from sync.store.filters import UNGROUPED, LogFilter, clauses
from sync.store.queries import Counts, count, newest
from sync.store.reader import Reader, open_reader
from tests.store.builders import MINUTE, NOW, HandClock, booked, entry, failed, try_once
from tests.store.oracle import matches
from tests.store.rows import MOMENTS, TEXT, Planned, few, planned, record

QUICK = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
SORTS = [f"{column}:{direction}" for column in ATTEMPT for direction in ("asc", "desc")]


@st.composite
def filters(draw: st.DrawFn, rows: list[dict[str, Any]]) -> LogFilter:
    """A filter that has a good chance of finding something."""
    some = draw(st.sampled_from(rows))
    parts = some["message"] + some["order_no"]
    cut = draw(st.integers(0, max(len(parts) - 1, 0)))

    def pick(values: list[Any]) -> tuple[Any, ...]:
        return tuple(draw(st.lists(st.sampled_from(values), max_size=2)))

    everything: dict[str, Any] = {
        "entity": some["entity"],
        "since": draw(MOMENTS | st.just(some["started_at"])),
        "until": draw(MOMENTS | st.just(some["started_at"])) + timedelta(days=20),
        "success": draw(st.sampled_from(["yes", "no", "none"])),
        "state": "open",
        "q": draw(TEXT | st.just(parts[cut : cut + 3]) | st.just(parts[cut : cut + 3].swapcase())),
        "connections": pick(["webshop", "other", "no such"]),
        "platforms": pick(["e-Boekhouden.nl", "é", ""]),
        "categories": pick(["network", "tax_code", "", UNGROUPED]),
        "triggers": pick(list(get_args(Trigger))),
        "pattern": draw(st.sampled_from(["p1", "p2", UNGROUPED])),
        "run": draw(st.integers(0, 3)),
        "key": document_key("webshop", draw(st.sampled_from(get_args(Entity))), 1, "000000001"),
        "ids": pick(list(range(1, 15))),
        "min_duration_ms": draw(st.integers(0, 90_000_000)),
        "sort": draw(st.sampled_from(SORTS)),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(everything)), max_size=3))
    return LogFilter(**{name: everything[name] for name in chosen})


@QUICK
@given(
    st.data(),
    st.lists(planned(), min_size=1, max_size=14),
    st.booleans(),
    st.sampled_from([None, 0, 3, 99]),
)
def test_a_filter_finds_what_it_says(
    data: st.DataObject, tries: list[Planned], sealed: bool, fresh: int | None
) -> None:
    """Sealed, settled and fresh: `fresh` rows stay so for a reader that looks after each try."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        with (
            few(fresh or 0),
            open_store(home, HandClock()) as store,
            store.holder() as holder,
            open_reader(home) as reader,
        ):
            look = (lambda: None) if fresh is None else reader.snapshot
            rows = record(store, holder, tries, look)
            if sealed:
                store.seal(force=True)
            for _ in range(4):
                _compare(reader, data.draw(filters(rows)), rows, data.draw(st.integers(0, 5)))


def _compare(reader: Reader, asked: LogFilter, rows: list[dict[str, Any]], offset: int) -> None:
    wanted = [row for row in rows if matches(asked, row)]
    assert count(reader, asked) == Counts(
        rows=len(wanted),
        open=len({row["key"] for row in wanted if row["open"]}),
        succeeded=sum(row["success"] is True for row in wanted),
        failed=sum(row["success"] is False for row in wanted),
    )
    expected = [row["id"] for row in _sorted(asked, wanted)]
    assert newest(reader, asked, 3, offset)["id"].to_pylist() == expected[offset : offset + 3]
    assert newest(reader, asked, 100)["id"].to_pylist() == expected


def _sorted(asked: LogFilter, rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Empty cells last, equal ones newest first."""
    column = asked.sort_column

    def value(row: dict[str, Any]) -> Any:
        return row[column].encode() if isinstance(row[column], str) else row[column]

    newest_first = sorted(rows, key=lambda row: -row["id"])
    full = [row for row in newest_first if row[column] is not None]
    yield from sorted(full, key=value, reverse=asked.descending)
    yield from (row for row in newest_first if row[column] is None)


@pytest.mark.parametrize(
    ("message", "typed", "found"),
    [
        ("API error: 100%", "100%", True),
        ("API error: 1000", "100%", False),
        ("field a_b", "A_B", True),
        ("field axb", "a_b", False),
        ("path C:\\temp", "c:\\T", True),
        ("Caf\u00e9 dicht", "CAFE\u0301", True),
        ("Cafe\u0301 dicht", "caf\u00c9", True),
        ("ends \0 here", "s \0 H", True),
        ("Stra\u00dfe", "strasse", False),
        ("quote ' or 1=1 --", "' OR 1=1 --", True),
        ("\U0001f600", "\U0001f600", True),
        ("1 \0 2_3%", "\0 2_3%", True),
        ("1 \0 243%", "\0 2_3%", False),
        ("path 0\\1", "0\\", True),
    ],
)
def test_text_is_found_as_typed(tmp_path: Path, message: str, typed: str, found: bool) -> None:
    with (
        open_store(tmp_path, HandClock()) as store,
        store.holder() as holder,
        open_reader(tmp_path) as reader,
    ):
        try_once(store, holder, entry(1), failed(message=message))
        assert count(reader, LogFilter(q=typed)).rows == found
        store.seal(force=True)
        assert newest(reader, LogFilter(q=typed), 9).num_rows == found


@pytest.mark.parametrize("typed", ["00104", "000001042", "0042"])
def test_numbers_are_found_by_a_part(
    store: Store, holder: Holder, reader: Reader, typed: str
) -> None:
    try_once(store, holder, entry(42))
    try_once(store, holder, entry(7))
    assert newest(reader, LogFilter(q=typed), 9)["document_id"].to_pylist() == [42]


def test_still_open_follows_the_document_and_not_the_row(
    store: Store, holder: Holder, reader: Reader
) -> None:
    """A failure that was repaired is history, not work."""
    for number in (1, 2):
        try_once(store, holder, entry(number), failed())
    store.seal(force=True)
    everything = LogFilter(entity="invoice")
    assert count(reader, everything).open == 2
    store.request_again(entry(1).key, NOW + MINUTE)
    assert count(reader, everything).open == 1
    claim_again = try_once(store, holder, entry(1), booked(), at=NOW + MINUTE)
    assert claim_again.attempt_no == 2
    still = LogFilter(state="open")
    assert newest(reader, still, 9)["key"].to_pylist() == [entry(2).key]
    assert count(reader, still) == Counts(rows=1, open=1, succeeded=0, failed=1)
    assert count(reader, everything) == Counts(rows=3, open=1, succeeded=1, failed=2)


def test_a_filter_that_asks_for_nothing_has_no_clause() -> None:
    assert clauses(LogFilter()) == []


@pytest.mark.parametrize("sort", ["", "id", "id:up", "no_column:asc", "id;drop table attempt:asc"])
def test_a_sort_that_is_none_is_refused(sort: str) -> None:
    with pytest.raises(ValueError, match="not a column and a direction"):
        LogFilter(sort=sort)


def test_a_bound_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        LogFilter(until=NOW.replace(tzinfo=None))
