"""All 20 operations, by zeep on the served WSDL, with a session of its own."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import zeep

from sync.sandbox.books import AdministrationSettings, Books, Settings
from sync.sandbox.books.schema import operations
from sync.sandbox.clock import SimulatedClock
from tests.sandbox.books.builders import invoice, line, mutation, relation

_EVER = {"DatumVan": "1980-01-01", "DatumTm": "2049-12-31"}
_ALWAYS = {"KostenPlaatsId": 0, "DatumVan": None, "DatumTot": None}
_CLIENT = AdministrationSettings(guid="{5A4DB0C5-0000-4000-8000-000000000002}", name="Klant B.V.")


class Service:
    """zeep's operations with the session filled in."""

    def __init__(self, client: zeep.Client, settings: Settings) -> None:
        self._service = client.service
        self._settings = settings
        self._code2 = settings.code2
        self.reopen()

    def reopen(self) -> None:
        """Open a session; later calls use it."""
        opened = self._service.OpenSession(
            self._settings.username, self._settings.code1, self._code2, "test"
        )
        assert opened.ErrorMsg.LastErrorCode is None
        self.session = opened.SessionID

    def __call__(self, operation: str, *arguments: object) -> Any:
        """The result of an operation that must not be refused."""
        answer = self._service[operation](self.session, self._code2, *arguments)
        assert getattr(answer, "ErrorMsg", None) is None
        return answer


@pytest.fixture
def service(client: zeep.Client, settings: Settings) -> Service:
    service = Service(client, settings)
    service("AddRelatie", relation())
    return service


def test_a_relation_is_added_found_and_overwritten(service: Service, clock: SimulatedClock) -> None:
    added = service("AddRelatie", relation(Code="M2", Bedrijf="De Vries B.V.", BP="B"))
    (found,) = service("GetRelaties", {"Code": "M2", "ID": 0}).Relaties.cRelatie
    assert (found.ID, found.Bedrijf, found.Plaats) == (added.Rel_ID, "De Vries B.V.", "Utrecht")
    assert f"{found.AddDatum:%Y-%m-%d}" == "2026-01-31"

    clock.sleep(86_400)
    service.reopen()
    changed = relation(ID=added.Rel_ID, Code="M2", Bedrijf="De Vries N.V.", BP="B", Plaats=None)
    assert service("UpdateRelatie", changed) is None

    (found,) = service("GetRelaties", {"ID": added.Rel_ID}).Relaties.cRelatie
    assert (found.Bedrijf, found.Plaats) == ("De Vries N.V.", None), "what is not sent is emptied"
    assert f"{found.AddDatum:%Y-%m-%d}" == "2026-01-31", "the date of adding is not overwritten"


@pytest.mark.parametrize("word", ["jan@EXAMPLE", "utrecht", "m1", "jansen"])
def test_a_keyword_finds_part_of_a_relation_in_either_case(service: Service, word: str) -> None:
    service("AddRelatie", relation(Code="X2", Bedrijf="B", Plaats="Gent", Email="b@b.be"))
    found = service("GetRelaties", {"Trefwoord": word, "ID": 0}).Relaties.cRelatie
    assert [x.Code for x in found] == ["M1"]


def test_without_a_filter_all_relations_are_listed(service: Service) -> None:
    service("AddRelatie", relation(Code="M2"))
    assert [x.Code for x in service("GetRelaties").Relaties.cRelatie] == ["M1", "M2"]


def test_mutations_are_numbered_from_one_and_come_back_as_booked(service: Service) -> None:
    numbers = [
        service("AddMutatie", mutation(Factuurnummer=x, MutatieNr=99999)).Mutatienummer
        for x in ("A1", "A2", "A3")
    ]
    assert numbers == [1, 2, 3]

    wanted = {"MutatieNr": 0, "Factuurnummer": "A2", **_EVER}
    (found,) = service("GetMutaties", wanted).Mutaties.cMutatieList
    assert (found.MutatieNr, found.Soort, found.Boekstuk) == (2, "FactuurVerstuurd", "web:inv:1:1")
    (row,) = found.MutatieRegels.cMutatieListRegel
    assert (row.BedragExclBTW, row.BedragBTW, row.BedragInclBTW) == (
        Decimal("100.00"),
        Decimal("21.00"),
        Decimal("121.00"),
    )


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({"MutatieNr": 2, **_EVER}, [2]),
        ({"MutatieNr": 0, "MutatieNrVan": 2, **_EVER}, [3, 2]),
        ({"MutatieNr": 0, "MutatieNrTm": 2, **_EVER}, [2, 1]),
        ({"MutatieNr": 0, "DatumVan": "2026-01-02", "DatumTm": "2026-01-03"}, [3, 2]),
        ({"MutatieNr": 0, "DatumVan": "2026-01-02", "DatumTm": "2026-01-02T00:00:00"}, [2]),
        ({"MutatieNr": 0, "Factuurnummer": "nowhere", **_EVER}, []),
    ],
)
def test_mutations_are_filtered(
    service: Service, wanted: dict[str, object], numbers: list[int]
) -> None:
    """By number, by range of numbers, by days that are both included; newest first."""
    for day in (1, 2, 3):
        service("AddMutatie", mutation(Datum=f"2026-01-0{day}"))
    found = service("GetMutaties", wanted).Mutaties
    assert [x.MutatieNr for x in found.cMutatieList] == numbers if found else not numbers


def test_an_invoice_is_open_until_it_is_paid(service: Service) -> None:
    service("AddMutatie", mutation(Factuurnummer="A1"))
    paid = line(
        TegenrekeningCode="1300", BTWCode="GEEN", BTWPercentage=0,
        BedragInvoer=100, BedragExclBTW=100, BedragBTW=0, BedragInclBTW=100,
    )  # fmt: skip
    payment = mutation(paid, Soort="FactuurbetalingOntvangen", Rekening="1010", Factuurnummer="A1")

    (item,) = service("GetOpenPosten", "Debiteuren").Openposten.cOpenPost
    assert (item.MutFactuur, item.RelCode, item.RelBedrijf) == ("A1", "M1", "Jan Jansen")
    assert (item.Bedrag, item.Voldaan, item.Openstaand) == (121.0, 0.0, 121.0)

    service("AddMutatie", payment)
    (item,) = service("GetOpenPosten", "Debiteuren").Openposten.cOpenPost
    assert (item.Voldaan, item.Openstaand) == (100.0, 21.0)

    rest = dict.fromkeys(("BedragInvoer", "BedragExclBTW", "BedragInclBTW"), 21)
    service("AddMutatie", payment | {"MutatieRegels": {"cMutatieRegel": [paid | rest]}})
    assert service("GetOpenPosten", "Debiteuren").Openposten is None


def test_purchases_are_open_on_the_creditors_side(service: Service) -> None:
    bought = line(BTWCode="HOOG_INK_21", TegenrekeningCode="7000")
    service("AddMutatie", mutation(bought, Soort="FactuurOntvangen", Rekening="1600"))
    (item,) = service("GetOpenPosten", "Crediteuren").Openposten.cOpenPost
    assert item.Openstaand == 121.0
    assert service("GetOpenPosten", "Debiteuren").Openposten is None


def test_balances_follow_from_the_bookings(service: Service) -> None:
    """Debit is positive; the VAT lands on the ledger of its category; all add up to nothing."""
    low = line(
        BTWCode="LAAG_VERK_9", BTWPercentage=9, TegenrekeningCode="8010",
        BedragExclBTW=100, BedragBTW=9, BedragInclBTW=109,
    )  # fmt: skip
    service("AddMutatie", mutation(line(), low))
    service("AddMutatie", mutation(line(BTWCode="HOOG_INK_21", TegenrekeningCode="7000"),
                                   Soort="FactuurOntvangen", Rekening="1600"))  # fmt: skip

    saldi = service("GetSaldi", {**_ALWAYS, "Categorie": ""}).Saldi.cSaldo
    assert {x.Code: x.Saldo for x in saldi if x.Saldo} == {
        "1300": 230.0, "1500": -21.0, "1510": -9.0, "1530": 21.0, "1600": -121.0,
        "7000": 100.0, "8000": -100.0, "8010": -100.0,
    }  # fmt: skip
    assert sum(x.Saldo for x in saldi) == 0
    assert service("GetSaldo", {"GbCode": "1300", **_ALWAYS}).Saldo == 230.0
    before = {"GbCode": "1300", **_ALWAYS, "DatumTot": "2026-01-14"}
    assert service("GetSaldo", before).Saldo == 0
    (debtors,) = service("GetSaldi", {**_ALWAYS, "Categorie": "DEB"}).Saldi.cSaldo
    assert debtors.Code == "1300"


def test_a_payment_moves_the_money_and_no_vat(service: Service) -> None:
    """Also under a code with VAT nothing but the whole amount moves; ours go the other way."""
    paid = line(TegenrekeningCode="1300", BTWCode="GEEN", BTWPercentage=0, BedragBTW=0,
                BedragExclBTW=121)  # fmt: skip
    bought = line(BTWCode="HOOG_INK_21", TegenrekeningCode="7000")
    service("AddMutatie", mutation(Factuurnummer="A1"))
    service("AddMutatie", mutation(paid, Soort="FactuurbetalingOntvangen", Rekening="1010",
                                   Factuurnummer="A1"))  # fmt: skip
    service("AddMutatie", mutation(bought, Soort="GeldUitgegeven", Rekening="1000"))
    service("AddMutatie", mutation(line(BTWCode="BU_EU_VERK", BTWPercentage=0, BedragBTW=0,
            BedragExclBTW=121, TegenrekeningCode="8020"), Soort="GeldOntvangen",
            Rekening="1000"))  # fmt: skip

    saldi = service("GetSaldi", {**_ALWAYS, "Categorie": ""}).Saldi.cSaldo
    assert {x.Code: x.Saldo for x in saldi if x.Saldo} == {
        "1010": 121.0, "1500": -21.0, "1530": 21.0, "7000": 100.0, "8000": -100.0,
        "8020": -121.0,
    }  # fmt: skip


def test_bookings_follow_a_relation_to_its_new_code(service: Service) -> None:
    service("AddMutatie", mutation(Factuurnummer="A1"))
    (found,) = service("GetRelaties", {"Code": "M1", "ID": 0}).Relaties.cRelatie
    service("UpdateRelatie", relation(ID=found.ID, Code="N1"))

    (item,) = service("GetOpenPosten", "Debiteuren").Openposten.cOpenPost
    assert (item.RelCode, item.RelBedrijf) == ("N1", "Jan Jansen")
    assert service("AddRelatie", relation(Code="M1")).Rel_ID > found.ID, "the old code is free"


def test_a_cost_centre_narrows_a_balance(service: Service) -> None:
    centres = service("GetKostenplaatsen").Kostenplaatsen.cKostenplaats
    parent, dutch, belgian = centres
    assert (parent.Omschrijving, parent.KostenplaatsParentId) == ("Webwinkel", 0)
    below = service("GetKostenplaatsen", {"KostenplaatsParentID": parent.KostenplaatsId})
    assert below.Kostenplaatsen.cKostenplaats == [dutch, belgian]

    service("AddMutatie", mutation(line(KostenplaatsID=dutch.KostenplaatsId), line()))
    of_dutch = _ALWAYS | {"GbCode": "8000", "KostenPlaatsId": dutch.KostenplaatsId}
    assert service("GetSaldo", of_dutch).Saldo == -100.0


def test_an_invoice_document_is_open_for_what_is_unpaid(service: Service) -> None:
    service("AddFactuur", invoice(InBoekhoudingPlaatsen="1", BoekhoudmutatieOmschrijving="x"))
    paid = line(
        TegenrekeningCode="1300", BTWCode="GEEN", BTWPercentage=0, BedragInvoer="20.00",
        BedragExclBTW="20.00", BedragBTW=0, BedragInclBTW="20.00",
    )  # fmt: skip
    service("AddMutatie", mutation(paid, Soort="FactuurbetalingOntvangen", Rekening="1010",
                                   Factuurnummer="F00001"))  # fmt: skip
    (found,) = service("GetFacturen", {"Factuurnummer": "F00001", **_EVER}).Facturen.cFactuurList
    assert (found.TotaalInclBTW, found.TotaalOpenstaand) == (24.2, 4.2)


def test_an_invoice_document_is_numbered_listed_and_booked(service: Service) -> None:
    """Booked on the debtor account, from quantity and price; the number is the books' own."""
    plain = service("AddFactuur", invoice())
    booked = service(
        "AddFactuur",
        invoice(InBoekhoudingPlaatsen="true", BoekhoudmutatieOmschrijving="Verkoop"),
    )
    assert (plain.Factuurnummer, booked.Factuurnummer) == ("F00001", "F00002")

    wanted = {"Factuurnummer": "", "Relatiecode": "M1", **_EVER}
    found = service("GetFacturen", wanted).Facturen.cFactuurList
    assert [x.Factuurnummer for x in found] == ["F00001", "F00002"]
    one = found[1]
    assert (one.TotaalExclBTW, one.TotaalBTW, one.TotaalInclBTW) == (20.0, 4.2, 24.2)
    assert (one.Relatiecode, one.TotaalOpenstaand) == ("M1", 24.2)
    assert one.URLPDFBestand.startswith("https://secure.e-boekhouden.nl/")

    mutations = service("GetMutaties", {"MutatieNr": 0, **_EVER}).Mutaties.cMutatieList
    assert [(x.Factuurnummer, x.Rekening) for x in mutations] == [("F00002", "1300")]


def test_the_books_own_number_passes_over_what_is_taken(service: Service) -> None:
    service("AddMutatie", mutation(Factuurnummer="F00001"))
    service("AddFactuur", invoice(Factuurnummer="F00002"))
    assert service("AddFactuur", invoice()).Factuurnummer == "F00003"


def test_a_ledger_is_added_renamed_and_its_bookings_follow(service: Service) -> None:
    ledger = {"ID": 0, "Code": "8500", "Omschrijving": "Cadeaubonnen", "Categorie": "VW"}
    added = service("AddGrootboekrekening", ledger)
    service("AddMutatie", mutation(line(TegenrekeningCode="8500"), Factuurnummer="A1"))
    renamed = ledger | {"ID": added.Gb_ID, "Code": "8510"}
    assert service("UpdateGrootboekrekening", renamed) is None

    by_code = service("GetGrootboekrekeningen", {"ID": 0, "Code": "8510"})
    assert [x.ID for x in by_code.Rekeningen.cGrootboekrekening] == [added.Gb_ID]
    assert service("GetSaldo", {"GbCode": "8510", **_ALWAYS}).Saldo == -100.0


def test_a_new_administration_has_a_chart_with_every_category(service: Service) -> None:
    found = service("GetGrootboekrekeningen", {"ID": 0}).Rekeningen.cGrootboekrekening
    by_code = {x.Code: x.Categorie for x in found}
    assert by_code["1300"] == "DEB"
    assert by_code["8990"] == "VW"
    assert by_code["1640"] == "BAL"
    assert set(by_code.values()) == {
        "BAL", "VW", "FIN", "DEB", "CRED", "VOOR", "AF6", "AF19", "AFOVERIG", "BTWRC",
    }  # fmt: skip
    debtors = service("GetGrootboekrekeningen", {"ID": 0, "Categorie": "DEB"})
    assert [x.Code for x in debtors.Rekeningen.cGrootboekrekening] == ["1300"]


def test_articles_are_listed_with_the_percentage_as_a_fraction(service: Service) -> None:
    (mug,) = service("GetArtikelen", {"ArtikelCode": "MOK-WIT"}).Artikelen.cArtikel
    assert (mug.BtwPercentage, mug.VerkoopprijsInclBTW, mug.Actief) == (
        Decimal("0.21"),
        Decimal("9.00"),
        True,
    )
    assert len(service("GetArtikelen").Artikelen.cArtikel) == 2


def test_auto_login_gives_a_token(
    service: Service, client: zeep.Client, settings: Settings
) -> None:
    answer = client.service.AutoLogin(settings.username, service.session, settings.code2)
    assert (answer.ErrorMsg, len(answer.Token)) == (None, 32)


def test_close_session_gives_nothing(service: Service, client: zeep.Client) -> None:
    assert client.service.CloseSession(service.session) is None
    assert client.service.CloseSession("nonsense") is None


def test_administrations_name_their_own_code(service: Service, settings: Settings) -> None:
    (own,) = service("GetAdministraties").Administraties.cAdministratie
    assert (own.Guid, own.Plaats) == (settings.code2, "Utrecht")


@pytest.mark.parametrize(
    "settings",
    [Settings(accountant=True, administrations=(*Settings().administrations, _CLIENT))],
    ids=["accountant"],
)
@pytest.mark.parametrize("own_code", [True, False])
def test_an_accountant_books_in_a_clients_administration(
    client: zeep.Client, settings: Settings, books: Books, *, own_code: bool
) -> None:
    """Later calls may carry the accountant's code or the client's."""
    opened = client.service.OpenSessionSub(
        settings.username, settings.code1, settings.code2, "test", _CLIENT.guid
    )
    code2 = settings.code2 if own_code else _CLIENT.guid
    client.service.AddRelatie(opened.SessionID, code2, relation())

    assert [x["Code"] for x in books.administrations[_CLIENT.guid].relations] == ["M1"]
    assert books.state.relations == []


def test_every_operation_is_tried_here() -> None:
    """A new operation in the WSDL must get a test in this file."""
    source = Path(__file__).read_text("utf-8")
    names = operations()
    assert len(names) == 20
    assert [x for x in names if f'"{x}"' not in source and f".{x}(" not in source] == []
