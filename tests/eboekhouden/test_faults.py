"""Whatever comes back: a read may be tried again, a booking that was sent is unknown.

Each case is sent as exact bytes by a raw server, once to a read and once to the three writes.
"""

import gzip
import logging
import socket
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest

from sync.domain import codes
from sync.eboekhouden import Books, NotSentError
from sync.errors import (
    BoekwachtError,
    OutcomeUnknownError,
    RefusedError,
    UnreachableError,
    UnreadableError,
)
from tests.eboekhouden.builders import BOOKING, RELATION, books
from tests.eboekhouden.raw import (
    CODE1,
    CODE2,
    OPENED,
    SESSION,
    Asked,
    Close,
    RawServer,
    Reply,
    Reset,
    Step,
    always,
    answer,
    envelope,
    http,
    session,
)

WHOLE: Final = answer("GetMutaties", "<ErrorMsg/>")
BOMB: Final = (
    '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{"&a" + str(n - 1 or "") + ";"}">' * 1 for n in range(1, 9))
    + "]><b>&a8;</b>"
)
OUTSIDE: Final = (
    '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY e SYSTEM "file:///etc/passwd">]><b>&e;</b>'
)
PAGE: Final = "<html><head><title>Onderhoud</title></head><body><p>Tot zo.</p></body></html>"
GZIP: Final = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b"
CHUNKS: Final = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def fault(text: str, code: str = "soap:Server") -> bytes:
    """HTTP 500 with a SOAP 1.1 Fault."""
    body = (
        f"<soap:Fault><faultcode>{code}</faultcode><faultstring>{text}</faultstring></soap:Fault>"
    )
    return http(envelope(body), "500 Internal Server Error")


CASES: Final[dict[str, tuple[list[Step], str]]] = {
    "closed after reading": ([Close()], codes.DROPPED),
    "reset after reading": ([Reset()], codes.DROPPED),
    "closed in the headers": ([b"HTTP/1.1 200 OK\r\nContent-Ty", Close()], codes.UNREADABLE),
    "closed in the body": ([http(WHOLE)[:-40], Close()], codes.DROPPED),
    "closed in a chunk": ([CHUNKS + b"ff\r\n<soap", Close()], codes.DROPPED),
    "a chunk without length": ([CHUNKS + b"zz\r\n<soap"], codes.DROPPED),
    "cut XML": ([http(WHOLE[:-40])], codes.UNREADABLE),
    "cut XML without length": (
        [b"HTTP/1.1 200 OK\r\n\r\n", WHOLE[:-9].encode(), Close()],
        "UNREADABLE",
    ),
    "empty 200": ([http("")], codes.UNREADABLE),
    "empty 202": ([http("", "202 Accepted")], "HTTP_202"),
    "empty 500": ([http("", "500 Internal Server Error")], codes.UNREADABLE),
    "204": ([b"HTTP/1.1 204 No Content\r\n\r\n"], "HTTP_204"),
    "page with 200": ([http(PAGE, content_type="text/html")], codes.UNREADABLE),
    "broken page with 200": ([http("<html><br><p>Tot zo", content_type="text/html")], "UNREADABLE"),
    "page with 503": ([http(PAGE, "503 Service Unavailable", "text/html")], "HTTP_503"),
    "page with 500": ([http(PAGE, "500 Internal Server Error", "text/html")], "HTTP_500"),
    "broken page with 502": ([http("<html><br>", "502 Bad Gateway", "text/html")], "HTTP_502"),
    "404": ([http("weg", "404 Not Found", "text/plain")], "HTTP_404"),
    "429": ([http("", "429 Too Many Requests")], "HTTP_429"),
    "redirect": (
        [b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"],
        codes.REDIRECT,
    ),
    "fault while working": ([fault("Server was unable to process request.")], codes.SOAP_FAULT),
    "fault without text": ([fault("")], codes.SOAP_FAULT),
    "fault with 200": ([fault("x").replace(b"500 Internal Server Error", b"200 OK")], "SOAP_FAULT"),
    "entity bomb": ([http(BOMB)], codes.UNREADABLE),
    "entity from a file": ([http(OUTSIDE)], codes.UNREADABLE),
    "document type": ([http(f"<!DOCTYPE x>{WHOLE.partition('?>')[2]}")], codes.UNREADABLE),
    "too deep": ([http("<a>" * 3000 + "</a>" * 3000)], codes.UNREADABLE),
    "not HTTP": ([b"SSH-2.0-OpenSSH_9.2\r\n", Close()], codes.UNREADABLE),
    "endless header": ([b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n"], codes.UNREADABLE),
    "broken gzip": ([GZIP % (9, b"not gzip!")], codes.UNREADABLE),
    "cut gzip": ([GZIP % (60, gzip.compress(WHOLE.encode())[:60])], codes.UNREADABLE),
    "attachments": ([http(WHOLE, content_type='multipart/related; boundary="b"')], "UNREADABLE"),
    "attachments without boundary": ([http(WHOLE, content_type="multipart/related")], "UNREADABLE"),
    "other envelope": (
        [http(WHOLE.replace("http://schemas.xmlsoap.org/soap/envelope/", "urn:x"))],
        codes.UNREADABLE,
    ),
}
NETWORK: Final = {codes.DROPPED, codes.READ_TIMEOUT, codes.DEADLINE}

WRITES: Final[dict[str, Callable[[Books], object]]] = {
    "AddMutatie": lambda client: client.add_mutation(BOOKING),
    "AddRelatie": lambda client: client.add_relation(RELATION),
    "UpdateRelatie": lambda client: client.update_relation(replace(RELATION, id=9)),
}


@pytest.mark.parametrize(("steps", "code"), CASES.values(), ids=CASES)
def test_a_read_without_a_usable_answer_may_be_tried_again(steps: list[Step], code: str) -> None:
    kind = UnreachableError if code in NETWORK else UnreadableError
    with always(*steps) as server, books(server) as client:
        with pytest.raises(kind) as caught:
            client.mutations()
        assert (type(caught.value), caught.value.code) == (kind, code)
        assert caught.value.detail == {"operation": "GetMutaties"}
        assert server.operations.count("GetMutaties") == 1


@pytest.mark.parametrize("operation", WRITES)
@pytest.mark.parametrize(("steps", "code"), CASES.values(), ids=CASES)
def test_a_write_without_a_usable_answer_is_unknown(
    steps: list[Step], code: str, operation: str
) -> None:
    with always(*steps) as server, books(server) as client:
        with pytest.raises(OutcomeUnknownError) as caught:
            WRITES[operation](client)
        assert caught.value.code == code
        assert server.operations.count(operation) == 1


@pytest.mark.parametrize(("steps", "code"), CASES.values(), ids=CASES)
def test_a_session_that_does_not_open_leaves_nothing_unknown(steps: list[Step], code: str) -> None:
    """The booking itself was never sent, so its failure is a passing one."""
    with RawServer(lambda _: steps) as server, books(server) as client:
        with pytest.raises((UnreachableError, UnreadableError)) as caught:
            client.add_mutation(BOOKING)
        assert caught.value.code == code
        assert server.operations == ["OpenSession"]


def test_how_long_to_wait_is_passed_on() -> None:
    busy = b"HTTP/1.1 503 Busy\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n"
    with always(busy) as server, books(server) as client:
        with pytest.raises(UnreadableError) as caught:
            client.relations()
        assert caught.value.retry_after == 120


@pytest.mark.parametrize(
    "text",
    [
        "Server was unable to read request. ---&gt; There is an error in XML document (1, 2).",
        "Server did not recognize the value of HTTP Header SOAPAction: http://x/AddMutatie.",
        "System.Web.Services.Protocols.SoapException: Server was unable to read request.",
    ],
)
def test_a_request_that_the_service_could_not_read_is_refused_not_unknown(text: str) -> None:
    with always(fault(text, "soap:Client")) as server, books(server) as client:
        with pytest.raises(RefusedError) as caught:
            client.add_mutation(BOOKING)
        assert caught.value.code == codes.SOAP_FAULT


@pytest.mark.parametrize(
    ("operation", "inner"),
    [
        ("AddMutatie", ""),
        ("AddMutatie", "<ErrorMsg/><Mutatienummer>0</Mutatienummer>"),
        ("AddMutatie", "<ErrorMsg/><Mutatienummer>-3</Mutatienummer>"),
        ("AddMutatie", "<ErrorMsg/><Mutatienummer/>"),
        ("AddMutatie", "<ErrorMsg/><Mutatienummer>abc</Mutatienummer>"),
        ("AddMutatie", "<ErrorMsg/><Mutatienummer>1</Mutatienummer><Nieuw>1</Nieuw>"),
        (
            "AddMutatie",
            "<ErrorMsg><LastErrorDescription>Onbekend</LastErrorDescription></ErrorMsg>"
            "<Mutatienummer>0</Mutatienummer>",
        ),
        (
            "AddMutatie",
            "<ErrorMsg><LastErrorCode>CMUT019</LastErrorCode></ErrorMsg>"
            "<Mutatienummer>5</Mutatienummer>",
        ),
        ("AddRelatie", ""),
        ("AddRelatie", "<ErrorMsg/><Rel_ID>0</Rel_ID>"),
        (
            "AddRelatie",
            "<ErrorMsg><LastErrorCode>CREL001</LastErrorCode></ErrorMsg><Rel_ID>5</Rel_ID>",
        ),
    ],
)
def test_an_answer_that_does_not_say_what_was_booked_is_unknown(operation: str, inner: str) -> None:
    with (
        always(http(answer(operation, inner))) as server,
        books(server) as client,
        pytest.raises(OutcomeUnknownError),
    ):
        WRITES[operation](client)


@pytest.mark.parametrize("operation", WRITES)
@pytest.mark.parametrize(
    "body", ["", '<AddMutatieResponse xmlns="http://www.e-boekhouden.nl/soap"/>', "<Iets/>"]
)
def test_a_body_without_the_result_is_unknown(operation: str, body: str) -> None:
    with (
        always(http(envelope(body))) as server,
        books(server) as client,
        pytest.raises(OutcomeUnknownError),
    ):
        WRITES[operation](client)


@pytest.mark.parametrize(
    "inner",
    [
        "<Mutaties><cMutatieList><MutatieNr>abc</MutatieNr></cMutatieList></Mutaties>",
        "<Mutaties><cMutatieList><MutatieNr>1</MutatieNr><Soort>Memoriaal</Soort>"
        "<Datum>gisteren</Datum></cMutatieList></Mutaties>",
        "<Mutaties><cMutatieList><MutatieNr>1</MutatieNr><Soort>Memoriaal</Soort>"
        "<Datum>2026-03-04T00:00:00</Datum><MutatieRegels><cMutatieListRegel>"
        "<BedragInvoer>1</BedragInvoer><BedragExclBTW>NaN</BedragExclBTW><BedragBTW>1</BedragBTW>"
        "<BedragInclBTW>1</BedragInclBTW><BTWPercentage>0</BTWPercentage>"
        "<KostenplaatsID>0</KostenplaatsID></cMutatieListRegel></MutatieRegels>"
        "</cMutatieList></Mutaties>",
        "<Mutaties><cMutatieList><MutatieNr>1</MutatieNr><Soort>Memoriaal</Soort>"
        "<Datum>2026-03-04T00:00:00</Datum><MutatieRegels><cMutatieListRegel>"
        "<BedragInvoer>1</BedragInvoer><BedragExclBTW>1,00</BedragExclBTW>"
        "</cMutatieListRegel></MutatieRegels></cMutatieList></Mutaties>",
        "<Mutaties/><Nieuw/>",
    ],
)
def test_a_list_that_is_not_understood_is_never_an_empty_one(inner: str) -> None:
    """A look-up that wrongly finds nothing would book a second time."""
    with always(http(answer("GetMutaties", f"<ErrorMsg/>{inner}"))) as server:
        with books(server) as client, pytest.raises(UnreadableError) as caught:
            client.mutations()
        assert caught.value.code == codes.UNREADABLE


def test_no_result_at_all_is_not_an_empty_list() -> None:
    with (
        always(http(envelope(""))) as server,
        books(server) as client,
        pytest.raises(UnreadableError),
    ):
        client.mutations()


def test_a_booking_whose_connection_closed_unread_is_unknown() -> None:
    """The bytes left us; that nobody read them cannot be seen from here."""
    opened = http(OPENED).replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)
    with RawServer(lambda _: [opened, Close()], unread={2}) as server, books(server) as client:
        with pytest.raises(OutcomeUnknownError) as caught:
            client.add_mutation(BOOKING)
        assert caught.value.code == codes.DROPPED
        assert server.operations == ["OpenSession"]


def test_a_booking_whose_connection_was_refused_was_not_sent() -> None:
    """The session is open; then the service goes away before the booking."""
    last = http(answer("GetMutaties", "<ErrorMsg/>")).replace(
        b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1
    )
    with always(last, Close()) as server:
        client = books(server)
        client.mutations()
    with client, pytest.raises(UnreachableError) as caught:
        client.add_mutation(BOOKING)
    assert caught.value.code == codes.CONNECT
    assert caught.value.message.startswith("Could not connect to host: 127.0.0.1:")
    assert "refused" in caught.value.message


def test_a_name_that_is_not_found_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with always() as server, books(server) as client, pytest.raises(UnreachableError) as caught:
        client.mutations()
    assert caught.value.code == codes.DNS
    assert caught.value.message.startswith("Could not connect to host")


def test_nothing_is_sent_when_the_claim_is_gone() -> None:
    with always() as server:
        with books(server) as client, pytest.raises(NotSentError):
            client.add_mutation(BOOKING, before_send=lambda: False)
        assert server.operations == ["OpenSession", "CloseSession"]


SPILLING: Final[dict[str, Reply]] = {
    "error text": [
        http(
            answer(
                "AddMutatie",
                "<ErrorMsg><LastErrorCode>CMUT005</LastErrorCode>"
                f"<LastErrorDescription>{SESSION} {CODE1} {CODE2}</LastErrorDescription></ErrorMsg>"
                "<Mutatienummer>0</Mutatienummer>",
            )
        )
    ],
    "fault": [fault(f"{SESSION} {CODE1} {CODE2}")],
    "cut XML": [http(f"<a>{SESSION} {CODE1} {CODE2}")],
    "page": [http(f"{SESSION} {CODE1} {CODE2}", "503 Busy", "text/html")],
    "unknown element": [http(answer("AddMutatie", f"<Nieuw>{SESSION}{CODE2}</Nieuw>"))],
    "no number": [http(answer("AddMutatie", f"<Mutatienummer>{SESSION}</Mutatienummer>"))],
    "booked": [http(answer("AddMutatie", "<Mutatienummer>4</Mutatienummer>"))],
}


@pytest.mark.parametrize("steps", SPILLING.values(), ids=SPILLING)
@pytest.mark.parametrize("at", ["OpenSession", "AddMutatie"])
def test_no_secret_is_told_or_logged(
    steps: Reply, at: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Not in messages, details, tracebacks or logs, at any level, whatever the service echoes."""
    told = ""

    def reply(asked: Asked) -> Reply:
        return steps if asked.operation == at else session(lambda _: steps)(asked)

    with caplog.at_level(logging.DEBUG), RawServer(reply) as server, books(server) as client:
        try:
            client.add_mutation(BOOKING)
        except BoekwachtError as error:
            told = f"{error!r} {error.detail} {''.join(traceback.format_exception(error))}"
        told += repr(client) + repr(vars(client))
    told += caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert server.asked
    for secret in (SESSION, CODE1, CODE2):
        assert secret not in told


def test_a_secret_that_does_not_look_like_one_is_not_told_either() -> None:
    with always(fault("wachtwoord is geheim!")) as server, books(server, code1="geheim!") as client:
        with pytest.raises(OutcomeUnknownError) as caught:
            client.add_mutation(BOOKING)
        assert caught.value.message.endswith("fault: wachtwoord is …")
