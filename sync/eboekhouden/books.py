"""One session with the books: it opens itself, renews itself, and never books twice."""

from collections.abc import Callable, Mapping
from datetime import date
from types import TracebackType
from typing import Final, Self, TypeVar

from sync.clock import Clock
from sync.domain import codes
from sync.domain.booked import (
    Administration,
    BookedMutation,
    CostCentre,
    Ledger,
    OpenItem,
)
from sync.domain.mutations import MAX_NUMBER, Mutation
from sync.domain.relations import MAX_CODE, Relation
from sync.eboekhouden import decode, encode
from sync.eboekhouden.access import BooksAccess
from sync.eboekhouden.session import Session, always
from sync.errors import OutcomeUnknownError, TemporaryError, UnreadableError

MUTATIONS_LIMIT: Final = 500
"""GetMutaties shows no more, the newest ones: that many mean that there may be others."""

FIRST_DAY: Final = date(1980, 1, 1)
LAST_DAY: Final = date(2049, 12, 31)
"""The days between which the books take and find bookings."""

MAX_KEYWORD: Final = 255

T = TypeVar("T")


class Books:
    """The books of one administration, for one thread at a time; any number side by side.

    Every method raises what `Soap.call` raises: UnreachableError, UnreadableError and other
    TemporaryErrors, RefusedError, ConfigurationError, and the writing ones OutcomeUnknownError.
    """

    def __init__(self, access: BooksAccess, clock: Clock) -> None:
        """Check the address; nothing is called yet.

        Raises:
            ConfigurationError: The address is neither https nor on loopback.
        """
        self._clock = clock
        self._session = Session(access, clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def lost_early(self) -> bool:
        """Whether a session was ended within a minute: the service may allow one at a time."""
        return self._session.lost_early

    def hang_up(self) -> None:
        """End the call that is out, and every later one at once. Any thread may do it.

        A booking that was sent by then has an unknown outcome, as with every lost answer.
        """
        self._session.hang_up()

    def close(self) -> None:
        """End the session and the connection. Never fails."""
        self._session.close()

    def add_mutation(self, mutation: Mutation, before_send: Callable[[], bool] = always) -> int:
        """Book `mutation` and return the number that the books gave it.

        Args:
            mutation: Checked for what cannot be sent, nothing else.
            before_send: Called right before every sending; False stops.

        Raises:
            UnbookableError: A code or number is too long; nothing was sent.
            NotSentError: `before_send` said no.
            RefusedError: With the service's code, CMUT018 or CMUT019 when the number exists.
            OutcomeUnknownError: It may be booked. Look it up before trying again.
        """
        result = self._session.ask(
            "AddMutatie", {"oMut": encode.mutation(mutation)}, write=True, before_send=before_send
        )
        return _given(result, "Mutatienummer", "AddMutatie")

    def add_relation(self, relation: Relation, before_send: Callable[[], bool] = always) -> int:
        """Add `relation`, whose own `id` is ignored, and return the books' id of it.

        Raises:
            As `add_mutation`; the code is CREL001 when `relation.code` exists.
        """
        fields = encode.relation(relation, self._clock.now().date()) | {"ID": 0}
        result = self._session.ask(
            "AddRelatie", {"oRel": fields}, write=True, before_send=before_send
        )
        return _given(result, "Rel_ID", "AddRelatie")

    def update_relation(self, relation: Relation) -> Relation:
        """Replace the relation with `relation.id` and return it as it reads now.

        Every field is replaced, so start from one that was read (`domain.relations.merge`). The
        service's answer to an update is the same as no answer, so the relation is read back.

        Raises:
            UnbookableError: A code or number is too long; nothing was sent.
            OutcomeUnknownError: The answer was lost, or what we wrote does not stand there.
            ValueError: It has no id, so it was not read from the books.
        """
        if relation.id <= 0:
            raise ValueError("a relation without an id cannot be updated")
        fields = encode.relation(relation, self._clock.now().date())
        self._session.ask("UpdateRelatie", {"oRel": fields}, write=True)
        try:
            found = self.relations(id=relation.id)
        except TemporaryError as error:
            raise _unproven(f"could not be read back ({error.message})") from error
        if len(found) != 1:
            raise _unproven(f"{len(found)} relations have its id now")
        now = encode.relation(found[0], self._clock.now().date())
        if differs := sorted(
            name for name in encode.OURS if _plain(fields, name) != _plain(now, name)
        ):
            raise _unproven(f"it reads otherwise in {', '.join(differs)}")
        return found[0]

    def relations(self, *, code: str = "", keyword: str = "", id: int = 0) -> list[Relation]:
        """Relations that match everything given; all of them when nothing is.

        Args:
            code: The whole code.
            keyword: Part of code, name, place, contact or e-mail; the service decides how.
            id: The books' own id.
        """
        wanted = {
            "Trefwoord": encode.cut(keyword, MAX_KEYWORD),
            "Code": encode.exact("Code", code, MAX_CODE),
            "ID": id,
        }
        return self._list(
            "GetRelaties", "Relaties", "cRelatie", decode.relation, {"cFilter": wanted}
        )

    def mutations(
        self,
        *,
        invoice_number: str = "",
        since: date = FIRST_DAY,
        until: date = LAST_DAY,
        from_no: int = 0,
        to_no: int = 0,
    ) -> list[BookedMutation]:
        """Mutations that match everything given, in no certain order, of any kind.

        One call of the 5,000 that a month has (E003.1 beyond). `MUTATIONS_LIMIT` of them mean that
        older ones may have been left out.

        Args:
            invoice_number: The whole number; empty for any.
            since: First booking date.
            until: Last booking date, included.
            from_no: Lowest mutation number; 0 for any.
            to_no: Highest mutation number, included; 0 for any.
        """
        wanted = {
            "MutatieNr": 0,
            "MutatieNrVan": from_no,
            "MutatieNrTm": to_no,
            "Factuurnummer": encode.exact("Factuurnummer", invoice_number, MAX_NUMBER),
            "DatumVan": encode.moment(since),
            "DatumTm": encode.moment(until),
        }
        return self._list(
            "GetMutaties", "Mutaties", "cMutatieList", decode.mutation, {"cFilter": wanted}
        )

    def ledgers(self) -> list[Ledger]:
        """Every ledger of the administration."""
        wanted = {"ID": 0, "Code": "", "Categorie": ""}
        return self._list(
            "GetGrootboekrekeningen",
            "Rekeningen",
            "cGrootboekrekening",
            decode.ledger,
            {"cFilter": wanted},
        )

    def cost_centres(self) -> list[CostCentre]:
        """Every cost centre of the administration."""
        wanted = {"KostenplaatsID": 0, "KostenplaatsParentID": 0, "Omschrijving": ""}
        return self._list(
            "GetKostenplaatsen",
            "Kostenplaatsen",
            "cKostenplaats",
            decode.cost_centre,
            {"cFilter": wanted},
        )

    def open_items(self) -> list[OpenItem]:
        """Every sales invoice that is not paid in full."""
        return self._list(
            "GetOpenPosten", "Openposten", "cOpenPost", decode.open_item, {"OpSoort": "Debiteuren"}
        )

    def administrations(self) -> list[Administration]:
        """The administrations that this account may open; their codes are secrets."""
        return self._list(
            "GetAdministraties", "Administraties", "cAdministratie", decode.administration, {}
        )

    def _list(
        self,
        operation: str,
        container: str,
        item: str,
        read: Callable[[decode.Item], T],
        arguments: Mapping[str, object],
    ) -> list[T]:
        result = self._session.ask(operation, arguments)
        try:
            return decode.items(result, container, item, read)
        except decode.IncompleteError as error:
            raise UnreadableError(
                f"API error: {operation} gave an answer without a usable {error}",
                code=codes.UNREADABLE,
                detail={"operation": operation},
            ) from error


def _given(result: object, field: str, operation: str) -> int:
    """The number that the books gave to something new; without one nobody knows what happened."""
    number = getattr(result, field, None)
    if not isinstance(number, int) or not 0 < number <= decode.LONGEST:
        raise OutcomeUnknownError(
            f"API error: {operation} was answered without a number and without an error",
            code=codes.OUTCOME_UNKNOWN,
            detail={"operation": operation},
        )
    return number


def _plain(fields: dict[str, object], name: str) -> str:
    return str(fields[name]).strip()


def _unproven(why: str) -> OutcomeUnknownError:
    return OutcomeUnknownError(
        f"API error: UpdateRelatie was accepted, but {why}",
        code=codes.OUTCOME_UNKNOWN,
        detail={"operation": "UpdateRelatie"},
    )
