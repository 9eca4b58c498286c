"""What the books take in: read by name, in both SOAP versions, and hostile XML refused fast."""

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from sync.sandbox.books import Books, schema
from tests.sandbox.books.builders import (
    CONTENT,
    ENVELOPE,
    NAMESPACE,
    Raw,
    envelope,
    line,
    mutation,
    relation,
    result,
    xml,
)


@pytest.fixture
def ready(raw: Raw) -> Raw:
    """Logged in, with relation M1."""
    assert raw.error("AddRelatie", oRel=relation()) == ""
    return raw


def _own(raw: Raw) -> str:
    return xml({"SessionID": raw.session, "SecurityCode2": raw.settings.code2})


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_the_answer_has_the_version_of_the_question(ready: Raw, version: str) -> None:
    own = {"SessionID": ready.session, "SecurityCode2": ready.settings.code2}
    body = ready.send("AddMutatie", own | {"oMut": mutation()}, version)
    assert etree.fromstring(body).tag == f"{{{ENVELOPE[version]}}}Envelope"
    assert result(body)["Mutatienummer"] == "1"


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": CONTENT["1.1"], "SOAPAction": f'"{NAMESPACE}/GetRelaties"'},
        {"Content-Type": CONTENT["1.1"], "SOAPAction": f"{NAMESPACE}/GetRelaties"},
        {"Content-Type": CONTENT["1.1"], "soapaction": '""'},
        {"Content-Type": CONTENT["1.1"]},
    ],
)
def test_the_operation_is_read_from_the_header_or_the_body(
    ready: Raw, headers: dict[str, str]
) -> None:
    """With quotes, without, empty or missing; the address may still end in ?WSDL."""
    for path in ("/soap.asmx", "/SOAP.asmx?WSDL"):
        status, body, _ = ready.post(envelope("GetRelaties", _own(ready)), headers, path)
        assert status == 200
        assert b"<Code>M1</Code>" in body


def test_a_body_of_another_operation_says_nothing(ready: Raw) -> None:
    """The header decides; .NET finds no arguments below the other name."""
    headers = {"Content-Type": CONTENT["1.1"], "SOAPAction": f"{NAMESPACE}/AddMutatie"}
    status, body, _ = ready.post(envelope("GetRelaties", _own(ready)), headers)
    assert status == 200
    assert result(body)["ErrorMsg"]["LastErrorCode"] == "E002.1"


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("AddMutatie", "CMUT004"),
        ("AddFactuur", "CFACT004"),
        ("AddRelatie", "CREL901"),
        ("UpdateRelatie", "CREL901"),
        ("AddGrootboekrekening", "CGN003"),
        ("UpdateGrootboekrekening", "CGN003.1"),
    ],
)
def test_a_call_without_its_record_is_refused(ready: Raw, operation: str, code: str) -> None:
    assert ready.error(operation) == code


def test_order_unknown_and_missing_elements_do_not_matter(ready: Raw, books: Books) -> None:
    """SecurityCode2 first, lines before the rest, fields that the service does not know."""
    fields = mutation(MutatieNr=None, Betalingskenmerk=None, Boekstuk=None, Category="x")
    turned = dict(reversed(fields.items()))
    sent = {"SecurityCode2": ready.settings.code2, "oMut": turned, "Extra": {"deep": {"er": 1}},
            "SessionID": ready.session}  # fmt: skip
    assert result(ready.send("AddMutatie", sent))["Mutatienummer"] == "1"
    assert books.state.mutations[0]["Betalingskenmerk"] == ""


@pytest.mark.parametrize(
    "sent",
    ["2026-01-15", "2026-01-15T00:00:00", "2026-01-15T09:30:00.1234567", "2026-01-14T23:30:00Z",
     "2026-01-15T23:30:00+01:00", "2026-01-15+01:00", " 2026-01-15 "],
)  # fmt: skip
def test_dates_come_with_or_without_time_and_zone(ready: Raw, sent: str, books: Books) -> None:
    """One with a zone becomes the date in the Netherlands; the answer is always midnight."""
    assert ready.error("AddMutatie", oMut=mutation(Datum=sent)) == ""
    assert b"<Datum>2026-01-15T00:00:00</Datum>" in ready.send(
        "GetMutaties", {"SessionID": ready.session, "SecurityCode2": ready.settings.code2}
    )


@pytest.mark.parametrize(("sent", "code"), [("0", ""), ("false", ""), ("1", "CFACT029"),
                                            ("true", "CFACT029")])  # fmt: skip
def test_booleans_come_in_four_forms(ready: Raw, sent: str, code: str) -> None:
    row = {"Code": "a", "Omschrijving": "b", "BTWCode": "GEEN", "TegenrekeningCode": "8000"}
    fact = {
        "Relatiecode": "M1", "Datum": "2026-01-15", "Betalingstermijn": 1,
        "Factuursjabloon": "Standaard", "PerEmailVerzenden": sent,
        "Regels": {"cFactuurRegel": [row]},
    }  # fmt: skip
    assert ready.error("AddFactuur", oFact=fact) == code


@pytest.mark.parametrize(
    ("sent", "kept"), [("0.005", "0.01"), ("-0.005", "-0.01"), ("0.0149", "0.01")]
)
def test_amounts_are_kept_in_cents(ready: Raw, books: Books, sent: str, kept: str) -> None:
    """Half a cent goes away from nothing, as bookkeepers do it."""
    amounts = dict.fromkeys(("BedragInvoer", "BedragExclBTW", "BedragInclBTW"), sent)
    odd = line(**amounts, BedragBTW=0, BTWCode="GEEN", BTWPercentage=0)
    assert ready.error("AddMutatie", oMut=mutation(odd)) == ""
    assert books.state.mutations[0]["MutatieRegels"][0]["BedragInclBTW"] == Decimal(kept)


def test_texts_survive_the_way_there_and_back(ready: Raw, books: Books) -> None:
    """Markup, quotes, other scripts, line ends: data is data."""
    odd = '<b>&amp; "it\'s" ]]> € 日本 🙂\ta\r\nb'
    sent = envelope("AddMutatie", _own(ready) + xml({"oMut": mutation(Omschrijving=odd)}))
    sent = sent.replace(b"\r", b"&#13;")
    assert ready.post(sent, {"Content-Type": CONTENT["1.1"]})[0] == 200
    assert books.state.mutations[0]["Omschrijving"] == odd
    found = ready.call("GetMutaties")["Mutaties"]["cMutatieList"]
    assert found[0]["Omschrijving"] == odd


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (mutation(Soort="Factuur"), "is not a valid value for enMutatieSoorten"),
        (mutation(Datum=""), "is not a valid AllXsd value"),
        (mutation(Datum="15-01-2026"), "is not a valid AllXsd value"),
        (mutation(Datum="2026-02-30"), "is not a valid AllXsd value"),
        (mutation(MutatieNr=""), "not in a correct format"),
        (mutation(MutatieNr="9" * 25), "too large or too small for an Int64"),
        (mutation(line(BedragBTW="")), "not in a correct format"),
        (mutation(line(BedragBTW="21,00")), "not in a correct format"),
        (mutation(line(BedragBTW="NaN")), "not in a correct format"),
        (mutation(line(BedragBTW="9" * 100_000)), "not in a correct format"),
    ],
)
@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_what_dotnet_cannot_parse_is_a_fault(
    ready: Raw, sent: dict[str, object], says: str, version: str, books: Books
) -> None:
    body = envelope("AddMutatie", _own(ready) + xml({"oMut": sent}), version)
    status, answer, kind = ready.post(body, {"Content-Type": CONTENT[version]})
    assert (status, kind) == (500, CONTENT[version])
    fault = etree.fromstring(answer)[0][0]
    assert fault.tag == f"{{{ENVELOPE[version]}}}Fault"
    text = "".join(str(x) for x in fault.itertext())
    assert "Server was unable to read request." in text
    assert says in text
    assert not books.state.mutations


@pytest.mark.parametrize(
    "action", ["Nonsense", f"{NAMESPACE}/DropTable", "http://other/AddMutatie"]
)
def test_an_unknown_operation_is_a_fault(ready: Raw, action: str) -> None:
    headers = {"Content-Type": CONTENT["1.1"], "SOAPAction": action}
    status, answer, _ = ready.post(envelope("GetRelaties", _own(ready)), headers)
    assert status == 500
    assert b"did not recognize the value of HTTP Header SOAPAction" in answer


_BOMB = b"".join(
    b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"lol") for n in range(10)
)


def _utf7(text: bytes) -> bytes:
    """The same document with its markup hidden from who looks for bytes."""
    hidden = {ord("<"): "+ADw-", ord(">"): "+AD4-", ord("!"): "+ACE-"}
    return b'<?xml version="1.0" encoding="UTF-7"?>' + text.decode().translate(hidden).encode()


_HOSTILE = {
    "entity bomb": b"<!DOCTYPE x [%s]>" % _BOMB
    + envelope("OpenSession", "<Username>&l9;</Username>").partition(b"?>")[2],
    "bomb in an attribute": b'<!doctype x [%s]><x y="&l9;"/>' % _BOMB,
    "external entity": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    + envelope("OpenSession", "<Username>&e;</Username>").partition(b"?>")[2],
    "external DTD": b'<!DOCTYPE x SYSTEM "http://192.0.2.1/evil.dtd"><x/>',
    "DTD in UTF-16": '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x []><x/>'.encode("utf-16"),
    "DTD in EBCDIC": '<?xml version="1.0" encoding="cp037"?><!DOCTYPE x []><x/>'.encode("cp037"),
    "bomb in UTF-7": _utf7(b"<!DOCTYPE x [%s]><x y='&l9;'>&l9;</x>" % _BOMB),
    "DTD in UTF-7": _utf7(b"<!DOCTYPE x [<!ENTITY e 'e'>]><x>&e;</x>"),
    "deep nesting": envelope("OpenSession", "<a>" * 100_000 + "</a>" * 100_000),
    "half": envelope("OpenSession", "")[:-20],
    "no XML": b"\xff\xfe\x00garbage",
    "nothing": b"",
    "no envelope": b"<OpenSession/>",
    "an envelope of another kind": b'<Envelope xmlns="urn:x"><Body/></Envelope>',
    "no body": f'<Envelope xmlns="{ENVELOPE["1.1"]}"/>'.encode(),
    "an empty body": f'<E:Envelope xmlns:E="{ENVELOPE["1.1"]}"><E:Body/></E:Envelope>'.encode(),
    "undefined entity": envelope("OpenSession", "<Username>&nope;</Username>"),
    "too much": b" " * 50_000_000,
}


@pytest.mark.parametrize("body", _HOSTILE.values(), ids=_HOSTILE.keys())
def test_hostile_xml_is_refused_fast(raw: Raw, body: bytes) -> None:
    """Nothing is expanded or fetched, and the next call is answered as ever."""
    began = time.perf_counter()
    status, answer, _ = raw.post(body, {"Content-Type": CONTENT["1.1"]})
    assert time.perf_counter() - began < 2
    assert status in {500, 413}
    assert b"root:" not in answer
    assert b"lollol" not in answer
    raw.connection.close()
    assert raw.open()["ErrorMsg"] == {"LastErrorCode": "", "LastErrorDescription": ""}


def test_a_huge_text_is_read_and_refused(ready: Raw) -> None:
    assert ready.error("AddMutatie", oMut=mutation(Omschrijving="x" * 1_900_000)) == "CMUT900"


def test_many_lines_are_read_and_refused(ready: Raw) -> None:
    began = time.perf_counter()
    assert ready.error("AddMutatie", oMut=mutation(*[line()] * 5000)) == "CMUT006"
    assert time.perf_counter() - began < 3


def test_a_nil_date_is_no_bound(ready: Raw) -> None:
    nil = '<{0} xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>'
    dates = nil.format("DatumVan") + nil.format("DatumTot")
    ready.error("AddMutatie", oMut=mutation())
    asked = f"{_own(ready)}<cFilter><GbCode>1300</GbCode>{dates}</cFilter>"
    _, answer, _ = ready.post(envelope("GetSaldo", asked), {"Content-Type": CONTENT["1.1"]})
    assert result(answer)["Saldo"] == "121"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9),
                   max_value=10**9))  # fmt: skip
def test_amounts_are_written_as_they_are_read(amount: Decimal) -> None:
    """To the cent, never in exponents."""
    assert schema.from_text("decimal", schema.to_text(amount)) == amount


@given(st.sampled_from(["decimal", "double", "long", "boolean", "dateTime"]), st.text(max_size=40))
def test_any_text_is_a_value_or_a_refusal(type_name: str, text: str) -> None:
    try:
        value = schema.from_text(type_name, text)
    except ValueError:
        return
    assert schema.from_text(type_name, schema.to_text(value)) == value
