"""Both simulated services, opened on the sandbox's state and served on loopback."""

from functools import partial
from pathlib import Path

from sync.sandbox import catalogue
from sync.sandbox.admin import AdminPages
from sync.sandbox.books import AdministrationSettings, Books
from sync.sandbox.books import Settings as BooksSettings
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.faults import Faults
from sync.sandbox.home import Sandbox, with_ports
from sync.sandbox.http import App, Server
from sync.sandbox.latency import Latency
from sync.sandbox.shop import Integration, Shop, ShopSettings


class Services:
    """A shop and its books. Their state lies in `folder` and survives a restart.

    Attributes:
        sandbox: With the ports that the services listen on.
        shop, books: The services themselves, for whoever lets things happen in them.
        faults: What shall go wrong, for both.
    """

    def __init__(self, sandbox: Sandbox, clock: SimulatedClock, folder: Path) -> None:
        """Open the state and take the ports; nothing is answered before `start`."""
        self.faults = Faults()
        self.shop = Shop(_shop_settings(sandbox), clock, folder / "shop")
        for what in ("websites", "store_groups", "tax_rates", "tax_rules", "tax_classes"):
            self.shop.state.describe(what, getattr(catalogue, what)())
        self.shop.state.describe("store_views", catalogue.stores())
        self.shop.state.describe("customer_groups", catalogue.customer_groups())
        self.books = Books(_books_settings(sandbox), clock, folder / "books")
        slow_shop = Latency(clock, shortest=0.08, usual=0.2, longest=0.9)
        slow_books = Latency(clock, shortest=0.12, usual=0.18, longest=0.5)
        self._servers = (
            self._serve(AdminPages(self.shop), clock, sandbox.shop_port, "shop", slow_shop),
            self._serve(self.books, clock, sandbox.books_port, "books", slow_books),
        )
        shop_port, books_port = (int(one.url.rpartition(":")[2]) for one in self._servers)
        self.sandbox = with_ports(sandbox, shop_port, books_port)
        self.shop.state.describe("store_configs", catalogue.store_configs(self._servers[0].url))

    def start(self) -> None:
        """Begin to answer; returns at once."""
        for server in self._servers:
            server.start()

    def stop(self) -> None:
        """Answer nothing more and close the state."""
        for server in self._servers:
            server.stop()
        self.shop.close()
        self.books.close()

    def _serve(
        self, app: App, clock: SimulatedClock, port: int, service: str, latency: Latency
    ) -> Server:
        """A server on the port of last time, or on another one where that is taken now."""
        make = partial(
            Server, app, faults=self.faults, clock=clock, service=service, latency=latency
        )
        try:
            return make(port=port)
        except OSError:
            return make(port=0)


def _shop_settings(sandbox: Sandbox) -> ShopSettings:
    integration = Integration(
        consumer_key=sandbox.consumer_key,
        consumer_secret=sandbox.consumer_secret,
        token=sandbox.token,
        token_secret=sandbox.token_secret,
    )
    return ShopSettings(integrations=(integration,))


def _books_settings(sandbox: Sandbox) -> BooksSettings:
    return BooksSettings(
        username=sandbox.username,
        code1=sandbox.code1,
        administrations=(AdministrationSettings(guid=sandbox.code2),),
    )
