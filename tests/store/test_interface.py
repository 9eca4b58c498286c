"""The Parquet files are a public interface: what data/README.md says of them is true."""

import re
from pathlib import Path

import pytest

from sync.store import Holder, Store
from sync.store.snapshot import SCHEMA
from tests.store.builders import booked, entry, failed, try_once

TEXT = (Path(__file__).resolve().parents[2] / "data" / "README.md").read_text("utf-8")


def code(heading: str) -> str:
    """The lines below a heading that a reader copies."""
    found = re.search(rf"### {heading}\n+```python\n(.*?)```", TEXT, re.DOTALL)
    assert found
    assert len(found[1].splitlines()) == 3
    return found[1]


@pytest.fixture
def sealed(store: Store, holder: Holder, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Two files merged into one, all three still there, as for ten minutes after compaction."""
    for number in range(4):
        try_once(store, holder, entry(number), failed() if number % 2 else booked())
        store.seal(force=True)
    try_once(store, holder, entry(9, "customer"), booked())
    store.seal(force=True)
    assert len(list(store.home.glob("data/attempts/*/*/*.parquet"))) > 2
    monkeypatch.chdir(store.home)
    return store


def test_every_column_is_explained_with_its_type() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| .+ \|$", TEXT, re.MULTILINE)
    names = [(field.name, str(field.type)) for field in SCHEMA]
    assert rows[-len(names) :] == names


def test_the_duckdb_lines_read_each_attempt_once(
    sealed: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    found: dict[str, object] = {}
    exec(code("DuckDB"), found)
    table = found["attempts"].to_arrow_table()  # type: ignore[attr-defined]
    assert sorted(table["document_id"].to_pylist()) == [0, 1, 2, 3, 9]
    assert table.schema.names == SCHEMA.names
    said = capsys.readouterr().out
    assert "created" in said
    assert "242.00" in said


def test_the_pandas_lines_read_each_attempt_once(sealed: Store) -> None:
    found: dict[str, object] = {}
    exec(code("pandas"), found)
    frame = found["attempts"]
    assert sorted(frame["document_id"]) == [0, 1, 2, 3, 9]  # type: ignore[index]
    assert list(frame) == SCHEMA.names  # type: ignore[call-overload]
