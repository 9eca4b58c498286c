"""Fills a real store through its own interface, so that pages have something to show."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from sync.domain.attempts import DocumentState, Finish, Outcome, Start, Trigger, document_key
from sync.domain.documents import Entity
from sync.domain.inbox import InboxEntry
from sync.domain.taxes import ShopTaxes, TaxRate, TaxRule
from sync.store import Holder, Store, open_store
from sync.store.taxes import keep_taxes

CONNECTION = "webshop"
ADMIN = "https://shop.example/beheer"
SETTINGS = f"""
[connection.{CONNECTION}]
start_date = 2026-01-01
[connection.{CONNECTION}.shop]
url = "https://shop.example"
admin_url = "{ADMIN}"
"""

HOSTILE_RATE = "NL-<b>9</b> [x](http://evil.example) :material/home: =1+1"
MAPPING = (
    '{"vat": {"NL-21": "HOOG_VERK_21", "NL-9": "HOOG_VERK_21", "NL-6": "AFW_VERK"},'
    ' "ledger": [{"ledger": "8000", "kind": "product"}], "oss": {"BE": "1640"}}'
)
"""With a mistake (NL-9), a gap (the hostile rate), a rate that is gone (NL-6), none for Germany."""
_RATES = (
    ("NL-21", "NL", "21.0000"),
    ("NL-9", "NL", "9"),
    ("NL-0", "NL", "0"),
    (HOSTILE_RATE, "NL", "9"),
    ("BE-21", "BE", "21"),
    ("DE-19", "DE", "19"),
    ("US-CA", "US", "8.25"),
)
_RULE = TaxRule(
    id=1,
    name="High <i>rate</i>",
    rates=("NL-21", "DE-19"),
    customer_classes=("Retail",),
    product_classes=("Goods", "=2+2"),
)


@dataclass(frozen=True, kw_only=True)
class Try:
    """One attempt to be recorded. `outcome` None leaves it running; `wait` is until the next."""

    outcome: Outcome | None = "created"
    state: DocumentState = "booked"
    message: str = "Success"
    code: str = ""
    category: str = ""
    pattern: str = ""
    detail: str = "{}"
    trigger: Trigger = "schedule"
    actor: str = ""
    took: timedelta = timedelta(milliseconds=840)
    wait: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class Invoice:
    """One document and all that happened to it, oldest try first."""

    number: int
    at: datetime
    tries: tuple[Try, ...] = (Try(),)
    total: Decimal = Decimal("121.00")
    order_no: str = ""
    platform: str = "e-Boekhouden.nl"
    entity: Entity = "invoice"
    invoice_id: int | None = None
    name: str = "Jan Jansen"
    email: str = "jan@klant.example"

    @property
    def no(self) -> str:
        """The number printed on it; a customer's relation code."""
        return f"K{self.number}" if self.entity == "customer" else f"{self.number:09d}"

    @property
    def key(self) -> str:
        """Its idempotency key."""
        return document_key(CONNECTION, self.entity, 1, self.no)

    @property
    def order_id(self) -> int | None:
        """The order's internal id: a credit memo has its invoice's, a customer none."""
        if self.entity == "customer":
            return None
        return (self.invoice_id or self.number) + 1000

    @property
    def order(self) -> str:
        """The order's number."""
        if self.entity == "customer":
            return ""
        return self.order_no or f"2{self.invoice_id or self.number:08d}"

    @property
    def amount(self) -> Decimal | None:
        """Euros with the sign they have in the books; none for a customer."""
        if self.entity == "customer":
            return None
        return -self.total if self.entity == "creditmemo" else self.total


class SteadyClock:
    """A clock that stands still where it was put."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The moment at which it stands."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """Move on by `seconds` at once."""
        self.at += timedelta(seconds=seconds)


def settings(home: Path) -> Path:
    """Write settings with one connection into `home`, so that it is no sandbox."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "boekwacht.toml").write_text(SETTINGS, encoding="utf-8")
    return home


def tax(home: Path) -> None:
    """Record the shop's tax rates and rules, and a mapping in which not all is right."""
    rates = [
        TaxRate(id=number, code=code, country=country, percent=Decimal(percent))
        for number, (code, country, percent) in enumerate(_RATES, 1)
    ]
    now = datetime.now(UTC)
    with open_store(home, SteadyClock(now)) as store:
        store.set_mapping(CONNECTION, MAPPING, "els", now)
        keep_taxes(store, CONNECTION, ShopTaxes(rates=rates, rules=[_RULE]), now)


def fill(home: Path, invoices: Iterable[Invoice], *, run: bool = True) -> list[int]:
    """Record `invoices` in the order of their first tries; gives the ids of the attempts."""
    planned = sorted(invoices, key=lambda each: each.at)
    ids: list[int] = []
    clock = SteadyClock(planned[0].at if planned else datetime.now(UTC))
    with open_store(home, clock) as store, store.holder() as holder:
        number = store.start_run(CONNECTION, "schedule", "", 0, clock.now()) if run else 0
        for each in planned:
            store.receive(CONNECTION, each.entity, [_entry(each)], each.at, each.at)
            ids += _tries(store, holder, each, number)
            clock.at = max(clock.at, each.at)
        if run:
            store.finish_run(
                number, "done", {"booked": len(planned)}, message="", code="", now=clock.now()
            )
    return ids


def _tries(store: Store, holder: Holder, invoice: Invoice, run: int) -> list[int]:
    ids = []
    at = invoice.at
    for each in invoice.tries:
        claim = store.claim(started(invoice, each, at, run), holder)
        assert claim is not None, invoice
        ids.append(claim.attempt)
        if each.outcome is None:
            break
        later = at + each.took + each.wait
        assert store.finish(claim, _finish(invoice, each, at + each.took, later))
        at = later
        if each.state != "waiting" and each is not invoice.tries[-1]:
            assert store.request_again(invoice.key, at)
    return ids


def started(invoice: Invoice, each: Try, at: datetime, run: int) -> Start:
    """The row of a try as it begins."""
    return Start(
        key=invoice.key,
        connection=CONNECTION,
        entity=invoice.entity,
        document_id=invoice.number,
        document_no=invoice.no,
        order_id=invoice.order_id,
        order_no=invoice.order,
        store="default",
        platform=invoice.platform,
        started_at=at,
        trigger=each.trigger,
        actor=each.actor,
        run=run,
        amount=invoice.amount,
        currency="EUR",
        customer="guest" if invoice.number % 3 == 0 else str(invoice.number % 40 + 1),
    )


def _finish(invoice: Invoice, each: Try, at: datetime, due: datetime) -> Finish:
    booked = each.outcome in {"created", "updated", "linked"}
    return Finish(
        finished_at=at,
        outcome=each.outcome or "failed",
        state=each.state,
        message=each.message,
        error_code=each.code,
        category=each.category,
        pattern=each.pattern,
        rules_version=1 if each.category else 0,
        relation_code=f"M{invoice.number % 40 + 1}" if booked else "",
        mutation_no=_mutation(invoice) if booked else None,
        detail=each.detail,
        due_at=due if each.state == "waiting" else None,
        temporary=each.state == "waiting",
    )


def _mutation(invoice: Invoice) -> int | None:
    first: dict[Entity, int] = {"invoice": 50_000, "creditmemo": 70_000}
    return first[invoice.entity] + invoice.number if invoice.entity in first else None


def _entry(invoice: Invoice) -> InboxEntry:
    return InboxEntry(
        key=invoice.key,
        connection=CONNECTION,
        entity=invoice.entity,
        fingerprint=f"f{invoice.number}",
        document_id=invoice.number,
        document_no=invoice.no,
        order_id=invoice.order_id,
        order_no=invoice.order,
        store_id=1,
        store="default",
        invoice_id=invoice.invoice_id,
        customer_name=invoice.name,
        email=invoice.email,
        issued_at=invoice.at,
        created_at=invoice.at,
        updated_at=invoice.at,
        grand_total=None if invoice.entity == "customer" else invoice.total,
        currency="EUR",
        base_currency="EUR",
    )
