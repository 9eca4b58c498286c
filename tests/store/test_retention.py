"""Old attempts go only after their export was proven, and only those that nobody needs any more."""

import json
import os
import signal
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sync.domain.retention import latest_cutoff, refusal, within_legal_period
from sync.errors import StoreError
from sync.store import Holder, Store, cleanups, open_store
from sync.store.cleanups import Wanted
from sync.store.database import segments_path
from sync.store.filters import LogFilter
from sync.store.months import months
from sync.store.queries import count, newest
from sync.store.reader import Reader, open_reader
from sync.store.retention import CleanupReport, clean_up, give_up
from tests.store.builders import (
    NOW,
    HandClock,
    booked,
    claimed,
    entry,
    failed,
    receive,
    try_once,
)
from tests.store.steps import Doer

DAY = timedelta(days=1)
CUTOFF = NOW - 100 * DAY
ALL = LogFilter(sort="id:asc")
STEPS = [
    *("sealed", "begun", "part written", "part proven", "part named", "part noted", "manifest"),
    *("exported", "noted", "written", "flushed", "renamed", "named", "listing", "replaced"),
    *("listed", "part removed", "ended"),
]


def fill(store: Store, holder: Holder) -> None:
    """Seven documents of half a year ago, two days of one month apart, and one of today."""
    old = CUTOFF - 60 * DAY
    try_once(store, holder, entry(1), booked(old), at=old)
    try_once(store, holder, entry(2), failed(old), at=old)
    try_once(store, holder, entry(3, "customer"), booked(old), at=old)
    # A document that failed long ago and was booked today: its old attempt may go.
    try_once(store, holder, entry(4), failed(old), at=old)
    store.request_again(entry(4).key, NOW)
    assert store.finish(claimed(store, holder, entry(4)), booked(NOW))
    # Both sides of the cutoff in one month and one file.
    try_once(store, holder, entry(5), booked(CUTOFF - DAY), at=CUTOFF - DAY)
    try_once(store, holder, entry(6), booked(CUTOFF), at=CUTOFF)
    skip = booked(old, outcome="skipped", state="skipped", mutation_no=None)
    try_once(store, holder, entry(7), skip, at=old)
    try_once(store, holder, entry(8), booked(NOW), at=NOW)


GONE = [1, 3, 4, 5, 7]
"""The documents of the attempts that go: the first one of document 4."""
STAY = [2, 4, 6, 8]


def wanted(into: Path, form: cleanups.Form = "parquet") -> Wanted:
    """The cleanup of these tests."""
    return Wanted(before=CUTOFF, into=into, form=form, actor="anna")


def documents(reader: Reader) -> list[int]:
    """The documents of all attempts there are, oldest attempt first."""
    found: list[int] = newest(reader, ALL, 99)["document_id"].to_pylist()
    return found


@pytest.mark.parametrize(("before", "ok"), [(date(2026, 8, 25), True), (date(2026, 8, 26), False)])
def test_the_latest_ninety_days_are_refused(before: date, ok: bool) -> None:
    """Counted from today, in one sentence that names the latest possible day."""
    today = date(2026, 11, 23)
    assert latest_cutoff(today) == date(2026, 8, 25)
    assert (refusal(before, today) == "") is ok
    assert ok or "2026-08-25" in refusal(before, today)


def test_the_law_wants_seven_years_after_the_end_of_the_year() -> None:
    """What happened in 2019 may go from 2027 on."""
    assert within_legal_period(date(2020, 1, 1), date(2026, 12, 31))
    assert not within_legal_period(date(2020, 1, 1), date(2027, 1, 1))


def test_the_store_refuses_what_the_command_refuses(store: Store, tmp_path: Path) -> None:
    late = Wanted(before=NOW - 89 * DAY, into=tmp_path, form="csv", actor="")
    with pytest.raises(StoreError, match="90 days"):
        clean_up(store, late)


@pytest.mark.parametrize("form", ["parquet", "csv"])
def test_only_what_nobody_needs_goes_and_its_export_holds_it(
    store: Store, holder: Holder, reader: Reader, tmp_path: Path, form: cleanups.Form
) -> None:
    """Failed documents keep their rows, the cutoff's own moment stays, whole rows are exported."""
    fill(store, holder)
    before = newest(reader, ALL, 99)
    preview = months(reader, CUTOFF)
    assert sum(month.going for month in preview) == len(GONE)
    report = clean_up(store, wanted(tmp_path / "out", form), grace=timedelta(0))
    assert report == CleanupReport(
        folder=tmp_path / "out" / "attempts-before-20260815T0830Z",
        exported=5,
        removed=5,
        files=3,
        bytes=report.bytes,
    )
    assert documents(reader) == STAY
    assert report.folder is not None
    manifest = json.loads((report.folder / "manifest.json").read_text())
    assert manifest["rows"] == 5
    for each in manifest["files"]:
        assert (report.folder / each["path"]).stat().st_size == each["bytes"]
    if form == "parquet":
        out = pa.concat_tables(
            pq.ParquetFile(file).read().cast(before.schema)
            for file in report.folder.rglob("*.parquet")
        )
        ids = set(out["id"].to_pylist())
        expected = before.filter(pa.array([x in ids for x in before["id"].to_pylist()]))
        assert out.sort_by("id").cast(before.schema).to_pylist() == expected.to_pylist()
        assert sorted(set(out["document_id"].to_pylist())) == GONE
    else:
        lines = (report.folder / manifest["files"][0]["path"]).read_bytes()
        assert lines.startswith(b"\xef\xbb\xbfid,connection,entity,")


def test_a_document_says_what_it_lost(
    store: Store, holder: Holder, reader: Reader, tmp_path: Path
) -> None:
    """How many attempts, when, into which export; and it is never booked again for that."""
    fill(store, holder)
    report = clean_up(store, wanted(tmp_path))
    assert report.folder is not None
    [lost] = cleanups.of_document(reader, entry(4).key)
    assert (lost.rows, lost.at, lost.folder) == (1, NOW, report.folder)
    assert cleanups.of_document(reader, entry(2).key) == []
    receive(store, entry(1))
    known = store.document(entry(1).key)
    assert known is not None
    assert (known.state, known.mutation_no) == ("booked", 17)
    assert store.due("webshop", "invoice", NOW + DAY, 99) == []


def test_the_audit_tells_who_removed_how_many(store: Store, holder: Holder, tmp_path: Path) -> None:
    fill(store, holder)
    store.audit("bert", "show", "x", NOW - 900 * DAY)
    report = clean_up(store, wanted(tmp_path))
    done, begun, old = store.audit_rows(9)
    assert (done.action, done.actor, done.facts["removed"]) == ("cleanup done", "anna", 5)
    assert (begun.action, begun.facts["export"]) == ("cleanup", str(report.folder))
    assert old.action == "show"


def test_counts_stay_right(store: Store, holder: Holder, reader: Reader, tmp_path: Path) -> None:
    """Segments that are counted from the list tell what is left in them."""
    fill(store, holder)
    clean_up(store, wanted(tmp_path))
    found = count(reader, LogFilter())
    assert (found.rows, found.succeeded, found.failed, found.open) == (4, 3, 1, 1)
    assert sum(month.rows for month in months(reader)) == 4
    assert all(month.going == 0 for month in months(reader, CUTOFF))


def test_nothing_to_clean_up_makes_no_folder(store: Store, tmp_path: Path) -> None:
    assert clean_up(store, wanted(tmp_path / "out")) == CleanupReport()
    assert not (tmp_path / "out").exists()


def test_a_document_that_is_being_tried_keeps_its_rows(
    store: Store, holder: Holder, reader: Reader, tmp_path: Path
) -> None:
    """Also one that is taken up between the export and the removal."""
    fill(store, holder)

    def take_up(step: str) -> None:
        if step == "exported":
            receive(store, entry(1, fingerprint="0b" * 12), at=NOW)
            store.settle_change(entry(1).key, again=True, now=NOW)

    report = clean_up(store, wanted(tmp_path), steps=take_up)
    assert (report.exported, report.removed) == (5, 4)
    assert documents(reader) == [1, *STAY]
    assert cleanups.of_document(reader, entry(1).key) == []


def test_a_document_taken_up_at_the_last_moment_keeps_its_rows(
    store: Store, holder: Holder, reader: Reader, tmp_path: Path
) -> None:
    """The transaction that removes looks once more; what was written for it is thrown away."""
    fill(store, holder)
    said: list[str] = []

    def take_up(step: str) -> None:
        if step == "written" and said[-2:] == ["part removed", "noted"]:
            store.admit(entry(5), NOW)
        said.append(step)

    report = clean_up(store, wanted(tmp_path), steps=take_up, grace=timedelta(0))
    assert (report.exported, report.removed) == (5, 4)
    assert documents(reader) == [2, 4, 5, 6, 8]
    assert store.seal(grace=timedelta(0)).unknown == ()


def test_an_export_that_was_touched_removes_nothing(
    store: Store, holder: Holder, reader: Reader, tmp_path: Path
) -> None:
    """One byte is enough; put back, the cleanup goes on; given up, the rows stay."""
    fill(store, holder)
    kept: dict[Path, bytes] = {}

    def damage(step: str) -> None:
        if step == "exported":
            for file in tmp_path.rglob("attempts.parquet"):
                kept[file] = file.read_bytes()
                file.write_bytes(kept[file][:-1] + b"?")

    into = tmp_path / "out"
    with pytest.raises(StoreError, match="not the file that was exported"):
        clean_up(store, wanted(into), steps=damage)
    assert len(documents(reader)) == 9
    with pytest.raises(StoreError, match="cut short"):
        clean_up(store, Wanted(before=CUTOFF - DAY, into=into, form="csv", actor="anna"))
    for file, content in kept.items():
        file.write_bytes(content)
    assert clean_up(store, wanted(into)).removed == 5
    assert give_up(store, "anna") is None


def test_a_cleanup_that_is_given_up_leaves_what_it_had_not_removed(
    store: Store, holder: Holder, reader: Reader, tmp_path: Path
) -> None:
    fill(store, holder)

    def stop(step: str) -> None:
        if step == "part removed":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        clean_up(store, wanted(tmp_path), steps=stop)
    report = give_up(store, "bert")
    assert report is not None
    assert (report.exported, report.removed) == (5, 1)
    assert len(documents(reader)) == 8
    assert clean_up(store, wanted(tmp_path)).removed == 4


def test_an_export_into_the_records_own_folder_is_refused(
    store: Store, holder: Holder, tmp_path: Path
) -> None:
    fill(store, holder)
    with pytest.raises(StoreError, match="record's own files"):
        clean_up(store, wanted(segments_path(tmp_path) / "old"))


def test_a_full_disk_removes_nothing_and_can_be_finished(
    store: Store, holder: Holder, reader: Reader, tmp_path: Path
) -> None:
    fill(store, holder)

    def full(step: str) -> None:
        if step == "part written":
            raise OSError(28, os.strerror(28))

    with pytest.raises(StoreError, match="No space left"):
        clean_up(store, wanted(tmp_path), steps=full)
    assert len(documents(reader)) == 9
    assert clean_up(store, wanted(tmp_path)).removed == 5


def test_a_reader_sees_all_or_nothing_of_each_step(
    store: Store, holder: Holder, reader: Reader, tmp_path: Path
) -> None:
    fill(store, holder)
    seen: list[int] = []
    clean_up(store, wanted(tmp_path), steps=lambda _: seen.append(len(documents(reader))))
    assert seen == sorted(seen, reverse=True)
    # Of nine rows June's customer, then its three invoices, then one of August.
    assert sorted(set(seen)) == [4, 5, 8, 9]


def test_one_process_cleans_up_at_a_time(store: Store, holder: Holder, tmp_path: Path) -> None:
    fill(store, holder)
    refused: list[str] = []
    with open_store(tmp_path, HandClock()) as other:

        def meet(step: str) -> None:
            if step == "part noted" and not refused:
                with pytest.raises(StoreError, match="Another process") as error:
                    clean_up(other, wanted(tmp_path))
                refused.append(error.value.message)

        clean_up(store, wanted(tmp_path), steps=meet)
    assert refused


@pytest.mark.parametrize("step", STEPS)
def test_a_cleanup_killed_at_any_step_is_finished_by_the_next(
    tmp_path: Path, doer: Doer, step: str
) -> None:
    """Each attempt is in the record or in the export, and at the end in exactly one of them."""
    with open_store(tmp_path, HandClock()) as store, store.holder() as me:
        fill(store, me)
    assert doer.do(tmp_path, "clean up", step) == -signal.SIGKILL
    into = tmp_path / "out"
    with open_reader(tmp_path) as reader:
        there = set(newest(reader, ALL, 99)["id"].to_pylist())
    exported = {number for file in into.rglob("*.parquet") for number in _ids(file)}
    assert there | exported == set(range(1, 10))
    with open_store(tmp_path, HandClock()) as store:
        report = clean_up(store, wanted(into), grace=timedelta(0))
        if step != "ended":
            assert (report.exported, report.removed) == (5, 5)
        assert store.seal(force=True, grace=timedelta(0)).unknown == ()
    with open_reader(tmp_path) as reader:
        left = newest(reader, ALL, 99)["id"].to_pylist()
        assert not any(month.going for month in months(reader, CUTOFF))
    taken = [number for file in into.rglob("*.parquet") for number in _ids(file)]
    assert sorted([*left, *taken]) == list(range(1, 10))
    assert len(list(into.iterdir())) == 1


def _ids(file: Path) -> list[int]:
    found: list[int] = pq.ParquetFile(file).read(columns=["id"])["id"].to_pylist()
    return found


def test_a_moment_needs_its_zone(store: Store, tmp_path: Path) -> None:
    """A cutoff without one would be another moment on another machine."""
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - that is the point
    with pytest.raises(TypeError):
        clean_up(store, Wanted(before=naive, into=tmp_path, form="csv", actor=""))
    assert naive.replace(tzinfo=UTC) < NOW
