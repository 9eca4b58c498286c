"""A file to take along holds each attempt of the filter once, with every value, or is not there."""

import csv
import io
import stat
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.errors import StoreError
from sync.store import Holder, Store, archive, open_store, parquet
from sync.store.codec import ATTEMPT
from sync.store.export import export
from sync.store.filters import LogFilter
from sync.store.queries import newest
from sync.store.reader import Reader, open_reader
from sync.store.snapshot import SCHEMA
from tests.store.builders import NOW, HandClock, booked, entry, failed, try_once
from tests.store.rows import Planned, planned, record

QUICK = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@QUICK
@given(st.lists(planned(), min_size=1, max_size=12))
def test_a_parquet_file_holds_what_the_record_shows(tries: list[Planned]) -> None:
    """Value for value, running ones too, oldest first."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        with open_store(home, HandClock()) as store, store.holder() as holder:
            record(store, holder, tries)
            store.seal(force=len(tries) % 2 == 0)
            with open_reader(home) as reader:
                target = home / "out.parquet"
                rows = export(reader, LogFilter(), target)
                expected = newest(reader, LogFilter(sort="started_at:asc"), 1000)
        found = pq.ParquetFile(target).read()
    assert found.schema.equals(SCHEMA)
    assert rows == found.num_rows
    assert found.sort_by("id").to_pylist() == expected.sort_by("id").to_pylist()
    assert found["started_at"].to_pylist() == expected["started_at"].to_pylist()


@QUICK
@given(st.lists(planned(), min_size=1, max_size=12))
def test_each_form_of_an_archive_can_be_proven(tries: list[Planned]) -> None:
    """Whatever texts hold: quotes, line ends, NUL characters, what a spreadsheet takes for sums."""
    with TemporaryDirectory() as folder:
        home = Path(folder)
        with open_store(home, HandClock()) as store, store.holder() as holder:
            record(store, holder, tries)
            with open_reader(home) as reader:
                rows = newest(reader, LogFilter(), 1000)
        with duckdb.connect(":memory:") as duck:
            duck.execute("set TimeZone = 'UTC'")
            duck.register("rows", rows)
            for form in ("parquet", "csv"):
                target = home / f"out.{form}"
                assert archive.write(duck, "rows", form, target) == rows.num_rows
                archive.finish(target)
                assert archive.prove(duck, "rows", form, target) == rows.num_rows
                archive.show_ids(duck, f"ids_{form}", form, target)
                ids = duck.sql(f"from ids_{form}").to_arrow_table()["id"].to_pylist()
                assert sorted(ids) == sorted(rows["id"].to_pylist())


@pytest.fixture
def three(store: Store, holder: Holder) -> Store:
    """Two booked invoices and a failed one, the first of them sealed."""
    try_once(store, holder, entry(1), booked(message="=SUM(A1)"))
    store.seal(force=True)
    try_once(store, holder, entry(2), booked(message="a;b\r\n\x07"))
    try_once(store, holder, entry(3), failed())
    return store


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_an_archive_that_lost_a_cell_is_refused(
    three: Store, reader: Reader, tmp_path: Path, form: str
) -> None:
    """A row less, or one sign in one cell."""
    assert three.version
    whole = newest(reader, LogFilter(), 9)
    with duckdb.connect(":memory:") as duck:
        duck.register("rows", whole)
        duck.execute("create view fewer as from rows where id <> 2")
        changed = "create view other as select * replace (message || '.' as message) from rows"
        duck.execute(changed)
        for view in ("fewer", "other"):
            target = tmp_path / f"{view}.{form}"
            assert form in {"parquet", "csv"}
            archive.write(duck, view, "parquet" if form == "parquet" else "csv", target)
            archive.finish(target)
            with pytest.raises(StoreError, match="does not hold what it should"):
                archive.prove(duck, "rows", "parquet" if form == "parquet" else "csv", target)


def test_a_csv_has_all_columns_of_the_filters_rows(
    three: Store, reader: Reader, tmp_path: Path
) -> None:
    target = tmp_path / "out.csv"
    assert export(reader, LogFilter(success="yes"), target, "nl") == 2
    text = target.read_bytes().decode("utf-8-sig")
    head, *body = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    assert head == list(ATTEMPT)
    assert [row[head.index("message")] for row in body] == ["a;b\r\n\x07", "'=SUM(A1)"]
    assert [row[head.index("amount")] for row in body] == ["121,00", "121,00"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_workbook_has_numbers_as_numbers_and_no_formula(
    three: Store, reader: Reader, tmp_path: Path
) -> None:
    target = tmp_path / "out.xlsx"
    assert export(reader, LogFilter(), target) == 3
    with zipfile.ZipFile(target) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert ">=SUM(A1)<" in sheet
    assert "\N{REPLACEMENT CHARACTER}" in sheet
    assert '<c r="A2"><v>3</v></c>' in sheet


@pytest.mark.parametrize(
    ("name", "said"),
    [("out.txt", "must end with .parquet, .csv, .xlsx"), ("no/out.csv", "No such")],
)
def test_what_cannot_be_written_is_told(
    three: Store, reader: Reader, tmp_path: Path, name: str, said: str
) -> None:
    with pytest.raises(StoreError, match=said):
        export(reader, LogFilter(), tmp_path / name)


def test_a_file_stays_as_it_was_when_its_successor_breaks_off(
    three: Store, reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No half file under the name, and none beside it."""
    target = tmp_path / "out.parquet"
    export(reader, LogFilter(), target)
    before = target.read_bytes()

    def full(path: Path) -> None:
        raise OSError(28, f"No space left for {path.name}")

    monkeypatch.setattr(parquet, "flush", full)
    with pytest.raises(StoreError, match="No space left"):
        export(reader, LogFilter(success="no"), target)
    assert target.read_bytes() == before
    assert list(tmp_path.glob("out*")) == [target]
    assert NOW
