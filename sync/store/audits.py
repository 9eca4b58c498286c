"""What the audit trail is asked. Its rows are only ever added."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Final, Literal

from sync.store import codec
from sync.store.audit import audit_of
from sync.store.csv_export import harmless
from sync.store.reader import Reader
from sync.store.rows import AuditRow

_WHERE: Final = """
from audit
where (:action = '' or action = :action)
    and (:actor = '' or actor = :actor)
    and (:since is null or at >= :since)
    and (:until is null or at < :until)
    and (:text = '' or what like :part escape '\\' or facts like :part escape '\\'
        or actor like :part escape '\\')
    and id < :below
"""
_BATCH: Final = 1000
_HIGHEST: Final = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which audit rows. The default is all of them.

    Attributes:
        action: E.g. "resync"; empty means all.
        actor: Who did it; empty means all.
        since, until: Moments between which it was done, the last not included; None for no bound.
        text: Part of what it was done to, of who did it or of the particulars; as typed.
    """

    action: str = ""
    actor: str = ""
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""


def count(reader: Reader, asked: AuditFilter) -> int:
    """How many rows a filter leaves."""
    statement = " ".join(("select count(*) as n", _WHERE))
    return int(reader.rows(statement, _values(asked, _HIGHEST))[0]["n"])


def page(reader: Reader, asked: AuditFilter, most: int, *, below: int = _HIGHEST) -> list[AuditRow]:
    """The latest rows of a filter, newest first.

    Args:
        reader: Of the store.
        asked: Which.
        most: How many at most.
        below: Only rows with lower ids.
    """
    statement = " ".join(("select *", _WHERE, "order by id desc limit :most"))
    rows = reader.rows(statement, {**_values(asked, below), "most": most})
    return [audit_of(row) for row in rows]


def everything(reader: Reader, asked: AuditFilter) -> Iterator[AuditRow]:
    """All rows of a filter, newest first, a few at a time."""
    below = _HIGHEST
    while found := page(reader, asked, _BATCH, below=below):
        yield from found
        below = found[-1].id


def export_csv(
    reader: Reader, asked: AuditFilter, language: Literal["nl", "en"], target: BinaryIO
) -> int:
    """Write every row of a filter, newest first; the number of rows.

    UTF-8 with a byte-order mark; moments are ISO dates in UTC; `facts` is JSON. Text that a
    spreadsheet would take for a formula gets an apostrophe in front.

    Args:
        reader: Of the store.
        asked: Which rows.
        language: "nl" writes semicolons, "en" commas.
        target: An open file.
    """
    line = io.TextIOWrapper(target, "utf-8-sig", newline="", write_through=True)
    written = csv.writer(line, delimiter=";" if language == "nl" else ",", lineterminator="\n")
    written.writerow(("id", "at", "actor", "action", "what", "facts"))
    number = 0
    for number, row in enumerate(everything(reader, asked), 1):  # noqa: B007 - the last one counts
        facts = json.dumps(row.facts, ensure_ascii=False)
        texts = [harmless(text) for text in (row.actor, row.action, row.what, facts)]
        written.writerow((row.id, row.at.isoformat(), *texts))
    line.flush()
    line.detach()
    return number


def known(reader: Reader) -> tuple[list[str], list[str]]:
    """Every action and every actor that the trail has."""
    actions = reader.rows("select distinct action from audit order by action")
    actors = reader.rows("select distinct actor from audit where actor <> '' order by actor")
    return [row["action"] for row in actions], [row["actor"] for row in actors]


def _values(asked: AuditFilter, below: int) -> dict[str, Any]:
    text = codec.clean(asked.text.strip())
    literal = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return {
        "action": asked.action,
        "actor": asked.actor,
        "since": codec.optional(codec.micros, asked.since),
        "until": codec.optional(codec.micros, asked.until),
        "text": text,
        "part": f"%{literal}%",
        "below": below,
    }
