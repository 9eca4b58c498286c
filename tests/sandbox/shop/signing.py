"""Signs requests with OAuth 1.0a for the tests, written apart from the shop's own check."""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import count
from urllib.parse import parse_qsl, quote

from sync.sandbox.shop import Integration

_nonces = count(1)

Key = Callable[[tuple[str, str]], list[str]]


def by_byte(pair: tuple[str, str]) -> list[str]:
    """The order of RFC 5849, which every library uses."""
    return list(pair)


def by_number(pair: tuple[str, str]) -> list[str]:
    """The order that reads `[10]` as more than `[2]`, as Magento does."""
    return [part.zfill(9) if part.isdigit() else part for part in re.findall(r"\d+|\D", pair[0])]


def authorization(
    method: str,
    url: str,
    client: Integration,
    now: datetime,
    *,
    order: Key = by_number,
    signed: Iterable[tuple[str, str]] | None = None,
    changes: Mapping[str, str | None] | None = None,
) -> str:
    """The value of an Authorization header.

    Args:
        method: HTTP method.
        url: With its query, as it is sent.
        client: Whose keys sign.
        now: Becomes the timestamp.
        order: How parameters are sorted.
        signed: Query parameters to sign, decoded; by default the ones in `url`.
        changes: OAuth parameters to replace before signing; None leaves one out.
    """
    address, _, query = url.partition("?")
    parameters: dict[str, str | None] = {
        "oauth_consumer_key": client.consumer_key,
        "oauth_nonce": f"n{next(_nonces)}",
        "oauth_signature_method": "HMAC-SHA256",
        "oauth_timestamp": str(int(now.timestamp())),
        "oauth_token": client.token,
        "oauth_version": "1.0",
        **(changes or {}),
    }
    sent = {name: value for name, value in parameters.items() if value is not None}
    if signed is None:
        signed = parse_qsl(query, keep_blank_values=True)
    pairs = [(_quote(name), _quote(value)) for name, value in [*signed, *sent.items()]]
    text = "&".join(f"{name}={value}" for name, value in sorted(pairs, key=order))
    base = "&".join(_quote(part) for part in (method, address, text))
    key = f"{client.consumer_secret}&{client.token_secret}".encode()
    digest = hmac.new(key, base.encode(), hashlib.sha256).digest()
    sent.setdefault("oauth_signature", base64.b64encode(digest).decode())
    return "OAuth " + ", ".join(f'{name}="{_quote(value)}"' for name, value in sent.items())


def _quote(text: str) -> str:
    return quote(text, safe="~")
