"""What every new administration begins with: ledgers, VAT codes, cost centres, articles."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class VatCode:
    """One VAT code.

    Attributes:
        percent: What must have been charged; None where the amount is taken as sent.
        side: Kinds of mutation it may stand in.
        ledger_category: Of the account that takes the VAT; empty where none is charged.
        shifted: Charged by the buyer, so the percentage that comes along means nothing.
        percent_before_2019: Where the rate changed with 2019; None where it did not.
    """

    percent: Decimal | None
    side: Literal["sales", "purchase", "both"]
    ledger_category: str = ""
    shifted: bool = False
    percent_before_2019: Decimal | None = None

    def percent_on(self, day: date) -> Decimal | None:
        """The percentage charged on a day; None where the amount is taken as sent."""
        if self.percent_before_2019 is not None and day < date(2019, 1, 1):
            return self.percent_before_2019
        return self.percent


def _sales(percent: int | None, category: str = "", *, shifted: bool = False) -> VatCode:
    return VatCode(
        percent=None if percent is None else Decimal(percent),
        side="sales", ledger_category=category, shifted=shifted,
    )  # fmt: skip


def _purchase(percent: int | None, category: str = "VOOR", *, shifted: bool = False) -> VatCode:
    return VatCode(
        percent=None if percent is None else Decimal(percent),
        side="purchase", ledger_category=category, shifted=shifted,
    )  # fmt: skip


VAT_CODES: Final[dict[str, VatCode]] = {
    "HOOG_VERK_21": _sales(21, "AF19"),
    "HOOG_VERK": _sales(19, "AF19"),
    "LAAG_VERK_9": _sales(9, "AF6"),
    "LAAG_VERK": VatCode(
        percent=Decimal(9), percent_before_2019=Decimal(6), side="sales", ledger_category="AF6"
    ),
    "VERL_VERK": _sales(0, shifted=True),
    "VERL_VERK_L9": _sales(0, shifted=True),
    "BI_EU_VERK": _sales(0),
    "BI_EU_VERK_D": _sales(0),
    "BU_EU_VERK": _sales(0),
    "AFST_VERK": _sales(0),
    "AFW_VERK": _sales(None, "AFOVERIG"),
    "HOOG_INK_21": _purchase(21),
    "HOOG_INK": _purchase(19),
    "LAAG_INK_9": _purchase(9),
    "LAAG_INK": VatCode(
        percent=Decimal(9), percent_before_2019=Decimal(6), side="purchase", ledger_category="VOOR"
    ),
    "VERL_INK": _purchase(0, "", shifted=True),
    "VERL_INK_L9": _purchase(0, "", shifted=True),
    "VERL_INK_L": _purchase(0, "", shifted=True),
    "BI_EU_INK": _purchase(0, ""),
    "BU_EU_INK": _purchase(0, ""),
    "AFW": _purchase(None),
    "GEEN": VatCode(percent=Decimal(0), side="both"),
}
"""The codes of the manual's chapter 4; constants of the service, no call lists them."""

LEDGERS: Final[tuple[tuple[str, str, str, str], ...]] = (
    ("0500", "Eigen vermogen", "BAL", "Vermogen"),
    ("1000", "Kas", "FIN", "Liquide middelen"),
    ("1010", "Bank", "FIN", "Liquide middelen"),
    ("1300", "Debiteuren", "DEB", "Vorderingen"),
    ("1500", "Af te dragen btw hoog", "AF19", "Btw"),
    ("1510", "Af te dragen btw laag", "AF6", "Btw"),
    ("1520", "Af te dragen btw overig", "AFOVERIG", "Btw"),
    ("1530", "Te vorderen btw", "VOOR", "Btw"),
    ("1560", "Btw rekening-courant", "BTWRC", "Btw"),
    ("1600", "Crediteuren", "CRED", "Schulden"),
    ("1640", "OSS btw België", "BAL", "Btw"),
    ("1641", "OSS btw Duitsland", "BAL", "Btw"),
    ("1642", "OSS btw Frankrijk", "BAL", "Btw"),
    ("1643", "OSS btw Spanje", "BAL", "Btw"),
    ("1644", "OSS btw Italië", "BAL", "Btw"),
    ("1645", "OSS btw Oostenrijk", "BAL", "Btw"),
    ("1646", "OSS btw Polen", "BAL", "Btw"),
    ("1647", "OSS btw Luxemburg", "BAL", "Btw"),
    ("4500", "Verkoopkosten", "VW", "Kosten"),
    ("7000", "Inkoopwaarde omzet", "VW", "Kosten"),
    ("8000", "Omzet hoog", "VW", "Omzet"),
    ("8010", "Omzet laag", "VW", "Omzet"),
    ("8020", "Omzet 0%", "VW", "Omzet"),
    ("8100", "Verzendkosten", "VW", "Omzet"),
    ("8200", "Correcties", "VW", "Omzet"),
    ("8990", "Afrondingsverschillen", "VW", "Omzet"),
)
"""Code, description, category, group."""

COST_CENTRES: Final[tuple[tuple[str, str], ...]] = (
    ("Webwinkel", ""),
    ("Nederland", "Webwinkel"),
    ("België", "Webwinkel"),
)
"""Description and the parent's description, which is empty at the top."""

ARTICLES: Final[tuple[tuple[str, str, str, str, str], ...]] = (
    ("KOFFIE-1KG", "Koffiebonen 1 kg", "8.00", "14.50", "LAAG_VERK_9"),
    ("MOK-WIT", "Mok wit", "2.10", "7.44", "HOOG_VERK_21"),
)
"""Code, description, purchase price, selling price excluding VAT, VAT code."""
