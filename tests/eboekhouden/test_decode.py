"""What is read back, to the cent, from answers as .NET writes them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TypeVar

import pytest

from sync.domain.booked import (
    Administration,
    BookedLine,
    BookedMutation,
    CostCentre,
    Ledger,
    OpenItem,
)
from sync.eboekhouden import Books
from sync.errors import UnreadableError
from tests.eboekhouden.builders import books
from tests.eboekhouden.raw import always, answer, http

T = TypeVar("T")

LINE = (
    "<cMutatieListRegel><BedragInvoer>{0}</BedragInvoer><BedragExclBTW>{0}</BedragExclBTW>"
    "<BedragBTW>{1}</BedragBTW><BedragInclBTW>{2}</BedragInclBTW><BTWCode>HOOG_VERK_21</BTWCode>"
    "<BTWPercentage>21.00</BTWPercentage><Factuurnummer/><TegenrekeningCode>8000</TegenrekeningCode>"
    "<KostenplaatsID>3</KostenplaatsID></cMutatieListRegel>"
)
MUTATION = (
    "<cMutatieList><MutatieNr>175</MutatieNr><Soort>FactuurVerstuurd</Soort>"
    "<Datum>2026-03-04T00:00:00</Datum><Rekening>1300</Rekening><RelatieCode>M17</RelatieCode>"
    "<Factuurnummer>C1</Factuurnummer><Boekstuk>webshop:crm:1:1</Boekstuk>"
    "<Omschrijving>Credit</Omschrijving><Betalingstermijn>14</Betalingstermijn><InExBTW>IN</InExBTW>"
    "<MutatieRegels>{}</MutatieRegels></cMutatieList>"
)


def read(sent: bytes, call: Callable[[Books], T]) -> T:
    """What the client makes of an answer."""
    with always(sent) as server, books(server) as client:
        return call(client)


def listed(operation: str, container: str, entries: str) -> bytes:
    return http(answer(operation, f"<ErrorMsg/><{container}>{entries}</{container}>"))


def test_a_mutation_with_its_lines_and_total() -> None:
    lines = LINE.format("-10.0000", "-2.1", "-12.1") + LINE.format("-1", "-0.21", "-1.21")
    with always(listed("GetMutaties", "Mutaties", MUTATION.format(lines))) as server:
        with books(server) as client:
            (found,) = client.mutations(invoice_number="C1")
        asked = server.asked[1].body
    first = BookedLine(
        ledger="8000",
        vat_code="HOOG_VERK_21",
        percent=Decimal(21),
        net=Decimal("-10.00"),
        vat=Decimal("-2.10"),
        gross=Decimal("-12.10"),
        cost_centre=3,
    )
    assert found == BookedMutation(
        number=175,
        kind="FactuurVerstuurd",
        booked_on=date(2026, 3, 4),
        ledger="1300",
        relation="M17",
        invoice_number="C1",
        voucher="webshop:crm:1:1",
        description="Credit",
        lines=(first, found.lines[1]),
    )
    assert str(found.total) == "-13.31"
    for text in (
        ">C1<",
        "DatumVan>1980-01-01T00:00:00<",
        "DatumTm>2049-12-31T00:00:00<",
        "MutatieNr>0<",
        "MutatieNrVan>0<",
        "MutatieNrTm>0<",
    ):
        assert text in asked


def test_bounds_are_passed_on() -> None:
    with always(listed("GetMutaties", "Mutaties", "")) as server:
        with books(server) as client:
            day = date(2026, 3, 4)
            assert client.mutations(since=day, until=day, from_no=5, to_no=9) == []
        asked = server.asked[1].body
    for text in ("Van>5<", "Tm>9<", "DatumVan>2026-03-04T00:00:00<", "DatumTm>2026-03-04T"):
        assert text in asked


@pytest.mark.parametrize(
    "inner", ["<ErrorMsg/>", "<ErrorMsg/><Mutaties/>", "<Mutaties></Mutaties>"]
)
def test_nothing_found_is_an_empty_list(inner: str) -> None:
    """The container may be missing or empty; but there is a result, or nobody has looked."""
    assert read(http(answer("GetMutaties", inner)), Books.mutations) == []


def test_texts_that_are_missing_or_empty_are_the_same() -> None:
    bare = (
        "<cMutatieList><MutatieNr>1</MutatieNr><Soort>Memoriaal</Soort>"
        "<Datum>2026-03-04T00:00:00</Datum>{}</cMutatieList>"
    )
    empty = "<Rekening/><RelatieCode></RelatieCode><Factuurnummer/><Boekstuk/><MutatieRegels/>"
    both = listed("GetMutaties", "Mutaties", bare.format("") + bare.format(empty))
    without, with_empty = read(both, Books.mutations)
    expected = BookedMutation(number=1, kind="Memoriaal", booked_on=date(2026, 3, 4))
    assert without == with_empty == expected
    assert expected.total == 0


@pytest.mark.parametrize(
    "entry",
    [
        '<cMutatieList xsi:nil="true"/>',
        "<cMutatieList/>",
        f"<cMutatieList><MutatieNr>{2**63}</MutatieNr><Soort>Memoriaal</Soort>"  # no long
        "<Datum>2026-03-04T00:00:00</Datum></cMutatieList>",
    ],
)
def test_a_nil_entry_is_not_overlooked(entry: str) -> None:
    with pytest.raises(UnreadableError, match="without a usable"):
        read(listed("GetMutaties", "Mutaties", entry), Books.mutations)


def test_ledgers() -> None:
    entry = (
        "<cGrootboekrekening><ID>901</ID><Code>08000</Code><Omschrijving>Omzet</Omschrijving>"
        "<Categorie>VW</Categorie><Groep/></cGrootboekrekening>"
    )
    found = read(listed("GetGrootboekrekeningen", "Rekeningen", entry), Books.ledgers)
    assert found == [Ledger(id=901, code="08000", description="Omzet", category="VW")]


def test_cost_centres() -> None:
    entry = (
        "<cKostenplaats><KostenplaatsId>3</KostenplaatsId><Omschrijving>Web</Omschrijving>"
        "<KostenplaatsParentId>1</KostenplaatsParentId></cKostenplaats>"
    )
    found = read(listed("GetKostenplaatsen", "Kostenplaatsen", entry), Books.cost_centres)
    assert found == [CostCentre(id=3, description="Web", parent=1)]


def test_open_items_are_doubles_and_still_exact() -> None:
    """0.1 + 0.2 has seventeen places on its way; the cents are what counts."""
    entry = (
        "<cOpenPost><MutDatum>2026-03-04T00:00:00</MutDatum><MutFactuur>F1</MutFactuur>"
        "<RelCode>M17</RelCode><RelBedrijf>Jansen</RelBedrijf><Bedrag>0.30000000000000004</Bedrag>"
        "<Voldaan>1E-2</Voldaan><Openstaand>-1234.565</Openstaand></cOpenPost>"
    )
    with always(listed("GetOpenPosten", "Openposten", entry)) as server, books(server) as client:
        (found,) = client.open_items()
        assert "OpSoort>Debiteuren<" in server.asked[1].body
    assert found == OpenItem(
        issued_on=date(2026, 3, 4),
        invoice_number="F1",
        relation="M17",
        name="Jansen",
        amount=Decimal("0.30"),
        paid=Decimal("0.01"),
        outstanding=Decimal("-1234.57"),
    )


@pytest.mark.parametrize("amount", ["NaN", "INF", "-INF", "1E300", "", "1,00"])
def test_an_amount_that_is_none_is_unreadable(amount: str) -> None:
    entry = (
        "<cOpenPost><MutDatum>2026-03-04T00:00:00</MutDatum>"
        f"<Bedrag>{amount}</Bedrag><Voldaan>0</Voldaan><Openstaand>0</Openstaand></cOpenPost>"
    )
    with pytest.raises(UnreadableError):
        read(listed("GetOpenPosten", "Openposten", entry), Books.open_items)


def test_administrations_keep_their_codes_out_of_sight() -> None:
    entry = (
        "<cAdministratie><Bedrijf>Voorbeeld</Bedrijf><Plaats>Utrecht</Plaats>"
        "<Guid>{A-B}</Guid><StartBoekjaar>01-01</StartBoekjaar></cAdministratie>"
    )
    (found,) = read(listed("GetAdministraties", "Administraties", entry), Books.administrations)
    assert found == Administration(
        name="Voorbeeld", city="Utrecht", code="{A-B}", year_start="01-01"
    )
    assert "A-B" not in repr(found)
