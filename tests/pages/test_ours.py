"""What the program says when something cannot be is told in Dutch, whoever says it."""

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pages.ui.ours import facts_in, in_words
from pages.ui.texts import TEXTS
from sync import config, login
from sync.domain import conflicts, retention
from sync.domain.rulings import BARS
from sync.errors import ConfigurationError
from tests.pages.conftest import Open
from tests.pages.seed import settings

SYNC = Path(config.__file__).parent
SAYS = ("config.py", "settings_reader.py", "login.py", "store/decisions.py")
"""Where what a reader of the pages may get to see is raised."""


def raised() -> Iterator[tuple[str, str]]:
    """Each sentence that is raised there, something in place of each value, and where it stands."""
    for name in SAYS:
        for node in ast.walk(ast.parse((SYNC / name).read_text("utf-8"))):
            if not isinstance(node, ast.Raise) or not isinstance(node.exc, ast.Call):
                continue
            said = node.exc.args[0]
            parts = said.values if isinstance(said, ast.JoinedStr) else [said]
            texts = [part.value if isinstance(part, ast.Constant) else "Xy" for part in parts]
            if any(isinstance(part, ast.Constant) for part in parts):
                yield f"{name}:{node.lineno}", "".join(map(str, texts))


@pytest.mark.parametrize(("where", "said"), list(raised()), ids=lambda each: each[:20])
def test_what_is_raised_about_settings_has_its_dutch_sentence(where: str, said: str) -> None:
    if said.startswith("Xy must begin with"):
        said = said.replace("Xy", "Setting login.issuer in boekwacht.toml", 1)
    assert in_words(said, "", "nl") != said, where
    assert in_words(said, "", "en") == said


def wrong(home: Path, text: str) -> str:
    (home / "boekwacht.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigurationError) as caught:
        config.load(home)
    return caught.value.message


@pytest.mark.parametrize(
    ("text", "dutch"),
    [
        ("intervall = 5", "Instelling intervall in {path} is onbekend: bedoelt u interval?"),
        ("zzz = 5", "Instelling zzz in {path} is onbekend; bekend zijn "),
        ('interval = "x"', 'is "x", maar moet een heel getal van 1 tot en met'),
        ("interval = 0", "bijv. interval = 15 (minuten tussen twee runs)"),
        ("timezone = 5", "is 5, maar moet een tekst zijn"),
        ('timezone = "Nergens"', "is geen tijdzone: 'Nergens'"),
        ("a = ", "is geen geldige TOML: "),
        ("[connection.a]\n[connection.a.shop]", "Instelling connection.a.shop.url ontbreekt"),
        (
            '[connection.a]\nstart_date = 2026-01-01\n[connection.a.shop]\nurl = "u"\nauth = "x"',
            "maar moet een van 'oauth', ",
        ),
    ],
)
def test_a_mistake_in_the_settings_is_told_in_dutch(tmp_path: Path, text: str, dutch: str) -> None:
    said = in_words(wrong(tmp_path, text), "", "nl")
    assert dutch.format(path=tmp_path / "boekwacht.toml") in said


def test_a_page_over_wrong_settings_says_so_in_dutch(tmp_path: Path, open_page: Open) -> None:
    home = settings(tmp_path)
    with (home / "boekwacht.toml").open("a") as file:
        file.write("\n[connection.other]\n")
    page = open_page(home)
    assert any("Instelling connection.other.shop.url ontbreekt" in each.value for each in page.text)


def test_conflicts_bars_and_refusals_have_theirs() -> None:
    one = conflicts.Claimed(
        connection="a",
        shop="https://x",
        store_views=(),
        books="https://b",
        administration="1",
        invoice_prefix="",
        creditmemo_prefix="",
    )
    two = conflicts.Claimed(
        connection="b",
        shop="https://x",
        store_views=(),
        books="https://b",
        administration="1",
        invoice_prefix="",
        creditmemo_prefix="C",
    )
    found = [each.message for each in conflicts.conflicts([one, two])]
    assert len(found) == 3
    for message in (*found, "; ".join(found)):
        said = in_words(message, "", "nl")
        assert "Koppeling" in said
        assert "Connection" not in said
    assert "elke winkelweergave" in in_words("; ".join(found), "", "nl")
    for text in BARS.values():
        assert in_words(f"000000042 {text}", "", "nl").startswith("000000042 ")
        assert in_words(f"000000042 {text}", "", "nl") != f"000000042 {text}"
    today = date(2026, 11, 29)
    assert "te laat" in in_words(retention.refusal(today, today), "", "nl")


def test_what_is_not_ours_stays_and_catalogue_words_are_dutch() -> None:
    assert in_words("De periode is afgesloten", "", "nl") == "De periode is afgesloten"
    assert in_words("Invalid credentials: nee", "", "nl") == "Inloggegevens ongeldig: nee"
    refused = "Invalid credentials: the service said no"
    assert in_words(refused, "CREDENTIALS", "nl") == "De inloggegevens zijn geweigerd"


def test_no_sentence_hides_another() -> None:
    """Each English one, its braces as they stand, is told by its own Dutch one."""
    for key, (dutch, english) in TEXTS.items():
        if key.startswith("ours.") and not key.startswith("ours.word."):
            assert in_words(english, "", "nl") == dutch, key


def test_login_sentences_are_those_that_are_raised(tmp_path: Path) -> None:
    (tmp_path / "boekwacht.toml").write_text('[login]\nissuer = "https://x"\n', "utf-8")
    with pytest.raises(ConfigurationError) as caught:
        login.read(tmp_path)
    assert "stelt een login in" in in_words(caught.value.message, "", "nl")


@pytest.mark.parametrize("key", [key for key in TEXTS if key.startswith("ours.")])
def test_hostile_length_is_no_work(key: str) -> None:
    """Its words over and over and no end: whoever tried all ways to divide it would never end."""
    words = re.split(r"\{[a-z]+\}", TEXTS[key][1])
    endless = words[0] + "a".join(words[1:-1] or words) * (20_000 // len(key)) + "\0"
    assert in_words(endless, "", "nl")
    assert in_words("a".join((words[0], *words[1:], *words * 500)) + "\0", "", "nl")


@given(
    st.lists(st.text("ab; ", max_size=3), min_size=1, max_size=4).filter(lambda x: all(x[1:-1])),
    st.text("ab; x", max_size=14),
)
@example(["a", "b", ""], "axbb")
def test_what_varies_is_found_as_an_expression_would(words: list[str], message: str) -> None:
    pieces = [words[0]]
    for nth, word in enumerate(words[1:]):
        pieces += [f"n{nth}", word]
    said = "".join(
        f"(?P<{piece}>.+?)" if nth % 2 else re.escape(piece) for nth, piece in enumerate(pieces)
    )
    found = re.compile(said, re.DOTALL).fullmatch(message)
    assert facts_in(pieces, message) == (None if found is None else found.groupdict())
