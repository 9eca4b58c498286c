"""The grid of rule 3: subject and predicate to a named cause.

A row lists predicates; `*` is every predicate that the row does not list. A subject without a row,
and a predicate without a cell, make no cause: the text's own words group it then.
"""

from collections.abc import Mapping, Sequence, Set
from typing import Final, NamedTuple

_GRID: Final[Mapping[str, Mapping[str, str]]] = {
    "email": {"missing no unknown unmapped": "email-missing", "exists": "relation-exists",
              "invalid mismatch denied failed inactive isnot": "email-invalid",
              "long": "field-too-long", "*": "email-missing"},
    "vat_number": {"missing no": "vat-number-missing", "long": "field-too-long",
                   "invalid unknown mismatch failed": "vat-number-invalid",
                   "*": "vat-number-invalid"},
    "vat_code": {"unmapped": "vat-code-unmapped", "missing no": "vat-code-missing",
                 "invalid unknown inactive denied": "vat-code-invalid", "*": "vat-code-invalid"},
    "vat": {"unmapped": "vat-code-unmapped", "missing no": "vat-code-missing",
            "mismatch": "vat-amount-differs", "closed": "period-closed",
            "invalid unknown": "vat-code-invalid", "*": "vat-code-invalid"},
    "tax_rate": {"invalid": "vat-code-invalid", "mismatch": "vat-amount-differs",
                 "unmapped unknown missing no": "vat-code-unmapped", "*": "vat-code-unmapped"},
    "vat_amount": {"missing no invalid": "amount-invalid", "mismatch": "vat-amount-differs",
                   "*": "vat-amount-differs"},
    "ledger": {"missing no": "ledger-missing", "unmapped": "ledger-missing",
               "closed inactive unknown invalid denied": "ledger-unknown",
               "exists": "record-exists", "long": "field-too-long", "*": "ledger-unknown"},
    "account": {"missing no unmapped": "ledger-missing", "unknown invalid": "ledger-unknown",
                "closed inactive denied failed": "credentials-wrong"},
    "ledger_category": {"invalid": "ledger-wrong-category", "*": "ledger-wrong-category"},
    "cost_centre": {"unknown invalid missing no": "cost-centre-unknown",
                    "*": "cost-centre-unknown"},
    "payment_term": {"missing no invalid unknown": "payment-term-missing",
                     "*": "payment-term-missing"},
    "country": {"missing no invalid unknown": "country-missing", "*": "country-missing"},
    "address": {"long": "field-too-long", "missing no invalid": "address-missing",
                "*": "address-missing"},
    "name": {"missing no": "name-missing", "long": "field-too-long",
             "exists": "relation-exists"},
    "phone": {"long": "field-too-long", "missing no invalid": "phone-invalid",
              "*": "phone-invalid"},
    "iban": {"long": "field-too-long", "missing no invalid": "iban-invalid",
             "*": "iban-invalid"},
    "customer_data": {"missing no invalid": "customer-data-missing",
                      "*": "customer-data-missing"},
    "currency": {"invalid unknown": "currency-unsupported", "*": "currency-unsupported"},
    "period": {"closed expired denied": "period-closed", "*": "period-closed"},
    "date": {"closed": "period-closed", "expired mismatch": "", "missing no invalid":
             "date-invalid", "*": "date-invalid"},
    "amount": {"mismatch isnot": "totals-differ", "missing no invalid": "amount-invalid"},
    "lines": {"missing no long": "lines-count", "mismatch": "totals-differ"},
    "description": {"missing no": "description-missing", "long": "field-too-long"},
    "template": {"missing no unknown invalid": "template-missing", "*": "template-missing"},
    "article": {"exists": "record-exists", "unknown missing no invalid": "article-invalid"},
    "unit": {"missing no unknown invalid": "unit-invalid", "*": "unit-invalid"},
    "session": {"expired closed invalid unknown": "session-expired", "*": "session-expired"},
    "token": {"expired": "session-expired", "long": "", "invalid unknown": "credentials-wrong",
              "*": "credentials-wrong"},
    "credentials": {"exists long": "", "denied forbidden": "access-denied",
                    "invalid unknown mismatch failed": "credentials-wrong",
                    "*": "credentials-wrong"},
    "user": {"forbidden denied inactive": "access-denied", "closed": "credentials-wrong",
             "unknown invalid failed mismatch": "credentials-wrong"},
    "subscription": {"expired closed": "subscription-ended", "*": "subscription-ended"},
    "permission": {"denied missing no forbidden": "access-denied", "*": "access-denied"},
    "signature": {"invalid mismatch failed": "signature-invalid", "*": "signature-invalid"},
    "nonce": {"invalid exists": "nonce-refused", "*": "nonce-refused"},
    "two_factor": {"missing": "two-factor-required", "*": "two-factor-required"},
    "books": {"closed": "period-closed"},
    "administration": {"closed": "period-closed", "denied forbidden": "access-denied",
                       "unknown no": "administration-unknown", "*": "administration-unknown"},
    "in_ex": {"missing no invalid": "in-ex-invalid", "*": "in-ex-invalid"},
    "kind": {"invalid unknown": "kind-invalid", "*": "kind-invalid"},
    "invoice_number": {"exists": "invoice-number-exists", "missing no": "invoice-number-missing",
                       "unknown unbooked": "invoice-not-found",
                       "invalid": "invoice-number-invalid"},
    "invoice": {"exists": "invoice-number-exists", "unknown unbooked missing no":
                "invoice-not-found", "mismatch": "totals-differ"},
    "mutation": {"exists": "invoice-number-exists", "unknown": "record-not-found",
                 "closed": "period-closed", "mismatch": "totals-differ"},
    "creditmemo": {"exists": "invoice-number-exists", "unknown": "creditmemo-not-found",
                   "mismatch": "totals-differ"},
    "order": {"unknown": "order-not-found", "exists": "invoice-number-exists",
              "mismatch": "totals-differ"},
    "relation": {"exists": "relation-exists", "unknown unbooked": "relation-unknown",
                 "missing no": "relation-missing", "invalid inactive closed": "relation-invalid"},
    "relation_code": {"exists": "relation-exists", "unknown unbooked": "relation-unknown",
                      "missing no": "relation-missing",
                      "invalid inactive closed": "relation-invalid"},
    "number": {"exists": "invoice-number-exists"},
    "value": {"missing no": "field-missing", "invalid": "field-invalid",
              "exists": "record-exists", "unknown": "record-not-found"},
    "field": {"missing no": "field-missing", "exists": "record-exists",
              "invalid unknown": "field-invalid"},
    "record": {"unknown": "record-not-found", "exists": "record-exists"},
    "route": {"unknown": "route-not-found", "*": "route-not-found"},
}  # fmt: skip

CELLS: Final[Mapping[tuple[str, str], str]] = {
    (subject, predicate): cause
    for subject, row in _GRID.items()
    for predicates, cause in row.items()
    for predicate in predicates.split()
}
"""Cause by subject and predicate; predicate "*" for the rest of a row."""

_STICKY: Final[Mapping[str, str]] = {
    "session": "session-expired",
    "signature": "signature-invalid",
    "nonce": "nonce-refused",
    "credentials": "credentials-wrong",
    "token": "credentials-wrong",
    "vat_code": "vat-code-invalid",
    "tax_rate": "vat-code-unmapped",
    "vat_number": "vat-number-invalid",
    "email": "email-missing",
    "country": "country-missing",
    "address": "address-missing",
    "phone": "phone-invalid",
    "iban": "iban-invalid",
    "period": "period-closed",
    "currency": "currency-unsupported",
    "money": "currency-unsupported",
    "kind": "kind-invalid",
    "in_ex": "in-ex-invalid",
    "date": "date-invalid",
    "ledger": "ledger-unknown",
    "cost_centre": "cost-centre-unknown",
    "payment_term": "payment-term-missing",
    "vat_amount": "vat-amount-differs",
    "permission": "access-denied",
    "subscription": "subscription-ended",
}
"""What is nearly always wrong with a thing, for sentences whose predicate is not in the list."""

_NEARLY: Final[Mapping[str, str]] = {
    "mismatch": "invalid",
    "denied": "invalid",
    "forbidden": "invalid",
    "inactive": "invalid",
    "unmapped": "missing",
    "isnot": "invalid",
    "no": "missing",
    "unbooked": "unknown",
}
"""What a predicate amounts to for a subject whose row does not list it."""

_SAME: Final[Mapping[str, str]] = {"asked": "missing", "present": "exists"}
"""Weaker ways to say a predicate."""


class _Exception(NamedTuple):
    """A finding that something else in the text turns into another cause.

    Attributes:
        subjects: For these subjects; empty for all.
        predicates: For these predicates; empty for all.
        beside: When one of these subjects is named or one of these concepts touched; empty for
            always.
        cause: The cause then; empty for none.
    """

    subjects: Set[str]
    predicates: Set[str]
    beside: Set[str]
    cause: str


def _except(cause: str, subjects: str = "", predicates: str = "", beside: str = "") -> _Exception:
    return _Exception(
        frozenset(subjects.split()), frozenset(predicates.split()), frozenset(beside.split()), cause
    )


_EXCEPTIONS: Final = (
    _except("credentials-wrong", "credentials token", "failed"),
    _except("session-expired", "session", "failed"),
    _except("signature-invalid", "signature", "failed"),
    _except("", predicates="failed"),
    _except("", "customer_data", beside="email country address name iban phone vat_number"),
    _except("access-denied", "value permission user credentials", "forbidden", "read"),
    _except("vat-code-unmapped", "tax_rate", "mismatch", "vat_code"),
    _except(
        "vat-code-unmapped", "vat_code vat", "missing no unknown mismatch", "tax_rate rate mapped"
    ),
    _except("credentials-wrong", "permission", "denied", "credentials"),
    _except("relation-unknown", "account", "unknown", "relation relation_code"),
    _except("vat-code-wrong-side", "vat_code vat", "invalid", "side"),
    _except("ledger-wrong-category", "ledger account", beside="ledger_category category"),
    _except("totals-differ", "vat", "mismatch", "amount"),
    _except("lines-count", "lines", "long"),
    _except("", "token credentials", "long"),
    _except("field-too-long", predicates="long"),
)


def cause_of(subject: str, predicate: str, beside: Set[str]) -> str:
    """The named cause of one finding; empty when the grid has none.

    Args:
        subject: What it is about, "" for nothing named.
        predicate: What is wrong with it.
        beside: Everything else that the text names, and every concept it touches.
    """
    predicate = _SAME.get(predicate, predicate)
    for rule in _EXCEPTIONS:
        if (
            (not rule.subjects or subject in rule.subjects)
            and (not rule.predicates or predicate in rule.predicates)
            and (not rule.beside or rule.beside & beside)
        ):
            return rule.cause
    cell = CELLS.get((subject, predicate), CELLS.get((subject, "*")))
    if cell is None and predicate in _NEARLY:
        return CELLS.get((subject, _NEARLY[predicate]), "")
    return cell or ""


def sticky(named: Sequence[str]) -> str:
    """The usual cause of the most telling thing named, the weightiest first; empty for none."""
    return next((_STICKY[name] for name in named if name in _STICKY), "")
