"""Was a request made on this machine, to this machine? Without a login nobody else is answered."""

from collections.abc import Mapping
from typing import Final

_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
_ADDRESSES: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def is_local(headers: Mapping[str, str]) -> bool:
    """Whether a request was made on this machine, to this machine's own name.

    A foreign `Host` is what a page elsewhere sends after it made its own name point here; a
    forwarding header is what a proxy adds that serves others.
    """
    names = {name.lower(): value for name, value in headers.items()}
    if any(name == "forwarded" or name.startswith("x-forwarded-") for name in names):
        return False
    return _host(names.get("host", "")) in _NAMES


def is_loopback(address: str | None) -> bool:
    """Whether a server that listens on this address is reached from this machine only.

    Args:
        address: As in `server.address`; None means every address that the machine has.
    """
    return address in _ADDRESSES


def _host(value: str) -> str:
    """The name in a Host header, without its port, in small letters."""
    name, _, port = value.strip().lower().rpartition(":")
    return name if name and port.isdecimal() and not name.endswith(":") else value.strip().lower()
