"""A worker that answers, hangs, was killed, or was started twice: told apart from the hub."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sync.store import Store
from sync.store.database import hub_path
from sync.store.reader import Reader
from sync.store.workers import PATIENCE, Watch, liveness


def change(home: Path, statement: str, *values: object) -> None:
    """Write to the hub as some other process would."""
    with closing(sqlite3.connect(hub_path(home))) as hub, hub:
        hub.execute(statement, values)


def test_each_state_of_a_worker_is_told_apart(store: Store, reader: Reader, tmp_path: Path) -> None:
    watch = Watch()
    assert liveness(watch.look(reader, 0.0)) == "none"
    with store.worker() as one:
        assert [(w.state, w.pid) for w in watch.look(reader, 0.0)] == [("answers", one.pid)]
        assert liveness(watch.look(reader, PATIENCE - 0.1)) == "one"
        assert liveness(watch.look(reader, PATIENCE)) == "hangs"
        change(tmp_path, "update holder set counter = counter + 1 where token = ?", one.token)
        assert liveness(watch.look(reader, PATIENCE + 1)) == "one"
        with store.worker():
            assert liveness(watch.look(reader, PATIENCE + 2)) == "several"
        change(tmp_path, "update holder set started = '1' where token = ?", one.token)
        assert liveness(watch.look(reader, PATIENCE + 3)) == "killed"
        change(tmp_path, "delete from holder where token = ?", one.token)
        assert liveness(watch.look(reader, PATIENCE + 4)) == "killed"
    assert liveness(watch.look(reader, PATIENCE + 5)) == "none"
