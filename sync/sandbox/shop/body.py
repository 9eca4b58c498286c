"""Request bodies: which ones Magento reads, and what it says of the others."""

import json
import re
from typing import Any

from sync.sandbox.http import Request
from sync.sandbox.shop.errors import PageError, ShopError

MAX_BYTES = 8 * 1024 * 1024
"""What PHP and the web server before it take, `post_max_size`."""

_CONTENT_TYPE = re.compile(r"([a-z\d/\-+.]+?)(?:; *charset=(.+?))?", re.IGNORECASE | re.ASCII)
_MAX_DEPTH = 512


def read_body(request: Request) -> dict[str, Any]:
    """The body of a POST as a JSON object; anything else that is JSON has no fields.

    Raises:
        ShopError: 400, not JSON, or a content type that is missing or not understood.
        PageError: 413, more than `MAX_BYTES`.
    """
    if len(request.body) > MAX_BYTES:
        raise PageError(413, "413 Request Entity Too Large")
    _check_content_type(request.headers.get("Content-Type"))
    try:
        body = json.loads(request.body.decode("utf-8"), parse_constant=_refuse)
        json.dumps(body, ensure_ascii=False).encode()  # fails on half a character, `\\ud800`
    except (ValueError, RecursionError):
        raise ShopError(400, "Decoding error.") from None
    if _is_deeper(body, _MAX_DEPTH):
        raise ShopError(400, "Decoding error.")
    return body if isinstance(body, dict) else {}


def _check_content_type(header: str | None) -> None:
    if not header:
        raise ShopError(400, "Content-Type header is empty.")
    match = _CONTENT_TYPE.fullmatch(header)
    if not match:
        raise ShopError(400, "Content-Type header is invalid.")
    if match[2] and match[2].lower() != "utf-8":
        raise ShopError(400, "UTF-8 is the only supported charset.")
    if match[1].lower() != "application/json":
        text = f"Server cannot understand Content-Type HTTP header media type {match[1]}"
        raise ShopError(400, text)


def _refuse(constant: str) -> float:
    raise ValueError(constant)


def _is_deeper(value: object, depth: int) -> bool:
    """Whether `value` nests deeper than PHP's decoder goes."""
    level = [value]
    while level and depth:
        level = [inner for one in level for inner in _inside(one)]
        depth -= 1
    return bool(level)


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
