"""A world whose shop has traded: as many documents as a test needs, and what each must become."""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sync.clock import SystemClock
from sync.config import SETTINGS_FILE
from sync.domain.documents import Entity, SalesEntity
from sync.domain.rules import mapping_to_json
from sync.sandbox import catalogue
from sync.sandbox.books import AdministrationSettings, Books, seeding
from sync.sandbox.books import Settings as BooksSettings
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.faults import Faults
from sync.sandbox.home import MAPPING
from sync.sandbox.http import Server
from sync.sandbox.shop import Shop, ShopSettings
from sync.sandbox.shop.state import encoded
from sync.sandbox.trade import NO_FAILURES, Happening, Mix, Plan, Trade
from tests.engine.world import CODE1, GUID, World, write_home
from tests.golden.recordings import INTEGRATION

ENTITIES: tuple[SalesEntity, ...] = ("invoice", "creditmemo")
ZONE = ZoneInfo("Europe/Amsterdam")
LIKELY = BooksSettings(
    username="jan", code1=CODE1, administrations=(AdministrationSettings(guid=GUID),)
)
CARELESS = replace(LIKELY, uniqueness="off")
"""Books that take a number as often as it is sent."""

PLAIN = Mix(zero_total=0.0, refund=0.12, returning=0.6)


@dataclass(frozen=True, slots=True)
class Sold:
    """What must be in the books in the end: the amount with its sign there, and the date."""

    amount: Decimal
    day: date


@dataclass(slots=True, kw_only=True)
class Trading(World):
    """A world with a trade of its own.

    Attributes:
        coming: What is to happen in the shop yet.
        sold: By number in the books.
    """

    coming: list[Happening] = field(default_factory=list)
    sold: dict[str, Sold] = field(default_factory=dict)

    def happen(self, at_most: int) -> None:
        """Let so many of the coming things happen in the shop."""
        happenings, self.coming = self.coming[:at_most], self.coming[at_most:]
        self.shop.state.apply_all(encoded(happenings))
        for one in happenings:
            if one.table in {"invoices", "creditmemos"}:
                self._sell(one.table, one.entity)

    def _sell(self, table: str, entity: dict[str, Any]) -> None:
        prefix, sign = ("", 1) if table == "invoices" else ("C", -1)
        issued = datetime.fromisoformat(entity["created_at"]).replace(tzinfo=UTC)
        amount = sign * Decimal(entity["base_grand_total"])
        if amount:  # a discount may have been worth the whole cart: then there is nothing to book
            day = issued.astimezone(ZONE).date()
            self.sold[prefix + entity["increment_id"]] = Sold(amount, day)

    def formerly(self, numbers: list[str] | None = None, relation: str = "10001") -> None:
        """Let another extension have booked these, or all, on one relation of its own."""
        if self.books.state.relation(relation) is None:
            seeding.relation(self.books.state, relation, "Klanten van vroeger")
        for number in self.sold if numbers is None else numbers:
            sold = self.sold[number]
            seeding.sale(self.books.state, number, relation, sold.amount, sold.day)

    def give_up_after(self, seconds: float) -> None:
        """Make both deadlines so short: a call without an answer costs that much real time."""
        path = self.home / SETTINGS_FILE
        text = re.sub(r"deadline = \d+", f"deadline = {seconds}", path.read_text("utf-8"))
        path.write_text(text, "utf-8")

    def waiting(self) -> bool:
        """Whether any document or customer is to be tried yet, now or later."""
        far = self.clock.now() + timedelta(days=60)
        with self.store() as store:
            kinds: tuple[Entity, ...] = ("customer", *ENTITIES)
            return any(store.due("webshop", entity, far, 1) for entity in kinds)

    def until_quiet(self, hours: float = 1, rounds: int = 60) -> None:
        """Run again and again, with pauses, until nothing waits."""
        for _ in range(rounds):
            self.run()
            if not self.waiting():
                return
            self.later(hours=hours)
        raise AssertionError(f"still waiting after {rounds} rounds")

    def judge(self) -> Counter[str]:
        """Prove that all is booked once; counts attempts by outcome.

        Raises:
            AssertionError: A document is missing, doubled or wrong, or a row is unfinished.
        """
        rows = [row for entity in ENTITIES for row in self.all_rows(entity)]
        customers = self.all_rows("customer")
        for row in rows + customers:
            assert row["outcome"] is not None, f"attempt {row['id']} is unfinished: {row}"
        ids = [row["id"] for row in rows + customers]
        assert len(ids) == len(set(ids)), "a row is there twice"
        booked: dict[str, list[Decimal]] = {}
        for mutation in self.books.state.mutations:
            lines = mutation["MutatieRegels"]
            total = sum((Decimal(str(x["BedragInclBTW"])) for x in lines), Decimal(0))
            booked.setdefault(mutation["Factuurnummer"], []).append(total)
        wanted = {number: [sold.amount] for number, sold in self.sold.items()}
        wrong = {x: (wanted.get(x), booked.get(x)) for x in {*wanted, *booked}}
        differ = {x: pair for x, pair in wrong.items() if pair[0] != pair[1]}
        assert not differ, f"sold and booked: {differ}"
        codes = [x["Code"] for x in self.books.state.relations]
        assert len(codes) == len(set(codes)), "a relation was made twice"
        succeeded = Counter(row["key"] for row in rows if row["success"])
        assert set(succeeded.values()) == {1}, "a document succeeded twice"
        assert len(succeeded) == len(wanted), "a document has no success"
        return Counter(row["outcome"] for row in rows)

    def all_rows(self, entity: Any) -> list[dict[str, Any]]:
        """A whole log, newest first."""
        return self.rows(entity, limit=1_000_000)


AFTERNOON = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
"""Where worlds begin whose clock is no machine's: the same trade has happened each time."""


def trading_world(
    home: Path,
    *,
    orders: int,
    days: int = 10,
    seed: int = 1,
    books: BooksSettings = LIKELY,
    sessions: int = 1,
    mix: Mix = PLAIN,
    live: bool = False,
    at_once: bool = True,
    accounts: bool = False,
) -> Trading:
    """A shop with some days of trade, and books that know nothing of it.

    Args:
        home: An empty folder.
        orders: How many there are in all, about.
        days: Over how many days.
        seed: Of the trade.
        books: How the books behave.
        sessions: How many the engine may use at once.
        mix: Of the trade.
        live: The services' clock is the machine's, for runs in processes of their own.
        at_once: All of the trade has happened; otherwise it is still to come.
        accounts: Whether customer accounts get their relation by themselves.
    """
    clock = SimulatedClock(datetime.now(UTC).replace(microsecond=0) if live else AFTERNOON)
    if live:
        clock.switch_to(SystemClock())
    faults = Faults(seed)
    shop = Shop(ShopSettings(integrations=(INTEGRATION,)), clock)
    for what in ("websites", "store_groups", "tax_rates", "tax_rules", "tax_classes"):
        shop.state.describe(what, getattr(catalogue, what)())
    shop.state.describe("store_views", catalogue.stores())
    shop.state.describe("customer_groups", catalogue.customer_groups())
    ledger = Books(books, clock)
    servers = [
        Server(shop, faults=faults, clock=clock, service="shop"),
        Server(ledger, faults=faults, clock=clock, service="books"),
    ]
    shop.state.describe("store_configs", catalogue.store_configs(servers[0].url))
    for server in servers:
        server.start()
    world = Trading(home=home, clock=clock, shop=shop, books=ledger, faults=faults, servers=servers)
    first_day = clock.now().date() - timedelta(days=days)
    write_home(home, *(server.url for server in servers))
    path = home / SETTINGS_FILE
    text = path.read_text("utf-8").replace("2026-01-01", first_day.isoformat())
    path.write_text(text.replace("settle = 2", f"settle = 2\nsessions = {sessions}"), "utf-8")
    world.set_up(auto_add_customers=str(accounts).lower())
    with world.store() as store:
        store.set_mapping("webshop", mapping_to_json(MAPPING), "test", clock.now())
    per_day = max(1, orders // days)
    plan = Plan(
        seed=seed,
        first_day=first_day,
        orders_per_day=(per_day, per_day),
        mix=mix,
        failures=NO_FAILURES,
    )
    world.coming = list(Trade(plan).until(clock.now()))
    if at_once:
        world.happen(len(world.coming))
    return world
