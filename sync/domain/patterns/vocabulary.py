"""Rule 3: what is wrong (predicate) with what (subject), read from Dutch and English words."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple

from sync.domain.patterns.grid import CELLS
from sync.domain.patterns.words import Token

NEGATED: Final[Mapping[str, str]] = {
    "exist": "unknown", "found": "unknown", "known": "unknown", "available": "unknown",
    "valid": "invalid", "mapped": "unmapped", "open": "closed", "match": "mismatch",
    "given": "missing", "empty": "missing", "ask": "missing", "unique": "exists",
    "authorised": "denied", "allowed": "forbidden", "used": "unbooked",
}  # fmt: skip
"""What a negated word says is wrong: "not found" is unknown."""
AFFIRMED: Final[Mapping[str, str]] = {
    "exist": "exists", "exists": "exists", "unknown": "unknown", "missing": "missing",
    "empty": "missing", "required": "missing", "invalid": "invalid", "unmapped": "unmapped",
    "closed": "closed", "mismatch": "mismatch", "expired": "expired", "long": "long",
    "denied": "denied", "given": "asked", "ask": "asked", "inactive": "inactive",
    "failed": "failed",
}  # fmt: skip
"""What a word says is wrong by itself."""
_WITH_ALREADY: Final = frozenset(
    {"used", "known", "exist", "given", "mapped", "found", "available"}
)
PRIORITY: Final = (
    "expired", "exists", "closed", "mismatch", "long", "denied", "forbidden", "unmapped",
    "unknown", "missing", "invalid", "inactive", "no", "unbooked", "isnot", "present", "asked",
    "failed",
)  # fmt: skip
"""The most telling first: of "exists" and "invalid" in one message, "exists" is the cause."""
_LIMITS: Final = frozenset({"max", "too"})
_IDENTIFYING: Final = frozenset({"with", "met"})
_INSIDE: Final = frozenset({"in"})
_HAVING_NONE: Final = frozenset({"no", "geen", "without", "zonder", "neither"})
_HAVING: Final = frozenset({"have", "has", "hebben", "heeft"})
_BEING: Final = frozenset({"is", "are", "zijn"})
_BEING_THERE: Final = frozenset({"er", "there"})
_REACH_ALREADY: Final = 2
_REACH: Final = 7
_REACH_BACK: Final = 4
_MOST: Final = 100
"""Things and predicates that are weighed against each other: no honest message has more."""
_SENTENCE: Final = 40
"""Words; what is longer is no sentence, and read whole each time it would take quadratic time."""

_PAIRS: Final[Mapping[tuple[str, str], str]] = {
    ("vat", "code"): "vat_code", ("vat", "type"): "vat_code", ("vat", "kind"): "vat_code",
    ("vat", "number"): "vat_number", ("vat", "rate"): "tax_rate", ("vat", "lines"): "tax_rate",
    ("vat", "amount"): "vat_amount", ("vat", "category"): "tax_rate", ("vat", "unit"): "vat_code",
    ("invoice", "number"): "invoice_number", ("creditmemo", "number"): "invoice_number",
    ("relation", "code"): "relation_code", ("relation", "number"): "relation_code",
    ("relation", "data"): "customer_data", ("billing", "data"): "customer_data",
    ("billing", "address"): "address", ("country", "code"): "country",
    ("email", "address"): "email", ("cost_centre", "number"): "cost_centre",
    ("ledger", "number"): "ledger", ("ledger", "account"): "ledger", ("ledger", "code"): "ledger",
    ("session", "number"): "session", ("token", "number"): "token", ("relation", "name"): "name",
    ("iban", "number"): "iban", ("account", "name"): "name", ("phone", "number"): "phone",
    ("field", "name"): "field", ("order", "number"): "order", ("rate", "vat"): "tax_rate",
    ("code", "vat"): "vat_code", ("number", "invoice"): "invoice_number",
    ("number", "relation"): "relation_code", ("code", "relation"): "relation_code",
    ("number", "vat"): "vat_number", ("invoice", "account"): "ledger",
    ("sale", "account"): "ledger", ("mutation", "type"): "kind", ("mutation", "kind"): "kind",
    ("relation", "account"): "ledger", ("ledger", "category"): "ledger_category",
    ("account", "category"): "ledger_category", ("category", "ledger"): "ledger_category",
    ("category", "account"): "ledger_category", ("side", "account"): "ledger",
    ("currency", "code"): "currency", ("name", "number"): "field",
    ("credentials", "number"): "credentials", ("amount", "lines"): "amount",
    ("invoice", "mutation"): "mutation",
}  # fmt: skip
"""Neighbours that name one thing together, also with a preposition between them."""

_WEIGHT: Final[Mapping[str, float]] = {
    "invoice_number": 2.4, "relation_code": 2.0, "relation": 1.4, "invoice": 1.4, "creditmemo": 1.2,
    "order": 1.0, "lines": 0.9, "mutation": 1.0, "field": 0.9, "record": 1.2, "number": 0.4,
    "code": 0.3, "type": 0.3, "kind": 1.5, "data": 0.3, "side": 0.0, "vat": 1.6, "rate": 0.5,
    "account": 1.3, "amount": 1.6, "name": 1.9, "category": 0.5, "administration": 1.5,
    "books": 0.4, "parent": 0.0, "billing": 0.2, "ambiguous": 0.0, "article": 1.5, "date": 2.2,
    "route": 1.2,
    "permission": 2.9, "user": 1.0, "description": 2.4, "address": 2.3, "unit": 1.5, "period": 2.8,
    "customer_data": 2.0, "value": 0.6, "money": 0.2, "tax_rate": 2.6, "credentials": 2.2,
    "token": 2.2,
}  # fmt: skip
_DEFAULT_WEIGHT: Final = 3.0


_FITS: Final = 1.2
"""What a subject gains by a predicate that is often said of it."""


class Finding(NamedTuple):
    """One thing that a text says is wrong: predicate and subject, and where it says so."""

    predicate: str
    subject: str
    place: int


class Subject(NamedTuple):
    """One thing that a text names."""

    name: str
    place: int
    clause: int
    governed: bool


def findings(tokens: Sequence[Token]) -> list[Finding]:
    """Everything the text says is wrong, the most telling first; subject "" when none is named."""
    named = list(islice(subjects(tokens), _MOST))
    said = sorted(
        islice(_predicates(tokens, named), _MOST),
        key=lambda found: (PRIORITY.index(found[0]), found[1]),
    )
    return [
        Finding(predicate, _subject_of(predicate, place, clause, named), place)
        for predicate, place, clause in said
    ]


def weightiest(tokens: Sequence[Token]) -> list[str]:
    """What the text names, the weightiest first."""
    named = sorted(subjects(tokens), key=lambda subject: (-_score(subject, 0, 0), subject.name))
    return [subject.name for subject in named]


def subjects(tokens: Sequence[Token]) -> Iterator[Subject]:
    """What the text names, neighbours that belong together joined."""
    governed = False
    waiting: Subject | None = None
    for token in tokens:
        if token.grammar == "of":
            governed = True
            continue
        name = "value" if token.word == "<value>" else token.subject
        if name is None:
            if token.grammar is None or token.predicate:
                governed = False
            continue
        current = Subject(name, token.place, token.clause, governed)
        if waiting and (joined := _joined(waiting, current)):
            waiting = joined
        else:
            if waiting:
                yield waiting
            waiting = current
        governed = False
    if waiting:
        yield waiting


def _joined(first: Subject, second: Subject) -> Subject | None:
    """Two neighbours as one; a joined subject may join again (invoice, number, vat stays two)."""
    if first.clause != second.clause or second.place - first.place > (3 if second.governed else 2):
        return None
    name = _PAIRS.get((first.name, second.name))
    return Subject(name, second.place, second.clause, first.governed) if name else None


def _predicates(
    tokens: Sequence[Token], named: Sequence[Subject]
) -> Iterator[tuple[str, int, int]]:
    """Predicate, place, clause; negations resolved."""
    negated: set[int] = set()
    already = [token for token in tokens if token.grammar == "already"]
    limited = {token.clause for token in tokens if token.grammar in _LIMITS}
    for index, token in enumerate(tokens):
        if (
            token.grammar in {"not", "must"}
            and not _negate(tokens, index, negated)
            and (bare := _bare_negation(tokens, index, named))
        ):
            yield bare, token.place, token.clause
    for token in already:
        if _names_next(token, named):
            yield "present", token.place, token.clause
    for index, token in enumerate(tokens):
        if token.predicate and (
            meant := _meant(token, index in negated, already, token.clause in limited)
        ):
            yield meant, token.place, token.clause


def _meant(token: Token, negated: bool, already: Sequence[Token], limited: bool) -> str | None:
    """What a predicate comes to beside "not", "already" and "at most"."""
    predicate = token.predicate or ""
    reach = _REACH_ALREADY if negated else _REACH
    if predicate in _WITH_ALREADY and any(
        token.part == other.part and abs(token.place - other.place) <= reach for other in already
    ):
        return "exists"
    if negated:
        return NEGATED.get(predicate)
    if predicate == "characters":
        return "long" if limited else None
    return AFFIRMED.get(predicate)


def _negate(tokens: Sequence[Token], index: int, negated: set[int]) -> bool:
    """Mark what a negation negates: what follows it, or else what stands just before it."""
    this = tokens[index]
    hit = False
    for at in range(index + 1, len(tokens)):
        other = tokens[at]
        if other.part != this.part or other.place - this.place > _REACH or other.grammar == "not":
            break
        if other.predicate in NEGATED or other.predicate == "required":
            negated.add(at)
            hit = True
    if hit or this.grammar == "must":
        return hit
    for at in range(index - 1, -1, -1):
        other = tokens[at]
        if other.part != this.part or this.place - other.place > _REACH_BACK:
            break
        if other.predicate in NEGATED:
            negated.add(at)
            return True
    return False


def _bare_negation(tokens: Sequence[Token], index: int, named: Sequence[Subject]) -> str:
    """What "no", "is not" and "not in" say without a predicate; empty for nothing."""
    this = tokens[index]
    following = tokens[index + 1 : index + _SENTENCE]
    rest = [other for other in following if other.part == this.part]
    if rest and rest[0].word in _INSIDE:
        return "unknown"
    if this.grammar != "not" or not _names_next(this, named):
        return ""
    preceding = tokens[max(0, index - _SENTENCE) : index]
    before = [other.word for other in preceding if other.part == this.part]
    if before and before[-1] in _BEING and not _BEING_THERE & set(before):
        return "isnot"
    if this.word not in _HAVING_NONE and not (rest and rest[0].word in _HAVING):
        return ""
    if any(other.word in _IDENTIFYING for other in rest):
        return "unknown"
    return "no"


def _names_next(token: Token, named: Sequence[Subject]) -> bool:
    """Whether a negation stands before a thing: "no e-mail address", "geen rechten"."""
    return any(
        subject.clause == token.clause and 0 < subject.place - token.place < 4 for subject in named
    )


def _subject_of(predicate: str, place: int, clause: int, named: Sequence[Subject]) -> str:
    """The thing that a predicate is about: the weightiest of its clause, or else of the text."""

    def score(subject: Subject) -> float:
        """How much speaks for a subject; more where it is said to do such things."""
        fits = _FITS if (subject.name, predicate) in CELLS else 0.0
        return _score(subject, place, clause) + fits

    own = [subject for subject in named if subject.clause == clause]
    if predicate in _OF_THE_NEXT:
        following = [subject for subject in own if subject.place > place]
        return following[0].name if following else ""
    best = max(own or named, key=score, default=None)
    if own and best and _DEFAULTS_TO_TEXT.get(best.name):
        best = max(named, key=score)
    return best.name if best else ""


_OF_THE_NEXT: Final = frozenset({"no", "isnot"})
"""Said of what follows: "an invoice has no lines" is about the lines."""
_DEFAULTS_TO_TEXT: Final[Mapping[str, bool]] = dict.fromkeys(
    ("number", "code", "type", "data", "side", "rate", "category", "billing", "parent", "ambiguous",
     "lines", "field", "value"),
    True,
)  # fmt: skip
"""Too little said by themselves: a weightier thing in another clause is meant."""


def _score(subject: Subject, place: int, clause: int) -> float:
    weight = _WEIGHT.get(subject.name, _DEFAULT_WEIGHT)
    if subject.governed:
        weight -= 0.9
    if subject.clause != clause:
        weight -= 0.5
    return weight - abs(subject.place - place) * 0.05
