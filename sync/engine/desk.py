"""Everything that the steps of one run share."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sync.clock import Clock
from sync.domain.attempts import Trigger
from sync.domain.customers import Debtors
from sync.domain.documents import Entity
from sync.domain.rules import BookingRules, MappingError, mapping_from_json
from sync.eboekhouden import Books, BooksAccess
from sync.engine.chart import Chart
from sync.engine.lookups import Lookups
from sync.errors import ConfigurationError
from sync.magento import Shop, ShopAccess
from sync.settings import Connection, Secrets
from sync.store import Holder, Store

ENTITIES: tuple[Entity, ...] = ("customer", "invoice", "creditmemo")
"""In the order in which they depend on each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a run is asked to do beyond the ordinary.

    Attributes:
        trigger: Who or what asked.
        actor: Login of the person; empty for the schedule.
        numbers: Only these documents, also when they are not due; empty for all that are due.
        keys: Among the documents with these numbers only these, for store views that share a
            number; empty for all of them.
        entities: The kinds to fetch and book, in this order: an invoice follows its customer, a
            credit memo its invoice.
        since: Read the shop from this day on although the watermark has passed it; None reads
            what is new.
        request: The request in the queue that it works off; None when there is none.
    """

    trigger: Trigger = "schedule"
    actor: str = ""
    numbers: Sequence[str] = ()
    keys: Collection[str] = ()
    entities: Sequence[Entity] = ENTITIES
    since: date | None = None
    request: int | None = None

    @property
    def by_person(self) -> bool:
        """Whether somebody asked for it."""
        return self.trigger != "schedule" and bool(self.actor)


SCHEDULED = Wanted()
"""What the schedule asks for: everything that is due."""


def no_step(_name: str) -> None:
    """What is done at a step by whoever does not care."""


@dataclass(slots=True, kw_only=True)
class ReadingDesk:
    """What is needed to look at documents without changing anything."""

    connection: Connection
    rules: BookingRules
    store: Store
    shop: Shop
    clock: Clock
    wanted: Wanted
    stopping: Callable[[], bool]

    @property
    def read_entities(self) -> list[Entity]:
        """The wanted kinds that are read from the shop for themselves, and tried unasked.

        Accounts are not where the settings leave each customer to its first invoice.
        """
        reads = self.connection.auto_add_customers
        return [x for x in self.wanted.entities if x != "customer" or reads]

    @property
    def debtors(self) -> Debtors:
        """Who is one debtor in these books."""
        return Debtors(self.connection.name, self.connection.booking.customer_logic)

    def now(self) -> datetime:
        """The present moment, aware, UTC."""
        return self.clock.now()


@dataclass(slots=True, kw_only=True)
class Desk(ReadingDesk):
    """One run's tools. Used by one thread.

    Attributes:
        steps: Told the name of each step between two things that outlast a crash, as it is passed:
            "fetched", "stored", "claimed", "customer claimed", "customer marked", "customer sent",
            "customer finished", "before mark", "marked", "sent", "before finish", "finished".
    """

    holder: Holder
    books: Books
    run: int
    lookups: Lookups
    chart: Chart
    steps: Callable[[str], None] = no_step


def shop_access(connection: Connection, keys: Secrets) -> ShopAccess:
    """How this connection reaches its shop."""
    shop = connection.shop
    return ShopAccess(
        url=shop.url,
        auth=shop.auth,
        consumer_key=keys.consumer_key,
        consumer_secret=keys.consumer_secret,
        token=keys.token,
        token_secret=keys.token_secret,
        username=keys.shop_username,
        password=keys.shop_password,
        deadline=float(shop.deadline),
        page_size=shop.page_size,
    )


def books_access(connection: Connection, keys: Secrets) -> BooksAccess:
    """How this connection reaches its books."""
    return BooksAccess(
        url=connection.books.url,
        username=keys.books_username,
        code1=keys.code1,
        code2=keys.code2,
        deadline=float(connection.books.deadline),
    )


def administration(keys: Secrets) -> str:
    """A name for the administration that tells nothing: look-ups are counted per administration."""
    return keys.administration


def booking_rules(connection: Connection, mapping: str) -> BookingRules:
    """The connection's settings and the hub's mapping, as the booking needs them.

    Raises:
        ConfigurationError: The stored mapping or a setting says something that cannot be.
    """
    booking = connection.booking
    try:
        return BookingRules(
            connection=connection.name,
            mapping=mapping_from_json(mapping),
            home=booking.home_country,
            debtor_ledger=booking.debtor_ledger,
            term=booking.payment_term,
            invoice_prefix=booking.invoice_prefix,
            creditmemo_prefix=booking.creditmemo_prefix,
            zone=booking.timezone,
            rounding_limit=booking.rounding_limit,
            tolerance=booking.tolerance,
            fee_vat_code=booking.fee_vat_code,
            domestic_zero=dict(map(_group_code, booking.domestic_zero_codes)),
            only_paid=booking.only_paid,
            closed_until=booking.closed_until,
        )
    except MappingError as error:
        raise ConfigurationError(f"The mapping of {connection.name} is wrong: {error}") from error


def _group_code(text: str) -> tuple[int, str]:
    group, colon, code = text.partition(":")
    if not colon or not group.strip().isdigit():
        raise MappingError(f"booking.domestic_zero_codes: {text!r}, e.g. '4:VERL_VERK'")
    return int(group), code.strip()
