"""One HTTP exchange with the books: never redirected, never unbounded, over at its deadline."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import requests
from lxml import etree

from sync.eboekhouden.access import is_loopback
from sync.http import Caller, Deadline, deadline

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
        self._limit = limit
        self._stale = stale
        self._used = time.monotonic()
        self._hung_up = False
        self._seconds = CONNECT_SECONDS
        self._deadline = Deadline(self._seconds)
        self._session = Caller(url, loopback=is_loopback(url))

    @property
    def sent(self) -> bool:
        """Whether anything of the present call can have reached the far side."""
        return self._deadline.sent

    def begin(self, seconds: float) -> None:
        """Before each call: forget the last one, and end this one after `seconds`."""
        self._seconds = seconds
        self._deadline = Deadline(seconds)

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
        if self._hung_up:
            raise HungUpError
        if time.monotonic() - self._used > self._stale:
            self.close()
        try:
            with deadline(self._deadline):
                return self._exchange(
                    etree.tostring(envelope, encoding="utf-8", xml_declaration=True), headers
                )
        except BaseException as error:
            self.close()
            if self._hung_up:
                raise HungUpError from error
            if self._deadline.left <= 0:
                raise DeadlineError from error
            raise
        finally:
            self._used = time.monotonic()

    def close(self) -> None:
        """Close the connection; the next call makes a new one."""
        self._session.close()

    def hang_up(self) -> None:
        """End the call that is out, and every later one at once. Any thread may do it."""
        self._hung_up = True
        self._deadline.bring_forward()

    def _exchange(self, body: bytes, headers: Mapping[str, str]) -> Answer:
        request = self._session.prepare("POST", body=body)
        request.headers.update(headers)
        timeout = (min(CONNECT_SECONDS, self._seconds), self._seconds)
        with self._session.call(request, timeout) as response:
            content = self._read(response)
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


def _retry_after(response: requests.Response) -> float | None:
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isascii() and text.isdigit() else None
