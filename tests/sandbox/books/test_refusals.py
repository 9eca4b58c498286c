"""Every error code the books can answer, each from the call that earns it."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from sync.sandbox.books import AdministrationSettings, Books, Settings
from sync.sandbox.books.errors import TEXTS
from sync.sandbox.clock import SimulatedClock
from sync.sandbox.http import Server
from tests.sandbox.books.builders import Raw, invoice, line, mutation, relation

_PURCHASE = {"Soort": "FactuurOntvangen", "Rekening": "1600"}
_PAYMENT = {"Soort": "FactuurbetalingOntvangen", "Rekening": "1010", "Factuurnummer": "BOOKED"}
_WE_PAY = {"Soort": "FactuurbetalingVerstuurd", "Rekening": "1010", "Factuurnummer": "BOUGHT"}
_PAID = line(TegenrekeningCode="1300", BTWCode="GEEN", BTWPercentage=0, BedragBTW=0,
             BedragExclBTW=121)  # fmt: skip
_BOUGHT = line(BTWCode="HOOG_INK_21", TegenrekeningCode="7000")


@pytest.fixture
def ready(raw: Raw) -> Raw:
    """With relations M1 and M2, the sale BOOKED and the purchase BOUGHT, all of M1."""
    for code in ("M1", "M2"):
        assert raw.error("AddRelatie", oRel=relation(Code=code)) == ""
    assert raw.error("AddMutatie", oMut=mutation(Factuurnummer="BOOKED")) == ""
    bought = mutation(_BOUGHT, **_PURCHASE, Factuurnummer="BOUGHT")
    assert raw.error("AddMutatie", oMut=bought) == ""
    return raw


@pytest.mark.parametrize(
    ("code", "sent"),
    [
        ("", mutation()),
        ("", mutation(*[line()] * 100)),
        ("", mutation(_PAID, **_PAYMENT)),
        ("", mutation(_PAID | {"TegenrekeningCode": "1600"}, **_WE_PAY)),
        ("", mutation(Soort="GeldOntvangen", Rekening="1010", RelatieCode="", Factuurnummer="")),
        ("", mutation(_BOUGHT, Soort="GeldUitgegeven", Rekening="1000", RelatieCode="")),
        ("", mutation(_BOUGHT, Soort="Memoriaal", Rekening="0500", RelatieCode="")),
        ("", mutation(line(BTWCode="AFW_VERK", BTWPercentage=0))),
        ("", mutation(line(BTWCode="VERL_VERK", BedragBTW=0, BedragExclBTW=121))),
        ("", mutation(line(BedragExclBTW="99.99"))),
        ("", mutation(Datum="1980-01-01")),
        ("", mutation(Datum="2049-12-31T23:59:59")),
        ("CMUT001", mutation(Rekening="9999")),
        ("CMUT001", mutation(Rekening="")),
        ("CMUT001.1", mutation(_PAID, **_PAYMENT | {"Rekening": "1300"})),
        ("CMUT003", mutation(InExBTW="")),
        ("CMUT003.1", mutation(InExBTW="in")),
        ("CMUT004", mutation(Datum="1979-12-31")),
        ("CMUT004", mutation(Datum="2050-01-01")),
        ("CMUT004", mutation(Datum=None)),
        ("CMUT005", mutation(Omschrijving="")),
        ("CMUT005", mutation(Omschrijving="  ")),
        ("CMUT006", mutation(MutatieRegels=None)),
        ("CMUT006", mutation(*[line()] * 101)),
        ("CMUT008", mutation(Soort="OpeningsSaldo")),
        ("CMUT008", mutation(Soort=None)),
        ("CMUT010", mutation(line(BedragInclBTW="121.02"))),
        ("CMUT010.1", mutation(line(BedragBTW="20.98", BedragExclBTW="100.02"))),
        ("CMUT010.1", mutation(line(BTWPercentage=9))),
        ("CMUT010.1", mutation(line(BTWCode="GEEN", BTWPercentage=0))),
        ("CMUT011", mutation(line(BTWCode="HOOG_INK_21"))),
        ("CMUT011", mutation(line(), **_PURCHASE)),
        ("CMUT011", mutation(_PAID | {"BTWCode": "BU_EU_VERK"}, **_PAYMENT)),
        ("CMUT012", mutation(line(TegenrekeningCode="1010"))),
        ("CMUT012", mutation(line(TegenrekeningCode="8999"))),
        ("CMUT013", mutation(Factuurnummer="")),
        ("CMUT014", mutation(RelatieCode="")),
        ("CMUT014", mutation(Betalingstermijn="")),
        ("CMUT015", mutation(_BOUGHT, **_PURCHASE | {"Rekening": "1300"})),
        ("CMUT016", mutation(Rekening="1600")),
        ("CMUT017", mutation(RelatieCode="M9")),
        ("CMUT018", mutation(_BOUGHT, **_PURCHASE, Factuurnummer="BOUGHT")),
        ("CMUT019", mutation(Factuurnummer="BOOKED")),
        ("CMUT021", mutation(_PAID, _PAID, **_PAYMENT)),
        ("CMUT023", mutation(_PAID, **_PAYMENT | {"Factuurnummer": ""})),
        ("CMUT024", mutation(_PAID, **_PAYMENT, RelatieCode="")),
        ("CMUT025", mutation(_PAID, **_PAYMENT, RelatieCode="M9")),
        ("CMUT026", mutation(_PAID, **_PAYMENT | {"Factuurnummer": "UNBOOKED"})),
        ("CMUT026", mutation(_PAID, **_PAYMENT, RelatieCode="M2")),
        ("CMUT027", mutation(line(), **_PAYMENT)),
        ("CMUT028", mutation(_PAID, **_WE_PAY)),
        ("CMUT033", mutation(line(BTWCode="BUITEN_EU_VERK"))),
        ("CMUT033", mutation(line(BTWCode=""))),
        ("CMUT900", mutation(Omschrijving="x" * 201)),
        ("CMUT901", mutation(line(KostenplaatsID=5))),
    ],
)
def test_a_mutation_is_refused_with_its_code(
    ready: Raw, code: str, sent: dict[str, object]
) -> None:
    assert ready.error("AddMutatie", oMut=sent) == code


def test_the_order_of_checks_is_that_of_the_numbers(ready: Raw) -> None:
    """A mutation that is wrong everywhere is refused for one thing after the other."""
    sent: dict[str, object] = {}
    repairs: list[tuple[str, dict[str, object]]] = [
        ("CMUT004", {"Datum": "2026-01-15"}),
        ("CMUT005", {"Omschrijving": "x"}),
        ("CMUT003", {"InExBTW": "X"}),
        ("CMUT003.1", {"InExBTW": "IN"}),
        ("CMUT006", {"MutatieRegels": {"cMutatieRegel": [line(TegenrekeningCode="1010")]}}),
        ("CMUT008", {"Soort": "FactuurVerstuurd"}),
        ("CMUT001", {"Rekening": "1600"}),
        ("CMUT016", {"Rekening": "1300"}),
        ("CMUT014", {"RelatieCode": "M9"}),
        ("CMUT017", {"RelatieCode": "M1", "Betalingstermijn": "14"}),
        ("CMUT013", {"Factuurnummer": "BOOKED"}),
        ("CMUT019", {"Factuurnummer": "NEW"}),
        ("CMUT012", {"MutatieRegels": {"cMutatieRegel": [line(BTWCode="NO", BedragBTW=1)]}}),
        ("CMUT033", {"MutatieRegels": {"cMutatieRegel": [line(BedragBTW=1)]}}),
        ("CMUT010", {"MutatieRegels": {"cMutatieRegel": [line(BTWPercentage=1)]}}),
        ("CMUT010.1", {"MutatieRegels": {"cMutatieRegel": [line()]}}),
        ("", {}),
    ]
    for code, repair in repairs:
        assert ready.error("AddMutatie", oMut=sent) == code
        sent |= repair


def test_a_closed_period_takes_no_bookings(ready: Raw, books: Books) -> None:
    """Up to and including its last day; the last check of all."""
    books.state.close_period(date(2026, 1, 15))
    assert ready.error("AddMutatie", oMut=mutation()) == "CMUT020"
    assert ready.error("AddMutatie", oMut=mutation(RelatieCode="M9")) == "CMUT017"
    assert ready.error("AddMutatie", oMut=mutation(Datum="2026-01-16")) == ""
    booked = invoice(InBoekhoudingPlaatsen="true", BoekhoudmutatieOmschrijving="x")
    assert ready.error("AddFactuur", oFact=booked) == "CMUT020"

    books.state.close_period(None)
    assert ready.error("AddMutatie", oMut=mutation()) == ""


def test_the_refusal_names_line_and_value_in_dutch(ready: Raw) -> None:
    """Value types are 0 after a refusal."""
    answer = ready.call("AddMutatie", oMut=mutation(line(), line(BTWCode="QUATSCH")))
    assert answer == {
        "ErrorMsg": {
            "LastErrorCode": "CMUT033",
            "LastErrorDescription": "Regel 2: btw-code QUATSCH is ongeldig.",
        },
        "Mutatienummer": "0",
    }


def test_a_refused_mutation_takes_no_number(ready: Raw) -> None:
    assert ready.error("AddMutatie", oMut=mutation(RelatieCode="M9")) == "CMUT017"
    assert ready.call("AddMutatie", oMut=mutation())["Mutatienummer"] == "3"


def _row(**changes: object) -> dict[str, object]:
    rows = invoice()["Regels"]
    assert isinstance(rows, dict)
    return {"Regels": {"cFactuurRegel": [rows["cFactuurRegel"][0] | changes]}}


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("", {"Factuurnummer": "BOOKED"}),
        ("CFACT004", {"Datum": "1979-01-01"}),
        ("CFACT006", {"Regels": None}),
        ("CFACT014", {"Betalingstermijn": 0}),
        ("CFACT024", {"Relatiecode": ""}),
        ("CFACT025", {"Relatiecode": "M9"}),
        ("CFACT026", {"Factuurnummer": "DOC1"}),
        ("CFACT026", {
            "Factuurnummer": "BOOKED", "InBoekhoudingPlaatsen": "1",
            "BoekhoudmutatieOmschrijving": "x",
        }),
        ("CFACT027", {"Factuursjabloon": ""}),
        ("CFACT028", {"Factuursjabloon": "Feestelijk"}),
        ("CFACT029", {"PerEmailVerzenden": "true"}),
        ("CFACT030", {"PerEmailVerzenden": "true", "EmailBericht": "x"}),
        ("CFACT031", {"PerEmailVerzenden": "1", "EmailBericht": "x", "EmailVanAdres": "a@b.nl"}),
        ("CFACT032", {"InBoekhoudingPlaatsen": "true"}),
        ("CFACT033", {"AutomatischeIncasso": "true"}),
        ("CFACT034", {"AutomatischeIncasso": "true", "IncassoRekeningNummer": "x"}),
        ("CFACT035", {
            "AutomatischeIncasso": "true", "IncassoRekeningNummer": "x", "IncassoTnv": "x",
        }),
        ("CFACT036", {
            "AutomatischeIncasso": "true", "IncassoRekeningNummer": "x", "IncassoTnv": "x",
            "IncassoPlaats": "x",
        }),
        ("CFACT037", _row(Code="")),
        ("CFACT038", _row(BTWCode="")),
        ("CFACT039", _row(Omschrijving="")),
        ("CFACT040", _row(TegenrekeningCode="")),
        ("CFACT042", _row(BTWCode="HOOG_INK_21")),
        ("CFACT212", _row(KostenplaatsID=5)),
        ("CFACT900", {"Factuurnummer": "x" * 51}),
        ("CMUT012", _row(TegenrekeningCode="1010")),
    ],
)  # fmt: skip
def test_an_invoice_document_is_refused_with_its_code(
    ready: Raw, code: str, changes: dict[str, object]
) -> None:
    assert ready.error("AddFactuur", oFact=invoice(Factuurnummer="DOC1")) == ""
    assert ready.error("AddFactuur", oFact=invoice(**changes)) == code


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("CREL001", {"Code": "M2"}),
        ("CREL900", {"Code": "x" * 16}),
        ("CREL901", {"Code": ""}),
        ("CREL902", {"Bedrijf": ""}),
        ("CREL903", {"BP": "X"}),
        ("CREL905", {"Gb_ID": 1}),
    ],
)
def test_a_relation_is_refused_when_added_and_when_updated(
    ready: Raw, books: Books, code: str, changes: dict[str, object]
) -> None:
    own_id = books.state.relations[0]["ID"]
    assert ready.error("AddRelatie", oRel=relation(**{"Code": "M3"} | changes)) == code
    assert ready.error("UpdateRelatie", oRel=relation(**{"ID": own_id} | changes)) == code


def test_an_unknown_relation_cannot_be_updated(ready: Raw) -> None:
    assert ready.error("UpdateRelatie", oRel=relation(ID=1)) == "CREL904"


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("CGB001", {"Code": "8000"}),
        ("CGB002", {"Omschrijving": ""}),
        ("CGN003", {"Code": ""}),
        ("CGB005", {"Categorie": ""}),
        ("CGB006", {"Categorie": "FIN"}),
        ("CGB900", {"Code": "x" * 11}),
    ],
)
def test_a_ledger_is_refused_when_added_and_when_updated(
    ready: Raw, books: Books, code: str, changes: dict[str, object]
) -> None:
    """The update's codes end in .1; its result is the error itself."""
    own_id = next(x["ID"] for x in books.state.ledgers if x["Code"] == "8100")
    ledger = {"ID": 0, "Code": "8500", "Omschrijving": "x", "Categorie": "VW"} | changes
    assert ready.error("AddGrootboekrekening", oGb=ledger) == code
    assert ready.error("UpdateGrootboekrekening", oGb=ledger | {"ID": own_id}) == f"{code}.1"


def test_an_unknown_ledger_has_no_balance_and_no_update(ready: Raw) -> None:
    assert ready.error("GetSaldo", cFilter={"GbCode": "9999"}) == "CGB901"
    ledger = {"ID": 1, "Code": "8500", "Omschrijving": "x", "Categorie": "VW"}
    assert ready.error("UpdateGrootboekrekening", oGb=ledger) == "CGB901.1"


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("E001.1", {"Username": "somebody"}),
        ("E001.1", {"SecurityCode1": "0" * 32}),
        ("E001.3", {"SecurityCode2": "{5A4DB0C5-0000-4000-8000-000000000009}"}),
    ],
)
def test_wrong_credentials_open_no_session(raw: Raw, code: str, changes: dict[str, object]) -> None:
    answer = raw.open(**changes)
    assert answer["ErrorMsg"]["LastErrorCode"] == code
    assert "SessionID" not in answer


@pytest.mark.parametrize("settings", [Settings(api_right=False)], ids=["no right"])
def test_a_user_without_the_right_opens_no_session(raw: Raw) -> None:
    assert raw.open()["ErrorMsg"]["LastErrorCode"] == "E001.5"


@pytest.mark.parametrize(
    ("settings", "code"),
    [(Settings(), "E002.5"), (Settings(accountant=True), "E001.2")],
    ids=["no accountant", "no such client"],
)
def test_a_clients_administration_needs_an_accountant_and_a_client(raw: Raw, code: str) -> None:
    answer = raw.send(
        "OpenSessionSub",
        {
            "Username": raw.settings.username,
            "SecurityCode1": raw.settings.code1,
            "SecurityCode2": raw.settings.code2,
            "AdministratieGUID": "{5A4DB0C5-0000-4000-8000-000000000009}",
        },
    )
    assert f"<LastErrorCode>{code}</LastErrorCode>".encode() in answer


def test_a_session_ends_when_unused_or_closed(raw: Raw, clock: SimulatedClock) -> None:
    """Use keeps it alive; what was closed stays closed."""
    for _ in range(3):
        assert raw.error("GetRelaties") == ""
        clock.sleep(1200)
    assert raw.error("GetRelaties") == ""
    clock.sleep(1201)
    assert raw.error("GetRelaties") == "E002.3"

    raw.open()
    raw.send("CloseSession", {"SessionID": raw.session})
    assert raw.error("GetRelaties") == "E002.4"


@pytest.mark.parametrize(
    ("code", "session"),
    [
        ("E002.1", "nonsense"),
        ("E002.2", "{00000000-0000-4000-8000-000000000000}"),
        ("E002.2", "00000000-0000-4000-8000-000000000000"),
    ],
)
def test_a_session_must_exist(raw: Raw, code: str, session: str) -> None:
    raw.session = session
    assert raw.error("GetRelaties") == code
    assert raw.error("GetAdministraties") == code


def test_a_session_needs_its_second_code_and_its_user(raw: Raw) -> None:
    raw.open()
    assert raw.error("GetRelaties", SecurityCode2="{5A4DB0C5-0000-4000-8000-9}") == "E002.1"
    assert raw.error("AutoLogin", Username="somebody") == "E001.1"


@pytest.mark.parametrize("settings", [Settings(dotted_codes=False)], ids=["without dots"])
def test_codes_can_be_spelled_without_dots(raw: Raw) -> None:
    raw.session = "nonsense"
    assert raw.error("GetRelaties") == "E0021"


@pytest.mark.parametrize("settings", [Settings(calls_per_month=2)], ids=["2 a month"])
def test_get_mutaties_is_counted_by_the_month(raw: Raw, clock: SimulatedClock) -> None:
    """The month begins at midnight in the Netherlands; other reads don't count."""
    assert [raw.error("GetMutaties") for _ in range(3)] == ["", "", "E003.1"]
    assert raw.error("GetRelaties") == ""
    clock.sleep(11 * 3600)  # 23:00 UTC on the 31st of January
    raw.open()
    assert raw.error("GetMutaties") == ""


@pytest.fixture
def lenient(clock: SimulatedClock) -> Iterator[Raw]:
    """Books that cut what is too long and allow 5 cents."""
    settings = Settings(too_long="cut", tolerance=Decimal("0.05"))
    with Server(Books(settings, clock), clock=clock) as server:
        raw = Raw(server.url, settings)
        raw.call("AddRelatie", oRel=relation())
        yield raw
        raw.connection.close()


def test_too_long_text_can_be_cut_instead(lenient: Raw) -> None:
    booked = mutation(Omschrijving="y" * 300, Factuurnummer="n" * 60)
    assert lenient.error("AddMutatie", oMut=booked) == ""
    found = lenient.call("GetMutaties", cFilter={"Factuurnummer": "n" * 50})
    assert found["Mutaties"]["cMutatieList"][0]["Omschrijving"] == "y" * 200


def test_the_tolerance_is_a_setting(lenient: Raw) -> None:
    within = line(BedragBTW="20.95", BedragExclBTW="100.05")
    assert lenient.error("AddMutatie", oMut=mutation(within)) == "CMUT010.1"
    within = line(BedragBTW="20.96", BedragExclBTW="100.00", BedragInclBTW="120.96")
    assert lenient.error("AddMutatie", oMut=mutation(within)) == ""


def test_the_low_rate_follows_the_date(ready: Raw) -> None:
    """LAAG_VERK was 6 % until 2019."""
    old = line(BTWCode="LAAG_VERK", BTWPercentage=6, BedragBTW=6, BedragInclBTW=106)
    assert ready.error("AddMutatie", oMut=mutation(old, Datum="2018-12-31")) == ""
    assert ready.error("AddMutatie", oMut=mutation(old, Datum="2019-01-01")) == "CMUT010.1"


def test_every_code_is_earned_here() -> None:
    """A code that no test provokes might as well not exist."""
    source = Path(__file__).read_text("utf-8")
    earned = {x for x in TEXTS if f'"{x}"' in source or f'"{x.removesuffix(".1")}"' in source}
    assert set(TEXTS) - earned == set()


def test_an_administration_is_told_apart_by_its_guid(clock: SimulatedClock) -> None:
    """Two administrations number their mutations each for itself, ids they share."""
    own = Settings().administrations
    other = AdministrationSettings(guid="{5A4DB0C5-0000-4000-8000-000000000002}")
    books = Books(Settings(administrations=(*own, other)), clock)
    ids = [x["ID"] for a in books.administrations.values() for x in a.ledgers]
    assert len(ids) == len(set(ids)) > 40
    assert [a.next_number() for a in books.administrations.values()] == [1, 1]
