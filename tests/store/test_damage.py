"""A damaged file is noticed, named and set apart; everything else stays readable."""

import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from sync.store import Holder, Store, damage
from sync.store.database import segments_path
from sync.store.filters import LogFilter
from sync.store.queries import count, export_csv, freshness, newest, story
from sync.store.reader import Reader, open_reader
from tests.store.builders import NOW, HandClock, booked, entry, failed, try_once

EVERYTHING = LogFilter()
NOBODY = timedelta(0)


def cut(path: Path) -> None:
    """Half of it is gone."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def flip(path: Path) -> None:
    """One bit is another, in the middle; its age and size are what they were."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    seen = path.stat()
    path.write_bytes(bytes(data))
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))


def lose(path: Path) -> None:
    """Somebody tidied up."""
    path.unlink()


HARMS = pytest.mark.parametrize("harm", [cut, flip, lose])
Harm = Callable[[Path], None]


@pytest.fixture
def segments(store: Store, holder: Holder, tmp_path: Path) -> dict[str, Path]:
    """Three files: two invoices of November, one customer of it, one invoice of October."""
    for number in (1, 2):
        try_once(store, holder, entry(number), failed() if number == 2 else booked())
    try_once(store, holder, entry(3, "customer"))
    earlier = NOW - timedelta(days=30)
    try_once(store, holder, entry(4), booked(earlier), at=earlier)
    store.seal(force=True)
    try_once(store, holder, entry(5))
    found = segments_path(tmp_path).rglob("*.parquet")
    return {f"{path.parts[-3][7:]} {path.parts[-2][6:]}": path for path in found}


@HARMS
def test_it_is_noticed_named_and_set_apart_and_the_rest_is_read(
    store: Store, reader: Reader, segments: dict[str, Path], harm: Harm
) -> None:
    november = segments["invoice 2026-11"]
    assert count(reader, EVERYTHING).rows == 5
    harm(november)
    [found] = store.notice(thorough=True)
    assert found.path.endswith(f"/{november.name}")
    assert (found.entity, found.month, found.rows) == ("invoice", "2026-11", 2)
    assert found.problem
    assert newest(reader, EVERYTHING, 9)["document_id"].to_pylist() == [5, 4, 3]
    assert count(reader, EVERYTHING).rows == 3
    assert [x.path for x in reader.snapshot().damaged] == [found.path]
    proof = store.verify()
    [named] = [x for x in proof.problems if november.name in x]
    assert "2 attempts are not shown" in named
    assert (proof.attempts, proof.documents) == (3, 0), "the documents cannot be compared"
    report = store.seal(force=True, grace=NOBODY)
    assert (report.rows, report.damaged, report.unknown) == (1, (found.path,), ())
    assert november.exists() == (harm is not lose), "nobody deletes it"


@HARMS
def test_it_is_taken_back_when_it_was_put_back(
    store: Store, reader: Reader, segments: dict[str, Path], tmp_path: Path, harm: Harm
) -> None:
    """From a backup, say."""
    november, kept = segments["invoice 2026-11"], tmp_path / "backup"
    shutil.copy2(november, kept)
    harm(november)
    assert store.verify().problems
    shutil.copy2(kept, november)
    assert store.verify().problems == ()
    assert store.damaged() == ()
    assert newest(reader, EVERYTHING, 9)["document_id"].to_pylist() == [5, 4, 3, 2, 1]


@pytest.mark.parametrize("harm", [cut, lose])
def test_a_reader_that_meets_it_first_goes_on_without_it(
    reader: Reader, segments: dict[str, Path], harm: Harm, tmp_path: Path
) -> None:
    """Every question is answered from the rest, by readers old and new, until it is put back."""
    november, kept = segments["invoice 2026-11"], tmp_path / "backup"
    shutil.copy2(november, kept)
    count(reader, LogFilter(q="Success"))
    harm(november)
    for each in (reader, open_reader(tmp_path)):
        assert newest(each, EVERYTHING, 9)["document_id"].to_pylist() == [5, 4, 3]
        assert count(each, LogFilter(q="Success")).rows == 3
        assert count(each, EVERYTHING).rows == 3
        assert story(each, entry(1).key).num_rows == 0
        assert freshness(each).newest
        assert export_csv(each, EVERYTHING, "nl", BytesIO(), {"id": "id"}) == 3
        assert [x.rows for x in each.snapshot().damaged] == [2]
        assert each.snapshot() is each.snapshot()
    shutil.copy2(kept, november)
    assert count(reader, LogFilter(q="Success")).rows == 4
    assert reader.snapshot().damaged == ()


def test_a_flipped_bit_never_stops_a_reader(
    store: Store, segments: dict[str, Path], tmp_path: Path
) -> None:
    """Wherever it is; some show in an answer until the checksum is looked at, none in an error."""
    november = segments["invoice 2026-11"]
    data = november.read_bytes()
    for position in range(0, len(data), len(data) // 40):
        broken = bytearray(data)
        broken[position] ^= 0x10
        november.write_bytes(bytes(broken))
        with open_reader(tmp_path) as reader:
            assert newest(reader, EVERYTHING, 9).num_rows in {3, 5}
        assert len(store.notice(thorough=True)) == 1
        november.write_bytes(data)
        assert store.notice() == ()


def test_a_damaged_file_is_not_merged_into_a_whole_one(
    store: Store, holder: Holder, reader: Reader, clock: HandClock, segments: dict[str, Path]
) -> None:
    """Compaction would hide it under a checksum that is right."""
    try_once(store, holder, entry(6))
    store.seal(force=True)
    flip(segments["invoice 2026-11"])
    clock.at = NOW + timedelta(days=30)
    assert store.compact(grace=NOBODY).compacted == 0
    assert [x.rows for x in store.damaged()] == [2]
    assert segments["invoice 2026-11"].exists()
    try_once(store, holder, entry(7), booked(NOW), at=NOW)
    assert store.seal(force=True, grace=NOBODY).compacted == 2
    assert sorted(newest(reader, EVERYTHING, 9)["document_id"].to_pylist()) == [3, 4, 5, 6, 7]


def test_what_is_due_is_read_a_share_at_a_time(
    store: Store, segments: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker's round finds a flipped bit within a day, and never reads everything at once."""
    flip(segments["customer 2026-11"])
    assert store.seal().damaged == (), "written less than a day ago"
    with store.write() as hub:
        hub.execute("update segment set proven_at = 0")
    monkeypatch.setattr(damage, "ROUND_BYTES", 1)
    rounds = [len(store.seal().damaged) for _ in range(3)]
    assert sorted(rounds) == rounds
    assert rounds[-1] == 1


def test_a_file_of_an_older_version_gets_its_checksum_when_it_is_right(
    store: Store, segments: dict[str, Path]
) -> None:
    """It is held against what the list says that it holds."""
    with store.write() as hub:
        hub.execute("update segment set size = null, checksum = '', proven_at = null")
    cut(segments["customer 2026-11"])
    [found] = store.notice()
    assert found.entity == "customer"
    with store.read() as hub:
        known = dict(hub.execute("select state, count(*) from segment where checksum <> ''"))
    assert known == {"listed": 2}


def test_another_file_under_its_name_is_set_apart(store: Store, segments: dict[str, Path]) -> None:
    """Also one that can be read, and whose checksum nobody knows."""
    with store.write() as hub:
        hub.execute("update segment set size = null, checksum = '', proven_at = null")
    shutil.copy2(segments["invoice 2026-10"], segments["invoice 2026-11"])
    [found] = store.notice()
    assert "holds other attempts" in found.problem
