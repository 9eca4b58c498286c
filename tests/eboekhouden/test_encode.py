"""What is sent: to the cent, within the service's limits, and never an altered code or number."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain import codes
from sync.domain.mutations import NO_VAT, SALES_CODES, Mutation, MutationLine
from sync.domain.relations import Relation
from sync.eboekhouden import encode
from sync.errors import UnbookableError
from tests.eboekhouden.builders import BOOKING, LINE, RELATION, books
from tests.eboekhouden.raw import always, answer, http

NS = "{http://www.e-boekhouden.nl/soap}"


def sent(booking: Mutation) -> ET.Element:
    """The `oMut` that went over the wire for `booking`."""
    booked = http(answer("AddMutatie", "<ErrorMsg/><Mutatienummer>1</Mutatienummer>"))
    with always(booked) as server, books(server) as client:
        client.add_mutation(booking)
        found = ET.fromstring(server.asked[1].body).find(f".//{NS}oMut")
    assert found is not None
    return found


def fields(element: ET.Element) -> dict[str, str]:
    return {child.tag.removeprefix(NS): child.text or "" for child in element}


def test_a_booking_goes_out_as_a_sent_invoice_typed_including_vat() -> None:
    line = replace(LINE, cost_centre=7)
    element = sent(replace(BOOKING, lines=(line, replace(LINE, vat_code=NO_VAT, vat=Decimal(0)))))
    lines = element.find(f"{NS}MutatieRegels")
    assert lines is not None
    assert fields(element) == {
        "MutatieNr": "0",
        "Soort": "FactuurVerstuurd",
        "Datum": "2026-03-04T00:00:00",
        "Rekening": "1300",
        "RelatieCode": "M17",
        "Factuurnummer": "F000000042",
        "Boekstuk": "webshop:inv:1:000000042",
        "Omschrijving": "Order 000000041",
        "Betalingstermijn": "14",
        "Betalingskenmerk": "000000041",
        "InExBTW": "IN",
        "MutatieRegels": "",
    }
    assert [fields(x) for x in lines] == [
        {
            "BedragInvoer": "12.10",
            "BedragExclBTW": "10.00",
            "BedragBTW": "2.10",
            "BedragInclBTW": "12.10",
            "BTWCode": "HOOG_VERK_21",
            "BTWPercentage": "21",
            "TegenrekeningCode": "8000",
            "KostenplaatsID": "7",
        },
        {
            "BedragInvoer": "10.00",
            "BedragExclBTW": "10.00",
            "BedragBTW": "0.00",
            "BedragInclBTW": "10.00",
            "BTWCode": "GEEN",
            "BTWPercentage": "0",
            "TegenrekeningCode": "8000",
            "KostenplaatsID": "0",
        },
    ]


def amounts(line: MutationLine) -> tuple[str, ...]:
    """Net, VAT and gross as they are written."""
    booking = encode.mutation(replace(BOOKING, lines=(line,)))
    rows: Any = booking["MutatieRegels"]
    row = rows["cMutatieRegel"][0]
    assert row["BedragInvoer"] == row["BedragInclBTW"]
    return tuple(f"{row[x]:f}" for x in ("BedragExclBTW", "BedragBTW", "BedragInclBTW"))


cents = st.integers(-(10**10), 10**10).map(lambda x: Decimal(x).scaleb(-2))


@given(cents, cents, st.sampled_from(sorted(SALES_CODES)))
def test_amounts_have_two_places_and_their_own_sign(net: Decimal, vat: Decimal, code: str) -> None:
    written = amounts(MutationLine(ledger="8000", vat_code=code, net=net, vat=vat))
    assert [Decimal(x) for x in written] == [net, vat, net + vat]
    assert all(x[-3] == "." for x in written)
    assert "-0.00" not in written


def test_an_amount_may_come_in_any_form() -> None:
    line = replace(LINE, net=Decimal("1E+2"), vat=Decimal("-0.000"))
    assert amounts(line) == ("100.00", "0.00", "100.00")


@pytest.mark.parametrize("amount", ["0.001", "10.005", "1E-30", "NaN", "Infinity"])
def test_a_part_of_a_cent_is_not_rounded_here(amount: str) -> None:
    with pytest.raises(UnbookableError, match="not an amount in whole cents"):
        encode.mutation(replace(BOOKING, lines=(replace(LINE, net=Decimal(amount)),)))


@pytest.mark.parametrize(
    ("field", "limit"),
    [
        ("debtor_ledger", 10),
        ("relation", 15),
        ("invoice_number", 50),
        ("voucher", 50),
        ("reference", 50),
    ],
)
def test_a_code_or_number_is_never_cut(field: str, limit: int) -> None:
    changed: Any = {field: "9" * limit}
    assert "9" * limit in encode.mutation(replace(BOOKING, **changed)).values()
    changed = {field: "9" * (limit + 1)}
    with pytest.raises(UnbookableError, match=f"{limit + 1} characters, the books take {limit}"):
        encode.mutation(replace(BOOKING, **changed))


@pytest.mark.parametrize("change", [{"ledger": "8" * 11}, {"vat_code": "H" * 13}])
def test_a_lines_codes_are_never_cut(change: dict[str, Any]) -> None:
    with pytest.raises(UnbookableError) as caught:
        encode.mutation(replace(BOOKING, lines=(replace(LINE, **change),)))
    assert caught.value.code == codes.FIELD_TOO_LONG


def test_a_refused_field_is_named_and_nothing_is_sent() -> None:
    with always() as server, books(server) as client:
        with pytest.raises(UnbookableError) as caught:
            client.add_mutation(replace(BOOKING, term=10_000))
        assert caught.value.code == codes.FIELD_TOO_LONG
        assert caught.value.detail == {"field": "Betalingstermijn"}
        with pytest.raises(UnbookableError):
            client.mutations(invoice_number="9" * 51)
        with pytest.raises(UnbookableError):
            client.relations(code="9" * 16)
        with pytest.raises(UnbookableError):
            client.add_relation(replace(RELATION, email="x" * 151))
        assert server.asked == []


@pytest.mark.parametrize("bad", ["\x00", "\x1b", "￿", "\ud800"])
def test_what_xml_cannot_hold_leaves_texts_and_is_refused_in_numbers(bad: str) -> None:
    description = sent(replace(BOOKING, description=f"a{bad}b"))
    assert fields(description)["Omschrijving"] == "ab"
    with pytest.raises(UnbookableError, match="cannot be sent"):
        encode.mutation(replace(BOOKING, invoice_number=f"F{bad}1"))


@given(st.text(max_size=400), st.integers(1, 60))
def test_a_cut_text_fits_and_is_a_beginning(text: str, limit: int) -> None:
    short = encode.cut(text, limit)
    assert len(short.encode("utf-16-le")) // 2 <= limit
    legal = "".join(x for x in text if encode.cut(x + ".", 9) != ".")
    assert legal.startswith(short)


def test_a_cut_between_words_leaves_no_blank() -> None:
    assert encode.cut("twee woorden", 5) == "twee"


def test_an_emoji_is_not_halved() -> None:
    """.NET counts it as two characters."""
    assert encode.cut("a😀", 2) == "a"
    assert encode.cut("a😀", 3) == "a😀"


@pytest.mark.parametrize(
    ("field", "name", "limit"),
    [
        ("name", "Bedrijf", 100),
        ("contact", "Contactpersoon", 50),
        ("address", "Adres", 150),
        ("postcode", "Postcode", 50),
        ("city", "Plaats", 50),
        ("country", "Land", 50),
        ("telephone", "Telefoon", 50),
    ],
)
def test_a_relations_texts_are_cut_to_what_the_books_take(
    field: str, name: str, limit: int
) -> None:
    changed: Any = {field: "x" * 200}
    assert encode.relation(replace(RELATION, **changed), date(2026, 3, 4))[name] == "x" * limit


def test_a_new_relation_has_what_the_service_requires() -> None:
    written = encode.relation(Relation(code="M1", name="Jan", business=False), date(2026, 3, 4))
    assert written["BP"] == "P"
    assert written["AddDatum"] == "2026-03-04T00:00:00"
    assert [written[x] for x in ("ID", "Gb_ID", "GeenEmail", "NieuwsbriefgroepenCount")] == [0] * 4


def test_our_fields_win_over_what_was_kept_aside() -> None:
    kept = {"Notitie": "belt graag", "Code": "OUD", "KvkNummer": None}
    written = encode.relation(replace(RELATION, other=kept), date(2026, 3, 4))
    assert written["Notitie"] == "belt graag"
    assert written["Code"] == "M17"
    assert "KvkNummer" not in written
