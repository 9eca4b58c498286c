"""The session that every call needs: opened late, renewed when it is gone, closed quietly."""

import contextlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from sync.clock import Clock
from sync.domain import codes
from sync.eboekhouden.access import BooksAccess, check_address
from sync.eboekhouden.refusals import SessionLostError
from sync.eboekhouden.soap import Soap
from sync.errors import BoekwachtError, TemporaryError, UnreadableError

_CLOSING_SECONDS: Final = 10.0
_YOUNG_SECONDS: Final = 60.0


class NotSentError(TemporaryError):
    """`before_send` said no, so nothing was sent."""


def always() -> bool:
    """A `before_send` that lets everything pass."""
    return True


class Session:
    """Calls within a session. It is opened by the first one, and anew after a pause.

    A call that the service answers with a session error did nothing, so it is repeated, once, in a
    new session. Nothing else is ever repeated here.

    Attributes:
        lost_early: A session was ended within a minute of its opening.
    """

    def __init__(self, access: BooksAccess, clock: Clock) -> None:
        """Check the address; nothing is called yet.

        Raises:
            ConfigurationError: The address is neither https nor on loopback.
        """
        check_address(access.url)
        self._access = access
        self._clock = clock
        self._soap = Soap(access.url, access.deadline, (access.code1, access.code2))
        self._id = ""
        self._used: datetime | None = None
        self._opened: datetime | None = None
        self.lost_early = False

    def ask(
        self,
        operation: str,
        arguments: Mapping[str, object],
        *,
        write: bool = False,
        before_send: Callable[[], bool] = always,
    ) -> Any:  # noqa: ANN401 - zeep's objects have no types
        """Call `operation` in a session; arguments, result and errors are those of `Soap.call`.

        Raises:
            NotSentError: `before_send`, asked right before every sending, said no.
        """
        try:
            return self._ask_once(operation, arguments, before_send, write=write)
        except SessionLostError:
            return self._ask_once(operation, arguments, before_send, write=write)

    def hang_up(self) -> None:
        """End the call that is out, and every later one at once. Any thread may do it."""
        self._soap.hang_up()

    def close(self) -> None:
        """End the session and the connection. Never fails: the service answers nothing anyway."""
        session, self._id = self._id, ""
        if session:
            with contextlib.suppress(BoekwachtError):
                self._soap.call("CloseSession", {"SessionID": session}, deadline=_CLOSING_SECONDS)
        self._soap.close()

    def _ask_once(
        self,
        operation: str,
        arguments: Mapping[str, object],
        before_send: Callable[[], bool],
        *,
        write: bool,
    ) -> Any:  # noqa: ANN401 - zeep's objects have no types
        self._open()
        if not before_send():
            raise NotSentError(
                f"Stopped: {operation} is not ours to send any more; nothing was sent",
                code=codes.INTERRUPTED,
                detail={"operation": operation},
            )
        keys = {"SessionID": self._id, "SecurityCode2": self._access.code2}
        try:
            result = self._soap.call(operation, keys | dict(arguments), write=write)
        except SessionLostError:
            self._id = ""
            self.lost_early |= self._is_young()
            raise
        self._used = self._clock.now()
        return result

    def _open(self) -> None:
        """Have a session: the present one unless it was unused for too long."""
        now = self._clock.now()
        if self._id and self._used is not None:
            pause = (now - self._used).total_seconds()
            if 0 <= pause <= self._access.idle:
                return
        self._id = ""
        keys = {
            "Username": self._access.username,
            "SecurityCode1": self._access.code1,
            "SecurityCode2": self._access.code2,
            "Source": self._access.source,
        }
        session = getattr(self._soap.call("OpenSession", keys), "SessionID", None)
        if not session:
            raise UnreadableError(
                "API error: OpenSession gave neither a session nor an error",
                code=codes.UNREADABLE,
                detail={"operation": "OpenSession"},
            )
        self._id, self._used, self._opened = session, now, now

    def _is_young(self) -> bool:
        """Whether the session is too young to have expired: another of ours has ended it."""
        age = None if self._opened is None else (self._clock.now() - self._opened).total_seconds()
        return age is not None and 0 <= age < _YOUNG_SECONDS
