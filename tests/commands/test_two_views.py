"""Several store views, each with its own prefix or its own administration; and what is refused."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sync.clock import SystemClock
from sync.sandbox.books import AdministrationSettings, Books, Settings
from sync.sandbox.faults import Faults
from sync.sandbox.http import Server
from tests.commands.conftest import Type
from tests.engine.world import CODE1, GUID, World, recorded_world

OTHER = "{5A4DB0C5-0000-4000-8000-000000000002}"
FIRST, SECOND = "000000001", "000000004"
B2B = 3


@dataclass
class Two:
    """A world, and the books of another account with an administration of its own."""

    world: World
    books: Books
    server: Server

    def connect(self, *, same: bool = False, booking: str = "", views: str = "b2b_nl") -> None:
        """Give the store view `default` to `webshop`, and `views` to a second connection, `zaken`.

        Args:
            same: Both book into one administration.
            booking: Lines of the second one's booking settings.
            views: A store view's code.
        """
        home, ours = self.world.home, self.world.servers[1].url
        code2, theirs = (GUID, ours) if same else (OTHER, self.server.url)
        path = home / "boekwacht.toml"
        first = path.read_text("utf-8").replace(
            "deadline = 5", 'deadline = 5\nstore_views = ["default"]'
        )
        second = first.replace("webshop", "zaken").replace('"default"', f'"{views}"')
        second = second.replace(ours, theirs) + f"\n[connection.zaken.booking]\n{booking}\n"
        path.write_text(f"{first}\n{second}", "utf-8")
        path = home / "secrets.toml"
        keys = path.read_text("utf-8")
        path.write_text(f"{keys}\n{keys.replace('webshop', 'zaken').replace(GUID, code2)}", "utf-8")
        with self.world.store() as store:
            mapping = store.mapping("webshop")[1]
            store.set_mapping("zaken", mapping, "test", self.world.clock.now())


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Two]:
    """The recorded shop, one invoice moved to its store view b2b_nl; two administrations."""
    world = recorded_world(tmp_path)
    world.clock.switch_to(SystemClock())
    world.change("orders", 3, store_id=B2B)
    world.change("invoices", 4, store_id=B2B)
    own = (AdministrationSettings(guid=OTHER),)
    books = Books(Settings(username="jan", code1=CODE1, administrations=own), world.clock)
    server = Server(books, faults=Faults(), clock=world.clock, service="books")
    server.start()
    yield Two(world, books, server)
    server.stop()
    world.close()


def numbers(books: Books) -> set[str]:
    """What is in an administration."""
    return {x["Factuurnummer"] for x in books.state.mutations}


def test_each_store_view_has_an_administration_of_its_own(two: Two, typed: Type) -> None:
    """Two connections, one shop: own credentials, own mapping, and nothing in the wrong books."""
    two.connect()
    result = typed("run")
    # One of its recordings was cut short, and fails.
    assert "zaken: run 2 partly; 2 new or changed, 1 created, 1 failed" in result.out
    assert numbers(two.books) == {SECOND}
    assert FIRST in numbers(two.world.books)
    assert SECOND not in numbers(two.world.books)
    assert typed("check").code == 0
    rows = two.world.rows()
    assert {x["connection"] for x in rows if x["document_no"] == SECOND} == {"zaken"}


def test_store_views_share_an_administration_with_prefixes(two: Two, typed: Type) -> None:
    """The numbers are kept apart by prefixes for invoices and credit memos."""
    two.connect(same=True, booking='invoice_prefix = "Z"\ncreditmemo_prefix = "ZC"')
    typed("run")
    assert {FIRST, f"Z{SECOND}"} <= numbers(two.world.books)
    assert SECOND not in numbers(two.world.books)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"views": "default"}, "both book store view default"),
        ({"same": True}, "book into one administration with the same prefix"),
    ],
)
def test_connections_that_meet_are_refused_by_every_run(
    two: Two, typed: Type, changes: dict[str, Any], says: str
) -> None:
    """Exit status 2 before anything is asked of a service, naming both; also by `check`."""
    two.connect(**changes)
    for server in two.world.servers:
        server.stop()
    for command in (["run"], ["run", "--connection", "zaken"], ["run", "--dry-run"]):
        result = typed(*command)
        assert (result.code, result.out) == (2, "")
        assert says in result.err
        assert "webshop and zaken" in result.err
        assert len(result.err.splitlines()) == 1, "once, not once for each"
    assert typed("work", "--once").code == 2
    checked = typed("check")
    assert (checked.code, says in checked.out) == (2, True)
    with two.world.store() as store:
        assert store.runs(1) == []


def test_a_connection_that_is_switched_off_is_in_nobodys_way(two: Two, typed: Type) -> None:
    """Unless it is asked for by name."""
    two.connect(views="default")
    path = two.world.home / "boekwacht.toml"
    text = path.read_text("utf-8")
    off = text.replace("[connection.zaken]", "[connection.zaken]\nenabled = false")
    path.write_text(off, "utf-8")
    assert typed("run", "--entity", "invoice", "--document", FIRST).code == 0
    assert typed("run", "--connection", "zaken").code == 2
