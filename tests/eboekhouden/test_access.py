"""Secrets go over https or not at all, to the address of the settings and to no other."""

import socket
from typing import Any

import pytest

from sync.eboekhouden import Books
from sync.eboekhouden.access import check_address, is_loopback
from sync.errors import ConfigurationError
from sync.sandbox.clock import SimulatedClock
from tests.eboekhouden.builders import BOOKING, RELATION, START, access, books
from tests.eboekhouden.raw import CODE1, CODE2, Asked, RawServer, Reply, answer, http, session


@pytest.mark.parametrize(
    "url",
    [
        "https://soap.e-boekhouden.nl/soap.asmx",
        "HTTPS://SOAP.E-BOEKHOUDEN.NL/soap.asmx",
        "http://127.0.0.1:8080/soap.asmx",
        "http://127.8.9.1/soap.asmx",
        "http://localhost/soap.asmx",
        "http://[::1]:8080/soap.asmx",
    ],
)
def test_https_and_loopback_are_taken(url: str) -> None:
    check_address(url)
    assert is_loopback(url) == url.startswith("http:")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://soap.e-boekhouden.nl/soap.asmx", "not encrypted"),
        ("http://localhost.example.com/", "not encrypted"),
        ("http://127.0.0.1.example.com/", "not encrypted"),
        ("http://2130706433/", "not encrypted"),
        ("http://[::ffff:192.0.2.1]/", "not encrypted"),
        ("http://127.0.0.1@example.com/", "user name or password"),
        ("https://user:geheim@example.com/", "user name or password"),
        ("https://:geheim@example.com/", "user name or password"),
        ("ftp://example.com/", "not a web address"),
        ("file:///etc/passwd", "not a web address"),
        ("soap.e-boekhouden.nl", "not a web address"),
        ("https://", "not a web address"),
        ("https://two words/", "not a web address"),
        ("https://example.com:99999/", "not a web address"),
        ("", "not a web address"),
    ],
)
def test_any_other_address_is_refused_in_one_sentence(url: str, why: str) -> None:
    with pytest.raises(ConfigurationError, match=why) as caught:
        Books(access(url), SimulatedClock(START))
    assert "https://soap.e-boekhouden.nl/soap.asmx" in caught.value.message
    assert "geheim" not in caught.value.message


def test_secrets_are_not_in_the_repr() -> None:
    shown = repr(access("https://example.com"))
    assert "user" in shown
    assert CODE1 not in shown
    assert CODE2 not in shown


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every address that any socket of the process connects to, and every name looked up."""
    seen: list[Any] = []
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def watched(self: socket.socket, address: Any) -> None:
        seen.append(address)
        connect(self, address)

    def watched_look_up(host: Any, *arguments: Any, **options: Any) -> Any:
        seen.append((host, *arguments[:1]))
        return look_up(host, *arguments, **options)

    monkeypatch.setattr(socket.socket, "connect", watched)
    monkeypatch.setattr(socket, "getaddrinfo", watched_look_up)
    return seen


def test_the_address_inside_the_wsdl_is_never_called(connections: list[Any]) -> None:
    """Seen at the socket: every operation goes to the settings' address, none elsewhere."""

    def reply(asked: Asked) -> Reply:
        name = asked.operation
        if name == "UpdateRelatie":
            return [http(answer(name, ""))]
        numbers = {
            "AddMutatie": "<Mutatienummer>1</Mutatienummer>",
            "AddRelatie": "<Rel_ID>1</Rel_ID>",
        }
        relation = (
            "<Relaties><cRelatie><ID>7</ID><AddDatum>2026-03-04T00:00:00</AddDatum>"
            "<Code>M17</Code><Bedrijf>X</Bedrijf><BP>B</BP><Gb_ID>0</Gb_ID><GeenEmail>0</GeenEmail>"
            "<NieuwsbriefgroepenCount>0</NieuwsbriefgroepenCount></cRelatie></Relaties>"
        )
        payload = relation if name == "GetRelaties" else numbers.get(name, "")
        return [http(answer(name, f"<ErrorMsg/>{payload}"))]

    with RawServer(session(reply)) as server, books(server) as client:
        client.add_mutation(BOOKING)
        client.add_relation(RELATION)
        client.update_relation(client.relations(code="M17")[0])
        client.mutations()
        client.ledgers()
        client.cost_centres()
        client.open_items()
        client.administrations()
        client.close()
        assert len(set(server.operations)) == 11
        assert set(connections) == {("127.0.0.1", server.port)}
        assert {x.target for x in server.asked} == {"/soap.asmx"}
