"""Rule 1: known codes, SOAP and REST and ours, each on its cause.

Codes that say nothing by themselves (ERR_001, HTTP_400, SOAP_FAULT) are left out on purpose: the
text decides there. SOAP and REST numbers are not derived from each other: MUT_019 equals CMUT019,
but an invalid VAT code is CMUT033 here and MUT_109 there.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from sync.domain import codes

_LISTS: Final[Mapping[str, str]] = {
    "credentials-wrong": "E001.1 E001.3 E001.7 API_SESSION_001 API_SESSION_002",
    "administration-unknown": "E001.2 SECURITY_002",
    "access-denied": "E001.5 E002.5 SECURITY_001 EP_001",
    "session-expired": "E002.1 E002.2 E002.3 E0021 E0022 E0023 E0024 E002.4 SECURITY_010",
    "monthly-limit": "E003.1 E0031",
    "ledger-unknown": "CMUT001 MUT_007 MUT_104 FACT_ITEM_012 REL_048 LEDG_011",
    "ledger-missing": "CFACT040 MUTA_001 MUTA_004 FACT_ITEM_007",
    "ledger-wrong-category": (
        "CMUT001.1 CMUT012 CMUT015 CMUT016 CMUT027 CMUT028 MUT_106 CGB005 CGB006 LEDG_005"
    ),
    "cost-centre-unknown": "CFACT212",
    "period-closed": "CMUT020",
    "date-invalid": "CMUT004 CFACT004 MUT_003 FACT_011 FACT_012 FACT_013",
    "totals-differ": "CMUT010",
    "vat-amount-differs": "CMUT010.1 FACT_ITEM_015",
    "amount-invalid": "FACT_ITEM_004 FACT_ITEM_008 FACT_ITEM_009",
    "lines-count": "CMUT006 CMUT021 CFACT006 MUT_100 FACT_019",
    "description-missing": (
        "CMUT005 CFACT032 CFACT039 FACT_ITEM_001 FACT_VERWERK_002 CGB002 LEDG_003"
    ),
    "payment-term-missing": "CFACT014 MUT_016 FACT_015 FACT_016 REL_030 REL_031",
    "invoice-number-missing": "CMUT013 CMUT023 MUT_002 MUT_120 FACT_006",
    "invoice-number-invalid": "FACT_008 FACT_009",
    "relation-missing": "CMUT014 CMUT024 CFACT024 MUT_012 MUT_112 FACT_001",
    "relation-invalid": "FACT_003 REL_005",
    "field-missing": "CGN003 LEDG_001 MUTA_006",
    "field-invalid": "PAGE_001 PAGE_002 REL_001 REL_004 REL_008 REL_051",
    "field-too-long": (
        "MUT_018 FACT_007 FACT_014 FACT_017 FACT_ITEM_002 FACT_VERWERK_003 FACT_VERWERK_004 "
        "LEDG_002 LEDG_004 REL_003 REL_006 REL_009 REL_010 REL_011 REL_012 REL_013 REL_014 "
        "REL_015 REL_016 REL_017 REL_018 REL_019 REL_020 REL_021 REL_022 REL_024 REL_026 REL_028 "
        "REL_029 REL_032 REL_033 REL_034 REL_035 REL_037 REL_038 REL_039 REL_040 REL_041 REL_042 "
        "REL_043 REL_044 REL_045 REL_046 REL_050"
    ),
    "template-missing": "CFACT027 CFACT028 FACT_018",
    "article-invalid": "CFACT037 FACT_ITEM_003 FACT_ITEM_011",
    "unit-invalid": "FACT_ITEM_010",
    "kind-invalid": "CMUT008 MUT_001",
    "in-ex-invalid": "CMUT003 CMUT003.1 MUT_017 MUTA_005 FACT_010",
    "mail-settings": "CFACT029 CFACT030 CFACT031 FACT_020",
    "direct-debit-data": "CFACT033 CFACT034 CFACT035 CFACT036",
    "request-unreadable": "DATA_01",
    "vat-code-invalid": "CMUT033 CFACT042 MUT_109",
    "vat-code-wrong-side": "CMUT011 MUT_110 MUT_111",
    "vat-code-missing": "CFACT038 CFACT041",
    "invoice-number-exists": "CMUT018 CMUT019 CFACT026 MUT_019 MUT_020 FACT_101 M006",
    "relation-exists": "CREL001 REL_049",
    "record-exists": "CGB001 LEDG_013 MUTA_008",
    "invoice-not-found": "CMUT026 MUT_115",
    "relation-unknown": "CMUT017 CMUT025 CFACT025 MUT_013 MUT_113 FACT_002",
    "email-invalid": "REL_023 REL_025 REL_027",
    "name-missing": "REL_002",
    "iban-invalid": "REL_007",
}

_OURS: Final[Mapping[str, str]] = {
    codes.EMAIL_MISSING: "email-missing",
    codes.EMAIL_INVALID: "email-invalid",
    codes.NAME_MISSING: "name-missing",
    codes.COUNTRY_MISSING: "country-missing",
    codes.ADDRESS_MISSING: "address-missing",
    codes.VAT_NUMBER_INVALID: "vat-number-invalid",
    codes.VAT_NUMBER_MISSING: "vat-number-missing",
    codes.TAX_UNMAPPED: "vat-code-unmapped",
    codes.TAX_CODE_INVALID: "vat-code-invalid",
    codes.NO_VAT_TO_CONSUMER: "no-vat-to-consumer",
    codes.FOREIGN_VAT: "foreign-vat",
    codes.REVERSE_CHARGE_UNSET: "reverse-charge-unset",
    codes.VAT_AMOUNT_DIFFERS: "vat-amount-differs",
    codes.TOTALS_DIFFER: "totals-differ",
    codes.ZERO_TOTAL: "zero-total",
    codes.CURRENCY: "currency-unsupported",
    codes.LEDGER_UNKNOWN: "ledger-unknown",
    codes.LEDGER_UNMAPPED: "ledger-missing",
    codes.COST_CENTRE_UNKNOWN: "cost-centre-unknown",
    codes.PERIOD_CLOSED: "period-closed",
    codes.DATE_REFUSED: "date-invalid",
    codes.FIELD_INVALID: "field-invalid",
    codes.FIELD_TOO_LONG: "field-too-long",
    codes.INVOICE_NOT_FOUND: "invoice-not-found",
    codes.RELATION_AMBIGUOUS: "relation-ambiguous",
    codes.RELATION_UNKNOWN: "relation-unknown",
    codes.DUPLICATE_CONFLICT: "invoice-number-exists",
    codes.NOT_PAID: "not-paid",
    codes.DECISION_VOID: "decision-void",
    codes.CUSTOMER_CHANGED: "customer-changed",
    codes.CUSTOMER_GONE: "record-not-found",
    codes.CANCELLED: "cancelled",
    codes.INTERRUPTED: "interrupted",
    codes.OUTCOME_UNKNOWN: "outcome-unknown",
    codes.LOOKUP_BUDGET: "monthly-limit",
    codes.CREDENTIALS: "credentials-wrong",
    codes.ACCESS_DENIED: "access-denied",
    codes.SESSION_EXPIRED: "session-expired",
    codes.CONNECT_TIMEOUT: "connect-timeout",
    codes.READ_TIMEOUT: "read-timeout",
    codes.DEADLINE: "read-timeout",
    codes.TLS: "tls-failure",
    codes.DNS: "dns-failure",
    codes.DROPPED: "connection-dropped",
    codes.PROXY: "proxy-failure",
    codes.REDIRECT: "redirect-refused",
    codes.UNREADABLE: "answer-unreadable",
    codes.INTERNAL: "program-error",
}

TEXT_DECIDES: Final[Mapping[str, str]] = {
    codes.CONNECT: "connection-failed",
    codes.FIELD_MISSING: "field-missing",
    codes.SOAP_FAULT: "server-error",
}
"""Our codes that are less exact than the text may be: used when the text says nothing."""

KNOWN: Final[Mapping[str, str]] = {
    **{code: cause for cause, listed in _LISTS.items() for code in listed.split()},
    **_OURS,
}
"""The cause of every code that says enough by itself, upper case."""

_IN_TEXT: Final = re.compile(
    r"(?<![A-Za-z0-9_.])"
    r"(?:C(?:MUT|FACT|REL|GB|GN)[0-9]{3}|E00[0-9]|E00[0-9]{2}|M006"
    r"|(?:MUTA?|REL|LEDG|FACT(?:_(?:ITEM|EMAIL|INCASSO|VERWERK))?|SECURITY|PAGE|EP|DATA"
    r"|API_SESSION)_[0-9]{2,3})"
    r"(?:\.[0-9])?(?![A-Za-z0-9_])",
    re.IGNORECASE,
)
_FAMILIES: Final = (
    ("FACT_EMAIL_", "mail-settings"),
    ("FACT_INCASSO_", "direct-debit-data"),
)


def cause_of_code(code: str) -> str:
    """The cause that a code alone decides; empty for unknown and for generic codes."""
    code = code.strip().upper()
    if cause := KNOWN.get(code):
        return cause
    for family, cause in _FAMILIES:
        if code.startswith(family):
            return cause
    return ""


def codes_in(text: str) -> Iterator[str]:
    """Every code of e-Boekhouden's families that stands in a text, upper case, known or not."""
    for match in _IN_TEXT.finditer(text):
        yield match.group().upper()
