"""A store of any version there has been is brought forward whole; a landed step never changes."""

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from sync.errors import StoreError
from sync.store import open_store, schema
from sync.store.database import hub_path, segments_path
from sync.store.filters import LogFilter
from sync.store.mappings import reopened, taxes_of
from sync.store.queries import Counts, count, newest
from sync.store.reader import open_reader
from tests.store.builders import SHOP, HandClock, entry, try_once

WRITTEN = Path(__file__).with_name("versions")
"""Rows and files as the first version wrote them."""

LANDED = (
    *("fe994bff", "f8479e52", "6a4b53bd", "d7e0be8a", "93a9c44b", "4236a9c7", "747d893c"),
    "b49432b8",
    "91ab1926",
    "0a6ae7ca",
    "ccf6a00c",
)
"""How the digest of each step begins; a new step adds its own."""


def a_store_of(version: int, home: Path) -> None:
    """Put a store there as that version left it: three sealed attempts, two that are not."""
    shutil.copytree(WRITTEN / "attempts", segments_path(home))
    with closing(sqlite3.connect(hub_path(home), isolation_level=None)) as hub:
        hub.execute("pragma journal_mode = wal")
        for number, step in enumerate(schema.MIGRATIONS[:version], start=1):
            for statement in step:
                hub.execute(statement)
            if number == 1:
                hub.executescript((WRITTEN / "rows.sql").read_text("utf-8"))
        hub.execute(f"pragma user_version = {version}")
        hub.execute(f"pragma application_id = {0x42574354}")


def shape(home: Path) -> list[tuple[str, ...]]:
    """The tables' columns and the indexes of a home's hub."""
    with closing(sqlite3.connect(hub_path(home))) as hub:
        return sorted(
            (table, *map(str, column))
            for (table,) in hub.execute("select name from sqlite_master").fetchall()
            for column in hub.execute("select * from pragma_table_xinfo(?)", (table,))
        )


@pytest.mark.parametrize("version", range(1, schema.VERSION + 1))
def test_every_version_is_brought_forward_with_all_it_holds(tmp_path: Path, version: int) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    a_store_of(version, old)
    if version < schema.VERSION:
        with pytest.raises(StoreError, match="older Boekwacht: the next run brings it up to date"):
            open_reader(old)
    with open_store(old, HandClock()) as store, store.holder() as me, open_reader(old) as reader:
        assert newest(reader, LogFilter(sort="id:asc"), 9)["id"].to_pylist() == [1, 2, 3, 4, 5]
        everything = LogFilter()
        assert count(reader, everything) == Counts(rows=5, open=1, succeeded=3, failed=2)
        booked = store.document(entry(3).key)
        assert booked
        assert (booked.state, booked.mutation_no, booked.entry) == ("booked", 18, entry(3))
        assert store.mapping(SHOP) == (1, '{"vat":{}}')
        assert [row.action for row in store.audit_rows(9)][-2:] == ["resync", "mapping"]
        assert taxes_of(reader, SHOP) is None
        assert reopened(reader, SHOP, 1) == ()
        assert try_once(store, me, entry(6)).attempt == 6
        store.seal(force=True, grace=timedelta(0))
        assert count(reader, everything).rows == 6
    open_store(new, HandClock()).close()
    assert shape(old) == shape(new)


def test_a_landed_step_is_never_changed() -> None:
    """Stores out there have taken it as it was."""
    digests = [
        hashlib.sha256(json.dumps(step).encode()).hexdigest()[:8] for step in schema.MIGRATIONS
    ]
    assert digests[: len(LANDED)] == list(LANDED)


def test_a_migration_that_breaks_off_leaves_the_older_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All steps or none: the next start begins where this one did."""
    a_store_of(1, tmp_path)
    before = shape(tmp_path)
    broken = (*schema.MIGRATIONS, ("create table half (x)", "no statement"))
    monkeypatch.setattr(schema, "MIGRATIONS", broken)
    monkeypatch.setattr(schema, "VERSION", len(broken))
    with pytest.raises(StoreError, match="syntax error"):
        open_store(tmp_path, HandClock())
    assert shape(tmp_path) == before
    monkeypatch.undo()
    with open_store(tmp_path, HandClock()) as store:
        assert store.document(entry(1).key)
