"""Whether a file holds the attempts that the list says it holds."""

import sqlite3
from dataclasses import fields
from pathlib import Path

import duckdb

from sync.store import parquet
from sync.store.snapshot import Segment


def listed(row: sqlite3.Row) -> Segment:
    """The segment of a row of the hub's `segment` table."""
    return Segment(**{field.name: row[field.name] for field in fields(Segment)})


def content_fault(path: Path, segment: Segment) -> str:
    """What is wrong with a file's rows, as the end of a sentence that begins with its name.

    Every value is read: some ten seconds for a million attempts. Empty when nothing is wrong.
    """
    try:
        found = parquet.describe(path)
    except duckdb.Error as error:
        return f"cannot be read ({str(error).partition(chr(10))[0]})"
    if found["ids"] != found["rows"] or found["groups"] != 1 or found["running"]:
        return "holds what no file of ours does"
    for field in fields(Segment):
        name = field.name
        if name != "path" and found[name] != getattr(segment, name):
            return f"holds other attempts ({name} is {found[name]}, not {getattr(segment, name)})"
    return ""
