"""What needs different cures stays apart, however alike; one cause in two wordings joins."""

from collections.abc import Callable

import pytest

from sync.domain.patterns import classify

APART = [
    ("Factuurnummer 2000012 bestaat al", "Relatie 2000012 bestaat al"),
    ("Invoice number already exists", "Relation code already exists"),
    ("Unknown VAT code HOOG", "VAT code HOOG not mapped"),
    ("Btw-code onbekend", "Btw-tarief niet gekoppeld aan een btw-code"),
    ("Connect timeout to x.nl", "Read timeout from x.nl"),
    ("Connection to x.nl timed out. (connect timeout=5)", "x.nl: Read timed out. (read timeout=5)"),
    ("Sessie is verlopen", "Onjuiste inloggegevens"),
    ("Session expired", "Wrong credentials"),
    ("Invalid VAT code", "Invalid VAT number"),
    ("BTW-code ontbreekt", "BTW-code ongeldig"),
    ("E-mailadres ontbreekt", "E-mailadres ongeldig"),
    ("Invoice not found", "Invoice number missing"),
    ("Relation not found", "Relation code missing"),
    ("Factuur niet gevonden", "Factuurnummer bestaat al"),
    ("HTTP 503", "HTTP 502"),
    ("HTTP 401", "HTTP 403"),
    ("Connection refused", "Connection reset by peer"),
    ("Could not resolve host x.nl", "Could not connect to host x.nl"),
    ("429 Too Many Requests", "Monthly call limit reached"),
    ("Ledger 8000 does not exist", "Cost centre 8000 does not exist"),
    ("Period closed", "Session closed"),
    ("Lines and total differ by € 2.50", "VAT amount does not match the percentage"),
    ("Iets vreemds met de bon", "Iets vreemds met de kassa"),
]


@pytest.mark.parametrize(("one", "other"), APART)
def test_near_misses_stay_apart(one: str, other: str) -> None:
    assert classify(one).pattern != classify(other).pattern


@pytest.mark.parametrize(("one", "other"), APART)
@pytest.mark.parametrize("recase", [str.upper, str.lower])
def test_near_misses_stay_apart_with_a_log_around_them(
    one: str, other: str, recase: Callable[[str], str]
) -> None:
    front = "[2026-03-04 11:02:58] Factuur 100000012: "
    assert classify(front + recase(one)).pattern != classify(front + recase(other)).pattern
    assert classify(front + recase(one)).pattern == classify(one).pattern


TOGETHER = [
    ("Invoice number already exists", "Factuurnummer bestaat al"),
    ("CMUT019: exists", "The invoice number 000000042 has already been used"),
    ("The consumer isn't authorized to access %resources.", "Geen rechten voor de API"),
    ("Rounding: totals differ by 0.02", "Regels en totaal verschillen € 0,02"),
    ('"%fieldName" is required. Enter and try again.', '"searchCriteria" is required.'),
]


@pytest.mark.parametrize(("one", "other"), TOGETHER)
def test_one_cause_is_one_pattern_in_every_wording(one: str, other: str) -> None:
    assert classify(one).pattern == classify(other).pattern


def test_the_reason_is_looked_for_past_the_address() -> None:
    """A host, a path or a query that is named like an error says nothing."""
    message = (
        "HTTPSConnectionPool(host='timeout.example.com', port=443): Max retries exceeded with url: "
        "/invoice/already/exists?q=certificate (Caused by NewConnectionError('<urllib3.connection."
        "HTTPSConnection object at 0x7f>: Failed to establish a new connection: [Errno 111] "
        "Connection refused'))"
    )
    assert classify(message).cause == "connection-failed"
    assert classify("Fetched https://session-expired.nl/unknown/vat/code").cause == ""


def test_known_values_do_not_speak() -> None:
    """A customer may be called anything."""
    found = classify(
        "Onverwacht: Timeout Certificaten BV wil niet",
        known={"customer": "Timeout Certificaten BV"},
    )
    assert found.cause == ""
    assert found.template == "onverwacht <customer> wil niet"
    assert found.values == {"customer": ("Timeout Certificaten BV",)}


def test_an_inner_reason_outranks_the_outer_symptom() -> None:
    """Chained exceptions name the symptom first."""
    message = (
        "HTTPSConnectionPool(host='x.nl', port=443): Max retries exceeded with url: / (Caused by "
        "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify "
        "failed: certificate has expired (_ssl.c:1007)')))"
    )
    assert classify(message).cause == "tls-failure"
