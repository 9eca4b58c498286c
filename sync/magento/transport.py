"""One conversation with one shop over HTTP: signed, limited, retried, translated."""

import json
import re
from datetime import datetime
from http import HTTPStatus
from http.cookiejar import DefaultCookiePolicy

import requests
import urllib3

from sync.clock import Clock
from sync.domain import codes
from sync.errors import (
    BoekwachtError,
    ConfigurationError,
    TemporaryError,
    UnreachableError,
    UnreadableError,
)
from sync.http import Caller, Deadline, deadline
from sync.magento import answers
from sync.magento.access import ShopAccess
from sync.magento.answers import Answer
from sync.magento.failures import Call, network_error
from sync.magento.keys import Keyring

MAX_BODY = 64 * 1024 * 1024
_CHUNK = 64 * 1024
_CONNECT = 10.0
_PAUSES = (2.0, 6.0, 18.0)
"""Seconds before the second, third and fourth try."""
_LONGEST_PAUSE = 60.0
_RETRIED = {codes.CONNECT, codes.CONNECT_TIMEOUT, codes.DNS, codes.DROPPED, codes.PROXY}
_FOREIGN = (OSError, urllib3.exceptions.HTTPError, UnicodeError)
"""What requests raises (its own are OSErrors) and what it lets through."""
_TOKEN = re.compile(r"[\x21-\x7e]+")
_LOG_IN = "integration/admin/token"


class Transport:
    """Fetches JSON from the shop; no state but the connection and the server's last time."""

    def __init__(self, access: ShopAccess, clock: Clock) -> None:
        access.check()
        self.served_at: datetime | None = None
        self._access = access
        self._clock = clock
        self._keys = Keyring(access, clock, self._log_in)
        self._call = Call(host=access.host, limit=access.deadline)
        self._session = _session(access)
        self._hung_up = False
        self._deadline = Deadline(0)

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def hang_up(self) -> None:
        """End the call that is out, and every later one at once. Any thread may do it."""
        self._hung_up = True
        self._deadline.bring_forward()

    def get(self, path: str, query: str = "") -> object:
        """What the shop answers to a GET; numbers are Decimal.

        Up to four tries where the network or the server failed, with pauses of 2, 6 and 18
        seconds or what the shop asks for; a call that used up its deadline is not repeated.

        Args:
            path: Behind /rest/V1/, e.g. "invoices".
            query: Already escaped.

        Raises:
            BoekwachtError: The type says what to do next.
        """
        for pause in _PAUSES:
            try:
                return self._get_once(path, query)
            except TemporaryError as error:
                wait = _wait(error, pause)
                if wait is None:
                    raise
            self._clock.sleep(wait)
        return self._get_once(path, query)

    def _get_once(self, path: str, query: str) -> object:
        try:
            return self._exchange("GET", path, query, signed=True)
        except ConfigurationError as error:
            if error.code != codes.CREDENTIALS or not self._keys.forget():
                raise
        return self._exchange("GET", path, query, signed=True)

    def _log_in(self) -> str:
        """Ask for an administrator's token. Never repeated: six failures lock the account."""
        body = {"username": self._access.username, "password": self._access.password}
        try:
            token = self._exchange("POST", _LOG_IN, body=json.dumps(body).encode())
        except BoekwachtError as error:
            if error.code == codes.http_code(HTTPStatus.BAD_REQUEST):
                raise ConfigurationError(
                    f"Invalid credentials: {error.message}; with two-factor login switched on "
                    "use an integration's OAuth keys instead",
                    code=codes.CREDENTIALS,
                ) from error
            raise
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            raise UnreadableError(
                f"API error: {self._call.host} answered a login without a token",
                code=codes.UNREADABLE,
            )
        return token

    def _exchange(
        self, method: str, path: str, query: str = "", *, body: bytes = b"", signed: bool = False
    ) -> object:
        signature = self._keys.signature() if signed else None
        try:
            answer = self._send(method, path + (query and f"?{query}"), body, signature)
            self.served_at = answers.served_at(answer) or self.served_at
            return answers.data(answer)
        except BoekwachtError as error:
            self._redact(error)
            raise

    def _send(
        self, method: str, rest: str, body: bytes, signature: requests.auth.AuthBase | None
    ) -> Answer:
        answering = False
        limit = self._call.limit
        self._deadline = Deadline(limit)
        if self._hung_up:
            raise UnreachableError(
                "API error: the shop is not asked, because the program has to stop",
                code=codes.INTERRUPTED,
            )
        try:
            request = self._session.prepare(method, rest, body)
            if body:
                request.headers["Content-Type"] = "application/json"
            if signature:
                request = signature(request)
            with (
                deadline(self._deadline),
                self._session.call(request, (min(_CONNECT, limit), limit)) as response,
            ):
                answering = True
                return Answer(
                    host=self._call.host,
                    status=response.status_code,
                    headers=response.headers,
                    body=self._body(response),
                )
        except _FOREIGN as error:
            raise network_error(error, self._call, answering=answering) from error

    def _body(self, response: requests.Response) -> bytes:
        found = bytearray()
        for chunk in response.iter_content(_CHUNK):
            found += chunk
            if len(found) > MAX_BODY:
                raise UnreadableError(
                    f"API error: the answer of {self._call.host} is larger than "
                    f"{MAX_BODY // 1024**2} MB; choose a smaller shop.page_size",
                    code=codes.UNREADABLE,
                )
        return bytes(found)

    def _redact(self, error: BoekwachtError) -> None:
        """Blank our keys in the message, should the shop have repeated them."""
        for secret in self._keys.secrets:
            error.message = error.message.replace(secret, "***")
        error.args = (error.message,)


def _session(access: ShopAccess) -> Caller:
    session = Caller(f"{access.url.rstrip('/')}/rest/V1/", loopback=access.loopback)
    session.headers["Accept"] = "application/json"
    # A PHP session would make the shop work off our calls one after the other.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def _wait(error: TemporaryError, pause: float) -> float | None:
    """Seconds before the next try; None when another try is not worth it."""
    if isinstance(error, UnreachableError):
        return pause if error.code in _RETRIED else None
    if isinstance(error, UnreadableError) or (error.retry_after or 0) > _LONGEST_PAUSE:
        return None
    return max(pause, error.retry_after or 0)
