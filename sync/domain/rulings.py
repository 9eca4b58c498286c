"""What a person decides where the engine rightly refuses to guess, and when that is theirs to do.

`link`: a mutation in the books is this document's. `reverse`: a booking is taken back by its
contrary (`sync.domain.reversal`), because e-Boekhouden cannot delete one.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal, Protocol

from sync.domain import codes
from sync.domain.attempts import DocumentState, Trigger
from sync.domain.booked import BookedMutation
from sync.domain.documents import Entity
from sync.domain.mutations import SENT_INVOICE
from sync.errors import PermanentError

Kind = Literal["link", "reverse"]
KINDS: Final[tuple[Kind, ...]] = ("link", "reverse")
LOOK: Final = "decide-preview"
"""The kind of request that only looks."""

Bar = Literal["customer", "running", "booked", "waiting", "skipped", "absent", "reversed"]
"""Why there is nothing to decide, in one word that pages and commands have sentences for: it is a
customer; it is being tried; it is in the books; it is tried by itself; it was left out; it is not
in the books; it was booked back already."""

BARS: Final[dict[Bar, str]] = {
    "customer": "is a customer; only invoices and credit memos are decided about",
    "running": "is being tried at this moment; ask again when that has ended",
    "booked": "is in the books as we know it; there is nothing to link",
    "waiting": "is tried by itself; decide only if that fails",
    "skipped": "was left out on purpose; there is nothing to link",
    "absent": "is not known to be in the books; there is nothing to book back",
    "reversed": "was booked back already",
}
"""The same as the end of an English sentence about the document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """One decision, kept in the hub until a try has carried it out or the books refused it.

    Attributes:
        mutation: The number in the books of what is linked, or booked back.
        stamp: Of that mutation as the person saw it; see `stamp`.
        amount: Euros that the books will show for it, with their sign.
        actor: Who decided.
        trigger: Where they said so.
    """

    kind: Kind
    mutation: int
    stamp: str
    amount: Decimal
    actor: str
    trigger: Trigger


class Known(Protocol):
    """What the hub remembers of a document, as far as it matters here."""

    @property
    def state(self) -> DocumentState:
        """Where it stands."""

    @property
    def due_at(self) -> object:
        """When it is to be tried; None when it waits for something else."""

    @property
    def mutation_no(self) -> int | None:
        """Its number in the books; None when there is none."""

    @property
    def reversed_no(self) -> int | None:
        """The mutation that was booked back; None when none was."""


def bar(kind: Kind, entity: Entity, known: Known, *, running: bool = False) -> Bar | None:
    """Why a person has nothing to decide about a document; None when they have."""
    if entity == "customer":
        return "customer"
    if running:
        return "running"
    if known.reversed_no is not None:
        return "reversed"
    if known.state == "waiting" and (kind == "reverse" or known.due_at is not None):
        return "waiting"
    if kind == "reverse":
        return "absent" if known.mutation_no is None or known.state == "skipped" else None
    return known.state if known.state in {"booked", "skipped"} else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What we would have booked for a document, as far as the hub knows.

    Attributes:
        number: With its prefix.
        issued_on: The day in the books' zone, or the one that is set.
        total: Euros with the sign they have in the books; None when the shop never told.
        relation: The relation's code; empty when none was looked for yet.
    """

    number: str
    issued_on: date
    total: Decimal | None
    relation: str = ""


Field = Literal["number", "date", "amount", "relation"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that a mutation has otherwise than the document, as text on both sides."""

    field: Field
    books: str
    shop: str


def differences(expected: Expected, found: BookedMutation) -> list[Difference]:
    """What a person should look at before they say that a mutation is this document's."""
    return list(_differences(expected, found))


def _differences(expected: Expected, found: BookedMutation) -> Iterator[Difference]:
    number = found.invoice_number.strip()
    if number != expected.number:
        yield Difference(field="number", books=number, shop=expected.number)
    if found.booked_on != expected.issued_on:
        yield Difference(
            field="date", books=found.booked_on.isoformat(), shop=expected.issued_on.isoformat()
        )
    if expected.total is not None and found.total != expected.total:
        yield Difference(field="amount", books=f"{found.total:.2f}", shop=f"{expected.total:.2f}")
    if expected.relation and found.relation != expected.relation:
        yield Difference(field="relation", books=found.relation, shop=expected.relation)


def stamp(mutation: BookedMutation) -> str:
    """Changes exactly when something changes in a mutation that a decision depends on."""
    facts = [mutation.kind, mutation.booked_on, mutation.ledger, mutation.relation]
    facts += [mutation.invoice_number, *sorted(map(repr, mutation.lines))]
    text = repr((mutation.number, *map(str, facts)))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def sale(number: int, found: list[BookedMutation]) -> BookedMutation:
    """The sale with that mutation number among what the books answered.

    Raises:
        PermanentError: There is none, or it is no sale.
    """
    matching = [x for x in found if x.number == number]
    if not matching:
        raise PermanentError(
            f"Validation error: it was decided about mutation {number}, which the books do not "
            "have; look its number up there",
            code=codes.DECISION_VOID,
            detail={"mutation": str(number)},
        )
    if matching[0].kind != SENT_INVOICE:
        raise PermanentError(
            f"Validation error: it was decided about mutation {number}, which is a "
            f"{matching[0].kind}, not a sent invoice",
            code=codes.DECISION_VOID,
            detail={"mutation": str(number)},
        )
    return matching[0]


def require_unchanged(ruling: Ruling, now: BookedMutation) -> None:
    """Refuse to act on a mutation that somebody changed after the person looked.

    Raises:
        PermanentError: It reads otherwise than it did.
    """
    if stamp(now) != ruling.stamp:
        raise PermanentError(
            f"Validation error: it was decided about mutation {now.number}, which was changed in "
            "the books since; look at it again",
            code=codes.DECISION_VOID,
            detail={"mutation": str(now.number)},
        )
