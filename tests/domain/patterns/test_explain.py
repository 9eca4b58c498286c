"""`explain` answers a person in words, a program in JSON, a stream line by line."""

import json
import re

import pytest
from click.testing import CliRunner

from sync.commands.explain import command
from sync.domain.patterns import classify


def explain(*arguments: str, stdin: str | None = None, env: dict[str, str] | None = None) -> str:
    languages = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "C.UTF-8"} | (env or {})
    result = CliRunner(env=languages).invoke(command, arguments, input=stdin)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_person_reads_cause_why_and_cure() -> None:
    said = explain("CMUT019: bestaat al", "--lang", "en")
    assert "Invoice number {number} already exists [invoice-number-exists]" in said
    assert "Category: duplicate" in said
    assert "Why: code CMUT019 in the message" in said
    assert "Who acts: the bookkeeper" in said
    assert "  1. Look the number up in e-Boekhouden" in said
    assert 'choose "Link to mutation" at the document' in said
    assert "*" not in said


@pytest.mark.parametrize(
    ("env", "label"),
    [
        ({"LANG": "nl_NL.UTF-8"}, "Oorzaak: "),
        ({"LANG": "en_GB.UTF-8"}, "Cause: "),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "nl_BE"}, "Oorzaak: "),
        ({"LANG": ""}, "Cause: "),
    ],
)
def test_the_cure_speaks_the_terminals_language(env: dict[str, str], label: str) -> None:
    assert explain("HTTP 503", env=env).startswith(label)


def test_json_has_everything() -> None:
    facts = json.loads(explain("E-mailadres ontbreekt", "--json", "--lang", "nl"))
    found = classify("E-mailadres ontbreekt")
    assert facts["pattern"] == found.pattern
    assert facts["template"] == found.template
    assert facts["category"] == "customer_data"
    assert facts["cure"]["who"] == "shop"
    assert facts["cure"]["steps"][0].startswith("Vul in Magento")


def test_a_dash_reads_one_message_a_line_and_prints_one_object_a_line() -> None:
    messages = ["Sessie is verlopen", "", "HTTP 429", "iets geks"]
    lines = explain("-", stdin="\n".join(messages) + "\n").splitlines()
    facts = [json.loads(line) for line in lines]
    assert [line["pattern"] for line in facts] == [classify(text).pattern for text in messages]
    assert [line["category"] for line in facts] == [
        "authentication",
        "other",
        "rate_limit",
        "other",
    ]
    assert all({"pattern", "category", "template"} <= set(line) for line in facts)


def test_a_code_helps_where_the_message_says_nothing() -> None:
    assert json.loads(explain("?", "--code", "CMUT020", "--json"))["cause"] == "period-closed"


def test_a_message_without_a_cause_gets_the_cure_of_its_category() -> None:
    facts = json.loads(explain("iets geks", "--json", "--lang", "en"))
    assert (facts["cause"], facts["category"]) == ("", "other")
    assert facts["cure"]["happened"] == "A message that no rule knows yet."


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("CMUT019: exists", "Oorzaak: Factuurnummer {number} bestaat al [invoice-number-exists]"),
        ("CMUT019: exists", "Categorie: dubbel"),
        ("CMUT019: exists", "Waarom: code CMUT019 in het bericht"),
        ("curl: (7) x", "Waarom: techniek: curl-fout 7"),
        ("HTTP 503", "Categorie: storing bij de dienst"),
        ("iets geks", "Waarom: geen regel kent het: gegroepeerd op de eigen woorden"),
    ],
)
def test_a_dutch_reader_reads_dutch_only(message: str, said: str) -> None:
    for words in (explain(message, "--lang", "nl"), explain(message, env={"LANG": "nl_NL.UTF-8"})):
        assert said in words.splitlines()
        own = re.sub(r"\[.*?\]|'.*?'", "", words)  # names of causes, and what a phrase quotes
        assert not re.search(r"\b(?:the|message|service|cause|category|who|why)\b", own, re.I)
