"""What is asked of the books: a mutation with its lines. The Dutch names of the service start here.

Codes and their meaning: e-Boekhouden SOAP manual 5.5, chapter 4 (VAT codes) and AddMutatie.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

SENT_INVOICE: Final = "FactuurVerstuurd"
"""The kind of every booking we make; a credit memo is the same kind with negative amounts."""

NO_VAT: Final = "GEEN"
DEVIATING: Final = "AFW_VERK"
"""The one sales code whose VAT amount is taken as sent instead of checked against a rate."""

MAX_LINES: Final = 100
MAX_NUMBER: Final = 50
MAX_DESCRIPTION: Final = 200

SALES_CODES: Final[dict[str, Decimal]] = {
    "HOOG_VERK_21": Decimal(21),
    "LAAG_VERK_9": Decimal(9),
    "LAAG_VERK": Decimal(9),
    "VERL_VERK": Decimal(0),
    "VERL_VERK_L9": Decimal(0),
    "BI_EU_VERK": Decimal(0),
    "BI_EU_VERK_D": Decimal(0),
    "BU_EU_VERK": Decimal(0),
    "AFST_VERK": Decimal(0),
    DEVIATING: Decimal(0),
    NO_VAT: Decimal(0),
}
"""Sales codes that may be booked today, with the percentage sent along. Shifted VAT is charged by
nobody here, so its percentage is 0. `LAAG_VERK` is 9 % from 2019 on; `HOOG_VERK` (19 %) is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MutationLine:
    """One amount on one ledger.

    Attributes:
        ledger: Account number, a string.
        vat_code: One of `SALES_CODES`.
        net: Euros excluding VAT; negative on a credit memo.
        vat: Euros of VAT, same sign as `net`.
        cost_centre: Its id in the books; 0 is none.
    """

    ledger: str
    vat_code: str
    net: Decimal
    vat: Decimal
    cost_centre: int = 0

    @property
    def gross(self) -> Decimal:
        """Euros including VAT."""
        return self.net + self.vat

    @property
    def percent(self) -> Decimal:
        """The code's percentage; 0 for codes without one."""
        return SALES_CODES.get(self.vat_code, Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One booking, ready to be sent.

    Attributes:
        booked_on: The date in the store view's zone.
        debtor_ledger: Account of the heading, usually "1300".
        relation: Code of the relation that owes the money.
        invoice_number: Prefix and document number, at most 50 characters.
        voucher: Our idempotency key; the books give it back as `Boekstuk`.
        description: What the bookkeeper reads, at most 200 characters.
        term: Days until payment is due.
        reference: Payment reference, the order number.
        lines: 1 to 100; their gross amounts add up to the document's total.
    """

    booked_on: date
    debtor_ledger: str
    relation: str
    invoice_number: str
    voucher: str
    description: str
    term: int
    reference: str
    lines: tuple[MutationLine, ...]

    @property
    def total(self) -> Decimal:
        """Euros including VAT, negative for a credit memo."""
        return sum((line.gross for line in self.lines), Decimal(0))
