"""Which of the files that lie among the segments make up the record, when no hub says so.

A merged file and the files that it replaced may lie side by side, and so may a file whose rows the
hub still had. Each attempt is taken once: the files that the old list names come first, then the
largest, the newest rules, the youngest; a file that holds an attempt twice over is left out, where
it lies.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

import duckdb

from sync.store import integrity, parquet
from sync.store.integrity import Seal
from sync.store.snapshot import Segment

_SHARED: Final = "select count(*) from rows where id in (select id from taken)"


@dataclass(slots=True, kw_only=True)
class Choice:
    """What was found.

    Attributes:
        segments: The files that make up the record, each with what it is.
        runs: The highest number of a run in them.
        left_out: Files that are not read, and why, as the end of a sentence.
    """

    segments: dict[str, tuple[Segment, Seal]] = field(default_factory=dict)
    runs: int = 0
    left_out: dict[str, str] = field(default_factory=dict)


def choose(folder: Path, states: Mapping[str, str]) -> Choice:
    """Look at every file and choose.

    Args:
        folder: Of the segments.
        states: What the old list said of files, by path, as far as it could be read.
    """
    choice = Choice()
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.rglob("*.parquet")):
        name = path.relative_to(folder).as_posix()
        if states.get(name) == "dropped":
            choice.left_out[name] = "was replaced or cleaned up before"
            continue
        try:
            told = parquet.describe(path)
        except duckdb.Error as error:
            choice.left_out[name] = f"cannot be read ({str(error).partition(chr(10))[0]})"
            continue
        if not _is_ours(name, told):
            choice.left_out[name] = "is not one of ours"
            continue
        found[name] = told
    _take(choice, folder, found, states)
    return choice


def _is_ours(name: str, told: Mapping[str, Any]) -> bool:
    return (
        told["rows"] > 0
        and told["ids"] == told["rows"]
        and told["groups"] == 1
        and not told["running"]
        and Path(name).parent.as_posix() == f"entity={told['entity']}/month={told['month']}"
    )


def _take(
    choice: Choice, folder: Path, found: Mapping[str, dict[str, Any]], states: Mapping[str, str]
) -> None:
    def rank(name: str) -> tuple[bool, int, int, int]:
        """Listed files first, then the largest, the newest rules, the newest file."""
        told = found[name]
        age = -(folder / name).stat().st_mtime_ns
        return states.get(name) != "listed", -told["rows"], -told["rules_version"], age

    with parquet.reading() as duck:
        duck.execute("create table taken (id bigint)")
        for name in sorted(found, key=rank):
            parquet.show(duck, [folder / name])
            shared = int(duck.sql(_SHARED).to_arrow_table().column(0)[0].as_py())
            if shared:
                choice.left_out[name] = f"holds {shared} attempts that another file has"
                continue
            duck.execute("insert into taken select id from rows")
            told = found[name]
            values = {x.name: told[x.name] for x in fields(Segment) if x.name != "path"}
            segment = Segment(path=name, **values)
            choice.segments[name] = (segment, integrity.seal(folder / name))
            choice.runs = max(choice.runs, told["run_to"])
