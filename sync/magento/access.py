"""How the shop is reached and with which keys; the address is judged here."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from sync.errors import ConfigurationError

MAX_PAGE = 300
_EXAMPLE = 'e.g. url = "https://www.shop.example"'
_VISIBLE = re.compile(r"[\x21-\x7e]+")
_KEYS = {
    "oauth": ("consumer_key", "consumer_secret", "token", "token_secret"),
    "bearer": ("token",),
    "admin": ("username", "password"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopAccess:
    """Address and keys of one shop. `repr` shows none of the keys.

    Attributes:
        url: The shop's address, without /rest.
        auth: How to log in; decides which keys are needed.
        consumer_key, consumer_secret, token, token_secret: For "oauth"; "bearer" needs `token`.
        username, password: For "admin".
        deadline: Seconds after which one call's connection is closed, whatever it is doing.
        page_size: Documents per page, 1 to 300.
    """

    url: str
    auth: Literal["oauth", "bearer", "admin"] = "oauth"
    consumer_key: str = field(default="", repr=False)
    consumer_secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    token_secret: str = field(default="", repr=False)
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    deadline: float = 90.0
    page_size: int = 100

    @property
    def host(self) -> str:
        """Host and port as messages name them."""
        return urlsplit(self.url).netloc

    @property
    def loopback(self) -> bool:
        """Whether the address is this machine's own."""
        return _is_loopback(urlsplit(self.url).hostname or "")

    @property
    def secrets(self) -> tuple[str, ...]:
        """The keys that no message may hold."""
        keys = (
            self.consumer_key,
            self.consumer_secret,
            self.token,
            self.token_secret,
            self.password,
        )
        return tuple(key for key in keys if key)

    def check(self) -> None:
        """Refuse an address that would send keys in the clear, and missing keys.

        Raises:
            ConfigurationError: Names the setting and gives an example.
        """
        _check_address(self.url)
        if self.auth not in _KEYS:
            raise ConfigurationError(
                f'Setting shop.auth is {self.auth!r}: use "oauth", "bearer" or "admin"'
            )
        missing = [name for name in _KEYS[self.auth] if not getattr(self, name)]
        if missing:
            raise ConfigurationError(
                f"The shop's secrets lack {', '.join(missing)}, needed for auth = {self.auth!r}"
            )
        if self.auth != "admin":
            _check_keys({name: getattr(self, name) for name in _KEYS[self.auth]})
        if not 1 <= self.page_size <= MAX_PAGE:
            raise ConfigurationError(f"Setting shop.page_size must be 1 to {MAX_PAGE}, e.g. 100")
        if not self.deadline > 0:
            raise ConfigurationError("Setting shop.deadline must be above zero, e.g. 90")


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ConfigurationError(f"Setting shop.url is no address: {_EXAMPLE}") from None
    if not host or parts.scheme not in {"http", "https"}:
        raise ConfigurationError(f"Setting shop.url is no web address: {_EXAMPLE}")
    if parts.username is not None or parts.query or parts.fragment:
        # The value may hold a password, so it is not repeated.
        raise ConfigurationError(
            f"Setting shop.url must have no login, question mark or number sign in it: {_EXAMPLE}"
        )
    if parts.scheme != "https" and not _is_loopback(host):
        raise ConfigurationError(
            f"Setting shop.url is {url!r}: keys are only sent over https, {_EXAMPLE}"
        )


def _check_keys(keys: Mapping[str, str]) -> None:
    """Keys are copied and pasted, and become headers: no line break may slip in with them."""
    for name, key in keys.items():
        if not _VISIBLE.fullmatch(key):
            raise ConfigurationError(
                f"The shop's secret {name} must be visible characters without spaces; copy it "
                "again from System > Integrations"
            )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
