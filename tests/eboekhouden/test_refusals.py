"""The service's codes: in the manual's spelling, under the catalogue's words, by remedy."""

from dataclasses import replace

import pytest

from sync.eboekhouden.refusals import documented
from sync.errors import BoekwachtError, ConfigurationError, RefusedError, TemporaryError
from tests.eboekhouden.builders import BOOKING, RELATION, books
from tests.eboekhouden.raw import always, http, refused


@pytest.mark.parametrize(
    ("sent", "spelled"),
    [
        ("CMUT019", "CMUT019"),
        ("CMUT010.1", "CMUT010.1"),
        ("CMUT0101", "CMUT010.1"),
        ("CGB001.1", "CGB001.1"),
        ("CGN003", "CGN003"),
        ("CFACT212", "CFACT212"),
        ("E0023", "E002.3"),
        ("e002.3 ", "E002.3"),
        ("M006", "M006"),
        ("Iets", "IETS"),
    ],
)
def test_a_code_is_spelled_as_in_the_manual(sent: str, spelled: str) -> None:
    assert documented(sent) == spelled


@pytest.mark.parametrize(
    ("code", "kind", "message"),
    [
        ("CMUT018", RefusedError, "Invoice number already exists: CMUT018: Bestaat al."),
        ("CMUT019", RefusedError, "Invoice number already exists: CMUT019: Bestaat al."),
        ("CMUT033", RefusedError, "Invalid tax code: CMUT033: Bestaat al."),
        ("CMUT011", RefusedError, "Invalid tax code: CMUT011: Bestaat al."),
        ("CMUT026", RefusedError, "Invoice not found: CMUT026: Bestaat al."),
        ("CMUT0101", RefusedError, "Validation error: CMUT010.1: Bestaat al."),
        ("CMUT020", RefusedError, "Validation error: CMUT020: Bestaat al."),
        ("CXYZ001", RefusedError, "API error: CXYZ001: Bestaat al."),
        ("E003.1", TemporaryError, "API error: E003.1: Bestaat al."),
        ("E002.5", ConfigurationError, "API error: E002.5: Bestaat al."),
        ("E001.5", ConfigurationError, "Invalid credentials: E001.5: Bestaat al."),
    ],
)
def test_a_refusal_says_what_it_is_and_what_the_service_said(
    code: str, kind: type[BoekwachtError], message: str
) -> None:
    body = refused("AddMutatie", code, "Bestaat\r\n al.", "<Mutatienummer>0</Mutatienummer>")
    with always(http(body)) as server, books(server) as client:
        with pytest.raises(kind) as caught:
            client.add_mutation(BOOKING)
        assert type(caught.value) is kind
        assert caught.value.message == message
        assert caught.value.code == documented(code)
        assert caught.value.detail == {"operation": "AddMutatie"}
        assert server.operations.count("AddMutatie") == 1


def test_a_refusal_without_text_is_its_code() -> None:
    with always(http(refused("AddRelatie", "CREL001", ""))) as server, books(server) as client:
        with pytest.raises(RefusedError) as caught:
            client.add_relation(RELATION)
        assert caught.value.message == "Duplicate found: CREL001"


def test_a_refused_update_is_seen() -> None:
    """Its answer has no ErrorMsg: clients that look for one take every refusal for success."""
    with always(http(refused("UpdateRelatie", "CREL002"))) as server, books(server) as client:
        with pytest.raises(RefusedError) as caught:
            client.update_relation(replace(RELATION, id=9))
        assert caught.value.code == "CREL002"
        assert server.operations == ["OpenSession", "UpdateRelatie"]


def test_used_up_look_ups_are_not_tried_again() -> None:
    with always(http(refused("GetMutaties", "E0031"))) as server, books(server) as client:
        with pytest.raises(TemporaryError) as caught:
            client.mutations()
        assert caught.value.code == "E003.1"
        assert server.operations.count("GetMutaties") == 1


def test_a_long_text_is_cut() -> None:
    with always(http(refused("AddMutatie", "CMUT005", "x" * 9999))) as server:
        with books(server) as client, pytest.raises(RefusedError) as caught:
            client.add_mutation(BOOKING)
        assert len(caught.value.message) < 600
