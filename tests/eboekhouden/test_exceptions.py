"""Every exception of the libraries underneath is told on purpose: a new one fails here by name."""

import http.client
import inspect
from types import ModuleType
from typing import Final

import pytest
import requests.exceptions
import urllib3.exceptions
import zeep.exceptions
from lxml import etree

from sync.domain.codes import (
    CONNECT,
    CONNECT_TIMEOUT,
    DNS,
    DROPPED,
    PROXY,
    READ_TIMEOUT,
    TLS,
    UNREADABLE,
)
from sync.eboekhouden.faults import Call, meaning, translate
from sync.errors import OutcomeUnknownError, TemporaryError, UnbookableError, UnreachableError

KNOWN: Final[dict[ModuleType, dict[str, str]]] = {
    requests.exceptions: {
        DROPPED: "ChunkedEncodingError",
        CONNECT_TIMEOUT: "ConnectTimeout",
        UNREADABLE: "ContentDecodingError",
        PROXY: "ProxyError",
        TLS: "SSLError",
        READ_TIMEOUT: "ReadTimeout Timeout",
        CONNECT: "ConnectionError HTTPError InvalidHeader InvalidJSONError InvalidProxyURL "
        "InvalidSchema InvalidURL JSONDecodeError MissingSchema RequestException RetryError "
        "StreamConsumedError TooManyRedirects URLRequired UnrewindableBodyError",
    },
    urllib3.exceptions: {
        DNS: "NameResolutionError",
        DROPPED: "IncompleteRead InvalidChunkLength ProtocolError ResponseNotChunked",
        CONNECT_TIMEOUT: "ConnectTimeoutError",
        UNREADABLE: "DecodeError HeaderParsingError InvalidHeader",
        PROXY: "ProxyError ProxySchemeUnsupported",
        TLS: "SSLError",
        READ_TIMEOUT: "ReadTimeoutError TimeoutError",
        CONNECT: "BodyNotHttplibCompatible ClosedPoolError EmptyPoolError FullPoolError HTTPError "
        "HostChangedError LocationParseError LocationValueError MaxRetryError NewConnectionError "
        "PoolError ProxySchemeUnknown RequestError ResponseError TimeoutStateError "
        "URLSchemeUnknown UnrewindableBodyError",
    },
    zeep.exceptions: {
        UNREADABLE: "DTDForbidden EntitiesForbidden Error ExternalReferenceForbidden Fault "
        "IncompleteMessage IncompleteOperation LookupError NamespaceError "
        "SignatureVerificationFailed TransportError UnexpectedElementError ValidationError "
        "WsdlSyntaxError XMLParseError XMLSyntaxError",
    },
    http.client: {
        DROPPED: "IncompleteRead RemoteDisconnected",
        UNREADABLE: "BadStatusLine CannotSendHeader CannotSendRequest HTTPException "
        "ImproperConnectionState InvalidURL LineTooLong NotConnected ResponseNotReady "
        "UnimplementedFileMode UnknownProtocol UnknownTransferEncoding",
    },
}


def classes(module: ModuleType) -> dict[str, type[BaseException]]:
    """The exceptions that a module defines itself; warnings are none."""
    return {
        kind.__name__: kind
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if kind.__module__ == module.__name__
        and issubclass(kind, Exception)
        and not issubclass(kind, Warning)
    }


@pytest.mark.parametrize("module", KNOWN, ids=lambda module: module.__name__)
def test_every_exception_is_told_as_decided(module: ModuleType) -> None:
    decided = {name: code for code, names in KNOWN[module].items() for name in names.split()}
    told = {}
    for name, kind in classes(module).items():
        as_told = meaning(kind.__new__(kind))
        told[name] = as_told.code if as_told else "nobody knows it"
    assert told == decided


def test_every_lxml_exception_is_a_known_kind() -> None:
    """Lxml has dozens; all that it raises to a caller have one base, which is told."""
    strangers = {
        name
        for name, kind in inspect.getmembers(etree, inspect.isclass)
        if issubclass(kind, Exception) and not issubclass(kind, etree.LxmlError)
    }
    assert strangers == {"Error", "_TargetParserResult"}  # a base of LxmlError; an internal signal
    told = meaning(etree.LxmlError("x"))
    assert told is not None
    assert told.code == UNREADABLE


def call(*, write: bool, sent: bool) -> Call:
    return Call(operation="AddMutatie", write=write, sent=sent, host="books.example", seconds=90)


class StrangerError(Exception):
    """Nobody has ever seen it."""


@pytest.mark.parametrize("error", [StrangerError(), ValueError("x"), AttributeError("x")])
def test_an_exception_that_nobody_knows_is_decided_by_what_was_sent(error: Exception) -> None:
    assert isinstance(translate(error, call(write=True, sent=True)), OutcomeUnknownError)
    assert isinstance(translate(error, call(write=False, sent=True)), TemporaryError)
    assert isinstance(translate(error, call(write=True, sent=False)), UnbookableError)


@pytest.mark.parametrize("module", KNOWN, ids=lambda module: module.__name__)
def test_nothing_that_was_sent_in_a_write_becomes_anything_but_unknown(module: ModuleType) -> None:
    for kind in classes(module).values():
        if kind is zeep.exceptions.Fault:
            continue
        error = kind.__new__(kind)
        assert isinstance(error, Exception)
        assert isinstance(translate(error, call(write=True, sent=True)), OutcomeUnknownError)


def test_no_connection_in_time_says_that_nothing_was_sent() -> None:
    error = requests.exceptions.ConnectTimeout()
    told = translate(error, call(write=True, sent=False))
    assert isinstance(told, UnreachableError)
    assert told.code == CONNECT_TIMEOUT
    assert told.message == "Connection timed out: no connection to books.example within 10 s"
