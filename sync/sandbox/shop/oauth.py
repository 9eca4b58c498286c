"""OAuth 1.0a as Magento checks it, in its order and with its own way of building the base string.

Parameters are sorted by PHP's `strnatcmp` on the encoded names, the query is read with
`rawurldecode`, pairs with a second `=` or none are left out, a repeated key keeps its last value,
and a JSON body is not signed.
"""

import hashlib
import hmac
import re
import threading
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote

from sync.sandbox.http import Request
from sync.sandbox.shop.errors import ShopError, required
from sync.sandbox.shop.php import leading_number, natural_key
from sync.sandbox.shop.settings import Integration

_PROTOCOL_NAME = re.compile(r"oauth_[a-z_-]+")
_REQUIRED = (
    "oauth_consumer_key",
    "oauth_signature",
    "oauth_signature_method",
    "oauth_nonce",
    "oauth_timestamp",
    "oauth_token",
)
_METHOD = "HMAC-SHA256"
_KEY_LENGTH = 32
_FUTURE_SECONDS = 600
_DEFAULT_PORTS = {"http": 80, "https": 443}


class OauthVerifier:
    """Checks signed requests and remembers nonces; safe for use by several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._nonces: set[tuple[int, str]] = set()

    def verify(
        self, request: Request, url: str, integrations: Sequence[Integration], now: datetime
    ) -> Integration | None:
        """Whose request this is.

        Args:
            request: What came in.
            url: Scheme, host and path as the shop sees them.
            integrations: The clients that exist.
            now: The shop's time.

        Returns:
            None when the request carries no OAuth header at all.

        Raises:
            ShopError: 400 for parameters that are missing or malformed, 401 for everything else.
        """
        protocol = _header_parameters(request.headers.get("Authorization"))
        if protocol is None:
            return None
        signed = {**_body_parameters(request), **protocol}
        signed |= _query_parameters(request.query)
        _check_form(signed)
        client = _consumer(signed["oauth_consumer_key"], integrations)
        self._spend_nonce(client, signed, now)
        _check_token(client, signed["oauth_token"], integrations)
        signature = signed.pop("oauth_signature")
        expected = signature_of(request.method, url, signed, client)
        given = signature.encode(errors="surrogateescape")
        if not hmac.compare_digest(expected.encode(), given):
            raise _refused("The signature is invalid. Verify and try again.")
        return client

    def _spend_nonce(self, client: Integration, signed: Mapping[str, str], now: datetime) -> None:
        """A nonce is spent as soon as it is seen, whatever becomes of the request."""
        stamp = leading_number(signed["oauth_timestamp"])
        if not 0 < stamp <= now.timestamp() + _FUTURE_SECONDS:
            raise _refused("An error occurred validating the nonce")
        spent = (client.consumer_id, signed["oauth_nonce"])
        with self._lock:
            if spent in self._nonces:
                text = "The nonce is already being used by the consumer with ID %1"
                raise ShopError(401, text, [str(client.consumer_id)])
            self._nonces.add(spent)


def signature_of(method: str, url: str, signed: Mapping[str, str], client: Integration) -> str:
    """The signature Magento expects for these parameters.

    Args:
        method: HTTP method.
        url: Scheme, host and path; a standard port is left out.
        signed: Every signed parameter, decoded.
        client: Whose secrets make the key.
    """
    pairs = {_encode(name): _encode(value) for name, value in signed.items()}
    names = sorted(pairs, key=natural_key)
    query = "&".join([f"{name}={pairs[name]}" for name in names])
    base = "&".join((method.upper(), _encode(_base_url(url)), _encode_again(query)))
    key = f"{_encode(client.consumer_secret)}&{_encode(client.token_secret)}"
    return b64encode(hmac.digest(key.encode(), base.encode(), hashlib.sha256)).decode()


def _base_url(url: str) -> str:
    scheme, rest = url.split("://", 1)
    host, slash, path = rest.partition("/")
    name, colon, port = host.rpartition(":")
    if colon and port == str(_DEFAULT_PORTS.get(scheme)):
        host = name
    return f"{scheme}://{host.lower()}{slash}{path}"


@lru_cache(maxsize=2048)  # the names of a client's parameters are the same in every call
def _encode(text: str) -> str:
    return quote(text, safe="~", errors="surrogateescape")


def _encode_again(query: str) -> str:
    """What `_encode` makes of encoded pairs, in which only these three signs are left to it."""
    return query.replace("%", "%25").replace("=", "%3D").replace("&", "%26")


@lru_cache(maxsize=2048)  # as above
def _decode(text: str) -> str:
    return unquote(text, errors="surrogateescape")


def _header_parameters(header: str | None) -> dict[str, str] | None:
    """The header's OAuth parameters; None when it is another header or none."""
    start = (header or "").lower().find("oauth ")
    if header is None or start < 0:
        return None
    parameters: dict[str, str] = {}
    for part in header[start + 6 :].split(","):
        name, equals, value = part.strip().partition("=")
        if equals and _PROTOCOL_NAME.search(name):
            parameters[_decode(name)] = _decode(value.strip('"'))
    return parameters


def _query_parameters(query: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for pair in query.split("&"):
        name, *values = pair.split("=")
        if len(values) == 1 and not _PROTOCOL_NAME.search(name):
            parameters[_decode(name)] = _decode(values[0])
    return parameters


def _body_parameters(request: Request) -> dict[str, str]:
    kind = request.headers.get("Content-Type") or ""
    if not kind.startswith("application/x-www-form-urlencoded"):
        return {}
    return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))


def _check_form(signed: Mapping[str, str]) -> None:
    version = signed.get("oauth_version")
    if version is not None and version != "1.0":
        raise ShopError(400, 'The "%1" Oauth version isn\'t supported.', [version])
    missing = [name for name in _REQUIRED if name not in signed]
    if missing:
        raise required(*missing)
    if len(signed["oauth_token"]) != _KEY_LENGTH:
        raise ShopError(400, "The token length is invalid. Check the length and try again.")
    if signed["oauth_signature_method"] != _METHOD:
        method = signed["oauth_signature_method"]
        raise ShopError(400, "Signature method %1 is not supported", [method])


def _consumer(key: str, integrations: Sequence[Integration]) -> Integration:
    if len(key) != _KEY_LENGTH:
        raise _refused("Consumer key is not the correct length")
    for client in integrations:
        if client.consumer_key == key:
            return client
    raise _refused("A consumer having the specified key does not exist")


def _check_token(client: Integration, part: str, integrations: Sequence[Integration]) -> None:
    if part == client.token:
        return
    if any(other.token == part for other in integrations):
        raise _refused("Token is not associated with the specified consumer")
    raise _refused("Specified token does not exist")


def _refused(text: str) -> ShopError:
    return ShopError(401, text)
