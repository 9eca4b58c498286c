"""What goes wrong in the sandbox's history, and who puts it right: a calendar of four weeks.

Each entry belongs to one scheduled run. Faults hold during that run only, as if for the hour
around it; none of them keeps anybody waiting for real.
"""

from dataclasses import dataclass
from typing import TypeAlias

from sync.sandbox.fault_rules import Rule

OPERATOR = "Sanne"
"""Who answers for what a person does in the history."""


@dataclass(frozen=True, slots=True)
class CloseBooks:
    """The bookkeeper closes the period up to and including today, too early."""


@dataclass(frozen=True, slots=True)
class OpenBooks:
    """The bookkeeper opens the period again."""


@dataclass(frozen=True, slots=True)
class MapRate:
    """Somebody gives a tax rate of the shop its VAT code."""

    rate: str
    vat_code: str


@dataclass(frozen=True, slots=True)
class Resync:
    """Somebody has everything tried again that is failed with this code."""

    error_code: str


@dataclass(frozen=True, slots=True)
class ForeignSale:
    """Other hands have booked a sale under the number of an invoice that is due now.

    Attributes:
        same: With the invoice's own date and amount, as a former extension would; else the
            number is taken by something else.
    """

    same: bool


Mishap: TypeAlias = Rule | CloseBooks | OpenBooks | MapRate | Resync | ForeignSale

CYCLE = 28
"""Days after which the calendar begins anew."""


def _once(kind: str, match: str, *, service: str = "books", after: bool = False) -> Rule:
    return Rule(kind=kind, service=service, match=(match,), count=1, after=after, hold=0)


_BOOKING = "AddMutatie"
_CALENDAR: dict[tuple[int, int], tuple[Mishap, ...]] = {
    (1, 13): (_once("timeout", _BOOKING),),
    (1, 19): (_once("timeout", _BOOKING, after=True),),
    (2, 10): (ForeignSale(same=False),),
    (3, 13): (Rule(kind="wrong_credentials", service="books"),),
    (4, 13): (CloseBooks(),),
    (5, 10): (OpenBooks(), Resync("CMUT020")),
    (5, 16): (Rule(kind="unavailable", service="shop"),),
    (7, 10): (Rule(kind="unavailable", service="shop", count=2),),
    (8, 13): (Rule(kind="late", service="books", match=(_BOOKING,), count=1, seconds=8, hold=0),),
    (9, 19): (_once("soap_fault", _BOOKING),),
    (11, 13): (ForeignSale(same=True),),
    (12, 10): (MapRate("NL-13-oud", "AFW_VERK"), Resync("TAX_UNMAPPED")),
    (13, 16): (_once("expired_session", _BOOKING),),
    (15, 13): (_once("unreadable", _BOOKING, after=True),),
    (16, 16): (Rule(kind="wrong_credentials", service="shop"),),
    (18, 10): (Rule(kind="unavailable", service="books"),),
    (20, 19): (_once("cut", _BOOKING),),
    (22, 13): (_once("drop", "AddRelatie", after=True),),
    (23, 10): (Rule(kind="too_many", service="shop", count=1, seconds=30),),
    (25, 10): (ForeignSale(same=False),),
    (26, 19): (_once("error", "GetRelaties"),),
}


def at(day: int, hour: int) -> tuple[Mishap, ...]:
    """What happens around one scheduled run.

    Args:
        day: Since the first day of the history, from 0.
        hour: Amsterdam's, at which the run begins.
    """
    return _CALENDAR.get((day % CYCLE, hour), ())
