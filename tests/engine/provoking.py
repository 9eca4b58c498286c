"""How each trouble with the books is made to come: for a real reason, or by a stand-in.

The stand-in answers one operation with a code or a body of our choice, for refusals that the
simulated books have no reason to give: because we never send what would provoke them, or because
the service's own trouble is the reason.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from sync import engine
from sync.sandbox.books import seeding
from sync.sandbox.books.errors import TEXTS
from sync.sandbox.fault_rules import Rule
from sync.sandbox.http import Server
from sync.sandbox.messages import App, Request, Response
from tests.eboekhouden.raw import envelope, refused
from tests.engine.test_faults import DAY, TOTAL
from tests.engine.world import World, write_home

NUMBER, ORDER, INVOICE = "000000004", 3, 4
"""The document that meets most troubles: its number, its order's id, its own."""
"""Two invoices of one customer."""

Provoke: TypeAlias = Callable[[World], None]
"""Prepares a world so that the trouble comes in its next run."""

_XML = {"Content-Type": "text/xml; charset=utf-8"}


@dataclass(slots=True)
class StandIn:
    """An `App` before another.

    Attributes:
        app: Answers everything else.
        operation: What is answered here; empty for nothing.
        body: The answer.
        times: How often it is given before the other one answers again; None for ever.
        asked: Every operation that came by, in order.
    """

    app: App
    operation: str
    body: str
    times: int | None
    asked: list[str]

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        named = re.search(r"(\w+)\"?$", request.headers.get("SOAPAction", ""))
        operation = named[1] if named else ""
        self.asked.append(operation)
        if operation != self.operation or self.times == 0:
            return self.app.handle(request)
        if self.times is not None:
            self.times -= 1
        return Response(status=200, body=self.body.encode(), headers=_XML)


def stand_in(
    world: World, operation: str = "", body: str = "", times: int | None = None
) -> StandIn:
    """Put a stand-in before the world's books, from now on."""
    app = StandIn(world.books, operation, body, times, [])
    server = Server(app, faults=world.faults, clock=world.clock, service="books")
    server.start()
    world.servers.append(server)
    write_home(world.home, world.servers[0].url, server.url)
    return app


def answered(code: str, operation: str = "AddMutatie", times: int | None = None) -> Provoke:
    """An operation is refused with a code, in the Dutch words of the simulated books."""
    text = TEXTS.get(code, "Er ging iets mis.").format(line=1, value="Iets")
    body = refused(operation, code, text)

    def provoke(world: World) -> None:
        stand_in(world, operation, body, times)

    return provoke


def answered_with(inner: str) -> Provoke:
    """A booking is answered with something that is neither a number nor an error."""
    body = envelope(
        f'<AddMutatieResponse xmlns="http://www.e-boekhouden.nl/soap">{inner}</AddMutatieResponse>'
    )

    def provoke(world: World) -> None:
        stand_in(world, "AddMutatie", body)

    return provoke


def fault(kind: str, *match: str, **rule: Any) -> Provoke:
    """A fault of the simulated books."""

    def provoke(world: World) -> None:
        world.faults.add(Rule(kind=kind, service="books", match=match, **rule))

    return provoke


def secret(old: str, new: str) -> Provoke:
    """A secret is another one."""

    def provoke(world: World) -> None:
        _replace(world, "secrets.toml", old, new)

    return provoke


def booking(setting: str) -> Provoke:
    """A setting of the bookings."""
    head = "[connection.webshop.books]"

    def provoke(world: World) -> None:
        added = f"[connection.webshop.booking]\n{setting}\n\n{head}"
        _replace(world, "boekwacht.toml", head, added)

    return provoke


def mapping(text: str) -> Provoke:
    """Another mapping."""

    def provoke(world: World) -> None:
        with world.store() as store:
            store.set_mapping("webshop", text, "test", world.clock.now())

    return provoke


def order(number: int = ORDER, *, billing: dict[str, Any], **changes: Any) -> Provoke:
    """An order is another one in these fields of its own and of its billing address."""

    def provoke(world: World) -> None:
        whole = world.change("orders", number)["billing_address"] | billing
        world.change("orders", number, billing_address=whole, **changes)

    return provoke


def moved(number: int, country: str, vat_number: str) -> Provoke:
    """An order's buyer lives in another country, and may have a VAT number."""

    def provoke(world: World) -> None:
        extension = world.change("orders", number)["extension_attributes"]
        extension["shipping_assignments"][0]["shipping"]["address"]["country_id"] = country
        billing = {"country_id": country, "vat_id": vat_number}
        order(number, billing=billing, extension_attributes=extension)(world)

    return provoke


def invoice(number: int = INVOICE, **changes: Any) -> Provoke:
    """An invoice is another one in these fields."""

    def provoke(world: World) -> None:
        world.change("invoices", number, **changes)

    return provoke


def nothing(world: World) -> None:
    """The world as it is."""


def slow_books(world: World) -> None:
    """A booking is never answered, and the client's patience is one second."""
    _replace(world, "boekwacht.toml", "deadline = 3", "deadline = 1")
    fault("timeout", "AddMutatie", hold=5)(world)


def stopped_books(world: World) -> None:
    """Nobody listens where the books were."""
    world.servers[1].stop()


def closed_period(world: World) -> None:
    """The bookkeeper has closed everything up to today."""
    world.books.state.close_period(world.clock.now().date())


def taken_number(world: World) -> None:
    """Somebody booked another amount under our number."""
    seeding.relation(world.books.state, "10042", "Iemand")
    seeding.sale(world.books.state, NUMBER, "10042", TOTAL - 1, DAY)


def lost_answer(world: World) -> None:
    """An answer was lost, and the time to look it up has come."""
    fault("drop", "AddMutatie", NUMBER, count=1)(world)
    world.run(engine.Wanted(trigger="cli", numbers=[NUMBER]))
    world.later(minutes=5)


def _replace(world: World, file: str, old: str, new: str) -> None:
    path = world.home / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
