"""Signs requests: OAuth 1.0a, an integration's token, or an administrator's."""

import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

import requests
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256
from requests.auth import AuthBase
from requests_oauthlib import OAuth1

from sync.clock import Clock
from sync.magento.access import ShopAccess

# These two write tokens and signatures into the log at level DEBUG.
for _name in ("oauthlib", "requests_oauthlib"):
    logging.getLogger(_name).setLevel(logging.WARNING)

_RENEW_AFTER = timedelta(minutes=50)
"""An administrator's token lives 60 minutes."""


class Bearer(AuthBase):
    """Puts a token into the header, exactly one space after the scheme."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign one request."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class Keyring:
    """Gives every single request its own signature.

    Args:
        access: The keys.
        clock: Dates signatures and the administrator's token.
        log_in: Fetches a new administrator's token.
    """

    def __init__(self, access: ShopAccess, clock: Clock, log_in: Callable[[], str]) -> None:
        self._access = access
        self._clock = clock
        self._log_in = log_in
        self._token = ""
        self._token_from: datetime | None = None

    def signature(self) -> AuthBase:
        """What signs the next request; never used twice, a nonce is good for one request."""
        access = self._access
        if access.auth == "oauth":
            signed: AuthBase = OAuth1(
                access.consumer_key,
                access.consumer_secret,
                access.token,
                access.token_secret,
                signature_method=SIGNATURE_HMAC_SHA256,
                timestamp=str(int(self._clock.now().timestamp())),
                nonce=secrets.token_hex(16),
            )
            return signed
        return Bearer(access.token if access.auth == "bearer" else self._admin_token())

    def forget(self) -> bool:
        """Drop a refused administrator's token; whether another one is worth a try."""
        had, self._token, self._token_from = self._token, "", None
        return bool(had)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that no message may hold."""
        return (*self._access.secrets, *((self._token,) if self._token else ()))

    def _admin_token(self) -> str:
        now = self._clock.now()
        age = now - self._token_from if self._token_from else _RENEW_AFTER
        if not timedelta(0) <= age < _RENEW_AFTER:
            self._token, self._token_from = self._log_in(), now
        return self._token
