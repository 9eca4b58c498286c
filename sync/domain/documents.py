"""What the shop issued, in our words. Amounts are euros of the base currency, as Decimal."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import IntEnum
from typing import Literal

Entity = Literal["invoice", "creditmemo", "customer"]
SalesEntity = Literal["invoice", "creditmemo"]
LineKind = Literal["product", "shipping", "adjustment", "fee", "rounding"]


class State(IntEnum):
    """A document's state in the shop. PAID does not mean that money came in (bank transfers)."""

    OPEN = 1
    PAID = 2
    CANCELLED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    """One amount on a document.

    Attributes:
        kind: What the amount is for; decides the ledger.
        net: Euros excluding VAT, after discount.
        vat: Euros of VAT on `net`; taken over from the document, never recomputed.
        tax: Code of the tax rate on the order item, e.g. "NL-21"; empty when there is none.
        percent: That rate, e.g. 21; 0 when there is none.
        virtual: Whether the item is a service or a download.
    """

    kind: LineKind
    net: Decimal
    vat: Decimal
    tax: str = ""
    percent: Decimal = Decimal(0)
    virtual: bool = False

    @property
    def gross(self) -> Decimal:
        """Euros including VAT."""
        return self.net + self.vat


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where somebody lives or sits. Empty text means that the shop has nothing there."""

    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Who pays: the billing address and the account, if there is one.

    Attributes:
        number: The shop's customer id; None for a guest or a deleted customer.
        email: As typed; empty when missing.
        company: Empty for a private person.
        vat_number: From the billing address, else from the account; unchecked; empty for none.
        group: The shop's customer group id; 0 is "not logged in".
    """

    number: int | None
    email: str
    company: str = ""
    firstname: str = ""
    middlename: str = ""
    lastname: str = ""
    suffix: str = ""
    telephone: str = ""
    address: Address = Address()
    vat_number: str = ""
    group: int = 0

    @property
    def name(self) -> str:
        """The person's name in one line; empty when the shop has none."""
        parts = (self.firstname, self.middlename, self.lastname, self.suffix)
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Somebody who has a relation in the books, or is to have one: an account, or a buyer.

    Attributes:
        buyer: Who it is. An account's address is its default billing address; the address is
            empty where there is none.
        website_id: The website that the account, or the order's store view, belongs to.
        website: That website's code; "" when the shop does not say.
        created_at: When the account was made; for a buyer when the order was placed. Aware, UTC.
        updated_at: From when what is said here dates: the account's last change, or the order.
    """

    buyer: Buyer
    website_id: int = 0
    website: str = ""
    created_at: datetime
    updated_at: datetime

    @property
    def id(self) -> int:
        """The shop's customer id; 0 for a guest."""
        return self.buyer.number or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesDocument:
    """An invoice or a credit memo as issued. Amounts are positive on both, as the shop has them.

    Attributes:
        entity: "invoice" or "creditmemo".
        id: The shop's internal id (`entity_id`).
        number: What is printed on it (`increment_id`), e.g. "000000042".
        order_id: The order's internal id.
        order_no: The order's number.
        invoice_id: For a credit memo the invoice it refunds; None when made from the order.
        store_id: The store view it was issued in.
        store: That view's code; "" when the shop does not say.
        website_id, website: Id and code of the website that the view belongs to.
        zone: That view's time zone, IANA name; decides the booking date.
        state: Open, paid or cancelled.
        issued_at: Aware, UTC (`created_at`).
        updated_at: Aware, UTC, to the second.
        ordered_at: When the order was placed; None when the shop does not say.
        buyer: Who pays.
        ship_to: Country of delivery (ISO-2); the billing country for virtual orders.
        lines: What was sold, shipped, adjusted; empty only when the total is zero.
        total: Euros including VAT (`base_grand_total`).
        vat: Euros of VAT (`base_tax_amount`).
        order_vat: Euros of VAT on the whole order; tells exempt orders from exempt lines.
        currency: The base currency, the one that is booked.
        shown_currency: The currency the customer saw.
        rate: Units of `shown_currency` per unit of `currency`.
        global_currency: The installation's currency.
        global_rate: Units of `global_currency` per unit of `currency`.
    """

    entity: SalesEntity
    id: int
    number: str
    order_id: int
    order_no: str
    invoice_id: int | None = None
    store_id: int
    store: str = ""
    website_id: int = 0
    website: str = ""
    zone: str
    state: State
    issued_at: datetime
    updated_at: datetime
    ordered_at: datetime | None = None
    buyer: Buyer
    ship_to: str
    lines: tuple[DocumentLine, ...]
    total: Decimal
    vat: Decimal
    order_vat: Decimal
    currency: str
    shown_currency: str
    rate: Decimal
    global_currency: str = ""
    global_rate: Decimal = Decimal(1)
