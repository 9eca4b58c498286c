"""Translates everything that can go wrong on the way to the shop and back, in one place.

Messages begin with the catalogue's words (`Could not connect to host`, `API error`, …), name the
host and what to do, and never hold a key, an address with a query or a library's own text.
"""

import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import requests
import urllib3.exceptions as low

from sync.domain import codes
from sync.errors import (
    BoekwachtError,
    ConfigurationError,
    UnreachableError,
    UnreadableError,
)

_UNUSABLE = "UNUSABLE"
"""The request itself could not be made; becomes a ConfigurationError without a code."""

_high = requests.exceptions
# Innermost knowledge first: the first code here that anything in the chain of causes has, counts.
_CODES: Mapping[str, tuple[type[Exception], ...]] = {
    codes.PROXY: (
        _high.ProxyError,
        low.ProxyError,
        low.ProxySchemeUnknown,
        low.ProxySchemeUnsupported,
    ),
    codes.DNS: (low.NameResolutionError,),
    codes.TLS: (_high.SSLError, low.SSLError, ssl.SSLError),
    codes.CONNECT_TIMEOUT: (_high.ConnectTimeout, low.ConnectTimeoutError),
    codes.READ_TIMEOUT: (
        _high.ReadTimeout,
        low.ReadTimeoutError,
        _high.Timeout,
        low.TimeoutError,
    ),
    codes.CONNECT: (low.NewConnectionError,),
    codes.UNREADABLE: (
        _high.ContentDecodingError,
        low.DecodeError,
        low.HeaderParsingError,
        _high.JSONDecodeError,
        _high.InvalidJSONError,
        _high.TooManyRedirects,
    ),
    _UNUSABLE: (
        _high.InvalidURL,
        _high.InvalidSchema,
        _high.MissingSchema,
        _high.URLRequired,
        _high.InvalidHeader,
        _high.InvalidProxyURL,
        _high.UnrewindableBodyError,
        _high.StreamConsumedError,
        low.LocationValueError,
        low.LocationParseError,
        low.URLSchemeUnknown,
        low.InvalidHeader,
        low.UnrewindableBodyError,
        low.BodyNotHttplibCompatible,
        low.ResponseNotChunked,
        UnicodeError,
    ),
    codes.DROPPED: (
        _high.ChunkedEncodingError,
        _high.ConnectionError,
        _high.HTTPError,
        _high.RetryError,
        low.ProtocolError,
        low.IncompleteRead,
        low.InvalidChunkLength,
        low.ResponseError,
        low.MaxRetryError,
        low.RequestError,
        low.PoolError,
        low.HostChangedError,
        low.EmptyPoolError,
        low.FullPoolError,
        low.ClosedPoolError,
        low.TimeoutStateError,
    ),
}
_BY_CLASS: Mapping[type, str] = {each: code for code, group in _CODES.items() for each in group}
_SENTENCES: Mapping[str, str] = {
    codes.PROXY: "Could not connect to host: the proxy on the way to {host} refused or failed",
    codes.DNS: "Could not connect to host: the name {host} was not found; check the address and "
    "this machine's network",
    codes.TLS: "Could not connect to host: no secure connection to {host} ({why})",
    codes.CONNECT_TIMEOUT: "Connection timed out: no connection to {host}; check the address and "
    "the firewalls",
    codes.READ_TIMEOUT: "Connection timed out: {host} did not answer within {limit:g} seconds",
    codes.DEADLINE: "Connection timed out: the answer of {host} was not complete after "
    "{limit:g} seconds",
    codes.CONNECT: "Could not connect to host: {host} ({why})",
    codes.DROPPED: "API error: the connection to {host} was lost before the answer was complete",
}


@dataclass(frozen=True, slots=True)
class Call:
    """What messages say about a call: the host, and how many seconds it may take."""

    host: str
    limit: float


def network_error(error: Exception, call: Call, *, answering: bool = False) -> BoekwachtError:
    """The error to raise for an exception of requests, urllib3 or the operating system.

    Args:
        error: As it was caught.
        call: The call it ended.
        answering: Whether the status line and headers had already come.
    """
    chain = tuple(_chain(error))
    known = {_code(each) for each in chain}
    code = next((code for code in _CODES if code in known), codes.CONNECT)
    if type(error) is OSError:  # requests' own word for a list of certificates that is not there
        return ConfigurationError(f"Could not connect to host: {call.host}: {error}")
    if code == _UNUSABLE:
        return ConfigurationError(
            f"Setting shop.url or a secret of {call.host} cannot be used in a request "
            f"({type(error).__name__}): check them for stray characters"
        )
    if code == codes.UNREADABLE:
        return UnreadableError(
            f"API error: the answer of {call.host} cannot be unpacked", code=code
        )
    if code == codes.READ_TIMEOUT and answering:
        code = codes.DEADLINE
    sentence = _SENTENCES[code].format(host=call.host, limit=call.limit, why=_why(chain))
    return UnreachableError(sentence, code=code)


def _code(error: BaseException) -> str:
    return next((_BY_CLASS[each] for each in type(error).__mro__ if each in _BY_CLASS), "")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and all that caused it: libraries put causes in four different places."""
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        places = (*each.args, getattr(each, "reason", None), each.__cause__, each.__context__)
        waiting += [place for place in places if isinstance(place, BaseException)]


def _why(chain: tuple[BaseException, ...]) -> str:
    for each in chain:
        message = getattr(each, "verify_message", "")
        if isinstance(each, ssl.SSLCertVerificationError) and message:
            return str(message).lower()
    for each in chain:
        if isinstance(each, OSError) and each.strerror and not isinstance(each, ssl.SSLError):
            return each.strerror.lower()
    return "no further reason given"
