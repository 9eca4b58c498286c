"""A whole small world: a shop, its books, a home with settings and store, and the engine."""

import json
import os
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sync import config, engine
from sync.domain.documents import Entity
from sync.domain.rules import mapping_to_json, read_mapping
from sync.sandbox.books import AdministrationSettings, Books
from sync.sandbox.books import Settings as BooksSettings
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.faults import Faults
from sync.sandbox.http import Server
from sync.sandbox.shop import Shop
from sync.settings import Connection, Secrets, Settings
from sync.store import Store, open_store
from sync.store.filters import LogFilter
from sync.store.queries import newest
from sync.store.reader import open_reader
from tests.golden.recordings import INTEGRATION, RECORDED_AT, recorded_shop

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
GUID = "{5A4DB0C5-0000-4000-8000-000000000001}"
CODE1 = "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A change in the shop."""

    table: str
    entity: dict[str, Any]
    at: datetime
    action: str = "put"


@dataclass(slots=True, kw_only=True)
class World:
    """Both services on loopback, and a home that connects to them."""

    home: Path
    clock: SimulatedClock
    shop: Shop
    books: Books
    faults: Faults
    servers: list[Server] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        """As they stand in the home's file now."""
        return config.load(self.home)

    @property
    def connection(self) -> Connection:
        """The one connection."""
        return self.settings.connections["webshop"]

    @property
    def keys(self) -> Secrets:
        """Its secrets."""
        return config.secrets(self.settings, self.connection)

    def store(self) -> Store:
        """The home's store, opened."""
        return open_store(self.home, self.clock)

    def run(self, wanted: engine.Wanted | None = None) -> engine.RunReport:
        """One run in this process."""
        with self.store() as store:
            return engine.run(
                self.connection, self.keys, store, self.clock, wanted or engine.Wanted()
            )

    def change(self, table: str, number: int, **changes: Any) -> dict[str, Any]:
        """Put a document again with these fields, under another id when one is given."""
        entity = json.loads(self.shop.state.get(table, number) or "", parse_float=Decimal)
        stamp = f"{self.clock.now():%Y-%m-%d %H:%M:%S}"
        entity |= {"updated_at": stamp} | changes
        self.shop.state.apply(Put(table=table, entity=entity, at=self.clock.now()))
        changed: dict[str, Any] = entity
        return changed

    def set_up(self, **settings: str) -> None:
        """Write settings, as TOML, under the connection, `customer_logic` under its booking."""
        path = self.home / "boekwacht.toml"
        lines = path.read_text("utf-8").splitlines()
        for name, value in settings.items():
            lines = [line for line in lines if not line.startswith(f"{name} =")]
            if name == "customer_logic":
                lines += ["[connection.webshop.booking]", f"{name} = {value}"]
            else:
                lines.insert(lines.index("[connection.webshop]") + 1, f"{name} = {value}")
        path.write_text("\n".join(lines), "utf-8")

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.clock.set(self.clock.now() + timedelta(**span))

    def rows(
        self, entity: Entity = "invoice", limit: int = 1000, **wanted: Any
    ) -> list[dict[str, Any]]:
        """A log, newest first."""
        with open_reader(self.home) as reader:
            table = newest(reader, LogFilter(entity=entity, **wanted), limit=limit, offset=0)
            rows: list[dict[str, Any]] = table.to_pylist()
        return rows

    def row(self, number: str, entity: Entity = "invoice") -> dict[str, Any]:
        """The newest attempt at one document."""
        return next(row for row in self.rows(entity) if row["document_no"] == number)

    def booked(self, number: str) -> list[dict[str, Any]]:
        """The mutations that carry this invoice number."""
        return self.books.state.numbered(number)

    def command(self, *arguments: str, timeout: float = 60) -> "subprocess.CompletedProcess[str]":
        """`python -m sync` as a real process on this home."""
        return subprocess.run(
            [sys.executable, "-m", "sync", "--home", str(self.home), *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONWARNINGS": "error"},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def close(self) -> None:
        """Stop both services."""
        for server in self.servers:
            server.stop()


def recorded_world(home: Path, books: BooksSettings | None = None) -> World:
    """The shop that was recorded, empty books, and the golden mapping."""
    clock = SimulatedClock(max(RECORDED_AT, datetime.now(UTC)))
    faults = Faults()
    shop = recorded_shop(clock)
    ledger = Books(
        books
        or BooksSettings(
            username="jan", code1=CODE1, administrations=(AdministrationSettings(guid=GUID),)
        ),
        clock,
    )
    servers = [
        Server(shop, faults=faults, clock=clock, service="shop"),
        Server(ledger, faults=faults, clock=clock, service="books"),
    ]
    for server in servers:
        server.start()
    world = World(home=home, clock=clock, shop=shop, books=ledger, faults=faults, servers=servers)
    write_home(home, *(server.url for server in servers))
    with world.store() as store:
        table = tomllib.loads((GOLDEN / "settings.toml").read_text("utf-8"))["mapping"]
        mapping = mapping_to_json(read_mapping(table))
        store.set_mapping("webshop", mapping, "test", clock.now())
    return world


def write_home(home: Path, shop: str, books: str) -> None:
    """Settings and secrets that connect to these services; accounts come with their invoices."""
    (home / "boekwacht.toml").write_text(
        f"""
[connection.webshop]
start_date = 2026-01-01
auto_add_customers = false

[connection.webshop.shop]
url = "{shop}"
deadline = 5

[connection.webshop.books]
url = "{books}/soap.asmx"
deadline = 3
settle = 2
""",
        "utf-8",
    )
    (home / "secrets.toml").write_text(
        f"""
[connection.webshop]
consumer_key = "{INTEGRATION.consumer_key}"
consumer_secret = "{INTEGRATION.consumer_secret}"
token = "{INTEGRATION.token}"
token_secret = "{INTEGRATION.token_secret}"
books_username = "jan"
code1 = "{CODE1}"
code2 = "{GUID}"
""",
        "utf-8",
    )
