"""The API's interfaces, field by field, as a Magento 2.4.7 describes them in its own schema."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from sync.sandbox.shop.conditions import Kind

_FILE = Path(__file__).with_name("definitions.json")


_KINDS: dict[str, Kind] = {
    "string": "text",
    "integer": "number",
    "boolean": "number",
    "number": "amount",
}


@cache
def definitions() -> Mapping[str, Mapping[str, str]]:
    """Interface -> field -> type.

    A type is "string", "integer", "number", "boolean" or another interface's name, followed by
    "[]" for a list and by "?" when the field may be absent.
    """
    loaded: dict[str, dict[str, str]] = json.loads(_FILE.read_text("utf-8"))
    return {name: fields for name, fields in loaded.items() if isinstance(fields, dict)}


def scalars(interface: str) -> dict[str, Kind]:
    """The interface's plain fields as columns."""
    return {
        name: _kind(name, kind)
        for name, kind in definitions()[interface].items()
        if kind.rstrip("?") in _KINDS
    }


def _kind(name: str, kind: str) -> Kind:
    """Moments are strings in the API; their names end in `_at`."""
    return "date" if name.endswith("_at") else _KINDS[kind.rstrip("?")]
