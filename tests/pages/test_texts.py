"""Both languages say the same things, and every sentence that code asks for exists."""

import ast
import re
import string
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from pages.ui import messages, view
from pages.ui.export import FIELDS
from pages.ui.filters import CATEGORIES
from pages.ui.logs import DATA, LOGS
from pages.ui.texts import LANGUAGES, TEXTS, text
from sync.domain import codes
from sync.effective import KINDS

PAGES = Path(__file__).resolve().parent.parent.parent / "pages"


PARTS = ("title", "grid", "file")


def braces(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("key", TEXTS)
def test_every_sentence_stands_in_both_languages_with_the_same_braces(key: str) -> None:
    sentences = TEXTS[key]
    assert len(sentences) == len(LANGUAGES)
    assert all(sentence.strip() == sentence and sentence for sentence in sentences)
    assert braces(sentences[0]) == braces(sentences[1])


def asked_for() -> Iterator[tuple[str, str]]:
    """Every literal first argument of `say` and `text` in the pages, with where it stands."""
    for path in sorted(PAGES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id not in {"say", "text"} or not node.args:
                continue
            for part in ast.walk(node.args[0]):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value, f"{path.name}:{node.lineno}"


def test_every_sentence_that_a_page_asks_for_exists() -> None:
    """Pieces of f-strings count when they are part of some sentence's name."""
    missing = {
        f"{where}: {key!r}"
        for key, where in asked_for()
        if not any(key in known for known in TEXTS)
    }
    assert not missing


def test_no_page_holds_a_sentence_of_its_own() -> None:
    """A capital, a space and small letters between quotes in a Streamlit call is a sentence."""
    found = []
    for path in sorted(PAGES.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("st."):
                found += [
                    f"{path.name}:{node.lineno}: {arg.value}"
                    for arg in node.args
                    if isinstance(arg, ast.Constant)
                    and isinstance(arg.value, str)
                    and re.search(r"[A-Za-z]{3,} [a-z]{2,}", arg.value)
                ]
    assert not found


@pytest.mark.parametrize(
    "keys",
    [
        pytest.param(
            [
                f"col.{name}"
                for name in {
                    *(
                        c
                        for log in {**LOGS, **DATA}.values()
                        for c in (*log.columns, *log.optional)
                    ),
                    *view.OPTIONAL,
                    *FIELDS,
                }
            ],
            id="columns",
        ),
        pytest.param([f"{page}.{name}" for page in (*LOGS, *DATA) for name in PARTS], id="logs"),
        pytest.param([f"range.{name}" for name in view.RANGES], id="ranges"),
        pytest.param([f"success.{name}" for name in view.SUCCESSES], id="successes"),
        pytest.param(
            [f"{word}.{name}" for word in ("books", "state") for name in view.BOOKS], id="books"
        ),
        pytest.param(
            [f"views.preset.{x}" for log in DATA.values() for x in log.presets], id="views"
        ),
        pytest.param([f"trigger.{name}" for name in view.TRIGGERS], id="triggers"),
        pytest.param([name for name in view.FILTERS if name != "date"], id="filters"),
    ],
)
def test_names_that_are_put_together_exist_too(keys: list[str]) -> None:
    assert [key for key in keys if key not in TEXTS] == []


def test_every_setting_has_its_meaning_in_both_languages() -> None:
    """The English is the settings' own, which the README shows too."""
    for kind, settings in KINDS.items():
        for one in fields(settings):
            dutch, english = TEXTS[f"setting.{kind}.{one.name}"]
            assert english == one.metadata["meaning"]
            assert dutch != english


def test_all_categories_of_the_design_are_offered() -> None:
    assert len(CATEGORIES) == 11


def test_an_unknown_sentence_or_a_missing_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        text("no.such.sentence", "nl")
    with pytest.raises(KeyError):
        text("error.id", "nl", other=1)


@pytest.mark.parametrize("code", codes.MEANING)
def test_every_error_code_of_ours_has_a_dutch_sentence(code: str) -> None:
    """An empty one says that the service's own text is the message."""
    assert code in messages.CODES


def test_sentences_that_say_more_are_about_codes_that_there_are() -> None:
    assert set(messages.FULLER) <= set(messages.CODES)
    assert all("{" in sentence for every in messages.FULLER.values() for sentence in every)
