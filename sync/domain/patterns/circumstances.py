"""Rule 2 in free words, Dutch and English: time-outs, connections, limits, a service's troubles.

`transport.py` knows fixed sentences; this reads the same from what the words mean, so that a
sentence nobody has listed still falls in its place.
"""

from collections.abc import Sequence, Set
from typing import Final

from sync.domain.patterns.words import FILLER, Token

_TROUBLE: Final[Set[str]] = frozenset(
    {"not", "failed", "invalid", "mismatch", "unknown", "expired", "denied", "error", "refuse",
     "must", "missing"}
)  # fmt: skip


_ANSWERED: Final[Set[str]] = frozenset(
    {"parse", "read", "valid", "invalid", "match", "known", "empty", "given", "code"}
)
_SILENT: Final = frozenset({"of", "break", FILLER})


def concepts_of(tokens: Sequence[Token]) -> frozenset[str]:
    """Every concept of every layer that a text touches, prepositions left out."""
    return frozenset(
        concept for token in tokens for concept in token[4:] if concept and concept not in _SILENT
    )


def before_words(said: Set[str]) -> str:
    """Causes on the way to a service that outrank what the words say of documents."""
    if "tls" in said and said & (_TROUBLE | {"parse", "drop", "connect", "internal"}):
        return "tls-failure"
    if "host" in said and said & {"match", "mismatch"}:
        return "tls-failure"
    if "host" in said and said & (_TROUBLE | {"resolve"}) and "account" not in said:
        return "dns-failure"
    if "resolve" in said and "not" in said and said & {"server", "connect"}:
        return "dns-failure"
    if "proxy" in said and said & (_TROUBLE | {"connect", "server"}):
        return "proxy-failure"
    if said & {"session", "token", "database"}:
        return ""
    return _limited(said) or _late(said) or _disconnected(said)


def _late(said: Set[str]) -> str:
    waited = "timeout" in said or (
        "seconds" in said
        and not said & {"many", "month"}
        and (said & {"answer", "connect", "max"} or {"calls", "drop"} <= said)
        and said & {"not", "drop", "failed", "max", "long"}
    )
    if not waited:
        return ""
    if "gateway" in said:
        return "gateway-timeout"
    if "connect" in said and not said & {"answer", "read"}:
        return "connect-timeout"
    return "read-timeout"


def _limited(said: Set[str]) -> str:
    if said & {"characters", "long", "lines", "timeout"}:
        return ""
    if "calls" in said and "month" in said:
        return "monthly-limit"
    if "calls" in said and (said & {"many", "reached"} or {"each", "max"} <= said):
        return "rate-limited"
    if "many" in said and "month" in said:
        return "monthly-limit"
    return ""


def _disconnected(said: Set[str]) -> str:
    if "unavailable" in said:
        return ""
    if "unreachable" in said and said & {"server", "host", "connect", "not"}:
        return "connection-failed"
    if "drop" in said and said & {"connect", "server", "host", "answer"}:
        return "connection-dropped"
    if {"reached", "not", "server"} <= said and not said & {"max", "many", "calls"}:
        return "connection-failed"
    if "connect" not in said:
        return "read-timeout" if {"answer", "not"} <= said and not said & _ANSWERED else ""
    if "refuse" in said:
        return "connection-failed"
    if "closed" in said:
        return "connection-dropped"
    if (said & {"not", "failed"} and "mapped" not in said) or "server" in said:
        return "connection-failed"
    return ""


def after_words(said: Set[str]) -> str:
    """A service's own troubles, when the words name nothing that is wrong with a document."""
    if "database" in said:
        return "database-failure"
    if "resources" in said:
        return "resources-exhausted"
    if "unavailable" in said or {"available", "not", "server"} <= said:
        return "service-unavailable"
    if "parse" in said and said & (_TROUBLE | {"answer", "empty", "internal", "expect"}):
        return "answer-unreadable"
    if "answer" in said and said & {"empty", "invalid", "unknown", "mismatch"}:
        return "answer-unreadable"
    if "read" in said and "not" in said:
        return "answer-unreadable"
    if "authorised" in said and said & _TROUBLE:
        return "access-denied"
    if "denied" in said:
        return "access-denied"
    if {"temporary", "server", "not"} <= said:
        return "service-unavailable"
    if "internal" in said or {"error", "server"} <= said:
        return "server-error"
    return ""
