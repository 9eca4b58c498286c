"""A record that cannot be read whole is told, with what to do."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from sync.store import Holder, Store
from sync.store.database import hub_path, segments_path
from sync.store.health import ailments
from tests.store.builders import entry, receive, try_once


@pytest.fixture
def segment(store: Store, holder: Holder, tmp_path: Path) -> Path:
    """The one file of a record of three sealed attempts and an unsealed one."""
    for number in range(3):
        try_once(store, holder, entry(number))
    store.seal(force=True)
    try_once(store, holder, entry(9))
    [found] = segments_path(tmp_path).rglob("*.parquet")
    return found


def test_a_whole_record_has_no_ailment(segment: Path, tmp_path: Path) -> None:
    """Sealed and unsealed attempts together."""
    assert segment.exists()
    assert ailments(tmp_path) == []


def test_without_a_record_it_says_so(tmp_path: Path) -> None:
    """The first run makes it."""
    assert "There is no record yet" in ailments(tmp_path)[0]


def test_a_missing_file_is_told(segment: Path, tmp_path: Path) -> None:
    """Somebody tidied up."""
    segment.unlink()
    assert f"{segment.name} cannot be read: its 3 attempts" in ailments(tmp_path)[0]


def test_a_damaged_file_is_told(segment: Path, tmp_path: Path) -> None:
    """Half of it was written over."""
    data = segment.read_bytes()
    segment.write_bytes(data[: len(data) // 2])
    assert f"{segment.name} cannot be read: its 3 attempts" in ailments(tmp_path)[0]


def test_a_file_with_other_rows_is_told(segment: Path, tmp_path: Path) -> None:
    """An older copy of it was put back."""
    pq.write_table(pq.read_table(segment).slice(1), segment)
    assert "lists 4 attempts, its files hold 3" in ailments(tmp_path)[0]


def test_a_damaged_hub_is_told(store: Store, tmp_path: Path) -> None:
    """Pages in the middle are gone."""
    receive(store, *(entry(number) for number in range(200)))
    store.close()
    path = hub_path(tmp_path)
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 20_000] = b"\xff" * 20_000
    path.write_bytes(bytes(data))
    [told] = ailments(tmp_path)
    assert "damaged" in told or "cannot be read" in told
