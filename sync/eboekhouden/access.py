"""Where the books are and what opens them."""

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

import requests

from sync.errors import ConfigurationError

_EXAMPLE = "https://soap.e-boekhouden.nl/soap.asmx"


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksAccess:
    """One administration's address and secrets.

    Attributes:
        url: Address of the SOAP service: https, or http on loopback.
        username: The account's name, at most 55 characters.
        code1: Security code 1, 32 hex digits; changes with the account's password. Secret.
        code2: Security code 2, the administration's GUID. Secret.
        source: Who we say we are, at most 15 characters.
        deadline: Seconds after which a call is over, however far it got.
        idle: Seconds without a call after which a new session is opened; the service does not say
            how long one lasts.
    """

    url: str
    username: str
    code1: str = field(repr=False)
    code2: str = field(repr=False)
    source: str = "Boekwacht"
    deadline: float = 90.0
    idle: float = 300.0


def check_address(url: str) -> None:
    """Refuse an address over which secrets would be readable, or which holds some.

    Raises:
        ConfigurationError: Neither https nor loopback, no host, or a password inside.
    """
    try:
        parts = _called(url)
        known = parts.scheme in {"http", "https"}
    except ValueError:  # requests' own are among them
        known = False
    if not known:
        raise ConfigurationError(
            f"Invalid settings: the books' address is not a web address; example: {_EXAMPLE}"
        )
    if parts.username is not None or parts.password is not None:
        raise ConfigurationError(
            "Invalid settings: the books' address holds a user name or password; "
            f"secrets have settings of their own; example: {_EXAMPLE}"
        )
    if parts.scheme == "http" and not _is_loopback(parts):
        raise ConfigurationError(
            f"Invalid settings: the books' address http://{parts.hostname} is not encrypted; "
            f"only https is used beyond this machine; example: {_EXAMPLE}"
        )


def is_loopback(url: str) -> bool:
    """Whether the address never leaves this machine."""
    return _is_loopback(_called(url))


def _called(url: str) -> SplitResult:
    """The address as requests will call it: two readings of one address are how checks fail."""
    return urlsplit(requests.Request("POST", url).prepare().url or "")


def _is_loopback(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
