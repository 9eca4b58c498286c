"""The client and the simulated books understand each other, over real HTTP."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from sync.domain import codes
from sync.domain.relations import merge
from sync.eboekhouden import Books, BooksAccess
from sync.errors import (
    ConfigurationError,
    OutcomeUnknownError,
    RefusedError,
    TemporaryError,
    UnreadableError,
)
from sync.sandbox.books import Books as SimulatedBooks
from sync.sandbox.books import Settings
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.faults import Faults, Rule
from sync.sandbox.http import Server
from tests.eboekhouden.builders import BOOKING, LINE, RELATION, START


class Sandbox:
    """Simulated books behind a server, their faults, and a client of them."""

    def __init__(self, **settings: Any) -> None:
        self.clock = SimulatedClock(START)
        self.settings = Settings(**settings)
        self.faults = Faults()
        self.service = SimulatedBooks(self.settings, clock=self.clock)
        self.server = Server(self.service, faults=self.faults, clock=self.clock)

    def client(self, **changes: Any) -> Books:
        """A client of its own, with a session of its own."""
        known = BooksAccess(
            url=f"{self.server.url}/soap.asmx",
            username=self.settings.username,
            code1=self.settings.code1,
            code2=self.settings.code2,
            deadline=5,
        )
        return Books(replace(known, **changes), self.clock)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    made = Sandbox()
    with made.server:
        yield made


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Books]:
    with sandbox.client() as opened:
        opened.add_relation(RELATION)
        yield opened


def test_a_booking_is_found_again_by_number_and_key(client: Books) -> None:
    refund = replace(
        BOOKING,
        invoice_number="C000000042",
        voucher="webshop:crm:1:000000042",
        lines=(replace(LINE, net=Decimal("-10"), vat=Decimal("-2.10")),) * 3,
    )
    numbers = [client.add_mutation(BOOKING), client.add_mutation(refund)]
    (found,) = client.mutations(invoice_number="C000000042")
    assert found.number == numbers[1]
    assert (found.kind, found.booked_on) == ("FactuurVerstuurd", date(2026, 3, 4))
    assert (found.voucher, found.relation) == (refund.voucher, "M17")
    assert found.total == refund.total == Decimal("-36.30")
    assert [(x.ledger, x.vat_code, x.net, x.vat) for x in found.lines] == [
        (x.ledger, x.vat_code, x.net, x.vat) for x in refund.lines
    ]
    assert {x.number for x in client.mutations()} == set(numbers)
    assert client.mutations(invoice_number="F999") == []
    assert [x.number for x in client.mutations(from_no=numbers[1])] == [numbers[1]]


def test_a_number_that_exists_is_refused(client: Books) -> None:
    client.add_mutation(BOOKING)
    with pytest.raises(RefusedError, match=r"^Invoice number already exists: CMUT01[89]: "):
        client.add_mutation(BOOKING)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"relation": "GEEN"}, "CMUT017"),
        ({"description": ""}, "CMUT005"),
        ({"lines": ()}, "CMUT006"),
        ({"lines": (replace(LINE, vat_code="HOOG_INK_21"),)}, "CMUT011"),
        ({"lines": (replace(LINE, vat_code="HOOG_VERK21"),)}, "CMUT033"),
        ({"lines": (replace(LINE, vat=Decimal("9")),)}, "CMUT010.1"),
        ({"booked_on": date(1979, 12, 31)}, "CMUT004"),
    ],
)
@pytest.mark.parametrize("dotted", [True, False])
def test_a_refused_booking_carries_the_manuals_code(
    change: dict[str, Any], code: str, dotted: bool
) -> None:
    made = Sandbox(dotted_codes=dotted)
    with made.server, made.client() as client:
        client.add_relation(RELATION)
        with pytest.raises(RefusedError) as caught:
            client.add_mutation(replace(BOOKING, **change))
        assert caught.value.code == code
        assert client.mutations() == []


def test_a_relation_is_added_found_and_updated(client: Books) -> None:
    (found,) = client.relations(code="M17")
    assert replace(found, id=0, other={}) == RELATION
    assert [x.code for x in client.relations(keyword="jansen@example.nl")] == ["M17"]
    assert client.relations(code="M18") == []

    now = client.update_relation(merge(found, replace(RELATION, city="Elders")))
    assert now == replace(found, city="Elders")
    assert client.relations(id=found.id) == [now]


def test_a_relation_that_exists_is_refused(client: Books) -> None:
    with pytest.raises(RefusedError, match=r"^Duplicate found: CREL001") as caught:
        client.add_relation(RELATION)
    assert caught.value.code == "CREL001"


def test_the_lists_are_read(client: Books) -> None:
    number = client.add_mutation(BOOKING)
    assert number > 0
    assert "8000" in {x.code for x in client.ledgers()}
    assert {"DEB", "VW"} <= {x.category for x in client.ledgers()}
    (item,) = client.open_items()
    assert (item.invoice_number, item.outstanding) == (BOOKING.invoice_number, Decimal("12.10"))
    assert client.cost_centres() is not None
    (own,) = client.administrations()
    assert own.city == "Utrecht"


@pytest.mark.parametrize("change", [{"username": "ander"}, {"code1": "0" * 32}, {"code2": "{0}"}])
def test_wrong_credentials_are_a_matter_of_settings(
    sandbox: Sandbox, change: dict[str, str]
) -> None:
    with sandbox.client(**change) as client, pytest.raises(ConfigurationError) as caught:
        client.ledgers()
    assert caught.value.message.startswith("Invalid credentials: E001.")


def test_an_expired_session_costs_nothing(sandbox: Sandbox, client: Books) -> None:
    sandbox.faults.add(Rule(kind="expired_session", match=("AddMutatie",), count=1))
    number = client.add_mutation(BOOKING)
    assert [x.number for x in client.mutations()] == [number]


def test_the_services_own_time_out_is_survived(sandbox: Sandbox) -> None:
    """The session dies before the client would think so."""
    with sandbox.client(idle=10**6) as client:
        client.ledgers()
        sandbox.clock.sleep(sandbox.settings.session_seconds + 1)
        assert client.ledgers()


def test_look_ups_run_out() -> None:
    made = Sandbox(calls_per_month=2)
    with made.server, made.client() as client:
        client.mutations()
        client.mutations()
        with pytest.raises(TemporaryError) as caught:
            client.mutations()
    assert caught.value.code == "E003.1"


AFTER = {"drop", "unavailable", "error", "empty", "unreadable"}


@pytest.mark.parametrize("kind", ["drop", "cut", "unavailable", "error", "empty", "unreadable"])
def test_a_booking_whose_answer_was_lost_is_unknown_and_stands_in_the_books(
    sandbox: Sandbox, client: Books, kind: str
) -> None:
    sandbox.faults.add(Rule(kind=kind, match=("AddMutatie",), count=1, after=kind in AFTER))
    with pytest.raises(OutcomeUnknownError):
        client.add_mutation(BOOKING)
    (found,) = client.mutations(invoice_number=BOOKING.invoice_number)
    assert found.voucher == BOOKING.voucher


@pytest.mark.parametrize("kind", ["drop", "unavailable", "soap_fault", "too_many"])
def test_a_booking_that_never_happened_is_unknown_as_well(
    sandbox: Sandbox, client: Books, kind: str
) -> None:
    """The client cannot know the difference, so it must not guess."""
    sandbox.faults.add(Rule(kind=kind, match=("AddMutatie",), count=1))
    with pytest.raises(OutcomeUnknownError):
        client.add_mutation(BOOKING)
    assert client.mutations(invoice_number=BOOKING.invoice_number) == []


def test_an_answer_after_the_deadline_is_unknown(sandbox: Sandbox) -> None:
    with sandbox.client(deadline=0.3) as client:
        client.add_relation(RELATION)
        sandbox.faults.add(Rule(kind="timeout", match=("AddMutatie",), count=1, after=True, hold=2))
        with pytest.raises(OutcomeUnknownError) as caught:
            client.add_mutation(BOOKING)
        assert caught.value.code == codes.DEADLINE
        assert len(client.mutations()) == 1


def test_a_busy_service_says_when_to_come_back(sandbox: Sandbox, client: Books) -> None:
    sandbox.faults.add(Rule(kind="too_many", match=("GetRelaties",), count=1, seconds=7))
    with pytest.raises(UnreadableError) as caught:
        client.relations()
    assert (caught.value.code, caught.value.retry_after) == ("HTTP_429", 7)


@pytest.mark.parametrize("empty_lists", [True, False])
def test_empty_lists_come_in_two_forms(empty_lists: bool) -> None:
    made = Sandbox(empty_lists=empty_lists)
    with made.server, made.client() as client:
        assert (client.mutations(), client.relations(), client.open_items()) == ([], [], [])
