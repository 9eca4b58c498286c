"""From what happened to the row that is kept: outcome, state, when it is due again, why."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from sync.domain import codes
from sync.domain.attempts import DocumentState, Finish, Outcome, Start
from sync.domain.customers import customer_label
from sync.domain.documents import Buyer, SalesDocument
from sync.domain.inbox import InboxEntry
from sync.domain.mutations import Mutation
from sync.domain.patterns import RULES_VERSION, classify
from sync.domain.patterns.grouping import Rule, grouped, own_fields
from sync.domain.privacy import detail_json, scrub
from sync.engine.desk import Desk
from sync.engine.lookups import LookupBudgetError
from sync.errors import (
    BoekwachtError,
    ConfigurationError,
    OutcomeUnknownError,
    TemporaryError,
    WaitingError,
)
from sync.store import Document, Label, Labeller, Store, decisions

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)
TRUSTING_TRIES = 3
"""So often a service's own word on when to come back is taken as it is."""


def start(desk: Desk, known: Document, found: SalesDocument | None) -> Start:
    """The row of a try at an invoice or credit memo, as it begins."""
    total = found.total if found else known.entry.grand_total
    sign = -1 if known.entry.entity == "creditmemo" else 1
    customer = customer_label(found.buyer) if found else _customer(known)
    return started(desk, known.entry, customer, None if total is None else sign * total)


def started(desk: Desk, entry: InboxEntry, customer: str, amount: Decimal | None) -> Start:
    """The row that the log shows as soon as a try begins.

    Args:
        desk: Of the run.
        entry: What is tried.
        customer: The shop's customer number, or "guest".
        amount: Euros with the sign they have in the books; None for customers.
    """
    return Start(
        key=entry.key,
        connection=entry.connection,
        entity=entry.entity,
        document_id=entry.document_id,
        document_no=entry.document_no,
        order_id=entry.order_id,
        order_no=entry.order_no,
        store=entry.store,
        platform=desk.connection.platform,
        started_at=desk.now(),
        trigger=desk.wanted.trigger,
        actor=desk.wanted.actor,
        run=desk.run,
        amount=amount,
        currency=entry.base_currency,
        customer=customer,
    )


def booked(
    desk: Desk,
    mutation: Mutation,
    message: str,
    number: int,
    *,
    outcome: Outcome = "created",
    reverses: int | None = None,
) -> Finish:
    """The end of a try whose booking is in the books; `reverses` is what it takes back."""
    facts = sent(mutation) | {"mutation": number}
    facts |= {} if reverses is None else {"reverses": reverses}
    return Finish(
        finished_at=desk.now(),
        outcome=outcome,
        state="booked",
        message=message,
        relation_code=mutation.relation,
        mutation_no=number,
        detail=detail_json(facts),
        reverses=reverses,
    )


def skipped(desk: Desk, code: str, message: str) -> Finish:
    """The end of a try that left the document out on purpose."""
    return Finish(
        finished_at=desk.now(), outcome="skipped", state="skipped", message=message, error_code=code
    )


def failed(
    desk: Desk,
    known: Document,
    error: BoekwachtError,
    *,
    buyer: Buyer | None,
    mutation: Mutation | None,
) -> Finish:
    """The end of a try that failed, or whose answer is lost; the error's type says what is next."""
    message = scrub(error.message, buyer)
    kind = _label(message, error.code, decisions.rules(desk.store), _fields(known))
    outcome, state, due_at = _what_next(desk, known, error)
    facts: dict[str, object] = dict(sent(mutation)) if mutation else {}
    facts |= {name: scrub(value, buyer) for name, value in error.detail.items()}
    return Finish(
        finished_at=desk.now(),
        outcome=outcome,
        state=state,
        message=message,
        error_code=error.code,
        category=kind.category,
        pattern=kind.pattern,
        rules_version=kind.rules_version,
        relation_code=mutation.relation if mutation else "",
        detail=detail_json(facts),
        due_at=due_at,
        temporary=isinstance(error, TemporaryError | OutcomeUnknownError),
    )


def labeller(store: Store) -> Labeller:
    """How the rules, people's included, group what the store writes of a try left behind."""
    rules = decisions.rules(store)
    return lambda message, code: _label(message, code, rules)


def mistake(error: Exception, *, was_sent: bool) -> BoekwachtError:
    """A mistake in this program, as an error of ours: one bad document never stops a run."""
    text = f"Internal error: {type(error).__name__}; please report it with the run's log"
    if was_sent:
        return OutcomeUnknownError(text, code=codes.INTERNAL)
    return BoekwachtError(text, code=codes.INTERNAL)


def sent(mutation: Mutation) -> dict[str, object]:
    """What was sent, in short: number, date, and each line's ledger, code, net and VAT."""
    return {
        "number": mutation.invoice_number,
        "date": mutation.booked_on.isoformat(),
        "relation": mutation.relation,
        "total": f"{mutation.total:.2f}",
        "lines": [[x.ledger, x.vat_code, f"{x.net:.2f}", f"{x.vat:.2f}"] for x in mutation.lines],
    }


def _what_next(
    desk: Desk, known: Document, error: BoekwachtError
) -> tuple[Outcome, DocumentState, datetime | None]:
    books, now = desk.connection.books, desk.now()
    pause = min(FIRST_PAUSE * 2**known.tries, LONGEST_PAUSE)
    if isinstance(error, OutcomeUnknownError):
        settled = timedelta(seconds=float(books.settle + books.deadline))
        return "unknown", "waiting", now + (max(settled, pause) if known.tries else settled)
    if isinstance(error, ConfigurationError):
        return "failed", "waiting", now
    if isinstance(error, WaitingError):
        return "failed", "waiting", error.until if isinstance(error, LookupBudgetError) else None
    if isinstance(error, TemporaryError) and known.tries + 1 < books.tries:
        asked = timedelta(seconds=error.retry_after or 0)
        wait = asked if asked and known.tries < TRUSTING_TRIES else max(pause, asked)
        return "failed", "waiting", now + wait
    return "failed", "failed", None


def _label(
    message: str, code: str, rules: Sequence[Rule], known: Mapping[str, str] = MappingProxyType({})
) -> Label:
    group = grouped(classify(message, code=code, known=known), message, rules)
    return Label(category=group.category, pattern=group.pattern, rules_version=RULES_VERSION)


def _fields(known: Document) -> dict[str, str]:
    seen = known.entry
    return own_fields(seen.document_no, seen.order_no, seen.store)


def _customer(known: Document) -> str:
    number = known.entry.customer_id
    return "guest" if number is None else str(number)
