"""A message, its code and the attempt's own values, to its cause. Pure and deterministic."""

import hashlib
import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from sync.domain.patterns import circumstances, codes, grid, masks, transport, vocabulary
from sync.domain.patterns.causes import CATEGORY, SENTENCE, Category
from sync.domain.patterns.reasons import Reason
from sync.domain.patterns.unwrap import readable
from sync.domain.patterns.words import Token, content, plain, tokens

RULES_VERSION: Final = 1
"""Raised with every release that may move a message to another pattern."""

TEXT_KEY: Final = "text:"
"""How the key of a pattern without a named cause begins; its template follows."""

_FIGURES: Final = frozenset({"<number>", "<amount>"})
_LONGEST_TEMPLATE: Final = 200
_OWN_WORDS: Final = Reason("own-words")
_NONE: Final = ("", _OWN_WORDS)
"""No cause found."""
_NOTHING_KNOWN: Final[Mapping[str, str]] = MappingProxyType({})
_LEVEL: Final = r"(?:error|warning|warn|critical|fatal|notice|info|debug)"
_MENTION: Final = (
    r"(?:invoice|factuur|order|bestelling|credit ?memo|creditnota|document|klant|customer)"
    r"(?: (?:nr|no|nummer|number))?\.?\s?<\w+>"
)
_MENTIONS: Final = (
    r"(?:(?:boeken|verwerken|booking|processing|poging|attempt|try)(?: <number>)?(?: van| of)? )?"
    rf"{_MENTION}(?: \(<(?:date|time)>\)|,? ?[/,]? ?{_MENTION})?(?: mislukt| failed)?"
)
_SUFFIX: Final = re.compile(rf"\s*\({_MENTION}\)\.?$")
_PREFIX: Final = re.compile(
    r"^(?:\s*(?:\[?<(?:date|time|uuid)>\]?|\[<?[a-z_ ]{1,20}>?\]"
    rf"|\[{_MENTION}\]|\({_MENTION}\)"
    r"|(?:[a-z]{1,12}\.)?(?:error|warning|critical|fout|fatal|exception|notice|api error|api fout"
    r"|validation error|validatiefout|fault|foutmelding|melding)\s?[:>|-]"
    r"|(?:could not connect to host|invalid tax code):"
    rf"|[a-z]{{1,12}}\.{_LEVEL}\b|{_LEVEL}(?=\s+\[)|{_LEVEL}\s+[a-z.]{{1,30}}\s+-"
    r"|(?:<\w+>|[a-z-]{1,30})\s(?!sqlstate)[a-z-]{1,30}\[<number>\]:"
    rf"|{_MENTIONS}\s?[:>|-]|#?<(?:id|number)>\s?[:|>-](?=\s))\s?[:>|-]*\s*)+"
)
"""What logs put before a message: moments, levels, the number of the document it was about."""


@dataclass(frozen=True, slots=True)
class Classified:
    """What a message turned out to be.

    Attributes:
        pattern: Id of the cause under this version of the rules, 12 hexadecimal digits.
        template: The sentence that stands for the pattern; equal for all of its messages.
        category: See `causes.Category`.
        values: What stood in this message's placeholders, by their type, in order.
        reason: The rule that decided, and what it found.
        cause: Name of the cause, stable over versions, e.g. "invoice-number-exists"; empty for
            messages that are grouped by their own words.
    """

    pattern: str
    template: str
    category: Category
    values: Mapping[str, tuple[str, ...]]
    reason: Reason
    cause: str

    @property
    def key(self) -> str:
        """What the pattern's id is made of; unlike the id it outlives a version of the rules."""
        return self.cause or f"{TEXT_KEY}{self.template}"

    @property
    def why(self) -> str:
        """The reason as one line of English."""
        return self.reason.words("en")


def classify(
    message: str, *, code: str = "", known: Mapping[str, str] = _NOTHING_KNOWN
) -> Classified:
    """Find the cause of a failed attempt.

    Args:
        message: As stored; any text, also none.
        code: The attempt's `error_code`: ours or the service's; empty when there is none.
        known: The attempt's own field values by name, e.g. {"order_no": "100000012"}.
    """
    values: masks.Values = {}
    text = readable(message)
    masked = masks.mask(masks.mask_known(text, known, values), values)
    whole = plain(masked)
    stripped = _SUFFIX.sub("", _PREFIX.sub("", whole))
    cause, why = _by_code(text, code)
    read = tokens(stripped)
    if not cause:
        cause, why = _by_text(read, stripped, text, code)
    if not cause and len(stripped) < len(whole):
        cause, why = _by_text(tokens(whole), whole, text, code)
    return _named(cause, why, values) if cause else _grouped(read, stripped, values)


def _named(cause: str, reason: Reason, values: masks.Values) -> Classified:
    return Classified(
        pattern=pattern_id(cause),
        template=SENTENCE["en"][cause],
        category=CATEGORY[cause],
        values=_frozen(values),
        reason=reason,
        cause=cause,
    )


def _by_code(text: str, code: str) -> tuple[str, Reason]:
    if cause := codes.cause_of_code(code):
        return cause, Reason("code", code.strip().upper())
    for found in codes.codes_in(text):
        if cause := codes.cause_of_code(found):
            return cause, Reason("code-in-text", found)
    return _NONE


def _by_text(read: Sequence[Token], masked: str, text: str, code: str) -> tuple[str, Reason]:
    cause, why = _by_transport(text, masked, code)
    return (cause, why) if cause else _by_words(read, text, code)


def _by_transport(text: str, masked: str, code: str) -> tuple[str, Reason]:
    cause, phrase = transport.by_phrase(masked)
    if cause:
        return cause, Reason("phrase", phrase)
    status = transport.status_in(text, code)
    if cause := transport.by_status(status):
        return cause, Reason("status", str(status))
    return transport.by_number(text)


def _by_words(read: Sequence[Token], text: str, code: str) -> tuple[str, Reason]:
    said = circumstances.concepts_of(read)
    if cause := circumstances.before_words(said):
        return cause, Reason("connection", _listed(said))
    cause, why = _by_findings(read, said)
    if not cause:
        cause, why = _by_hints(text, code)
    if cause:
        return cause, why
    if cause := circumstances.after_words(said):
        return cause, Reason("service", _listed(said))
    return _by_subject(read)


def _by_hints(text: str, code: str) -> tuple[str, Reason]:
    """What a code or status tells that any words about the cause would outrank."""
    if cause := codes.TEXT_DECIDES.get(code.strip().upper(), ""):
        return cause, Reason("weak-code", code.strip().upper())
    status = transport.status_in(text, code)
    if cause := transport.by_weak_status(status):
        return cause, Reason("weak-status", str(status))
    return _NONE


def _by_subject(read: Sequence[Token]) -> tuple[str, Reason]:
    """What is usually wrong with the weightiest thing named, where no predicate was found."""
    named = vocabulary.weightiest(read)
    figures = sum(token.word in _FIGURES for token in read)
    if "amount" in named and figures > 1:
        return "totals-differ", Reason("figures")
    if cause := grid.sticky(named):
        return cause, Reason("subject", named[0])
    return _NONE


def _by_findings(read: Sequence[Token], said: Set[str]) -> tuple[str, Reason]:
    named = {subject.name for subject in vocabulary.subjects(read)}
    for found in vocabulary.findings(read):
        if cause := grid.cause_of(found.subject, found.predicate, named | said):
            return cause, Reason("finding", f"{found.subject or '…'} + {found.predicate}")
    return _NONE


def _listed(said: Set[str]) -> str:
    return ", ".join(sorted(said))


_GROUP_BY_PREDICATE: Final[tuple[tuple[str, Category], ...]] = (
    ("exists", "duplicate"),
    ("expired", "authentication"),
    ("denied", "authentication"),
    ("unknown", "not_found"),
    ("missing", "validation"),
    ("invalid", "validation"),
    ("long", "validation"),
    ("mismatch", "validation"),
    ("closed", "validation"),
)
_GROUP_BY_CONCEPT: Final[tuple[tuple[str, Category], ...]] = (
    ("credentials", "authentication"),
    ("token", "authentication"),
    ("authorised", "authentication"),
    ("vat_code", "tax_code"),
    ("vat", "tax_code"),
    ("email", "customer_data"),
    ("vat_number", "customer_data"),
    ("country", "customer_data"),
    ("address", "customer_data"),
    ("phone", "customer_data"),
    ("connect", "network"),
    ("timeout", "timeout"),
    ("many", "rate_limit"),
    ("server", "server_error"),
)


def _grouped(read: Sequence[Token], stripped: str, values: masks.Values) -> Classified:
    """Group by the masked text: its words without articles and punctuation, prefixes dropped."""
    template = " ".join(content(stripped))[:_LONGEST_TEMPLATE] or "(no message)"
    return Classified(
        pattern=pattern_id(f"{TEXT_KEY}{template}"),
        template=template,
        category=_guessed(read),
        values=_frozen(values),
        reason=_OWN_WORDS,
        cause="",
    )


def _guessed(read: Sequence[Token]) -> Category:
    """The likely category of a message without a named cause."""
    predicates = {found.predicate for found in vocabulary.findings(read)}
    for predicate, category in _GROUP_BY_PREDICATE:
        if predicate in predicates:
            return category
    said = circumstances.concepts_of(read)
    for concept, category in _GROUP_BY_CONCEPT:
        if concept in said:
            return category
    return "other"


@lru_cache(maxsize=4096)
def pattern_id(key: str) -> str:
    """The id of a pattern's key under this version of the rules, 12 hexadecimal digits."""
    return hashlib.sha256(f"{RULES_VERSION}:{key}".encode()).hexdigest()[:12]


def _frozen(values: masks.Values) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({name: tuple(found) for name, found in values.items()})
