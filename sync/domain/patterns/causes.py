"""Every cause that has a name: its category, and the sentence that stands for it in a table.

A cause is named by what is wrong with what ("invoice-number-exists"), never by who said it.
`{…}` in a sentence marks what differs between the messages of one cause.
"""

from collections.abc import Mapping
from typing import Final, Literal, get_args

Category = Literal[
    "authentication",
    "timeout",
    "network",
    "validation",
    "tax_code",
    "duplicate",
    "not_found",
    "rate_limit",
    "server_error",
    "customer_data",
    "other",
]
"""What kind of trouble it is; decides who is likely to act."""

CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)

_BY_CATEGORY: Final[Mapping[Category, Mapping[str, str]]] = {
    "authentication": {
        "credentials-wrong": "The credentials were refused",
        "session-expired": "The session is no longer valid",
        "access-denied": "No right to {resource}",
        "administration-unknown": "No administration found for these credentials",
        "signature-invalid": "The OAuth signature is invalid",
        "nonce-refused": "The OAuth nonce or timestamp was refused",
        "subscription-ended": "The subscription or licence does not allow it any more",
        "two-factor-required": "Two-factor authentication is required",
    },
    "timeout": {
        "connect-timeout": "No connection to {host} within the time-out",
        "read-timeout": "No answer from {host} within the time-out",
        "gateway-timeout": "A gateway waited too long for {host}",
    },
    "network": {
        "dns-failure": "The host name {host} was not found",
        "tls-failure": "No secure connection to {host}",
        "connection-dropped": "The connection to {host} was lost in the middle",
        "connection-failed": "No connection to {host}",
        "proxy-failure": "A proxy on the way to {host} failed",
        "redirect-refused": "{host} redirected to another address",
        "outcome-unknown": "Sent, but the answer was lost",
    },
    "validation": {
        "ledger-unknown": "Ledger {number} does not exist in the books",
        "ledger-missing": "A line has no ledger",
        "ledger-wrong-category": "Ledger {number} is of a category that is not allowed here",
        "cost-centre-unknown": "Cost centre {number} does not exist",
        "period-closed": "The booking date lies in a closed period",
        "date-invalid": "The date is missing or not allowed",
        "totals-differ": "Lines and total differ by {amount}",
        "vat-amount-differs": "The VAT amount does not fit the percentage",
        "amount-invalid": "An amount is missing or not allowed",
        "lines-count": "There are no lines, or too many",
        "description-missing": "The description is missing",
        "payment-term-missing": "The payment term is missing or not allowed",
        "invoice-number-missing": "The invoice number is missing",
        "invoice-number-invalid": "Invoice number {number} is not allowed",
        "relation-missing": "The relation code is missing",
        "relation-invalid": "Relation {number} is not allowed here",
        "relation-ambiguous": "Several relations fit this customer",
        "field-missing": "{field} is required",
        "field-invalid": "The value of {field} is not allowed",
        "field-too-long": "{field} is too long",
        "currency-unsupported": "The currency {currency} cannot be booked",
        "template-missing": "The invoice template is missing",
        "article-invalid": "Article {number} is missing or unknown",
        "unit-invalid": "The unit is missing or unknown",
        "kind-invalid": "This kind of mutation is not allowed here",
        "in-ex-invalid": "It is not said whether amounts include VAT",
        "zero-total": "The total is zero: nothing to book",
        "not-paid": "The shop has not marked the invoice as paid yet",
        "cancelled": "The shop cancelled the document",
        "request-too-large": "The request was too large",
        "request-unreadable": "The service could not read the request",
        "mail-settings": "Something is missing for mailing the invoice",
        "direct-debit-data": "Something is missing for the direct debit",
    },
    "tax_code": {
        "vat-code-invalid": "VAT code {code} does not exist or is not allowed",
        "vat-code-wrong-side": "VAT code {code} is for another kind of booking",
        "vat-code-unmapped": "Tax {rate} has no VAT code in the mapping",
        "vat-code-missing": "A line has no VAT code",
        "no-vat-to-consumer": "No VAT was charged to a consumer in {country}",
        "foreign-vat": "Foreign VAT on a business or an export",
        "reverse-charge-unset": "No VAT to a home business, and no code is set for it",
    },
    "duplicate": {
        "invoice-number-exists": "Invoice number {number} already exists",
        "relation-exists": "Relation {number} already exists",
        "record-exists": "{field} is already in use",
    },
    "not_found": {
        "invoice-not-found": "Invoice {number} was not found",
        "creditmemo-not-found": "Credit memo {number} was not found",
        "order-not-found": "Order {number} was not found",
        "relation-unknown": "Relation {number} does not exist in the books",
        "record-not-found": "The shop has no such record ({field} = {value})",
        "route-not-found": "Nothing answers at this address",
    },
    "rate_limit": {
        "rate-limited": "Too many requests in a short time",
        "monthly-limit": "The month's number of calls is used up",
    },
    "server_error": {
        "server-error": "The service failed by itself",
        "service-unavailable": "The service is temporarily unavailable",
        "bad-gateway": "A gateway got no proper answer from the service",
        "answer-unreadable": "The answer could not be read",
        "database-failure": "The service's database failed",
        "resources-exhausted": "The service ran out of memory, disk or time",
    },
    "customer_data": {
        "email-missing": "The customer has no e-mail address",
        "email-invalid": "The e-mail address is invalid",
        "country-missing": "The address has no country, or an unknown one",
        "address-missing": "The address is incomplete",
        "vat-number-invalid": "VAT number {number} is invalid",
        "vat-number-missing": "A VAT number is needed and there is none",
        "name-missing": "The customer has no name",
        "phone-invalid": "The telephone number is missing or invalid",
        "iban-invalid": "The IBAN is missing or invalid",
        "customer-data-missing": "The customer's data are incomplete",
    },
    "other": {
        "interrupted": "Interrupted before anything was sent",
        "program-error": "A mistake in the connector itself",
    },
}

CATEGORY: Final[Mapping[str, Category]] = {
    cause: category for category, causes in _BY_CATEGORY.items() for cause in causes
}
"""The category of each named cause."""

SENTENCE: Final[Mapping[str, str]] = {
    cause: sentence for causes in _BY_CATEGORY.values() for cause, sentence in causes.items()
}
"""The English sentence that stands for each named cause: its template."""
