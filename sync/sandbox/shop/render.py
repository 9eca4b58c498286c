"""Answers as bytes: JSON or XML, as the `Accept` header asks, and the HTML pages of failures."""

import json
import re
from collections.abc import Iterator
from html import escape

from sync.sandbox.http import Response
from sync.sandbox.shop.errors import PageError
from sync.sandbox.shop.php import Json

_JSON, _XML = "application/json", "application/xml"
_RENDERERS = {
    "application/json": _JSON,
    "text/json": _JSON,
    "application/xml": _XML,
    "application/xhtml+xml": _XML,
    "text/xml": _XML,
}
_MEDIA_TYPE = re.compile(r"([0-9a-z*+\-]+)(?:/([0-9a-z*+\-.]+))?", re.IGNORECASE)
_NOT_A_NAME = re.compile(r"[^\w-]", re.ASCII)
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def answer_type(accept: str | None) -> str:
    """The media type to answer in: application/json or application/xml.

    Raises:
        PageError: 500; no renderer fits, which Magento notices before its API has begun.
    """
    for wanted in _accepted(accept or "*/*"):
        if wanted == "*/*":
            return _JSON
        for known, renderer in _RENDERERS.items():
            if wanted in {known, f"{known.split('/')[0]}/*"}:
                return renderer
    raise PageError(500, "There has been an error processing your request")


def encoded(status: int, text: str, media_type: str) -> Response:
    """An answer whose JSON is `text`, in the media type asked for."""
    body = text if media_type == _JSON else _xml(json.loads(text))
    headers = {"Content-Type": f"{media_type}; charset=utf-8"}
    return Response(status=status, body=body.encode(), headers=headers)


def page(error: PageError) -> Response:
    """The failure as an HTML page."""
    title = escape(error.title)
    body = (
        f'<!doctype html>\n<html lang="en">\n<head><title>{title}</title></head>\n'
        f"<body><h1>{title}</h1></body>\n</html>\n"
    )
    headers = {"Content-Type": "text/html; charset=UTF-8"}
    return Response(status=error.status, body=body.encode(), headers=headers)


def _accepted(accept: str) -> list[str]:
    """Media types by falling quality, in the order sent where it is equal."""
    types: list[tuple[str, str]] = []
    for definition in accept.split(","):
        name, _, parameter = definition.strip().partition(";")
        if not _MEDIA_TYPE.fullmatch(name.strip()):
            continue
        _, equals, quality = parameter.partition("=")
        types.append((quality if equals else "1.0", name.strip().lower()))
    types.sort(key=lambda one: one[0], reverse=True)  # as text: PHP sorts these keys as strings
    return [name for _, name in types] or ["*/*"]


def _xml(value: Json) -> str:
    content = value if isinstance(value, dict | list) else [value]
    return "\n".join(['<?xml version="1.0"?>', *_node("response", content, 0), ""])


def _node(name: str, value: Json, depth: int) -> Iterator[str]:
    tag, indent = _tag(name), "  " * depth
    children = _children(value)
    if children is None:
        text = _NOT_XML.sub("", _scalar(value))
        yield f"{indent}<{tag}>{escape(text, quote=False)}</{tag}>" if text else f"{indent}<{tag}/>"
    elif not children:
        yield f"{indent}<{tag}/>"
    else:
        yield f"{indent}<{tag}>"
        for child, item in children:
            yield from _node(child, item, depth + 1)
        yield f"{indent}</{tag}>"


def _children(value: Json) -> list[tuple[str, Json]] | None:
    if isinstance(value, dict):
        return list(value.items())
    return [("item", item) for item in value] if isinstance(value, list) else None


def _tag(name: str) -> str:
    """A name XML accepts; Magento puts `item_` before one that begins with a digit."""
    tag = _NOT_A_NAME.sub("", name)
    return tag if tag[:1].isalpha() or tag[:1] == "_" else f"item_{tag}"


def _scalar(value: Json) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
