"""One HTTP exchange with the books: never redirected, never unbounded, over at its deadline."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import requests
from lxml import etree

from sync.eboekhouden.access import is_loopback
from sync.eboekhouden.line import Line, LineAdapter

CONNECT_SECONDS: Final = 10.0
"""Longest wait for a connection, also where the deadline is later."""
ANSWER_LIMIT: Final = 64 << 20
"""Bytes of one answer, unpacked. The largest known, 500 mutations of 100 lines, has about 30 MB."""
STALE_SECONDS: Final = 15.0
"""A connection that was unused for longer is not trusted with another call: the far side closing
it just then would leave a booking's outcome unknown."""

_CHUNK = 1 << 16


class DeadlineError(Exception):
    """The call's time was up; its connection has been closed."""


class HungUpError(Exception):
    """Somebody ended the call before its time was up, because the program has to stop."""


class TooLargeError(Exception):
    """The answer is longer than any that the service gives."""


class StatusError(Exception):
    """An HTTP status that no answer of the service has.

    Attributes:
        status: E.g. 503.
        retry_after: Seconds that the far side asked to wait; None when it did not say.
    """

    def __init__(self, status: int, retry_after: float | None) -> None:
        super().__init__(status)
        self.status = status
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Answer:
    """What zeep reads of a response."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes
    encoding: str = "utf-8"


class Wire:
    """Carries zeep's messages to one address, one at a time, over one connection if it can.

    It is all that zeep gets of a transport: there is no way to fetch anything else through it.
    """

    def __init__(
        self,
        url: str,
        *,
        limit: int = ANSWER_LIMIT,
        stale: float = STALE_SECONDS,
    ) -> None:
        self._url = url
        self._limit = limit
        self._stale = stale
        self._seconds = CONNECT_SECONDS
        self._used = time.monotonic()
        self._line = Line()
        self._session = _Session()
        self._session.trust_env = not is_loopback(url)  # a company's proxy and certificates
        self._session.auth = _no_login  # else requests looks for a password in ~/.netrc
        self._session.headers["User-Agent"] = "Boekwacht"
        self._session.mount("http://", LineAdapter(self._line))
        self._session.mount("https://", LineAdapter(self._line))

    @property
    def sent(self) -> bool:
        """Whether anything of the present call can have reached the far side."""
        return self._line.sent

    def begin(self, seconds: float) -> None:
        """Before each call: forget the last one, and end this one `seconds` after it is sent."""
        self._seconds = seconds
        self._line.sent = False

    def post_xml(
        self, address: str, envelope: etree._Element, headers: Mapping[str, str]
    ) -> Answer:
        """Send a message to the wire's own address and read the answer to its end.

        Called by zeep. `address` is the same as ours, because `create_service` was given ours.

        Raises:
            DeadlineError: The time was up. HungUpError, TooLargeError, StatusError: as they say.
                And whatever requests raises: the caller translates, since only `sent` decides
                what is next.
        """
        if time.monotonic() - self._used > self._stale:
            self.close()
        try:
            with self._line.deadline(self._seconds):
                return self._exchange(
                    etree.tostring(envelope, encoding="utf-8", xml_declaration=True), headers
                )
        except BaseException as error:
            self.close()
            if self._line.ended:
                raise HungUpError from error
            raise
        finally:
            self._used = time.monotonic()

    def close(self) -> None:
        """Close the connection; the next call makes a new one."""
        self._session.close()
        self._line.let_go()

    def hang_up(self) -> None:
        """End the call that is out, and every later one at once. Any thread may do it."""
        self._line.end()

    def _exchange(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        seconds = self._seconds
        try:
            with self._session.post(
                self._url,
                data=body,
                headers=headers,
                stream=True,
                allow_redirects=False,
                timeout=(min(CONNECT_SECONDS, seconds), seconds + 1),  # the line ends it before
            ) as response:
                content = self._read(response)
        except Exception as error:
            if self._line.late:
                raise DeadlineError from error
            raise
        if self._line.late:  # an answer without a length just ends when it is cut
            raise DeadlineError
        return Answer(response.status_code, response.headers, content)

    def _read(self, response: requests.Response) -> bytes:
        if response.status_code not in {HTTPStatus.OK, HTTPStatus.INTERNAL_SERVER_ERROR}:
            raise StatusError(response.status_code, _retry_after(response))
        content = bytearray()
        for chunk in response.iter_content(_CHUNK):
            content += chunk
            if len(content) > self._limit:
                raise TooLargeError
        return bytes(content)


class _Session(requests.Session):
    """A session that sees no redirect, so that it neither follows one nor reads its body."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Where `resp` points to: never anywhere."""
        return None


def _no_login(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _retry_after(response: requests.Response) -> float | None:
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() else None
