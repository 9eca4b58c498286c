"""`python -m sync explain`: what an error message means and what to do."""

import json
import os
import re
import sys
from typing import Any

import click

from sync.domain.cures import LANGUAGES, RESYNC, WHO, Cure, Language, cure
from sync.domain.patterns import Classified, classify
from sync.domain.patterns.causes import CATEGORY_NAME, SENTENCE

_LABELS: dict[Language, dict[str, str]] = {
    "nl": {
        "cause": "Oorzaak",
        "category": "Categorie",
        "why": "Waarom",
        "happened": "Wat er gebeurde",
        "who": "Wie handelt",
        "steps": "Wat te doen",
        "page": "Pagina",
        "menus": "Menu",
        "resync": "Opnieuw boeken",
    },
    "en": {
        "cause": "Cause",
        "category": "Category",
        "why": "Why",
        "happened": "What happened",
        "who": "Who acts",
        "steps": "What to do",
        "page": "Page",
        "menus": "Menu",
        "resync": "Resync",
    },
}


@click.command()
@click.argument("message")
@click.option("--code", default="", help="The attempt's error code, e.g. CMUT019 or HTTP_503.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    help="Language of the answer. Default: that of the terminal, else English.",
)
def command(message: str, code: str, as_json: bool, lang: Language | None) -> int:
    """Say what MESSAGE means: its cause, its category, why, and what to do about it.

    With - as MESSAGE one message per line is read from standard input, and one JSON object per
    line is printed.
    """
    language = lang or _terminal_language()
    if message == "-":
        for line in click.open_file("-", errors="replace"):
            click.echo(json.dumps(_facts(classify(line.rstrip("\r\n"), code=code))))
        return 0
    found = classify(message, code=code)
    advice = cure(found.cause or found.category, language)
    if as_json:
        facts = _facts(found) | {"sentence": SENTENCE[language].get(found.cause, found.template)}
        facts |= {"cure": _cure_facts(advice), "language": language}
        click.echo(json.dumps(facts, ensure_ascii=sys.stdout.encoding != "utf-8", indent=1))
    else:
        click.echo(_in_words(found, advice, language))
    return 0


def _terminal_language() -> Language:
    """The language that the environment names for messages; English for all but Dutch."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "nl" if value.lower().startswith("nl") else "en"
    return "en"


def _facts(found: Classified) -> dict[str, Any]:
    return {
        "pattern": found.pattern,
        "category": found.category,
        "template": found.template,
        "cause": found.cause,
        "values": {name: list(values) for name, values in found.values.items()},
        "why": found.why,
    }


def _cure_facts(advice: Cure) -> dict[str, Any]:
    return {
        "happened": advice.happened,
        "who": advice.who,
        "steps": list(advice.steps),
        "page": advice.page,
        "menus": list(advice.menus),
        "resync": advice.resync,
    }


def _in_words(found: Classified, advice: Cure, language: Language) -> str:
    label = _LABELS[language]
    sentence = SENTENCE[language].get(found.cause, found.template)
    cause = f"{sentence} [{found.cause or found.pattern}]"
    lines = [
        f"{label['cause']}: {cause}",
        f"{label['category']}: {CATEGORY_NAME[language][found.category]}",
        f"{label['why']}: {found.reason.words(language)}",
        "",
        f"{label['happened']}: {advice.happened}",
        f"{label['who']}: {WHO[language][advice.who]}",
        f"{label['steps']}:",
        *(f"  {number}. {_plain(step)}" for number, step in enumerate(advice.steps, 1)),
    ]
    lines += [f"{label['menus']}: {menu}" for menu in advice.menus]
    if advice.page:
        lines.append(f"{label['page']}: /{advice.page}")
    return "\n".join([*lines, f"{label['resync']}: {RESYNC[language][advice.resync]}"])


def _plain(step: str) -> str:
    """A step as a terminal shows it: what its Markdown slants stands in quotes."""
    return re.sub(r"\*([^*]+)\*", r'"\1"', step)
