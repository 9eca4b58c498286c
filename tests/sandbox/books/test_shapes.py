"""What the books give out, byte by byte where clients trip: .NET's manners and odd shapes."""

from urllib.request import urlopen

import pytest
import zeep

from sync.sandbox.books import Settings
from sync.sandbox.http import Server
from tests.sandbox.books.builders import NAMESPACE, Raw, envelope, invoice, mutation, relation


def _inner(body: bytes) -> str:
    """What stands in the SOAP body."""
    return body.decode().partition("<soap:Body>")[2].partition("</soap:Body>")[0]


@pytest.fixture
def own(raw: Raw) -> dict[str, object]:
    raw.open()
    return {"SessionID": raw.session, "SecurityCode2": raw.settings.code2}


def test_the_envelope_declares_the_schema_namespaces(raw: Raw, own: dict[str, object]) -> None:
    assert raw.send("GetRelaties", own).startswith(
        b'<?xml version="1.0" encoding="utf-8"?>'
        b'<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" '
        b'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        b'xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body>'
    )


def test_open_session_succeeds_with_an_error_of_two_empty_children(raw: Raw) -> None:
    answer = _inner(
        raw.send(
            "OpenSession",
            {
                "Username": raw.settings.username,
                "SecurityCode1": raw.settings.code1,
                "SecurityCode2": raw.settings.code2,
            },
        )
    )
    assert answer.startswith(
        f'<OpenSessionResponse xmlns="{NAMESPACE}"><OpenSessionResult><ErrorMsg>'
        "<LastErrorCode /><LastErrorDescription /></ErrorMsg><SessionID>{"
    )
    assert len(answer.partition("<SessionID>")[2].partition("</SessionID>")[0]) == 38


def test_other_calls_succeed_with_an_empty_error(raw: Raw, own: dict[str, object]) -> None:
    raw.send("AddRelatie", own | {"oRel": relation()})
    answer = _inner(raw.send("AddMutatie", own | {"oMut": mutation()}))
    assert answer == (
        f'<AddMutatieResponse xmlns="{NAMESPACE}"><AddMutatieResult>'
        "<ErrorMsg /><Mutatienummer>1</Mutatienummer></AddMutatieResult></AddMutatieResponse>"
    )


def test_updates_have_no_error_level(raw: Raw, own: dict[str, object]) -> None:
    raw.send("AddRelatie", own | {"oRel": relation()})
    refused = _inner(raw.send("UpdateRelatie", own | {"oRel": relation(ID=1)}))
    assert refused == (
        f'<UpdateRelatieResponse xmlns="{NAMESPACE}"><UpdateRelatieResult>'
        "<LastErrorCode>CREL904</LastErrorCode>"
        "<LastErrorDescription>De relatie 1 bestaat niet.</LastErrorDescription>"
        "</UpdateRelatieResult></UpdateRelatieResponse>"
    )


def test_close_session_answers_an_empty_element(raw: Raw, own: dict[str, object]) -> None:
    answer = _inner(raw.send("CloseSession", {"SessionID": own["SessionID"]}))
    assert answer == f'<CloseSessionResponse xmlns="{NAMESPACE}" />'


@pytest.mark.parametrize(
    ("settings", "empty"),
    [(Settings(), ""), (Settings(empty_lists=True), "<Relaties />")],
    ids=["left out", "empty element"],
)
def test_an_empty_list_is_left_out_or_empty(raw: Raw, own: dict[str, object], empty: str) -> None:
    answer = _inner(raw.send("GetRelaties", own))
    assert f"<GetRelatiesResult><ErrorMsg />{empty}</GetRelatiesResult>" in answer


def test_empty_texts_are_elements_in_mutations_and_missing_in_relations(
    raw: Raw, own: dict[str, object]
) -> None:
    raw.send("AddRelatie", own | {"oRel": relation()})
    raw.send("AddMutatie", own | {"oMut": mutation(Boekstuk="")})
    mutations = _inner(raw.send("GetMutaties", own))
    assert "<Boekstuk /><Omschrijving>Factuur</Omschrijving>" in mutations
    assert "Betalingskenmerk" not in mutations, "never given back"
    assert "<Factuurnummer /><TegenrekeningCode>8000<" in mutations
    assert "<Contactpersoon" not in _inner(raw.send("GetRelaties", own))


def test_the_untyped_field_says_its_type(raw: Raw, own: dict[str, object]) -> None:
    """Amounts of an invoice document are doubles: 20, not 20.00."""
    raw.send("AddRelatie", own | {"oRel": relation()})
    raw.send("AddFactuur", own | {"oFact": invoice()})
    answer = _inner(raw.send("GetFacturen", own))
    assert '<Relatiecode xsi:type="xsd:string">M1</Relatiecode>' in answer
    assert "<TotaalExclBTW>20</TotaalExclBTW><TotaalBTW>4.2</TotaalBTW>" in answer


def test_zeros_stand_for_values_after_a_refusal(raw: Raw) -> None:
    """Strings and lists are left out, value types are not."""
    nobody = {"SessionID": "x", "SecurityCode2": "y"}
    for operation, rest in {
        "AddMutatie": "<Mutatienummer>0</Mutatienummer>",
        "AddRelatie": "<Rel_ID>0</Rel_ID>",
        "AddGrootboekrekening": "<Gb_ID>0</Gb_ID>",
        "GetSaldo": "<Saldo>0</Saldo>",
        "GetRelaties": "",
        "AddFactuur": "",
        "AutoLogin": "",
    }.items():
        answer = _inner(raw.send(operation, nobody))
        assert f"</ErrorMsg>{rest}</{operation}Result>" in answer


@pytest.mark.parametrize(("count", "given"), [(7, "7 6 5 4 3"), (3, "3 2 1")])
@pytest.mark.parametrize("settings", [Settings(rows=5)], ids=["5 rows"])
def test_the_newest_mutations_are_given(
    raw: Raw, own: dict[str, object], count: int, given: str
) -> None:
    raw.send("AddRelatie", own | {"oRel": relation()})
    for _ in range(count):
        raw.send("AddMutatie", own | {"oMut": mutation()})
    found = raw.call("GetMutaties")["Mutaties"]["cMutatieList"]
    assert " ".join(x["MutatieNr"] for x in found) == given


@pytest.mark.parametrize("settings", [Settings(newest_first=False, rows=2)], ids=["ascending"])
def test_the_order_of_mutations_is_a_setting(raw: Raw, own: dict[str, object]) -> None:
    raw.send("AddRelatie", own | {"oRel": relation()})
    for _ in range(3):
        raw.send("AddMutatie", own | {"oMut": mutation()})
    found = raw.call("GetMutaties")["Mutaties"]["cMutatieList"]
    assert [x["MutatieNr"] for x in found] == ["2", "3"]


def test_the_wsdl_leads_back_to_the_server(server: Server, client: zeep.Client) -> None:
    """Both ports; the real address is in it no more."""
    for query in ("wsdl", "WSDL"):
        with urlopen(f"{server.url}/soap.asmx?{query}") as answer:
            text = answer.read().decode()
        assert text.count(f'location="{server.url}/soap.asmx"') == 2
        assert "soap.e-boekhouden.nl/soap.asmx" not in text
    for port in ("soapAppSoap", "soapAppSoap12"):
        opened = client.bind("soapApp", port).OpenSession("x", "y", "z", "")
        assert opened.ErrorMsg.LastErrorCode == "E001.1"


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/soap.asmx", {}, 200),
        ("HEAD", "/soap.asmx", {}, 200),
        ("GET", "/", {}, 404),
        ("POST", "/other", {}, 404),
        ("DELETE", "/soap.asmx", {}, 405),
        ("GET", "/soap.asmx?wsdl", {"Host": 'x"/><evil'}, 400),
    ],
)
def test_other_addresses_are_answered_plainly(
    raw: Raw, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    body = envelope("GetRelaties", "") if method == "POST" else None
    raw.connection.request(method, path, body, headers)
    response = raw.connection.getresponse()
    response.read()
    assert response.status == status
