"""What can be set, with meaning, default and example of each setting."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from sync.domain.customers import CustomerLogic
from sync.domain.documents import Entity
from sync.settings_reader import setting


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSettings:
    """How the shop is reached and what is taken from it."""

    url: str = setting("https://www.shop.example", "the shop's address, without /rest")
    admin_url: str = setting(
        "https://www.shop.example/beheer", "the admin's address, for links to orders", default=""
    )
    auth: Literal["oauth", "bearer", "admin"] = setting(
        "oauth", "how to log in: an integration's OAuth keys are the safest", default="oauth"
    )
    store_views: tuple[str, ...] = setting(
        ["default"], "codes of the store views to book; none means all", default=()
    )
    deadline: Decimal = setting(
        90, "seconds after which a call is given up", default=Decimal(90), low=0.1, high=600
    )
    page_size: int = setting(100, "documents per page, 1 to 300", default=100, low=1, high=300)


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksSettings:
    """How the books are reached, and how carefully."""

    url: str = setting(
        "https://soap.e-boekhouden.nl/soap.asmx",
        "the SOAP service's address",
        default="https://soap.e-boekhouden.nl/soap.asmx",
    )
    deadline: Decimal = setting(
        90, "seconds after which a call is given up", default=Decimal(90), low=0.1, high=600
    )
    settle: Decimal = setting(
        300, "seconds to wait before looking up what may have been sent", default=Decimal(300)
    )
    sessions: int = setting(
        1, "sessions used at once; nobody knows whether more are allowed", default=1, low=1, high=8
    )
    tries: int = setting(8, "automatic tries after a passing failure", default=8, low=1, high=50)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingSettings:
    """How documents become bookings. Ledgers and VAT codes per tax are in the hub's mapping."""

    debtor_ledger: str = setting("1300", "ledger of what customers owe", default="1300")
    payment_term: int = setting(14, "days until payment is due", default=30, low=0, high=999)
    invoice_prefix: str = setting("A", "put before invoice numbers", default="")
    creditmemo_prefix: str = setting("C", "put before credit memo numbers", default="C")
    home_country: str = setting("NL", "country whose VAT is the ordinary one", default="NL")
    timezone: str = setting(
        "Europe/Amsterdam", "zone of the booking date; empty takes the store view's", default=""
    )
    rounding_limit: Decimal = setting(
        "0.05", "euros that lines and total may differ", default=Decimal("0.05"), low=0, high=1
    )
    tolerance: Decimal = setting(
        "0.01",
        "euros a line's VAT may differ from its rate",
        default=Decimal("0.01"),
        low=0,
        high=1,
    )
    fee_vat_code: str = setting("GEEN", "VAT code of a payment fee", default="GEEN")
    domestic_zero_codes: tuple[str, ...] = setting(
        ["4:VERL_VERK"],
        "customer group and VAT code for companies at home that pay no VAT",
        default=(),
    )
    only_paid: bool = setting(False, "book invoices only once they are paid", default=False)
    closed_until: date = setting(
        date(2025, 12, 31),
        "last day of the closed periods: nothing is sent that is dated on it or before",
        default=date(1979, 12, 31),
    )
    customer_logic: CustomerLogic = setting(
        "customer",
        "what makes another relation: 'customer', country and VAT number; 'address', also another "
        "billing address of an account",
        default="customer",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One shop booked into one administration."""

    name: str
    platform: str
    enabled: bool
    start_date: date
    auto_add_invoices_and_creditmemos: bool
    auto_add_customers: bool
    shop: ShopSettings
    books: BooksSettings
    booking: BookingSettings

    @property
    def shop_admin_url(self) -> str:
        """Address of the shop's admin, without a slash at its end; empty when not set."""
        return self.shop.admin_url.rstrip("/")

    def adds(self, entity: Entity) -> bool:
        """Whether what the shop has of this kind is booked without anybody asking for it."""
        if entity == "customer":
            return self.auto_add_customers
        return self.auto_add_invoices_and_creditmemos


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionHead:
    """The settings that stand directly under a connection."""

    enabled: bool = setting(True, "whether this connection is synced", default=True)
    start_date: date = setting(date(2026, 1, 1), "older documents are never booked")
    auto_add_invoices_and_creditmemos: bool = setting(
        True,
        "whether new ones are booked by themselves; false shows them, and books those asked for",
        default=True,
    )
    auto_add_customers: bool = setting(
        True,
        "whether the shop's accounts get their relation by themselves; false leaves each to its "
        "first invoice",
        default=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class General:
    """The settings at the top of the file."""

    timezone: str = setting(
        "Europe/Amsterdam", "zone of the days on screen", default="Europe/Amsterdam"
    )
    interval: int = setting(15, "minutes between runs", default=15, low=1, high=1440)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginSettings:
    """Who may use the dashboard once people log in; each has the highest role they are given."""

    issuer: str = setting(
        "https://login.example/realms/shop",
        "who vouches for people: the login provider's issuer, to the letter",
    )
    viewers: tuple[str, ...] = setting(
        ["jan@shop.example"], "e-mail addresses of those who read and export", default=()
    )
    operators: tuple[str, ...] = setting(
        ["els@shop.example"], "e-mail addresses of those who book again and resolve", default=()
    )
    admins: tuple[str, ...] = setting(
        ["dev@agency.example"], "e-mail addresses of those who may do everything", default=()
    )
    claim: str = setting(
        "realm_access.roles", "claim that holds a person's roles; empty for none", default=""
    )
    claim_viewer: str = setting("books-read", "its value that makes a viewer", default="viewer")
    claim_operator: str = setting(
        "books-act", "its value that makes an operator", default="operator"
    )
    claim_admin: str = setting("books-admin", "its value that makes an admin", default="admin")
    hours: int = setting(
        12,
        "hours after which a role by claim ends and one logs in again",
        default=12,
        low=1,
        high=720,
    )
    listen: str = setting(
        "0.0.0.0",  # noqa: S104 - an example: behind a proxy on another machine
        "address that the dashboard listens on; without a login always this machine alone",
        default="127.0.0.1",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that was read.

    Attributes:
        home: Where the settings file is looked for.
        data_home: The home whose store is used: `home`, or the sandbox's without a connection.
        sandbox: Whether it is the sandbox's.
        timezone: Zone of the days on screen.
        interval: Minutes between two scheduled runs.
        connections: By name; empty before the sandbox was started for the first time.
    """

    home: Path
    data_home: Path
    sandbox: bool
    timezone: str
    interval: int
    connections: Mapping[str, Connection] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """One connection's keys. Never printed: `repr` shows none of them."""

    consumer_key: str = field(default="", repr=False)
    consumer_secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    token_secret: str = field(default="", repr=False)
    shop_username: str = field(default="", repr=False)
    shop_password: str = field(default="", repr=False)
    books_username: str = field(default="", repr=False)
    code1: str = field(default="", repr=False)
    code2: str = field(default="", repr=False)

    @property
    def administration(self) -> str:
        """A name for the administration that tells nothing: look-ups are counted by it."""
        return hashlib.blake2b(self.code2.casefold().encode(), digest_size=8).hexdigest()

    def hidden(self, text: str) -> str:
        """`text` with each of them blanked, should a service have repeated one."""
        for one in fields(self):
            if value := getattr(self, one.name):
                text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", "***", text, flags=re.I)
        return text
