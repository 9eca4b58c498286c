"""What a person decided about one document: looked at first, then carried out by a try.

Both halves ask the books. Between looking and doing somebody may change the mutation; then nothing
is done. A contrary booking is looked up before it is posted, always: a try before this one may
have posted it and never heard so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sync import config
from sync.clock import Clock
from sync.domain import codes
from sync.domain.attempts import Finish, Outcome, Trigger
from sync.domain.booked import BookedMutation
from sync.domain.booking import prefixed
from sync.domain.inbox import InboxEntry
from sync.domain.lookup import ZONE, conflict
from sync.domain.mutations import Mutation
from sync.domain.privacy import detail_json
from sync.domain.reversal import contrary
from sync.domain.rules import BookingRules
from sync.domain.rulings import (
    Difference,
    Expected,
    Kind,
    Ruling,
    differences,
    require_unchanged,
    sale,
    stamp,
)
from sync.eboekhouden import Books
from sync.engine import record
from sync.engine.desk import Desk, administration, booking_rules, books_access
from sync.engine.lookups import Lookups
from sync.errors import ConfigurationError, PermanentError
from sync.settings import Settings
from sync.store import Document, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What the books hold, for a person to decide on.

    Attributes:
        found: The mutation.
        differs: What it has otherwise than the document.
        contrary: What would be booked to take it back; None where that is not asked.
        refunds: Numbers of the credit memos in the books that refund what is taken back: they stay.
    """

    kind: Kind
    found: BookedMutation
    differs: tuple[Difference, ...]
    contrary: Mutation | None
    refunds: tuple[str, ...] = ()

    def ruling(self, actor: str, trigger: Trigger) -> Ruling:
        """The decision to do it, which holds as long as the mutation stays as it is."""
        return Ruling(
            kind=self.kind,
            mutation=self.found.number,
            stamp=stamp(self.found),
            amount=self.contrary.total if self.contrary else self.found.total,
            actor=actor,
            trigger=trigger,
        )


def look(
    settings: Settings,
    store: Store,
    clock: Clock,
    document: Document,
    *,
    kind: Kind,
    mutation: int,
) -> Sight:
    """Look a mutation up in the books before a person decides; one call, nothing is changed.

    Args:
        settings: Of the home.
        store: Counts the call.
        clock: Time and waiting.
        document: The one to decide about.
        kind: What would be decided.
        mutation: The number in the books.

    Raises:
        PermanentError: It cannot be decided: no such mutation, no sale, another document's.
        BoekwachtError: Settings are wrong, or the books do not answer.
    """
    name = document.entry.connection
    connection = settings.connections.get(name)
    if connection is None:
        raise ConfigurationError(f"Connection {name} is not set up any more")
    config.refuse_conflict(settings, name)
    keys = config.secrets(settings, connection)
    rules = booking_rules(connection, store.mapping(name)[1])
    lookups = Lookups(
        store,
        clock,
        connection=name,
        administration=administration(keys),
        run=0,
        by_person=True,
    )
    with Books(books_access(connection, keys), clock) as books:
        found = sale(mutation, list(lookups.by_mutation(books, mutation)))
    _refuse_another(store, document, found)
    back = kind == "reverse"
    today = _today(clock.now(), rules)
    return Sight(
        kind=kind,
        found=found,
        differs=tuple(differences(_expected(document, rules), found)),
        contrary=contrary(found, document.entry, today, rules.term) if back else None,
        refunds=_refunds(store, document) if back else (),
    )


def link(desk: Desk, document: Document, ruling: Ruling) -> Finish:
    """Look once more, and take the mutation for this document's booking.

    Raises:
        PermanentError: It is not there any more as the person saw it.
        BoekwachtError: As of a look-up.
    """
    found = _as_seen(desk, document, ruling)
    differs = differences(_expected(document, desk.rules), found)
    named = f", other {', '.join(x.field for x in differs)}" if differs else ""
    facts: dict[str, object] = {"decided": "link", **_facts(found)}
    facts |= {"differs": {x.field: [x.books, x.shop] for x in differs}} if differs else {}
    return Finish(
        finished_at=desk.now(),
        outcome="linked",
        state="booked",
        message=f"Success: linked to mutation {found.number} by a person's decision{named}",
        relation_code=found.relation,
        mutation_no=found.number,
        detail=detail_json(facts),
    )


def reverse(
    desk: Desk,
    document: Document,
    ruling: Ruling,
    tell: Callable[[Mutation], None],
    mark: Callable[[], bool],
) -> Finish:
    """Post the contrary of a mutation, unless it is there.

    Args:
        desk: Of the run.
        document: As it was claimed.
        ruling: What was decided.
        tell: Is told of the booking before anything is sent.
        mark: Asked just before the sending; False stops.

    Raises:
        PermanentError: The mutation was changed or cannot be taken back, or the contrary's number
            is taken.
        OutcomeUnknownError: It may be booked: it is looked up at the next try.
        BoekwachtError: As of a look-up or a booking.
    """
    original = sale(ruling.mutation, list(desk.lookups.by_mutation(desk.books, ruling.mutation)))
    back = contrary(original, document.entry, _today(desk.now(), desk.rules), desk.rules.term)
    tell(back)
    there = [
        x
        for x in desk.lookups.by_number(desk.books, back.invoice_number)
        if x.kind == original.kind and x.invoice_number.strip() == back.invoice_number
    ]
    if there:
        return _posted_before(desk, document, back, there, ruling)
    _refuse_another(desk.store, document, original)
    require_unchanged(ruling, original)
    number = desk.books.add_mutation(back, before_send=mark)
    desk.steps("sent")
    return _reversed(desk, back, number, ruling, "created")


def _posted_before(
    desk: Desk, document: Document, back: Mutation, there: list[BookedMutation], ruling: Ruling
) -> Finish:
    """Take what is there for the contrary booking when it carries our key and our total."""
    ours = [x for x in there if x.voucher == back.voucher and x.total == back.total]
    if len(there) != 1 or not ours or ours[0].relation != back.relation:
        raise conflict(back, there)
    return _reversed(desk, back, ours[0].number, ruling, "linked")


def _reversed(desk: Desk, back: Mutation, number: int, ruling: Ruling, outcome: Outcome) -> Finish:
    before = " already" if outcome == "linked" else ""
    message = f"Success: mutation {ruling.mutation} was booked back{before} as mutation {number}"
    return record.booked(desk, back, message, number, outcome=outcome, reverses=ruling.mutation)


def _as_seen(desk: Desk, document: Document, ruling: Ruling) -> BookedMutation:
    found = sale(ruling.mutation, list(desk.lookups.by_mutation(desk.books, ruling.mutation)))
    _refuse_another(desk.store, document, found)
    require_unchanged(ruling, found)
    return found


def _refuse_another(store: Store, document: Document, found: BookedMutation) -> None:
    """One mutation is one document's booking; both ways of knowing whose it is are asked."""
    entry = document.entry
    whose = store.booked_as(entry.connection, found.number, but=document.key)
    if whose is None and found.voucher != document.key:
        other = store.document(found.voucher)
        whose = other.entry.document_no if other else None
    if whose is not None:
        raise PermanentError(
            f"Validation error: it was decided about mutation {found.number}, which is the booking "
            f"of {whose}; a mutation belongs to one document",
            code=codes.DECISION_VOID,
            detail={"mutation": str(found.number)},
        )


def _refunds(store: Store, document: Document) -> tuple[str, ...]:
    """Booked credit memos of an invoice; one made from its order names no invoice and counts."""
    entry = document.entry
    if entry.entity != "invoice":
        return ()
    found = store.find(entry.connection, "creditmemo", [entry.order_no])
    return tuple(
        x.entry.document_no
        for x in found
        if x.state == "booked"
        and x.reversed_no is None
        and x.entry.order_id == entry.order_id
        and x.entry.invoice_id in {None, entry.document_id}
    )


def _expected(document: Document, rules: BookingRules) -> Expected:
    entry = document.entry
    return Expected(
        number=prefixed(entry.entity, entry.document_no, rules),
        issued_on=_today(entry.issued_at, rules),
        total=_signed(entry),
        relation=document.relation_code,
    )


def _signed(entry: InboxEntry) -> Decimal | None:
    sign = -1 if entry.entity == "creditmemo" else 1
    return None if entry.grand_total is None else sign * entry.grand_total


def _today(moment: datetime, rules: BookingRules) -> date:
    return moment.astimezone(ZoneInfo(rules.zone) if rules.zone else ZONE).date()


def _facts(found: BookedMutation) -> dict[str, object]:
    return {
        "mutation": found.number,
        "number": found.invoice_number,
        "date": found.booked_on.isoformat(),
        "relation": found.relation,
        "total": f"{found.total:.2f}",
    }
