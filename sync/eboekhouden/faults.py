"""What other people's exceptions mean for a call, told in one place.

Only two things decide what comes next: whether the call can write, and whether anything of it was
sent. The exception itself only decides how the message is worded.
"""

import http.client
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import requests
import urllib3.exceptions as u3
from lxml import etree
from zeep import exceptions as soap

from sync.domain import codes
from sync.eboekhouden.wire import (
    CONNECT_SECONDS,
    DeadlineError,
    HungUpError,
    StatusError,
    TooLargeError,
)
from sync.errors import (
    BoekwachtError,
    OutcomeUnknownError,
    RefusedError,
    UnbookableError,
    UnreachableError,
    UnreadableError,
)

MAX_TEXT: Final = 500
"""Characters kept of a text that the service sent."""

_KEY: Final = re.compile(r"\{?[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\}?", re.IGNORECASE)
"""The form of a session's id and of both security codes, also of one that we don't know."""


class Meaning(NamedTuple):
    """How an exception is told: one of our codes, and the particulars of the message."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is known of a call that went wrong.

    Attributes:
        operation: The service's name, e.g. "AddMutatie".
        write: Whether it would have changed the books.
        sent: Whether anything of it can have arrived there.
        host: Who was called.
        seconds: The call's deadline.
        secrets: Texts that must not stand in any message.
    """

    operation: str
    write: bool
    sent: bool
    host: str
    seconds: float
    secrets: tuple[str, ...] = ()

    def clean(self, text: str | None) -> str:
        """`text` in one line of bounded length, without secrets and what looks like one."""
        text = _KEY.sub("…", " ".join((text or "").split()))
        for secret in filter(None, self.secrets):
            text = text.replace(secret, "…")
        return text[:MAX_TEXT]


_MEANINGS: Final[tuple[tuple[tuple[type[BaseException], ...], Meaning], ...]] = (
    (
        (HungUpError,),
        Meaning(codes.DROPPED, "the call was broken off because the program has to stop"),
    ),
    ((DeadlineError,), Meaning(codes.DEADLINE, "no complete answer in time")),
    ((TooLargeError,), Meaning(codes.UNREADABLE, "the answer is too long to be one")),
    (
        (soap.DTDForbidden, soap.EntitiesForbidden, soap.ExternalReferenceForbidden),
        Meaning(codes.UNREADABLE, "the answer declares a document type, which is refused"),
    ),
    ((u3.NameResolutionError, socket.gaierror), Meaning(codes.DNS, "its name was not found")),
    (
        (requests.exceptions.ProxyError, u3.ProxyError, u3.ProxySchemeUnsupported),
        Meaning(codes.PROXY, "the proxy on the way refused or failed"),
    ),
    (
        (requests.exceptions.SSLError, u3.SSLError, ssl.SSLError, ssl.CertificateError),
        Meaning(codes.TLS, "the secure connection failed"),
    ),
    ((u3.NewConnectionError,), Meaning(codes.CONNECT, "no connection was made")),
    (
        (requests.exceptions.ConnectTimeout, u3.ConnectTimeoutError),
        Meaning(codes.CONNECT_TIMEOUT, "no connection in time"),
    ),
    (
        (requests.exceptions.Timeout, u3.TimeoutError, TimeoutError),
        Meaning(codes.READ_TIMEOUT, "no answer in time"),
    ),
    (
        (
            http.client.RemoteDisconnected,
            http.client.IncompleteRead,
            u3.IncompleteRead,
            u3.InvalidChunkLength,
            ConnectionError,
        ),
        Meaning(codes.DROPPED, "the connection was lost before the answer was complete"),
    ),
    (
        (http.client.HTTPException, u3.HeaderParsingError, u3.InvalidHeader, u3.DecodeError),
        Meaning(codes.UNREADABLE, "the answer is not HTTP"),
    ),
    (
        (requests.exceptions.ContentDecodingError,),
        Meaning(codes.UNREADABLE, "the answer cannot be unpacked"),
    ),
    (
        (u3.ProtocolError, requests.exceptions.ChunkedEncodingError),
        Meaning(codes.DROPPED, "the connection was lost before the answer was complete"),
    ),
    (
        (soap.TransportError, soap.XMLSyntaxError, etree.LxmlError),
        Meaning(codes.UNREADABLE, "the answer is not whole, well-formed SOAP"),
    ),
    (
        (soap.XMLParseError, soap.UnexpectedElementError),
        Meaning(codes.UNREADABLE, "the answer has not the service's known form"),
    ),
    ((soap.Error,), Meaning(codes.UNREADABLE, "the answer is not understood")),
    (
        (requests.exceptions.RequestException, u3.HTTPError, OSError),
        Meaning(codes.CONNECT, "the connection failed"),
    ),
)
"""The first row that any exception of a chain belongs to tells it: exact ones stand before wide."""

_NETWORK: Final = frozenset(
    {
        codes.DNS,
        codes.PROXY,
        codes.TLS,
        codes.CONNECT,
        codes.CONNECT_TIMEOUT,
        codes.READ_TIMEOUT,
        codes.DEADLINE,
        codes.DROPPED,
    }
)
_TIMES: Final = frozenset({codes.CONNECT_TIMEOUT, codes.READ_TIMEOUT, codes.DEADLINE})

_NOT_READ: Final = (
    "server was unable to read request",
    "server did not recognize the value of http header soapaction",
    "unable to handle request without a valid action parameter",
)
"""How .NET begins when it could not parse a request, and so carried out nothing of it."""


def meaning(error: BaseException) -> Meaning | None:
    """How `error` is told; None when nobody here knows it."""
    chain = tuple(_chain(error))
    for kinds, told in _MEANINGS:
        if any(isinstance(link, kinds) for link in chain):
            return told
    return None


def translate(error: Exception, call: Call) -> BoekwachtError:
    """Our exception for whatever ended a call.

    Nothing of a foreign exception's text is taken over but an operating system's or a SOAP Fault's
    reason: zeep's texts hold whole answers.
    """
    if isinstance(error, soap.Fault):
        return _fault(error, call)
    if isinstance(error, StatusError):
        return _status(error, call)
    told = meaning(error)
    if not call.sent:
        return _unsent(error, told, call)
    told = told or Meaning(
        codes.UNREADABLE, f"the answer is not understood ({type(error).__name__})"
    )
    message = f"{_words(told)}: {call.operation} at {call.host}: {told.text}"
    if told.code in _TIMES:
        message += f" ({call.seconds:g} s)"
    return lost(message, told.code, call)


def lost(
    message: str, code: str, call: Call, *, retry_after: float | None = None
) -> OutcomeUnknownError | UnreachableError | UnreadableError:
    """The exception for a call that was sent and has no answer that can be used."""
    detail = {"operation": call.operation}
    if call.write:
        return OutcomeUnknownError(message, code=code, detail=detail)
    kind = UnreachableError if code in _NETWORK else UnreadableError
    return kind(message, code=code, detail=detail, retry_after=retry_after)


def _unsent(error: Exception, told: Meaning | None, call: Call) -> BoekwachtError:
    detail = {"operation": call.operation}
    if told is None or told.code not in _NETWORK:
        return UnbookableError(
            f"Validation error: {call.operation} could not be written ({type(error).__name__}); "
            "nothing was sent",
            code=codes.INTERNAL,
            detail=detail,
        )
    if told.code in _TIMES:
        seconds = min(CONNECT_SECONDS, call.seconds)
        message = f"Connection timed out: no connection to {call.host} within {seconds:g} s"
        return UnreachableError(message, code=codes.CONNECT_TIMEOUT, detail=detail)
    reason = call.clean(_reason(error))
    message = f"Could not connect to host: {call.host}: {told.text}"
    return UnreachableError(
        f"{message} ({reason})" if reason else message, code=told.code, detail=detail
    )


def _fault(error: soap.Fault, call: Call) -> BoekwachtError:
    if error.code is None:  # zeep found none in a page with an error status
        message = f"API error: {call.operation} at {call.host}: HTTP 500 without a SOAP answer"
        return lost(message, codes.http_code(500), call)
    text = call.clean(error.message)
    message = f"API error: {call.operation} was answered by a fault: {text}"
    if any(sign in text.lower() for sign in _NOT_READ):
        return RefusedError(message, code=codes.SOAP_FAULT, detail={"operation": call.operation})
    return lost(message, codes.SOAP_FAULT, call)


def _status(error: StatusError, call: Call) -> BoekwachtError:
    where = f"API error: {call.operation} at {call.host}"
    if 300 <= error.status < 400:
        message = f"{where}: redirected (HTTP {error.status}); redirects are not followed"
        return lost(message, codes.REDIRECT, call)
    message = f"{where}: HTTP {error.status} instead of an answer"
    return lost(message, codes.http_code(error.status), call, retry_after=error.retry_after)


def _words(told: Meaning) -> str:
    return "Connection timed out" if told.code in _TIMES else "API error"


def _reason(error: BaseException) -> str:
    """The operating system's or the certificate check's own words, e.g. "Connection refused"."""
    for link in _chain(error):
        if isinstance(link, ssl.SSLCertVerificationError):
            return link.verify_message
        if isinstance(link, OSError) and link.errno and link.strerror:
            return link.strerror
    return ""


def _chain(error: BaseException) -> Iterator[BaseException]:
    """`error` and every exception inside it: urllib3 and requests wrap the cause, in three ways."""
    seen: set[int] = set()
    left: list[object] = [error]
    while left:
        link = left.pop(0)
        if isinstance(link, BaseException) and id(link) not in seen:
            seen.add(id(link))
            yield link
            left += [getattr(link, "reason", None), *link.args, link.__cause__, link.__context__]
