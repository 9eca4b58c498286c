"""What happened lately: the rows that have not settled, and the documents that are failed now."""

import pyarrow as pa

from sync.store import codec
from sync.store.filters import LogFilter
from sync.store.reader import Reader
from sync.store.sieve import sieve
from sync.store.snapshot import Snapshot


def fresh(reader: Reader, state: Snapshot, asked: LogFilter | None = None) -> pa.Table:
    """The fresh rows of a state, whole and with `doc`; those that a filter without text leaves."""
    rows = reader.once(
        state, "fresh", lambda: state.fresh.append_column("doc", _docs(state.fresh["key"]))
    )
    return rows if asked is None else sieve(rows, asked, failed(reader, state))


def failed(reader: Reader, state: Snapshot) -> pa.Array:
    """The documents that are failed now, each as the number by which memory knows it."""
    return reader.once(state, "failed", lambda: _docs(state.failed["key"]))


def _docs(keys: pa.ChunkedArray) -> pa.Array:
    return pa.array([codec.doc(key) for key in keys.to_pylist()], pa.uint64())
