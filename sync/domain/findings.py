"""What a check found, in words of both languages: `findings.toml`, read once when this is imported.

A finding keeps names and facts, so that the command line and the page say the same of it, each in
its reader's language.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from typing import Any, Final, Literal, get_args

from sync.domain.patterns.causes import LANGUAGES, Language

Side = Literal["machine", "settings", "shop", "books"]
SIDES: Final[tuple[Side, ...]] = get_args(Side)
"""What a check looks at: this machine, a connection's settings and mapping, its two services."""

WORDS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = tomllib.loads(
    files("sync.domain").joinpath("findings.toml").read_text(encoding="utf-8")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        of: What it was, by its name in `findings.toml`, e.g. "ledger".
        wrong: What is wrong with it, by the name of its sentence there; empty when all is well.
        facts: What stands in the braces of both; of an error also its `code`.
        warning: The problem does not keep documents from being booked.
        unreachable: The problem is that a service gave no answer.
    """

    of: str
    wrong: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    warning: bool = False
    unreachable: bool = False

    @property
    def status(self) -> int:
        """Its part of the exit status."""
        if not self.wrong or self.warning:
            return 0
        return 3 if self.unreachable else 2

    def what(self, language: Language = "en") -> str:
        """What was looked at, e.g. "shop", "ledger 8000"."""
        return self._said("what", language)

    def problem(self, language: Language = "en") -> str:
        """One sentence with what to do; empty when all is well. An error speaks its own words."""
        return self._said(self.wrong, language) if self.wrong else ""

    def _said(self, name: str, language: Language) -> str:
        sentence = WORDS.get(self.of, {}).get(name)
        if sentence is None:  # kept by another version of this program
            return " ".join([self.of, *([] if name == "what" else [name, *self.facts.values()])])
        return sentence[LANGUAGES.index(language)].format_map(_Facts(self.facts))


class _Facts(dict[str, str]):
    """Facts in which a missing one is a dash."""

    def __missing__(self, _name: str) -> str:
        return "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at one side.

    Attributes:
        connection: Empty for the machine.
        at: When it began.
        took_ms: How long it took.
        findings: In the order in which things were looked at.
    """

    connection: str
    side: Side
    at: datetime
    took_ms: int
    findings: tuple[Finding, ...]

    @property
    def problems(self) -> list[Finding]:
        """What is wrong, or worth a warning."""
        return [finding for finding in self.findings if finding.wrong]


def as_facts(look: Look) -> dict[str, Any]:
    """What JSON holds of a look; `look_from` reads it back."""
    return {
        "connection": look.connection,
        "side": look.side,
        "at": look.at.isoformat(),
        "took_ms": look.took_ms,
        "findings": [
            {
                "of": each.of,
                "wrong": each.wrong,
                "facts": dict(each.facts),
                "warning": each.warning,
                "unreachable": each.unreachable,
            }
            for each in look.findings
        ],
    }


def look_from(facts: Mapping[str, Any]) -> Look:
    """The look that `as_facts` wrote.

    Raises:
        KeyError, TypeError, ValueError: It is of another version and cannot be read.
    """
    return Look(
        connection=str(facts["connection"]),
        side=SIDES[SIDES.index(facts["side"])],
        at=datetime.fromisoformat(facts["at"]),
        took_ms=int(facts["took_ms"]),
        findings=tuple(Finding(**each) for each in facts["findings"]),
    )
