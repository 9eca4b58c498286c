"""Who is calling and what they may use: OAuth, bearer tokens, administrators' tokens, the ACL."""

import hashlib
import hmac
import json
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any

from sync.clock import Clock
from sync.sandbox.http import Request
from sync.sandbox.shop.errors import ShopError, not_authorized
from sync.sandbox.shop.oauth import OauthVerifier
from sync.sandbox.shop.settings import RESOURCES, ShopSettings

_MAX_FAILURES = 6
_LOCK = timedelta(seconds=1800)
_ADMIN_USER_TYPE = 2
_REFUSED = (
    "The account sign-in was incorrect or your account is disabled temporarily. "
    "Please wait and try again later."
)
_SECOND_FACTOR = {
    "unconfigured": "Please ask an administrator with sufficient access to configure 2FA first",
    "provider": "Please use the 2fa provider-specific endpoints to obtain a token.",
}


class Authenticator:
    """Signs in clients and administrators; safe for use by several threads."""

    def __init__(self, clock: Clock, secret: bytes) -> None:
        """`secret` signs the administrators' tokens."""
        self._clock = clock
        self._secret = secret
        self._oauth = OauthVerifier()
        self._lock = threading.Lock()
        self._failures: dict[str, tuple[int, datetime]] = {}
        self._expired: set[str] = set()

    def authorize(self, request: Request, resource: str, settings: ShopSettings) -> None:
        """Return when the caller may use `resource`.

        Raises:
            ShopError: 401 without the right; 400 and 401 for what is wrong with OAuth.
        """
        if resource not in self._resources(request, settings):
            raise not_authorized(resource)

    def admin_token(self, username: str, password: str, settings: ShopSettings) -> str:
        """A token for the administrator, valid for `settings.admin_token_minutes`.

        Raises:
            ShopError: 401 for a wrong password and for an account that six of them have locked
                for half an hour; 400 while a second factor is switched on.
        """
        now = self._clock.now()
        with self._lock:
            self._check_password(username, password, settings, now)
        if settings.two_factor != "off":
            raise ShopError(400, _SECOND_FACTOR[settings.two_factor])
        issued = int(now.timestamp())
        expires = issued + settings.admin_token_minutes * 60
        uid = list(settings.admins).index(username) + 1
        return self._jwt({"uid": uid, "utypid": _ADMIN_USER_TYPE, "iat": issued, "exp": expires})

    def is_integrations(self, request: Request) -> bool:
        """Whether a call comes with an integration's keys, known or not: signed, or as Bearer."""
        header = request.headers.get("Authorization") or ""
        bearer = _bearer(header)
        return "oauth " in header.lower() if bearer is None else not self._is_admin(bearer)

    def expire(self, request: Request) -> bool:
        """Let the administrator's token that a call carries expire now; False without one."""
        bearer = _bearer(request.headers.get("Authorization"))
        if bearer is None or not self._is_admin(bearer):
            return False
        self._expired.add(bearer)
        return True

    def _resources(self, request: Request, settings: ShopSettings) -> frozenset[str]:
        bearer = _bearer(request.headers.get("Authorization"))
        if bearer is not None:
            return self._bearer_resources(bearer, settings)
        host = settings.seen_host or request.headers.get("Host") or ""
        url = f"{settings.seen_scheme}://{host}{request.path}"
        client = self._oauth.verify(request, url, settings.integrations, self._clock.now())
        return client.resources if client else frozenset()

    def _bearer_resources(self, bearer: str, settings: ShopSettings) -> frozenset[str]:
        for client in settings.integrations if settings.bearer_integrations else ():
            if hmac.compare_digest(client.token.encode(), bearer.encode()):
                return client.resources
        return RESOURCES if self._is_admin(bearer) else frozenset()

    def _check_password(
        self, username: str, password: str, settings: ShopSettings, now: datetime
    ) -> None:
        count, until = self._failures.get(username, (0, now))
        count = count if now < until else 0
        known = settings.admins.get(username)
        right = known is not None and hmac.compare_digest(known.encode(), password.encode())
        if count >= _MAX_FAILURES:
            raise ShopError(401, _REFUSED)
        if not right:
            self._failures[username] = (count + 1, now + _LOCK)
            raise ShopError(401, _REFUSED)
        self._failures.pop(username, None)

    def _jwt(self, claims: dict[str, int]) -> str:
        signed = f"{_pack({'kid': '1', 'alg': 'HS256'})}.{_pack(claims)}"
        return f"{signed}.{self._signature(signed)}"

    def _is_admin(self, bearer: str) -> bool:
        signed, _, signature = bearer.rpartition(".")
        genuine = hmac.compare_digest(self._signature(signed).encode(), signature.encode())
        if not genuine or bearer in self._expired:
            return False
        claims: dict[str, Any] = json.loads(urlsafe_b64decode(signed.split(".")[1] + "=="))
        return self._clock.now().timestamp() < int(claims["exp"])

    def _signature(self, signed: str) -> str:
        return _base64(hmac.digest(self._secret, signed.encode(), hashlib.sha256))


def _bearer(header: str | None) -> str | None:
    """The token of a Bearer header: any case, exactly one space."""
    parts = (header or "").split(" ")
    return parts[1] if len(parts) == 2 and parts[0].lower() == "bearer" else None


def _pack(part: dict[str, Any]) -> str:
    return _base64(json.dumps(part, separators=(",", ":")).encode())


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
