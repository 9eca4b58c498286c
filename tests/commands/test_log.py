"""`log`: the record on the command line, with the filters of the pages, safe on a terminal."""

import csv
import io
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sync.commands.filtering import Filtering
from sync.commands.safe import visible
from sync.store import Store
from sync.store.codec import ATTEMPT
from sync.store.filters import LogFilter
from tests.commands.conftest import Type
from tests.engine.world import ROOT
from tests.store.builders import booked, claimed, entry, failed, receive, try_once

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
TODAY = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
"""The 23rd began in Amsterdam."""

HOSTILE = "Validation error: \x1b[2J\x1b]0;gone\x07\u202etxt.exe\x9b31m [red]x[/red]\nsecond"


def month_ago() -> datetime:
    """Within the usual thirty days, in another month than today most of the time."""
    return datetime.now(UTC) - timedelta(days=20)


@pytest.fixture
def filled(store: Store) -> Store:
    """Five invoices: one failed with a hostile message, one of a month ago; sealed but the last."""
    now = datetime.now(UTC)
    with store.holder() as me:
        try_once(store, me, entry(1), booked(month_ago()), at=month_ago())
        try_once(store, me, entry(2), failed(now, message=HOSTILE), at=now)
        store.seal(force=True)
        for number in (3, 4):
            try_once(store, me, entry(number), booked(now, mutation_no=number), at=now)
        receive(store, entry(5), at=now)
        claimed(store, me, entry(5), at=now)
    return store


@pytest.mark.usefixtures("filled")
def test_a_table_shows_what_the_pages_show(typed: Type) -> None:
    """The grid's columns, newest first, and the counts."""
    result = typed("log", "invoice")
    head, *rows, counts = result.out.splitlines()
    names = ("ID", "Order", "Invoice ID", "Message", "Date Created", "Platform", "Success")
    assert all(name in head for name in names)
    assert [row.split()[0] for row in rows] == ["5", "4", "3", "2", "1"]
    assert [row.split()[-1] for row in rows] == ["running", "yes", "yes", "no", "yes"]
    assert counts == "5 attempts, 1 open document, 75.0% succeeded (3 of 4); page 1 of 1"
    assert result.code == 0


@pytest.mark.usefixtures("filled")
def test_nothing_in_a_message_moves_the_cursor(typed: Type) -> None:
    """Escape sequences, turning marks and markup are shown, not obeyed."""
    result = typed("log", "invoice", "--success", "no")
    assert not set(result.out) & set("\x1b\x07\x9b\u202e")
    assert "\N{REPLACEMENT CHARACTER}[2J" in result.out
    assert "[red]x[/red] second" in result.out


def test_hidden_characters_become_visible() -> None:
    """And a message stays one line."""
    assert visible("a\tb\r\nc\x1b[0m\u2028d\u200be") == "a b c\ufffd[0m d\ufffde"
    assert visible("Zoë € 12,50 – 日本") == "Zoë € 12,50 – 日本"


@pytest.mark.usefixtures("filled")
def test_pages_follow_each_other(typed: Type) -> None:
    """Two rows a page."""
    pages = [typed("log", "invoice", "--limit", "2", "--page", str(n)).out for n in (1, 2, 3)]
    ids = [[row.split()[0] for row in page.splitlines()[1:-1]] for page in pages]
    assert ids == [["5", "4"], ["3", "2"], ["1"]]
    assert pages[2].endswith("page 3 of 3\n")


@pytest.mark.usefixtures("filled")
def test_json_lines_hold_every_column_of_every_attempt(typed: Type) -> None:
    """Months apart, sealed or not; amounts as texts, `detail` as the object that it is."""
    rows = typed("log", "invoice", "--format", "jsonl").objects
    assert [row["id"] for row in rows] == [5, 4, 3, 2, 1]
    assert set(rows[0]) == set(ATTEMPT)
    assert (rows[1]["amount"], rows[1]["detail"], rows[1]["success"]) == ("121.00", {}, True)
    assert rows[3]["message"] == HOSTILE
    assert datetime.fromisoformat(rows[0]["started_at"]).tzinfo is not None
    few = typed("log", "invoice", "--format", "jsonl", "--limit", "2", "--sort", "id:asc").objects
    assert [row["id"] for row in few] == [1, 2]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(("language", "delimiter"), [("en", ","), ("nl", ";")])
def test_csv_is_the_file_of_the_pages(typed: Type, language: str, delimiter: str) -> None:
    """All rows, or the first ones."""
    arguments = ("log", "invoice", "--format", "csv", "--language", language)
    for limit, ids in (((), ["5", "4", "3", "2", "1"]), (("--limit", "2"), ["5", "4"])):
        text = typed(*arguments, *limit).out
        rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=delimiter))
        assert [row["id"] for row in rows] == ids
    assert "0 attempts" in typed("log", "creditmemo").out
    assert len(typed("log", "creditmemo", "--format", "csv", "--limit", "3").out.splitlines()) == 1


@pytest.mark.usefixtures("filled")
def test_one_documents_attempts_are_found_by_number_or_key(typed: Type) -> None:
    """Of all days, unless a range is asked for."""
    assert typed("log", "invoice", "--document", "000000002").out.count("Validation error") == 1
    by_key = typed("log", "invoice", "--document", "webshop:inv:1:000000001", "--format", "jsonl")
    assert [row["id"] for row in by_key.objects] == [1]
    missing = typed("log", "invoice", "--document", "7")
    assert (missing.code, "was ever fetched" in missing.err) == (2, True)


def test_a_number_of_two_store_views_is_asked_for_by_key(store: Store, typed: Type) -> None:
    """The keys are told."""
    receive(store, entry(1), entry(1, key="webshop:inv:2:000000001", store_id=2))
    result = typed("log", "invoice", "--document", "000000001")
    assert result.code == 2
    assert "webshop:inv:1:000000001, webshop:inv:2:000000001" in result.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("log",),
        ("log", "orders"),
        ("log", "invoice", "--sort", "colour:asc"),
        ("log", "invoice", "--since", "23-11-2026"),
        ("log", "invoice", "--since", "2026-11-23", "--until", "2026-11-22"),
        ("log", "invoice", "--category", "weather"),
        ("log", "invoice", "--connection", "nobody", "--document", "1"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(store: Store, typed: Type, arguments: list[str]) -> None:
    """Status 2, never a traceback."""
    result = typed(*arguments)
    assert (result.code, result.out) == (2, "")
    assert "Error: " in result.err or "There is no connection" in result.err


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ({}, {"since": datetime(2026, 10, 24, 22, tzinfo=UTC)}),  # summer time still
        ({"span": "today"}, {"since": TODAY}),
        ({"span": "7d"}, {"since": TODAY - timedelta(days=6)}),
        ({"span": "all"}, {}),
        ({"until": datetime(2026, 11, 22)}, {"until": TODAY}),  # noqa: DTZ001 - as click gives it
        (
            {"since": datetime(2026, 3, 29), "until": datetime(2026, 3, 29)},  # noqa: DTZ001
            {
                "since": datetime(2026, 3, 28, 23, tzinfo=UTC),
                "until": datetime(2026, 3, 29, 22, tzinfo=UTC),
            },
        ),
        ({"span": "all", "success": "none", "q": "x"}, {"success": "none", "q": "x"}),
        ({"span": "all", "is_open": True}, {"state": "open"}),
        (
            {"span": "all", "names": ("a",), "platforms": ("p",)},
            {"connections": ("a",), "platforms": ("p",)},
        ),
        (
            {"span": "all", "categories": ("tax_code",), "pattern": "ab"},
            {"categories": ("tax_code",), "pattern": "ab"},
        ),
        ({"span": "all", "triggers": ("cli",), "run": 7}, {"triggers": ("cli",), "run": 7}),
    ],
    ids=str,
)
def test_options_are_the_pages_filters(options: dict[str, Any], asked: dict[str, Any]) -> None:
    """Days begin at midnight in Amsterdam, in summer and on the day that it begins too."""
    filtering = Filtering(**options)
    expected = LogFilter(entity="invoice", **asked)
    assert filtering.log_filter("invoice", "Europe/Amsterdam", NOW) == expected
    assert filtering.narrows == bool(options)


def test_a_reader_that_has_seen_enough_ends_it_quietly(store: Store, home: Path) -> None:
    """`log … | head -1` with more rows than a pipe holds."""
    now = datetime.now(UTC)
    with store.holder() as me:
        for number in range(300):
            try_once(store, me, entry(number), booked(now), at=now)
    command = [sys.executable, "-m", "sync", "--home", str(home), "log", "invoice"]
    with subprocess.Popen(
        [*command, "--format", "jsonl"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert '"id": 300' in process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(20) == 0
