"""How the simulated books behave where the real ones can be set up differently or are unknown."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class AdministrationSettings:
    """One administration.

    Attributes:
        guid: Its SecurityCode2, in braces.
        name: The company's.
        place: Where it is.
        year: First day of the financial year, as text.
    """

    guid: str
    name: str = "Webwinkel Voorbeeld B.V."
    place: str = "Utrecht"
    year: str = "01-01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All knobs. The defaults are what the documentation says or, failing that, what is likely.

    Attributes:
        username: Of the one user.
        code1: The user's SecurityCode1, 32 hexadecimal digits.
        administrations: The first is the user's own; its guid is SecurityCode2. The others are
            a client's, for OpenSessionSub.
        accountant: Whether the user may open clients' administrations.
        api_right: Whether the user may use the API at all.
        session_seconds: How long an unused session lives, by the clock.
        uniqueness: How far a sales invoice number is unique. Purchase numbers are unique per
            relation, unless this is "off".
        tolerance: Euros by which a line's sums may be off.
        calls_per_month: GetMutaties calls allowed in a calendar month.
        rows: Most mutations in one answer; the newest are given.
        newest_first: Order of the mutations in an answer.
        dotted_codes: Error codes are spelled E002.3, else E0023.
        empty_lists: Empty lists are written as empty elements, else left out.
        too_long: What becomes of text longer than its field.
        templates: Names of the invoice templates.
    """

    username: str = "sandbox"
    code1: str = "0123456789abcdef0123456789abcdef"
    administrations: tuple[AdministrationSettings, ...] = (
        AdministrationSettings(guid="{5A4DB0C5-0000-4000-8000-000000000001}"),
    )
    accountant: bool = False
    api_right: bool = True
    session_seconds: float = 1200.0
    uniqueness: Literal["administration", "relation", "off"] = "administration"
    tolerance: Decimal = Decimal("0.01")
    calls_per_month: int = 5000
    rows: int = 500
    newest_first: bool = True
    dotted_codes: bool = True
    empty_lists: bool = False
    too_long: Literal["refuse", "cut"] = "refuse"
    templates: tuple[str, ...] = ("Standaard",)

    @property
    def code2(self) -> str:
        """SecurityCode2 of the user's own administration."""
        return self.administrations[0].guid
