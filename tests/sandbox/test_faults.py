"""Each fault once, against the simulated books over real HTTP, and who is befallen when."""

import http.client
import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import zeep
from hypothesis import given
from hypothesis import strategies as st

from sync.clock import SystemClock
from sync.sandbox.books import Books, Settings
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.fault_rules import rule_to_json, rule_to_text
from sync.sandbox.faults import KINDS, Delivery, Faults, Rule, rule_from_json, rule_from_text
from sync.sandbox.http import Headers, Request, Response, Server
from tests.sandbox.books.builders import CONTENT, Raw, envelope, mutation, relation, xml

_START = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
_SHORT = 0.1


class World:
    """Books behind a server, a logged-in client with relation M1, and the faults between them."""

    def __init__(self, server: Server, books: Books, clock: SimulatedClock) -> None:
        self.faults, self.books, self.clock, self.url = server.faults, books, clock, server.url
        self.raw = Raw(server.url, books.settings)
        self.raw.call("AddRelatie", oRel=relation())

    def add(self, kind: str, **changes: object) -> None:
        """Put a rule in force; waits are short."""
        self.faults.add(rule_from_json({"kind": kind, "hold": _SHORT} | changes))

    def book(self, number: str = "A1") -> tuple[int, bytes, str]:
        """Status, body and content type of one AddMutatie."""
        own = {"SessionID": self.raw.session, "SecurityCode2": self.books.settings.code2}
        body = envelope("AddMutatie", xml(own | {"oMut": mutation(Factuurnummer=number)}))
        return self.raw.post(body, {"Content-Type": CONTENT["1.1"]})

    @property
    def booked(self) -> list[str]:
        """Numbers of the invoices in the books."""
        return [x["Factuurnummer"] for x in self.books.state.mutations]


@pytest.fixture
def world() -> Iterator[World]:
    clock = SimulatedClock(_START)
    books = Books(None, clock)
    with Server(books, clock=clock, service="books") as server:
        built = World(server, books, clock)
        yield built
        built.raw.connection.close()


@pytest.mark.parametrize("kind", ["timeout", "drop"])
@pytest.mark.parametrize("after", [False, True])
def test_no_answer_comes_before_or_after_the_booking(
    world: World, kind: str, *, after: bool
) -> None:
    world.add(kind, count=1, after=after)
    began = time.perf_counter()
    with pytest.raises(http.client.RemoteDisconnected):
        world.book()
    assert (time.perf_counter() - began >= _SHORT) == (kind == "timeout")
    assert world.booked == (["A1"] if after else [])
    assert world.book("A2")[0] == 200


def test_a_client_that_gives_up_frees_the_call_at_once(world: World) -> None:
    """The connection is held for long, but not longer than somebody waits at its other end."""
    world.add("timeout", count=1, hold=60)
    world.raw.connection.timeout = _SHORT
    world.raw.connection.close()
    with pytest.raises(TimeoutError):
        world.book()
    world.raw.connection.close()
    world.raw.connection.timeout = 20
    until = time.monotonic() + 10
    while any("process_request_thread" in x.name for x in threading.enumerate()):
        assert time.monotonic() < until, "still held"
        time.sleep(0.02)
    assert world.book("A2")[0] == 200


def test_a_late_booking_appears_after_the_look_up(world: World) -> None:
    """The client gave up, looked, found nothing; only then the mutation appears."""
    world.add("late", count=1, seconds=30)
    with pytest.raises(http.client.RemoteDisconnected):
        world.book()
    look = {"cFilter": {"Factuurnummer": "A1"}}
    assert "Mutaties" not in world.raw.call("GetMutaties", **look)
    world.clock.sleep(30)
    assert len(world.raw.call("GetMutaties", **look)["Mutaties"]["cMutatieList"]) == 1


def test_a_late_booking_needs_no_further_call(world: World) -> None:
    world.add("late", count=1, seconds=30)
    with pytest.raises(http.client.RemoteDisconnected):
        world.book()
    world.clock.sleep(30)
    for _ in range(100):
        if world.booked:
            break
        time.sleep(0.02)
    assert world.booked == ["A1"]


def test_a_late_booking_outlives_its_session(world: World) -> None:
    """The session was checked when the call came in."""
    world.add("late", count=1, seconds=30)
    with pytest.raises(http.client.RemoteDisconnected):
        world.book()
    world.raw.send("CloseSession", {"SessionID": world.raw.session})
    world.clock.sleep(30)
    world.raw.open()
    world.raw.call("GetRelaties")
    assert world.booked == ["A1"]


def test_a_late_booking_can_lose_its_number_to_an_earlier_one(world: World) -> None:
    """Sent again meanwhile: the books take one and refuse the other."""
    world.add("late", count=1, seconds=30)
    with pytest.raises(http.client.RemoteDisconnected):
        world.book()
    assert world.book()[0] == 200
    world.clock.sleep(30)
    world.raw.call("GetRelaties")
    assert world.booked == ["A1"]


@pytest.mark.parametrize("after", [False, True])
def test_latency_passes_on_the_given_clock(world: World, *, after: bool) -> None:
    world.add("latency", seconds=3600, count=1, after=after)
    began = time.perf_counter()
    assert world.book()[0] == 200
    assert time.perf_counter() - began < 2
    assert world.clock.now() == _START + timedelta(hours=1)


def test_latency_is_real_on_the_machines_clock() -> None:
    faults = Faults()
    faults.add(Rule(kind="latency", seconds=_SHORT))
    with Server(Books(None, SystemClock()), faults=faults, clock=SystemClock()) as server:
        raw = Raw(server.url, Settings())
        began = time.perf_counter()
        raw.open()
        assert time.perf_counter() - began >= _SHORT
        raw.connection.close()


def test_the_answer_breaks_off_in_the_middle(world: World) -> None:
    world.add("cut", count=1)
    with pytest.raises(http.client.IncompleteRead) as caught:
        world.book()
    assert caught.value.partial.startswith(b"<?xml")
    assert world.booked == ["A1"]


def test_the_answer_drips(world: World) -> None:
    world.add("drip", seconds=0.3, count=1)
    began = time.perf_counter()
    status, body, _ = world.book()
    assert time.perf_counter() - began >= 0.3
    assert (status, body[-16:]) == (200, b"</soap:Envelope>")


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(
    ("kind", "status", "says"),
    [
        ("too_many", 429, b""),
        ("error", 500, b"<h1>Internal Server Error</h1>"),
        ("unavailable", 503, b"<h1>Service Unavailable</h1>"),
        ("empty", 202, b""),
        ("unreadable", 200, b"<?xml"),
    ],
)
def test_another_answer_comes_instead(
    world: World, kind: str, status: int, says: bytes, *, after: bool
) -> None:
    world.add(kind, count=1, after=after)
    got, body, _ = world.book()
    assert got == status
    assert says in body
    assert b"</soap:Envelope>" not in body
    assert world.booked == (["A1"] if after else [])


def test_too_many_says_when_to_come_back(world: World) -> None:
    world.add("too_many", seconds=7, count=1)
    world.raw.connection.request("GET", "/soap.asmx?wsdl")
    response = world.raw.connection.getresponse()
    response.read()
    assert response.headers["Retry-After"] == "7"


def test_what_is_no_soap_breaks_off_as_json() -> None:
    faults = Faults()
    faults.add(Rule(kind="unreadable"))
    clock = SimulatedClock(_START)
    request = Request(method="GET", path="/rest/V1/x", query="", headers=Headers(), body=b"")
    delivery = faults.deliver("shop", Books(None, clock), request, clock)
    assert delivery.response is not None
    assert delivery.response.headers["Content-Type"].startswith("application/json")
    assert delivery.response.body.startswith(b'{"items"')


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a_soap_fault_reaches_zeep_as_one(world: World, version: str) -> None:
    world.add("soap_fault", match="GetRelaties", count=1)
    client = zeep.Client(f"{world.url}/soap.asmx?wsdl")  # type: ignore[no-untyped-call] # zeep has no types
    port = "soapAppSoap" if version == "1.1" else "soapAppSoap12"
    service = client.bind("soapApp", port)
    with client, pytest.raises(zeep.exceptions.Fault, match="Timeout expired"):
        service.GetRelaties(world.raw.session, world.books.settings.code2)


def test_credentials_are_wrong_for_a_while(world: World) -> None:
    """Sessions that are open stay open."""
    world.add("wrong_credentials", until=(_START + timedelta(hours=1)).isoformat())
    answer = world.raw.open()
    assert answer["ErrorMsg"]["LastErrorCode"] == "E001.1"
    assert world.raw.error("GetRelaties") == ""
    world.clock.sleep(3600)
    assert world.raw.open()["ErrorMsg"]["LastErrorCode"] == ""


def test_a_session_expires_in_the_middle(world: World) -> None:
    """Opening a session is not what it befalls; the old one stays expired."""
    world.add("expired_session", count=1)
    old = world.raw.session
    world.raw.open()
    assert world.raw.error("GetRelaties") == "E002.3"
    assert world.raw.error("GetRelaties") == "E002.3"
    world.raw.session = old
    assert world.raw.error("GetRelaties") == ""
    assert world.faults.rules() == []


def test_a_period_is_closed_for_bookings_only(world: World) -> None:
    world.add("closed_period", count=1)
    assert world.raw.error("GetRelaties") == ""
    assert world.raw.error("AddMutatie", oMut=mutation()) == "CMUT020"
    assert world.booked == []
    assert world.book()[0] == 200


@pytest.mark.parametrize("kind", ["soap_fault", "wrong_credentials", "expired_session"])
def test_what_is_no_call_meets_no_fault_of_the_books(world: World, kind: str) -> None:
    """The WSDL, and a message that cannot be read, are answered as ever."""
    world.add(kind)
    for method, path, body, status in (
        ("GET", "/soap.asmx?wsdl", b"", 200),
        ("POST", "/soap.asmx", b"<x>", 500),
    ):
        world.raw.connection.request(method, path, body)
        response = world.raw.connection.getresponse()
        assert b"Timeout expired" not in response.read()
        assert response.status == status


class Plain:
    """A service that plays no faults of its own."""

    def handle(self, request: Request) -> Response:
        """Say yes."""
        return Response(status=200, body=request.body or b"yes")


def _fate(faults: Faults, *, service: str = "", path: str = "/", body: bytes = b"") -> str:
    """How a call to a plain service fares: the status, or "none"."""
    clock = SimulatedClock(_START)
    request = Request(method="POST", path=path, query="a=%7B42%7D", headers=Headers(), body=body)
    delivery: Delivery = faults.deliver(service, Plain(), request, clock)
    return "none" if delivery.response is None else str(delivery.response.status)


@pytest.mark.parametrize("kind", ["soap_fault", "wrong_credentials", "expired_session"])
def test_a_service_that_cannot_play_a_fault_is_spared(kind: str) -> None:
    faults = Faults()
    faults.add(Rule(kind=kind, count=1))
    assert _fate(faults) == "200"
    assert len(faults.rules()) == 1, "not used up"


def test_the_next_calls_are_counted() -> None:
    faults = Faults()
    faults.add(Rule(kind="error", count=2))
    assert [_fate(faults) for _ in range(4)] == ["500", "500", "200", "200"]


def test_the_rate_is_drawn_from_the_seed() -> None:
    def draw(seed: int) -> list[str]:
        faults = Faults(seed)
        faults.add(Rule(kind="error", rate=0.3))
        return [_fate(faults) for _ in range(400)]

    assert draw(1) == draw(1) != draw(2)
    assert 80 < draw(1).count("500") < 160


@pytest.mark.parametrize(
    ("match", "befalls"),
    [
        ((), True),
        (("000000042",), True),
        (("00000004",), False),
        (("AddMutatie", "000000042"), True),
        (("AddMutatie", "000000043"), False),
        (("POST /V1/invoices",), True),
        (("{42}",), True),
        ((".*",), False),
    ],
)
def test_a_document_is_matched_as_a_whole_word(match: tuple[str, ...], *, befalls: bool) -> None:
    """All texts must stand somewhere in the call, percent-encoded or not."""
    faults = Faults()
    faults.add(Rule(kind="error", match=match))
    body = b"<AddMutatie><Factuurnummer>000000042</Factuurnummer></AddMutatie>"
    assert _fate(faults, path="/V1/invoices", body=body) == ("500" if befalls else "200")


def test_one_service_is_befallen_or_both() -> None:
    faults = Faults()
    faults.add(Rule(kind="error", service="books", count=1))
    assert [_fate(faults, service=x) for x in ("shop", "books", "books")] == ["200", "500", "200"]


def test_the_first_rule_that_applies_decides() -> None:
    faults = Faults()
    first = faults.add(Rule(kind="drop"))
    faults.add(Rule(kind="error"))
    assert _fate(faults) == "none"
    faults.clear(first)
    assert _fate(faults) == "500"
    faults.clear()
    assert _fate(faults) == "200"
    with pytest.raises(ValueError, match=f"no rule {first}"):
        faults.clear(first)


def test_a_rule_holds_for_its_period() -> None:
    faults = Faults()
    hour = timedelta(hours=1)
    faults.add(Rule(kind="error", since=_START + hour))
    faults.add(Rule(kind="drop", until=_START))
    assert _fate(faults) == "200"


def test_a_rule_is_written_in_one_line_or_as_json() -> None:
    text = "timeout, service=books, match=AddMutatie, match=42, count=1, after, hold=0.5, rate=1"
    rule = Rule(
        kind="timeout", service="books", match=("AddMutatie", "42"), count=1, after=True, hold=0.5
    )
    assert rule_from_text(text) == rule
    faults = Faults()
    faults.add(rule)
    (listed,) = faults.rules()
    del listed["id"]
    listed["match"] = list(rule.match)
    assert rule_from_json(listed) == rule
    dated = rule_from_text("late,since=2026-01-31T12:00:00Z,seconds=9")
    assert (dated.since, dated.duration, dated.match) == (_START, 9, ())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("earthquake", "no fault 'earthquake'; there are latency"),
        ("", "no fault ''"),
        ("drop,rate=2", "between 0 and 1"),
        ("drop,rate=often", "rate needs a number, not 'often'"),
        ("drop,count=1.5", "count needs a number"),
        ("drop,count=-1", "not negative"),
        ("drop,service=bank", "shop or books, not 'bank'"),
        ("drop,nonsense", "may have: kind, service"),
        ("drop,after=perhaps", "after cannot be 'perhaps'"),
        ("drop,since=yesterday", "Invalid isoformat"),
        ("drop,since=2026-01-01", "need a time zone"),
        ("drop,match=", "match cannot be"),
    ],
)
def test_a_wrong_rule_says_what_is_wrong(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        rule_from_text(text)


@pytest.mark.parametrize("data", [None, [], {}, {"kind": 1}, {"kind": "drop", "rate": True}])
def test_json_that_is_no_rule_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match=r"A fault"):
        rule_from_json(data)


def test_every_kind_is_explained_in_one_line() -> None:
    assert all(0 < len(x) < 90 and "\n" not in x for x in KINDS.values())


texts = st.text(st.characters(exclude_characters=",", codec="utf-8"), min_size=1).map(str.strip)
moments = st.none() | st.datetimes(timezones=st.just(UTC))


@given(
    kind=st.sampled_from(sorted(KINDS)),
    service=st.sampled_from(["", "shop", "books"]),
    match=st.lists(texts.filter(bool), max_size=3).map(tuple),
    rate=st.floats(0, 1),
    count=st.none() | st.integers(0, 99),
    since=moments,
    until=moments,
    after=st.booleans(),
    seconds=st.none() | st.floats(0, 1e6),
    hold=st.floats(0, 1e6),
)
def test_a_rule_that_was_written_down_reads_back_the_same(**values: Any) -> None:
    rule = Rule(**values)
    assert rule_from_text(rule_to_text(rule)) == rule
    assert rule_from_json(json.loads(json.dumps(rule_to_json(rule)))) == rule
