"""The grid of rule 3: subject and predicate to a named cause.

A row lists predicates; `*` is every predicate that the row does not list. A subject without a row,
and a predicate without a cell, make no cause: the text's own words group it then.
"""

from collections.abc import Mapping, Set
from typing import Final

_GRID: Final[Mapping[str, Mapping[str, str]]] = {
    "email": {"invalid mismatch denied failed inactive": "email-invalid",
              "exists": "relation-exists", "long": "field-too-long", "*": "email-missing"},
    "vat_number": {"missing no": "vat-number-missing", "long": "field-too-long",
                   "*": "vat-number-invalid"},
    "vat_code": {"unmapped": "vat-code-unmapped", "missing no": "vat-code-missing",
                 "*": "vat-code-invalid"},
    "vat": {"unmapped": "vat-code-unmapped", "missing no": "vat-code-missing",
            "mismatch": "vat-amount-differs", "closed": "period-closed", "*": "vat-code-invalid"},
    "tax_rate": {"invalid": "vat-code-invalid", "mismatch": "vat-amount-differs",
                 "*": "vat-code-unmapped"},
    "vat_amount": {"missing no invalid": "amount-invalid", "*": "vat-amount-differs"},
    "ledger": {"missing no": "ledger-missing", "unmapped": "ledger-missing",
               "closed inactive unknown invalid denied unbooked": "ledger-unknown",
               "exists": "record-exists", "long": "field-too-long"},
    "account": {"missing no unmapped": "ledger-missing", "unknown invalid": "ledger-unknown",
                "closed inactive denied failed": "credentials-wrong"},
    "ledger_category": {"*": "ledger-wrong-category"},
    "cost_centre": {"*": "cost-centre-unknown"},
    "payment_term": {"*": "payment-term-missing"},
    "country": {"*": "country-missing"},
    "address": {"long": "field-too-long", "*": "address-missing"},
    "name": {"missing no": "name-missing", "long": "field-too-long",
             "exists": "relation-exists"},
    "phone": {"long": "field-too-long", "*": "phone-invalid"},
    "iban": {"long": "field-too-long", "*": "iban-invalid"},
    "customer_data": {"long": "field-too-long", "*": "customer-data-missing"},
    "currency": {"*": "currency-unsupported"},
    "period": {"*": "period-closed"},
    "date": {"closed": "period-closed", "long": "field-too-long", "expired mismatch": "",
             "*": "date-invalid"},
    "amount": {"mismatch": "totals-differ", "missing no invalid": "amount-invalid"},
    "lines": {"missing no long": "lines-count", "mismatch": "totals-differ"},
    "description": {"missing no": "description-missing", "long": "field-too-long"},
    "template": {"*": "template-missing"},
    "article": {"exists": "record-exists", "long": "field-too-long", "unknown missing no invalid":
                "article-invalid"},
    "unit": {"*": "unit-invalid"},
    "session": {"*": "session-expired"},
    "token": {"expired": "session-expired", "long": "", "*": "credentials-wrong"},
    "credentials": {"expired": "session-expired", "exists long closed mismatch": "",
                    "denied": "access-denied", "*": "credentials-wrong"},
    "permission": {"*": "access-denied"},
    "signature": {"*": "signature-invalid"},
    "nonce": {"*": "nonce-refused"},
    "two_factor": {"*": "two-factor-required"},
    "administration": {"closed": "period-closed", "denied": "access-denied",
                       "*": "administration-unknown"},
    "in_ex": {"*": "in-ex-invalid"},
    "kind": {"*": "kind-invalid"},
    "invoice_number": {"exists": "invoice-number-exists", "missing no": "invoice-number-missing",
                       "unknown unbooked": "invoice-not-found", "long": "field-too-long",
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
                      "missing no": "relation-missing", "long": "field-too-long",
                      "invalid inactive closed": "relation-invalid"},
    "number": {"exists": "invoice-number-exists"},
    "value": {"missing no": "field-missing", "invalid": "field-invalid",
              "exists": "record-exists", "unknown": "record-not-found"},
    "field": {"missing no": "field-missing", "long": "field-too-long", "exists": "record-exists",
              "invalid unknown": "field-invalid"},
    "record": {"unknown": "record-not-found", "exists": "record-exists"},
    "route": {"*": "route-not-found"},
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
    "ledger": "ledger-unknown",
    "cost_centre": "cost-centre-unknown",
    "payment_term": "payment-term-missing",
    "vat_amount": "vat-amount-differs",
}
"""What is nearly always wrong with a thing, for sentences whose predicate is not in the list."""

_WEAK_ONLY: Final[Set[str]] = frozenset({"failed"})


def cause_of(subject: str, predicate: str, named: Set[str], concepts: Set[str]) -> str:
    """The named cause of one finding; empty when the grid has none.

    Args:
        subject: What it is about, "" for nothing named.
        predicate: What is wrong with it.
        named: Everything else that the text names.
        concepts: Predicate concepts of the text, negated or not.
    """
    predicate = {"asked": "missing", "present": "exists"}.get(predicate, predicate)
    if predicate in _WEAK_ONLY and subject not in {"credentials", "token", "session", "signature"}:
        return ""
    if (
        subject in {"vat_code", "vat"}
        and predicate in {"missing", "no", "unknown"}
        and (named & {"tax_rate", "rate"} or "mapped" in concepts)
    ):
        return "vat-code-unmapped"
    if subject in {"vat_code", "vat"} and predicate == "invalid" and "side" in named:
        return "vat-code-wrong-side"
    if subject == "ledger" and "ledger_category" in named:
        return "ledger-wrong-category"
    if predicate == "long" and subject not in {"lines", "token", "credentials"}:
        return "field-too-long"
    return CELLS.get((subject, predicate), CELLS.get((subject, "*"), ""))


def sticky(named: Set[str]) -> str:
    """The usual cause of the one telling thing that a text names; empty for none or several."""
    causes = {_STICKY[name] for name in named if name in _STICKY}
    return causes.pop() if len(causes) == 1 else ""
