"""Both simulated services, opened on the sandbox's state and served on loopback."""

from pathlib import Path

from sync.sandbox import catalogue
from sync.sandbox.admin import AdminPages
from sync.sandbox.books import AdministrationSettings, Books
from sync.sandbox.books import Settings as BooksSettings
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.faults import Faults
from sync.sandbox.home import Sandbox, with_ports
from sync.sandbox.http import Server
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
        self._servers = (
            _serve(AdminPages(self.shop), self.faults, clock, sandbox.shop_port, "shop"),
            _serve(self.books, self.faults, clock, sandbox.books_port, "books"),
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
    app: AdminPages | Books, faults: Faults, clock: SimulatedClock, port: int, service: str
) -> Server:
    """A server on the port of last time, or on another one where that is taken now."""
    try:
        return Server(app, faults=faults, clock=clock, port=port, service=service)
    except OSError:
        return Server(app, faults=faults, clock=clock, port=0, service=service)


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
