"""What goes in comes out: through the hub, through Parquet, through compaction, value for value."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.store import open_store
from sync.store.codec import ATTEMPT, clean, micros, moment
from sync.store.filters import LogFilter
from sync.store.queries import newest
from sync.store.reader import Reader, open_reader
from sync.store.snapshot import SCHEMA
from tests.store.builders import HandClock
from tests.store.rows import MOMENTS, TEXT, Planned, planned, record

QUICK = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@QUICK
@given(st.lists(planned(), min_size=1, max_size=12), st.lists(planned(), max_size=6))
def test_every_value_survives_sealing_and_compaction(
    tries: list[Planned], later: list[Planned]
) -> None:
    with TemporaryDirectory() as folder:
        home = Path(folder)
        with (
            open_store(home, HandClock()) as store,
            store.holder() as holder,
            open_reader(home) as reader,
        ):
            rows = record(store, holder, tries)
            assert _shown(reader) == _expected(rows)
            finished = sum(row["outcome"] is not None for row in rows)
            assert store.seal(force=True).rows == finished
            assert _shown(reader) == _expected(rows)
            running = {row["key"] for row in rows if row["outcome"] is None}
            more = record(store, holder, [x for x in later if x.begin.key not in running])
            shift = {row["key"]: sum(r["key"] == row["key"] for r in rows) for row in more}
            more = [row | {"attempt_no": row["attempt_no"] + shift[row["key"]]} for row in more]
            store.seal(force=True)
            store.compact()
            assert _shown(reader) == _expected(rows + more)


def _shown(reader: Reader) -> list[dict[str, object]]:
    table = newest(reader, LogFilter(), 1000)
    assert table.schema == SCHEMA
    rows: list[dict[str, object]] = table.to_pylist()
    return rows


def _expected(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return [{name: row[name] for name in ATTEMPT} for row in reversed(rows)]


@given(MOMENTS)
def test_a_moment_survives_to_the_microsecond(at: datetime) -> None:
    assert moment(micros(at)) == at


@given(TEXT)
def test_cleaning_text_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    clean(text).encode()


def test_half_a_surrogate_becomes_a_question_mark() -> None:
    assert clean("a\ud800b") == "a?b"
