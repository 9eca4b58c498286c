"""From a TOML table to a frozen dataclass: types, limits, and sentences that say what to write."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from sync.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Source:
    """Where a section was read: the file, and the section's dotted name ("" for the top)."""

    path: Path
    section: str

    def name(self, key: str) -> str:
        """The setting's full dotted name."""
        return f"{self.section}.{key}" if self.section else key


def setting(
    example: object,
    meaning: str,
    *,
    default: object = MISSING,
    low: float | None = None,
    high: float | None = None,
) -> Any:  # noqa: ANN401 - dataclass fields have the type of their annotation
    """A dataclass field that is a setting.

    Args:
        example: A value to show in errors and documents.
        meaning: What it decides, as half a sentence.
        default: Value when it is not written; without one the setting must be written.
        low: Smallest allowed number; None for no limit.
        high: Largest allowed number.
    """
    metadata = {"example": example, "meaning": meaning, "low": low, "high": high}
    if default is MISSING:
        return field(metadata=metadata)
    return field(default=default, metadata=metadata)


T = TypeVar("T")


def read_section(
    kind: type[T], table: Mapping[str, object], source: Source, sections: Sequence[str] = ()
) -> T:
    """Read `table` into `kind`, whose fields were all made by `setting`.

    Args:
        kind: What it becomes.
        table: As it is written, without the sections below it.
        source: Where it was read.
        sections: Names that may stand below it, for who wrote one of them wrong.

    Raises:
        ConfigurationError: A key is unknown, missing, of another type, or out of its limits.
    """
    known = {f.name: f for f in fields(kind)}  # type: ignore[arg-type]
    hints = get_type_hints(kind)
    for key in table:
        if key not in known:
            raise ConfigurationError(_unknown(key, [*known, *sections], source))
    values: dict[str, object] = {}
    for name, spec in known.items():
        if name in table:
            values[name] = _convert(table[name], hints[name], name, spec.metadata, source)
        elif spec.default is MISSING:
            raise ConfigurationError(
                f"Setting {source.name(name)} is missing: write it in {source.path}"
                f"{f' under [{source.section}]' if source.section else ''}, "
                f"e.g. {name} = {as_toml(spec.metadata['example'])} ({spec.metadata['meaning']})"
            )
    return kind(**values)


def _unknown(key: str, known: list[str], source: Source) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
    return f"Setting {source.name(key)} in {source.path} is unknown: {hint}"


def _convert(
    value: object, hint: object, name: str, meta: Mapping[str, Any], source: Source
) -> object:
    converted = _typed(value, hint)
    low, high = meta["low"], meta["high"]
    outside = isinstance(converted, int | Decimal) and (
        (low is not None and converted < low) or (high is not None and converted > high)
    )
    if converted is None or outside:
        limits = f" from {low} to {high}" if low is not None else ""
        raise ConfigurationError(
            f"Setting {source.name(name)} in {source.path} is {as_toml(value)}, but must be "
            f"{_words(hint)}{limits}, e.g. {name} = {as_toml(meta['example'])} ({meta['meaning']})"
        )
    return converted


def _typed(value: object, hint: object) -> object | None:
    """`value` as `hint` wants it; None when it cannot be."""
    if get_origin(hint) is Literal:
        return value if value in get_args(hint) else None
    if get_origin(hint) is tuple:
        ok = isinstance(value, list) and all(isinstance(item, str) and item for item in value)
        return tuple(value) if ok and isinstance(value, list) else None
    if hint is Decimal:
        return _decimal(value)
    if hint in (int, str, bool):
        return value if type(value) is hint else None
    return value if type(value) is date else None


def _decimal(value: object) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number >= 0 else None


def _words(hint: object) -> str:
    if get_origin(hint) is Literal:
        return "one of " + ", ".join(repr(choice) for choice in get_args(hint))
    if get_origin(hint) is tuple:
        return "a list of texts"
    names: dict[object, str] = {
        int: "a whole number",
        str: "a text",
        bool: "true or false",
        Decimal: "a number",
    }
    return names.get(hint, "a date")


def as_toml(value: object) -> str:
    """A setting's value as it is written in the file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(as_toml(item) for item in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)
