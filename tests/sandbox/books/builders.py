"""Calls to the simulated books: raw SOAP over http.client, and records that are right."""

import http.client
import itertools
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from sync.sandbox.books import Settings

NAMESPACE = "http://www.e-boekhouden.nl/soap"
ENVELOPE = {
    "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
    "1.2": "http://www.w3.org/2003/05/soap-envelope",
}
CONTENT = {"1.1": "text/xml; charset=utf-8", "1.2": "application/soap+xml; charset=utf-8"}

_numbers = itertools.count(1)


def xml(value: object) -> str:
    """A value as XML content: mappings become elements, lists repeat one, None is left out."""
    if isinstance(value, Mapping):
        parts = []
        for name, item in value.items():
            for x in item if isinstance(item, list) else [item]:
                if x is not None:
                    parts.append(f"<{name}>{xml(x)}</{name}>")
        return "".join(parts)
    return escape(str(value))


def envelope(operation: str, arguments: str, version: str = "1.1") -> bytes:
    """A whole message; `arguments` is XML."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="{ENVELOPE[version]}"><s:Body>'
        f'<{operation} xmlns="{NAMESPACE}">{arguments}</{operation}></s:Body></s:Envelope>'
    ).encode()


def line(**changes: object) -> dict[str, object]:
    """A line of 100 euros and 21 % VAT on sales."""
    return {
        "BedragInvoer": "121.00", "BedragExclBTW": "100.00", "BedragBTW": "21.00",
        "BedragInclBTW": "121.00", "BTWCode": "HOOG_VERK_21", "BTWPercentage": "21",
        "TegenrekeningCode": "8000", "KostenplaatsID": 0, **changes,
    }  # fmt: skip


def mutation(*lines: dict[str, object], **changes: object) -> dict[str, object]:
    """A sales invoice to relation M1 with a number of its own."""
    return {
        "MutatieNr": 0, "Soort": "FactuurVerstuurd", "Datum": "2026-01-15", "Rekening": "1300",
        "RelatieCode": "M1", "Factuurnummer": f"N{next(_numbers)}", "Boekstuk": "web:inv:1:1",
        "Omschrijving": "Factuur", "Betalingstermijn": "14", "Betalingskenmerk": "order 1",
        "InExBTW": "IN", "MutatieRegels": {"cMutatieRegel": list(lines) or [line()]}, **changes,
    }  # fmt: skip


def relation(**changes: object) -> dict[str, object]:
    """A person with code M1."""
    return {
        "ID": 0, "AddDatum": "2026-01-01", "Code": "M1", "Bedrijf": "Jan Jansen",
        "Plaats": "Utrecht", "Email": "jan@example.com", "BP": "P", "Gb_ID": 0, "GeenEmail": 0,
        "NieuwsbriefgroepenCount": 0, **changes,
    }  # fmt: skip


def invoice(**changes: object) -> dict[str, object]:
    """An invoice document to relation M1: 2 pieces of 10 euros."""
    row = {
        "Aantal": 2, "Eenheid": "stuk", "Code": "MOK-WIT", "Omschrijving": "Mok",
        "PrijsPerEenheid": "10", "BTWCode": "HOOG_VERK_21", "TegenrekeningCode": "8000",
        "KostenplaatsID": 0,
    }  # fmt: skip
    return {
        "Factuurnummer": "", "Relatiecode": "M1", "Datum": "2026-01-15", "Betalingstermijn": 14,
        "Factuursjabloon": "Standaard", "PerEmailVerzenden": "false",
        "AutomatischeIncasso": "false", "IncassoMachtigingDatumOndertekening": "2026-01-15",
        "IncassoMachtigingFirst": "false", "InBoekhoudingPlaatsen": "false",
        "Regels": {"cFactuurRegel": [row]}, **changes,
    }  # fmt: skip


class Raw:
    """A client that knows no WSDL: writes XML, reads XML, over one kept connection."""

    def __init__(self, url: str, settings: Settings) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
        self.settings = settings
        self.session = ""

    def post(
        self, body: bytes, headers: Mapping[str, str], path: str = "/soap.asmx"
    ) -> tuple[int, bytes, str]:
        """Status, body and content type of the answer to a message."""
        self.connection.request("POST", path, body, dict(headers))
        response = self.connection.getresponse()
        return response.status, response.read(), response.headers.get("Content-Type", "")

    def send(self, operation: str, arguments: Mapping[str, object], version: str = "1.1") -> bytes:
        """The body of the answer to an operation that must be answered with status 200."""
        headers = {"Content-Type": CONTENT[version]}
        if version == "1.1":
            headers["SOAPAction"] = f'"{NAMESPACE}/{operation}"'
        else:
            headers["Content-Type"] += f'; action="{NAMESPACE}/{operation}"'
        status, body, kind = self.post(envelope(operation, xml(arguments), version), headers)
        assert status == 200, body
        assert kind == CONTENT[version]
        return body

    def call(self, operation: str, **arguments: object) -> dict[str, Any]:
        """An operation within the session (opened when there is none); gives its result."""
        if not self.session:
            self.open()
        own = {"SessionID": self.session, "SecurityCode2": self.settings.code2}
        return result(self.send(operation, own | arguments))

    def open(self, **changes: object) -> dict[str, Any]:
        """OpenSession; later calls use the session."""
        answer = result(
            self.send(
                "OpenSession",
                {
                    "Username": self.settings.username,
                    "SecurityCode1": self.settings.code1,
                    "SecurityCode2": self.settings.code2,
                    "Source": "test",
                    **changes,
                },
            )
        )
        self.session = answer.get("SessionID", self.session)
        return answer

    def error(self, operation: str, **arguments: object) -> str:
        """The error code with which an operation is refused; empty when it is carried out."""
        answer = self.call(operation, **arguments)
        code = answer.get("ErrorMsg", answer).get("LastErrorCode", "") if answer else ""
        return str(code)


def result(body: bytes) -> dict[str, Any]:
    """What stands in the Result element of an answer."""
    root = etree.fromstring(body)
    response = root[0][0]
    if len(response) == 0:
        return {}
    found = _value(response[0])
    return found if isinstance(found, dict) else {}


def _value(element: etree._Element) -> Any:
    if len(element) == 0:
        return element.text or ("" if etree.QName(element).localname != "ErrorMsg" else {})
    found: dict[str, Any] = {}
    for child in element:
        name = etree.QName(child).localname
        if name.startswith("c") and name[1].isupper():
            found.setdefault(name, []).append(_value(child))
        else:
            found[name] = _value(child)
    return found
