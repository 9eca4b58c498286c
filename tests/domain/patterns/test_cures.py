"""Each cause and each category has a cure, in both languages, of which every step can be taken."""

import re
import shlex
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
import pytest
import streamlit as st

import pages
from pages.ui import guard
from sync.__main__ import main
from sync.config import HOME_VARIABLE
from sync.domain.cures import LANGUAGES, NAMES, RESYNC, WHO, About, Language, cure
from sync.domain.patterns.causes import CATEGORIES, CATEGORY
from sync.domain.patterns.codes import KNOWN, TEXT_DECIDES
from sync.domain.rules import CURED_BY_MAPPING
from sync.settings import (
    BookingSettings,
    BooksSettings,
    ConnectionHead,
    General,
    ShopSettings,
)

ABOUT = About(connection="webshop", document="000000042", mutation="4711", entity="invoice")
EVERY_CURE = [cure(name, language, ABOUT) for name in sorted(NAMES) for language in LANGUAGES]
QUOTED = sorted(
    {found for one in EVERY_CURE for step in one.steps for found in step.split("`")[1::2]}
)
COMMANDS = [found for found in QUOTED if found.startswith("python -m sync")]
FILES = {"boekwacht.toml", "secrets.toml"}
SETTINGS = {
    one.name
    for section in (General, ConnectionHead, ShopSettings, BooksSettings, BookingSettings)
    for one in fields(section)
}
RAW: dict[str, Any] = tomllib.loads(files("sync.domain").joinpath("cures.toml").read_text("utf-8"))


def test_every_cause_and_category_has_a_cure_and_no_other_name_has() -> None:
    assert set(CATEGORY) | set(CATEGORIES) == NAMES


def test_every_code_leads_to_a_cause_with_a_cure() -> None:
    assert {*KNOWN.values(), *TEXT_DECIDES.values()} <= NAMES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_cure_says_what_happened_who_acts_and_what_to_do(name: str, language: Language) -> None:
    said = cure(name, language)
    assert said.of == name
    assert said.happened.endswith(".")
    assert said.steps
    assert all(step.strip().endswith(".") for step in said.steps)
    assert said.who in WHO[language]
    assert said.resync in RESYNC[language]


@pytest.mark.parametrize("name", sorted(NAMES))
def test_the_languages_differ_and_have_as_many_steps(name: str) -> None:
    """A cure that was copied and not translated is equal in both."""
    dutch, english = cure(name, "nl", ABOUT), cure(name, "en", ABOUT)
    assert dutch.happened != english.happened
    assert set(dutch.steps).isdisjoint(english.steps)
    assert len(dutch.steps) == len(english.steps)
    assert [_quoted(step) for step in dutch.steps] == [_quoted(step) for step in english.steps]


def _quoted(step: str) -> list[str]:
    return step.split("`")[1::2]


def test_every_shared_step_is_used_and_exists_in_both_languages() -> None:
    entries = [*RAW["category"].values(), *RAW["cause"].values()]
    for language in LANGUAGES:
        steps = {step for entry in entries for step in entry[language]["steps"]}
        assert {step[1:] for step in steps if step.startswith("@")} == set(RAW["step"])
    assert all(set(step) == set(LANGUAGES) for step in RAW["step"].values())


@pytest.fixture
def navigation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> set[str]:
    """Addresses of the menu's pages, as the dashboard itself builds it."""
    built: list[dict[str, Any]] = []
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    monkeypatch.setattr(guard, "_reached", set())
    monkeypatch.setattr(guard, "settle_language", lambda: None)
    monkeypatch.setattr(st, "Page", lambda file, **how: built.append({"file": file, **how}))
    monkeypatch.setattr(st, "navigation", lambda *_menu, **_how: None)
    guard.navigation()
    shown = [page for page in built if page.get("visibility", "visible") == "visible"]
    assert all(Path(page["file"]).is_file() for page in shown)
    return {page["url_path"] for page in shown}


def test_a_cure_leads_to_a_page_that_exists(navigation: set[str]) -> None:
    there = {file.stem for folder in pages.__path__ for file in Path(folder).glob("*.py")}
    led = {one.page.partition("?")[0] for one in EVERY_CURE} - {""}
    assert led
    assert led <= navigation & there


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_in_a_step_can_be_given_as_it_stands(line: str) -> None:
    """Parsed by the commands themselves, so a renamed option or argument fails here."""
    name, *arguments = shlex.split(line.removeprefix("python -m sync "))
    context: click.Context = click.Context(main)
    command = main.get_command(context, name)
    while isinstance(command, click.Group):
        name, *arguments = arguments
        command = command.get_command(context, name)
    assert command is not None, f"{line}: no such command"
    assert command.make_context(name, arguments).params


def test_steps_name_commands() -> None:
    """Were none found, the test above would say nothing."""
    assert len(COMMANDS) >= 6


@pytest.mark.parametrize("found", sorted(set(QUOTED) - set(COMMANDS)))
def test_a_setting_or_file_in_a_step_exists(found: str) -> None:
    assert found.partition(" =")[0] in SETTINGS | FILES | {"bin/magento maintenance:disable"}


def _without_a_hand() -> Iterator[tuple[str, str]]:
    for one in EVERY_CURE:
        for step in one.steps:
            typed = re.search(r"`python|\.toml`", step)
            if typed and one.who != "developer" and not re.search(r"developer|ontwikkelaar", step):
                yield one.of, step


def test_whoever_has_no_command_line_is_told_who_has() -> None:
    assert list(_without_a_hand()) == []


def test_only_what_another_mapping_makes_due_is_said_to_book_itself_after_it() -> None:
    by_itself = RAW["step"]["mapped"]["en"]
    said = {name for name in NAMES if by_itself in cure(name, "en").steps}
    assert said <= {KNOWN[code] for code in CURED_BY_MAPPING}


def test_nobody_acts_only_where_it_goes_over_by_itself_or_nothing_is_wrong() -> None:
    idle = {name for name in NAMES if cure(name, "en").who == "nobody"}
    assert {cure(name, "en").resync for name in idle - {"zero-total"}} == {"automatic"}


@pytest.mark.parametrize("name", ["", "no-such-cause"])
def test_an_unknown_name_gets_the_cure_of_other(name: str) -> None:
    assert cure(name, "nl").of == "other"


def test_commands_are_about_the_attempt_that_is_told_about() -> None:
    """With none, they name what belongs there instead of a number that is somebody else's."""
    steps = " ".join(cure("invoice-number-exists", "nl", ABOUT).steps)
    assert "link 000000042 4711 --entity invoice`" in steps
    assert "resync --document 000000042 --entity invoice`" in steps
    assert "link NUMMER MUTATIE`" in " ".join(cure("invoice-number-exists", "nl").steps)
    assert "link NUMBER MUTATION`" in " ".join(cure("invoice-number-exists", "en").steps)
    assert not [step for one in EVERY_CURE for step in one.steps if re.search(r"[{}]", step)]


@pytest.mark.parametrize("hostile", ["`x`", "1; rm -rf /", "--yes", "$(id)", "[a](b)", "9" * 51])
def test_a_number_that_is_no_number_does_not_stand_in_a_command(hostile: str) -> None:
    steps = " ".join(cure("invoice-number-exists", "en", About(document=hostile)).steps)
    assert hostile not in steps
    assert "link NUMBER MUTATION`" in steps
