"""What was exported to Parquet comes into an empty store: row for row, all or nothing."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.errors import StoreError
from sync.store import Holder, Store, open_store
from sync.store.cleanups import Wanted
from sync.store.export import export
from sync.store.filters import LogFilter
from sync.store.importing import Imported, bring_in
from sync.store.queries import newest
from sync.store.reader import Reader, open_reader
from sync.store.retention import clean_up
from tests.store.builders import (
    MINUTE,
    NOW,
    HandClock,
    booked,
    claimed,
    entry,
    failed,
    receive,
    start,
    try_once,
)
from tests.store.rows import Planned, planned, record

QUICK = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
ALL = LogFilter(sort="id:asc")


@QUICK
@given(st.lists(planned(), min_size=1, max_size=12))
def test_every_row_comes_back_equal(tries: list[Planned]) -> None:
    """Running ones too; whatever the texts hold."""
    with TemporaryDirectory() as folder:
        old, new = Path(folder) / "old", Path(folder) / "new"
        with open_store(old, HandClock()) as store, store.holder() as me:
            record(store, me, tries)
            with open_reader(old) as reader:
                rows = export(reader, LogFilter(), old / "all.parquet")
                expected = newest(reader, ALL, 999)
        with open_store(new, HandClock()) as store, open_reader(new) as reader:
            done = bring_in(store, [old / "all.parquet"], "anna")
            assert done.attempts == rows
            found = newest(reader, ALL, 999)
            assert found.to_pylist() == expected.to_pylist()
            with store.holder() as me:
                claim = try_once(store, me, entry(99))
            assert claim.attempt == max(expected["id"].to_pylist()) + 1


@pytest.fixture
def exported(store: Store, holder: Holder, reader: Reader, tmp_path: Path) -> Path:
    """A booked invoice, a failed one, and one that is being tried."""
    try_once(store, holder, entry(1), booked())
    store.seal(force=True)
    try_once(store, holder, entry(2), failed())
    receive(store, entry(3))
    claimed(store, holder, entry(3))
    target = tmp_path / "all.parquet"
    assert export(reader, LogFilter(), target) == 3
    return target


@pytest.fixture
def empty(tmp_path: Path) -> Store:
    """Another store, that never had an attempt."""
    return open_store(tmp_path / "new", HandClock())


def test_documents_stand_as_they_stood_and_nothing_is_booked_twice(
    exported: Path, empty: Store
) -> None:
    """What runs is left behind: it ends as unknown, and is looked up."""
    assert bring_in(empty, [exported], "anna") == Imported(attempts=3, documents=3, files=1)
    first, second, third = (empty.document(entry(n).key) for n in (1, 2, 3))
    assert first
    assert second
    assert third
    assert (first.state, first.mutation_no, first.attempts) == ("booked", 17, 1)
    assert (second.state, second.lookup_first) == ("failed", True)
    with empty.holder() as me:
        assert empty.claim(start(entry(3)), me) is None
        [left] = empty.take_over(me, NOW, MINUTE)
    assert (left.attempt, left.outcome) == (3, "unknown")
    receive(empty, entry(1), entry(9))
    new = empty.document(entry(9).key)
    assert new
    assert new.lookup_first
    assert [row.action for row in empty.audit_rows(9)] == ["import"]
    assert empty.seal(force=True, grace=timedelta(0)).unknown == ()
    assert empty.verify().problems == ()


def test_the_export_of_a_cleanup_comes_in_too(
    store: Store, holder: Holder, empty: Store, tmp_path: Path
) -> None:
    """Several files, in any order."""
    for number, days in enumerate((400, 300, 200)):
        at = NOW - timedelta(days=days)
        try_once(store, holder, entry(number), booked(at), at=at)
    wanted = Wanted(before=NOW - timedelta(days=100), into=tmp_path, form="parquet", actor="a")
    folder = clean_up(store, wanted).folder
    assert folder is not None
    files = sorted(folder.rglob("*.parquet"), reverse=True)
    assert bring_in(empty, files, "anna") == Imported(attempts=3, documents=3, files=3)


def test_a_store_that_has_attempts_or_documents_is_refused(
    exported: Path, store: Store, empty: Store
) -> None:
    with pytest.raises(StoreError, match="empty store only"):
        bring_in(store, [exported], "anna")
    receive(empty, entry(7))
    with pytest.raises(StoreError, match="empty store only"):
        bring_in(empty, [exported], "anna")


def test_one_that_filled_meanwhile_is_refused(exported: Path, empty: Store) -> None:
    """Nothing of the import stays."""
    with pytest.raises(StoreError, match="empty store only"):
        bring_in(
            empty,
            [exported],
            "anna",
            steps=lambda x: receive(empty, entry(7)) if x == "named" else None,
        )
    assert empty.seal(force=True, grace=timedelta(0)).unknown == ()
    with open_reader(empty.home) as reader:
        assert newest(reader, ALL, 9).num_rows == 0


@pytest.mark.parametrize("step", ["noted", "written", "named", "listing", "replaced"])
def test_an_import_that_breaks_off_leaves_the_store_empty(
    exported: Path, empty: Store, step: str
) -> None:
    def stop(name: str) -> None:
        if name == step:
            raise OSError(28, "No space left on device")

    with pytest.raises((StoreError, OSError), match="No space left"):
        bring_in(empty, [exported], "anna", steps=stop)
    assert bring_in(empty, [exported], "anna").attempts == 3


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("id", [1, 1, 3], "the same id is there twice"),
        ("id", [0, 2, 3], "an id is not above zero"),
        ("entity", ["invoice", "order", "invoice"], "a kind of document is not known"),
        ("outcome", ["created", "lost", None], "an outcome is not known"),
        ("success", [True, True, None], "success does not go with the outcome"),
        ("key", ["a", None, "c"], "a column that is never empty is"),
        ("finished_at", [None, NOW, None], "an end does not go with the outcome"),
    ],
)
def test_rows_that_are_no_attempts_of_ours_are_refused(
    exported: Path, empty: Store, column: str, value: list[object], said: str
) -> None:
    table = pq.ParquetFile(exported).read()
    place = table.schema.get_field_index(column)
    cells = pa.array(value, table.schema.field(column).type)
    broken = exported.with_name("broken.parquet")
    pq.write_table(table.set_column(place, column, cells), broken)
    with pytest.raises(StoreError, match=said):
        bring_in(empty, [broken], "anna")
    assert bring_in(empty, [exported], "anna").attempts == 3


def test_files_of_another_form_are_refused(exported: Path, empty: Store) -> None:
    """Each with what is wrong with it."""
    table = pq.ParquetFile(exported).read()
    forms = {
        "has no column key": table.drop_columns(["key"]),
        "a column that no attempt has: more": table.append_column("more", pa.array([1, 2, 3])),
        "run is string, not int64": table.drop_columns(["run"]).append_column(
            "run", pa.array(["a", "b", "c"])
        ),
    }
    broken = exported.with_name("broken.parquet")
    for said, form in forms.items():
        pq.write_table(form, broken)
        with pytest.raises(StoreError, match=said):
            bring_in(empty, [broken], "anna")
    broken.write_bytes(b"PAR1")
    with pytest.raises(StoreError, match="no whole Parquet file"):
        bring_in(empty, [broken], "anna")
    broken.unlink()
    with pytest.raises(StoreError, match="No such file"):
        bring_in(empty, [broken], "anna")


def test_no_attempts_are_nothing_to_import(exported: Path, empty: Store, tmp_path: Path) -> None:
    none = tmp_path / "none.parquet"
    pq.write_table(pq.ParquetFile(exported).read().slice(0, 0), none)
    with pytest.raises(StoreError, match="hold no attempts"):
        bring_in(empty, [none], "anna")
