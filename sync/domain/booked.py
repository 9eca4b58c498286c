"""What the books hold, as read back. Amounts are euros, exact to the cent."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedLine:
    """One amount of a booked mutation.

    Attributes:
        ledger: Counter account, its number as text.
        vat_code: E.g. "HOOG_VERK_21"; codes that we never book occur as well.
        percent: E.g. 21.
        net: Euros excluding VAT, negative on a credit memo.
        vat: Euros of VAT.
        gross: Euros including VAT, as the books say; not recomputed.
        cost_centre: Its id; 0 is none.
        invoice_number: Of a payment's line; empty elsewhere.
    """

    ledger: str
    vat_code: str
    percent: Decimal
    net: Decimal
    vat: Decimal
    gross: Decimal
    cost_centre: int = 0
    invoice_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedMutation:
    """One mutation in the books, ours or anybody's.

    Attributes:
        number: Given by the books, ascending.
        kind: The service's word, e.g. "FactuurVerstuurd"; payments carry the same invoice number.
        booked_on: The booking date.
        ledger: Account of the heading.
        relation: The relation's code; empty for bookings without one.
        invoice_number: Empty for bookings without one.
        voucher: What the booker put into `Boekstuk`: our idempotency key, or anything else.
        description: Free text.
        lines: Empty when the books showed none.
    """

    number: int
    kind: str
    booked_on: date
    ledger: str = ""
    relation: str = ""
    invoice_number: str = ""
    voucher: str = ""
    description: str = ""
    lines: tuple[BookedLine, ...] = ()

    @property
    def total(self) -> Decimal:
        """Euros including VAT over all lines, negative for a credit memo."""
        return sum((line.gross for line in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """An account of the books.

    Attributes:
        id: The books' own id; relations name a default ledger by it.
        code: The number that mutations name it by, as text.
        description: Its name.
        category: BAL, VW, FIN, DEB, CRED, VOOR, AF6, AF19, AFOVERIG or BTWRC.
        group: The bookkeeper's grouping; usually empty.
    """

    id: int
    code: str
    description: str
    category: str
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostCentre:
    """A cost centre; `parent` is another one's id, 0 for none."""

    id: int
    description: str
    parent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """An invoice that is not paid in full.

    Attributes:
        issued_on: The invoice's booking date.
        invoice_number: As booked.
        relation: The relation's code.
        name: The relation's name.
        amount: Euros of the invoice including VAT, negative for a credit memo.
        paid: Euros received so far.
        outstanding: Euros still to come.
    """

    issued_on: date
    invoice_number: str
    relation: str
    name: str
    amount: Decimal
    paid: Decimal
    outstanding: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Administration:
    """One set of books that the account may open.

    Attributes:
        name: The company.
        city: Where it sits.
        code: That administration's second security code: a secret, kept out of `repr`.
        year_start: First day of its book year, as the service words it.
    """

    name: str
    city: str
    code: str = field(repr=False)
    year_start: str
