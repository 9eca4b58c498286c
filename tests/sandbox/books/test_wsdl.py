"""The WSDL says what the real service's says: every operation, type, field and occurrence."""

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

_GOLDEN: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "golden" / "eboekhouden_soap_types.json").read_text("utf-8")
)
_META = _GOLDEN["_meta"]
_OPERATIONS = [name for name in _GOLDEN if name not in {"_meta", "types", "types_occurs", "enums"}]
_WSDL = Path(__file__).parents[3] / "sync" / "eboekhouden" / "eboekhouden.wsdl"
_ROOT = etree.parse(str(_WSDL)).getroot()
_NS = {
    "w": "http://schemas.xmlsoap.org/wsdl/",
    "s": "http://www.w3.org/2001/XMLSchema",
    "soap": "http://schemas.xmlsoap.org/wsdl/soap/",
    "soap12": "http://schemas.xmlsoap.org/wsdl/soap12/",
}
_ONCE = {"minOccurs": 0, "maxOccurs": "1", "nillable": False}


def _find(path: str, start: etree._Element = _ROOT) -> list[Any]:
    """Elements or attribute values at an XPath, in document order."""
    found = start.xpath(path, namespaces=_NS)
    assert isinstance(found, list)
    return found


def _type(name: str | None) -> str:
    """A type's name in the golden copy's notation."""
    if name is None:
        return "anyType"
    prefix, local = name.split(":")
    return f"xsd:{local}" if _ROOT.nsmap[prefix] == _NS["s"] else local


def _fields(holder: etree._Element) -> tuple[list[list[str]], dict[str, dict[str, object]]]:
    """The fields of a type or of an element's inline type: names and types, then occurrences."""
    found = _find(".//s:sequence/s:element", holder)
    assert all(
        set(x.attrib) <= {"name", "type", "minOccurs", "maxOccurs", "nillable"} for x in found
    )
    return (
        [[x.get("name"), _type(x.get("type"))] for x in found],
        {
            x.get("name"): {
                "minOccurs": int(x.get("minOccurs", "1")),
                "maxOccurs": x.get("maxOccurs", "1"),
                "nillable": x.get("nillable") == "true",
            }
            for x in found
        },
    )


def test_namespace_and_form_are_the_services() -> None:
    schema = _find("/w:definitions/w:types/s:schema")
    assert [x.get("targetNamespace") for x in schema] == [_META["target_namespace"]]
    assert schema[0].get("elementFormDefault") == _META["element_form_default"]
    assert _ROOT.get("targetNamespace") == _META["target_namespace"]


def test_there_are_twenty_operations_and_no_other_element() -> None:
    assert len(_OPERATIONS) == 20
    assert _find("//w:portType/w:operation/@name") == _OPERATIONS
    elements = _find("//s:schema/s:element/@name")
    assert elements == [name for op in _OPERATIONS for name in (op, f"{op}Response")]


@pytest.mark.parametrize("operation", _OPERATIONS)
def test_an_operation_asks_and_answers_as_the_service_does(operation: str) -> None:
    golden = _GOLDEN[operation]
    (request,) = _find(f"//s:schema/s:element[@name='{operation}']")
    assert _fields(request) == (golden["request"], golden["request_occurs"])

    response = golden["response"]
    (answer,) = _find(f"//s:schema/s:element[@name='{response['element']}']")
    assert _fields(answer) == (response["fields"], {name: _ONCE for name, _ in response["fields"]})
    if response["result_type"] is not None:
        assert response["fields"] == [[response["result_element"], response["result_type"]]]
        assert _GOLDEN["types"][response["result_type"]] == response["result_fields"]


@pytest.mark.parametrize("name", _GOLDEN["types"])
def test_a_type_has_the_services_fields(name: str) -> None:
    (found,) = _find(f"//s:schema/s:complexType[@name='{name}']")
    assert _fields(found) == (_GOLDEN["types"][name], _GOLDEN["types_occurs"][name])


def test_there_is_no_type_that_the_service_lacks() -> None:
    assert _find("//s:schema/s:complexType/@name") == list(_GOLDEN["types"])
    enums = {
        x.get("name"): _find("s:restriction[@base='s:string']/s:enumeration/@value", x)
        for x in _find("//s:schema/s:simpleType")
    }
    assert enums == _GOLDEN["enums"]


@pytest.mark.parametrize(
    ("soap", "binding"), [("soap", "soapAppSoap"), ("soap12", "soapAppSoap12")]
)
def test_both_soap_versions_are_bound_document_literal(soap: str, binding: str) -> None:
    (found,) = _find(f"//w:binding[@name='{binding}']")
    assert found.get("type") == "tns:soapAppSoap"
    assert _find("w:operation/@name", found) == _OPERATIONS
    for operation in _find("w:operation", found):
        (action,) = _find(f"{soap}:operation", operation)
        assert action.get("soapAction") == _GOLDEN[operation.get("name")]["soapAction"]
        assert action.get("style") == "document"
        assert _find(f"w:input/{soap}:body/@use | w:output/{soap}:body/@use", operation) == [
            "literal",
            "literal",
        ]


@pytest.mark.parametrize("operation", _OPERATIONS)
def test_messages_wrap_one_part_called_parameters(operation: str) -> None:
    """Wrapped: the part's element is called as the operation, so clients may unwrap it."""
    for suffix, element in (("SoapIn", operation), ("SoapOut", f"{operation}Response")):
        parts = _find(f"//w:message[@name='{operation}{suffix}']/w:part")
        assert [dict(x.attrib) for x in parts] == [
            {"name": "parameters", "element": f"tns:{element}"}
        ]


def test_both_ports_name_the_services_own_address() -> None:
    (service,) = _find("//w:service")
    assert service.get("name") == _META["service"]
    ports = [
        {"name": x.get("name"), "binding": x.get("binding"), "address": x[0].get("location")}
        for x in service
    ]
    assert ports == _META["ports"]
    assert [etree.QName(x[0]).namespace for x in service] == [_NS["soap"], _NS["soap12"]]
