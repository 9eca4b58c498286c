"""Customer first: the relation that a document is booked on is found, made or updated before it.

Each time something has to be done about a customer is an attempt of its own in the Customer log.
An unchanged customer that we know makes no call and no row.
"""

from dataclasses import dataclass

from sync.domain import codes
from sync.domain.attempts import Finish, Outcome
from sync.domain.customers import (
    customer_label,
    identity,
    needs_update,
    relation,
    relation_fingerprint,
    same_person,
)
from sync.domain.documents import SalesDocument
from sync.domain.inbox import customer_entry
from sync.domain.relations import Relation
from sync.eboekhouden import NotSentError
from sync.engine import record
from sync.engine.desk import Desk
from sync.engine.lookups import settles_until
from sync.errors import (
    BoekwachtError,
    OutcomeUnknownError,
    PermanentError,
    RefusedError,
    TemporaryError,
)
from sync.store import Claim
from sync.store import Relation as KnownRelation

_GLANCE = 0.2  # seconds between two looks at what another run does about a customer


@dataclass(frozen=True, slots=True)
class Debtor:
    """The relation to book on; `made` tells whether this try created it."""

    code: str
    made: bool = False


@dataclass(frozen=True, slots=True)
class _Done:
    """What was done about a customer: how it ended, on which relation, and the row's message."""

    outcome: Outcome
    code: str
    message: str


def ensure(desk: Desk, document: SalesDocument) -> Debtor:
    """The buyer's relation in the books; asked for, created or updated when that is due.

    A lost answer to creating it makes no second one: the code is derived from the buyer, and the
    next try asks for that code first.

    Raises:
        PermanentError: The customer's data is refused, or several relations could be this one.
        TemporaryError: The books do not answer, or the answer to writing it was lost.
        ConfigurationError: The books refuse the credentials.
    """
    name = desk.connection.name
    wanted = relation(name, document.buyer)
    waited = 0.0
    while True:
        known = desk.store.relation(name, identity(name, document.buyer))
        if known is not None and known.fingerprint == relation_fingerprint(wanted):
            return Debtor(known.code)
        claim = _claim(desk, document, wanted)
        if claim is not None:
            break
        # Another run is at it, or was a moment ago, and keeps what it finds out.
        if waited >= float(desk.connection.books.deadline) or desk.stopping():
            raise _busy(desk)
        desk.clock.sleep(_GLANCE)
        waited += _GLANCE
    desk.steps("customer claimed")
    done = _try(desk, claim, document, wanted, known)
    return Debtor(done.code, made=done.outcome == "created")


def _claim(desk: Desk, document: SalesDocument, wanted: Relation) -> Claim | None:
    """The right to write this customer; None while another run has it, or when that is done.

    Raises:
        TemporaryError: It may have been written already and has to settle first.
    """
    entry = customer_entry(
        desk.connection.name, document, wanted.code, relation_fingerprint(wanted)
    )
    who = identity(desk.connection.name, document.buyer)
    if not desk.store.admit(entry, desk.now(), who):
        return None
    start = record.started(desk, entry, customer_label(document.buyer), None)
    claim = desk.store.claim(start, desk.holder)
    if claim is None:
        found = desk.store.document(entry.key)
        if found is not None and settles_until(found, desk.now()):
            raise _busy(desk)
    return claim


def _busy(desk: Desk) -> TemporaryError:
    return TemporaryError(
        "API error: the customer's relation is being written or has to settle first",
        code=codes.OUTCOME_UNKNOWN,
        retry_after=float(desk.connection.books.settle + desk.connection.books.deadline),
    )


def _try(
    desk: Desk,
    claim: Claim,
    document: SalesDocument,
    wanted: Relation,
    known: KnownRelation | None,
) -> _Done:
    try:
        done = _write(desk, claim, wanted, known)
    except NotSentError as error:  # another process took the customer over; the document waits
        raise TemporaryError(error.message, code=error.code) from error
    except BoekwachtError as error:
        finish = record.failed(desk, claim.document, error, buyer=document.buyer, mutation=None)
        desk.store.finish(claim, finish)
        if isinstance(error, OutcomeUnknownError):
            # Not the document's outcome: nothing of it was sent, our code finds the relation.
            raise TemporaryError(error.message, code=error.code, detail=error.detail) from error
        raise
    desk.steps("customer sent")
    desk.store.finish(
        claim,
        Finish(
            finished_at=desk.now(),
            outcome=done.outcome,
            state="booked",
            message=done.message,
            relation_code=done.code,
        ),
        KnownRelation(
            connection=desk.connection.name,
            identity=identity(desk.connection.name, document.buyer),
            code=done.code,
            fingerprint=relation_fingerprint(wanted),
            customer=customer_label(document.buyer),
        ),
    )
    desk.steps("customer finished")
    return done


def _write(desk: Desk, claim: Claim, wanted: Relation, known: KnownRelation | None) -> _Done:
    # After a rebuild only the customer's own row knows on which relation it was booked.
    code = known.code if known else claim.document.relation_code or wanted.code
    for booked in desk.books.relations(code=code):
        return _update(desk, claim, booked, wanted)
    same = [x for x in desk.books.relations(keyword=wanted.email) if same_person(x, wanted)]
    if len(same) == 1:
        return _Done("linked", same[0].code, f"Duplicate found: linked to relation {same[0].code}")
    if same:
        names = ", ".join(sorted(x.code for x in same))
        raise PermanentError(
            f"Validation error: several relations are this customer: {names}; "
            "keep one of them in the books",
            code=codes.RELATION_AMBIGUOUS,
            detail={"relations": names},
        )
    try:
        desk.books.add_relation(wanted, before_send=lambda: _mark(desk, claim))
    except RefusedError as error:
        # Our code is derived from the customer, so whoever has it is this customer.
        if error.code == "CREL001" and desk.books.relations(code=wanted.code):
            return _Done("linked", wanted.code, "Success: the relation was there already")
        raise
    return _Done("created", wanted.code, "Customer created")


def _update(desk: Desk, claim: Claim, booked: Relation, wanted: Relation) -> _Done:
    update = needs_update(booked, wanted)
    if update is None:
        return _Done("linked", booked.code, "Success: the relation was there already")
    if not _mark(desk, claim):
        raise NotSentError("Interrupted before anything was sent", code=codes.INTERRUPTED)
    desk.books.update_relation(update)
    return _Done("updated", booked.code, "Customer updated")


def _mark(desk: Desk, claim: Claim) -> bool:
    """Marks the row just before the books are written to; False when the lease is lost."""
    ours = desk.store.mark_sent(claim, desk.now())
    desk.steps("customer marked")
    return ours
