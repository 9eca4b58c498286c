"""The settings as they are in force: each with its value, and whether somebody wrote it.

Never a secret: those stand in another file, and of them only is told whether they are set.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from sync import config, login
from sync.errors import ConfigurationError
from sync.settings import (
    BookingSettings,
    BooksSettings,
    ConnectionHead,
    General,
    LoginSettings,
    Settings,
    ShopSettings,
)

KINDS: Final[Mapping[str, type]] = {
    "general": General,
    "login": LoginSettings,
    "connection": ConnectionHead,
    "shop": ShopSettings,
    "books": BooksSettings,
    "booking": BookingSettings,
}
"""The groups of settings, by the names under which pages have words for them."""
_LOGIN: Final = re.compile(r"(?<=//)[^/@\s]*@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One setting.

    Attributes:
        section: Where it stands, e.g. "connection.webshop.shop"; empty for the top of the file.
        kind: Its group: a name of `KINDS`.
        value: In force; a login inside an address is blanked.
        is_own: Somebody wrote it; otherwise it is the default.
    """

    section: str
    kind: str
    name: str
    value: object
    is_own: bool


def lines(found: Settings) -> list[Line]:
    """Every setting in force, in the order of the README; those of a login when there is one.

    Raises:
        ConfigurationError: A file cannot be read.
    """
    written = config.parse(found.data_home / config.SETTINGS_FILE)
    made = _lines("", "general", found, written)
    try:
        people = login.read(found.home)
    except ConfigurationError:  # the page's checks tell what is wrong with it
        people = None
    if people is not None:
        own = config.parse(found.home / config.SETTINGS_FILE).get("login")
        made += _lines("login", "login", people, own)
    tables = _table(written.get("connection"))
    for name, connection in found.connections.items():
        table, section = _table(tables.get(name)), f"connection.{name}"
        made += _lines(section, "connection", connection, table)
        for kind in ("shop", "books", "booking"):
            made += _lines(f"{section}.{kind}", kind, getattr(connection, kind), table.get(kind))
    return made


def _lines(section: str, kind: str, holder: object, written: object) -> list[Line]:
    own = _table(written)
    return [
        Line(
            section=section,
            kind=kind,
            name=each.name,
            value=_shown(getattr(holder, each.name)),
            is_own=each.name in own,
        )
        for each in fields(KINDS[kind])
    ]


def _shown(value: object) -> object:
    return _LOGIN.sub("***@", value) if isinstance(value, str) else value


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
