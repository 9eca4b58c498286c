"""For any filter: the page's rows, its count, both CSVs and the workbook are what Python finds.

Everything goes through the page's own functions: address, view, filter, sheet, file.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import iterparse

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from pages.ui import data, export, sheet, view
from pages.ui.logs import LOGS
from pages.ui.question import Question
from pages.ui.texts import LANGUAGES
from pages.ui.view import View
from sync import config
from sync.store import queries
from sync.store.filters import LogFilter
from sync.store.reader import Reader, open_reader
from tests.store.oracle import matches

ZONE = "Europe/Amsterdam"
EXAMPLES = 200
EACH_CSV, EACH_WORKBOOK = 5, 40
"""A file is made of every so many filters: it takes ten times as long as a page."""
TEXTS = ("", "503", "0000", "Success", "customer", "%", "_", "<b>", "Factuurnummer", "ÉÉN", "K1")
Row = dict[str, Any]


@pytest.fixture(scope="module")
def record(month_home: Path) -> Iterator[tuple[Reader, list[Row]]]:
    """The store, and all of its rows with what a filter may ask of their documents."""
    with open_reader(month_home) as reader:
        rows = queries.newest(reader, LogFilter(), 100_000).to_pylist()
        failed = set(reader.snapshot().failed["key"].to_pylist())
        yield reader, [row | {"open": row["key"] in failed} for row in rows]


def _hour(day: date) -> datetime:
    """An hour of that day in which something was tried, most days."""
    return datetime(day.year, day.month, day.day, 9, tzinfo=UTC)


@some.composite
def views(draw: some.DrawFn, today: date) -> View:
    chosen = draw(some.sampled_from(view.RANGES))
    first = today - timedelta(days=draw(some.integers(-1, 45)))
    days = (first, first + timedelta(days=draw(some.integers(0, 20))))
    return View(
        range=chosen,
        date=days if chosen == "custom" else None,
        success=draw(some.sampled_from(view.SUCCESSES)),
        state=draw(some.sampled_from(("all", "all", "open"))),
        q=draw(some.sampled_from(TEXTS)),
        platform=tuple(draw(some.sampled_from(((), (), ("e-Boekhouden.nl",), ("None",))))),
        cat=tuple(draw(some.sampled_from(((), (), ("tax_code", "other"), ("network",))))),
        trigger=tuple(draw(some.sampled_from(((), (), ("resync",), ("schedule", "manual"))))),
        pattern=draw(some.sampled_from(("", "", "", "77be2d01", "50350350"))),
        run=draw(some.sampled_from((None, None, 1, 2))),
        slow=draw(some.sampled_from((0, 0, 800, 5_000))),
        hour=draw(some.sampled_from((None, None, None, _hour(first)))),
        page=draw(some.integers(1, 9)),
        sort=draw(some.sampled_from(view.SORTS)),
    )


@pytest.mark.parametrize("page", ["invoices", "creditmemos", "customers"])
def test_all_ways_to_the_rows_agree(
    page: str, month_home: Path, record: tuple[Reader, list[Row]]
) -> None:
    reader, rows = record
    found = config.load(month_home)
    log = LOGS[page]
    turns = count()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        database=None,
    )
    @given(views(data.today(ZONE)))
    def check(asked: View) -> None:
        chosen = log.fit(view.parse(view.address(asked)))
        wanted = data.log_filter(log.entity, chosen, ZONE)
        question = Question(log=log, settings=found, reader=reader, view=chosen, filter=wanted)
        expected = [row for row in rows if matches(wanted, row)]
        shown = sheet.taken(question)
        assert shown.counts == queries.Counts(
            rows=len(expected),
            open=len({row["key"] for row in expected if row["open"]}),
            succeeded=sum(row["success"] is True for row in expected),
            failed=sum(row["success"] is False for row in expected),
        )
        ordered = _ordered(expected, chosen.sort)
        first = (shown.number - 1) * sheet.PAGE_ROWS
        assert [row["id"] for row in shown.rows.to_pylist()] == ordered[
            first : first + sheet.PAGE_ROWS
        ]
        ids = sorted(row["id"] for row in expected)
        turn = next(turns)
        tongue = LANGUAGES[turn % 2]
        if turn % EACH_CSV == 0:
            assert _csv_ids(export.csv_bytes(question, tongue), tongue) == ids
        if turn % EACH_WORKBOOK == 0:
            assert _workbook_ids(export.xlsx_bytes(question, tongue)) == ids

    check()


def test_a_page_beyond_the_last_is_the_last(record: tuple[Reader, list[Row]]) -> None:
    reader, _ = record
    found = config.load(Path())
    log = LOGS["invoices"]
    asked = data.log_filter("invoice", View(range="all"), ZONE)
    question = Question(
        log=log, settings=found, reader=reader, view=View(range="all", page=99), filter=asked
    )
    whole = sheet.taken(question)
    assert whole.number == whole.pages
    assert sheet.taken(replace(question, view=View(range="all"))).number == 1


def _ordered(rows: list[Row], sort: str) -> list[int]:
    """Ids in the order that a sort asks for: nothing last, equal ones newest first."""
    column, _, direction = sort.partition(":")
    newest = sorted(rows, key=lambda row: -row["id"])
    filled = [row for row in newest if row[column] is not None]
    empty = [row for row in newest if row[column] is None]
    if column == "id":
        filled.sort(key=lambda row: row["id"], reverse=direction == "desc")
    elif direction == "desc":
        # A reversed sort keeps equal rows in their order, as a sort does.
        filled.sort(key=lambda row: _compared(row[column]), reverse=True)
    else:
        filled.sort(key=lambda row: _compared(row[column]))
    return [row["id"] for row in (*filled, *empty)]


def _compared(value: object) -> Any:
    return value.encode() if isinstance(value, str) else value


def _csv_ids(content: bytes, tongue: str) -> list[int]:
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    _, *body = csv.reader(text, delimiter=";" if tongue == "nl" else ",")
    return sorted(int(row[0]) for row in body)


def _workbook_ids(content: bytes) -> list[int]:
    """The numbers of the first column, without the heading, which is text."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        name = "xl/worksheets/sheet1.xml"
        cells = [e for _, e in iterparse(book.open(name)) if e.tag.endswith("}c")]
    return sorted(
        int(cell[0].text or "")
        for cell in cells
        if cell.get("r", "").lstrip("A").isdecimal() and cell.get("t") != "inlineStr"
    )
