"""Every exception that the libraries underneath can raise has an error of ours."""

import inspect
import socket
import ssl
from collections.abc import Iterator

import pytest
import requests
import urllib3.exceptions

from sync.domain import codes
from sync.errors import ConfigurationError, UnreachableError, UnreadableError
from sync.magento import failures
from sync.magento.failures import Call, network_error

_CALL = Call(host="shop.example", limit=90)
_ROOTS = {requests.RequestException, urllib3.exceptions.HTTPError}


def _classes() -> Iterator[type[Exception]]:
    for module, family in (
        (requests.exceptions, "requests"),
        (urllib3.exceptions, "urllib3"),
    ):
        for each in vars(module).values():
            if not inspect.isclass(each) or not issubclass(each, Exception):
                continue
            # Warnings are shown or raised by the interpreter, not on the way to the shop.
            if each.__module__.startswith(family) and not issubclass(each, Warning):
                yield each


_CLASSES: list[type[Exception]] = list(dict.fromkeys(_classes()))


@pytest.mark.parametrize("kind", [each for each in _CLASSES if each not in _ROOTS])
def test_every_exception_of_requests_and_urllib3_is_mapped(kind: type[Exception]) -> None:
    """Fails when a new version brings one that nobody has thought about."""
    assert kind in failures._BY_CLASS


@pytest.mark.parametrize("kind", _CLASSES)
def test_every_exception_becomes_a_sentence_with_the_host(kind: type[Exception]) -> None:
    """In the catalogue's words, without the library's own."""
    error = kind.__new__(kind)
    error.args = ("HTTPConnectionPool object at 0x7f0000000000",)
    ours = network_error(error, _CALL)
    assert ours.message.startswith(
        ("Could not connect to host: ", "Connection timed out: ", "API error: ", "Setting shop.url")
    )
    assert "shop.example" in ours.message
    assert "0x7f" not in ours.message


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (
            requests.ConnectionError(
                urllib3.exceptions.MaxRetryError(
                    None,  # type: ignore[arg-type]  # the pool is of no interest
                    "/",
                    urllib3.exceptions.NameResolutionError(
                        "shop.example",
                        None,  # type: ignore[arg-type]  # nor the connection
                        socket.gaierror(-2, "Name or service not known"),
                    ),
                )
            ),
            codes.DNS,
        ),
        (requests.ConnectionError(ConnectionResetError(104, "reset")), codes.DROPPED),
        (requests.exceptions.SSLError(ssl.SSLEOFError(8, "EOF")), codes.TLS),
        (ssl.SSLCertVerificationError(1, "no"), codes.TLS),
        (requests.ConnectTimeout(), codes.CONNECT_TIMEOUT),
        (requests.ReadTimeout(), codes.READ_TIMEOUT),
        (requests.exceptions.ProxyError(ConnectionRefusedError(111, "no")), codes.PROXY),
        (requests.exceptions.ChunkedEncodingError(), codes.DROPPED),
        (requests.RequestException(), codes.CONNECT),
    ],
)
def test_the_innermost_cause_decides(error: Exception, code: str) -> None:
    """Libraries wrap one exception in another, three deep."""
    ours = network_error(error, _CALL)
    assert isinstance(ours, UnreachableError)
    assert ours.code == code


def test_a_time_out_in_the_middle_of_an_answer_is_the_deadline() -> None:
    """Before the answer began it is a silent server."""
    assert network_error(requests.ReadTimeout(), _CALL).code == codes.READ_TIMEOUT
    assert network_error(requests.ReadTimeout(), _CALL, answering=True).code == codes.DEADLINE


def test_exceptions_that_point_at_each_other_are_no_trap() -> None:
    """A chain of causes may be a circle."""
    one, other = requests.ConnectionError(), requests.ConnectionError()
    one.__context__, other.__context__ = other, one
    assert network_error(one, _CALL).code == codes.DROPPED


def test_what_is_packed_wrongly_is_unreadable() -> None:
    """Something between us and the shop broke it."""
    ours = network_error(requests.exceptions.ContentDecodingError(), _CALL)
    assert isinstance(ours, UnreadableError)


def test_missing_certificates_are_named() -> None:
    """The library says it with a plain OSError that names the file."""
    ours = network_error(OSError("Could not find a suitable TLS CA bundle: /x.pem"), _CALL)
    assert isinstance(ours, ConfigurationError)
    assert "/x.pem" in ours.message
