"""What an audit row is about and its particulars, in the reader's words.

The trail keeps names and words of the program; its file and its search hold them as they are.
What is typed by a person or said by a service stands here as it was.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final, get_args
from urllib.parse import parse_qs

from pages.ui import choosing, data, filter_words, following, formats, resyncing
from pages.ui.speech import language, say
from pages.ui.texts import TEXTS
from sync.store import AuditRow
from sync.store.recovery import Kind

_HIDDEN: Final = frozenset(
    {"documents", "keys", "stamp", "lines", "latest", "address", "language", "rules"}
)
"""Facts that only the file holds: long, or of no use to a reader."""
_OF_OURS: Final = frozenset({"show", "regrouped", "regroup begun", *get_args(Kind)})
"""Actions whose object may be one of our own words; a connection may be called the same."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def what(row: AuditRow) -> str:
    """To what something was done. Holds user text as it is."""
    if row.action.startswith("pattern "):
        return filter_words.shown("pattern", row.what)
    if row.action == "stop":
        return following.kind_words(row.what)
    key = f"{row.what}.title" if row.action == "show" else f"audit.of.{row.what}"
    return say(key) if key in TEXTS and row.action in _OF_OURS else row.what


def in_short(facts: Mapping[str, object]) -> str:
    """Facts as one line, without those that only the file holds."""
    said = [
        f"{_name(name)}: {_value(name, value)}"
        for name, value in facts.items()
        if name not in _HIDDEN and value not in ("", None, [], {})
    ]
    return ", ".join(said)


def _name(name: str) -> str:
    key = f"fact.{name}"
    return say(key) if key in TEXTS else name


def _value(name: str, value: object) -> str:
    """A fact's value; one that is not of the form that is written today stays as it was."""
    try:
        return _OF[name](value) if name in _OF else _plain(value)
    except (ValueError, TypeError, InvalidOperation, OverflowError):
        return _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return say("fact.yes" if value else "fact.no")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Mapping):
        return " ".join(f"{_name(str(name))} {_plain(each)}" for name, each in value.items())
    return json.dumps(value, ensure_ascii=False)


def _number(value: object) -> str:
    return formats.number(int(str(value)), language())


def _length(value: object) -> str:
    return _number(len(value)) if isinstance(value, list) else _plain(value)


def _money(value: object) -> str:
    return formats.money(Decimal(str(value)), "EUR", language())


def _day(value: object) -> str:
    """A day or a moment: ISO, or microseconds since 1970, UTC."""
    if isinstance(value, int):
        at = _EPOCH + timedelta(microseconds=value)
    elif len(str(value)) == len("2026-11-29"):
        return formats.day(date.fromisoformat(str(value)), language())
    else:
        at = datetime.fromisoformat(str(value))
    return formats.moment(at, data.settings().timezone, language())


def _word(*prefixes: str) -> Callable[[object], str]:
    """A word of the program by one of its sentences; a strange one as it is."""

    def said(value: object) -> str:
        keys = (f"{prefix}.{value}" for prefix in prefixes)
        return next((say(key) for key in keys if key in TEXTS), _plain(value))

    return said


def _counted(*prefixes: str) -> Callable[[object], str]:
    """How many of each, e.g. "33 booked, 2 failed"."""
    word = _word(*prefixes)

    def said(value: object) -> str:
        if not isinstance(value, Mapping):
            return _plain(value)
        return ", ".join(f"{_number(number)} {word(name)}" for name, number in value.items())

    return said


def _filter(value: object) -> str:
    asked = resyncing.parse(parse_qs(str(value)))
    return choosing.in_words(asked, len(asked.docs))


def _cause(value: object) -> str:
    return filter_words.shown("pattern", str(value))


def _books(value: object) -> str:
    if not isinstance(value, Mapping):
        return _plain(value)
    shown = {"date": _day, "total": _money}
    return " · ".join(shown.get(str(name), _plain)(each) for name, each in value.items())


def _differs(value: object) -> str:
    if not isinstance(value, list):
        return _plain(value)
    field = _word("decide.field")
    return ", ".join(f"{field(name)} {books} / {shop}" for name, books, shop in value)


def _change(value: object) -> str:
    """Entries of a mapping, e.g. "vat NL-21: – → HOOG_VERK_21; ledger product, any, any: 8000"."""
    return "; ".join(_entry(each) for each in str(value).split("; "))


def _entry(text: str) -> str:
    kind, _, rest = text.partition(" ")
    place, colon, codes = rest.partition(": ")
    if kind == "ledger":
        parts = [_word("vat.kind")(part) for part in place.split(", ")[:1]]
        parts += [_word("fact.part")(part) for part in place.split(", ")[1:]]
        place = ", ".join(parts)
        codes = codes.replace("cost centre", say("fact.centre"))
    return f"{_word('fact.entry')(kind)} {place}{colon}{codes}"


_OF: Final[Mapping[str, Callable[[object], str]]] = {
    "amount": _money,
    "books": _books,
    "category": _word("category"),
    "change": _change,
    "count": _number,
    "counts": _counted("outcome"),
    "decide": _word("decide"),
    "differs": _differs,
    "entity": _word("kind"),
    "filter": _filter,
    "moves": _length,
    "refunds": lambda value: ", ".join(map(str, value)) if isinstance(value, list) else str(value),
    "refused": _counted("fact.refused"),
    "side": _word("health.side"),
    "source": _cause,
    "state": _word("run.state"),
    "success": _word("success"),
    "target": _cause,
    **dict.fromkeys(("before", "since", "until", "taken_at"), _day),
    **dict.fromkeys(
        ("addresses", "attempts", "exported", "files", "problems", "removed", "reopened", "rows"),
        _number,
    ),
}
"""How the values of facts are told, by the facts' names."""
