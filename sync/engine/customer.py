"""Customer first: the relation that a document is booked on is found, made or updated before it.

Each time something has to be done about a customer is an attempt of its own in the Customer log,
whether an account is tried for itself or a buyer on the way of an invoice. An unchanged customer
that we know makes no call and no row.
"""

import logging
from dataclasses import dataclass

from sync.domain import codes
from sync.domain.attempts import Finish, Outcome
from sync.domain.customers import customer_label, needs_update, relation_fingerprint
from sync.domain.documents import Customer
from sync.domain.inbox import InboxEntry, customer_entry
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

log = logging.getLogger(__name__)

_GLANCE = 0.2  # seconds between two looks at what another run does about a customer


@dataclass(frozen=True, slots=True)
class Debtor:
    """The relation to book on; `made` tells whether this try created it."""

    code: str
    made: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """How a try at a customer ended: its row's end, and the error where it did not go well."""

    finish: Finish
    error: BoekwachtError | None = None


@dataclass(frozen=True, slots=True)
class _Done:
    """What was done about a customer: how it ended, on which relation, and the row's message."""

    outcome: Outcome
    code: str
    message: str


def ensure(desk: Desk, who: Customer) -> Debtor:
    """The buyer's relation in the books; asked for, created or updated when that is due.

    A lost answer to creating it makes no second one: the code is derived from the buyer, and the
    next try asks for that code first.

    Raises:
        PermanentError: The customer's data is refused, or several relations could be this one.
        TemporaryError: The books do not answer, or the answer to writing it was lost.
        ConfigurationError: The books refuse the credentials.
    """
    name, identity = desk.connection.name, desk.debtors.identity(who.buyer)
    entry = customer_entry(desk.debtors, who)
    waited = 0.0
    while True:
        known = desk.store.relation(name, identity)
        if known is not None and not _is_due(desk, known, entry):
            return Debtor(known.code)
        claim = _claim(desk, entry, who, identity)
        if claim is not None:
            break
        # Another run is at it, or was a moment ago, and keeps what it finds out.
        if waited >= float(desk.connection.books.deadline) or desk.stopping():
            raise _busy(desk)
        desk.clock.sleep(_GLANCE)
        waited += _GLANCE
    desk.steps("customer claimed")
    ended = attend(desk, claim, who)
    if ended is None:  # another process took the customer over; the document waits
        raise _interrupted()
    error = ended.error
    if isinstance(error, OutcomeUnknownError):
        # Not the document's outcome: nothing of it was sent, our code finds the relation.
        raise TemporaryError(error.message, code=error.code, detail=error.detail) from error
    if error is not None:
        raise error
    return Debtor(ended.finish.relation_code, made=ended.finish.outcome == "created")


def attend(desk: Desk, claim: Claim, who: Customer) -> Ended | None:
    """Do what is due about a customer that was claimed, and record how it ended.

    Returns:
        None when another process took it over meanwhile; its row is that one's.
    """
    writing = _Writing(desk, claim, who)
    error: BoekwachtError | None = None
    try:
        done = writing.do()
    except NotSentError:
        return None
    except BoekwachtError as failure:
        error = failure
    except Exception as failure:  # recorded as this attempt's failure; the run goes on
        log.exception("customer %s", claim.key)
        error = record.mistake(failure, was_sent=writing.sent)
    if error is not None:
        finish = record.failed(desk, claim.document, error, buyer=who.buyer, mutation=None)
        return Ended(finish, error) if desk.store.finish(claim, finish) else None
    desk.steps("customer sent")
    finish = Finish(
        finished_at=desk.now(),
        outcome=done.outcome,
        state="booked",
        message=done.message,
        relation_code=done.code,
    )
    relation = KnownRelation(
        connection=desk.connection.name,
        identity=desk.debtors.identity(who.buyer),
        code=done.code,
        fingerprint=relation_fingerprint(desk.debtors.relation(who.buyer)),
        customer=customer_label(who.buyer),
    )
    if not desk.store.finish(claim, finish, relation):
        return None
    desk.steps("customer finished")
    return Ended(finish)


def _is_due(desk: Desk, known: KnownRelation, entry: InboxEntry) -> bool:
    """Whether the books' relation has to follow what is said here.

    An order from before the account's latest change says nothing new, nor does one that is older
    than another that was booked.
    """
    if known.fingerprint == entry.fingerprint:
        return False
    latest = desk.store.document(entry.key)
    return latest is None or latest.entry.updated_at <= entry.updated_at


def _claim(desk: Desk, entry: InboxEntry, who: Customer, identity: str) -> Claim | None:
    """The right to write this customer; None while another run has it, or when that is done.

    Raises:
        TemporaryError: It may have been written already and has to settle first.
    """
    if not desk.store.admit(entry, desk.now(), identity):
        return None
    start = record.started(desk, entry, customer_label(who.buyer), None)
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


def _interrupted() -> TemporaryError:
    return TemporaryError("Interrupted before anything was sent", code=codes.INTERRUPTED)


@dataclass(slots=True)
class _Writing:
    """What has to be done about a customer that was claimed; `sent` once the books are written."""

    desk: Desk
    claim: Claim
    who: Customer
    sent: bool = False

    def do(self) -> _Done:
        """Find the relation in the books, by our code and then by e-mail; update it or create it.

        Raises:
            NotSentError: The lease was lost; nothing was sent.
            BoekwachtError: As `ensure`.
        """
        debtors, books, buyer = self.desk.debtors, self.desk.books, self.who.buyer
        wanted = debtors.relation(buyer)
        known = self.desk.store.relation(debtors.connection, debtors.identity(buyer))
        # After a rebuild only the customer's own row knows on which relation it was booked.
        code = known.code if known else self.claim.document.relation_code or wanted.code
        for booked in books.relations(code=code):
            return self._update(booked, wanted)
        same = [x for x in books.relations(keyword=wanted.email) if debtors.is_same(x, buyer)]
        if len(same) == 1:
            code = same[0].code
            return _Done("linked", code, f"Duplicate found: linked to relation {code}")
        if same:
            names = ", ".join(sorted(x.code for x in same))
            raise PermanentError(
                f"Validation error: several relations are this customer: {names}; "
                "keep one of them in the books",
                code=codes.RELATION_AMBIGUOUS,
                detail={"relations": names},
            )
        return self._create(wanted)

    def _create(self, wanted: Relation) -> _Done:
        try:
            self.desk.books.add_relation(wanted, before_send=self._mark)
        except RefusedError as error:
            # Our code is derived from the customer, so whoever has it is this customer.
            if error.code == "CREL001" and self.desk.books.relations(code=wanted.code):
                return _Done("linked", wanted.code, "Success: the relation was there already")
            raise
        return _Done("created", wanted.code, "Customer created")

    def _update(self, booked: Relation, wanted: Relation) -> _Done:
        update = needs_update(booked, wanted)
        if update is None:
            return _Done("linked", booked.code, "Success: the relation was there already")
        if not self._mark():
            raise NotSentError("Interrupted before anything was sent", code=codes.INTERRUPTED)
        self.desk.books.update_relation(update)
        return _Done("updated", booked.code, "Customer updated")

    def _mark(self) -> bool:
        """Marks the row just before the books are written; False when the lease is lost."""
        self.sent = self.desk.store.mark_sent(self.claim, self.desk.now())
        self.desk.steps("customer marked")
        return self.sent
