"""Text from outside says nothing to Markdown."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from markdown_it import MarkdownIt

from pages.ui.escape import plain, spoken, visible

HTML = MarkdownIt("gfm-like", {"linkify": False, "html": True})


@given(some.text(some.characters(exclude_categories=["C"]), max_size=60))
def test_escaped_text_renders_as_one_paragraph_of_exactly_that_text(text: str) -> None:
    tokens = HTML.parse(plain(text))
    words = "".join(t.content for block in tokens for t in block.children or ())
    kinds = {t.type for block in tokens for t in block.children or ()}
    assert kinds <= {"text", "text_special"}
    assert words.replace("\N{WORD JOINER}", "") == " ".join(text.split()).replace("\u2060", "")


def test_icons_and_directives_are_broken_apart() -> None:
    assert ":material/home:" not in plain(":material/home:").replace("\\", "")
    assert ":red[" not in plain(":red[x]").replace("\\", "")


def test_what_cannot_be_seen_is_made_visible() -> None:
    assert visible("a\x00b\N{RIGHT-TO-LEFT OVERRIDE}c\td") == "a\ufffdb\ufffdc\td"


@pytest.mark.parametrize("harmless", ["Btw-code van NL-21 (9,5 %)", "België (BE) · elk", "NL 1.5"])
def test_a_label_without_marks_is_spoken_as_it_is(harmless: str) -> None:
    assert spoken(harmless) == harmless


@pytest.mark.parametrize(
    "risky", ["a_b_c", "*a*", "[a](b)", ":red[a]", "www.evil.example", "a@b.example", "<b>", "$a$"]
)
def test_a_label_with_marks_is_escaped(risky: str) -> None:
    assert spoken(risky) == plain(risky) != risky
