"""The simulated books as a service: 20 operations over the state of one or more administrations."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import uuid4

from sync.clock import Clock
from sync.sandbox.books import (
    addresses,
    invoices,
    ledgers,
    lookups,
    mutations,
    parsing,
    relations,
    responses,
)
from sync.sandbox.books.errors import Refusal, SoapFault
from sync.sandbox.books.journal import Journal
from sync.sandbox.books.parsing import Call
from sync.sandbox.books.schema import Record
from sync.sandbox.books.sessions import Sessions
from sync.sandbox.books.settings import Settings
from sync.sandbox.books.state import Administration, Ids
from sync.sandbox.messages import Request, Response

JOURNAL = "books.jsonl"

_Operation = Callable[[Administration, Record], Record]

# What needs a session and one administration. The others are methods of `Books`.
_OPERATIONS: dict[str, _Operation] = {
    "GetSaldo": ledgers.balance,
    "GetSaldi": ledgers.balances,
    "AddFactuur": lambda books, x: invoices.add(books, _part(x, "oFact", "CFACT004")),
    "GetFacturen": invoices.listed,
    "AddMutatie": lambda books, x: mutations.add(books, _part(x, "oMut", "CMUT004")),
    "GetMutaties": mutations.listed,
    "AddGrootboekrekening": lambda books, x: ledgers.add(books, _part(x, "oGb", "CGN003")),
    "UpdateGrootboekrekening": lambda books, x: ledgers.update(books, _part(x, "oGb", "CGN003.1")),
    "GetGrootboekrekeningen": ledgers.listed,
    "AddRelatie": lambda books, x: relations.add(books, _part(x, "oRel", "CREL901")),
    "UpdateRelatie": lambda books, x: relations.update(books, _part(x, "oRel", "CREL901")),
    "GetRelaties": relations.listed,
    "GetOpenPosten": invoices.open_items,
    "GetKostenplaatsen": lookups.cost_centres,
    "GetArtikelen": lookups.articles,
}
_LOGINS = frozenset({"OpenSession", "OpenSessionSub", "AutoLogin"})
_BOOKINGS = frozenset({"AddMutatie", "AddFactuur"})
_TIMEOUT = (
    "Server was unable to process request. ---> Timeout expired. The timeout period elapsed prior "
    "to completion of the operation or the server is not responding."
)


class Books:
    """The e-Boekhouden.nl SOAP service, simulated; an `App` for `sync.sandbox.http.Server`.

    Args:
        settings: What differs from the usual; None is all as usual.
        clock: Ages the sessions, counts the months and dates new relations.
        folder: Where everything is kept; a booking that was answered is there after a restart.
            None keeps it in memory. One process at a time may use a folder.

    Attributes:
        settings: As given.
        sessions: Who is logged in.
        administrations: All of them by guid.
        state: The first one, the user's own.

    Raises:
        ValueError: What is kept in the folder is damaged.
    """

    def __init__(self, settings: Settings | None, clock: Clock, folder: Path | None = None) -> None:
        self.settings = settings or Settings()
        self.sessions = Sessions(self.settings)
        self._clock = clock
        self._journal = Journal(None if folder is None else folder / JOURNAL)
        ids = Ids()
        self.administrations = {
            own.guid: Administration(self.settings, own, clock, ids, self._journal)
            for own in self.settings.administrations
        }
        self.state = self.administrations[self.settings.code2]
        for change in (x for changes in self._journal.past() for x in changes):
            known = self.administrations.get(str(change[0]))
            if known is not None:
                known.replay(change)
        for administration in self.administrations.values():
            if not administration.ledgers:
                administration.found()

    def close(self) -> None:
        """Let go of the folder."""
        self._journal.close()

    def handle(self, request: Request) -> Response:
        """Answer one request; never raises."""
        return self.accept(request)()

    def accept(self, request: Request) -> Callable[[], Response]:
        """Read a call and check its session now; the work may be done whenever one likes."""
        try:
            answer = addresses.page(request)
            if answer is not None:
                return lambda: answer
            call = parsing.read_call(request)
        except SoapFault as error:
            refusal = responses.fault(parsing.version_of(request), str(error), sender=True)
            return lambda: refusal
        try:
            if call.operation not in _OPERATIONS:
                return partial(self._answer, call, partial(self._outside, call))
            guid = self._enter(call)
        except Refusal as error:
            refused = self._refused(call, error)
            return lambda: refused
        return partial(self._answer, call, partial(self._inside, call, guid))

    def misbehave(self, fault: str, request: Request) -> Response | None:
        """Play a fault of the service itself; None when it does not concern this call."""
        try:
            call = parsing.read_call(request) if addresses.page(request) is None else None
        except SoapFault:
            call = None
        if call is None:
            return None
        session_id = call.arguments.get("SessionID", "")
        if fault == "soap_fault":
            return responses.fault(call.version, _TIMEOUT, sender=False)
        if fault == "wrong_credentials" and call.operation in _LOGINS:
            return self._refused(call, Refusal("E001.1"))
        if fault == "expired_session" and call.operation in _OPERATIONS:
            return self.handle(request) if self.sessions.expire(session_id) else None
        if fault == "closed_period" and call.operation in _BOOKINGS:
            return self._refused(call, Refusal("CMUT020", value="de boekingsdatum"))
        return None

    def _answer(self, call: Call, work: Callable[[], Record]) -> Response:
        if call.operation == "CloseSession":
            work()
            return responses.closed(call.version)
        try:
            payload = work()
        except Refusal as error:
            return self._refused(call, error)
        return responses.succeeded(
            call.version, call.operation, payload, empty_lists=self.settings.empty_lists
        )

    def _refused(self, call: Call, refusal: Refusal) -> Response:
        dotted = self.settings.dotted_codes
        return responses.refused(call.version, call.operation, refusal, dotted=dotted)

    def _enter(self, call: Call) -> str:
        arguments = call.arguments
        return self.sessions.enter(
            arguments["SessionID"], arguments["SecurityCode2"], self._clock.now()
        )

    def _inside(self, call: Call, guid: str) -> Record:
        """Carry out a call in one administration, one call at a time."""
        administration = self.administrations[guid]
        with administration.lock:
            try:
                return _OPERATIONS[call.operation](administration, call.arguments)
            finally:
                administration.commit()

    def _outside(self, call: Call) -> Record:
        """Carry out a call about sessions or the administrations as such."""
        arguments = call.arguments
        if call.operation == "OpenSession":
            return self._open(arguments, self.settings.code2)
        if call.operation == "OpenSessionSub":
            return self._open(arguments, self._clients_guid(arguments))
        if call.operation == "CloseSession":
            self.sessions.close(arguments["SessionID"])
            return {}
        self._enter(call)
        if call.operation == "AutoLogin":
            if arguments["Username"] != self.settings.username:
                raise Refusal("E001.1")
            return {"Token": uuid4().hex}
        return {"Administraties": [self._told(x) for x in self.administrations.values()]}

    def _open(self, arguments: Record, guid: str) -> Record:
        settings = self.settings
        given = (arguments["Username"], arguments["SecurityCode1"])
        if given != (settings.username, settings.code1):
            raise Refusal("E001.1")
        if not settings.api_right:
            raise Refusal("E001.5")
        if arguments["SecurityCode2"].strip("{}").upper() != settings.code2.strip("{}").upper():
            raise Refusal("E001.3")
        if not guid:
            raise Refusal("E001.2")
        return {"SessionID": self.sessions.open(guid, self._clock.now())}

    def _clients_guid(self, arguments: Record) -> str:
        """The administration that an accountant asks for; empty when there is none."""
        if not self.settings.accountant:
            raise Refusal("E002.5")
        wanted = arguments["AdministratieGUID"].strip("{}").upper()
        return next((x for x in self.administrations if x.strip("{}").upper() == wanted), "")

    def _told(self, administration: Administration) -> Record:
        own = administration.own
        return {
            "Bedrijf": own.name, "Plaats": own.place, "Guid": own.guid, "StartBoekjaar": own.year,
        }  # fmt: skip


def _part(arguments: Record, name: str, missing: str) -> Record:
    """The one record that an operation is about."""
    record: Record | None = arguments[name]
    if record is None:
        raise Refusal(missing)
    return record
