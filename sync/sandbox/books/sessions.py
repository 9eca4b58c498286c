"""Who is logged in, in which administration, and since when unused."""

import re
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sync.sandbox.books.errors import Refusal
from sync.sandbox.books.settings import Settings

_GUID = re.compile(r"\{?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?")


@dataclass(slots=True, kw_only=True)
class Session:
    """One session.

    Attributes:
        guid: Of the administration it is in.
        used_at: Aware moment of the last call.
        closed: Whether CloseSession ended it.
    """

    guid: str
    used_at: datetime
    closed: bool = False


class Sessions:
    """All sessions since the start; they don't outlive the process. Safe for many threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()

    def open(self, guid: str, now: datetime) -> str:
        """Begin a session; returns its SessionID, a GUID in braces."""
        session_id = f"{{{str(uuid4()).upper()}}}"
        with self._lock:
            self._sessions[_plain(session_id)] = Session(guid=guid, used_at=now)
        return session_id

    def enter(self, session_id: str, code2: str, now: datetime) -> str:
        """Check a call's session and note its use.

        Returns:
            The guid of the administration it is in.

        Raises:
            Refusal: E002.1 to E002.4.
        """
        with self._lock:
            if not _GUID.fullmatch(session_id):
                raise Refusal("E002.1")
            session = self._sessions.get(_plain(session_id))
            if session is None:
                raise Refusal("E002.2")
            if session.closed:
                raise Refusal("E002.4")
            if now - session.used_at > timedelta(seconds=self._settings.session_seconds):
                raise Refusal("E002.3")
            # After OpenSessionSub a client may send its own code or the administration's.
            if _plain(code2) not in {_plain(self._settings.code2), _plain(session.guid)}:
                raise Refusal("E002.1")
            session.used_at = now
            return session.guid

    def close(self, session_id: str) -> None:
        """End a session; an unknown one is nobody's business."""
        with self._lock:
            session = self._sessions.get(_plain(session_id))
            if session is not None:
                session.closed = True

    def expire(self, session_id: str | None = None) -> bool:
        """Let one session expire, or all; tells whether there was one to expire."""
        with self._lock:
            found = [
                x
                for key, x in self._sessions.items()
                if not x.closed and (session_id is None or key == _plain(session_id))
            ]
            for session in found:
                session.used_at -= timedelta(seconds=self._settings.session_seconds + 1)
            return bool(found)


def _plain(guid: str) -> str:
    return guid.strip("{}").upper()
