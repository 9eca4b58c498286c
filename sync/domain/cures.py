"""What to do about each cause: `cures.toml`, read once when this module is imported.

The catalogue is a data file and not code, so that a bookkeeper can read and correct it.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final, Literal

from sync.domain.documents import Entity
from sync.domain.patterns.causes import CATEGORY, LANGUAGES, Language

__all__ = [
    "LANGUAGES",
    "NAMES",
    "RESYNC",
    "WHO",
    "About",
    "Cure",
    "Language",
    "Resync",
    "Who",
    "cure",
]

Who = Literal["bookkeeper", "shop", "developer", "nobody"]
Resync = Literal["helps", "automatic", "useless"]

WHO: Final[Mapping[Language, Mapping[Who, str]]] = {
    "nl": {
        "bookkeeper": "de boekhouder",
        "shop": "wie de webwinkel beheert",
        "developer": "de ontwikkelaar",
        "nobody": "niemand, het gaat vanzelf over",
    },
    "en": {
        "bookkeeper": "the bookkeeper",
        "shop": "whoever manages the shop",
        "developer": "the developer",
        "nobody": "nobody, it goes over by itself",
    },
}
"""Who acts, in words."""

RESYNC: Final[Mapping[Language, Mapping[Resync, str]]] = {
    "nl": {
        "helps": "opnieuw boeken helpt, na deze stappen",
        "automatic": "het programma probeert het zelf opnieuw",
        "useless": "opnieuw boeken helpt niet",
    },
    "en": {
        "helps": "a resync helps, after these steps",
        "automatic": "the program tries again by itself",
        "useless": "a resync does not help",
    },
}
"""Whether a resync helps, in words."""


@dataclass(frozen=True, slots=True)
class Cure:
    """What happened and what to do, in one language.

    Attributes:
        of: The cause or category that this is the cure of.
        happened: One or two sentences.
        who: Who acts.
        steps: What to do, in order; never empty.
        page: Address of a page of the dashboard, e.g. "customers" or "vat?tab=ledgers"; empty for
            none.
        menus: Where to look in Magento and e-Boekhouden, in their own menus' words.
        resync: Whether booking again helps.
    """

    of: str
    happened: str
    who: Who
    steps: tuple[str, ...]
    page: str
    menus: tuple[str, ...]
    resync: Resync


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the steps' commands are filled in with; empty leaves the name of what belongs there.

    Attributes:
        connection: The connection's name.
        document: The document's number.
        mutation: The number of the mutation that its attempt names.
        entity: The document's kind: an invoice and a credit memo may have the same number.
    """

    connection: str = ""
    document: str = ""
    mutation: str = ""
    entity: Entity | None = None


ANYTHING: Final = About()
"""No attempt at all: the steps name what belongs where."""
_UNKNOWN: Final[Mapping[Language, About]] = {
    "nl": About(connection="KOPPELING", document="NUMMER", mutation="MUTATIE"),
    "en": About(connection="CONNECTION", document="NUMBER", mutation="MUTATION"),
}
_HARMLESS: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,49}")
"""What may stand in a command as it is: the shop's texts end neither it nor the Markdown around."""

_FILE: Final[Mapping[str, Mapping[str, Any]]] = tomllib.loads(
    files("sync.domain").joinpath("cures.toml").read_text(encoding="utf-8")
)
_SHARED: Final = _FILE["step"]
_CATALOGUE: Final = {**_FILE["category"], **_FILE["cause"]}

NAMES: Final = frozenset(_CATALOGUE)
"""Every cause and category that has a cure of its own."""


def cure(cause_or_category: str, language: Language, about: About = ANYTHING) -> Cure:
    """The cure of a cause, or else that of its category.

    Args:
        cause_or_category: E.g. "invoice-number-exists" or "duplicate"; what nobody knows, the
            empty text too, gets the cure of "other".
        language: "nl" or "en".
        about: What the steps' commands are about.
    """
    name = cause_or_category
    if name not in _CATALOGUE:
        name = CATEGORY.get(name, "other")
    entry = _CATALOGUE[name]
    said = entry[language]
    return Cure(
        of=name,
        happened=said["happened"],
        who=entry["who"],
        steps=tuple(_step(step, language, about) for step in said["steps"]),
        page=entry["page"],
        menus=tuple(entry["menu"]),
        resync=entry["resync"],
    )


def _step(step: str, language: Language, about: About) -> str:
    """A step in full: one that begins with "@" names a step that many cures share."""
    text: str = _SHARED[step[1:]][language] if step.startswith("@") else step
    unknown = _UNKNOWN[language]
    for name in ("connection", "document", "mutation"):
        value: str = getattr(about, name)
        said = value if _HARMLESS.fullmatch(value) else getattr(unknown, name)
        text = text.replace(f"{{{name}}}", said)
    return text.replace("{entity}", f" --entity {about.entity}" if about.entity else "")
