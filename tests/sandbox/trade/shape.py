"""The shape of a JSON object: which fields it has, where, of which type."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

Fields = frozenset[tuple[str, str]]
Shape = dict[str, set[Fields]]
"""By the place in the document, every set of fields that occurs there."""


def shape_of(documents: Iterable[dict[str, Any]]) -> Shape:
    """What the documents have in common with each other, or not."""
    shape: Shape = defaultdict(set)
    for document in documents:
        _collect(document, "", shape)
    return shape


def fields_of(document: dict[str, Any]) -> Fields:
    """The fields of one object, each with its JSON type."""
    return frozenset((name, _type(value)) for name, value in document.items())


def _collect(value: Any, path: str, shape: Shape) -> None:
    if isinstance(value, dict):
        shape[path].add(fields_of(value))
        for name, inner in value.items():
            _collect(inner, f"{path}/{name}", shape)
    elif isinstance(value, list):
        for inner in value:
            _collect(inner, f"{path}[]", shape)


def _type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | Decimal):
        return "number"
    return type(value).__name__
