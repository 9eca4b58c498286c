"""What a filter means, said once more in plain Python, to compare the SQL with."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from sync.store.filters import UNGROUPED, LogFilter


def matches(asked: LogFilter, row: Mapping[str, Any]) -> bool:
    """Whether an attempt, with `open` telling whether its document is failed now, is asked for."""
    answers = {"all": True, "yes": row["success"] is True, "no": row["success"] is False}
    return (
        asked.entity in {None, row["entity"]}
        and (asked.since is None or row["started_at"] >= asked.since)
        and (asked.until is None or row["started_at"] < asked.until)
        and answers.get(asked.success, row["success"] is None)
        and (asked.state == "all" or row["open"])
        and _holds_text(asked.q, row)
        and _among(asked.connections, row["connection"])
        and _among(asked.platforms, row["platform"])
        and _among(_named(asked.categories), row["category"])
        and _among(asked.triggers, row["trigger"])
        and _among(asked.ids, row["id"])
        and asked.pattern in {"", row["pattern"] or UNGROUPED}
        and asked.run in {None, row["run"]}
        and asked.key in {"", row["key"]}
        and (asked.min_duration_ms is None or (row["duration_ms"] or -1) >= asked.min_duration_ms)
    )


def _named(categories: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("" if name == UNGROUPED else name for name in categories)


def _among(values: tuple[Any, ...], value: object) -> bool:
    return not values or value in values


def _holds_text(typed: str, row: Mapping[str, Any]) -> bool:
    wanted = _folded(typed)
    return any(wanted in _folded(row[name]) for name in ("message", "order_no", "document_no"))


def _folded(text: str) -> str:
    """Composed, and each character alone in its lower case where that is one character."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(c.lower()[0] if c != "\u0130" else "i" for c in composed)
