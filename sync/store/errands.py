"""What people asked the worker to do beside booking, as pages follow it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sync.store import codec
from sync.store.reader import Reader

_LATEST: Final = """
select id, kind, actor, asked_at, taken_at, finished_at, result from request
where kind = ? order by id desc limit ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One request.

    Attributes:
        taken_at, finished_at: None before a worker took it up, before it was done.
        result: What came of it by name; empty before that.
    """

    id: int
    kind: str
    actor: str
    asked_at: datetime
    taken_at: datetime | None
    finished_at: datetime | None
    result: Mapping[str, object]


def latest(reader: Reader, kind: str, most: int) -> list[Errand]:
    """The latest requests of a kind, newest first, done and open."""
    found = []
    for row in reader.rows(_LATEST, (kind, most)):
        moments = ("asked_at", "taken_at", "finished_at")
        values = {name: codec.optional(codec.moment, row[name]) for name in moments}
        found.append(Errand(**{**dict(row), **values, "result": json.loads(row["result"])}))
    return found
