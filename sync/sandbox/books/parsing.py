"""SOAP requests, 1.1 and 1.2, read by name: order, unknown and missing elements don't matter."""

from dataclasses import dataclass
from typing import Literal

from lxml import etree

from sync.sandbox.books import schema
from sync.sandbox.books.errors import SoapFault
from sync.sandbox.books.schema import Record
from sync.sandbox.messages import Request

Version = Literal["1.1", "1.2"]

ENVELOPES: dict[Version, str] = {
    "1.1": "http://schemas.xmlsoap.org/soap/envelope/",
    "1.2": "http://www.w3.org/2003/05/soap-envelope",
}

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_UNREADABLE = "Server was unable to read request. ---> "


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One operation that was asked for.

    Attributes:
        version: Of SOAP; the answer must have the same.
        operation: One of the 20.
        arguments: The request element's fields.
    """

    version: Version
    operation: str
    arguments: Record


def version_of(request: Request) -> Version:
    """The SOAP version by the content type, all that is left when the body is unreadable."""
    kind = request.headers.get("Content-Type", "").lower()
    return "1.2" if kind.startswith("application/soap+xml") else "1.1"


def read_call(request: Request) -> Call:
    """What a POST asks for.

    Raises:
        SoapFault: .NET could not have read it: no XML, no envelope, an operation that does not
            exist, a value of the wrong form; or it is hostile (a document type).
    """
    root = _envelope(request.body)
    version: Version = "1.2" if etree.QName(root).namespace == ENVELOPES["1.2"] else "1.1"
    body = next((x for x in root if _name(x) == "Body"), None)
    payload = None if body is None else next((x for x in body if _name(x)), None)
    operation = _action(request) or ("" if payload is None else _name(payload))
    if operation not in schema.operations():
        raise SoapFault(
            f"Server did not recognize the value of HTTP Header SOAPAction: {operation[:200]}."
        )
    if payload is None or _name(payload) != operation:
        return Call(version=version, operation=operation, arguments=schema.blank(operation))
    return Call(version=version, operation=operation, arguments=_record(payload, operation))


def _envelope(body: bytes) -> etree._Element:
    # A document type is refused before the parser sees it: entities are defined nowhere else.
    # A zero byte means UTF-16 or UTF-32, which no client sends and which would hide one.
    if b"\0" in body or b"<!doctype" in body.lower():
        raise SoapFault(
            f"{_UNREADABLE}For security reasons DTD is prohibited in this XML document."
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SoapFault(f"{_UNREADABLE}There is an error in XML document. {error}") from None
    # Second net, for encodings in which the letters above are other bytes.
    if root.getroottree().docinfo.internalDTD is not None:
        raise SoapFault(f"{_UNREADABLE}DTD is prohibited in this XML document.")
    if root.tag not in {f"{{{x}}}Envelope" for x in ENVELOPES.values()}:
        raise SoapFault("Possible SOAP version mismatch: no envelope of version 1.1 or 1.2.")
    return root


def _action(request: Request) -> str:
    """The operation that the headers name; empty when they name none."""
    action = request.headers.get("SOAPAction", "")
    if not action:
        for part in request.headers.get("Content-Type", "").split(";"):
            name, _, value = part.strip().partition("=")
            if name.lower() == "action":
                action = value
    action = action.strip().strip('"')
    return action.removeprefix(f"{schema.NAMESPACE}/")


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _record(element: etree._Element, type_name: str) -> Record:
    """The fields below an element; what is missing or nil reads as nothing said."""
    record = schema.blank(type_name)
    known = schema.by_name(type_name)
    for child in element:
        field = known.get(_name(child))
        if field is None or child.get(_NIL) in {"true", "1"}:
            continue
        if field.items:
            items = [x for x in child if _name(x) == field.items]
            record[field.name] = [_record(x, field.items) for x in items]
        elif field.type.startswith("c"):
            record[field.name] = _record(child, field.type)
        else:
            record[field.name] = _value(child, field.type)
    return record


def _value(element: etree._Element, type_name: str) -> object:
    try:
        return schema.from_text(type_name, element.text or "")
    except ValueError as error:
        where = f"There is an error in XML document ({element.sourceline}, 1)."
        raise SoapFault(f"{_UNREADABLE}{where} ---> {error}") from None
