"""The table of error codes and messages: how each comes about, what is said, what happens next.

One row per code of the service's manual and per message of the catalogue, provoked as `provoking`
says. `NEVER` says of the codes that cannot come why that is so. `test_messages.py` runs it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final, Literal

from sync.domain import codes
from sync.domain.attempts import DocumentState, Outcome
from sync.domain.documents import SalesEntity
from sync.domain.patterns import Category
from sync.sandbox.books.errors import TEXTS
from tests.engine.provoking import (
    NUMBER,
    Provoke,
    answered,
    answered_with,
    booking,
    closed_period,
    fault,
    invoice,
    lost_answer,
    mapping,
    nothing,
    order,
    secret,
    slow_books,
    stopped_books,
    taken_number,
)
from tests.engine.world import GUID


@dataclass(frozen=True, slots=True)
class Then:
    """What happens next: how the attempt ended, where the document stands, when it is due again.

    Attributes:
        outcome: Of the attempt.
        state: Of the document.
        due: After how many seconds it is tried again by itself, or that it is when the next
            month begins; None for not by the clock.
        status: The run's exit status.
    """

    outcome: Outcome
    state: DocumentState
    due: int | Literal["next month"] | None
    status: int = 1


PERSON = Then("failed", "failed", None)
"""Somebody has to change something, and ask for it again."""
LATER = Then("failed", "waiting", 300)
"""It is tried again by itself, after five minutes the first time."""
AFTER_INVOICE = Then("failed", "waiting", None)
"""It follows by itself once its invoice is booked."""
STOPPED = Then("failed", "waiting", 0, 2)
"""The run stops; the document is due in the next one."""
LOOK_UP = Then("unknown", "waiting", 5)
"""It is looked up before anything else: after the call's deadline and the time to settle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One code or message.

    Attributes:
        provoke: Makes it come in the run that follows.
        begins: How the message begins.
        category: As the pages group it.
        cause: The error pattern's cause.
        then: What happens next.
        code: The attempt's `error_code`; empty where it is the row's own name.
        why: Why it cannot come by itself; a stand-in answers it then.
        books: Settings of the simulated books.
        number: The document that meets it.
        entity: Its kind.
    """

    provoke: Provoke
    begins: str
    category: Category
    cause: str
    then: Then = PERSON
    code: str = ""
    why: str = ""
    books: Mapping[str, Any] = field(default_factory=dict)
    number: str = NUMBER
    entity: SalesEntity = "invoice"


def _refused(code: str, cause: str, why: str, category: Category = "validation") -> Row:
    """A refusal of AddMutatie that we give no reason for."""
    words = "Invalid tax code" if category == "tax_code" else "Validation error"
    return Row(
        provoke=answered(code),
        begins=f"{words}: {code}: {TEXTS[code].split('{')[0]}",
        category=category,
        cause=cause,
        why=why,
    )


def _login(code: str, cause: str, provoke: Provoke, why: str = "", **books: Any) -> Row:
    """A login that is refused: nobody can be booked, so the run stops."""
    return Row(
        provoke=provoke,
        begins=f"Invalid credentials: {code}: ",
        category="authentication",
        cause=cause,
        then=STOPPED,
        why=why,
        books=books,
    )


def _session(code: str) -> Row:
    """A session that is refused twice in a row; once costs nothing, see below."""
    return Row(
        provoke=answered(code),
        begins=f"API error: {code}: ",
        category="authentication",
        cause="session-expired",
        then=LATER,
        why="once is repeated in a new session; the service would have to refuse that one too",
    )


GENERAL: dict[str, Row] = {
    "E001.1": _login("E001.1", "credentials-wrong", secret('"jan"', '"piet"')),
    "E001.2": _login(
        "E001.2", "administration-unknown", answered("E001.2", "OpenSession"), "an empty account"
    ),
    "E001.3": _login("E001.3", "credentials-wrong", secret(GUID, GUID[:-2] + "9}")),
    "E001.5": _login("E001.5", "access-denied", nothing, api_right=False),
    "E001.7": _login("E001.7", "credentials-wrong", answered("E001.7"), "the service's trouble"),
    **{code: _session(code) for code in ("E002.1", "E002.2", "E002.3", "E002.4")},
    "E003.1": Row(
        provoke=lost_answer,
        begins="API error: this month's look-ups in the books (GetMutaties) are used up",
        category="rate_limit",
        cause="monthly-limit",
        then=Then("failed", "waiting", "next month"),
        code=codes.LOOKUP_BUDGET,
        books={"calls_per_month": 0},
    ),
}

BOOKING: dict[str, Row] = {
    "CMUT001": Row(
        provoke=answered("CMUT001"),
        begins="Validation error: CMUT001: De grootboekrekening Iets bestaat niet.",
        category="validation",
        cause="ledger-unknown",
        why="the ledger is looked for just before; somebody would have to remove it in between",
    ),
    "CMUT001.1": _refused("CMUT001.1", "ledger-wrong-category", "a sale is refused by CMUT016"),
    "CMUT003": _refused("CMUT003", "in-ex-invalid", "IN is always sent"),
    "CMUT003.1": _refused("CMUT003.1", "in-ex-invalid", "IN is always sent"),
    "CMUT004": _refused("CMUT004", "date-invalid", "such a date is refused before sending"),
    "CMUT005": _refused("CMUT005", "description-missing", "it names kind, number and order"),
    "CMUT006": _refused("CMUT006", "lines-count", "more are grouped, none are skipped"),
    "CMUT008": _refused("CMUT008", "kind-invalid", "the kind is a constant"),
    "CMUT010": _refused("CMUT010", "totals-differ", "gross is net plus VAT by definition"),
    "CMUT010.1": Row(
        provoke=nothing,
        begins="Validation error: CMUT010.1: Regel 1: ",
        category="validation",
        cause="vat-amount-differs",
        books={"tolerance": Decimal(0)},  # stricter than we take them to be
    ),
    "CMUT011": _refused("CMUT011", "vat-code-wrong-side", "only sales codes are sent", "tax_code"),
    "CMUT012": Row(
        provoke=mapping('{"vat": {"NL-21": "HOOG_VERK_21"}, "ledger": [{"ledger": "1010"}]}'),
        begins="Validation error: CMUT012: Regel 1: de tegenrekening 1010 ",
        category="validation",
        cause="ledger-wrong-category",
        number="000000008",
    ),
    "CMUT013": _refused("CMUT013", "invoice-number-missing", "a document without is unreadable"),
    "CMUT014": _refused("CMUT014", "relation-missing", "the relation is made first"),
    "CMUT015": _refused("CMUT015", "ledger-wrong-category", "purchases are never booked"),
    "CMUT016": Row(
        provoke=booking('debtor_ledger = "8000"'),
        begins="Validation error: CMUT016: De rekening 8000 ",
        category="validation",
        cause="ledger-wrong-category",
    ),
    "CMUT017": Row(
        provoke=answered("CMUT017"),
        why="a relation that is gone is made again at once; here the books stay by their word",
        begins="Validation error: CMUT017: ",
        category="not_found",
        cause="relation-unknown",
    ),
    "CMUT018": Row(
        provoke=answered("CMUT018"),
        begins="Invoice number already exists: CMUT018: ",
        category="duplicate",
        cause="invoice-number-exists",
        why="a number that exists is found by the look-up, which then tells",
    ),
    "CMUT019": Row(
        provoke=answered("CMUT019"),
        begins="Invoice number already exists: CMUT019: ",
        category="duplicate",
        cause="invoice-number-exists",
        why="a number that exists is found by the look-up, which then tells",
    ),
    "CMUT020": Row(
        provoke=closed_period,
        begins="Validation error: CMUT020: De periode van ",
        category="validation",
        cause="period-closed",
    ),
    "CMUT033": _refused("CMUT033", "vat-code-invalid", "only known codes are sent", "tax_code"),
    "CREL001": Row(
        provoke=answered("CREL001", "AddRelatie"),
        begins="Duplicate found: CREL001: ",
        category="duplicate",
        cause="relation-exists",
        why="the code is asked for before it is added; two shops would have to add it at once",
    ),
}

TOLD: dict[str, Row] = {
    "Invoice not found": Row(
        provoke=nothing,
        begins="Invoice not found: invoice of its order is not in the books yet",
        category="not_found",
        cause="invoice-not-found",
        then=AFTER_INVOICE,
        code=codes.INVOICE_NOT_FOUND,
        number="000000004",
        entity="creditmemo",
    ),
    "Validation error": Row(
        provoke=invoice(base_grand_total=Decimal("365.37")),
        begins="Validation error: Lines and total differ by € 2.50",
        category="validation",
        cause="totals-differ",
        code=codes.TOTALS_DIFFER,
    ),
    "Tax rate not found": Row(
        provoke=mapping('{"ledger": [{"ledger": "8000"}]}'),
        begins="Invalid tax code: NL-21 has no VAT code; map it with ",
        category="tax_code",
        cause="vat-code-unmapped",
        code=codes.TAX_UNMAPPED,
    ),
    "Connection timed out": Row(
        provoke=slow_books,
        begins="Connection timed out: AddMutatie at 127.0.0.1",
        category="timeout",
        cause="read-timeout",
        then=Then("unknown", "waiting", 3),
        code=codes.DEADLINE,
    ),
    "Could not connect to host": Row(
        provoke=stopped_books,
        begins="Could not connect to host: 127.0.0.1",
        category="network",
        cause="connection-failed",
        then=replace(LATER, status=3),
        code=codes.CONNECT,
    ),
    "Customer email required": Row(
        provoke=order(customer_email="", billing={"email": ""}),
        begins="Customer email required: the order has no e-mail address",
        category="customer_data",
        cause="email-missing",
        code=codes.EMAIL_MISSING,
    ),
    "Invoice number already exists": Row(
        provoke=taken_number,
        begins="Invoice number already exists: the books have mutation 1 of 2026-11-23 on relation",
        category="duplicate",
        cause="invoice-number-exists",
        code=codes.DUPLICATE_CONFLICT,
    ),
    "no billing address": Row(
        provoke=order(billing={"country_id": ""}),
        begins="Validation error: the billing address has no country",
        category="customer_data",
        cause="country-missing",
        code=codes.COUNTRY_MISSING,
    ),
    "HTTP error 503": Row(
        provoke=fault("unavailable", "AddMutatie"),
        begins="API error: AddMutatie at 127.0.0.1:",
        category="server_error",
        cause="service-unavailable",
        then=LOOK_UP,
        code=codes.http_code(503),
    ),
    "empty answer": Row(
        provoke=fault("empty", "AddMutatie"),
        begins="API error: AddMutatie at 127.0.0.1:",
        category="server_error",
        cause="server-error",
        then=LOOK_UP,
        code=codes.http_code(202),
    ),
    "unparsable XML": Row(
        provoke=fault("unreadable", "AddMutatie"),
        begins="API error: AddMutatie at 127.0.0.1:",
        category="server_error",
        cause="answer-unreadable",
        then=LOOK_UP,
        code=codes.UNREADABLE,
    ),
    "RESULT empty": Row(
        provoke=answered_with("<AddMutatieResult><ErrorMsg/></AddMutatieResult>"),
        begins="API error: AddMutatie was answered without a number and without an error",
        category="network",
        cause="outcome-unknown",
        then=LOOK_UP,
        code=codes.OUTCOME_UNKNOWN,
    ),
    "unknown result": Row(
        provoke=answered_with("<Iets/>"),
        begins="API error: AddMutatie at 127.0.0.1:",
        category="server_error",
        cause="answer-unreadable",
        then=LOOK_UP,
        code=codes.UNREADABLE,
    ),
    "a code that nobody has published": Row(
        provoke=answered("CMUT901"),
        begins="Validation error: CMUT901: Regel 1: kostenplaats Iets bestaat niet.",
        category="validation",
        cause="cost-centre-unknown",  # by its words
        code="CMUT901",
        number="000000008",
    ),
}

_PAYMENT = "only sent invoices are booked, never payments"
_DOCUMENT = "AddFactuur is never called"
_LEDGER = "ledgers are never added or changed"

NEVER: Final[dict[str, str]] = {
    "E002.5": "OpenSessionSub is never called",
    **dict.fromkeys(("CMUT021", "CMUT023", "CMUT024", "CMUT025", "CMUT026"), _PAYMENT),
    **dict.fromkeys(("CMUT027", "CMUT028"), _PAYMENT),
    **dict.fromkeys(("CFACT004", "CFACT006", "CFACT014", "CFACT024", "CFACT025"), _DOCUMENT),
    **dict.fromkeys(("CFACT026", "CFACT027", "CFACT028", "CFACT029", "CFACT030"), _DOCUMENT),
    **dict.fromkeys(("CFACT031", "CFACT032", "CFACT033", "CFACT034", "CFACT035"), _DOCUMENT),
    **dict.fromkeys(("CFACT036", "CFACT037", "CFACT038", "CFACT039", "CFACT040"), _DOCUMENT),
    **dict.fromkeys(("CFACT041", "CFACT042", "CFACT212"), _DOCUMENT),
    **dict.fromkeys(("CGB001", "CGB002", "CGN003", "CGB005", "CGB006"), _LEDGER),
    **dict.fromkeys(("CGB001.1", "CGB002.1", "CGN003.1", "CGB005.1", "CGB006.1"), _LEDGER),
    "M006": "the old XML interface is never called",
}
"""Codes of the manual that no call of ours can be answered with, and why."""

NEVER_CALLED: Final = (
    "AddFactuur",
    "AddGrootboekrekening",
    "UpdateGrootboekrekening",
    "OpenSessionSub",
    "AutoLogin",
)

SUCCESSES: Final[dict[str, str]] = {
    "Success": "test_an_unchanged_customer_costs_no_call_and_no_row",
    "Success: customer created": "test_a_new_customer_is_created_before_its_invoice",
    "Customer created": "test_a_new_customer_is_created_before_its_invoice",
    "Customer updated": (
        "test_a_changed_address_updates_the_relation_and_keeps_the_bookkeepers_fields"
    ),
    "Duplicate found": ("test_a_relation_with_the_same_e_mail_country_and_vat_number_is_linked"),
}
"""The catalogue's good news, and which test of `test_customers.py` provokes it."""

FAILURES: Final = (
    "Invoice not found",
    "API error",
    "Validation error",
    "Invalid credentials",
    "Connection timed out",
    "Could not connect to host",
    "Customer email required",
    "Invalid tax code",
    "Invoice number already exists",
    "Duplicate found",
)
"""The catalogue's words with which the message of every failure begins.

"Tax rate not found" is told as "Invalid tax code", which names the rate; "Authentication failed"
as "Invalid credentials".
"""
