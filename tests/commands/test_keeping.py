"""`backup`, `restore`, `rebuild`, `seal --verify`: the record is kept, proven, brought back."""

from pathlib import Path

import pytest

from sync.store import Store
from sync.store.database import hub_path, segments_path
from tests.commands.conftest import Type
from tests.engine.world import World
from tests.store.builders import entry, failed, try_once


@pytest.fixture
def segment(home: Path, store: Store) -> Path:
    """The one file of a record of two sealed attempts and one that is not; nobody is at work."""
    with store.holder() as me:
        try_once(store, me, entry(1))
        try_once(store, me, entry(2), failed())
        store.seal(force=True)
        try_once(store, me, entry(3))
    store.close()
    [found] = segments_path(home).rglob("*.parquet")
    return found


def test_a_record_is_copied_lost_and_brought_back(
    home: Path, segment: Path, typed: Type, tmp_path: Path
) -> None:
    copy = tmp_path / "elsewhere"
    made = typed("backup", str(copy))
    assert (made.code, made.err) == (0, "")
    assert made.out.startswith(f"3 attempts copied to {copy} and proven: the hub and 1 files, 0.")
    again = typed("backup", str(copy))
    assert (again.code, again.out) == (2, "")
    assert again.err == f"{copy} is not empty: choose a new or an empty folder.\n"
    hub_path(home).unlink()
    lost = typed("status")
    assert (lost.code, lost.out) == (2, "")
    assert "is missing, but not what belongs to it: restore a backup" in lost.err
    back = typed("restore", str(copy))
    assert (back.code, back.err) == (0, "")
    assert back.out.startswith("3 attempts restored as of 2")
    assert "What was there before lies in " in back.out
    assert typed("log", "invoice", "--range", "all", "--format", "jsonl").out.count("\n") == 3
    assert typed("seal", "--verify").code == 0
    assert segment.exists()


def test_what_is_no_backup_is_refused(home: Path, segment: Path, typed: Type) -> None:
    said = typed("restore", str(segments_path(home)))
    assert (said.code, said.out) == (2, "")
    assert "holds no backup, or one that was cut short" in said.err


def test_a_lost_hub_is_made_anew(home: Path, segment: Path, typed: Type) -> None:
    whole = typed("rebuild")
    assert (whole.code, whole.out) == (2, "")
    assert "is whole: there is nothing to rebuild" in whole.err
    hub_path(home).write_bytes(b"")
    made = typed("rebuild")
    assert (made.code, made.err) == (0, "")
    assert "2 documents from 2 attempts: 1 files, and 0 that were not sealed yet." in made.out
    assert "Came along from the old hub: nothing." in made.out
    assert "VAT codes and ledgers are lost: set them again" in made.out
    assert typed("seal", "--verify").code == 0


def test_the_proof_says_how_much_was_proven_and_names_each_difference(
    home: Path, segment: Path, typed: Type
) -> None:
    right = typed("seal", "--verify")
    assert (right.code, right.err) == (0, "")
    assert right.out == (
        "1 files with 3 attempts (unsealed ones included) and 3 documents proven: all is right.\n"
    )
    data = segment.read_bytes()
    segment.write_bytes(data[:-1])
    wrong = typed("seal", "--verify")
    assert wrong.code == 2
    name = segment.relative_to(segments_path(home))
    assert wrong.err == (
        f"{name} has {len(data) - 1} bytes instead of {len(data)}: 2 attempts are not shown\n"
    )
    assert wrong.out.endswith("1 differences.\n")
    sealed = typed("seal")
    assert sealed.code == 2
    assert f"Damaged and set apart: {name}" in sealed.err
    segment.write_bytes(data)
    assert typed("seal", "--verify").out == right.out.replace("1 files", "2 files")


def test_check_names_a_damaged_file(world: World, typed: Type) -> None:
    """With what to do."""
    typed("run")
    typed("seal")
    [one, *_] = segments_path(world.home).rglob("*.parquet")
    data = bytearray(one.read_bytes())
    data[len(data) // 2] ^= 1
    one.write_bytes(bytes(data))
    said = typed("check")
    assert said.code == 2
    assert f"data/attempts/{one.relative_to(segments_path(world.home))} was changed" in said.out
    assert "put the file back from a backup, then run 'python -m sync seal --verify'" in said.out
    assert typed("log", "invoice").code == 0
