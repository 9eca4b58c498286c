"""Where the service answers: one address, its WSDL, and a page for who opens it in a browser."""

import re

from lxml import etree

from sync.sandbox.books import schema
from sync.sandbox.messages import Request, Response

PATH = "/soap.asmx"

_HOST = re.compile(r"[\w.\-]+(:\d+)?|\[[0-9a-fA-F:]+\](:\d+)?", re.ASCII)
_SOAP = ("http://schemas.xmlsoap.org/wsdl/soap/", "http://schemas.xmlsoap.org/wsdl/soap12/")


def page(request: Request) -> Response | None:
    """What is answered without carrying out anything; None for a call to the service.

    A call is a POST to the service's path, whatever its query says: some clients post to the
    address with ?WSDL still behind it.
    """
    if request.path.lower() != PATH:
        return _text(404, "Not found")
    if request.method == "POST":
        return None
    if request.method not in {"GET", "HEAD"}:
        return _text(405, "Method not allowed")
    if request.query.lower() != "wsdl":
        names = "".join(f"<li>{name}</li>" for name in schema.operations())
        html = f"<!DOCTYPE html><title>soapApp</title><h1>soapApp</h1><ul>{names}</ul>"
        return _answer("text/html; charset=utf-8", html.encode())
    host = request.headers.get("Host", "")
    if not _HOST.fullmatch(host):
        return _text(400, "Bad Host")
    return _answer("text/xml; charset=utf-8", _wsdl_at(f"http://{host}{PATH}"))


def _wsdl_at(address: str) -> bytes:
    """The WSDL with both addresses rewritten, so that a client comes back to where it read it."""
    root = etree.fromstring(schema.wsdl())
    for namespace in _SOAP:
        for element in root.iter(f"{{{namespace}}}address"):
            element.set("location", address)
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="utf-8")


def _answer(content_type: str, body: bytes) -> Response:
    return Response(status=200, body=body, headers={"Content-Type": content_type})


def _text(status: int, text: str) -> Response:
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    return Response(status=status, body=text.encode(), headers=headers)
