"""Which documents may be booked again because somebody asks for it, and why others may not."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Final, Generic, Literal, Protocol, TypeVar

from sync.domain import codes
from sync.domain.attempts import DocumentState
from sync.domain.documents import Entity

MOST: Final = 500
"""Documents that one request may ask for."""

Reason = Literal["booked", "running", "asked", "settling", "invoice", "off", "customer", "unknown"]
"""Why a document may not be booked again, in one word that pages and commands have sentences for:
it is in the books; it is being tried; it stands in an open request; it may have been sent and has
to settle; its invoice comes first; its connection is switched off or gone; a guest, who comes with
what is sold to them; it was never fetched."""


class Known(Protocol):
    """What the hub remembers of a document, as far as it matters here."""

    @property
    def key(self) -> str:
        """The idempotency key."""

    @property
    def state(self) -> DocumentState:
        """Where it stands."""

    @property
    def mutation_no(self) -> int | None:
        """Its number in the books; None when there is none."""

    @property
    def sent_at(self) -> datetime | None:
        """When it may have been sent, its answer being lost; None otherwise."""

    @property
    def due_at(self) -> datetime | None:
        """When it is to be tried; None when it waits for something else."""

    @property
    def error_code(self) -> str:
        """Of the latest try; empty when that went well."""

    @property
    def latest_attempt(self) -> int | None:
        """The finished try with the highest id; None before the first."""


K = TypeVar("K", bound=Known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate(Generic[K]):
    """A document that somebody would have booked again, and what matters around it.

    Attributes:
        running: Somebody is trying it now.
        request: The open request that it stands in; None when it is in none.
        off: Its connection is switched off, or not set up any more.
        guest: It is a customer without an account, whom the shop does not give out.
        invoices: Of a credit memo, the invoices of which one has to be in the books before it: key
            and state. None of any other document.
    """

    document: K
    entity: Entity
    running: bool = False
    request: int | None = None
    off: bool = False
    guest: bool = False
    invoices: tuple[tuple[str, DocumentState], ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Why a document is not booked again.

    Attributes:
        until: When it has settled; None when that is not the reason.
        mutation_no: Its number in the books; None when there is none.
        request: The open request that it stands in; None when it is in none.
    """

    reason: Reason
    until: datetime | None = None
    mutation_no: int | None = None
    request: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Generic[K]):
    """What becomes of a choice.

    Attributes:
        eligible: May be booked again now, in the order in which they depend on each other; at most
            as many as one request may ask for.
        refused: May not, and why.
        rest: How many more may, but not in this request.
        invoices: Keys of invoices that were not chosen and that refused credit memos wait for.
    """

    eligible: tuple[Candidate[K], ...] = ()
    refused: tuple[tuple[Candidate[K], Obstacle], ...] = ()
    rest: int = 0
    invoices: tuple[str, ...] = field(default=())


def plan(candidates: Iterable[Candidate[K]], now: datetime, most: int = MOST) -> Plan[K]:
    """Sort a choice into what may be booked again and what may not.

    Customers come before invoices, these before credit memos, and of each kind those first that
    were tried longest ago, so that asking again for the same choice goes on with the rest.

    Args:
        candidates: The choice; each document once.
        now: The present moment.
        most: Documents that one request may ask for.
    """
    eligible: list[Candidate[K]] = []
    refused: list[tuple[Candidate[K], Obstacle]] = []
    accepted: set[str] = set()
    rest = 0
    for each in sorted(candidates, key=_order):
        found = obstacle(each, now, accepted)
        if found is not None:
            refused.append((each, found))
        elif len(eligible) < most:
            eligible.append(each)
            accepted.add(each.document.key)
        else:
            rest += 1
            accepted.add(each.document.key)
    return Plan(
        eligible=tuple(eligible),
        refused=tuple(refused),
        rest=rest,
        invoices=tuple(_missing_invoices(refused, accepted)),
    )


def obstacle(candidate: Candidate[K], now: datetime, coming: Iterable[str] = ()) -> Obstacle | None:
    """Why a document is not booked again; None when it may be.

    Args:
        candidate: The document.
        now: The present moment.
        coming: Keys of the documents that are booked before it in the same request.
    """
    known = candidate.document
    if known.state == "booked":
        return Obstacle(reason="booked", mutation_no=known.mutation_no)
    if candidate.running or candidate.request is not None:
        reason: Reason = "running" if candidate.running else "asked"
        return Obstacle(reason=reason, request=candidate.request)
    if candidate.guest or candidate.off:
        return Obstacle(reason="off" if candidate.off else "customer")
    due_at = known.due_at
    waits = known.state == "waiting"
    if waits and known.sent_at is not None and due_at is not None and due_at > now:
        return Obstacle(reason="settling", until=due_at)
    return None if _has_invoice(candidate, coming) else Obstacle(reason="invoice")


def _has_invoice(candidate: Candidate[K], coming: Iterable[str]) -> bool:
    """Whether the invoice that a credit memo refunds is in the books, or comes before it."""
    if candidate.invoices is None:
        known = candidate.document
        waits = known.state == "waiting" and known.due_at is None
        return not (waits and known.error_code == codes.INVOICE_NOT_FOUND)
    return any(state == "booked" or key in coming for key, state in candidate.invoices)


def sentence(found: Obstacle, zone: tzinfo) -> str:
    """An obstacle in English, as the end of a sentence about the document.

    Args:
        found: The obstacle.
        zone: In which a time of day is told.
    """
    if found.reason == "booked" and found.mutation_no is not None:
        return f"is in the books already as mutation {found.mutation_no}"
    if found.reason == "settling" and found.until is not None:
        until = found.until.astimezone(zone)
        return f"may have been sent: it is looked up by itself from {until:%Y-%m-%d %H:%M} on"
    if found.reason == "asked":
        return f"is asked for already, in request {found.request}"
    return _SENTENCES[found.reason]


_SENTENCES: Final[dict[Reason, str]] = {
    "booked": "is in the books already",
    "running": "is being tried at this moment",
    "settling": "may have been sent: it is looked up by itself",
    "invoice": "waits for its invoice, and follows by itself once that is booked",
    "off": "belongs to a connection that is switched off or not set up any more",
    "customer": "is a guest for whom nothing is to be booked; their next document tries it again",
    "unknown": "was never fetched",
}
_RANK: Final[dict[Entity, int]] = {"customer": 0, "invoice": 1, "creditmemo": 2}


def _order(candidate: Candidate[K]) -> tuple[int, int, str]:
    document = candidate.document
    return _RANK[candidate.entity], document.latest_attempt or 0, document.key


def _missing_invoices(
    refused: Iterable[tuple[Candidate[K], Obstacle]], accepted: set[str]
) -> list[str]:
    keys = {
        key
        for each, found in refused
        if found.reason == "invoice"
        for key, state in each.invoices or ()
        if state in {"failed", "waiting"} and key not in accepted
    }
    return sorted(keys)
