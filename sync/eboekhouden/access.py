"""Where the books are and what opens them."""

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

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
        parts = urlsplit(url)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        port_is_fine = False
    if not port_is_fine or not parts.hostname or parts.scheme not in {"http", "https"}:
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
    return _is_loopback(urlsplit(url))


def _is_loopback(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
