"""One try at one document: claim, look, book, record. Whatever happens, its row says so."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from sync.domain import codes, preflight
from sync.domain.attempts import Finish, Outcome
from sync.domain.booked import BookedMutation
from sync.domain.booking import book, payment_fee
from sync.domain.customers import buyer_of
from sync.domain.documents import SalesDocument, State
from sync.domain.lookup import Linked, settle
from sync.domain.mutations import Mutation
from sync.domain.rulings import Ruling
from sync.eboekhouden import NotSentError
from sync.engine import customer, decided, record
from sync.engine.desk import Desk, ReadingDesk
from sync.errors import (
    BoekwachtError,
    ConfigurationError,
    OutcomeUnknownError,
    PermanentError,
    RefusedError,
    UnreachableError,
    WaitingError,
)
from sync.magento import Unreadable
from sync.store import Claim, Document

log = logging.getLogger(__name__)

Found: TypeAlias = SalesDocument | Unreadable | None
"""A document as the shop has it now; None when the shop does not know it any more."""

_RELATION_GONE = {"CMUT017", "CMUT025"}
"""The books' refusals of a relation that they do not have."""

_EXISTS = {"CMUT018", "CMUT019"}
"""The books' refusals of a number that is there already: the look-up decides."""


@dataclass(frozen=True, slots=True)
class Tried:
    """How a try ended. `silent`: a service gave no answer that could be used."""

    document: Document
    finish: Finish
    silent: bool = False

    @property
    def outcome(self) -> Outcome:
        """How it counts."""
        return self.finish.outcome


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a try is about to do, before anything is asked of the books.

    Attributes:
        document: As the shop has it now.
        mutation: The booking, on the relation that we would make; None when there is none to make.
        skip: Why the document is left out; None when it is not. One that may have been sent has a
            mutation as well, to be looked up by.
    """

    document: SalesDocument
    mutation: Mutation | None
    skip: preflight.Skip | None


@dataclass(slots=True)
class _Progress:
    """How far a try got, for whoever has to record its failure."""

    mutation: Mutation | None = None
    sent: bool = False


def try_document(desk: Desk, known: Document, found: Found) -> Tried | None:
    """Try one document and record how it ended.

    Returns:
        How it ended; None when somebody else has the document, or had it booked meanwhile.

    Raises:
        ConfigurationError: Recorded, and then raised again: it stops this connection's run.
    """
    document = found if isinstance(found, SalesDocument) else None
    claim = desk.store.claim(record.start(desk, known, document), desk.holder)
    if claim is None:
        return None
    desk.steps("claimed")
    progress = _Progress()
    failure: BoekwachtError | None = None
    try:
        finish = _book(desk, claim, found, progress)
    except NotSentError:  # another process took the document over; its try goes on, not ours
        return None
    except BoekwachtError as error:
        failure = error
    except Exception as error:  # recorded as this attempt's failure; the run goes on
        log.exception("document %s", known.key)
        failure = record.mistake(error, was_sent=progress.sent)
    if failure is not None:
        finish = _failed(desk, claim, document, progress, failure)
    desk.steps("before finish")
    if not desk.store.finish(claim, finish):
        return None
    desk.steps("finished")
    if isinstance(failure, ConfigurationError):
        raise failure
    silent = isinstance(failure, UnreachableError | OutcomeUnknownError)
    return Tried(claim.document, finish, silent)


def prepare(
    desk: ReadingDesk, known: Document, found: Found, promised: Collection[int] = ()
) -> Prepared:
    """Look at a document and make its booking; nothing is sent or recorded.

    The booking is made before the customer, so that nothing is created in the books for a document
    that its mapping or its amounts refuse.

    Args:
        desk: Of the run.
        known: What the hub remembers of it.
        found: What the shop has.
        promised: Orders whose invoices count as booked, because a dry run would book them first.

    Raises:
        PermanentError: It cannot be booked as it is.
        WaitingError: Its invoice is not in the books yet.
    """
    document = _usable(known, found)
    _refuse_if_booked(known, document)
    left_out = preflight.skip(document, desk.rules)
    if left_out and not known.lookup_first:
        return Prepared(document, None, left_out)
    preflight.check(document)
    if document.entity == "creditmemo" and document.order_id not in promised:
        _require_invoice(desk, document)
    ours = desk.debtors.code(document.buyer)
    return Prepared(document, book(document, ours, known.key, desk.rules), left_out)


def _failed(
    desk: Desk,
    claim: Claim,
    document: SalesDocument | None,
    progress: _Progress,
    error: BoekwachtError,
) -> Finish:
    return record.failed(
        desk,
        claim.document,
        error,
        buyer=document.buyer if document else None,
        mutation=progress.mutation,
    )


def _decided(desk: Desk, claim: Claim, ruling: Ruling, progress: _Progress) -> Finish:
    """Carry out what a person decided; the shop has no say in it."""
    if ruling.kind == "link":
        return decided.link(desk, claim.document, ruling)

    def tell(mutation: Mutation) -> None:
        """Keep what is to be booked, for the row of a try that fails."""
        progress.mutation = mutation

    return decided.reverse(desk, claim.document, ruling, tell, _marker(desk, claim, progress))


def _book(desk: Desk, claim: Claim, found: Found, progress: _Progress) -> Finish:
    if claim.document.ruling is not None:
        return _decided(desk, claim, claim.document.ruling, progress)
    ready = prepare(desk, claim.document, found)
    document, progress.mutation = ready.document, ready.mutation
    if ready.mutation and _may_be_booked(desk, claim):
        settled = claim.document.due_at or desk.now()
        there = desk.lookups.find(desk.books, ready.mutation, settled)
        linked = _settle(desk, document, ready.mutation, there)
        if linked:
            return _linked(desk, ready.mutation, linked)
    if ready.skip:  # also when it was sent once perhaps, is not there, and is not wanted any more
        return record.skipped(desk, ready.skip.code, ready.skip.message)
    assert ready.mutation is not None  # noqa: S101 - what is not skipped has its booking
    preflight.require_open(ready.mutation.booked_on, desk.rules)
    desk.chart.require(desk.books, ready.mutation)
    try:
        return _book_on_relation(desk, claim, document, progress)
    except RefusedError as error:
        if error.code not in _RELATION_GONE:
            raise
    # Somebody deleted or renamed the relation that we remember. Nothing was booked: once more,
    # with one that is asked for anew.
    desk.store.forget_relation(desk.connection.name, desk.debtors.identity(document.buyer))
    return _book_on_relation(desk, claim, document, progress)


def _book_on_relation(
    desk: Desk, claim: Claim, document: SalesDocument, progress: _Progress
) -> Finish:
    debtor = customer.ensure(desk, buyer_of(document))
    progress.mutation = book(document, debtor.code, claim.key, desk.rules)
    fee = payment_fee(document, desk.rules)
    particulars = ["customer created"] if debtor.made else []
    particulars += [f"with a payment fee of € {fee:.2f}"] if fee else []
    message = ": ".join(["Success", ", ".join(particulars)] if particulars else ["Success"])
    return _post(desk, claim, document, progress, message)


def _may_be_booked(desk: Desk, claim: Claim) -> bool:
    return claim.document.lookup_first or desk.lookups.may_be_there(desk.books, claim)


def _refuse_if_booked(known: Document, document: SalesDocument) -> None:
    """Never post what we know to be in the books; the one way here is a cancellation after it."""
    number = known.mutation_no
    if number is None:
        return
    if document.state == State.CANCELLED:
        raise PermanentError(
            f"Cancelled in the shop after it was booked (mutation {number}): book it back with "
            "'python -m sync reverse', or the button at the document",
            code=codes.CANCELLED,
            detail={"mutation": str(number)},
        )
    raise PermanentError(
        f"Invoice number already exists: booked before as mutation {number}",
        code=codes.DUPLICATE_CONFLICT,
        detail={"mutation": str(number)},
    )


def _usable(known: Document, found: Found) -> SalesDocument:
    if isinstance(found, Unreadable):
        raise PermanentError(found.message, code=found.code)
    if found is None:
        raise PermanentError(
            f"API error: the shop has no document with id {known.entry.document_id} any more",
            code=codes.http_code(404),
        )
    return found


def _require_invoice(desk: ReadingDesk, memo: SalesDocument) -> None:
    """Let a credit memo wait until the invoice it refunds is in the books.

    A refund made from the order names no invoice: then any booked one of its order will do.
    """
    found = desk.store.find(desk.connection.name, "invoice", [memo.order_no])
    invoices = [x for x in found if x.entry.order_id == memo.order_id]
    if memo.invoice_id is not None:
        invoices = [x for x in invoices if x.entry.document_id == memo.invoice_id]
    there = [x for x in invoices if x.state == "booked"]
    if any(x.reversed_no is None for x in there):
        return
    if there:
        raise PermanentError(
            f"Invoice not found: invoice {there[0].entry.document_no} was booked back (mutation "
            f"{there[0].mutation_no}), so there is nothing in the books to refund",
            code=codes.INVOICE_NOT_FOUND,
            detail={"order": memo.order_no},
        )
    which = ", ".join(x.entry.document_no for x in invoices) or "of its order"
    raise WaitingError(
        f"Invoice not found: invoice {which} is not in the books yet; "
        "the credit memo follows by itself",
        code=codes.INVOICE_NOT_FOUND,
        detail={"order": memo.order_no},
    )


def _post(
    desk: Desk, claim: Claim, document: SalesDocument, progress: _Progress, message: str
) -> Finish:
    mutation = progress.mutation
    assert mutation is not None  # noqa: S101 - set by the caller one line before
    try:
        number = desk.books.add_mutation(mutation, before_send=_marker(desk, claim, progress))
    except RefusedError as error:
        if error.code not in _EXISTS:
            raise
        found = desk.lookups.by_number(desk.books, mutation.invoice_number)
        linked = _settle(desk, document, mutation, found)
        if linked is None:
            raise
        return _linked(desk, mutation, linked)
    desk.steps("sent")
    return record.booked(desk, mutation, message, number)


def _marker(desk: Desk, claim: Claim, progress: _Progress) -> Callable[[], bool]:
    """What the client asks just before it writes: marks the row; False when the lease is lost."""

    def mark() -> bool:
        """Write down that the booking may be sent from now on."""
        desk.steps("before mark")
        progress.sent = desk.store.mark_sent(claim, desk.now())
        desk.steps("marked")
        return progress.sent

    return mark


def _settle(
    desk: Desk, document: SalesDocument, mutation: Mutation, found: Sequence[BookedMutation]
) -> Linked | None:
    who = desk.debtors.identity(document.buyer)
    strangers = desk.store.strangers(desk.connection.name, who, {x.relation for x in found})
    return settle(mutation, found, strangers)


def _linked(desk: Desk, mutation: Mutation, linked: Linked) -> Finish:
    there = linked.mutation
    message = f"Success: was booked already as mutation {there.number}"
    if linked.elsewhere:
        message = (
            f"Success: booked elsewhere as mutation {there.number} on relation {there.relation}"
        )
    linked_to = replace(mutation, relation=there.relation)
    return record.booked(desk, linked_to, message, there.number, outcome="linked")
