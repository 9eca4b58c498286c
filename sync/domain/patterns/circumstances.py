"""Rule 2 in free words, Dutch and English: time-outs, connections, limits, a service's troubles.

`transport.py` knows fixed sentences; this reads the same from what the words mean, so that a
sentence nobody has listed still falls in its place.
"""

from collections.abc import Sequence, Set
from typing import Final, NamedTuple

from sync.domain.patterns.words import FILLER, Token

_TROUBLE: Final = (
    "not failed invalid mismatch unknown expired denied error refuse must missing forbidden"
)
_LATE: Final = "not drop failed max long"
_UNHEARD: Final = "parse read valid invalid match known empty given code"
_SILENT: Final = frozenset({"of", "break", FILLER})


class _Rule(NamedTuple):
    """A cause and the concepts it takes: all of some, one of others, none of a third kind."""

    cause: str
    every: Set[str]
    some: Set[str]
    none: Set[str]


def _rule(cause: str, every: str, some: str = "", none: str = "") -> _Rule:
    return _Rule(cause, frozenset(every.split()), frozenset(some.split()), frozenset(none.split()))


_LEFT_TO_THE_WORDS: Final = ""
BEFORE: Final = (
    _rule("decision-void", "decided"),
    _rule("tls-failure", "tls", f"{_TROUBLE} parse drop connect internal"),
    _rule("tls-failure", "host", "match mismatch"),
    _rule("nonce-refused", "nonce"),
    _rule("signature-invalid", "signature"),
    _rule("dns-failure", "dns", _TROUBLE),
    _rule("dns-failure", "host", "resolve unknown found known exist", none="account"),
    _rule("dns-failure", "host", _TROUBLE, none="account connect unreachable drop"),
    _rule("dns-failure", "resolve not"),
    _rule("session-expired", "idle", "session token credentials user"),
    _rule("session-expired", "relogin expired"),
    _rule("proxy-failure", "proxy", f"{_TROUBLE} connect server"),
    _rule(_LEFT_TO_THE_WORDS, "", "session token database"),
    _rule("monthly-limit", "month", "calls many", none="timeout lines"),
    _rule("rate-limited", "many reached", none="timeout lines characters amount field email"),
    _rule("rate-limited", "calls", "many reached", none="timeout lines characters long"),
    _rule("rate-limited", "calls each max", none="timeout"),
    _rule("gateway-timeout", "timeout gateway"),
    _rule("connect-timeout", "timeout connect", none="answer read"),
    _rule("read-timeout", "timeout"),
    _rule("connect-timeout", "seconds connect", _LATE, none="answer read many month"),
    _rule("read-timeout", "seconds answer", _LATE, none="many month"),
    _rule("read-timeout", "seconds max", none="many month"),
    _rule("read-timeout", "seconds calls drop", none="many month"),
    _rule(
        "connection-failed",
        "network",
        f"{_TROUBLE} unavailable unreachable",
        none="timeout permission",
    ),
    _rule(_LEFT_TO_THE_WORDS, "unavailable"),
    _rule(_LEFT_TO_THE_WORDS, "temporary unreachable"),
    _rule("connection-failed", "unreachable", "server host connect not"),
    _rule("connection-dropped", "drop", "connect server host answer"),
    _rule("connection-failed", "reached not server", none="max many calls"),
    _rule("connect-timeout", "connect expired"),
    _rule("connection-failed", "connect refuse"),
    _rule("connection-dropped", "connect closed"),
    _rule("connection-failed", "connect", "not failed server", none="mapped"),
    _rule("read-timeout", "answer not", none=f"{_UNHEARD} connect"),
    _rule("redirect-refused", "redirect"),
    _rule("cancelled", "cancelled", none="calls connect answer"),
    _rule("no-vat-to-consumer", "vat consumer not", none="code number permission"),
    _rule("reverse-charge-unset", "vat home business", "not"),
    _rule("foreign-vat", "vat foreign", "business charged"),
)
"""On the way to a service: outranks what the words say of documents."""

AFTER: Final = (
    _rule("database-failure", "database"),
    _rule("resources-exhausted", "resources"),
    _rule("service-unavailable", "unavailable"),
    _rule("service-unavailable", "available not server"),
    _rule("service-unavailable", "temporary unreachable"),
    _rule("zero-total", "zero", "amount used", none="mismatch match"),
    _rule("lines-count", "lines", "many max", none="amount"),
    _rule("relation-ambiguous", "ambiguous relation"),
    _rule("answer-unreadable", "parse", f"{_TROUBLE} answer empty internal expect"),
    _rule("answer-unreadable", "answer", "empty invalid unknown mismatch"),
    _rule("answer-unreadable", "read not"),
    _rule("access-denied", "authorised", _TROUBLE),
    _rule("access-denied", "denied"),
    _rule("service-unavailable", "temporary server not"),
    _rule("server-error", "internal"),
    _rule("server-error", "error server"),
)
"""A service's own troubles, when the words name nothing that is wrong with a document."""


def concepts_of(tokens: Sequence[Token]) -> frozenset[str]:
    """Every concept of every layer that a text touches, prepositions left out."""
    return frozenset(
        concept for token in tokens for concept in token[4:] if concept and concept not in _SILENT
    )


def before_words(said: Set[str]) -> str:
    """The cause on the way to a service that a text's concepts tell; empty for none."""
    return _first(BEFORE, said)


def after_words(said: Set[str]) -> str:
    """The service's own trouble that a text's concepts tell; empty for none."""
    return _first(AFTER, said)


def _first(rules: Sequence[_Rule], said: Set[str]) -> str:
    for rule in rules:
        if rule.every <= said and (not rule.some or rule.some & said) and not rule.none & said:
            return rule.cause
    return ""
