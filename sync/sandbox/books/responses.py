"""Answers as .NET writes them: WSDL order, value types always, empty lists left out."""

import re
from html import escape

from sync.sandbox.books import schema
from sync.sandbox.books.errors import Refusal
from sync.sandbox.books.parsing import ENVELOPES, Version
from sync.sandbox.books.schema import Record
from sync.sandbox.messages import Response

_CONTENT = {"1.1": "text/xml; charset=utf-8", "1.2": "application/soap+xml; charset=utf-8"}
_INVALID = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Operations whose result is the error itself, one level higher than everywhere else.
_BARE = frozenset({"UpdateRelatie", "UpdateGrootboekrekening"})
# Success of these carries an error with two empty children, of all others an empty one.
_EMPTY_CHILDREN = frozenset({"OpenSession", "OpenSessionSub"})


def succeeded(version: Version, operation: str, payload: Record, *, empty_lists: bool) -> Response:
    """The answer of a call that was carried out.

    Args:
        version: Of the request.
        operation: Its name.
        payload: What stands beside ErrorMsg; nothing for CloseSession and the two updates.
        empty_lists: Write an empty list as an empty element instead of leaving it out.
    """
    if operation in _BARE:
        return _answer(version, operation, f"<{operation}Result />")
    nothing = "<LastErrorCode /><LastErrorDescription />"
    error = f"<ErrorMsg>{nothing}</ErrorMsg>" if operation in _EMPTY_CHILDREN else "<ErrorMsg />"
    inner = _fields(f"cResult{_result(operation)}", payload, empty_lists=empty_lists)
    return _answer(version, operation, f"<{operation}Result>{error}{inner}</{operation}Result>")


def refused(version: Version, operation: str, refusal: Refusal, *, dotted: bool) -> Response:
    """The answer of a call that was refused: status 200, value types 0, lists left out."""
    code = refusal.code if dotted else refusal.code.replace(".", "")
    inner = (
        f"<LastErrorCode>{code}</LastErrorCode>"
        f"<LastErrorDescription>{_text(refusal.text)}</LastErrorDescription>"
    )
    if operation not in _BARE:
        result = f"cResult{_result(operation)}"
        zeros: Record = {x.name: None for x in schema.fields(result)}
        inner = f"<ErrorMsg>{inner}</ErrorMsg>{_fields(result, zeros, empty_lists=False)}"
    return _answer(version, operation, f"<{operation}Result>{inner}</{operation}Result>")


def closed(version: Version) -> Response:
    """The answer to CloseSession, whatever became of it."""
    return _answer(version, "CloseSession", "")


def fault(version: Version, text: str, *, sender: bool) -> Response:
    """A SOAP Fault, status 500; `sender` says that the request is to blame."""
    if version == "1.1":
        code = "soap:Client" if sender else "soap:Server"
        inner = f"<faultcode>{code}</faultcode><faultstring>{_text(text)}</faultstring><detail />"
    else:
        code = "soap:Sender" if sender else "soap:Receiver"
        inner = (
            f"<soap:Code><soap:Value>{code}</soap:Value></soap:Code><soap:Reason>"
            f'<soap:Text xml:lang="en">{_text(text)}</soap:Text></soap:Reason><soap:Detail />'
        )
    return _envelope(version, f"<soap:Fault>{inner}</soap:Fault>", status=500)


def _result(operation: str) -> str:
    return "OpenSession" if operation == "OpenSessionSub" else operation


def _answer(version: Version, operation: str, inner: str) -> Response:
    name = f"{operation}Response"
    namespace = f'xmlns="{schema.NAMESPACE}"'
    whole = f"<{name} {namespace}>{inner}</{name}>" if inner else f"<{name} {namespace} />"
    return _envelope(version, whole, status=200)


def _envelope(version: Version, inner: str, *, status: int) -> Response:
    text = (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<soap:Envelope xmlns:soap="{ENVELOPES[version]}" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
        f"<soap:Body>{inner}</soap:Body></soap:Envelope>"
    )
    headers = {
        "Content-Type": _CONTENT[version],
        "Cache-Control": "private, max-age=0",
        "Server": "Microsoft-IIS/10.0",
        "X-AspNet-Version": "4.0.30319",
    }
    return Response(status=status, body=text.encode(), headers=headers)


def _fields(type_name: str, record: Record, *, empty_lists: bool) -> str:
    """A record's fields in WSDL order. None is left out, unless the WSDL demands a value."""
    parts: list[str] = []
    for field in schema.fields(type_name):
        value = record.get(field.name)
        if field.items:
            items = [_fields(field.items, x, empty_lists=empty_lists) for x in value or ()]
            written = "".join(f"<{field.items}>{x}</{field.items}>" for x in items)
            if written or (value is not None and empty_lists):
                parts.append(_element(field.name, written))
        elif value is not None:
            typed = ' xsi:type="xsd:string"' if field.type == "any" else ""
            parts.append(_element(field.name, _text(schema.to_text(value)), typed))
        elif field.required:
            parts.append(_element(field.name, schema.to_text(schema.blank(type_name)[field.name])))
    return "".join(parts)


def _element(name: str, inner: str, attributes: str = "") -> str:
    if not inner:
        return f"<{name}{attributes} />"
    return f"<{name}{attributes}>{inner}</{name}>"


def _text(text: str) -> str:
    """Text for XML; what XML cannot hold becomes a question mark."""
    return escape(_INVALID.sub("?", text), quote=False).replace("\r", "&#xD;")
