"""Each cause and each category has a cure, in both languages, that leads somewhere."""

import pytest

from sync.domain.cures import LANGUAGES, NAMES, PAGES, RESYNC, WHO, Language, cure
from sync.domain.patterns.causes import CATEGORIES, CATEGORY
from sync.domain.patterns.codes import KNOWN, TEXT_DECIDES


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
    dutch, english = cure(name, "nl"), cure(name, "en")
    assert dutch.happened != english.happened
    assert set(dutch.steps).isdisjoint(english.steps)
    assert len(dutch.steps) == len(english.steps)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_cure_leads_to_a_page_that_exists(name: str) -> None:
    assert cure(name, "en").page in {"", *PAGES}


def test_nobody_acts_only_where_it_goes_over_by_itself_or_nothing_is_wrong() -> None:
    idle = {name for name in NAMES if cure(name, "en").who == "nobody"}
    assert {cure(name, "en").resync for name in idle - {"zero-total"}} == {"automatic"}


@pytest.mark.parametrize("name", ["", "no-such-cause"])
def test_an_unknown_name_gets_the_cure_of_other(name: str) -> None:
    assert cure(name, "nl").of == "other"
