"""The CSV holds every matching row, for both notations, and no formula."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from sync.store import Holder, Store
from sync.store.codec import ATTEMPT
from sync.store.csv_export import Language, export_csv
from sync.store.filters import LogFilter
from sync.store.reader import Reader
from tests.store.builders import MINUTE, NOW, booked, entry, failed, receive, start, try_once

SUMMER = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
DELIMITERS: dict[Language, str] = {"nl": ";", "en": ","}


def exported(
    reader: Reader, language: Language = "nl", asked: LogFilter | None = None, *columns: str
) -> list[list[str]]:
    """The lines of an export, the heading first."""
    target = io.BytesIO()
    headings = {name: f"Kop {name}" for name in columns or ATTEMPT}
    rows = export_csv(reader, asked or LogFilter(), language, target, headings)
    text = target.getvalue().decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=DELIMITERS[language]))
    assert len(lines) == rows + 1
    return lines


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("nl", b'\xef\xbb\xbfNr;"a;b"\n1;-1234,50\n'),
        ("en", b"\xef\xbb\xbfNr,a;b\n1,-1234.50\n"),
    ],
)
def test_each_language_has_its_delimiter_and_decimal_sign(
    store: Store, holder: Holder, reader: Reader, language: Language, expected: bytes
) -> None:
    """A negative amount stays a number: no quotes, no apostrophe."""
    try_once(store, holder, entry(1, grand_total=Decimal("-1234.50")))
    target = io.BytesIO()
    assert export_csv(reader, LogFilter(), language, target, {"id": "Nr", "amount": "a;b"}) == 1
    assert target.getvalue() == expected


def test_moments_are_local_with_their_offset(store: Store, holder: Holder, reader: Reader) -> None:
    for number, at in ((1, SUMMER), (2, NOW)):
        try_once(store, holder, entry(number), booked(at), at=at)
    assert exported(reader, "nl", None, "started_at")[1:] == [
        ["2026-11-23T09:30:00+01:00"],
        ["2026-07-02T00:30:00+02:00"],
    ]


def test_all_rows_come_newest_first_over_months_sealed_or_not(
    store: Store, holder: Holder, reader: Reader
) -> None:
    moments = [NOW - timedelta(days=20 * n) for n in range(20)]
    for number, at in enumerate(moments):
        try_once(store, holder, entry(number), booked(at), at=at)
        if number == 12:
            store.seal(force=True)
    lines = exported(reader, "en", None, "document_id")
    assert lines[1:] == [[str(number)] for number in range(20)]
    part = LogFilter(since=moments[15], until=moments[4])
    assert exported(reader, "en", part, "document_id")[1:] == [[str(n)] for n in range(5, 16)]
    assert exported(reader, "en", LogFilter(q="no such"), "document_id") == [["Kop document_id"]]


@pytest.mark.parametrize(
    "hostile",
    [
        "=1+1",
        "+31612345678",
        "-cmd|' /C calc'!A0",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "   =1",
        "\u00a0=1",
        "\u3000=1",
        "\ufeff=1",
        "\u200b=1",
        "\0=1",
        "\0 \0=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "\x1b=1",
    ],
)
def test_what_a_spreadsheet_takes_for_a_formula_is_made_text(
    store: Store, holder: Holder, reader: Reader, hostile: str
) -> None:
    try_once(store, holder, entry(1), failed(message=hostile))
    for language in DELIMITERS:
        [[cell]] = exported(reader, language, None, "message")[1:]
        assert cell == "'" + hostile.replace("\0", "")


@pytest.mark.parametrize(
    "harmless",
    [
        "a=1",
        "1+1",
        "é",
        '"',
        "a;b,c",
        "regel\nregel",
        "a\rb",
        "'quoted'",
        "NULL",
        "",
        "\\",
        "\u202ea",
    ],
)
def test_other_text_is_written_as_it_is(
    store: Store, holder: Holder, reader: Reader, harmless: str
) -> None:
    try_once(store, holder, entry(1), failed(message=harmless))
    for language in DELIMITERS:
        assert exported(reader, language, None, "message", "id")[1:] == [[harmless, "1"]]


def test_a_row_that_runs_has_empty_cells(store: Store, holder: Holder, reader: Reader) -> None:
    receive(store, entry(1))
    assert store.claim(start(entry(1)), holder) is not None
    columns = ("id", "success", "finished_at", "duration_ms", "mutation_no", "message")
    assert exported(reader, "nl", None, *columns)[1:] == [["1", "", "", "", "", ""]]


def test_every_column_may_be_asked_for(store: Store, holder: Holder, reader: Reader) -> None:
    try_once(store, holder, entry(1), booked(NOW + MINUTE))
    heading, row = exported(reader, "en")
    assert heading == [f"Kop {name}" for name in ATTEMPT]
    assert row[:7] == ["1", "webshop", "invoice", "1", "000000001", "1001", "000001001"]
    assert row[heading.index("Kop success")] == "true"
    assert re.fullmatch(r"[a-z:0-9]+", row[heading.index("Kop key")])


def test_a_column_that_is_none_is_refused(reader: Reader) -> None:
    with pytest.raises(ValueError, match="no column 'password'"):
        export_csv(reader, LogFilter(), "nl", io.BytesIO(), {"password": "x"})


def test_a_path_is_written_over(
    store: Store, holder: Holder, reader: Reader, tmp_path: Path
) -> None:
    try_once(store, holder, entry(1))
    target = tmp_path / "out.csv"
    target.write_bytes(b"x" * 1000)
    assert export_csv(reader, LogFilter(), "en", target, {"id": "ID"}) == 1
    assert target.read_bytes() == b"\xef\xbb\xbfID\n1\n"
