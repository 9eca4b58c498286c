"""Why a message got its cause: the rule that decided, in words of both languages."""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from sync.domain.patterns.causes import Language

Rule = Literal[
    "code",
    "code-in-text",
    "weak-code",
    "phrase",
    "status",
    "weak-status",
    "errno",
    "curl",
    "connection",
    "service",
    "finding",
    "figures",
    "subject",
    "own-words",
]

WORDS: Final[Mapping[Language, Mapping[Rule, str]]] = {
    "nl": {
        "code": "code {}",
        "code-in-text": "code {} in het bericht",
        "weak-code": "code {}, en geen woorden die meer zeggen",
        "phrase": "techniek: in het bericht staat '{}'",
        "status": "techniek: HTTP-status {}",
        "weak-status": "HTTP-status {}, en geen woorden die meer zeggen",
        "errno": "techniek: errno {}",
        "curl": "techniek: curl-fout {}",
        "connection": "woorden over de verbinding: {}",
        "service": "woorden over de dienst: {}",
        "finding": "woorden: {}",
        "figures": "woorden: bedragen, en twee getallen",
        "subject": "woorden: het gaat over {}",
        "own-words": "geen regel kent het: gegroepeerd op de eigen woorden",
    },
    "en": {
        "code": "code {}",
        "code-in-text": "code {} in the message",
        "weak-code": "code {}, and no words that say more",
        "phrase": "transport: the message says '{}'",
        "status": "transport: HTTP status {}",
        "weak-status": "HTTP status {}, and no words that say more",
        "errno": "transport: errno {}",
        "curl": "transport: curl error {}",
        "connection": "words about the connection: {}",
        "service": "words about the service: {}",
        "finding": "words: {}",
        "figures": "words: amounts, and two figures",
        "subject": "words: it is about {}",
        "own-words": "no rule knows it: grouped by its own words",
    },
}
"""Each rule in words; `{}` is what it found, in the program's own names."""


class Reason(NamedTuple):
    """The rule that decided, and what it found.

    Attributes:
        rule: See `WORDS`.
        found: A code, a phrase, a status, or concepts of the word list; empty where the rule
            alone says it.
    """

    rule: Rule
    found: str = ""

    def words(self, language: Language) -> str:
        """One line for people."""
        return WORDS[language][self.rule].format(self.found)
