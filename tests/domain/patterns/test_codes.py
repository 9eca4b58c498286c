"""Known codes decide, wherever they stand; generic ones leave it to the text."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import sync
from sync.domain import codes
from sync.domain.cures import NAMES
from sync.domain.patterns import classify
from sync.domain.patterns.causes import CATEGORY
from sync.domain.patterns.codes import KNOWN, TEXT_DECIDES


def test_every_code_leads_to_a_cause_that_exists() -> None:
    assert {*KNOWN.values(), *TEXT_DECIDES.values()} <= set(CATEGORY)


def test_every_code_of_ours_has_a_meaning_and_a_cause() -> None:
    ours = {
        value for name, value in vars(codes).items() if name.isupper() and isinstance(value, str)
    }
    assert ours == set(codes.MEANING)
    assert ours <= set(KNOWN) | set(TEXT_DECIDES)


PRODUCT = Path(sync.__path__[0])
TABLES = {PRODUCT / "domain" / "codes.py", *(PRODUCT / "domain" / "patterns").glob("*.py")}
BY_NAME = re.compile(r"\bcodes\.([A-Z][A-Z_]+)\b")
BY_TEXT = re.compile(
    r"\b(?:error_)?code(?:: str)?\s?=\s?\"([A-Z]\w*)\""
    r"|\"((?:C(?:MUT|FACT|REL|GB|GN)[0-9]{3}(?:\.[0-9])?|E00[0-9]\.[0-9]))\""
)


def _given_codes() -> Iterator[str]:
    """Every code that the product gives or asks about, as `codes.X` or as text.

    Not the tables that list them all, nor the sandbox, whose codes are the services' own, nor
    what is said of a store that cannot be opened, where no attempt is.
    """
    for file in set(PRODUCT.rglob("*.py")) - TABLES - set(PRODUCT.glob("sandbox/**/*.py")):
        text = file.read_text("utf-8")
        yield from (str(getattr(codes, name)) for name in BY_NAME.findall(text))
        named = (found for pair in BY_TEXT.findall(text) for found in pair if found)
        yield from (code for code in named if not code.startswith("STORE_"))
        yield from (code for code in codes.MEANING if f'"{code}"' in text)


def test_every_code_that_the_product_gives_has_a_meaning_a_cause_and_a_cure() -> None:
    given = set(_given_codes())
    theirs = {code for code in given if re.search(r"[0-9]", code)}
    assert len(theirs) > 5
    assert given - theirs <= set(codes.MEANING)
    causes = {code: KNOWN.get(code) or TEXT_DECIDES.get(code, "") for code in given}
    assert {code: cause for code, cause in causes.items() if cause not in NAMES} == {}


@pytest.mark.parametrize(
    "problem",
    [
        "invoice 5 has no base_currency_code",
        "invoice 5 has no created_at",
        "order 15 has no base_to_order_rate",
        "invoice 5, items[0] has no order_item_id",
    ],
)
def test_what_the_shop_left_out_is_no_trouble_of_the_shops_server(problem: str) -> None:
    found = classify(f"Validation error: {problem}", code=codes.FIELD_MISSING)
    assert found.category == "validation"


@pytest.mark.parametrize("code", sorted(KNOWN))
def test_a_known_code_decides_against_the_text(code: str) -> None:
    assert classify("Read timed out.", code=code).cause == KNOWN[code]


@pytest.mark.parametrize(
    "message",
    [
        "CMUT019",
        "cmut019: dit nummer kan niet",
        "AddMutatie refused (CMUT019).",
        '{"code": "MUT_019", "title": "Validation", "status": 400}',
        "Duplicate found? [MUT_020] zie boekhouding",
        "<ErrorMsg><LastErrorCode>CMUT018</LastErrorCode></ErrorMsg>",
    ],
)
def test_soap_and_rest_codes_of_one_cause_share_a_pattern(message: str) -> None:
    assert classify(message).pattern == classify("", code="CMUT019").pattern


def test_numbers_of_soap_and_rest_are_not_derived_from_each_other() -> None:
    """MUT_019 equals CMUT019 by luck; an invalid VAT code is CMUT033 here and MUT_109 there."""
    assert classify("", code="MUT_109").cause == classify("", code="CMUT033").cause
    assert classify("x", code="MUT_033").cause == ""


@pytest.mark.parametrize("code", ["E002.3", "E0023", "e002.3 "])
def test_a_code_is_read_with_and_without_its_dot(code: str) -> None:
    assert classify("", code=code).cause == "session-expired"


@pytest.mark.parametrize("code", ["ERR_001", "CMUT999", "SOAP_FAULT", "HTTP_400", ""])
def test_a_generic_or_unknown_code_leaves_it_to_the_text(code: str) -> None:
    found = classify("Factuurnummer bestaat al", code=code)
    assert found.cause == "invoice-number-exists"


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (codes.SOAP_FAULT, "server-error"),
        (codes.CONNECT, "connection-failed"),
        (codes.FIELD_MISSING, "field-missing"),
        (codes.http_code(503), "service-unavailable"),
        (codes.http_code(500), "server-error"),
        (codes.http_code(401), "credentials-wrong"),
        (codes.http_code(404), "route-not-found"),
    ],
)
def test_a_code_that_says_little_decides_when_the_text_says_nothing(code: str, cause: str) -> None:
    assert classify("Xyzzy.", code=code).cause == cause


def test_a_family_stands_for_codes_that_are_not_listed() -> None:
    assert classify("", code="FACT_EMAIL_009").cause == "mail-settings"
    assert classify("FACT_INCASSO_014: ontbreekt").cause == "direct-debit-data"
