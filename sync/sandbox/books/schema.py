"""The WSDL, read once: what each operation asks and answers, and how its values are written.

Everything that the books take in, keep and give out is a `Record`: a plain mapping from the
service's own field names to values. Lists (`ArrayOfCX`) are Python lists of records. So there is
one vocabulary, the WSDL's, and no field is spelled out twice.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree

NAMESPACE = "http://www.e-boekhouden.nl/soap"
ZONE = ZoneInfo("Europe/Amsterdam")
"""Where the books are kept: days and months begin by this clock."""

Record = dict[str, Any]
"""Values by WSDL name: str, int, bool, float, Decimal, datetime (naive, local), list, Record."""

YEAR_ONE = datetime(1, 1, 1)  # noqa: DTZ001 - the service's dates have no zone
"""What a left-out date reads as."""

# Read as a file: importing the client beside it would bring zeep along.
_PATH = Path(__file__).parents[2] / "eboekhouden" / "eboekhouden.wsdl"
_WSDL = {"w": "http://schemas.xmlsoap.org/wsdl/", "s": "http://www.w3.org/2001/XMLSchema"}
_DECIMAL = re.compile(r"[+-]?(\d{1,28}(\.\d{0,28})?|\.\d{1,28})")
_DOUBLE = re.compile(r"[+-]?(\d{1,300}(\.\d{0,300})?|\.\d{1,300})([eE][+-]?\d{1,3})?")
_LONG = re.compile(r"[+-]?\d{1,30}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a type.

    Attributes:
        name: As the service spells it.
        type: "string", "long", "decimal", "double", "boolean", "dateTime", "any", or a type's
            or enumeration's name.
        items: For a list: the name of its items' element and type; otherwise empty.
        required: Written always, whatever the value (value types).
    """

    name: str
    type: str
    items: str
    required: bool


def wsdl() -> bytes:
    """The service's WSDL as the project holds it, with the real service's addresses."""
    return _PATH.read_bytes()


@cache
def _schema() -> tuple[dict[str, tuple[Field, ...]], dict[str, tuple[str, ...]]]:
    """All types and elements by name, and the values of each enumeration."""
    root = etree.fromstring(wsdl())
    (schema,) = root.iterfind("w:types/s:schema", _WSDL)
    lists = {
        str(x.get("name")): str(x.find(".//s:element", _WSDL).get("name"))  # type: ignore[union-attr] # the WSDL is ours
        for x in schema.iterfind("s:complexType", _WSDL)
        if str(x.get("name")).startswith("ArrayOf")
    }
    types = {
        str(x.get("name")): tuple(_field(y, lists) for y in x.iterfind(".//s:element", _WSDL))
        for kind in ("s:element", "s:complexType")
        for x in schema.iterfind(kind, _WSDL)
    }
    enums = {
        str(x.get("name")): tuple(
            str(y.get("value")) for y in x.iterfind(".//s:enumeration", _WSDL)
        )
        for x in schema.iterfind("s:simpleType", _WSDL)
    }
    return types, enums


def _field(element: etree._Element, lists: dict[str, str]) -> Field:
    type_name = str(element.get("type", "s:any")).partition(":")[2]
    return Field(
        name=str(element.get("name")),
        type=type_name,
        items=lists.get(type_name, ""),
        required=element.get("minOccurs") != "0",
    )


def fields(type_name: str) -> tuple[Field, ...]:
    """The fields of a type, or of an operation's request or response element, in WSDL order."""
    return _schema()[0][type_name]


@cache
def by_name(type_name: str) -> dict[str, Field]:
    """The same fields by their names."""
    return {x.name: x for x in fields(type_name)}


@cache
def operations() -> tuple[str, ...]:
    """The names of the 20 operations, in WSDL order."""
    types = _schema()[0]
    return tuple(name for name in types if f"{name}Response" in types)


def values(type_name: str) -> tuple[str, ...]:
    """The values of an enumeration; empty for any other type."""
    return _schema()[1].get(type_name, ())


@cache
def _defaults(type_name: str) -> dict[str, object]:
    plain = {
        "string": "", "any": "", "long": 0, "decimal": Decimal(0), "double": 0.0,
        "boolean": False, "dateTime": YEAR_ONE,
    }  # fmt: skip
    return {
        x.name: values(x.type)[0] if values(x.type) else plain.get(x.type)
        for x in fields(type_name)
    }


def blank(type_name: str) -> Record:
    """A record as the service reads one that says nothing: 0, false, year 1, empty, no lines."""
    lists: Record = {x.name: [] for x in fields(type_name) if x.items}
    return dict(_defaults(type_name)) | lists


def from_text(type_name: str, text: str) -> object:
    """A value from its XML text.

    Raises:
        ValueError: .NET could not read it either; the message is what .NET would say.
    """
    choices = values(type_name)
    if choices:
        if text.strip() not in choices:
            raise ValueError(
                f"Instance validation error: '{text[:80]}' is not a valid value for {type_name}."
            )
        return text.strip()
    reader = _READERS.get(type_name)
    return text if reader is None else reader(text.strip(" \t\r\n"))


def to_text(value: object) -> str:
    """A value as .NET writes it."""
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case float():
            return repr(value).removesuffix(".0")
        case datetime():
            return value.isoformat(timespec="seconds")
    return str(value)


def _boolean(text: str) -> bool:
    if text not in {"0", "1", "true", "false"}:
        raise ValueError(f"The string '{text[:80]}' is not a valid Boolean value.")
    return text in {"1", "true"}


def _long(text: str) -> int:
    if not _LONG.fullmatch(text):
        raise ValueError("Input string was not in a correct format.")
    if not -(2**63) <= int(text) < 2**63:
        raise ValueError("Value was either too large or too small for an Int64.")
    return int(text)


def _decimal(text: str) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        raise ValueError("Input string was not in a correct format.")
    return Decimal(text)


def _double(text: str) -> float:
    if not _DOUBLE.fullmatch(text):
        raise ValueError("Input string was not in a correct format.")
    return float(text)


def _moment(text: str) -> datetime:
    """A date with or without time; one with a zone becomes local, as .NET makes it."""
    wrong = f"The string '{text[:80]}' is not a valid AllXsd value."
    if not _MOMENT.fullmatch(text):
        raise ValueError(wrong)
    try:
        moment = datetime.fromisoformat(text if "T" in text else f"{text[:10]}T00:00:00{text[10:]}")
        return moment if moment.tzinfo is None else moment.astimezone(ZONE).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise ValueError(wrong) from None


_READERS: dict[str, Callable[[str], object]] = {
    "boolean": _boolean,
    "long": _long,
    "decimal": _decimal,
    "double": _double,
    "dateTime": _moment,
}
