"""Documents as the shop has them: for any filter, count, pages and files are what Python finds."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any, cast, get_args

import pytest

from sync.domain.documents import Entity
from sync.domain.inbox import InboxEntry
from sync.store import Holder, Store, fetched, open_store
from sync.store.fetched import FetchedFilter, Standing
from sync.store.reader import Reader, open_reader
from tests.store.builders import MINUTE, NOW, HandClock, booked, entry, failed, receive, try_once

Row = dict[str, Any]
STATES = ("waiting", "booked", "failed", "skipped")
ENDS: dict[str, Callable[[], Any]] = {
    "booked": booked,
    "failed": failed,
    "skipped": lambda: replace(failed(), outcome="skipped", state="skipped"),
}
PEOPLE = ("Jan Jansen", "JÉRÔME Müller", "100% Recht_op", "<b>4711</b>")
ASKED: tuple[tuple[str, tuple[Any, ...]], ...] = (
    ("since", (None, NOW + 10 * MINUTE)),
    ("until", (None, NOW + 30 * MINUTE)),
    ("states", ((), ("booked",), ("failed", "waiting"), ("booked", "skipped"))),
    ("stores", ((), ("nl", "de"))),
    ("countries", ((), ("BE",))),
    ("q", ("", "jansen", "jérôme", "%", "_op", "0003", "4711", "<b>")),
    ("sort", ("issued_at:desc", "issued_at:asc", "grand_total:desc", "grand_total:asc")),
)


def document(number: int) -> InboxEntry:
    """One of forty: every store, country, kind of name and amount stands beside every other."""
    return entry(
        number,
        store=("nl", "be", "de")[number % 3],
        country=("NL", "BE")[number % 2],
        customer_name=PEOPLE[number % len(PEOPLE)],
        grand_total=None if number % 11 == 0 else Decimal(number % 7 * 100 + 5) / 100,
        # Some at the very same moment.
        issued_at=NOW + number // 2 * MINUTE,
    )


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Reader]]:
    """A store of forty invoices and some of the other kinds, which these tests only read."""
    home = tmp_path_factory.mktemp("fetched")
    with open_store(home, HandClock()) as store, store.holder() as holder:
        _fill(store, holder)
        with open_reader(home) as reader:
            yield store, reader


@pytest.fixture
def reader(filled: tuple[Store, Reader]) -> Reader:
    """A reader of it."""
    return filled[1]


@pytest.fixture
def rows(reader: Reader) -> list[Row]:
    """Its invoices, as they are read."""
    found = list(fetched.everything(reader, FetchedFilter(entity="invoice")))
    assert len(found) == 40
    ids = [row["id"] for row in found]
    assert fetched.of_ids(reader, ids).to_pylist() == found
    return found


def _fill(store: Store, holder: Holder) -> None:
    for number in range(40):
        state = STATES[number % 4] if number % 5 else "booked"
        if state == "waiting":
            receive(store, document(number))
        else:
            try_once(store, holder, document(number), ENDS[state]())
    receive(store, entry(1, "creditmemo"), entry(2, "customer", email="els@klant.example"))


def filters() -> Iterator[FetchedFilter]:
    """Every filter with every other, thinned out evenly."""
    names = [name for name, _ in ASKED]
    for nth, values in enumerate(product(*(values for _, values in ASKED))):
        if nth % 13 == 0:
            yield FetchedFilter(entity="invoice", **dict(zip(names, values, strict=True)))


def matches(asked: FetchedFilter, row: Row) -> bool:
    """The filter again, in Python."""
    names = ("document_no", "order_no", "company", "customer_name")
    text = asked.q.casefold()
    return (
        (asked.since is None or row["issued_at"] >= asked.since)
        and (asked.until is None or row["issued_at"] < asked.until)
        and (not asked.states or row["state"] in asked.states)
        and (not asked.stores or row["store"] in asked.stores)
        and (not asked.countries or row["country"] in asked.countries)
        and any(text in row[name].casefold() for name in (names[:2] if text.isdecimal() else names))
    )


def ordered(asked: FetchedFilter, rows: list[Row]) -> list[int]:
    """Ids in the filter's order: nothing last, equal ones newest first."""
    column, _, direction = asked.sort.partition(":")
    newest = sorted(rows, key=lambda row: (row["issued_at"], row["id"]), reverse=True)
    if column == "issued_at":
        return [row["id"] for row in (newest if direction == "desc" else reversed(newest))]
    filled = [row for row in newest if row[column] is not None]
    filled.sort(key=lambda row: row[column], reverse=direction == "desc")
    return [row["id"] for row in (*filled, *(row for row in newest if row[column] is None))]


def test_all_ways_to_the_documents_agree(rows: list[Row], reader: Reader) -> None:
    tried = 0
    for asked in filters():
        expected = [row for row in rows if matches(asked, row)]
        states = {state: sum(row["state"] == state for row in expected) for state in STATES}
        assert fetched.count(reader, asked) == Standing(rows=len(expected), **states), asked
        ids = ordered(asked, expected)
        found = [fetched.page(reader, asked, 7, first) for first in range(0, len(ids) + 7, 7)]
        assert [number for some in found for number in some["id"].to_pylist()] == ids, asked
        whole = list(fetched.everything(reader, asked))
        assert whole == sorted(
            expected, key=lambda row: (row["issued_at"], row["id"]), reverse=True
        )
        assert sorted(fetched.keys(reader, asked)) == sorted(row["key"] for row in expected), asked
        tried += bool(expected)
    assert tried > 40


def test_a_row_says_what_was_fetched_and_what_became_of_it(
    rows: list[Row], filled: tuple[Store, Reader]
) -> None:
    [row] = [row for row in rows if row["document_no"] == "000000039"]
    of = document(39)
    assert {name: row[name] for name in ("store", "country", "grand_total", "tax", "key")} == {
        name: getattr(of, name) for name in ("store", "country", "grand_total", "tax", "key")
    }
    assert (row["issued_at"], row["base_rate"]) == (of.issued_at, "1.0000")
    assert (row["state"], row["mutation_no"], row["error_code"], row["attempts"]) == (
        *("skipped", None, "TAX_UNMAPPED", 1),
    )
    known = filled[0].document(of.key)
    assert known is not None
    assert row["last_try_at"] == known.last_try_at


def test_customers_are_found_by_all_that_says_who_they_are(rows: list[Row], reader: Reader) -> None:
    assert rows
    for typed, number in (("ELS@klant", 1), ("jan", 1), ("nobody", 0), ("2", 1)):
        asked = FetchedFilter(entity="customer", q=typed)
        assert fetched.count(reader, asked).rows == number, typed


def test_the_nearest_day_and_what_filters_offer(rows: list[Row], reader: Reader) -> None:
    last = max(row["issued_at"] for row in rows)
    later = FetchedFilter(entity="invoice", since=last + timedelta(days=3))
    assert fetched.nearest(reader, later) == last
    earlier = FetchedFilter(entity="invoice", until=NOW - timedelta(days=3))
    assert fetched.nearest(reader, earlier) == NOW
    assert fetched.nearest(reader, replace(later, q="nobody")) is None
    assert fetched.nearest(reader, FetchedFilter(entity="invoice")) is None
    assert fetched.offered(reader, "invoice") == {
        "store": ["be", "de", "nl"],
        "country": ["BE", "NL"],
    }


def test_many_are_read_some_at_a_time(
    rows: list[Row], reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetched, "_BATCH", 3)
    assert list(fetched.everything(reader, FetchedFilter(entity="invoice"))) == rows


def test_a_document_that_was_only_fetched_is_noticed(filled: tuple[Store, Reader]) -> None:
    store, reader = filled
    before = fetched.newest_id(reader)
    receive(store, entry(99, "creditmemo"))
    assert fetched.newest_id(reader) > before


def test_pages_are_read_along_an_index_in_its_order(reader: Reader) -> None:
    """However many documents there are: nothing is sorted, and nothing else looked through."""
    for kind in get_args(Entity):
        asked = FetchedFilter(entity=kind, states=("booked",), stores=("nl",), q="")
        plan = steps(reader, asked)
        assert plan == [f"SCAN document USING INDEX fetched_{kind}"], plan
        later = replace(asked, since=NOW, states=("failed",))
        assert (
            "USING COVERING INDEX fetched_open (entity=? AND issued_at>?)"
            in steps(reader, later)[0]
        )


def steps(reader: Reader, asked: FetchedFilter) -> list[str]:
    """What SQLite does to find a page."""
    seen: list[tuple[str, Any]] = []

    class Listening:
        def rows(self, statement: str, values: Any = ()) -> list[Any]:
            seen.append((statement, values))
            return reader.rows(statement, values)

    fetched.page(cast("Reader", Listening()), asked, 100)
    statement, values = seen[0]
    return [row["detail"] for row in reader.rows(f"explain query plan {statement}", values)]


@pytest.mark.parametrize("sort", ["", "id", "key:desc", "issued_at:up", "issued_at"])
def test_an_order_that_there_is_not_is_refused(sort: str) -> None:
    with pytest.raises(ValueError, match="is not a column and a direction"):
        FetchedFilter(entity="invoice", sort=sort)
