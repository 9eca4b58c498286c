"""An update replaces everything, so everything that is not ours has to come back unharmed."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.domain.relations import Relation, merge
from sync.eboekhouden import Books
from sync.eboekhouden.encode import OURS
from sync.errors import OutcomeUnknownError, UnreachableError
from tests.eboekhouden.builders import RELATION, books
from tests.eboekhouden.raw import Asked, Close, RawServer, Reply, answer, envelope, http, session

NS: Final = "{http://www.e-boekhouden.nl/soap}"
_GOLDEN = Path(__file__).parents[1] / "golden" / "eboekhouden_soap_types.json"
FIELDS: Final[dict[str, str]] = dict(json.loads(_GOLDEN.read_text("utf-8"))["types"]["cRelatie"])
"""Name and type of all 42 fields of a relation."""

KEPT: Final = {
    "ID": "9", "AddDatum": "2026-03-04T00:00:00", "Code": "M17", "Bedrijf": "Jansen & Zn",
    "Contactpersoon": "J. Jansen", "Adres": "Dorpsstraat 1", "Postcode": "1234 AB",
    "Plaats": "Ons Dorp", "Land": "Nederland", "Telefoon": "0201234567",
    "Email": "jansen@example.nl", "BTWNummer": "NL123456789B01", "BP": "B",
    "Gb_ID": "0", "GeenEmail": "1", "NieuwsbriefgroepenCount": "0",
}  # fmt: skip
"""`RELATION` as the books have it."""


class Shelf:
    """A service with one relation: gives it out and takes it back, field by field."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.forgets = False

    def __call__(self, asked: Asked) -> Reply:
        match asked.operation:
            case "UpdateRelatie":
                element = ET.fromstring(asked.body).find(f".//{NS}oRel")
                assert element is not None
                if not self.forgets:
                    self.kept = {x.tag.removeprefix(NS): x.text or "" for x in element}
                return [http(answer("UpdateRelatie", ""))]
            case _:
                inner = "".join(
                    f"<{name}>{escape(self.kept[name], {chr(13): '&#13;'})}</{name}>"
                    for name in FIELDS
                    if name in self.kept
                )
                entry = f"<Relaties><cRelatie>{inner}</cRelatie></Relaties>"
                return [http(answer("GetRelaties", f"<ErrorMsg/>{entry}"))]


@pytest.fixture(scope="module")
def shelf() -> Iterator[tuple[Shelf, Books]]:
    kept = Shelf()
    with RawServer(session(kept)) as server, books(server) as client:
        yield kept, client


writable = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="￾￿")
    | st.sampled_from("\t\n\r"),
    min_size=1,
    max_size=20,
)
VALUES: Final = {
    "xsd:string": writable,
    "xsd:long": st.integers(0, 2**62).map(str),
    "xsd:dateTime": st.datetimes().map(lambda x: x.replace(microsecond=0).isoformat()),
}
relations = st.fixed_dictionaries(
    {name: VALUES[kind] for name, kind in FIELDS.items() if kind != "xsd:string"}
    | {"ID": st.integers(1, 2**62).map(str)},
    optional={name: VALUES[kind] for name, kind in FIELDS.items() if kind == "xsd:string"}
    | {"Code": st.text("ABC123", min_size=1, max_size=15)},
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(booked=relations)
def test_an_update_keeps_every_field_that_is_not_ours(
    shelf: tuple[Shelf, Books], booked: dict[str, str]
) -> None:
    service, client = shelf
    service.kept = dict(booked)
    (read,) = client.relations(code="M17")

    client.update_relation(merge(read, replace(RELATION, name="Nieuwe Naam")))

    others = set(FIELDS) - set(OURS)
    assert len(others) == 30
    assert {x: service.kept.get(x) for x in others} == {x: booked.get(x) for x in others}
    assert service.kept["ID"] == booked["ID"]
    assert service.kept["Bedrijf"] == "Nieuwe Naam"
    assert service.kept["BTWNummer"] == "NL123456789B01"
    assert service.kept["BP"] == "B"


def test_all_fields_of_ours_are_read(shelf: tuple[Shelf, Books]) -> None:
    service, client = shelf
    service.kept = dict(KEPT)
    (read,) = client.relations()
    assert replace(read, other={}) == replace(RELATION, id=9)
    assert read.other["GeenEmail"] == 1
    assert len(read.other) == 30
    assert merge(read, RELATION) == read


def test_what_is_asked_for_is_passed_on() -> None:
    empty = http(answer("GetRelaties", "<ErrorMsg/>"))
    with RawServer(session(lambda _: [empty])) as server, books(server) as client:
        assert client.relations(code="M17", keyword="j@x.nl", id=4) == []
        asked = server.asked[1].body
    for text in ("Trefwoord>j@x.nl<", "Code>M17<", "ID>4<"):
        assert text in asked


def test_an_update_that_did_not_happen_is_found_out(shelf: tuple[Shelf, Books]) -> None:
    """The service's answer is the same, so only reading it back tells."""
    service, client = shelf
    service.kept = dict(KEPT)
    (read,) = client.relations()
    service.forgets = True
    with pytest.raises(OutcomeUnknownError, match=r"reads otherwise in Plaats, Telefoon$"):
        client.update_relation(replace(read, city="Elders", telephone="1"))
    service.forgets = False


@pytest.mark.parametrize(
    "read_back", [[Close()], [http(answer("GetRelaties", "<ErrorMsg/>"))], [http(envelope(""))]]
)
def test_an_update_that_cannot_be_read_back_is_unknown(read_back: Any) -> None:
    def reply(asked: Asked) -> Reply:
        return [http(answer(asked.operation, ""))] if "Update" in asked.operation else read_back

    with RawServer(session(reply)) as server, books(server) as client:
        with pytest.raises(OutcomeUnknownError) as caught:
            client.update_relation(replace(RELATION, id=9))
        assert not isinstance(caught.value, UnreachableError)
        assert server.operations == ["OpenSession", "UpdateRelatie", "GetRelaties"]


def test_only_a_relation_of_the_books_can_be_updated(shelf: tuple[Shelf, Books]) -> None:
    """Without an id the service would take the first one, or none."""
    with pytest.raises(ValueError, match="id"):
        shelf[1].update_relation(RELATION)


def test_adding_ignores_an_id() -> None:
    added = http(answer("AddRelatie", "<ErrorMsg/><Rel_ID>31</Rel_ID>"))
    with RawServer(session(lambda _: [added])) as server, books(server) as client:
        assert client.add_relation(replace(RELATION, id=5)) == 31
        assert "<ns0:ID>0</ns0:ID>" in server.asked[1].body


def test_merging_never_empties_a_field() -> None:
    booked = replace(RELATION, id=9, other={"Notitie": "let op"})
    wanted = Relation(code="ANDERS", name="Jansen", business=False)
    merged = merge(booked, wanted)
    assert merged == replace(booked, name="Jansen", business=False)
