"""`export`: everything or a filter, in the form that the file's name asks for."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from sync.store import Store
from tests.commands.conftest import Type
from tests.engine.world import write_home
from tests.store.builders import booked, entry, failed, try_once


@pytest.fixture
def filled(store: Store) -> Store:
    """An invoice of last year, one that failed today, and today's customer."""
    now = datetime.now(UTC)
    old = now - timedelta(days=400)
    with store.holder() as me:
        try_once(store, me, entry(1), booked(old), at=old)
        try_once(store, me, entry(2), failed(now), at=now)
        try_once(store, me, entry(3, "customer"), booked(now), at=now)
    return store


@pytest.mark.parametrize(
    ("arguments", "documents"),
    [
        ((), [1, 2, 3]),
        (("--entity", "invoice"), [1, 2]),
        (("--range", "7d"), [2, 3]),
        (("--success", "no"), [2]),
        (("--open",), [2]),
        (("--entity", "invoice", "--document", "000000001"), [1]),
        (("--q", "nothing like it"), []),
    ],
)
def test_the_filters_are_those_of_the_log(
    filled: Store, typed: Type, tmp_path: Path, arguments: tuple[str, ...], documents: list[int]
) -> None:
    """Without one, everything of all days."""
    target = tmp_path / "out.parquet"
    done = typed("export", str(target), *arguments)
    assert (done.code, done.err) == (0, "")
    assert done.out == f"{len(documents)} attempts written to {target}\n"
    assert pq.ParquetFile(target).read()["document_id"].to_pylist() == documents


def test_a_file_that_is_there_is_left_unless_asked(
    filled: Store, typed: Type, tmp_path: Path
) -> None:
    target = tmp_path / "out.csv"
    target.write_text("mine")
    refused = typed("export", str(target))
    assert (refused.code, "--overwrite" in refused.err) == (2, True)
    assert target.read_text() == "mine"
    assert typed("export", str(target), "--overwrite").code == 0
    assert len(target.read_text().splitlines()) == 4


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("out.doc",), "must end with .parquet, .csv, .xlsx"),
        (("none/out.csv",), "No such file"),
        (("out.csv", "--document", "1"), "--entity"),
    ],
)
def test_wrong_use_is_told(
    filled: Store, typed: Type, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    file, *more = arguments
    result = typed("export", str(tmp_path / file), *more)
    assert (result.code, said in result.err) == (2, True), result


def test_what_was_exported_is_imported_into_another_home(
    filled: Store, typed: Type, tmp_path: Path
) -> None:
    """A folder means the files in it; a home that has attempts is refused in one sentence."""
    folder = tmp_path / "out"
    folder.mkdir()
    assert typed("export", str(folder / "all.parquet")).code == 0
    refused = typed("import", str(folder))
    assert (refused.code, "empty store only" in refused.err) == (2, True)
    other = tmp_path / "other"
    other.mkdir()
    write_home(other, "http://127.0.0.1:9", "http://127.0.0.1:9")
    nothing = typed("--home", str(other), "import", str(tmp_path / "none"))
    assert (nothing.code, "No such file" in nothing.err) == (2, True)
    done = typed("--home", str(other), "import", str(folder))
    assert (done.code, done.err) == (0, "")
    assert done.out == "3 attempts at 3 documents imported into 3 files.\n"
    assert "2 attempts" in typed("--home", str(other), "log", "invoice", "--range", "all").out
