"""What wraps a message is taken off, and what varies in it is put aside by its type."""

import json

import pytest

from sync.domain.patterns import classify
from sync.domain.patterns.masks import mask, mask_known
from sync.domain.patterns.unwrap import HEAD, TAIL, readable
from sync.domain.patterns.words import is_field_name, split


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"message": "A %1 of %2", "parameters": ["hit", 7]}, "A hit of 7"),
        ({"message": "No %field", "parameters": {"field": "mail"}}, "No mail"),
        ({"message": "No %field"}, "No %field"),
        ({"message": "50% of it", "parameters": {"of": "x"}}, "50% of it"),
        ({"Message": "x", "ExceptionMessage": "y", "StackTrace": "z"}, "x. y"),
        ({"code": "MUT_019", "title": "Bestaat", "status": 400}, "MUT_019. Bestaat"),
        ({"error": {"code": "quota", "message": "used up"}}, "quota. used up"),
        ({"errors": [{"message": "one"}, {"message": "two"}]}, "one. two"),
        ({"errors": ["one", "two"]}, "one. two"),
        ({"errors": {"email": ["is leeg", "is fout"]}}, "email: is leeg. is fout"),
        ({"country": ["can't be blank"]}, "country: can't be blank"),
    ],
)
def test_an_error_body_becomes_what_it_says(body: object, text: str) -> None:
    assert readable(json.dumps(body)) == text


def test_text_around_a_body_stays() -> None:
    assert readable('HTTP 400: {"message": "no"} at x') == "HTTP 400: no at x"


@pytest.mark.parametrize("text", ["{not json}", '{"message": "cut of', "{1, 2}", "{} []"])
def test_what_only_looks_like_a_body_stays(text: str) -> None:
    assert readable(text) == text


def test_a_page_becomes_its_title_and_headings() -> None:
    page = (
        "502 <!DOCTYPE html><html><head><style>h1 {color: red}</style><title>Bad\n gateway</title>"
        "</head><body><h1>Error &amp; <b>more</b></h1><p>Invoice already exists</p></body></html>"
    )
    assert readable(page) == "502 Bad gateway. Error & more"


def test_a_page_without_headings_becomes_its_text() -> None:
    page = "<html><script>var a = 'timeout';</script><body><p>Sorry.</p></body></html>"
    assert readable(page) == "Sorry."
    assert readable("<html><style>cut off").strip() == ""


def test_a_page_that_was_cut_says_what_is_left() -> None:
    assert readable("<html><title>503 Service Unav") == "503 Service Unav"


def test_speech_in_angle_brackets_stays_and_objects_go() -> None:
    assert readable("<urlopen error [Errno -2] No name>") == "<urlopen error [Errno -2] No name>"
    assert readable("(<a.b.C object at 0x7f>, 'late')") == "( , 'late')"


def test_head_and_tail_of_a_long_message_are_read() -> None:
    """Chained exceptions say why at the end."""
    long = "Max retries " + "x" * (HEAD + TAIL) + " (Caused by: Name or service not known)"
    assert classify(long).cause == "dns-failure"


def test_typographic_characters_are_plain_ones() -> None:
    assert readable("\u201cx\u201d isn\u2019t\u00a0a\u200b \u2013 b") == '"x" isn\'t a - b'


def test_each_kind_of_value_gets_its_placeholder() -> None:
    text = (
        "jan@x.nl at https://x.nl/a?b=1, x.nl, 10.0.0.1:80 and /var/log/x on 2026-03-01T10:00:00Z "
        "3 maart 2026 10:15 € 1.234,56 12,50 euro #100000012 INV-7 00042 0x7f "
        "1b4e28ba-2fa1-11d2-883f-0016d3cca427 'Jan & Co'"
    )
    values: dict[str, list[str]] = {}
    assert mask(text, values) == (
        "<email> at <url>, <host>, <host> and <path> on <date> <date> <amount> <amount> <id> <id> "
        "<number> <address> <uuid> <value>"
    )
    assert values["email"] == ["jan@x.nl"]
    assert values["amount"] == ["€ 1.234,56", "12,50 euro"]
    assert values["host"] == ["x.nl", "10.0.0.1:80"]
    assert values["value"] == ["Jan & Co"]


def test_field_names_in_quotes_stay_and_quoted_values_go() -> None:
    assert mask('"customer_email" is not "Jan"', {}).split() == [
        "customer",
        "email",
        "is",
        "not",
        "<value>",
    ]


def test_quoted_speech_stays_and_is_masked_inside() -> None:
    text = "Error('Connection to 10.0.0.1 was reset', 'x')"
    assert mask(text, {}).split() == [
        "Error(",
        "Connection",
        "to",
        "<host>",
        "was",
        "reset",
        ",",
        "<value>)",
    ]


def test_known_values_are_masked_as_whole_words_only() -> None:
    values: dict[str, list[str]] = {}
    known = {"customer": " Jan", "order_no": "12", "document_no": "Jansen"}
    assert mask_known("Jan, JANSEN en Janneke 12", known, values) == (
        "<customer>, <document_no> en Janneke 12"
    )
    assert values == {"customer": ["Jan"], "document_no": ["JANSEN"]}


def test_letters_whose_lower_case_is_longer_are_left_as_they_are() -> None:
    """Positions would shift: the Turkish dotted capital becomes two characters."""
    assert mask_known("\u0130zmir Jan", {"customer": "Jan"}, {}) == "\u0130zmir Jan"


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("factuurnummer", ("factuur", "nummer")),
        ("verkoopfactuurnummers", ("verkoopfactuur", "nummers")),
        ("invoicenumber", ("invoice", "number")),
        ("beveiligingscertificaat", ("beveiligings", "certificaat")),
        ("unspecified", ("not", "specified")),
        ("mogelijk", ("mogelijk",)),
        ("landman", ("landman",)),
        ("x" * 41, ("x" * 41,)),
    ],
)
def test_compounds_are_read_by_their_parts(word: str, parts: tuple[str, ...]) -> None:
    assert split(word) == parts


@pytest.mark.parametrize(
    ("text", "is_name"),
    [
        ("email", True),
        ("customer_email", True),
        ("BTW-code", True),
        ("VATCode", True),
        ("Jansen", False),
        ("invoice 12", False),
        ("", False),
        ("email " * 9, False),
    ],
)
def test_a_field_name_is_nothing_but_words_for_fields(text: str, is_name: bool) -> None:
    assert is_field_name(text) is is_name


@pytest.mark.parametrize(
    ("message", "category"),
    [
        ("De klant wil een andere kassabon met btw", "tax_code"),
        ("Het ding ontbreekt", "validation"),
        ("Niet gevonden", "not_found"),
        ("Ding bestaat al", "duplicate"),
        ("De server is rood", "server_error"),
        ("curl error (35)", "network"),
        ("cURL error 18", "network"),
    ],
)
def test_a_message_without_a_cause_still_has_its_likely_category(
    message: str, category: str
) -> None:
    assert classify(message).category == category
