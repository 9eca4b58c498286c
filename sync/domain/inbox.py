"""What the hub remembers of a document before and after it is booked: one row per document.

The columns are those of the shop extension's data grids, so that the data pages can show them.
Personal data lives here and nowhere else; `forget` blanks it.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sync.domain.attempts import document_key
from sync.domain.customers import Debtors, relation_fingerprint
from sync.domain.documents import Buyer, Customer, Entity, SalesDocument

OVERLAP: Final = timedelta(minutes=10)
"""Re-read before the watermark: a row becomes visible at commit, later than its timestamp. A
watermark further in the future than this is the work of a wrong clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxEntry:
    """One document as fetched.

    Attributes:
        key: Idempotency key.
        fingerprint: Changes exactly when something changes that the booking depends on.
        document_id: The shop's internal id; 0 for guests.
        document_no: The number printed on it; for a customer the customer number.
        order_id: Internal id of the order; None for customers.
        store: Store view code; the website's code for customers. `store_id` likewise.
        invoice_id: For a credit memo the invoice it refunds, when the shop says so.
        company, customer_name, firstname, middlename, lastname, suffix, email, vat_number:
            Personal data, blanked by `forget`.
        country: Billing country, ISO-2.
        grand_total, tax: Euros as the shop has them, positive; None for customers.
        shop_state: The document's state there (1 open, 2 paid, 3 cancelled); None for customers.
        issued_at: The document's own moment; `created_at` and `updated_at` are the row's in the
            shop. All aware, UTC. A customer's are the account's own; where only orders told of it,
            the first order's and the latest one's.
        customer_id: The shop's; None for guests.
        currency: The currency the customer saw; `base_currency` is the one that is booked.
        base_rate: Units of `currency` per unit of `base_currency`; `global_rate` likewise.
    """

    key: str
    connection: str
    entity: Entity
    fingerprint: str
    document_id: int
    document_no: str
    order_id: int | None
    order_no: str
    store_id: int
    store: str
    invoice_id: int | None = None
    company: str = ""
    customer_name: str = ""
    firstname: str = ""
    middlename: str = ""
    lastname: str = ""
    suffix: str = ""
    email: str = ""
    vat_number: str = ""
    country: str = ""
    grand_total: Decimal | None = None
    tax: Decimal | None = None
    shop_state: int | None = None
    issued_at: datetime
    created_at: datetime
    updated_at: datetime
    customer_id: int | None = None
    currency: str = ""
    base_currency: str = ""
    base_rate: Decimal | None = None
    global_currency: str = ""
    global_rate: Decimal | None = None


def entry(connection: str, document: SalesDocument) -> InboxEntry:
    """The inbox row of a fetched invoice or credit memo."""
    buyer = document.buyer
    return InboxEntry(
        key=document_key(connection, document.entity, document.store_id, document.number),
        connection=connection,
        entity=document.entity,
        fingerprint=fingerprint(document),
        document_id=document.id,
        document_no=document.number,
        order_id=document.order_id,
        order_no=document.order_no,
        store_id=document.store_id,
        store=document.store,
        invoice_id=document.invoice_id,
        **_person(buyer),
        grand_total=document.total,
        tax=document.vat,
        shop_state=int(document.state),
        issued_at=document.issued_at,
        created_at=document.issued_at,
        updated_at=document.updated_at,
        customer_id=buyer.number,
        currency=document.shown_currency,
        base_currency=document.currency,
        base_rate=document.rate,
        global_currency=document.global_currency,
        global_rate=document.global_rate,
    )


def customer_entry(debtors: Debtors, who: Customer) -> InboxEntry:
    """The inbox row of a customer: one per debtor, so its key holds the relation's code."""
    buyer = who.buyer
    wanted = debtors.relation(buyer)
    return InboxEntry(
        key=document_key(debtors.connection, "customer", 0, wanted.code),
        connection=debtors.connection,
        entity="customer",
        fingerprint=relation_fingerprint(wanted),
        document_id=who.id,
        document_no=wanted.code if buyer.number is None else str(buyer.number),
        order_id=None,
        order_no="",
        store_id=who.website_id,
        store=who.website,
        **_person(buyer),
        issued_at=who.created_at,
        created_at=who.created_at,
        updated_at=who.updated_at,
        customer_id=buyer.number,
    )


def _person(buyer: Buyer) -> dict[str, Any]:
    """The columns that say who it is."""
    return {
        "company": buyer.company,
        "customer_name": buyer.name,
        "firstname": buyer.firstname,
        "middlename": buyer.middlename,
        "lastname": buyer.lastname,
        "suffix": buyer.suffix,
        "email": buyer.email,
        "vat_number": buyer.vat_number,
        "country": buyer.address.country,
    }


def fingerprint(document: SalesDocument) -> str:
    """A short hash of what the booking depends on: amounts, lines, state, the customer's data.

    `updated_at` is left out: shipping an order moves it and changes nothing for the books.
    """
    buyer = document.buyer
    address = buyer.address
    facts = [
        [str(document.total), str(document.vat), document.currency, int(document.state)],
        [document.issued_at.isoformat(), document.zone, document.ship_to, document.order_no],
        [buyer.email, buyer.company, buyer.name, buyer.telephone, buyer.vat_number, buyer.group],
        [address.street, address.postcode, address.city, address.country],
        [[line.kind, str(line.net), str(line.vat), line.tax] for line in document.lines],
    ]
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()
