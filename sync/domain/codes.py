"""The error codes that we give ourselves (`error_code` of an attempt), each with its meaning.

A service's own code ("CMUT019") is stored as it came; these are for what no service has a code
for: what our own look at a document refused, and what happened on the way to a service. An HTTP
status becomes `http_code(status)`, e.g. "HTTP_503".
"""

from collections.abc import Mapping
from typing import Final

EMAIL_MISSING: Final = "EMAIL_MISSING"
EMAIL_INVALID: Final = "EMAIL_INVALID"
NAME_MISSING: Final = "NAME_MISSING"
COUNTRY_MISSING: Final = "COUNTRY_MISSING"
ADDRESS_MISSING: Final = "ADDRESS_MISSING"
VAT_NUMBER_INVALID: Final = "VAT_NUMBER_INVALID"
VAT_NUMBER_MISSING: Final = "VAT_NUMBER_MISSING"
TAX_UNMAPPED: Final = "TAX_UNMAPPED"
TAX_CODE_INVALID: Final = "TAX_CODE_INVALID"
NO_VAT_TO_CONSUMER: Final = "NO_VAT_TO_CONSUMER"
FOREIGN_VAT: Final = "FOREIGN_VAT"
REVERSE_CHARGE_UNSET: Final = "REVERSE_CHARGE_UNSET"
VAT_AMOUNT_DIFFERS: Final = "VAT_AMOUNT_DIFFERS"
TOTALS_DIFFER: Final = "TOTALS_DIFFER"
ZERO_TOTAL: Final = "ZERO_TOTAL"
CURRENCY: Final = "CURRENCY"
LEDGER_UNKNOWN: Final = "LEDGER_UNKNOWN"
LEDGER_UNMAPPED: Final = "LEDGER_UNMAPPED"
COST_CENTRE_UNKNOWN: Final = "COST_CENTRE_UNKNOWN"
PERIOD_CLOSED: Final = "PERIOD_CLOSED"
DATE_REFUSED: Final = "DATE_REFUSED"
FIELD_MISSING: Final = "FIELD_MISSING"
FIELD_INVALID: Final = "FIELD_INVALID"
FIELD_TOO_LONG: Final = "FIELD_TOO_LONG"
INVOICE_NOT_FOUND: Final = "INVOICE_NOT_FOUND"
RELATION_AMBIGUOUS: Final = "RELATION_AMBIGUOUS"
RELATION_UNKNOWN: Final = "RELATION_UNKNOWN"
DUPLICATE_CONFLICT: Final = "DUPLICATE_CONFLICT"
DECISION_VOID: Final = "DECISION_VOID"
CANCELLED: Final = "CANCELLED"
NOT_PAID: Final = "NOT_PAID"
CUSTOMER_CHANGED: Final = "CUSTOMER_CHANGED"
CUSTOMER_GONE: Final = "CUSTOMER_GONE"
INTERRUPTED: Final = "INTERRUPTED"
OUTCOME_UNKNOWN: Final = "OUTCOME_UNKNOWN"
LOOKUP_BUDGET: Final = "LOOKUP_BUDGET"
CREDENTIALS: Final = "CREDENTIALS"
ACCESS_DENIED: Final = "ACCESS_DENIED"
SESSION_EXPIRED: Final = "SESSION_EXPIRED"
CONNECT: Final = "CONNECT"
CONNECT_TIMEOUT: Final = "CONNECT_TIMEOUT"
READ_TIMEOUT: Final = "READ_TIMEOUT"
DEADLINE: Final = "DEADLINE"
TLS: Final = "TLS"
DNS: Final = "DNS"
DROPPED: Final = "DROPPED"
PROXY: Final = "PROXY"
REDIRECT: Final = "REDIRECT"
UNREADABLE: Final = "UNREADABLE"
SOAP_FAULT: Final = "SOAP_FAULT"
INTERNAL: Final = "INTERNAL"

MEANING: Final[Mapping[str, str]] = {
    EMAIL_MISSING: "the order and its customer have no e-mail address",
    EMAIL_INVALID: "the e-mail address is not one",
    NAME_MISSING: "neither company nor person has a name",
    COUNTRY_MISSING: "the address has no country",
    ADDRESS_MISSING: "the billing address lacks something that the books need",
    VAT_NUMBER_INVALID: "the VAT number has the wrong form where the case needs a right one",
    VAT_NUMBER_MISSING: "the case needs a VAT number and there is none",
    TAX_UNMAPPED: "the shop's tax has no VAT code in the mapping",
    TAX_CODE_INVALID: "the mapped VAT code is retired, misspelt or a purchase code",
    NO_VAT_TO_CONSUMER: "no VAT was charged to a consumer in another EU country",
    FOREIGN_VAT: "foreign VAT on a business or an export: no VAT code fits",
    REVERSE_CHARGE_UNSET: "no VAT to a home business, and no setting says which code is meant",
    VAT_AMOUNT_DIFFERS: "a line's VAT is not its percentage of the net, beyond rounding",
    TOTALS_DIFFER: "the lines do not add up to the document's total, beyond rounding",
    ZERO_TOTAL: "the total is zero, so there is nothing to book (skipped)",
    CURRENCY: "the base currency is not EUR",
    LEDGER_UNKNOWN: "a ledger in the rules does not exist in the books",
    LEDGER_UNMAPPED: "no rule gives the line a ledger",
    COST_CENTRE_UNKNOWN: "a cost centre in the rules does not exist in the books",
    PERIOD_CLOSED: "the booking date lies in a closed period",
    DATE_REFUSED: "the booking date lies outside what the books or the settings allow",
    FIELD_MISSING: "a field that the books require is empty, or the shop left one out",
    FIELD_INVALID: "a field of the shop's data is not what it should be",
    FIELD_TOO_LONG: "a value that may not be cut is longer than the books allow",
    INVOICE_NOT_FOUND: "the credit memo's invoice is not in the books yet",
    RELATION_AMBIGUOUS: "several relations fit this customer",
    RELATION_UNKNOWN: "the relation is not in the books any more",
    DUPLICATE_CONFLICT: "the number is in the books for something else, or more than once",
    DECISION_VOID: "what a person decided about is not in the books as they saw it",
    CANCELLED: "the shop cancelled the document",
    NOT_PAID: "the invoice is not paid yet, and only paid ones are booked (skipped)",
    CUSTOMER_CHANGED: "the account changed in the shop and has another relation now (skipped)",
    CUSTOMER_GONE: "the shop deleted the account before it had a relation (skipped)",
    INTERRUPTED: "the program ended before anything was sent",
    OUTCOME_UNKNOWN: "sent, and the answer was lost: to be looked up",
    LOOKUP_BUDGET: "this month's look-ups are used up",
    CREDENTIALS: "the service refused the credentials",
    ACCESS_DENIED: "the credentials are right but lack a right",
    SESSION_EXPIRED: "the session ended while it was needed",
    CONNECT: "no connection could be made",
    CONNECT_TIMEOUT: "no connection within the time-out: nothing was sent",
    READ_TIMEOUT: "connected, but no answer within the time-out",
    DEADLINE: "the call's total deadline passed and its connection was closed",
    TLS: "the secure connection failed: certificate or protocol",
    DNS: "the service's host name was not found",
    DROPPED: "the connection was lost in the middle",
    PROXY: "a proxy on the way refused or failed",
    REDIRECT: "the service redirected; redirects are not followed",
    UNREADABLE: "the answer is not in the service's language, or empty",
    SOAP_FAULT: "a SOAP Fault without a code that is known (the text decides)",
    INTERNAL: "a mistake in this program",
}
"""What each of our codes says, in one line."""


def http_code(status: int) -> str:
    """The code of an HTTP status that nothing better is known about, e.g. "HTTP_503"."""
    return f"HTTP_{status}"
